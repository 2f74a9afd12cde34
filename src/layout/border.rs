//! What each border of a frame divides: areas of a level, the land from the sea, the country from another.

use super::frame::{Bounds, Frame, NOBODY, Projected, on_page, page_line, project_line};
use crate::coverage::coast::Beyond;
use crate::coverage::{Arcs, Position};
use crate::level::Level;
use crate::scene::Point;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An island whose larger side is below this is drawn with the thin coast line, in millimetres.
const ISLAND_MM: f64 = 5.0;
/// An area whose sides are shorter than this on average has fine borders, in millimetres.
const SMALL_MM: f64 = 1.8;
/// And below this none: a line at least a tenth of a millimetre wide would be most of the area.
const TINY_MM: f64 = 0.7;

/// What a border divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Two areas shown, which differ at this level and at none above.
    Inner(Level),
    /// The same at the level shown, one of the two so small that an ordinary line would be much of it.
    Fine,
    /// Hong Kong or Macau from the province beside it.
    Special,
    /// The areas shown from areas of the same coverage that are not shown; they differ at this level and at none above.
    Outer(Level),
    /// Small islands from the sea.
    Island,
    /// Land from the sea.
    Coast,
    /// The country from another one.
    National,
    /// The areas shown from what lies beyond the coverage, sea or land.
    Edge,
}

/// The borders of one rank.
#[derive(Debug, Clone, Default)]
pub struct Borders {
    /// The lines in millimetres on the page.
    pub lines: Arc<Vec<Vec<Point>>>,
    /// The areas on both sides of each line, by their number in the list of areas; none for what is not in it.
    pub beside: Vec<[Option<usize>; 2]>,
}

impl Projected {
    /// What an arc divides; none where it divides nothing that is shown. An arc at whose one end the sea begins has two ranks, of what
    /// comes before and after a position.
    fn rank(&self, number: usize, level: Level, is_shown: &[bool]) -> Option<(Rank, Option<(usize, Rank)>)> {
        let both = self.users.get(&level)?[number];
        let shown = both.map(|user| user != NOBODY && is_shown[user as usize]);
        let beyond = self.beyond.as_ref().and_then(|beyond| beyond.get(&number));
        let level = || self.highest_difference(number).unwrap_or(level);
        let alone = |rank| Some((rank, None));
        match (shown, beyond) {
            ([false, false], _) => None,
            ([true, true], _) if self.is_special(number) => alone(Rank::Special),
            ([true, true], _) => alone(Rank::Inner(level())),
            _ if !both.contains(&NOBODY) => alone(Rank::Outer(level())),
            (_, None) => alone(Rank::Edge),
            (_, Some(Beyond::Sea)) => alone(Rank::Coast),
            (_, Some(Beyond::Country)) => alone(Rank::National),
            (_, Some(Beyond::SeaThenCountry(at))) => Some((Rank::Coast, Some((*at, Rank::National)))),
            (_, Some(Beyond::CountryThenSea(at))) => Some((Rank::National, Some((*at, Rank::Coast)))),
        }
    }

    /// Whether an arc is the border of a special administrative region.
    fn is_special(&self, number: usize) -> bool {
        let provinces = self.coverage.areas(Level::Province);
        self.users.get(&Level::Province).is_some_and(|users| {
            let [a, b] = users[number];
            let code = |user: u32| provinces.get(user as usize).map_or("", |area| area.code.as_str());
            a != b && [a, b].into_iter().any(|user| matches!(code(user), "810000" | "820000"))
        })
    }

    /// The highest level at which an arc divides two areas.
    fn highest_difference(&self, number: usize) -> Option<Level> {
        self.users.iter().find(|(_, users)| !users[number].contains(&NOBODY)).map(|(level, _)| *level)
    }
}

/// The lines of a rank, and the areas on either side of each.
type RankLines = (Vec<Vec<Point>>, Vec<[Option<usize>; 2]>);

/// The borders of a frame by rank, each border once. `numbers` leads from the arcs of the coverage to those of the frame.
pub(super) fn borders(
    projected: &Projected,
    level: Level,
    shown: &[usize],
    frame: &Frame,
    numbers: &BTreeMap<usize, usize>,
    arcs: &Arcs,
    boxes: &[Bounds],
) -> BTreeMap<Rank, Borders> {
    // The place of each area of the level in the list of those shown.
    let mut places = vec![None; projected.coverage.areas(level).len()];
    for (place, index) in shown.iter().enumerate() {
        if let Some(entry) = places.get_mut(*index) {
            *entry = Some(place);
        }
    }
    let is_shown: Vec<bool> = places.iter().map(Option::is_some).collect();
    let beside = |arc: usize| projected.users[&level][arc].map(|user| places.get(user as usize).copied().flatten());
    let smaller = |arc: usize| {
        let side = |place: usize| boxes.get(place).map_or(f64::INFINITY, Bounds::mean_side);
        beside(arc).into_iter().flatten().map(side).fold(f64::INFINITY, f64::min)
    };
    let mut lines: BTreeMap<Rank, RankLines> = BTreeMap::new();
    let mut add = |rank: Rank, arc: usize, line: &[Position]| {
        let of_rank = lines.entry(rank).or_default();
        of_rank.0.push(line.iter().map(|p| Point { x: p[0], y: p[1] }).collect());
        of_rank.1.push(beside(arc));
    };
    for (old, new) in numbers {
        let line = arcs.get(*new);
        let page = on_page(&projected.line(*old).1, frame);
        let small = line.first() == line.last() && page.larger_side() < ISLAND_MM;
        if !page.meets(&frame.rect) {
            continue;
        }
        match projected.rank(*old, level, &is_shown) {
            None => {}
            Some((Rank::Coast | Rank::Edge, None)) if small => add(Rank::Island, *old, line),
            Some((Rank::Inner(own), None)) if own == level && smaller(*old) < TINY_MM => {}
            Some((Rank::Inner(own), None)) if own == level && smaller(*old) < SMALL_MM => add(Rank::Fine, *old, line),
            Some((rank, None)) => add(rank, *old, line),
            Some((before, Some((turn, after)))) => {
                let positions = projected.coverage.arcs.get(*old);
                let part = |part: &[Position]| page_line(&project_line(part, &projected.projection), frame);
                add(before, *old, &part(&positions[..=turn]));
                add(after, *old, &part(&positions[turn..]));
            }
        }
    }
    let borders = |(rank, (lines, beside))| (rank, Borders { lines: Arc::new(lines), beside });
    lines.into_iter().map(borders).collect()
}
