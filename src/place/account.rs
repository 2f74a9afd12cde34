//! The account of a join: an entry for every row and every area, and totals that agree to the last digit.

use super::fixes;
use super::gazetteer::Gazetteer;
use super::join::{Joined, Request, same_name};
use super::key::{Key, find_code, sentence};
use super::ledger::{AreaEntry, AreaOutcome, Ledger, Part, RowEntry, RowOutcome, Total};
use super::name;
use super::route::Found;
use super::through::{Through, apportion};
use crate::problem::Problem;
use crate::table::exact::ExactSum;
use crate::table::{Table, number, shorten};
use std::collections::BTreeMap;

pub(super) fn account(
    request: &Request<'_>,
    key: Option<Key>,
    names: Option<usize>,
    found: &[Found],
    gazetteer: &Gazetteer<'_>,
    through: Option<&Through>,
) -> Joined {
    let areas = request.coverage.areas(request.level);
    let mut rows_of_area: Vec<Vec<usize>> = vec![Vec::new(); areas.len()];
    for (row, found) in found.iter().enumerate() {
        if found.outcome.is_used() || found.outcome == RowOutcome::NotShown {
            found.areas().for_each(|area| rows_of_area[area].push(row));
        }
    }
    let rows: Vec<RowEntry> =
        found.iter().enumerate().map(|(row, found)| row_entry(request, key, names, row, found, gazetteer)).collect();
    let shown: Vec<usize> = request.shown.map_or_else(|| (0..areas.len()).collect(), <[usize]>::to_vec);
    let areas: Vec<AreaEntry> = shown
        .iter()
        .filter_map(|area| Some((areas.get(*area)?, &rows_of_area[*area])))
        .map(|(area, of_area)| AreaEntry {
            code: area.code.clone(),
            name: area.name.clone(),
            outcome: area_outcome(of_area, found),
            lines: of_area.iter().map(|row| request.table.lines[*row]).collect(),
        })
        .collect();
    let mut ledger = Ledger {
        table: request.table.name.clone(),
        file: request.table.place().to_string(),
        level: request.level,
        years: through.map_or(String::new(), Through::said),
        key: key.map_or_else(|| "No key was found.".to_string(), |key| sentence(request.table, key) + "."),
        counts: BTreeMap::new(),
        area_counts: BTreeMap::new(),
        forms: BTreeMap::new(),
        rows,
        areas,
        totals: request.sum.iter().filter_map(|column| total(request.table, column, found, &rows_of_area)).collect(),
        fixes: Vec::new(),
    };
    if let Some(key) = key {
        ledger.fixes = fixes::of_rows(request.table, key, &ledger.rows, gazetteer);
    }
    for row in &ledger.rows {
        *ledger.counts.entry(row.outcome).or_default() += 1;
        if let Some(form) = row.form {
            *ledger.forms.entry(form).or_default() += 1;
        }
    }
    for area in &ledger.areas {
        *ledger.area_counts.entry(area.outcome).or_default() += 1;
    }
    let divided = found.iter().enumerate().filter(|(_, found)| !found.parts().is_empty());
    let parts = divided.map(|(row, found)| (row, found.parts().to_vec())).collect();
    Joined { rows_of_area, parts, ledger }
}

fn area_outcome(rows: &[usize], found: &[Found]) -> AreaOutcome {
    match rows {
        [] => AreaOutcome::NoRow,
        rows if rows.iter().any(|row| !found[*row].parts().is_empty()) => AreaOutcome::Estimated,
        [row] if found[*row].outcome != RowOutcome::RolledUp => AreaOutcome::Matched,
        rows if rows.iter().any(|row| found[*row].outcome == RowOutcome::Duplicate) => AreaOutcome::Duplicate,
        _ => AreaOutcome::Aggregated,
    }
}

fn row_entry(
    request: &Request<'_>,
    key: Option<Key>,
    names: Option<usize>,
    row: usize,
    found: &Found,
    gazetteer: &Gazetteer<'_>,
) -> RowEntry {
    let text = |column: usize| shorten(request.table.columns[column].text(row).trim());
    let (key, name) = match key {
        Some(Key::Code(column)) => (text(column), names.map(text)),
        Some(Key::Name(column, parent)) => (text(column), parent.map(text)),
        None => (String::new(), None),
    };
    let area = match (found.area, found.spot) {
        (Some(area), _) => Some(gazetteer.area((request.level, area))),
        (None, Some(spot)) => Some(gazetteer.area(spot)),
        (None, None) => None,
    };
    RowEntry {
        line: request.table.lines[row],
        key,
        name,
        outcome: found.outcome,
        area: area.map(|area| area.code.clone()),
        area_name: area.map(|area| area.name.clone()),
        form: found.form,
        history: found.way.as_ref().map(|way| way.told.clone()).filter(|told| !told.is_empty()),
        parts: found.parts().iter().map(|(area, weight)| part(request, *area, *weight)).collect(),
        near: found.near.clone(),
    }
}

