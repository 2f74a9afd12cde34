//! Rows through time: which areas of one year hold what was a unit of another.

use super::code;
use super::gazetteer::Gazetteer;
use super::history::{Carried, FIRST_YEAR, History, Kind, LAST_YEAR, check_year};
use super::ledger::RowOutcome;
use crate::coverage::{Coverage, geometry};
use crate::level::Level;
use crate::problem::Problem;
use crate::read::table::{ReadOptions, read_table};
use crate::table::patch;
use crate::world;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Share of a set's codes that must be in force in one year before that year is taken for its own.
const SURE: f64 = 0.8;

/// What becomes of a unit whose land went to several areas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Its row reaches none of them, and is told.
    #[default]
    Refuse,
    /// Counts are divided by the areas' land.
    Area,
    /// Counts are divided by the areas' people in the census of 2020.
    People,
}

/// What becomes of statistical units that no boundary set has, such as development zones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Zones {
    /// They count for their prefecture and province only.
    #[default]
    Leave,
    /// Counts are divided over the counties of their prefecture by people: an estimate.
    Share,
}

/// How rows are to be carried from the year of their table to that of the areas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Carry {
    /// Year of the table; found from its codes where none is given.
    pub table_year: Option<u16>,
    /// Year of the areas; that of their file, or found from their codes, where none is given.
    pub area_year: Option<u16>,
    /// What becomes of units that several areas hold.
    pub split: Split,
    /// What becomes of statistical units.
    pub zones: Zones,
}

/// From which year to which rows are carried, and by what rules.
#[derive(Debug, Clone)]
pub(super) struct Through {
    /// Year of the table.
    pub table_year: u16,
    /// Year of the areas.
    pub area_year: u16,
    /// Units whose land went to several areas.
    pub split: Split,
    /// Statistical units.
    pub zones: Zones,
    /// People of areas by code, as weights; empty where no rule asks for them.
    pub people: BTreeMap<String, u64>,
    /// What the years are known from.
    pub evidence: String,
}

/// Where a unit has gone.
pub(super) struct Way {
    pub outcome: RowOutcome,
    /// Codes of the units that hold it.
    pub codes: Vec<String>,
    /// What happened, as words.
    pub told: String,
}

/// A year, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Year {
    /// The year.
    year: u16,
    /// Evidence as words without a full stop.
    evidence: String,
}

/// The year of the areas: the one that their file states, else the one that their codes show; none where neither does.
fn year_of_areas(coverage: &Coverage, declared: Option<u16>) -> Option<Year> {
    let stated = |year: u16, evidence: &str| Year { year, evidence: evidence.to_owned() };
    if let Some(year) = declared {
        return Some(stated(year, "as declared"));
    }
    if let Some(year) = coverage.origin.vintage.map(clamped) {
        return Some(stated(year, "as the boundary file says"));
    }
    let level = coverage.layers.keys().copied().filter(|level| *level != Level::Unit).max()?;
    by_codes(coverage.areas(level).iter().map(|area| area.code.as_str()), LAST_YEAR)
}

/// The year of a table: the declared one, else that of the years its codes hold for which is nearest to the areas' year.
fn year_of_table<'c>(codes: impl IntoIterator<Item = &'c str>, declared: Option<u16>, area_year: u16) -> Option<Year> {
    match declared {
        Some(year) => Some(Year { year, evidence: "as declared".to_owned() }),
        None => by_codes(codes, area_year),
    }
}

fn by_codes<'c>(codes: impl IntoIterator<Item = &'c str>, near: u16) -> Option<Year> {
    // Statistical units are in no list of any year.
    let vintage = History::bundled().vintage(codes.into_iter().filter(|code| !code::is_statistical(code)))?;
    let sure = vintage.in_force as f64 >= SURE * vintage.codes as f64;
    sure.then(|| Year { year: vintage.nearest_to(near), evidence: vintage.to_string() })
}

fn clamped(year: u16) -> u16 {
    year.clamp(FIRST_YEAR, LAST_YEAR)
}

