//! For what year a list of codes holds.

use super::{FIRST_YEAR, History, LAST_YEAR};
use std::collections::BTreeSet;

/// Codes named as evidence.
const NAMED: usize = 3;

/// The years that a list of codes holds for, and what speaks for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vintage {
    /// First of the years in which the most codes are in force.
    pub first: u16,
    /// Last of them.
    pub last: u16,
    /// Codes in force in those years.
    pub in_force: usize,
    /// Different codes.
    pub codes: usize,
    /// Codes of no year.
    pub nowhere: Vec<String>,
    /// Codes in force in `first` and not in the year before.
    pub begin: Vec<String>,
    /// Codes in force in `last` and not in the year after.
    pub end: Vec<String>,
}

impl History {
    /// The years in which the most of these codes are in force; none where no code is known. Of several runs of such years the
    /// latest is taken.
    ///
    /// ```
    /// use caremap::place::history::History;
    /// let vintage = History::bundled().vintage(["330103", "330104", "320613"]).expect("known codes");
    /// assert_eq!((vintage.first, vintage.last), (2020, 2020));
    /// assert_eq!(vintage.to_string(), "2020: 3 of 3 codes in force; 320613 begins in 2020; 330103, 330104 end in 2021");
    /// ```
    pub fn vintage<'a>(&self, codes: impl IntoIterator<Item = &'a str>) -> Option<Vintage> {
        let codes: BTreeSet<&str> = codes.into_iter().collect();
        let (known, nowhere): (Vec<&str>, Vec<&str>) = codes.iter().partition(|code| self.knows(code));
        let count = |year: u16| known.iter().filter(|code| self.at(code, year).is_some()).count();
        let counts: Vec<(usize, u16)> = (FIRST_YEAR..=LAST_YEAR).map(|year| (count(year), year)).collect();
        let (in_force, last) = counts.iter().copied().max().filter(|(most, _)| *most > 0)?;
        let run = counts.iter().rev().skip_while(|(_, year)| *year > last).take_while(|(count, _)| *count == in_force);
        let first = run.last().map_or(last, |(_, year)| *year);
        let only = |year: u16, other: u16| {
            let is = |code: &&&str| self.at(code, year).is_some() && self.at(code, other).is_none();
            known.iter().filter(is).map(ToString::to_string).collect()
        };
        Some(Vintage {
            first,
            last,
            in_force,
            codes: codes.len(),
            nowhere: nowhere.into_iter().map(str::to_owned).collect(),
            begin: if first > FIRST_YEAR { only(first, first - 1) } else { Vec::new() },
            end: if last < LAST_YEAR { only(last, last + 1) } else { Vec::new() },
        })
    }
}

impl Vintage {
    /// The year of the range that is nearest to another.
    pub fn nearest_to(&self, year: u16) -> u16 {
        year.clamp(self.first, self.last)
    }
}

impl std::fmt::Display for Vintage {
    /// The evidence as words without a full stop.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { first, last, in_force, codes, .. } = self;
        match first == last {
            true => write!(f, "{first}")?,
            false => write!(f, "{first} to {last}")?,
        }
        write!(f, ": {in_force} of {codes} codes in force")?;
        for (codes, verb, year) in [(&self.begin, "begin", *first), (&self.end, "end", last + 1)] {
            let names: Vec<&str> = codes.iter().take(NAMED).map(String::as_str).collect();
            let more = if codes.len() > NAMED { format!(" and {} more", codes.len() - NAMED) } else { String::new() };
            let s = if codes.len() == 1 { "s" } else { "" };
            if !names.is_empty() {
                write!(f, "; {}{more} {verb}{s} in {year}", names.join(", "))?;
            }
        }
        match self.nowhere.as_slice() {
            [] => Ok(()),
            [one] => write!(f, "; {one} is in no list"),
            many => write!(f, "; {} are in no list, such as {}", many.len(), many[0]),
        }
    }
}
