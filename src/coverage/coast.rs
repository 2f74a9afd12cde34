//! Which stretches of the edge of China are coast and which are the border with other countries.
//!
//! Boundary files give territories, not what lies beyond them. The edge of the mainland turns from border to coast at two places only,
//! the mouths of the Yalu and of the Beilun; every other piece of the edge has the sea on its far side.

use super::borders::sides;
use super::{Coverage, Position};
use std::collections::BTreeMap;

/// Where the border reaches the sea: the mouth of the Yalu (鸭绿江口) and that of the Beilun (北仑河口).
const MOUTHS: [Position; 2] = [[124.161, 39.826], [108.052, 21.532]];
/// The edge must come so near to both, in degrees, to be the edge of China.
const NEAR: f64 = 0.1;

/// What lies beyond an arc of the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// The sea.
    Sea,
    /// Another country.
    Country,
    /// The sea up to a position of the arc, then another country.
    SeaThenCountry(usize),
    /// Another country up to a position of the arc, then the sea.
    CountryThenSea(usize),
}

/// What lies beyond each arc of the edge, by the number of the arc; none where the coverage does not reach from the mouth of the Yalu to
/// that of the Beilun, so that nothing can be told.
///
/// ```
/// use caremap::coverage::{bundled, coast};
///
/// let beyond = coast::beyond(bundled()).expect("the whole of China");
/// let turns = beyond.values().filter(|b| !matches!(b, coast::Beyond::Sea | coast::Beyond::Country)).count();
/// assert_eq!(turns, 2);
/// ```
pub fn beyond(coverage: &Coverage) -> Option<BTreeMap<usize, Beyond>> {
    let level = *coverage.layers.keys().next()?;
    let is_edge = |sides: &[Option<usize>; 2]| sides.iter().flatten().count() == 1;
    let edge: Vec<usize> =
        sides(coverage, level).iter().enumerate().filter(|(_, sides)| is_edge(sides)).map(|(number, _)| number).collect();
    let [yalu, beilun] = MOUTHS.map(|mouth| nearest(coverage, &edge, mouth));
    let (yalu, beilun) = (yalu?, beilun?);
    let ring = ring_from(coverage, &edge, yalu.0);
    let end = ring.iter().position(|(number, _)| *number == beilun.0).filter(|at| *at > 0)?;
    let north = |part: &[(usize, bool)]| {
        let positions = part.iter().flat_map(|(number, _)| coverage.arcs.get(*number));
        positions.map(|position| position[1]).fold(f64::NEG_INFINITY, f64::max)
    };
    // The way by land passes the northernmost place of the country; the arcs at the mouths themselves are on both ways.
    let by_land_first = north(&ring[1..end]) > north(&ring[end + 1..]);
    let mut beyond: BTreeMap<usize, Beyond> = edge.iter().map(|number| (*number, Beyond::Sea)).collect();
    let land = if by_land_first { &ring[1..end] } else { &ring[end + 1..] };
    beyond.extend(land.iter().map(|(number, _)| (*number, Beyond::Country)));
    for (at, mouth, land_after) in [(0, yalu, by_land_first), (end, beilun, !by_land_first)] {
        let turn = if land_after != ring[at].1 { Beyond::SeaThenCountry(mouth.1) } else { Beyond::CountryThenSea(mouth.1) };
        beyond.insert(mouth.0, turn);
    }
    Some(beyond)
}

/// The arc that comes nearest to a place, and its position there; none where none comes near.
fn nearest(coverage: &Coverage, arcs: &[usize], place: Position) -> Option<(usize, usize)> {
    let away = |p: &Position| (p[0] - place[0]) * (p[0] - place[0]) + (p[1] - place[1]) * (p[1] - place[1]);
    let all = arcs.iter().flat_map(|number| coverage.arcs.get(*number).iter().enumerate().map(move |(at, p)| (*number, at, p)));
    let (number, at, position) = all.min_by(|a, b| away(a.2).total_cmp(&away(b.2)))?;
    (away(position) < NEAR * NEAR).then_some((number, at))
}

/// The arcs of the closed line that begins with an arc, each with whether it is walked from its last position to its first; they end
/// early where the line is not closed.
fn ring_from(coverage: &Coverage, edge: &[usize], first: usize) -> Vec<(usize, bool)> {
    let key = |p: Position| p.map(f64::to_bits);
    let ends = |number: usize| {
        let arc = coverage.arcs.get(number);
        Some((key(*arc.first()?), key(*arc.last()?)))
    };
    let mut at_end: BTreeMap<[u64; 2], Vec<usize>> = BTreeMap::new();
    for number in edge {
        if let Some((start, end)) = ends(*number) {
            at_end.entry(start).or_default().push(*number);
            at_end.entry(end).or_default().push(*number);
        }
    }
    let mut ring = vec![(first, false)];
    let mut here = ends(first).map(|(_, end)| end);
    let mut walked = std::collections::BTreeSet::from([first]);
    while let Some(place) = here {
        let next = at_end.get(&place).into_iter().flatten().copied().find(|number| walked.insert(*number));
        here = next.and_then(|number| {
            let (start, end) = ends(number)?;
            let reversed = start != place;
            ring.push((number, reversed));
            Some(if reversed { start } else { end })
        });
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::super::bundled;
    use super::*;

    /// What lies beyond the edge nearest to a place.
    fn at(place: Position) -> Beyond {
        let (china, level) = (bundled(), crate::level::Level::Province);
        let sides = sides(china, level);
        let edge: Vec<usize> = (0..sides.len()).filter(|number| sides[*number].iter().flatten().count() == 1).collect();
        let (number, position) = nearest(china, &edge, place).unwrap();
        match beyond(china).unwrap()[&number] {
            Beyond::SeaThenCountry(turn) => {
                if position < turn {
                    Beyond::Sea
                } else {
                    Beyond::Country
                }
            }
            Beyond::CountryThenSea(turn) => {
                if position < turn {
                    Beyond::Country
                } else {
                    Beyond::Sea
                }
            }
            plain => plain,
        }
    }

    #[test]
    fn land_borders_and_coasts_are_told_apart() {
        // Dandong on the Yalu, Suifenhe, Heihe, Erenhot, Khorgas, Zham, Ruili, Dongxing on the Beilun.
        let land = [
            [124.4, 40.13],
            [131.16, 44.4],
            [127.5, 50.27],
            [111.98, 43.72],
            [80.41, 44.21],
            [85.98, 27.98],
            [97.85, 23.98],
            [107.97, 21.54],
        ];
        // East of Donggang, Dalian, Shanghai's shore, Beihai, Hainan's south, Taiwan's east.
        let sea = [[123.6, 39.8], [121.7, 38.86], [121.97, 31.0], [109.1, 21.45], [109.5, 18.2], [121.6, 24.0]];
        for place in land {
            assert_eq!(at(place), Beyond::Country, "{place:?}");
        }
        for place in sea {
            assert_eq!(at(place), Beyond::Sea, "{place:?}");
        }
    }

    #[test]
    fn a_part_of_china_cannot_tell() {
        let mut guangxi = bundled().clone();
        for areas in guangxi.layers.values_mut() {
            areas.retain(|area| area.code.starts_with("45"));
        }
        assert_eq!(beyond(&guangxi), None);
    }
}
