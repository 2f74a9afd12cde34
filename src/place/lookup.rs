//! The names in a column of a table, looked up once for each different text: what each means, and how the whole column is to be read.

use super::gazetteer::{Gazetteer, Match, Spot};
use super::name::{self, Form};
use crate::level::Level;
use crate::table::Table;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Reads names and remembers what it has read.
pub struct Reader<'g> {
    gazetteer: &'g Gazetteer<'g>,
    read: RefCell<HashMap<String, Rc<[Match]>>>,
}

impl<'g> Reader<'g> {
    /// Begins with nothing read.
    pub fn new(gazetteer: &'g Gazetteer<'g>) -> Self {
        Self { gazetteer, read: RefCell::default() }
    }

    /// The areas that a text names, as [`Gazetteer::named`] has them.
    pub fn named(&self, text: &str) -> Rc<[Match]> {
        // Columns of numbers are looked at as well, and are no names.
        if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'%' | b' ')) {
            return Rc::default();
        }
        if let Some(known) = self.read.borrow().get(text) {
            return Rc::clone(known);
        }
        let named: Rc<[Match]> = self.gazetteer.named(text).into();
        self.read.borrow_mut().insert(text.to_string(), Rc::clone(&named));
        named
    }
}

/// What the name in a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// This area.
    Area(Match),
    /// One of these.
    Several(Vec<Spot>),
    /// One of several that the map does not show.
    NotShown,
    /// A sum or a rest.
    Placeholder,
    /// There is no name.
    Empty,
    /// No area.
    Nothing,
}

impl Meaning {
    /// The area, where it is one.
    pub fn area(&self) -> Option<Spot> {
        match self {
            Meaning::Area(found) => Some(found.spot),
            _ => None,
        }
    }
}

/// The meaning of every row's name.
pub struct Lookup {
    rows: Vec<u32>,
    meanings: Vec<Meaning>,
}

impl Lookup {
    /// Reads the names in a column within the parents in another. `shown` says of each area of the level whether the map shows it.
    pub fn of(
        table: &Table,
        name: usize,
        parent: Option<usize>,
        level: Level,
        shown: Option<&[bool]>,
        gazetteer: &Gazetteer<'_>,
    ) -> Self {
        let text = |column: usize, row: usize| table.columns[column].text(row);
        let (mut rows, mut texts, mut known) = (Vec::new(), Vec::new(), HashMap::new());
        for row in 0..table.rows() {
            let key = (text(name, row), parent.map_or(Cow::Borrowed(""), |parent| text(parent, row)));
            let at = *known.entry(key).or_insert_with_key(|key| {
                texts.push(key.clone());
                texts.len() - 1
            });
            rows.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        let reader = Reader::new(gazetteer);
        let column = Column::of(&texts, level, &reader);
        let meanings = texts.iter().map(|(name, parent)| column.meaning(name, parent, shown)).collect();
        Self { rows, meanings }
    }

    /// What the name in a row means.
    pub fn row(&self, row: usize) -> &Meaning {
        self.rows.get(row).and_then(|at| self.meanings.get(*at as usize)).unwrap_or(&Meaning::Nothing)
    }
}

/// How a column of names is to be read.
struct Column<'g, 'r> {
    reader: &'r Reader<'g>,
    level: Level,
    /// Whether every name is the one character of a province; the same of the parents.
    abbreviated: [bool; 2],
    /// How many different names fit areas of one level only, by that level.
    levels: BTreeMap<Level, usize>,
}

impl<'g, 'r> Column<'g, 'r> {
    fn of(texts: &[(Cow<'_, str>, Cow<'_, str>)], level: Level, reader: &'r Reader<'g>) -> Self {
        let abbreviated = [is_abbreviated(texts.iter().map(|text| &text.0)), is_abbreviated(texts.iter().map(|text| &text.1))];
        let mut column = Self { reader, level, abbreviated, levels: BTreeMap::new() };
        for (name, parent) in texts {
            let found = column.fitting(name, parent);
            if let Some(first) = found.first()
                && found.iter().all(|one| one.spot.0 == first.spot.0)
            {
                *column.levels.entry(first.spot.0).or_default() += 1;
            }
        }
        column
    }

