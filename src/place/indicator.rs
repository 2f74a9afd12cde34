//! A formula for every area, over one or several joined tables.
//!
//! Where several rows, or rows of a finer level, belong to an area, a column is added up if it is declared summable; otherwise that
//! is an error, since shares and rates cannot be added.

use super::account::part_of;
use super::join::Joined;
use super::ledger::RowOutcome;
use crate::problem::{Noted, Problem};
use crate::table::exact::ExactSum;
use crate::table::formula::{Formula, FormulaError, Name};
use crate::table::{Cell, CellRef, Column, Missing, Table, Value, has_percent_sign};

/// A table together with its join.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The table, as it was joined.
    pub table: &'a Table,
    /// Its join.
    pub joined: &'a Joined,
    /// Columns that may be added up.
    pub sum: &'a [String],
    /// For each row the base of its shares and rates, by which those of several rows are weighted; none where they may not be.
    pub base: Option<&'a [Value]>,
}

/// A column that a formula used, brought to the areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// The name in the formula.
    pub name: String,
    /// One cell an area.
    pub cells: Vec<Cell>,
}

/// A value, or the reason for having none, for each area of the level.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// One value an area, in the order of the coverage.
    pub values: Vec<Value>,
    /// The columns it was computed from, for the download.
    pub used: Vec<Used>,
}

