//! Rows to areas: by code, or by name within the parent. Nothing fuzzy is applied, and nothing is lost without being listed.

use super::account::{account, note_forms};
use super::gazetteer::{Gazetteer, Spot};
use super::key::{Key, resolve};
use super::ledger::{Ledger, Near, RowOutcome};
use super::lookup::{Lookup, Meaning};
use super::name;
use super::near::Proposer;
use super::route::{Finder, Found};
use super::through::{Carry, Through};
use super::{code, duplicates};
use crate::coverage::Coverage;
use crate::level::Level;
use crate::problem::{Noted, Problem};
use crate::spec::KeyPlan;
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be joined.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The table, its filter already applied.
    pub table: &'a Table,
    /// How rows find their areas.
    pub key: &'a KeyPlan,
    /// Level of the map.
    pub level: Level,
    /// The areas.
    pub coverage: &'a Coverage,
    /// Positions of the areas that the map shows; all where none is given.
    pub shown: Option<&'a [usize]>,
    /// Columns that may be added up where several rows belong to one area.
    pub sum: &'a [String],
    /// How codes are carried to the year of the areas; none where every code is meant as the areas have it.
    pub carry: Option<Carry>,
}

/// The rows of each area, and the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// For each area of the level, in the order of the coverage, the rows of the table that belong to it.
    pub rows_of_area: Vec<Vec<usize>>,
    /// Rows that are divided: their areas, and the weight of each.
    pub parts: BTreeMap<usize, Vec<(usize, u64)>>,
    /// The account of every row (in the order of the table) and every area shown.
    pub ledger: Ledger,
}

