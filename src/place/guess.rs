//! Which column of a table names its areas, where the author does not say.
//!
//! Six-digit codes and names speak for themselves. Numbers of two or four digits are codes of provinces and prefectures only
//! under a heading that says so, and only in a table without anything better: 13 beds are not Hebei.

use super::gazetteer::{Gazetteer, Spot};
use super::history::History;
use super::key::{Key, find_code};
use super::lookup::{Reader, is_abbreviated};
use super::name::{self, Form};
use super::near::Proposer;
use crate::level::Level;
use crate::table::Table;

/// Rows looked at to find the key.
const SAMPLE: usize = 5_000;
/// Names that failed, as examples.
const EXAMPLES: usize = 3;

/// A key and how many of the rows looked at it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The key.
    pub key: Key,
    /// Rows whose key names an area of the level or a finer one, or once did.
    pub hits: usize,
    /// Rows with something in that column.
    pub filled: usize,
}

/// The finest level that serves nearly as many rows as any other, and its key.
pub fn find_level(table: &Table, gazetteer: &Gazetteer<'_>) -> Option<(Level, Guess)> {
    let levels = [Level::Unit, Level::County, Level::Prefecture, Level::Province];
    let found: Vec<_> = levels.into_iter().filter_map(|level| Some((level, guess(table, level, gazetteer)?))).collect();
    let most = found.iter().map(|(_, guess)| guess.hits).max()?;
    found.into_iter().find(|(_, guess)| guess.hits * 10 >= most * 9)
}

/// Looks for a column of codes, else for one of names, else for one of short codes: the one that serves the most rows, at least half of
/// those filled.
pub fn guess(table: &Table, level: Level, gazetteer: &Gazetteer<'_>) -> Option<Guess> {
    let long = best(table, |at, text| match long_code(table, at, text, level, gazetteer) {
        None => u8::from(gazetteer.coverage().origin.vintage.is_some() && was_code(text)),
        found => fit(found, level),
    });
    if let Some((at, hits, filled)) = long {
        return Some(Guess { key: Key::Code(at), hits, filled });
    }
    let names = Names::of(table, gazetteer);
    if let Some((at, hits, filled)) = best(table, |at, text| names.fit(at, text, level)) {
        let parent = parent_column(table, at, level, &names);
        return Some(Guess { key: Key::Name(at, parent), hits, filled });
    }
    // Codes or names of another level are still what the rows are about.
    let any_level = |at: usize, text: &str| {
        u8::from(long_code(table, at, text, level, gazetteer).is_some() || !names.spots(at, text, level).is_empty())
    };
    if best(table, any_level).is_some() {
        return None;
    }
    let (at, hits, filled) = best(table, |at, text| match says_code(&table.columns[at].name) && !text.contains('.') {
        true => fit(find_code(text, level, gazetteer).map(|(_, spot)| spot), level),
        false => 0,
    })?;
    Some(Guess { key: Key::Code(at), hits, filled })
}

/// The area of a code that cannot be a small number: six digits or more, or letters as a user's own boundaries may have.
fn long_code(table: &Table, column: usize, text: &str, level: Level, gazetteer: &Gazetteer<'_>) -> Option<Spot> {
    let heading = &table.columns[column].name;
    let short = text.chars().count() < 6 && text.chars().all(|c| c.is_numeric() || c == '.');
    if short || says_measure(heading) || says_other_code(heading) {
        return None;
    }
    find_code(text, level, gazetteer).map(|(_, spot)| spot)
}

/// Whether a heading says that codes of areas stand below it.
fn says_code(heading: &str) -> bool {
    let heading = name::normal(heading);
    let within = ["code", "代码", "编码", "区划", "代号"].iter().any(|word| heading.contains(word));
    let whole = ["id", "gb", "fips", "geoid", "dm"].contains(&heading.as_str());
    let edge =
        ["_id", "码"].iter().any(|word| heading.ends_with(word)) || heading.starts_with("gb_") || heading.starts_with("gb2260");
    (within || whole || edge) && !says_measure(&heading) && !says_other_code(&heading)
}

/// Whether a heading says that something was counted or measured.
fn says_measure(heading: &str) -> bool {
    let heading = name::normal(heading);
    let bare = heading.split(['(', '[', '/']).next().unwrap_or_default();
    ["率", "数", "比", "量", "额", "人口", "rate", "count", "share", "percent", "number", "population"]
        .iter()
        .any(|word| bare.ends_with(word))
}

