//! Near misses: areas that a row may have meant. They are proposed in the ledger and never used.

use super::gazetteer::{Gazetteer, Spot};
use super::ledger::Near;
use super::lookup::Reader;
use super::name;
use crate::level::Level;
use std::collections::HashMap;

/// The reason given where a row's parent is another than the area's.
pub(super) const ELSEWHERE: &str = "same name, in another parent";
/// Near misses proposed for one row.
const PROPOSED: usize = 3;
/// Names that are compared with every area; a table of which more fail is the wrong table, and only equal names are looked for.
const SEARCHES: usize = 500;

/// Finds near misses among the areas of a level.
pub struct Proposer<'a> {
    gazetteer: &'a Gazetteer<'a>,
    reader: Reader<'a>,
    level: Level,
    shown: Option<&'a [usize]>,
    forms: Vec<Forms>,
    found: HashMap<(String, String), Vec<Near>>,
}

/// An area's names, as they are compared.
struct Forms {
    full: String,
    short: String,
    english: Option<String>,
    /// Letters of a wrong reading.
    misread: Option<String>,
    /// The characters of all of them.
    characters: Characters,
}

/// The characters of a name, roughly: names without one in common share none here, or seldom one by chance.
#[derive(Clone, Copy)]
struct Characters(u128);

impl Characters {
    fn of(name: &str) -> Self {
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4) spreads neighbours; its upper seven bits are a place of 128.
        name.chars().fold(Self(0), |all, c| Self(all.0 | 1 << (u32::from(c).wrapping_mul(0x9E37_79B1) >> 25)))
    }

    fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl<'a> Proposer<'a> {
    /// Prepares the names of a level; only areas that are shown are proposed.
    pub fn new(gazetteer: &'a Gazetteer<'a>, level: Level, shown: Option<&'a [usize]>) -> Self {
        let areas = gazetteer.coverage().areas(level);
        let misread = |code: &str, name: &str| name::forms(code, name).and_then(|forms| forms.misread()).map(name::latin_letters);
        let forms = areas.iter().map(|area| Forms {
            full: name::normal(&area.name),
            short: name::stem(&area.name),
            english: area.name_en.as_deref().map(name::normal),
            misread: misread(&area.code, &area.name),
            characters: Characters::of(&name::normal(&format!("{}{}", area.name, area.name_en.as_deref().unwrap_or_default()))),
        });
        Self { gazetteer, reader: Reader::new(gazetteer), level, shown, forms: forms.collect(), found: HashMap::new() }
    }

    /// The areas of which `written` is nearly the name, best first: those within `parent`, and those of the very same name elsewhere.
    pub fn by_name(&mut self, written: &str, parent: Option<&str>) -> Vec<Near> {
        let parent = parent.filter(|parent| !parent.trim().is_empty() && !name::is_placeholder(parent));
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
        let mut nears = self.search(written, parent);
        nears.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
        nears.dedup_by(|a, b| a.code == b.code);
        nears.truncate(PROPOSED);
        self.found.insert(asked, nears.clone());
        nears
    }

    fn search(&self, written: &str, parent: Option<&str>) -> Vec<Near> {
        // 河南省荣阳市 is looked for as 荣阳市 within 河南省.
        let (parents, rest) = match (parent, self.gazetteer.headed(written)) {
            (Some(parent), _) => (Some(self.reader.named(parent).iter().map(|parent| parent.spot).collect()), None),
            (None, Some((spots, rest))) => (Some(spots), Some(rest)),
            (None, None) => (None, None),
        };
        let within = |spot: Spot| {
            parents.as_ref().is_none_or(|parents: &Vec<Spot>| parents.iter().any(|parent| self.gazetteer.is_in(spot, *parent)))
        };
        let name = name::normal(rest.as_deref().unwrap_or(written));
        let (stem, letters) = (name::stem(&name), name::latin_letters(&name));
        let named = self.reader.named(&name);
        let elsewhere: Vec<Spot> = named
            .iter()
            .map(|found| found.spot)
            .filter(|spot| spot.0 == self.level && self.is_shown(spot.1) && !within(*spot))
            .collect();
        let mut nears: Vec<Near> = Vec::new();
        let mut one_of_two: Vec<Near> = Vec::new();
        // Nearly all areas are far from the name, and most of these share no character with it: to see that takes no time.
        let characters = Characters::of(&stem);
        let may_be = |forms: &Forms| characters.meet(forms.characters) || forms.misread.as_ref() == Some(&letters);
        for (at, forms) in self.forms.iter().enumerate().filter(|(at, forms)| may_be(forms) && self.is_shown(*at)) {
            let spot = (self.level, at);
            match forms.likeness(&name, &stem, &letters) {
                Some((score, reason)) if within(spot) => nears.push(self.near(spot, score, reason)),
                // 深州市 is no slip of the pen for 滦州市.
                None if parents.is_some() && elsewhere.is_empty() && name::is_one_of_two(&name, &forms.full) && within(spot) => {
                    one_of_two.push(self.near(spot, 55, "one character differs, in the same parent"));
                }
                _ => {}
            }
        }
        if one_of_two.len() <= PROPOSED {
            nears.append(&mut one_of_two);
        }
        // 城区 is in so many places that none is worth naming.
        if parents.is_some() && elsewhere.len() < PROPOSED {
            nears.extend(elsewhere.into_iter().map(|spot| self.near(spot, 50, ELSEWHERE)));
        }
        nears
    }

    /// The areas that a name fits, where it fits several.
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

impl Forms {
    /// Why a name may mean this area, by the best of its forms.
    fn likeness(&self, name: &str, stem: &str, letters: &str) -> Option<(u32, &'static str)> {
        let by_english = self.english.as_ref().and_then(|english| name::likeness((name, name), (english, english)));
        let by_reading =
            self.misread.as_ref().filter(|misread| *misread == letters).map(|_| (85, "pinyin of the same characters"));
        name::likeness((name, stem), (&self.full, &self.short)).max(by_english).max(by_reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage;

    /// Names that are alike, or one of whose two characters is another's, have a character in common: none is passed over.
    #[test]
    fn names_without_a_common_character_are_not_alike() {
        let gazetteer = Gazetteer::new(coverage::bundled());
        let proposer = Proposer::new(&gazetteer, Level::County, None);
        for (at, written) in coverage::bundled().areas(Level::County).iter().enumerate().step_by(23) {
            let mut characters: Vec<char> = written.name.chars().collect();
            characters[at % written.name.chars().count()] = '某';
            let name = name::normal(&characters.iter().collect::<String>());
            let (stem, letters) = (name::stem(&name), name::latin_letters(&name));
            for forms in proposer.forms.iter().filter(|forms| !Characters::of(&stem).meet(forms.characters)) {
                assert!(
                    forms.misread.as_ref() == Some(&letters) || forms.likeness(&name, &stem, &letters).is_none(),
                    "{name} {}",
                    forms.full
                );
                assert!(!name::is_one_of_two(&name, &forms.full), "{name} {}", forms.full);
            }
        }
    }
}