/// People of the areas of a coverage, by code, as weights: those of the bundled census of 2020 with its correction, carried to the areas'
/// year. Where the land of a unit went to several areas, its people are divided by their land.
///
/// # Errors
///
/// Those of reading the bundled table; a test reads it.
pub fn census_people(coverage: &Coverage, area_year: u16) -> Result<BTreeMap<String, u64>, Vec<Problem>> {
    let gazetteer = Gazetteer::new(coverage);
    let through = Through::between(2020, area_year, Split::Area);
    let mut people = BTreeMap::<String, u64>::new();
    for (code, count) in census()? {
        let at = |code: &String| gazetteer.at_level(code, Level::County);
        // A boundary set may keep an older code than its year's list has.
        let carried = through.way(&code, &gazetteer).and_then(|way| way.codes.iter().map(at).collect::<Option<Vec<usize>>>());
        let areas = carried.unwrap_or_else(|| at(&code).into_iter().collect());
        // Of one area alone the land need not be measured.
        let measured = || through.weights(Split::Area, Level::County, &areas, coverage);
        let Some(weights) = (if areas.len() == 1 { Some(vec![1]) } else { measured() }) else { continue };
        for (area, part) in areas.iter().zip(apportion(count, &weights)) {
            for level in [Level::County, Level::Prefecture, Level::Province] {
                let Some(at) = gazetteer.lift((Level::County, *area), level) else { continue };
                let code = &coverage.areas(level)[at].code;
                // A unit that stands at two levels under one code is counted once.
                let counted = level != Level::County && *code == coverage.areas(Level::County)[*area].code;
                *people.entry(code.clone()).or_default() += if counted { 0 } else { part as u64 };
            }
        }
    }
    Ok(people)
}

/// Codes and people of the bundled census.
fn census() -> Result<Vec<(String, f64)>, Vec<Problem>> {
    let bytes = |name: &str| world::bundled(name).unwrap_or_default();
    let (file, patch) = ("bundled:census2020_population", "bundled:census2020_population_patch");
    let mut table = read_table(bytes("census2020_population").to_vec(), file, &ReadOptions::default())?.value;
    patch::apply(&mut table, bytes("census2020_population_patch"), patch)?;
    let (Some(codes), Some(people)) = (table.find("CODE"), table.find("POPU")) else { return Ok(Vec::new()) };
    let row = |row: usize| Some((codes.text(row).into_owned(), people.number(row).ok().filter(|count| *count >= 0.0)?));
    Ok((0..table.rows()).filter_map(row).collect())
}

