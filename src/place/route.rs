//! Where the key of a row leads: to an area of the map, to several, to one above, or nowhere.

use super::code;
use super::gazetteer::{Gazetteer, Spot};
use super::history::History;
use super::join::Request;
use super::key::find_code;
use super::ledger::{Near, RowOutcome};
use super::lookup::Meaning;
use super::name::{self, Form};
use super::through::{Through, Way, Zones};
use crate::level::Level;
use std::collections::{BTreeSet, HashMap};

/// Where a row leads.
pub(super) struct Found {
    pub outcome: RowOutcome,
    /// Area of the map's level.
    pub area: Option<usize>,
    /// The very area the key names, or the prefecture or province it is known to lie in.
    pub spot: Option<Spot>,
    /// Areas it may mean.
    pub near: Vec<Near>,
    /// Whether the code had to be brought into its usual form.
    pub rewritten: bool,
    /// The form in which the name is written, where a name led to the area.
    pub form: Option<Form>,
    /// What time did to its unit, and the areas among which it is divided.
    pub way: Option<Box<Gone>>,
}

/// What became of the unit of a row.
#[derive(Clone, Default)]
pub(super) struct Gone {
    pub told: String,
    /// Areas of the map's level with their weights; empty where the row is not divided.
    pub parts: Vec<(usize, u64)>,
}

impl Found {
    pub fn nowhere(outcome: RowOutcome) -> Self {
        Self { outcome, area: None, spot: None, near: Vec::new(), rewritten: false, form: None, way: None }
    }

    /// The areas among which the row is divided.
    pub fn parts(&self) -> &[(usize, u64)] {
        self.way.as_ref().map_or(&[], |way| &way.parts)
    }

    /// Every area that has the row or a part of it.
    pub fn areas(&self) -> impl Iterator<Item = usize> {
        let whole = if self.parts().is_empty() { self.area } else { None };
        whole.into_iter().chain(self.parts().iter().map(|part| part.0))
    }

    fn copy(&self) -> Self {
        Self { near: Vec::new(), way: self.way.clone(), ..*self }
    }
}

/// Finds rows by code; what a code led to is kept, as tables of many years repeat theirs.
pub(super) struct Finder<'a> {
    request: &'a Request<'a>,
    gazetteer: &'a Gazetteer<'a>,
    through: Option<&'a Through>,
    known: HashMap<String, Found>,
}

impl<'a> Finder<'a> {
    pub fn new(request: &'a Request<'a>, gazetteer: &'a Gazetteer<'a>, through: Option<&'a Through>) -> Self {
        Self { request, gazetteer, through, known: HashMap::new() }
    }

    /// Where a code leads.
    pub fn by_code(&mut self, written: &str) -> Found {
        if let Some(known) = self.known.get(written) {
            return known.copy();
        }
        let found = self.look_up(written);
        self.known.insert(written.to_owned(), found.copy());
        found
    }

    fn look_up(&self, written: &str) -> Found {
        if written.trim().is_empty() {
            return Found::nowhere(RowOutcome::NoKey);
        }
        if let Some(found) = self.through_time(written) {
            return found;
        }
        if let Some((rewritten, spot)) = find_code(written, self.request.level, self.gazetteer) {
            return Found { rewritten, ..self.settle(spot) };
        }
        match code::six_digits(written) {
            Some(code) if self.request.level != Level::Unit => self.by_prefix(&code),
            _ if name::is_placeholder(written) => Found::nowhere(RowOutcome::Placeholder),
            _ => Found::nowhere(RowOutcome::Unmatched),
        }
    }

    /// Where a name leads; `written` is the name with its parent's before it.
    pub fn by_name(&mut self, written: &str, meaning: &Meaning) -> Found {
        match meaning {
            Meaning::Nothing => self.by_former_name(written).unwrap_or_else(|| Found::nowhere(RowOutcome::Unmatched)),
            Meaning::Area(found) => Found { form: Some(found.form), ..self.settle(found.spot) },
            Meaning::Several(_) => Found::nowhere(RowOutcome::Ambiguous),
            Meaning::NotShown => Found::nowhere(RowOutcome::NotShown),
            Meaning::Placeholder => Found::nowhere(RowOutcome::Placeholder),
            Meaning::Empty => Found::nowhere(RowOutcome::NoKey),
        }
    }

    /// Where a name leads that no area has now, and that one unit had in the year of the table or before.
    fn by_former_name(&mut self, written: &str) -> Option<Found> {
        if let Some(known) = self.known.get(written) {
            return Some(known.copy());
        }
        let (through, history) = (self.through?, History::bundled());
        let own = written.rsplit('/').next().unwrap_or(written);
        let candidates = if History::has_name(own) { history.find(written, through.table_year) } else { Vec::new() };
        let found = match candidates.as_slice() {
            [one] => self.through_time(&one.code).map(|found| Found { rewritten: false, form: Some(Form::FormerName), ..found }),
            [_, _, ..] => Some(Found::nowhere(RowOutcome::Ambiguous)),
            [] => None,
        };
        let found = found.unwrap_or_else(|| Found::nowhere(RowOutcome::Unmatched));
        self.known.insert(written.to_owned(), found.copy());
        Some(found)
    }

    /// The row of an area in the boundary set: at the map's level, finer, or coarser.
    fn settle(&self, spot: Spot) -> Found {
        let level = self.request.level;
        let area = self.gazetteer.lift(spot, level);
        let outcome = match area {
            None if spot.0 < level => RowOutcome::CoarserLevel,
            None => RowOutcome::Unmatched,
            Some(_) if spot.0 == level => RowOutcome::Matched,
            Some(_) => RowOutcome::RolledUp,
        };
        Found { area, spot: Some(spot), ..Found::nowhere(outcome) }
    }