/// Joins a table to the areas of a level.
///
/// Problems: `key-found` (note), `no-key-column`, `unknown-column`, `duplicate-key` (errors), `codes-rewritten`, `name-differs`
/// (notes), and those of [`Ledger::problems`].
pub fn join(request: &Request<'_>) -> Noted<Joined> {
    let gazetteer = Gazetteer::new(request.coverage);
    let mut problems = Vec::new();
    let resolved = resolve(request.table, request.key, request.level, &gazetteer);
    let key = match resolved {
        Ok((key, note)) => {
            problems.extend(note);
            Some(key)
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    if request.coverage.areas(request.level).is_empty() {
        problems.push(Problem::error("no-such-level", format!("The boundaries have no areas at {} level.", request.level)));
    }
    let shown = request.shown.map(|shown| is_shown(request, shown));
    let lookup = match key {
        Some(Key::Name(column, parent)) => {
            Some(Lookup::of(request.table, column, parent, request.level, shown.as_deref(), &gazetteer))
        }
        _ => None,
    };
    let through = key.and_then(|key| through(request, key, &mut problems));
    let mut finder = Finder::new(request, &gazetteer, through.as_ref());
    let find = |row: usize| match (key, &lookup) {
        (Some(Key::Code(column)), _) => finder.by_code(&request.table.columns[column].text(row)),
        (_, Some(lookup)) => finder.by_name(&named(request.table, key, row), lookup.row(row)),
        (_, None) => Found::nowhere(RowOutcome::NoKey),
    };
    let mut found: Vec<Found> = (0..request.table.rows()).map(find).collect();
    if let Some(shown) = &shown {
        hide(shown, &mut found);
    }
    let names = key.and_then(|key| name_column(request.table, key, &found, &gazetteer));
    if let Some(names) = names {
        name_sums(request.table, names, &mut found);
    }
    supersede(request, &mut found, &gazetteer);
    let doubled = if request.sum.is_empty() { duplicates::mark(&mut found) } else { BTreeMap::new() };
    if let Some(key) = key {
        propose(request, key, names, lookup.as_ref(), &mut found, &gazetteer);
    }
    problems.extend(duplicates::problems(request, &doubled, &found));
    let joined = account(request, key, names, &found, &gazetteer, through.as_ref());
    if key.is_some() {
        note_forms(request, key, names, &found, &gazetteer, &mut problems);
        problems.extend(joined.ledger.problems(request.table.place()));
    }
    Noted { value: joined, problems }
}

/// A row without a code that calls itself a sum is one.
fn name_sums(table: &Table, names: usize, found: &mut [Found]) {
    for (row, found) in found.iter_mut().enumerate().filter(|(_, found)| found.outcome == RowOutcome::NoKey) {
        if name::is_placeholder(&table.columns[names].text(row)) {
            found.outcome = RowOutcome::Placeholder;
        }
    }
}

/// The years between which codes are carried; none where one of them is not known.
fn through(request: &Request<'_>, key: Key, problems: &mut Vec<Problem>) -> Option<Through> {
    let carry = request.carry.as_ref().filter(|_| request.level != Level::Unit)?;
    let codes: BTreeSet<String> = match key {
        Key::Code(column) => request.table.columns[column].iter().filter_map(|cell| code::six_digits(&cell.text())).collect(),
        // Names hold for many years: those of the areas, unless the author says otherwise.
        Key::Name(..) => BTreeSet::new(),
    };
    let named = Carry { table_year: carry.table_year.or(Some(request.coverage.origin.vintage?)), ..*carry };
    let carry = if matches!(key, Key::Name(..)) { &named } else { carry };
    match Through::of(carry, codes.iter().map(String::as_str), request.coverage) {
        Ok(through) => {
            let said = through.as_ref().filter(|through| through.table_year != through.area_year);
            problems.extend(said.map(|through| Problem::note("codes-carried", through.said()).in_file(request.table.place())));
            through
        }
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

/// The name in a row, with its parent's before it where the key has one.
fn named(table: &Table, key: Option<Key>, row: usize) -> String {
    let text = |column: usize| table.columns[column].text(row);
    match key {
        Some(Key::Name(column, Some(parent))) => format!("{}/{}", text(parent), text(column)),
        Some(Key::Name(column, None)) => text(column).into_owned(),
        _ => String::new(),
    }
}

/// For each area of the level whether the map shows it.
fn is_shown(request: &Request<'_>, shown: &[usize]) -> Vec<bool> {
    let mut is_shown = vec![false; request.coverage.areas(request.level).len()];
    for area in shown {
        if let Some(known) = is_shown.get_mut(*area) {
            *known = true;
        }
    }
    is_shown
}

/// Sets aside the rows of areas that the map does not show.
fn hide(is_shown: &[bool], found: &mut [Found]) {
    for found in found.iter_mut().filter(|found| found.area.is_some() && found.areas().all(|area| !is_shown[area])) {
        found.outcome = RowOutcome::NotShown;
    }
}

/// The column, other than the key, that holds the areas' names: the one that agrees most often with the areas found.
fn name_column(table: &Table, key: Key, found: &[Found], gazetteer: &Gazetteer<'_>) -> Option<usize> {
    let Key::Code(code) = key else { return None };
    let matched: Vec<(usize, Spot)> = found
        .iter()
        .enumerate()
        .filter(|(_, found)| found.outcome.is_used() || found.outcome == RowOutcome::NotShown)
        .filter_map(|(row, found)| Some((row, found.spot?)))
        .take(500)
        .collect();
    let agreeing = |at: usize| {
        let agrees = |(row, spot): &&(usize, Spot)| same_name(&table.columns[at].text(*row), *spot, gazetteer);
        matched.iter().filter(agrees).count()
    };
    let best = (0..table.columns.len()).filter(|at| *at != code).map(|at| (agreeing(at), usize::MAX - at)).max()?;
    (best.0 * 3 > matched.len()).then_some(usize::MAX - best.1)
}

pub(super) fn same_name(written: &str, spot: Spot, gazetteer: &Gazetteer<'_>) -> bool {
    let area = gazetteer.area(spot);
    let normal = name::normal(written);
    normal == name::normal(&area.name) || area.name_en.as_deref().is_some_and(|english| normal == name::normal(english))
}

/// For rows that lead nowhere: areas whose names are nearly theirs, for a code in the province that it begins with.
fn propose(
    request: &Request<'_>,
    key: Key,
    names: Option<usize>,
    lookup: Option<&Lookup>,
    found: &mut [Found],
    gazetteer: &Gazetteer<'_>,
) {
    let mut proposer = Proposer::new(gazetteer, request.level, request.shown);
    let text = |column: usize, row: usize| request.table.columns[column].text(row);
    let mut taken = vec![false; request.coverage.areas(request.level).len()];
    found.iter().filter_map(|found| found.area).for_each(|area| taken[area] = true);
    let doubtful =
        |found: &Found| found.outcome.is_lost() || (found.outcome == RowOutcome::Duplicate && matches!(key, Key::Name(..)));
    for (row, found) in found.iter_mut().enumerate().filter(|(_, found)| doubtful(found)) {
        if let (RowOutcome::Ambiguous, Some(Meaning::Several(spots))) = (found.outcome, lookup.map(|lookup| lookup.row(row))) {
            found.near = proposer.of_same_name(spots);
            continue;
        }
        found.near = match (key, names) {
            (Key::Name(column, parent), _) => {
                let parent = parent.map(|parent| text(parent, row));
                let mut near = proposer.by_name(&text(column, row), parent.as_deref());
                // Of two rows for one area, one may mean an area that has none.
                let free = |near: &Near| gazetteer.at_level(&near.code, request.level).is_some_and(|area| !taken[area]);
                near.retain(|near| found.outcome != RowOutcome::Duplicate || free(near));
                near
            }
            (Key::Code(_), Some(names)) => {
                let province = found.spot.and_then(|spot| gazetteer.lift(spot, Level::Province));
                let province = province.map(|at| gazetteer.area((Level::Province, at)).name.as_str());
                let mut near = proposer.by_name(&text(names, row), province);
                near.retain(|near| near.score >= 90);
                near
            }
            (Key::Code(_), None) => Vec::new(),
        };
    }
}

/// Where an area has a row of its own, the rows of its parts are already in it. An area that stands at both levels as itself has no
/// parts, so what else lies in it (a development zone) is kept.
fn supersede(request: &Request<'_>, found: &mut [Found], gazetteer: &Gazetteer<'_>) {
    let areas = request.coverage.areas(request.level);
    let mut own = vec![false; areas.len()];
    for found in found.iter().filter(|found| found.outcome.is_one_to_one()) {
        if let Some(area) = found.area {
            own[area] = true;
        }
    }
    let finer: Vec<Level> =
        request.coverage.layers.keys().copied().filter(|level| *level > request.level && *level != Level::Unit).collect();
    let stands_alone = |area: usize| finer.iter().any(|level| gazetteer.at_level(&areas[area].code, *level).is_some());
    for found in found.iter_mut().filter(|found| found.outcome == RowOutcome::RolledUp) {
        if found.area.is_some_and(|area| own[area] && !stands_alone(area)) {
            found.outcome = RowOutcome::Superseded;
        }
    }
}
