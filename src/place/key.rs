//! Which column of a table says what area a row belongs to.

use super::code;
pub use super::gazetteer::{Gazetteer, Spot};
pub use super::guess::{Guess, find_level, guess};
use super::guess::{nearest_column, rivals};
use super::lookup::Lookup;
use crate::level::Level;
use crate::problem::Problem;
use crate::spec::{KeyPlan, Written};
use crate::table::{CellRef, Table};

/// The columns by which rows find their areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Codes stand in this column.
    Code(usize),
    /// Names stand in this column, their parents' names perhaps in another.
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
        Key::Name(at, None) => format!("Rows are matched by the names in column \"{}\"", heading(at)),
        Key::Name(at, Some(parent)) => {
            format!(
                "Rows are matched by the names in column \"{}\" within the parents in column \"{}\"",
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
    if table.rows() == 0 {
        let problem = Problem::error("no-rows", "No row is left: what `where` asks for holds for none.").in_file(table.place());
        return problem.help("Look with caremap inspect at the values of the columns that it names.");
    }
    let headings = crate::table::shorten(&table.headings().collect::<Vec<_>>().join(", "));
    let message = format!("No column holds codes or names of areas at {level} level or finer (columns: {headings}).");
    let help = "Name the column of codes or of names in the map file, or check that the table fits the boundaries.";
    let problem = |message: String, help: String| Problem::error("no-key-column", message).in_file(table.place()).help(help);
    match nearest_column(table, level, gazetteer) {
        None => problem(message, help.into()),
        Some(nearest) => {
            let heading = &table.columns[nearest.at].name;
            let (hits, filled, failed) = (nearest.hits, nearest.filled, nearest.failed.join(", "));
            let message = format!("{message} The nearest is \"{heading}\", where {hits} of {filled} rows match; not {failed}.");
            let help = format!(
                "Write names that the boundaries have or add a column of codes; {} = \"{heading}\" takes the rows that match.",
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

/// The area of every row, where its key leads to one and only one.
pub fn spots(table: &Table, key: Key, level: Level, gazetteer: &Gazetteer<'_>) -> Vec<Option<Spot>> {
    match key {
        Key::Code(column) => {
            let spot = |cell: CellRef<'_>| find_code(&cell.text(), level, gazetteer).map(|(_, spot)| spot);
            table.columns[column].iter().map(spot).collect()
        }
        Key::Name(column, parent) => {
            let lookup = Lookup::of(table, column, parent, level, None, gazetteer);
            (0..table.rows()).map(|row| lookup.row(row).area()).collect()
        }
    }
}