    /// A code that the boundary set lacks (a development zone, an abolished county) still says in which prefecture and province it lies.
    fn by_prefix(&self, code: &str) -> Found {
        let at = |code: Option<String>, level: Level| Some((level, self.gazetteer.at_level(&code?, level)?));
        let prefecture = at(code::prefecture_of(code), Level::Prefecture);
        let Some(spot) = prefecture.or_else(|| at(code::province_of(code), Level::Province)) else {
            return Found::nowhere(RowOutcome::Unmatched);
        };
        let mut found = self.settle(spot);
        match found.outcome {
            RowOutcome::CoarserLevel if prefecture.is_some() => found.outcome = RowOutcome::PrefectureOnly,
            RowOutcome::CoarserLevel => found.outcome = RowOutcome::ProvinceOnly,
            RowOutcome::Matched => found.outcome = RowOutcome::RolledUp,
            _ => {}
        }
        match self.through {
            Some(through) if found.outcome == RowOutcome::PrefectureOnly && code::is_statistical(code) => {
                self.zone(through, found)
            }
            _ => found,
        }
    }

    /// A statistical unit: divided over the counties of its prefecture where that is asked for.
    fn zone(&self, through: &Through, found: Found) -> Found {
        let (Zones::Share, Some(prefecture)) = (through.zones, found.spot) else { return found };
        let level = self.request.level;
        let counties = self.request.coverage.areas(level).iter().enumerate();
        let inside: Vec<usize> =
            counties.filter(|(at, _)| self.gazetteer.is_in((level, *at), prefecture)).map(|(at, _)| at).collect();
        // A county made since the census has its people still in the counts of those that gave it their land, and takes no part.
        let counties = self.request.coverage.areas(level);
        let weights: Vec<u64> =
            inside.iter().map(|area| through.people.get(&counties[*area].code).copied().unwrap_or(0)).collect();
        if weights.iter().all(|weight| *weight == 0) {
            return found;
        }
        let told = format!("A statistical unit of {}, shared out by people.", self.gazetteer.area(prefecture).name);
        self.divided(RowOutcome::Shared, told, inside, weights)
    }

    fn divided(&self, outcome: RowOutcome, told: String, areas: Vec<usize>, weights: Vec<u64>) -> Found {
        let parts: Vec<(usize, u64)> = areas.into_iter().zip(weights).collect();
        let first = parts.first().map(|part| part.0);
        Found { area: first, way: Some(Box::new(Gone { told, parts })), ..Found::nowhere(outcome) }
    }

    /// Where a unit of the table's year has gone; none where the boundary set has it as it is or nothing is known of it.
    fn through_time(&self, written: &str) -> Option<Found> {
        let through = self.through?;
        let code = code::six_digits(written)?;
        let way = through.way(&code, self.gazetteer)?;
        let level = self.request.level;
        let spots: Vec<Spot> = way.codes.iter().map(|code| self.gazetteer.by_code(code, level)).collect::<Option<_>>()?;
        let told = way.told.clone();
        let rewritten = code != written.trim();
        if let [spot] = spots.as_slice() {
            return Some(Found { rewritten, ..self.arrived(*spot, &way) });
        }
        let areas: Option<BTreeSet<usize>> = spots.iter().map(|spot| self.gazetteer.lift(*spot, level)).collect();
        let areas: Vec<usize> = areas?.into_iter().collect();
        let found = match areas.as_slice() {
            // Parts of one area: a county divided within its prefecture, on a map of prefectures.
            [area] => Found {
                area: Some(*area),
                spot: Some((level, *area)),
                way: Some(Box::new(Gone { told, parts: Vec::new() })),
                ..Found::nowhere(if spots.iter().all(|spot| spot.0 == level) { RowOutcome::Merged } else { RowOutcome::RolledUp })
            },
            _ => match through.weights(through.split, level, &areas, self.request.coverage) {
                Some(weights) => self.divided(RowOutcome::Split, told, areas, weights),
                None => self.refused(&areas, told),
            },
        };
        Some(Found { rewritten, ..found })
    }

    /// A unit that lies in one area of the boundary set.
    fn arrived(&self, spot: Spot, way: &Way) -> Found {
        let mut found = self.settle(spot);
        if found.outcome == RowOutcome::Matched {
            found.outcome = way.outcome;
        }
        if !way.told.is_empty() {
            found.way = Some(Box::new(Gone { told: way.told.clone(), parts: Vec::new() }));
        }
        found
    }

    /// A unit that may not be divided: complete in the prefecture or the province that holds all its parts.
    fn refused(&self, areas: &[usize], told: String) -> Found {
        let level = self.request.level;
        let common = |above: Level| {
            let lifted: Option<BTreeSet<usize>> = areas.iter().map(|area| self.gazetteer.lift((level, *area), above)).collect();
            lifted.filter(|lifted| lifted.len() == 1)?.into_iter().next().map(|at| (above, at))
        };
        let (outcome, spot) = match (common(Level::Prefecture), common(Level::Province)) {
            (Some(spot), _) if level > Level::Prefecture => (RowOutcome::PrefectureOnly, Some(spot)),
            (_, Some(spot)) if level > Level::Province => (RowOutcome::ProvinceOnly, Some(spot)),
            _ => (RowOutcome::Unmatched, None),
        };
        Found { spot, way: Some(Box::new(Gone { told, parts: Vec::new() })), ..Found::nowhere(outcome) }
    }
}
