//! Which column of a table says what area a row belongs to, and the index by which areas are found.

use super::{code, name};
use crate::coverage::{Area, Coverage};
use crate::level::Level;
use crate::problem::Problem;
use crate::spec::{KeyPlan, Written};
use crate::table::Table;
use std::collections::HashMap;

/// Rows looked at to find the key.
const SAMPLE: usize = 5_000;

/// An area by level and position in that level.
pub type Spot = (Level, usize);

/// The areas of a coverage by code and by name.
pub struct Gazetteer<'a> {
    coverage: &'a Coverage,
    by_code: HashMap<&'a str, Vec<Spot>>,
    by_name: HashMap<String, Vec<Spot>>,
}

impl<'a> Gazetteer<'a> {
    /// Indexes a coverage.
    pub fn new(coverage: &'a Coverage) -> Self {
        let (mut by_code, mut by_name) = (HashMap::<&str, Vec<Spot>>::new(), HashMap::<String, Vec<Spot>>::new());
        for (&level, areas) in &coverage.layers {
            for (at, area) in areas.iter().enumerate() {
                by_code.entry(area.code.as_str()).or_default().push((level, at));
                let mut names = vec![name::normal(&area.name)];
                names.extend(area.name_en.as_deref().map(name::normal));
                names.dedup();
                for name in names.into_iter().filter(|name| !name.is_empty()) {
                    by_name.entry(name).or_default().push((level, at));
                }
            }
        }
        Self { coverage, by_code, by_name }
    }

    /// The area at a spot.
    pub fn area(&self, spot: Spot) -> &'a Area {
        &self.coverage.areas(spot.0)[spot.1]
    }

    /// The coverage it indexes.
    pub fn coverage(&self) -> &'a Coverage {
        self.coverage
    }

    /// The area with exactly this code: at `level`, else at the nearest finer level, else at the nearest coarser one.
    pub fn by_code(&self, code: &str, level: Level) -> Option<Spot> {
        nearest_level(self.by_code.get(code)?, level)
    }

    /// The area with this code at this very level.
    pub fn at_level(&self, code: &str, level: Level) -> Option<usize> {
        self.by_code.get(code)?.iter().find(|spot| spot.0 == level).map(|spot| spot.1)
    }

    /// The areas with this full name at `level`; where there are none, those at the nearest finer level, then coarser.
    pub fn by_name(&self, name: &str, level: Level) -> Vec<Spot> {
        let Some(spots) = self.by_name.get(&name::normal(name)) else { return Vec::new() };
        let Some((found, _)) = nearest_level(spots, level) else { return Vec::new() };
        spots.iter().copied().filter(|spot| spot.0 == found).collect()
    }

    /// The area of `level` that contains this one; itself where it is of that level. By parents, else by code.
    pub fn lift(&self, spot: Spot, level: Level) -> Option<usize> {
        let mut spot = spot;
        while spot.0 > level {
            let area = self.area(spot);
            let up = coarser(spot.0)?;
            let derived = || if up == Level::Province { code::province_of(&area.code) } else { code::prefecture_of(&area.code) };
            let by_parent = area.parent.as_deref().and_then(|parent| self.at_level(parent, up));
            spot = (up, by_parent.or_else(|| self.at_level(&derived()?, up))?);
        }
        (spot.0 == level).then_some(spot.1)
    }

    /// Whether one of the areas above this one has this name, in full or short.
    pub fn lies_in(&self, spot: Spot, parent: &str) -> bool {
        let wanted = name::normal(parent);
        let mut spot = spot;
        while let Some(up) = coarser(spot.0) {
            let Some(at) = self.lift(spot, up) else { return false };
            spot = (up, at);
            let area = self.area(spot);
            let english = area.name_en.as_deref().is_some_and(|english| name::normal(english) == wanted);
            // 长春 may stand for 长春市, but 吉林市 not for 吉林省.
            if english || name::normal(&area.name) == wanted || name::stem(&area.name) == wanted {
                return true;
            }
        }
        false
    }
}

fn nearest_level(spots: &[Spot], level: Level) -> Option<Spot> {
    let finer = spots.iter().filter(|spot| spot.0 >= level).min_by_key(|spot| spot.0);
    finer.or_else(|| spots.iter().max_by_key(|spot| spot.0)).copied()
}

/// The level above.
pub fn coarser(level: Level) -> Option<Level> {
    match level {
        Level::County => Some(Level::Prefecture),
        Level::Prefecture => Some(Level::Province),
        Level::Province | Level::Unit => None,
    }
}

/// The columns by which rows find their areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Codes stand in this column.
    Code(usize),
    /// Full names stand in this column, their parents' names perhaps in another.
    Name(usize, Option<usize>),
}

/// A key and how many of the rows looked at it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The key.
    pub key: Key,
    /// Rows whose key names an area of the level or a finer one.
    pub hits: usize,
    /// Rows with something in that column.
    pub filled: usize,
}

/// The key that the author gave, or the one that the table's content shows, with a note that says so.
pub fn resolve(
    table: &Table,
    plan: &KeyPlan,
    level: Level,
    gazetteer: &Gazetteer<'_>,
) -> Result<(Key, Option<Problem>), Problem> {
    match plan {
        KeyPlan::Code(column) => Ok((Key::Code(position(table, column)?), None)),
        KeyPlan::Name { name, parent } => {
            let parent = parent.as_ref().map(|parent| position(table, parent)).transpose()?;
            Ok((Key::Name(position(table, name)?, parent), None))
        }
        KeyPlan::Auto => {
            let guess = guess(table, level, gazetteer).ok_or_else(|| no_key(table, level))?;
            let note = Problem::note(
                "key-found",
                format!("{} ({} of {} rows looked at).", sentence(table, guess.key), guess.hits, guess.filled),
            );
            Ok((guess.key, Some(note.in_file(table.place()))))
        }
    }
}

