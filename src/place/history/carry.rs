//! From one year to another, and what happened on the way.

use super::{Carried, Change, History, Kind, Unit, check_year};
use crate::level::Level;
use crate::place::code;
use crate::problem::Problem;
use std::collections::BTreeSet;

/// The records passed through and the records arrived at.
#[derive(Default)]
struct Way {
    passed: BTreeSet<usize>,
    arrived: BTreeSet<usize>,
}

impl History {
    /// Follows a code from one year to another, forwards or backwards. See the head of this module.
    ///
    /// # Errors
    ///
    /// A year that the lists do not cover. A code that no list has is no error: its result is empty and its change is
    /// [`Kind::Unknown`].
    pub fn carry(&self, written: &str, from: u16, to: u16) -> Result<Carried, Problem> {
        let (from, to) = (check_year(from)?, check_year(to)?);
        let code = code::six_digits(written).unwrap_or_else(|| written.trim().to_owned());
        let mut carried = Carried {
            code,
            year_from: from,
            year_to: to,
            result: Vec::new(),
            changes: Vec::new(),
            name: None,
            result_names: Vec::new(),
        };
        let (start, year) = match (self.at(&carried.code, from), self.nearest(&carried.code, from)) {
            (Some(start), _) => (start, from),
            (None, Some(start)) => {
                carried.changes.push(self.not_in_force(start, from));
                let record = &self.records[start];
                (start, if record.first > from { record.first } else { record.last() })
            }
            (None, None) => {
                carried.changes.push(unknown(&carried.code, from));
                return Ok(carried);
            }
        };
        let way = if year <= to { self.forwards(start, to) } else { self.backwards(start, year, to) };
        carried.changes.extend(self.changes(start, &way, year, to));
        carried.name = Some(self.records[start].name.clone());
        let mut arrived: Vec<Unit> = way.arrived.iter().map(|at| self.records[*at].unit()).collect();
        arrived.sort();
        (carried.result, carried.result_names) = arrived.into_iter().map(|unit| (unit.code, unit.name)).unzip();
        Ok(carried)
    }

    fn forwards(&self, start: usize, to: u16) -> Way {
        let mut way = Way::default();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !way.passed.insert(at) {
                continue;
            }
            match self.records[at].end {
                Some(end) if end <= to => open.extend(&self.next[at]),
                _ => {
                    way.arrived.insert(at);
                }
            }
        }
        way
    }

    fn backwards(&self, start: usize, year: u16, to: u16) -> Way {
        let mut way = Way::default();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !way.passed.insert(at) {
                continue;
            }
            if self.records[at].first <= to {
                way.arrived.insert(at);
            }
            // A unit that goes on took others over at any time up to the year asked from, and none that ended before the year asked for.
            let within = |before: &&usize| self.records[**before].end.is_some_and(|end| end > to && end <= year);
            open.extend(self.previous[at].iter().filter(within));
        }
        way
    }

    /// Everything that happened between the years to the units passed through, in the order of years.
    fn changes(&self, start: usize, way: &Way, from: u16, to: u16) -> Vec<Change> {
        let (early, late) = (from.min(to), from.max(to));
        let between = |year: u16| year > early && year <= late;
        let mut changes = BTreeSet::new();
        let mut own = false;
        for at in &way.passed {
            let ended = std::iter::once(at).chain(&self.previous[*at]);
            for before in ended.filter(|before| self.records[**before].end.is_some_and(between)) {
                let step = self.step(*before);
                own |= step.is_some() && way.passed.contains(before);
                changes.extend(step);
            }
            changes.extend(
                self.moves_of[*at].iter().filter(|number| between(self.moves[**number].year)).map(|number| self.moved(*number)),
            );
            if between(self.records[*at].first) && self.previous[*at].is_empty() {
                changes.insert(self.created(*at));
                own |= way.passed.len() == 1;
            }
        }
        if !own {
            let unit = self.records[start].unit();
            changes.insert(Change { kind: Kind::Same, year: to, from: Some(unit.clone()), to: vec![unit], note: None });
        }
        let mut changes: Vec<Change> = changes.into_iter().collect();
        // Of a year, land that changed hands comes last; and last of all that the unit itself stayed as it was.
        changes.sort_by_key(|change| (change.kind == Kind::Same, change.year, change.kind == Kind::Moved));
        changes
    }

    /// What the end of a unit was; none where only the name of its parent changed.
    fn step(&self, at: usize) -> Option<Change> {
        let record = &self.records[at];
        let year = record.end?;
        let to: Vec<Unit> = self.next[at].iter().map(|next| self.records[*next].unit()).collect();
        let (kind, note) = match self.next[at].as_slice() {
            [] => (Kind::Dropped, None),
            _ if self.by_counties[at] => {
                (Kind::Dropped, Some("The lists name no successor; its counties went there.".to_owned()))
            }
            [next] if self.records[*next].code == record.code && self.records[*next].name == record.name => return None,
            [next] if self.records[*next].code == record.code => (Kind::Renamed, None),
            [next] if self.comes_from_it_alone(*next, at, year) => (Kind::Recoded, None),
            [_] => (Kind::Merged, None),
            _ => (Kind::Split, None),
        };
        Some(Change { kind, year, from: Some(record.unit()), to, note })
    }

    /// Whether a unit began with the end of one other of its kind and of no more. Counties that became a prefecture's whole land and
    /// the prefecture of those counties are not two of a kind.
    fn comes_from_it_alone(&self, next: usize, before: usize, year: u16) -> bool {
        let level = |at: usize| self.records[at].level;
        let ended = |at: &&usize| {
            self.records[**at].end == Some(year) && (level(**at) == Level::County) == (level(before) == Level::County)
        };
        self.records[next].first == year && self.previous[next].iter().filter(ended).count() == 1
    }

    fn moved(&self, number: usize) -> Change {
        let one = &self.moves[number];
        let note = one.county.map(|county| {
            let county = &self.records[county];
            format!("With {} {}, as the lists of counties show.", county.code, county.name)
        });
        let (from, to) = (&self.records[one.from], &self.records[one.to]);
        Change { kind: Kind::Moved, year: one.year, from: Some(from.unit()), to: vec![to.unit()], note }
    }

    fn created(&self, at: usize) -> Change {
        let record = &self.records[at];
        let givers: Vec<String> = self.moves_of[at]
            .iter()
            .map(|number| &self.moves[*number])
            .filter(|one| one.to == at && one.year == record.first)
            .map(|one| format!("{} {}", self.records[one.from].code, self.records[one.from].name))
            .collect();
        let note = match (&record.source, givers.is_empty()) {
            (Some(source), _) => Some(source.clone()),
            (None, true) => None,
            (None, false) => Some(format!("On land of {}.", givers.join(", "))),
        };
        Change { kind: Kind::Created, year: record.first, from: None, to: vec![record.unit()], note }
    }

    fn not_in_force(&self, nearest: usize, year: u16) -> Change {
        let record = &self.records[nearest];
        let note = format!("Not in force in {year}; answered from its record {}.", record.years());
        Change { kind: Kind::NotInForce, year, from: Some(record.unit()), to: Vec::new(), note: Some(note) }
    }
}

fn unknown(code: &str, year: u16) -> Change {
    let note = match code::is_statistical(code) {
        true => "No list has this code: a statistical unit, such as a development zone, of the prefecture it begins with.",
        false => "No list has this code.",
    };
    let from = Unit { code: code.to_owned(), name: String::new() };
    Change { kind: Kind::Unknown, year, from: Some(from), to: Vec::new(), note: Some(note.to_owned()) }
}
