//! Rows to areas: by code, or by name within the parent. Nothing fuzzy is applied, and nothing is lost without being listed.

use super::gazetteer::{Gazetteer, Spot};
use super::key::{Key, find_code, resolve, sentence};
use super::ledger::{AreaEntry, AreaOutcome, Ledger, Near, RowEntry, RowOutcome, Total};
use super::lookup::{Lookup, Meaning};
use super::name::{self, Form};
use super::near::Proposer;
use super::{code, duplicates, fixes};
use crate::coverage::Coverage;
use crate::level::Level;
use crate::problem::{Noted, Problem};
use crate::spec::KeyPlan;
use crate::table::exact::ExactSum;
use crate::table::{Table, number, shorten};
use std::collections::BTreeMap;

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
}

/// The rows of each area, and the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// For each area of the level, in the order of the coverage, the rows of the table that belong to it.
    pub rows_of_area: Vec<Vec<usize>>,
    /// The account of every row (in the order of the table) and every area shown.
    pub ledger: Ledger,
}

/// Where a row leads.
pub(super) struct Found {
    pub(super) outcome: RowOutcome,
    /// Area of the map's level.
    pub(super) area: Option<usize>,
    /// The very area the key names, or the prefecture or province it is known to lie in.
    spot: Option<Spot>,
    /// Areas it may mean.
    pub(super) near: Vec<Near>,
    /// Whether the code had to be brought into its usual form.
    rewritten: bool,
    /// The form in which the name is written, where a name led to the area.
    form: Option<Form>,
}

impl Found {
    fn nowhere(outcome: RowOutcome) -> Self {
        Self { outcome, area: None, spot: None, near: Vec::new(), rewritten: false, form: None }
    }
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
    let find = |row: usize| match (key, &lookup) {
        (Some(Key::Code(column)), _) => find_by_code(&request.table.columns[column].text(row), request, &gazetteer),
        (_, Some(lookup)) => find_by_name(lookup.row(row), request, &gazetteer),
        (_, None) => Found::nowhere(RowOutcome::NoKey),
    };
    let mut found: Vec<Found> = (0..request.table.rows()).map(find).collect();
    if let Some(shown) = &shown {
        hide(shown, &mut found);
    }
    let names = key.and_then(|key| name_column(request.table, key, &found, &gazetteer));
    supersede(request, &mut found, &gazetteer);
    let doubled = if request.sum.is_empty() { duplicates::mark(&mut found) } else { BTreeMap::new() };
    if let Some(key) = key {
        propose(request, key, names, lookup.as_ref(), &mut found, &gazetteer);
    }
    problems.extend(duplicates::problems(request, &doubled, &found));
    let joined = account(request, key, names, &found, &gazetteer);
    if key.is_some() {
        note_forms(request, key, names, &found, &gazetteer, &mut problems);
        problems.extend(joined.ledger.problems(request.table.place()));
    }
    Noted { value: joined, problems }
}

fn find_by_code(written: &str, request: &Request<'_>, gazetteer: &Gazetteer<'_>) -> Found {
    if written.trim().is_empty() {
        return Found::nowhere(RowOutcome::NoKey);
    }
    if let Some((rewritten, spot)) = find_code(written, request.level, gazetteer) {
        return Found { rewritten, ..settle(spot, request, gazetteer) };
    }
    match code::six_digits(written) {
        Some(code) if request.level != Level::Unit => find_by_prefix(&code, request, gazetteer),
        _ if name::is_placeholder(written) => Found::nowhere(RowOutcome::Placeholder),
        _ => Found::nowhere(RowOutcome::Unmatched),
    }
}

/// The row of an area in the boundary set: at the map's level, finer, or coarser.
fn settle(spot: Spot, request: &Request<'_>, gazetteer: &Gazetteer<'_>) -> Found {
    let area = gazetteer.lift(spot, request.level);
    let outcome = match area {
        None if spot.0 < request.level => RowOutcome::CoarserLevel,
        None => RowOutcome::Unmatched,
        Some(_) if spot.0 == request.level => RowOutcome::Matched,
        Some(_) => RowOutcome::RolledUp,
    };
    Found { outcome, area, spot: Some(spot), near: Vec::new(), rewritten: false, form: None }
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
    for found in found.iter_mut().filter(|found| found.area.is_some_and(|area| !is_shown[area])) {
        found.outcome = RowOutcome::NotShown;
    }
}

/// A code that the boundary set lacks (a development zone, an abolished county) still says in which prefecture and province it lies.
fn find_by_prefix(code: &str, request: &Request<'_>, gazetteer: &Gazetteer<'_>) -> Found {
    let prefecture =
        code::prefecture_of(code).and_then(|code| Some((Level::Prefecture, gazetteer.at_level(&code, Level::Prefecture)?)));
    let province = code::province_of(code).and_then(|code| Some((Level::Province, gazetteer.at_level(&code, Level::Province)?)));
    let (Some(spot), known) = (prefecture.or(province), prefecture.is_some()) else {
        return Found::nowhere(RowOutcome::Unmatched);
    };
    let mut found = settle(spot, request, gazetteer);
    match found.outcome {
        RowOutcome::CoarserLevel if known => found.outcome = RowOutcome::PrefectureOnly,
        RowOutcome::CoarserLevel => found.outcome = RowOutcome::ProvinceOnly,
        RowOutcome::Matched => found.outcome = RowOutcome::RolledUp,
        _ => {}
    }
    found
}

fn find_by_name(meaning: &Meaning, request: &Request<'_>, gazetteer: &Gazetteer<'_>) -> Found {
    match meaning {
        Meaning::Area(found) => Found { form: Some(found.form), ..settle(found.spot, request, gazetteer) },
        Meaning::Several(_) => Found::nowhere(RowOutcome::Ambiguous),
        Meaning::NotShown => Found::nowhere(RowOutcome::NotShown),
        Meaning::Placeholder => Found::nowhere(RowOutcome::Placeholder),
        Meaning::Empty => Found::nowhere(RowOutcome::NoKey),
        Meaning::Nothing => Found::nowhere(RowOutcome::Unmatched),
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

fn same_name(written: &str, spot: Spot, gazetteer: &Gazetteer<'_>) -> bool {
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
    for found in found.iter().filter(|found| found.outcome == RowOutcome::Matched) {
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

fn account(request: &Request<'_>, key: Option<Key>, names: Option<usize>, found: &[Found], gazetteer: &Gazetteer<'_>) -> Joined {
    let areas = request.coverage.areas(request.level);
    let mut rows_of_area: Vec<Vec<usize>> = vec![Vec::new(); areas.len()];
    for (row, found) in found.iter().enumerate() {
        if let (Some(area), true) = (found.area, found.outcome.is_used() || found.outcome == RowOutcome::NotShown) {
            rows_of_area[area].push(row);
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
    Joined { rows_of_area, ledger }
}

fn area_outcome(rows: &[usize], found: &[Found]) -> AreaOutcome {
    match rows {
        [] => AreaOutcome::NoRow,
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
        near: found.near.clone(),
    }
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
    let reached = |row: &&usize| found[**row].outcome.is_used();
    for row in rows_of_area.iter().flatten().filter(reached) {
        if let Ok(number) = cells.number(*row) {
            after.add(number);
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

/// Says how many codes were brought into their usual form, and where the table's name for an area is another than the boundaries'.
fn note_forms(
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
        let own = matches!(found.outcome, RowOutcome::Matched | RowOutcome::RolledUp | RowOutcome::Duplicate);
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