/// Evaluates a formula for every area. Fails for a name that no table, or more than one, has.
///
/// `areas` is the number of areas of the level; each source must have been joined to the same level of the same coverage.
pub fn evaluate(formula: &Formula, sources: &[Source<'_>], areas: usize) -> Result<Noted<Indicator>, FormulaError> {
    let mut problems = Vec::new();
    let mut used = Vec::new();
    for name in formula.names() {
        let (source, column) = resolve(name, sources)?;
        let cells = by_area(&sources[source], column, areas, &mut problems);
        used.push(Used { name: name.text.clone(), cells });
    }
    let cell = |name: &str, area: usize| {
        let column = used.iter().find(|used| used.name == name);
        column.map_or(CellRef::Missing(&Missing::NoRow), |used| CellRef::from(&used.cells[area]))
    };
    let values: Vec<Value> = (0..areas).map(|area| formula.evaluate(&|name| cell(name, area))).collect();
    report_missing(formula, &values, &mut problems);
    Ok(Noted { value: Indicator { values, used }, problems })
}

/// For each area whether a condition over joined tables holds; an area for which it has no answer says why.
pub fn holds(formula: &Formula, sources: &[Source<'_>], areas: usize) -> Result<Noted<Vec<Result<bool, Missing>>>, FormulaError> {
    let noted = evaluate(formula, sources, areas)?;
    let cell = |name: &str, area: usize| {
        let column = noted.value.used.iter().find(|used| used.name == name);
        column.map_or(CellRef::Missing(&Missing::NoRow), |used| CellRef::from(&used.cells[area]))
    };
    let value = (0..areas).map(|area| formula.holds(&|name| cell(name, area))).collect();
    Ok(Noted { value, problems: noted.problems })
}

/// The table and column that a name means.
fn resolve(name: &Name, sources: &[Source<'_>]) -> Result<(usize, usize), FormulaError> {
    let mut found = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        if let Some(column) = source.table.columns.iter().position(|column| column.name == name.text) {
            found.push((at, column));
        }
    }
    if found.is_empty() {
        for (at, source) in sources.iter().enumerate() {
            let inner = name.text.strip_prefix(source.table.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            if let Some(column) = inner.and_then(|inner| source.table.columns.iter().position(|column| column.name == inner)) {
                found.push((at, column));
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown(name, sources)),
        [first, second, ..] => {
            let (a, b) = (&sources[first.0].table.name, &sources[second.0].table.name);
            let message = format!("Column \"{}\" is in table {a} and in table {b}.", name.text);
            Err(FormulaError::new(name.span.clone(), message).help(format!("Write {a}.{} or {b}.{}.", name.text, name.text)))
        }
    }
}

fn unknown(name: &Name, sources: &[Source<'_>]) -> FormulaError {
    let plain: Vec<&str> = sources.iter().flat_map(|source| source.table.headings()).collect();
    let dotted: Vec<String> = sources
        .iter()
        .flat_map(|source| source.table.headings().map(|heading| format!("{}.{heading}", source.table.name)))
        .collect();
    if name.text.contains('.') {
        return FormulaError::unknown_name(name, dotted.iter().map(String::as_str));
    }
    FormulaError::unknown_name(name, plain.iter().copied())
}

/// A column brought to the areas, by its position in the table.
pub fn column(source: &Source<'_>, column: usize, areas: usize) -> Noted<Vec<Cell>> {
    let mut problems = Vec::new();
    let value = by_area(source, column, areas, &mut problems);
    Noted { value, problems }
}

/// A column brought to the areas.
fn by_area(source: &Source<'_>, column: usize, areas: usize, problems: &mut Vec<Problem>) -> Vec<Cell> {
    let heading = &source.table.columns[column].name;
    let dotted = format!("{}.{heading}", source.table.name);
    let summable = source.sum.iter().any(|name| name == heading || *name == dotted);
    let mut faults = Faults::default();
    let cells = (0..areas).map(|area| {
        let rows = source.joined.rows_of_area.get(area).map_or(&[][..], Vec::as_slice);
        one_cell(source, column, area, rows, summable, &mut faults)
    });
    let cells = cells.collect();
    faults.report(source, heading, problems);
    report_shares(source, column, problems);
    cells
}

/// Cells with a percent sign are shares; beside them a number without one is likely to be something else.
fn report_shares(source: &Source<'_>, column: usize, problems: &mut Vec<Problem>) {
    let (cells, lines) = (&source.table.columns[column], &source.table.lines);
    let heading = &source.table.columns[column].name;
    let is_share = |row: &usize| matches!(cells.cell(*row), CellRef::Text(text) if has_percent_sign(text));
    let is_plain = |row: &usize| !is_share(row) && cells.number(*row).is_ok_and(|number| number != 0.0);
    let shares = (0..cells.len()).filter(is_share).count();
    let plain: Vec<usize> = (0..cells.len()).filter(is_plain).collect();
    if let (Some(share), false) = ((0..cells.len()).find(is_share), plain.is_empty()) {
        let some: Vec<String> = plain.iter().take(5).map(|row| lines[*row].to_string()).collect();
        let more = if plain.len() > 5 { ", …" } else { "" };
        let message = format!(
            "{shares} cells have a percent sign (first on line {}) and {} have none (lines {}{more}): \"{}\" is read as a share beside \"{}\".",
            lines[share],
            plain.len(),
            some.join(", "),
            crate::table::shorten(&cells.text(share)),
            crate::table::shorten(&cells.text(plain[0]))
        );
        let problem = Problem::warning("percent-signs-mixed", message).in_file(source.table.place()).in_column(heading);
        problems
            .push(problem.at_line(lines[plain[0]]).help("Write all of them with the sign, or none, or correct them by a patch."));
    } else if shares > 0 {
        let message = format!("{shares} cells have a percent sign and are read as shares: 12.5% is 0.125.");
        problems.push(Problem::note("percent-signs", message).in_file(source.table.place()).in_column(heading));
    }
}

/// Rows that could not be added, rows left out of sums, and rows of areas that have no common rate for want of one of them.
#[derive(Default)]
struct Faults {
    not_summable: Vec<(usize, usize)>,
    left_out: Vec<(usize, Missing)>,
    without_base: Vec<(usize, Missing)>,
}

fn one_cell(source: &Source<'_>, column: usize, area: usize, rows: &[usize], summable: bool, faults: &mut Faults) -> Cell {
    let cells = &source.table.columns[column];
    let is = |row: usize, outcome: RowOutcome| source.joined.ledger.rows.get(row).is_some_and(|entry| entry.outcome == outcome);
    // A part of a row, or a row of a part of the area, is not the area's own value.
    let partial = |row: usize| is(row, RowOutcome::RolledUp) || source.joined.parts.contains_key(&row);
    match rows {
        [] => Cell::Missing(Missing::NoRow),
        [row] if !partial(*row) => cells.cell(*row).into(),
        rows if summable => sum(source, rows, area, cells, &mut faults.left_out),
        // Text that all rows share, such as the name of the province, is the area's text.
        rows if rows.iter().all(|row| cells.cell(*row) == cells.cell(rows[0]) && cells.number(*row).is_err()) => {
            cells.cell(rows[0]).into()
        }
        rows if source.base.is_some() => weighted(source, rows, area, cells, &mut faults.without_base),
        rows => {
            // Duplicate rows are an error already, whatever the column.
            if !rows.iter().any(|row| is(*row, RowOutcome::Duplicate)) {
                faults.not_summable.push((rows[0], rows.get(1).copied().unwrap_or(rows[0])));
            }
            Cell::Missing(Missing::NotApplicable("several rows that may not be added up".into()))
        }
    }
}

/// What an area has of a number of a row.
fn part(source: &Source<'_>, row: usize, area: usize, number: f64) -> f64 {
    source.joined.parts.get(&row).map_or(number, |parts| part_of(number, parts, area))
}

/// The mean of shares or rates, weighted by their bases: the share or rate of the whole. Missing where one of the rows lacks its rate or
/// its base, as what is left would be the rate of something else.
fn weighted(source: &Source<'_>, rows: &[usize], area: usize, cells: &Column, without: &mut Vec<(usize, Missing)>) -> Cell {
    let (mut product, mut bases) = (ExactSum::default(), ExactSum::default());
    for row in rows {
        let base = source.base.and_then(|base| base.get(*row)).cloned().unwrap_or(Err(Missing::NoRow));
        match (cells.number(*row), base) {
            (Ok(rate), Ok(base)) => {
                let base = part(source, *row, area, base);
                product.add(rate * base);
                bases.add(base);
            }
            (Err(reason), _) | (_, Err(reason)) => {
                without.push((*row, reason.clone()));
                return Cell::Missing(reason);
            }
        }
    }
    match (product.value(), bases.value()) {
        (Some(product), Some(bases)) if bases > 0.0 => Cell::Number(product / bases),
        _ => Cell::Missing(Missing::DivisionByZero),
    }
}

/// The sum of the rows that have a number; missing, with the first reason, where none has.
fn sum(source: &Source<'_>, rows: &[usize], area: usize, cells: &Column, left_out: &mut Vec<(usize, Missing)>) -> Cell {
    let mut total = ExactSum::default();
    let mut missing: Vec<(usize, Missing)> = Vec::new();
    for row in rows {
        match cells.number(*row) {
            Ok(number) => total.add(part(source, *row, area, number)),
            Err(reason) => missing.push((*row, reason)),
        }
    }
    if missing.len() == rows.len() {
        return Cell::Missing(missing.swap_remove(0).1);
    }
    left_out.append(&mut missing);
    total.value().map_or_else(|| Cell::Missing(Missing::OutOfRange("the sum is too large".into())), Cell::Number)
}

impl Faults {
    fn report(self, source: &Source<'_>, heading: &str, problems: &mut Vec<Problem>) {
        let lines = &source.table.lines;
        let place = source.table.place();
        if let Some((first, second)) = self.not_summable.first() {
            let rows = if first == second {
                format!("The row on line {} is of a part of an area, or only a part of it belongs to the area", lines[*first])
            } else {
                format!("The rows on lines {} and {} belong to the same area", lines[*first], lines[*second])
            };
            let message = format!("{rows}, and \"{heading}\" is not declared as summable ({} areas).", self.not_summable.len());
            let problem = Problem::error("not-summable", message).in_file(place).at_line(lines[*second]).in_column(heading);
            problems.push(problem.help(format!(
                "If it is a count, write sum = [\"{heading}\"] in the table; if it is a share or a rate, name what it is a share of: base = \"COLUMN\", of this table or TABLE.COLUMN of another; or choose one row by `where`."
            )));
        }
        if let Some((row, reason)) = self.without_base.first() {
            let count = self.without_base.len();
            let message = format!(
                "{count} areas of several rows have no value, as one of the rows lacks it or its base (first: {reason})."
            );
            let problem = Problem::warning("rate-without-base", message)
                .zh(format!("{count} 个由多行合成的区域缺少比率或其基数，按无数据绘制。"))
                .in_file(place)
                .at_line(lines[*row])
                .in_column(heading);
            problems.push(problem.help("Correct them by a patch, or leave them out by `where`."));
        }
        if let Some((row, reason)) = self.left_out.first() {
            let count = self.left_out.len();
            let are = if count == 1 { "row without a number is" } else { "rows without a number are" };
            let problem = Problem::warning("sum-without-rows", format!("{count} {are} left out of sums (first: {reason})."))
                .zh(format!("{count} 行没有数值，未计入合计。"))
                .in_file(place)
                .at_line(lines[*row])
                .in_column(heading);
            problems.push(problem.help("Correct them by a patch, or leave them out by `where`."));
        }
    }
}

/// Divisions by zero and other results that are no number are reported; cells that were missing already are only shown on the map.
fn report_missing(formula: &Formula, values: &[Value], problems: &mut Vec<Problem>) {
    type Kind = (&'static str, fn(&Missing) -> bool);
    let kinds: [Kind; 3] = [
        ("division-by-zero", |missing| *missing == Missing::DivisionByZero),
        ("undefined-value", |missing| matches!(missing, Missing::Undefined(_) | Missing::OutOfRange(_))),
        ("not-a-number", |missing| matches!(missing, Missing::NotANumber(_))),
    ];
    for (id, is) in kinds {
        let such: Vec<&Missing> = values.iter().filter_map(|value| value.as_ref().err()).filter(|missing| is(missing)).collect();
        if let Some(first) = such.first() {
            let message = format!("`{formula}` has no value for {} areas ({first}).", such.len());
            let zh = format!("公式 {formula} 在 {} 个区域没有结果，按无数据绘制。", such.len());
            let help = match id {
                "division-by-zero" => "They are drawn as missing.",
                _ => "They are drawn as missing. Correct the cells by a patch file: patch = \"…\" beside the table.",
            };
            problems.push(Problem::warning(id, message).zh(zh).help(help));
        }
    }
}