/// Codes of the post and of the telephone look like codes of areas.
fn says_other_code(heading: &str) -> bool {
    let heading = name::normal(heading);
    ["邮", "post", "zip", "电话", "phone", "区号"].iter().any(|word| heading.contains(word))
}

/// How well a cell serves as a key: 2 for an area of the level, 1 for one of a finer level, 0 for none.
fn fit(spot: Option<Spot>, level: Level) -> u8 {
    spot.map_or(0, |spot| if spot.0 < level { 0 } else { 1 + u8::from(spot.0 == level) })
}

/// The names in the columns of a table.
struct Names<'g> {
    gazetteer: &'g Gazetteer<'g>,
    reader: Reader<'g>,
    /// For each column, whether it holds nothing but the one character of each province.
    abbreviated: Vec<bool>,
}

impl<'g> Names<'g> {
    fn of(table: &Table, gazetteer: &'g Gazetteer<'g>) -> Self {
        let abbreviated =
            table.columns.iter().map(|column| is_abbreviated(column.iter().take(SAMPLE).map(crate::table::CellRef::text)));
        Self { gazetteer, reader: Reader::new(gazetteer), abbreviated: abbreviated.collect() }
    }

    /// The areas that a cell names at the level; where there are none, those at the nearest finer level, then coarser.
    fn spots(&self, column: usize, text: &str, level: Level) -> Vec<Spot> {
        let named = self.reader.named(text);
        let allowed = named.iter().filter(|one| one.form != Form::Abbreviation || self.abbreviated[column]);
        let spots: Vec<Spot> = allowed.map(|one| one.spot).collect();
        let nearest = super::gazetteer::nearest_level(&spots, level).map(|spot| spot.0);
        spots.into_iter().filter(|spot| Some(spot.0) == nearest).collect()
    }

    /// How well a cell serves as a key; a name in full is better than any other form.
    fn fit(&self, column: usize, text: &str, level: Level) -> u8 {
        let fits = fit(self.spots(column, text, level).first().copied(), level);
        if fits == 0 { 0 } else { fits * 2 - u8::from(self.reader.named(text).iter().all(|one| one.form != Form::FullName)) }
    }

    /// Whether one of the spots lies in an area that a cell names.
    fn within(&self, spots: &[Spot], column: usize, parent: &str) -> Vec<Spot> {
        let named = self.reader.named(parent);
        let allowed = |form| form != Form::Abbreviation || self.abbreviated[column];
        let inside = |spot: &&Spot| named.iter().any(|parent| allowed(parent.form) && self.gazetteer.is_in(**spot, parent.spot));
        spots.iter().filter(inside).copied().collect()
    }
}

/// Whether a unit of some year has this code; what became of it the join finds out.
fn was_code(text: &str) -> bool {
    text.trim().len() == 6 && History::bundled().knows(text.trim())
}

/// The column whose cells fit best: position, hits, filled cells.
fn best(table: &Table, fit: impl Fn(usize, &str) -> u8) -> Option<(usize, usize, usize)> {
    let mut best: Option<(usize, usize, usize, usize)> = None;
    for at in 0..table.columns.len() {
        let (filled, hits, score) = measure(table, at, &fit);
        if hits * 2 >= filled && hits > 0 && best.is_none_or(|(_, _, _, top)| score > top) {
            best = Some((at, hits, filled, score));
        }
    }
    best.map(|(at, hits, filled, _)| (at, hits, filled))
}

/// Filled cells, hits and score of a column.
fn measure(table: &Table, at: usize, fit: &impl Fn(usize, &str) -> u8) -> (usize, usize, usize) {
    let (mut filled, mut hits, mut score) = (0, 0, 0);
    for cell in table.columns[at].iter().take(SAMPLE) {
        let text = cell.text();
        if text.is_empty() {
            continue;
        }
        filled += 1;
        let fit = fit(at, &text);
        hits += usize::from(fit > 0);
        score += usize::from(fit);
    }
    (filled, hits, score)
}