    fn meaning(&self, name: &str, parent: &str, shown: Option<&[bool]>) -> Meaning {
        if name.trim().is_empty() {
            return Meaning::Empty;
        }
        if name::is_placeholder(name) {
            return Meaning::Placeholder;
        }
        let mut found = self.at_one_level(self.fitting(name, parent));
        if let (2.., Some(shown)) = (found.len(), shown) {
            // A name that only one of the map's areas has means that one.
            let gazetteer = self.reader.gazetteer;
            found.retain(|one| gazetteer.lift(one.spot, self.level).is_some_and(|area| shown.get(area) == Some(&true)));
            if found.is_empty() {
                return Meaning::NotShown;
            }
        }
        match found.as_slice() {
            [] => Meaning::Nothing,
            [one] => Meaning::Area(*one),
            several => Meaning::Several(several.iter().map(|one| one.spot).collect()),
        }
    }

    /// The areas that a name fits within its parent; former names only where no present one does.
    fn fitting(&self, name: &str, parent: &str) -> Vec<Match> {
        let gazetteer = self.reader.gazetteer;
        let mut found: Vec<Match> = self.named(name, self.abbreviated[0]).collect();
        if !parent.trim().is_empty() && !name::is_placeholder(parent) {
            let parents: Vec<Spot> = self.named(parent, self.abbreviated[1]).map(|parent| parent.spot).collect();
            let inside = |one: &Match| parents.iter().any(|parent| gazetteer.is_in(one.spot, *parent));
            // A row of the whole names the area twice: 长春市 within 长春市.
            let is_whole = !found.iter().any(inside);
            found.retain(|one| if is_whole { parents.contains(&one.spot) } else { inside(one) });
        }
        if found.iter().any(|one| one.form != Form::FormerName) {
            found.retain(|one| one.form != Form::FormerName);
        }
        self.without_doubles(found)
    }

    fn named(&self, text: &str, abbreviated: bool) -> impl Iterator<Item = Match> {
        let named = self.reader.named(text);
        (0..named.len()).map(move |at| named[at]).filter(move |one| abbreviated || one.form != Form::Abbreviation)
    }

    /// Of a unit that stands at two levels, the one that suits the map: of its level, else finer, else coarser.
    fn without_doubles(&self, found: Vec<Match>) -> Vec<Match> {
        let gazetteer = self.reader.gazetteer;
        let rank = |spot: Spot| if spot.0 >= self.level { (0, spot.0 as u8) } else { (1, u8::MAX - spot.0 as u8) };
        let better = |one: &Match| {
            found.iter().any(|other| rank(other.spot) < rank(one.spot) && gazetteer.is_same_unit(one.spot, other.spot))
        };
        found.iter().filter(|one| !better(one)).copied().collect()
    }

    /// Where a name fits areas of several levels (吉林), those of the level that the rest of the column is about. Where most of the
    /// column is about another level than the map but not all of it, all of them: nothing tells which is meant.
    fn at_one_level(&self, found: Vec<Match>) -> Vec<Match> {
        if found.iter().all(|one| one.spot.0 == found[0].spot.0) {
            return found;
        }
        let most = self.levels.values().max().copied().unwrap_or(0);
        let own = self.levels.get(&self.level).copied().unwrap_or(0);
        let wanted = match self.levels.iter().find(|(_, count)| **count == most) {
            _ if own == most => self.level,
            Some((level, _)) if self.levels.len() == 1 => *level,
            _ => return found,
        };
        let there: Vec<Match> = found.iter().filter(|one| one.spot.0 == wanted).copied().collect();
        if there.is_empty() { found } else { there }
    }
}

/// Whether all texts are one character each, as where a column has nothing but 京, 津, 冀; and there are at least two.
pub fn is_abbreviated(texts: impl Iterator<Item = impl AsRef<str>>) -> bool {
    let mut count = 0;
    for text in texts {
        let text = text.as_ref().trim();
        if text.is_empty() || name::is_placeholder(text) {
            continue;
        }
        if text.chars().nth(1).is_some() || text.is_ascii() {
            return false;
        }
        count += 1;
    }
    count >= 2
}
