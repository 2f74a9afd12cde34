//! Near misses: areas that a row may have meant. They are proposed in the ledger and never used.

use super::key::{Gazetteer, Spot};
use super::ledger::Near;
use super::name;
use crate::level::Level;
use std::collections::HashMap;

/// Near misses proposed for one row.
const PROPOSED: usize = 3;
/// Names that are compared with every area; a table of which more fail is the wrong table, and only equal names are looked for.
const SEARCHES: usize = 500;

/// Finds near misses among the areas of a level.
pub struct Proposer<'a> {
    gazetteer: &'a Gazetteer<'a>,
    level: Level,
    shown: Option<&'a [usize]>,
    /// Full name, short name and English name of each area, as they are compared.
    forms: Vec<(String, String, Option<String>)>,
    found: HashMap<(String, String), Vec<Near>>,
}

impl<'a> Proposer<'a> {
    /// Prepares the names of a level; only areas that are shown are proposed.
    pub fn new(gazetteer: &'a Gazetteer<'a>, level: Level, shown: Option<&'a [usize]>) -> Self {
        let areas = gazetteer.coverage().areas(level);
        let english = |english: &Option<String>| english.as_deref().map(name::normal);
        let forms = areas.iter().map(|area| (name::normal(&area.name), name::stem(&area.name), english(&area.name_en))).collect();
        Self { gazetteer, level, shown, forms, found: HashMap::new() }
    }

    /// The areas of which `written` is nearly the name, best first: those within `parent`, and those of the very same name elsewhere.
    pub fn by_name(&mut self, written: &str, parent: Option<&str>) -> Vec<Near> {
        let asked = (name::normal(written), parent.map(name::normal).unwrap_or_default());
        if asked.0.is_empty() || name::is_placeholder(written) {
            return Vec::new();
        }
        if let Some(known) = self.found.get(&asked) {
            return known.clone();
        }
        if self.found.len() >= SEARCHES {
            return Vec::new();
        }
        let stem = name::stem(written);
        let mut nears: Vec<Near> = Vec::new();
        for (at, (normal, short, english)) in self.forms.iter().enumerate().filter(|(at, _)| self.is_shown(*at)) {
            let by_english = english.as_ref().and_then(|english| name::likeness((&asked.0, &asked.0), (english, english)));
            let Some((score, reason)) = name::likeness((&asked.0, &stem), (normal, short)).max(by_english) else { continue };
            if parent.is_none_or(|parent| self.gazetteer.lies_in((self.level, at), parent)) {
                nears.push(self.near((self.level, at), score, reason));
            } else if score == 100 {
                nears.push(self.near((self.level, at), 50, "same name, in another parent"));
            }
        }
        nears.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
        nears.truncate(PROPOSED);
        self.found.insert(asked, nears.clone());
        nears
    }

    /// The areas that share a name in full.
    pub fn of_same_name(&self, spots: &[Spot]) -> Vec<Near> {
        let shown = |spot: &&Spot| self.gazetteer.lift(**spot, self.level).is_none_or(|area| self.is_shown(area));
        spots.iter().filter(shown).take(PROPOSED).map(|spot| self.near(*spot, 100, "same name")).collect()
    }

    fn is_shown(&self, area: usize) -> bool {
        self.shown.is_none_or(|shown| shown.binary_search(&area).is_ok())
    }

    fn near(&self, spot: Spot, score: u32, reason: &str) -> Near {
        let area = self.gazetteer.area(spot);
        Near { code: area.code.clone(), name: area.name.clone(), score, reason: reason.to_string() }
    }
}