/// Other columns of the same kind that serve as many rows and lead some of them to another area of the level.
pub(super) fn rivals(table: &Table, chosen: &Guess, level: Level, gazetteer: &Gazetteer<'_>) -> Vec<usize> {
    // Names that need their parent are known by two columns together.
    let names = Names::of(table, gazetteer);
    let spot = |at: usize, row: usize| match chosen.key {
        Key::Code(_) => long_code(table, at, &table.columns[at].text(row), level, gazetteer),
        Key::Name(..) => match names.spots(at, &table.columns[at].text(row), level).as_slice() {
            [one] => Some(*one),
            _ => None,
        },
    };
    let (own, parent) = match chosen.key {
        Key::Code(at) => (at, None),
        Key::Name(at, parent) => (at, parent),
    };
    let rows = table.rows().min(SAMPLE);
    let area = |at: usize, row: usize| spot(at, row).and_then(|spot| gazetteer.lift(spot, level));
    let differs = |at: &usize| {
        let found: Vec<bool> =
            (0..rows).filter_map(|row| Some((area(own, row)?, area(*at, row)?))).map(|(one, other)| one != other).collect();
        found.len() * 10 >= chosen.hits * 9 && found.contains(&true)
    };
    (0..table.columns.len()).filter(|at| *at != own && Some(*at) != parent).filter(differs).collect()
}

/// The column that comes nearest to being a key.
pub(super) struct Nearest {
    pub at: usize,
    pub hits: usize,
    pub filled: usize,
    /// How the map file would name it.
    pub word: &'static str,
    /// The first cells that fail, with the areas they may mean.
    pub failed: Vec<String>,
}

/// Where no column serves: the one with the most codes or names, or with names that are nearly those of areas.
pub(super) fn nearest_column(table: &Table, level: Level, gazetteer: &Gazetteer<'_>) -> Option<Nearest> {
    let code = |at: usize, text: &str| fit(long_code(table, at, text, level, gazetteer), level);
    let forms = Names::of(table, gazetteer);
    let name = |at: usize, text: &str| forms.fit(at, text, level);
    let columns = 0..table.columns.len();
    let codes = columns.clone().map(|at| (measure(table, at, &code).1, 0, usize::MAX - at)).max()?;
    let mut proposer = Proposer::new(gazetteer, level, None);
    // A few rows of each column tell whether its names are like those of areas.
    let mut alike = |at: usize| {
        let cells = table.columns[at].iter().take(20);
        cells.filter(|cell| !proposer.by_name(&cell.text(), None).is_empty()).count()
    };
    let text = |at: &usize| table.columns[*at].iter().take(20).any(|cell| crate::table::number(cell).is_err());
    let names = columns.filter(text).take(20).map(|at| (measure(table, at, &name).1, alike(at), usize::MAX - at)).max();
    let (by_code, (hits, like, at)) = match names {
        Some(names) if names.0 + names.1 > codes.0 => (false, names),
        _ => (true, codes),
    };
    let at = usize::MAX - at;
    if hits + like == 0 {
        return None;
    }
    let filled = measure(table, at, &name).0;
    let fails = |text: &str| if by_code { code(at, text) == 0 } else { name(at, text) == 0 };
    let cells = table.columns[at].iter().take(SAMPLE).map(|cell| cell.text().trim().to_string());
    let failing = cells.filter(|text| !text.is_empty() && !super::name::is_placeholder(text) && fails(text)).take(EXAMPLES);
    let failed = failing.map(|text| match proposer.by_name(&text, None).first() {
        Some(near) => format!("{} (perhaps {} {})", crate::table::shorten(&text), near.code, near.name),
        None => crate::table::shorten(&text),
    });
    Some(Nearest { at, hits, filled, word: if by_code { "code" } else { "area" }, failed: failed.collect() })
}

/// A column of parents' names, where a name alone would not do: the one by which the most names come to mean one area.
fn parent_column(table: &Table, at: usize, level: Level, names: &Names<'_>) -> Option<usize> {
    let spots: Vec<Vec<Spot>> = table.columns[at].iter().take(SAMPLE).map(|cell| names.spots(at, &cell.text(), level)).collect();
    if spots.iter().all(|spots| spots.len() < 2) {
        return None;
    }
    let serves = |column: &usize| {
        let (mut all, mut within, mut one) = (0, 0, 0);
        for (spots, cell) in spots.iter().zip(table.columns[*column].iter()).filter(|(spots, _)| !spots.is_empty()) {
            let inside = names.within(spots, *column, &cell.text()).len();
            all += 1;
            within += usize::from(inside > 0);
            one += usize::from(inside == 1 && spots.len() > 1);
        }
        (within * 2 >= all && one > 0).then_some(one)
    };
    let others = (0..table.columns.len()).filter(|column| *column != at);
    others.filter_map(|column| Some((serves(&column)?, usize::MAX - column))).max().map(|best| usize::MAX - best.1)
}
