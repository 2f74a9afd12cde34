//! Which column of a table says what area a row belongs to, and the index by which areas are found.

pub use super::guess::{Guess, guess};
use super::guess::{nearest_column, rivals};
use super::{code, name};
use crate::coverage::{Area, Coverage};
use crate::level::Level;
use crate::problem::Problem;
use crate::spec::{KeyPlan, Written};
use crate::table::Table;
use std::collections::HashMap;

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
            let guess = guess(table, level, gazetteer).ok_or_else(|| no_key(table, level, gazetteer))?;
            let found = format!("{} ({} of {} rows looked at)", sentence(table, guess.key), guess.hits, guess.filled);
            let said = match rivals(table, &guess, level, gazetteer).as_slice() {
                [] => Problem::note("key-found", found + "."),
                rivals => chosen(table, &guess, found, rivals),
            };
            Ok((guess.key, Some(said.in_file(table.place()))))
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

/// Other columns lead the rows to other areas, so the choice is the author's.
fn chosen(table: &Table, guess: &Guess, found: String, rivals: &[usize]) -> Problem {
    let (word, at) = match guess.key {
        Key::Code(at) => ("code", at),
        Key::Name(at, _) => ("area", at),
    };
    let quoted: Vec<String> = rivals.iter().map(|at| format!("\"{}\"", table.columns[*at].name)).collect();
    let message = format!("{found}; {} would lead them to other areas.", quoted.join(", "));
    let help = format!("Say which in the map file: {word} = \"{}\" or {word} = {}.", table.columns[at].name, quoted[0]);
    Problem::warning("key-chosen", message).help(help)
}

fn no_key(table: &Table, level: Level, gazetteer: &Gazetteer<'_>) -> Problem {
    let headings = crate::table::shorten(&table.headings().collect::<Vec<_>>().join(", "));
    let message = format!("No column holds codes or full names of areas at {level} level or finer (columns: {headings}).");
    let help = "Name the column of codes or of names in the map file, or check that the table fits the boundaries.";
    let problem = |message: String, help: String| Problem::error("no-key-column", message).in_file(table.place()).help(help);
    match nearest_column(table, level, gazetteer) {
        None => problem(message, help.into()),
        Some(nearest) => {
            let heading = &table.columns[nearest.at].name;
            let (hits, filled, failed) = (nearest.hits, nearest.filled, nearest.failed.join(", "));
            let message = format!("{message} The nearest is \"{heading}\", where {hits} of {filled} rows match; not {failed}.");
            let help = format!(
                "Write the names in full or add a column of codes; {} = \"{heading}\" takes the rows that match.",
                nearest.word
            );
            problem(message, help)
        }
    }
}

/// The area with a code as written, or with its six-digit form; and whether it had to be brought into that form.
pub fn find_code(written: &str, level: Level, gazetteer: &Gazetteer<'_>) -> Option<(bool, Spot)> {
    if let Some(spot) = gazetteer.by_code(written.trim(), level) {
        return Some((false, spot));
    }
    gazetteer.by_code(&code::six_digits(written)?, level).map(|spot| (true, spot))
}
