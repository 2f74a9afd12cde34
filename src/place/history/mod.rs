//! Places through time: every code at county level and above since 1981, and what became of it.
//!
//! Source: the yearly lists of the Ministry of Civil Affairs as collected by yescallop/areacodes (CC0 1.0), in
//! `assets/tables/area_codes_history.csv`, and the units of the census of 2020 that those lists lack, in
//! `assets/tables/area_codes_additions.csv`, each with its own source. A year stands for its 31 December. The newest list is that of
//! 2024; 2025 is answered as the end of 2024 left it.
//!
//! A *record* is one unit under one code and one name, in force in the years from its first to the one before its end. Where its
//! end names successors, the whole territory of the unit went to them; the source counts every unit that took a part. A code may
//! stand for several units in turn, so that only code and year together name one. Where a living unit gave land to another, the
//! source names the year; that is a move, and the unit stays itself.
//!
//! [`History::carry`] follows a unit from one year to another. Its result are the successors of the unit itself; backwards, the
//! units whose own successors lead there. What happened on the way is told step by step ([`Kind`]): the steps of every unit passed
//! through, land given and taken by them, and units that merged into them.
//!
//! Of prefectures the source names no successors but for a few, because it follows the land of counties. A prefecture that ended is
//! followed by the prefectures that hold its counties afterwards, or the province where those stand directly under it. Such a step
//! has the kind [`Kind::Dropped`] and says so. In the same way counties that pass from one living prefecture to another are moves
//! between the two.

mod carry;
mod find;
mod prefecture;
mod read;
mod vintage;

#[cfg(test)]
mod tests;

pub use find::Candidate;
pub use vintage::Vintage;

use crate::level::Level;
use crate::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The first year of the lists.
pub const FIRST_YEAR: u16 = 1981;
/// The last year that may be asked for.
pub const LAST_YEAR: u16 = 2025;

/// The years in which a unit stood under one code and one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Six digits.
    pub code: String,
    /// Name at the time.
    pub name: String,
    /// Name of the province it lies in.
    pub province: String,
    /// Name of the prefecture it lies in; empty where it stands directly under the province.
    pub prefecture: String,
    /// Level.
    pub level: Level,
    /// First year in force.
    pub first: u16,
    /// First year no longer in force; none while it is.
    pub end: Option<u16>,
    /// Code of a unit in whose boundaries it lies, where boundary sets leave it out.
    pub within: Option<String>,
    /// Where it is known from, for units that the lists lack.
    pub source: Option<String>,
}

impl Record {
    fn is_in_force(&self, year: u16) -> bool {
        self.first <= year && self.end.is_none_or(|end| year < end)
    }

    /// The last year in force.
    fn last(&self) -> u16 {
        self.end.map_or(LAST_YEAR, |end| end - 1)
    }

    fn unit(&self) -> Unit {
        Unit { code: self.code.clone(), name: self.name.clone() }
    }

    /// "1981 to 2009", "since 2021".
    fn years(&self) -> String {
        match self.end {
            None => format!("since {}", self.first),
            Some(end) if end - 1 == self.first => format!("of {}", self.first),
            Some(end) => format!("{} to {}", self.first, end - 1),
        }
    }

    /// The names of the areas above it and its own: 河南省 洛阳市 孟津县.
    pub fn full_name(&self) -> String {
        let mut names = vec![self.province.as_str(), self.prefecture.as_str(), self.name.as_str()];
        names.dedup();
        names.retain(|name| !name.is_empty());
        names.join(" ")
    }
}

/// A unit as it is named in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// Six digits.
    pub code: String,
    /// Name at the time; empty where it is not known.
    pub name: String,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing: the unit has the same code and the same name in both years.
    Same,
    /// The same code goes on under another name.
    Renamed,
    /// Another code goes on in its place, alone and from it alone; the name may differ as well (县 to 市).
    Recoded,
    /// The whole unit became part of one other unit, together with that unit itself or with others.
    Merged,
    /// Its land went to several units, its own code perhaps among them.
    Split,
    /// A unit that goes on, or went on for a while, gave land to another.
    Moved,
    /// The unit ended and the lists name no successor. Of a prefecture, those are given that hold its counties afterwards.
    Dropped,
    /// The unit is new: no unit ended in it. It may have been given land.
    Created,
    /// The code is not in force in the first year, and is answered from its nearest record.
    NotInForce,
    /// No list has the code.
    Unknown,
}