impl Through {
    /// The years of a join, where both are known; `codes` are those of the table's key.
    ///
    /// # Errors
    ///
    /// A declared year that the history does not cover.
    pub fn of<'c>(
        carry: &Carry,
        codes: impl IntoIterator<Item = &'c str>,
        coverage: &Coverage,
    ) -> Result<Option<Self>, Vec<Problem>> {
        let declared = [carry.table_year, carry.area_year].into_iter().flatten();
        let wrong: Vec<Problem> = declared.filter_map(|year| check_year(year).err()).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let Some(areas) = year_of_areas(coverage, carry.area_year) else { return Ok(None) };
        let table = year_of_table(codes, carry.table_year, areas.year);
        let Some(table) = table else { return Ok(None) };
        let asked = carry.split == Split::People || carry.zones == Zones::Share;
        let people = if asked { census_people(coverage, areas.year)? } else { BTreeMap::new() };
        let evidence = format!("table {}: {}; areas {}: {}", table.year, table.evidence, areas.year, areas.evidence);
        let (split, zones) = (carry.split, carry.zones);
        Ok(Some(Self { table_year: table.year, area_year: areas.year, split, zones, people, evidence }))
    }

    /// Between two years, with no people to divide by.
    fn between(table_year: u16, area_year: u16, split: Split) -> Self {
        let (zones, people, evidence) = (Zones::Leave, BTreeMap::new(), String::new());
        Self { table_year, area_year, split, zones, people, evidence }
    }

    /// The years, and what was done with units that have no area of their own, as a sentence.
    pub fn said(&self) -> String {
        let split = match self.split {
            Split::Refuse => "units that several areas hold are not divided",
            Split::Area => "units that several areas hold are divided by land",
            Split::People => "units that several areas hold are divided by people",
        };
        let zones = match self.zones {
            Zones::Leave => "",
            Zones::Share => "; statistical units are shared out by people",
        };
        let Self { table_year, area_year, evidence, .. } = self;
        format!("Codes are carried from {table_year} to {area_year} ({evidence}); {split}{zones}.")
    }

    /// What became of a code between the two years; none where no list knows it.
    pub(super) fn way(&self, code: &str, gazetteer: &Gazetteer<'_>) -> Option<Way> {
        let history = History::bundled();
        let carried = history.carry(code, self.table_year, self.area_year).ok()?;
        if carried.result.is_empty() {
            return None;
        }
        let contained = |code: &String| {
            let record = history.record(code, self.area_year).filter(|_| gazetteer.by_code(code, Level::County).is_none());
            record.and_then(|record| record.within.clone()).unwrap_or_else(|| code.clone())
        };
        let codes: BTreeSet<String> = carried.result.iter().map(contained).collect();
        let mut outcome = outcome(&carried);
        if codes.iter().ne(&carried.result) && outcome == RowOutcome::Matched {
            // A code of the boundaries' own stands for the unit alone; one of the lists is another unit that holds it.
            outcome = if codes.iter().any(|code| history.knows(code)) { RowOutcome::Merged } else { RowOutcome::Recoded };
        }
        Some(Way { outcome, codes: codes.into_iter().collect(), told: told(&carried) })
    }

    /// The weights of areas by a rule; none where one of them has no weight that is known.
    pub(super) fn weights(&self, by: Split, level: Level, areas: &[usize], coverage: &Coverage) -> Option<Vec<u64>> {
        let of = |area: &usize| {
            let area = coverage.areas(level).get(*area)?;
            match by {
                Split::Refuse => None,
                // Square metres: whole numbers, so that shares are exact.
                Split::Area => Some((geometry::area_km2(coverage, area) * 1e6).round().max(0.0) as u64),
                Split::People => self.people.get(&area.code).copied(),
            }
        };
        let weights: Vec<u64> = areas.iter().map(of).collect::<Option<_>>()?;
        weights.iter().any(|weight| *weight > 0).then_some(weights)
    }
}

/// What happened to the unit itself; what others gave to it or took from it is not its own.
fn outcome(carried: &Carried) -> RowOutcome {
    let mut own = BTreeSet::from([carried.code.as_str()]);
    let mut kinds = BTreeSet::new();
    for change in &carried.changes {
        let is_own = change.from.as_ref().is_some_and(|from| own.contains(from.code.as_str()));
        if is_own && matches!(change.kind, Kind::Renamed | Kind::Recoded | Kind::Merged | Kind::Split | Kind::Dropped) {
            kinds.insert(change.kind);
            own.extend(change.to.iter().map(|to| to.code.as_str()));
        }
    }
    let backwards = carried.year_to < carried.year_from;
    match carried.result.as_slice() {
        [_, _, ..] => RowOutcome::Split,
        // Backwards, a unit that others came from is a part of what it was.
        [code] if backwards && *code != carried.code => RowOutcome::Recoded,
        _ if kinds.contains(&Kind::Merged) || kinds.contains(&Kind::Split) || kinds.contains(&Kind::Dropped) => {
            RowOutcome::Merged
        }
        [code] if *code != carried.code => RowOutcome::Recoded,
        _ if kinds.contains(&Kind::Renamed) => RowOutcome::Renamed,
        _ => RowOutcome::Matched,
    }
}

/// The steps as words: "2021: split 330104 江干区 to 330102 上城区, 330114 钱塘区".
fn told(carried: &Carried) -> String {
    let unit = |unit: &super::history::Unit| format!("{} {}", unit.code, unit.name).trim().to_owned();
    let step = |change: &super::history::Change| {
        let from = change.from.as_ref().map(unit).unwrap_or_default();
        let to: Vec<String> = change.to.iter().map(unit).collect();
        let arrow = if from.is_empty() || to.is_empty() { "" } else { " to " };
        format!("{}: {} {from}{arrow}{}", change.year, change.kind.words().0, to.join(", "))
    };
    let steps = carried.changes.iter().filter(|change| change.kind != Kind::Same);
    steps.map(step).collect::<Vec<_>>().join("; ")
}