/// How rows are matched, as a sentence without its full stop.
pub fn sentence(table: &Table, key: Key) -> String {
    let heading = |at: usize| table.columns.get(at).map_or("", |column| column.name.as_str());
    match key {
        Key::Code(at) => format!("Rows are matched by the codes in column \"{}\"", heading(at)),
        Key::Name(at, None) => format!("Rows are matched by the full names in column \"{}\"", heading(at)),
        Key::Name(at, Some(parent)) => {
            format!(
                "Rows are matched by the full names in column \"{}\" within the parents in column \"{}\"",
                heading(at),
                heading(parent)
            )
        }
    }
}

fn position(table: &Table, column: &Written) -> Result<usize, Problem> {
    let found = table.columns.iter().position(|known| known.name == column.text);
    // The words at fault stand in the map file, whose name is not known here.
    found.ok_or_else(|| {
        let mut problem = table.unknown_column(&column.text).about(&table.name).at_span(column.span.clone());
        problem.place.file = None;
        problem
    })
}

fn no_key(table: &Table, level: Level) -> Problem {
    let headings = crate::table::shorten(&table.headings().collect::<Vec<_>>().join(", "));
    let message = format!("No column holds codes or full names of areas at {level} level or finer (columns: {headings}).");
    let help = "Name the column of codes or of names in the map file, or check that the table fits the boundaries.";
    Problem::error("no-key-column", message).in_file(table.place()).help(help)
}

/// Looks for a column of codes, else for one of names: the one that serves the most rows, at least half of those filled.
pub fn guess(table: &Table, level: Level, gazetteer: &Gazetteer<'_>) -> Option<Guess> {
    best(table, |text| code_fit(text, level, gazetteer))
        .map(|(at, hits, filled)| Guess { key: Key::Code(at), hits, filled })
        .or_else(|| {
            let (at, hits, filled) = best(table, |text| name_fit(text, level, gazetteer))?;
            let parent = parent_column(table, at, level, gazetteer);
            Some(Guess { key: Key::Name(at, parent), hits, filled })
        })
}

/// How well a cell serves as a key: 2 for an area of the level, 1 for one of a finer level, 0 for none.
fn code_fit(text: &str, level: Level, gazetteer: &Gazetteer<'_>) -> u8 {
    let Some((_, found)) = find_code(text, level, gazetteer) else { return 0 };
    if found.0 < level { 0 } else { 1 + u8::from(found.0 == level) }
}

fn name_fit(text: &str, level: Level, gazetteer: &Gazetteer<'_>) -> u8 {
    match gazetteer.by_name(text, level).first() {
        Some(spot) if spot.0 == level => 2,
        Some(spot) if spot.0 > level => 1,
        _ => 0,
    }
}

/// The area with a code as written, or with its six-digit form; and whether it had to be brought into that form.
pub fn find_code(written: &str, level: Level, gazetteer: &Gazetteer<'_>) -> Option<(bool, Spot)> {
    if let Some(spot) = gazetteer.by_code(written.trim(), level) {
        return Some((false, spot));
    }
    gazetteer.by_code(&code::six_digits(written)?, level).map(|spot| (true, spot))
}

/// The column whose cells fit best: position, hits, filled cells.
fn best(table: &Table, fit: impl Fn(&str) -> u8) -> Option<(usize, usize, usize)> {
    let mut best: Option<(usize, usize, usize, usize)> = None;
    for (at, column) in table.columns.iter().enumerate() {
        let (mut filled, mut hits, mut score) = (0, 0, 0);
        for cell in column.cells.iter().take(SAMPLE) {
            let text = cell.text();
            if text.is_empty() {
                continue;
            }
            filled += 1;
            let fit = fit(&text);
            hits += usize::from(fit > 0);
            score += usize::from(fit);
        }
        if hits * 2 >= filled && hits > 0 && best.is_none_or(|(_, _, _, top)| score > top) {
            best = Some((at, hits, filled, score));
        }
    }
    best.map(|(at, hits, filled, _)| (at, hits, filled))
}

/// A column of parents' names, where a name alone would not do.
fn parent_column(table: &Table, names: usize, level: Level, gazetteer: &Gazetteer<'_>) -> Option<usize> {
    let several = |text: &str| gazetteer.by_name(text, level).len() > 1;
    let sample = || table.columns[names].cells.iter().take(SAMPLE);
    let ambiguous = sample().any(|cell| several(&cell.text()));
    ambiguous.then(|| {
        (0..table.columns.len()).filter(|at| *at != names).find(|at| {
            let pairs = sample().zip(&table.columns[*at].cells).filter(|(name, _)| name_fit(&name.text(), level, gazetteer) > 0);
            let (mut all, mut within) = (0, 0);
            for (name, parent) in pairs {
                all += 1;
                let spots = gazetteer.by_name(&name.text(), level);
                within += usize::from(spots.iter().any(|spot| gazetteer.lies_in(*spot, &parent.text())));
            }
            within * 2 >= all && all > 0
        })
    })?
}
