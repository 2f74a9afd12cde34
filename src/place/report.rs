//! A joined table as a file of its own, one row an area, and the account of the join for programs.

use super::base;
use super::gazetteer::Gazetteer;
use super::indicator::{self, Source};
use super::join::Joined;
use super::ledger::{AreaEntry, AreaOutcome, RowEntry, RowOutcome, Total};
use crate::coverage::Coverage;
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem, Severity};
use crate::table::{Cell, Table, Value};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Which columns come into the joined table.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// Counts, which are added up.
    pub sum: &'a [String],
    /// Shares and rates, each with the column that it is a part of.
    pub rate: &'a [(String, String)],
}

/// The joined table as CSV in UTF-8 with a byte-order mark: code, name, names of the areas above, the columns, and what became of the
/// area. Without any columns named, all of the table come, those of areas with several rows empty and told.
///
/// # Errors
///
/// Columns that the table does not have, all of them.
pub fn csv(table: &Table, joined: &Joined, coverage: &Coverage, columns: &Columns<'_>) -> Outcome<Vec<u8>> {
    let level = joined.ledger.level;
    let areas = coverage.areas(level).len();
    let mut problems = Vec::new();
    let mut brought: Vec<(String, Vec<Cell>)> = Vec::new();
    for (at, base) in chosen(table, joined, columns)? {
        let source = Source { table, joined, sum: columns.sum, base: base.as_deref() };
        let mut noted = indicator::column(&source, at, areas);
        for problem in noted.problems.iter_mut().filter(|problem| problem.id == "not-summable") {
            problem.severity = Severity::Warning;
            problem.help = Some(
                "They are left empty. Name the column in --sum if it is a count, in --rate COLUMN:BASE if it is a rate.".into(),
            );
        }
        brought.push((table.columns[at].name.clone(), noted.drain_into(&mut problems)));
    }
    Ok(Noted { value: write(joined, coverage, level, &brought), problems })
}

/// A column of the table by position, with the bases of its rows where it is a rate.
type Chosen = (usize, Option<Vec<Value>>);

fn chosen(table: &Table, joined: &Joined, columns: &Columns<'_>) -> Result<Vec<Chosen>, Vec<Problem>> {
    let position = |name: &str| table.columns.iter().position(|column| column.name == name);
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    for name in columns.sum {
        match position(name) {
            Some(at) => chosen.push((at, None)),
            None => problems.push(table.unknown_column(name)),
        }
    }
    for (name, of) in columns.rate {
        match (position(name), base::of_rows(table, joined, of, &[])) {
            (Some(at), Ok(base)) => chosen.push((at, Some(base))),
            (None, _) => problems.push(table.unknown_column(name)),
            (_, Err(problem)) => problems.push(problem.in_file(table.place())),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if chosen.is_empty() {
        chosen = (0..table.columns.len()).map(|at| (at, None)).collect();
    }
    Ok(chosen)
}

fn write(joined: &Joined, coverage: &Coverage, level: Level, columns: &[(String, Vec<Cell>)]) -> Vec<u8> {
    let gazetteer = Gazetteer::new(coverage);
    let above: Vec<Level> = [Level::Province, Level::Prefecture]
        .into_iter()
        .filter(|above| *above < level && !coverage.areas(*above).is_empty())
        .collect();
    // A byte-order mark, without which spreadsheets in China read GB18030.
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = ["code", "name"].into_iter().chain(above.iter().map(|level| level.word()));
    let head: Vec<&str> =
        head.chain(columns.iter().map(|(name, _)| name.as_str())).chain(["outcome", "lines", "missing"]).collect();
    writer.write_record(&head).expect("writing to memory cannot fail");
    for entry in &joined.ledger.areas {
        let Some(at) = gazetteer.at_level(&entry.code, level) else { continue };
        let mut record = vec![entry.code.clone(), entry.name.clone()];
        let lifted = |above: &Level| gazetteer.lift((level, at), *above).map(|at| coverage.areas(*above)[at].name.clone());
        record.extend(above.iter().map(|above| lifted(above).unwrap_or_default()));
        let mut missing = Vec::new();
        for (name, cells) in columns {
            let (text, reason) = printed(&cells[at]);
            missing.extend(reason.map(|reason| format!("{name}: {reason}")));
            record.push(text);
        }
        let lines: Vec<String> = entry.lines.iter().map(usize::to_string).collect();
        record.extend([entry.outcome.to_string(), lines.join(" "), missing.join("; ")]);
        writer.write_record(&record).expect("writing to memory cannot fail");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}

/// A cell, and why it is empty.
fn printed(cell: &Cell) -> (String, Option<String>) {
    match cell {
        Cell::Number(number) => (number.to_string(), None),
        // What a spreadsheet would run as a formula is kept from it.
        Cell::Text(text) if text.starts_with(['=', '+', '@', '\t', '\r']) => (format!("'{text}"), None),
        Cell::Text(text) => (text.to_string(), None),
        Cell::Missing(reason) => (String::new(), Some(reason.to_string())),
    }
}

/// What became of a row or an area, in the words that all joins share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Found as it is.
    Matched,
    /// Found under another name.
    Renamed,
    /// Found under another code.
    Recoded,
    /// Added to another unit that it became part of.
    Merged,
    /// Divided among several areas.
    Split,
    /// Added to the area of a coarser level that it lies in; of an area: made of several rows.
    Aggregated,
    /// Sharing its area with another row, which nothing says may be added.
    Duplicate,
    /// Left out by rule: a sum, a part of another row, an area that is not asked for.
    Dropped,
    /// Without an area, or without a row.
    Unmatched,
}

impl From<RowOutcome> for Fate {
    fn from(outcome: RowOutcome) -> Self {
        match outcome {
            RowOutcome::Matched => Fate::Matched,
            RowOutcome::Renamed => Fate::Renamed,
            RowOutcome::Recoded => Fate::Recoded,
            RowOutcome::Merged => Fate::Merged,
            RowOutcome::Split | RowOutcome::Shared => Fate::Split,
            RowOutcome::RolledUp => Fate::Aggregated,
            RowOutcome::Duplicate => Fate::Duplicate,
            RowOutcome::NotShown | RowOutcome::CoarserLevel | RowOutcome::Superseded | RowOutcome::Placeholder => Fate::Dropped,
            RowOutcome::PrefectureOnly
            | RowOutcome::ProvinceOnly
            | RowOutcome::Ambiguous
            | RowOutcome::NoKey
            | RowOutcome::Unmatched => Fate::Unmatched,
        }
    }
}

impl From<AreaOutcome> for Fate {
    fn from(outcome: AreaOutcome) -> Self {
        match outcome {
            AreaOutcome::Matched => Fate::Matched,
            AreaOutcome::Aggregated => Fate::Aggregated,
            AreaOutcome::Estimated => Fate::Split,
            AreaOutcome::Duplicate => Fate::Duplicate,
            AreaOutcome::NoRow => Fate::Unmatched,
        }
    }
}

/// What `caremap join --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The table.
    pub table: String,
    /// Level of the areas.
    pub level: Level,
    /// How rows were matched, as a sentence.
    pub key: String,
    /// From which year to which codes were carried, and what the years are known from.
    pub years: String,
    /// Every row of the table.
    pub rows: Vec<RowReport>,
    /// Every area.
    pub areas: Vec<AreaReport>,
    /// Totals by column.
    pub totals: BTreeMap<String, Sums>,
}

/// A row, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RowReport {
    /// What became of it.
    pub outcome: Fate,
    /// The same, more finely.
    pub detail: RowOutcome,
    /// The rest.
    #[serde(flatten)]
    pub entry: Told,
}

