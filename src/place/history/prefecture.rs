//! Successors of prefectures, by the counties that they had.

use super::{History, Move};
use crate::level::Level;

/// Links prefectures that ended without a successor to those that hold their counties, and adds moves of counties between living
/// prefectures.
pub(super) fn link(history: &mut History) {
    let counties: Vec<usize> = (0..history.records.len()).filter(|at| history.records[*at].level == Level::County).collect();
    for county in counties {
        let record = &history.records[county];
        let Some(end) = record.end else { continue };
        let before = parent(history, county, end - 1);
        let after: Vec<usize> = history.next[county].iter().filter_map(|next| parent(history, *next, end)).collect();
        for (from, to) in before.into_iter().flat_map(|from| after.iter().map(move |to| (from, *to))) {
            pass(history, from, to, end, county);
        }
    }
    let given: Vec<Move> = history.moves.iter().copied().filter(|one| one.county.is_none()).collect();
    for Move { year, from: county, to, .. } in given {
        if let (Some(from), Some(to)) = (parent(history, county, year - 1), parent(history, to, year)) {
            pass(history, from, to, year, county);
        }
    }
    orphans(history);
}

/// A county of `from` stands under `to` from `year` on.
fn pass(history: &mut History, from: usize, to: usize, year: u16, county: usize) {
    if from == to || history.records[from].level == Level::Province {
        return;
    }
    match history.records[from].end {
        Some(end) if end == year => extend(history, from, to),
        _ if history.records[from].code == history.records[to].code => {}
        _ => history.moves.push(Move { year, from, to, county: Some(county) }),
    }
}

/// Counties whose code outlived their prefecture.
fn orphans(history: &mut History) {
    let ended: Vec<(usize, u16)> = (0..history.records.len())
        .filter(|at| history.records[*at].level == Level::Prefecture)
        .filter_map(|at| Some((at, history.records[at].end?)))
        .collect();
    for (from, end) in ended {
        let four = history.records[from].code[..4].to_owned();
        let counties =
            history.of_code.range(four.clone()..).take_while(|(code, _)| code.starts_with(&four)).flat_map(|(_, of)| of);
        let outliving = |at: &usize| {
            let record = &history.records[*at];
            record.level == Level::County && record.is_in_force(end - 1) && record.is_in_force(end)
        };
        let to: Vec<usize> = counties.copied().filter(outliving).filter_map(|at| parent(history, at, end)).collect();
        to.into_iter().for_each(|to| extend(history, from, to));
    }
}

/// Adds a successor where the lists name none.
fn extend(history: &mut History, from: usize, to: usize) {
    if history.next[from].is_empty() || history.by_counties[from] {
        history.by_counties[from] = true;
        let next = &mut history.next[from];
        next.push(to);
        next.sort_unstable();
        next.dedup();
    }
}

/// What a unit stands under in a year: the prefecture of its first four digits, else the province; a prefecture stands for itself.
fn parent(history: &History, at: usize, year: u16) -> Option<usize> {
    let record = &history.records[at];
    if record.level != Level::County {
        return Some(at);
    }
    let above = |digits: usize, zeros: &str| history.at(&format!("{}{zeros}", &record.code[..digits]), year);
    above(4, "00").or_else(|| above(2, "0000"))
}