fn part(request: &Request<'_>, area: usize, weight: u64) -> Part {
    let area = &request.coverage.areas(request.level)[area];
    Part { code: area.code.clone(), name: area.name.clone(), weight }
}

/// The total of a column before and after, exactly.
fn total(table: &Table, column: &str, found: &[Found], rows_of_area: &[Vec<usize>]) -> Option<Total> {
    let cells = table.find(column)?;
    let (mut before, mut after, mut missing) = (ExactSum::default(), ExactSum::default(), 0);
    let mut by_outcome: BTreeMap<RowOutcome, ExactSum> = BTreeMap::new();
    for (cell, found) in cells.iter().zip(found) {
        let part = by_outcome.entry(found.outcome).or_default();
        match number(cell) {
            Ok(number) => {
                before.add(number);
                part.add(number);
            }
            Err(_) => missing += 1,
        }
    }
    for (area, rows) in rows_of_area.iter().enumerate() {
        for row in rows.iter().filter(|row| found[**row].outcome.is_used()) {
            if let Ok(number) = cells.number(*row) {
                after.add(part_of(number, found[*row].parts(), area));
            }
        }
    }
    let (mut difference, mut rest) = (before.clone(), after.clone());
    for (outcome, part) in &by_outcome {
        difference.subtract_sum(part);
        if outcome.is_used() {
            rest.subtract_sum(part);
        }
    }
    Some(Total {
        column: column.to_string(),
        before: before.value(),
        after: after.value(),
        by_outcome: by_outcome.iter().map(|(outcome, part)| (*outcome, part.value())).collect(),
        missing,
        agrees: difference.is_zero() && rest.is_zero(),
    })
}

/// What an area has of a number: its part where the row is divided, else the whole.
pub(super) fn part_of(number: f64, parts: &[(usize, u64)], area: usize) -> f64 {
    let Some(at) = parts.iter().position(|part| part.0 == area) else { return number };
    let weights: Vec<u64> = parts.iter().map(|part| part.1).collect();
    apportion(number, &weights)[at]
}

/// Says how many codes were brought into their usual form, and where the table's name for an area is another than the boundaries'.
pub(super) fn note_forms(
    request: &Request<'_>,
    key: Option<Key>,
    names: Option<usize>,
    found: &[Found],
    gazetteer: &Gazetteer<'_>,
    problems: &mut Vec<Problem>,
) {
    let Some(Key::Code(column)) = key else { return };
    let place = request.table.place();
    let rewritten: Vec<usize> = (0..found.len()).filter(|row| found[*row].rewritten).collect();
    if let Some(first) = rewritten.first() {
        let written = request.table.columns[column].text(*first);
        let code = found[*first].spot.map_or("", |spot| gazetteer.area(spot).code.as_str());
        let message =
            format!("{} codes were brought into six digits, such as \"{}\" to {code}.", rewritten.len(), shorten(&written));
        problems.push(Problem::note("codes-rewritten", message).in_file(place).at_line(request.table.lines[*first]));
    }
    let Some(names) = names else { return };
    let cells = &request.table.columns[names];
    let differs = |row: &usize| {
        let (written, found) = (cells.text(*row), &found[*row]);
        let own =
            matches!(found.outcome, RowOutcome::Matched | RowOutcome::RolledUp | RowOutcome::Duplicate) && found.way.is_none();
        let spot = found.spot.filter(|spot| find_code(&request.table.columns[column].text(*row), spot.0, gazetteer).is_some());
        own && !written.trim().is_empty()
            && !name::is_placeholder(&written)
            && spot.is_some_and(|spot| {
                !same_name(&written, spot, gazetteer) && name::stem(&written) != name::stem(&gazetteer.area(spot).name)
            })
    };
    let rows: Vec<usize> = (0..found.len()).filter(differs).collect();
    if let Some(first) = rows.first() {
        let example = |row: &usize| {
            let area = found[*row].spot.map(|spot| gazetteer.area(spot));
            format!(
                "{} {} / {}",
                area.map_or("", |area| &area.code),
                shorten(&cells.text(*row)),
                area.map_or("", |area| &area.name)
            )
        };
        let examples: Vec<String> = rows.iter().take(5).map(example).collect();
        let more = if rows.len() > 5 { ", …" } else { "" };
        let message =
            format!("{} rows call an area otherwise than the boundaries do: {}{more}.", rows.len(), examples.join(", "));
        problems.push(Problem::note("name-differs", message).in_file(place).at_line(request.table.lines[*first]));
    }
}