/// A row's line, key and area.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Told {
    /// Line of the file, from 1.
    pub line: usize,
    /// Its key as written.
    pub key: String,
    /// Its name, where the table has one.
    pub name: Option<String>,
    /// Codes of the areas that have it; more than one where it is divided, none where no area has it.
    pub areas: Vec<String>,
    /// What became of its unit between the years.
    pub history: Option<String>,
}

/// An area, and what it got.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AreaReport {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it got.
    pub outcome: Fate,
    /// Lines of its rows.
    pub lines: Vec<usize>,
}

/// Totals of a column. `before` is `after`, `unmatched` and `dropped` together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sums {
    /// Of all rows.
    pub before: Option<f64>,
    /// Of all areas.
    pub after: Option<f64>,
    /// Of rows that reached no area.
    pub unmatched: f64,
    /// Of rows left out by rule.
    pub dropped: f64,
    /// Rows without a number.
    pub missing: usize,
    /// Whether nothing was lost, to the last digit.
    pub agrees: bool,
}

impl Report {
    /// The account of a join.
    pub fn of(joined: &Joined) -> Self {
        let ledger = &joined.ledger;
        Self {
            table: ledger.table.clone(),
            level: ledger.level,
            key: ledger.key.clone(),
            years: ledger.years.clone(),
            rows: ledger.rows.iter().map(row).collect(),
            areas: ledger.areas.iter().map(area).collect(),
            totals: ledger.totals.iter().map(|total| (total.column.clone(), sums(total))).collect(),
        }
    }
}

fn row(entry: &RowEntry) -> RowReport {
    let whole = entry.area.iter().filter(|_| entry.parts.is_empty() && entry.outcome.is_used()).cloned();
    let areas = whole.chain(entry.parts.iter().map(|part| part.code.clone())).collect();
    let told = Told { line: entry.line, key: entry.key.clone(), name: entry.name.clone(), areas, history: entry.history.clone() };
    RowReport { outcome: entry.outcome.into(), detail: entry.outcome, entry: told }
}

fn area(entry: &AreaEntry) -> AreaReport {
    AreaReport { code: entry.code.clone(), name: entry.name.clone(), outcome: entry.outcome.into(), lines: entry.lines.clone() }
}

fn sums(total: &Total) -> Sums {
    let of = |fate: Fate| {
        let parts = total.by_outcome.iter().filter(|(outcome, _)| Fate::from(**outcome) == fate);
        parts.filter_map(|(_, part)| *part).fold(0.0, |sum, part| sum + part)
    };
    Sums {
        before: total.before,
        after: total.after,
        unmatched: of(Fate::Unmatched),
        dropped: of(Fate::Dropped),
        missing: total.missing,
        agrees: total.agrees,
    }
}