/// Divides a number by weights so that the parts add up to it exactly: whole numbers into whole numbers, others into multiples of
/// their last binary digit; what is left over goes to the largest remainders (Hamilton's method), of equal ones to the first.
///
/// ```
/// use caremap::place::through::apportion;
/// assert_eq!(apportion(10.0, &[1, 1, 1]), [4.0, 3.0, 3.0]);
/// assert_eq!(apportion(0.3, &[1, 2]).iter().sum::<f64>(), 0.3);
/// ```
pub fn apportion(number: f64, weights: &[u64]) -> Vec<f64> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let unit = last_place(number);
    if total == 0 || !number.is_finite() {
        return vec![f64::NAN; weights.len()];
    }
    // Below 2^53 by the choice of the unit, and weights below 2^64: the product fits.
    let whole = (number.abs() / unit) as u128;
    let mut parts: Vec<u128> = weights.iter().map(|weight| whole * u128::from(*weight) / total).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(whole * u128::from(weights[*at]) % total), *at));
    let left = whole - parts.iter().sum::<u128>();
    for at in order.into_iter().take(left as usize) {
        parts[at] += 1;
    }
    parts.into_iter().map(|part| part as f64 * unit * number.signum()).collect()
}

/// One for whole numbers that a double counts one by one; else the place of the last binary digit.
fn last_place(number: f64) -> f64 {
    const COUNTED: f64 = 9_007_199_254_740_992.0;
    let size = number.abs();
    if size.fract() == 0.0 && size < COUNTED {
        return 1.0;
    }
    let next = f64::from_bits(size.to_bits() + 1) - size;
    if next.is_normal() { next } else { f64::MIN_POSITIVE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage;
    use crate::table::exact::ExactSum;
    use proptest::prelude::*;

    fn way(code: &str, from: u16, to: u16) -> Option<(RowOutcome, Vec<String>)> {
        let way = Through::between(from, to, Split::Refuse).way(code, &Gazetteer::new(coverage::bundled()))?;
        Some((way.outcome, way.codes))
    }

    #[test]
    fn units_are_found_where_they_have_gone() {
        let found = |code: &str| way(code, 2020, 2021).map(|(outcome, codes)| (outcome, codes.join(" ")));
        let is = |outcome: RowOutcome, codes: &str| Some((outcome, codes.to_owned()));
        assert_eq!(found("110101"), is(RowOutcome::Matched, "110101"));
        assert_eq!(found("330103"), is(RowOutcome::Merged, "330105"), "下城区 became part of 拱墅区");
        assert_eq!(found("330104"), is(RowOutcome::Split, "330102 330114"), "江干区");
        assert_eq!(found("350427"), is(RowOutcome::Recoded, "350405"), "沙县 became 沙县区");
        assert_eq!(found("410306"), is(RowOutcome::Merged, "410308"), "吉利区 and 孟津县 became 孟津区");
        assert_eq!(found("522384"), None, "no list has it");
        assert_eq!(found("232763"), is(RowOutcome::Merged, "232721"), "新林区 is drawn in 呼玛县");
    }

    proptest! {
        #[test]
        fn parts_add_up_exactly(number in prop_oneof![0.0_f64..1e15, -1e6_f64..1e6, (0_u32..2_000_000).prop_map(f64::from)],
            weights in prop::collection::vec(0_u64..1_000_000_000, 1..40)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = apportion(number, &weights);
            let mut rest = ExactSum::default();
            rest.add(number);
            parts.iter().for_each(|part| rest.add(-part));
            prop_assert!(rest.is_zero());
            let whole = number.fract() == 0.0;
            let total: f64 = weights.iter().map(|weight| *weight as f64).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(!whole || part.fract() == 0.0);
                let unit = if whole { 1.0 } else { number.abs() * 1e-12 };
                prop_assert!((part - number * *weight as f64 / total).abs() <= unit * 1.000_001);
            }
        }
    }
}