impl Kind {
    /// English and Chinese word.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Same => ("same", "未变"),
            Kind::Renamed => ("renamed", "更名"),
            Kind::Recoded => ("recoded", "改码"),
            Kind::Merged => ("merged", "并入"),
            Kind::Split => ("split", "拆分"),
            Kind::Moved => ("moved", "划转"),
            Kind::Dropped => ("dropped", "撤销"),
            Kind::Created => ("created", "新设"),
            Kind::NotInForce => ("not in force", "当年未启用"),
            Kind::Unknown => ("unknown", "未知"),
        }
    }
}

/// One step on the way between two years.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// The year whose 31 December first has it; for `same`, the second of the two years; for `not-in-force` and `unknown`, the first.
    pub year: u16,
    /// The unit that was there before; none where the unit was created.
    pub from: Option<Unit>,
    /// The units that are there after it.
    pub to: Vec<Unit>,
    /// What else is to be known.
    pub note: Option<String>,
}

/// A unit carried from one year to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Carried {
    /// The code asked for: six digits, or as written where it is no code.
    pub code: String,
    /// Year in which the code is meant.
    pub year_from: u16,
    /// Year to which it is carried.
    pub year_to: u16,
    /// Codes of the units of the second year: successors of the unit itself, or, backwards, the units that it came from.
    pub result: Vec<String>,
    /// Every step on the way, in the order of years.
    pub changes: Vec<Change>,
    /// Name of the unit in the first year, or in the year nearest to it.
    pub name: Option<String>,
    /// Names of the units of `result`, in their order.
    pub result_names: Vec<String>,
}

/// Land that a living unit gave to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    year: u16,
    from: usize,
    to: usize,
    /// The county with which it went, between prefectures.
    county: Option<usize>,
}

/// All records, and how they follow each other. Records are known by their number.
#[derive(Debug)]
pub struct History {
    records: Vec<Record>,
    /// The records of each code, in the order of years.
    of_code: BTreeMap<String, Vec<usize>>,
    /// The records that hold a unit's land when it has ended.
    next: Vec<Vec<usize>>,
    /// Whether those were found by the counties of a prefecture.
    by_counties: Vec<bool>,
    /// The records whose land a unit took over whole or in part when they ended.
    previous: Vec<Vec<usize>>,
    moves: Vec<Move>,
    /// Moves by the unit that gave and by the one that took.
    moves_of: Vec<Vec<usize>>,
}

impl History {
    /// The history inside the program. Read once.
    ///
    /// ```
    /// use caremap::place::history::{History, Kind};
    /// let carried = History::bundled().carry("330104", 2020, 2021).expect("years of the lists");
    /// assert_eq!(carried.result, ["330102", "330114"]); // 江干区: to 上城区 and 钱塘区
    /// assert_eq!(carried.changes[0].kind, Kind::Split);
    /// ```
    pub fn bundled() -> &'static History {
        static HISTORY: OnceLock<History> = OnceLock::new();
        HISTORY.get_or_init(|| {
            let file = |name: &str| crate::world::bundled(name).expect("the file is inside the program");
            History::read(file("area_codes_history"), file("area_codes_additions")).expect("the files are read in a test")
        })
    }

    /// The record of a code in a year.
    pub fn record(&self, code: &str, year: u16) -> Option<&Record> {
        self.at(code, year).map(|at| &self.records[at])
    }

    /// Every record in force in a year, in the order of codes.
    pub fn in_force(&self, year: u16) -> impl Iterator<Item = &Record> {
        self.of_code.values().flatten().map(|at| &self.records[*at]).filter(move |record| record.is_in_force(year))
    }

    /// Whether any list has the code.
    pub fn knows(&self, code: &str) -> bool {
        self.of_code.contains_key(code)
    }

    fn at(&self, code: &str, year: u16) -> Option<usize> {
        self.of_code.get(code)?.iter().copied().find(|at| self.records[*at].is_in_force(year))
    }

    /// The record of a code nearest to a year, the earlier one where two are as near.
    fn nearest(&self, code: &str, year: u16) -> Option<usize> {
        let distance = |at: &usize| {
            let record = &self.records[*at];
            if record.first > year { record.first - year } else { year.saturating_sub(record.last()) }
        };
        self.of_code.get(code)?.iter().copied().min_by_key(distance)
    }
}

/// Whether a year may be asked for.
///
/// # Errors
///
/// A year before the first list or after the last year covered.
pub fn check_year(year: u16) -> Result<u16, Problem> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Ok(year);
    }
    let message = format!("The lists of codes reach from {FIRST_YEAR} to {LAST_YEAR}, not to {year}.");
    Err(Problem::error("year-out-of-range", message).help(format!("Give a year from {FIRST_YEAR} to {LAST_YEAR}.")))
}
