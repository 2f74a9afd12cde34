//! Lines and rings on the grid of the output: rounded once, thinned, cut to the clip, written as relative moves.
//!
//! Absolute places are rounded and the rounded ones subtracted, so errors do not add up along a line; an arc is rounded and thinned
//! once, so the two areas beside it keep the same border.

use super::xml::UNITS;
use crate::coverage::Position;
use crate::scene::Rect;

/// A place in whole view box units.
pub(super) type Spot = (i32, i32);

/// The most vertices in one path: some editors take no more than 32,767.
pub(super) const MOST_VERTICES: usize = 32_000;

/// Rounds a place in millimetres to the grid.
pub(super) fn spot(position: Position) -> Spot {
    let round = |value: f64| if value.is_finite() { (value * UNITS).round().clamp(-1e8, 1e8) as i32 } else { 0 };
    (round(position[0]), round(position[1]))
}

/// A line on the grid: no place twice in a row, and no place nearer than `tolerance` (in units) to the line without it
/// (Douglas and Peucker 1973). Both ends stay.
pub(super) fn thinned(positions: impl IntoIterator<Item = Position>, tolerance: f64) -> Vec<Spot> {
    let mut spots: Vec<Spot> = positions.into_iter().map(spot).collect();
    spots.dedup();
    if spots.len() < 3 {
        return spots;
    }
    let last = spots.len() - 1;
    let mut keep = vec![false; spots.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let Some((far, distance)) = farthest(&spots, from, to) else { continue };
        if distance > tolerance * tolerance {
            keep[far] = true;
            open.extend([(from, far), (far, to)]);
        }
    }
    let mut at = 0;
    spots.retain(|_| {
        at += 1;
        keep[at - 1]
    });
    spots
}

/// The place between two others that is farthest from the straight line between them, and its squared distance.
fn farthest(spots: &[Spot], from: usize, to: usize) -> Option<(usize, f64)> {
    let (start, end) = (spots[from], spots[to]);
    let (dx, dy) = (f64::from(end.0) - f64::from(start.0), f64::from(end.1) - f64::from(start.1));
    let length = dx * dx + dy * dy;
    let shrink = if length > 0.0 { 1.0 / length } else { 0.0 };
    let mut best: Option<(usize, f64)> = None;
    for (at, spot) in spots.iter().enumerate().take(to).skip(from + 1) {
        let (x, y) = (f64::from(spot.0) - f64::from(start.0), f64::from(spot.1) - f64::from(start.1));
        let along = ((x * dx + y * dy) * shrink).clamp(0.0, 1.0);
        let (ex, ey) = (x - along * dx, y - along * dy);
        let distance = ex * ex + ey * ey;
        if best.is_none_or(|(_, most)| distance > most) {
            best = Some((at, distance));
        }
    }
    best
}

/// A rectangle in units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Window {
    /// The window of a clip with a millimetre around it: what is cut there does not show.
    pub(super) fn around(clip: Rect) -> Self {
        let ((left, top), (right, bottom)) =
            (spot([clip.x - 1.0, clip.y - 1.0]), spot([clip.right() + 1.0, clip.bottom() + 1.0]));
        Self { left, top, right, bottom }
    }

    pub(super) fn of(spots: &[Spot]) -> Self {
        let mut window = Self { left: i32::MAX, top: i32::MAX, right: i32::MIN, bottom: i32::MIN };
        for (x, y) in spots {
            window.left = window.left.min(*x);
            window.top = window.top.min(*y);
            window.right = window.right.max(*x);
            window.bottom = window.bottom.max(*y);
        }
        window
    }

    fn contains(&self, other: &Window) -> bool {
        self.left <= other.left && self.top <= other.top && other.right <= self.right && other.bottom <= self.bottom
    }

    fn misses(&self, other: &Window) -> bool {
        other.right < self.left || other.left > self.right || other.bottom < self.top || other.top > self.bottom
    }
}

/// A ring cut to a window (Sutherland and Hodgman 1974). Edges along the window may double back, which the even-odd rule does not
/// mind.
pub(super) fn cut(ring: &[Spot], window: Window) -> Vec<Spot> {
    let bounds = Window::of(ring);
    if window.contains(&bounds) {
        return ring.to_vec();
    }
    if window.misses(&bounds) {
        return Vec::new();
    }
    let swap = |spots: Vec<Spot>| spots.into_iter().map(|(x, y)| (y, x)).collect::<Vec<_>>();
    let across = keep_side(&keep_side(ring, window.left, false), window.right, true);
    swap(keep_side(&keep_side(&swap(across), window.top, false), window.bottom, true))
}

/// The part of a ring on one side of the line x = `limit`: below it where `below`, else above.
fn keep_side(ring: &[Spot], limit: i32, below: bool) -> Vec<Spot> {
    let inside = |spot: Spot| if below { spot.0 <= limit } else { spot.0 >= limit };
    let mut kept = Vec::with_capacity(ring.len());
    for (at, spot) in ring.iter().enumerate() {
        let before = ring[(at + ring.len() - 1) % ring.len()];
        if inside(*spot) != inside(before) {
            let share = f64::from(limit - before.0) / f64::from(spot.0 - before.0);
            kept.push((limit, (f64::from(before.1) + share * f64::from(spot.1 - before.1)).round() as i32));
        }
        if inside(*spot) {
            kept.push(*spot);
        }
    }
    kept.dedup();
    kept
}

/// Path data of rings that are filled together by the even-odd rule. Where they have more than [`MOST_VERTICES`], the page is
/// halved until each half has fewer; the halves overlap by a tenth of a millimetre so that no seam shows between them.
pub(super) fn filled(rings: &[Vec<Spot>]) -> Vec<String> {
    let vertices: usize = rings.iter().map(Vec::len).sum();
    if vertices <= MOST_VERTICES {
        return Some(whole(rings)).filter(|data| !data.is_empty()).into_iter().collect();
    }
    let all = rings.iter().map(|ring| Window::of(ring)).reduce(|a, b| Window {
        left: a.left.min(b.left),
        top: a.top.min(b.top),
        right: a.right.max(b.right),
        bottom: a.bottom.max(b.bottom),
    });
    let Some(all) = all else { return Vec::new() };
    let (first, second) = halves(all);
    if first == all || second == all {
        // Nothing is gained by halving what is no larger than the overlap.
        return vec![whole(rings)];
    }
    let part = |half| rings.iter().map(|ring| cut(ring, half)).filter(|ring| ring.len() > 2).collect::<Vec<_>>();
    [first, second].into_iter().flat_map(|half| filled(&part(half))).collect()
}

/// Path data of rings that are filled together, in one path whatever their number.
pub(super) fn whole(rings: &[Vec<Spot>]) -> String {
    let mut data = String::with_capacity(rings.iter().map(Vec::len).sum::<usize>() * 6);
    rings.iter().filter(|ring| ring.len() > 2).for_each(|ring| line(&mut data, ring, true));
    data
}

fn halves(all: Window) -> (Window, Window) {
    const OVERLAP: i32 = 5;
    if all.right - all.left >= all.bottom - all.top {
        let middle = all.left + (all.right - all.left) / 2;
        (Window { right: (middle + OVERLAP).min(all.right), ..all }, Window { left: (middle - OVERLAP).max(all.left), ..all })
    } else {
        let middle = all.top + (all.bottom - all.top) / 2;
        (Window { bottom: (middle + OVERLAP).min(all.bottom), ..all }, Window { top: (middle - OVERLAP).max(all.top), ..all })
    }
}

/// Path data of lines, the parts outside the window left out, in paths of at most [`MOST_VERTICES`].
pub(super) fn stroked(lines: &[Vec<Spot>], closed: bool, window: Option<Window>) -> Vec<String> {
    let mut data = Vec::new();
    let (mut current, mut vertices) = (String::new(), 0);
    for spots in lines {
        for (part, whole) in visible(spots, closed, window) {
            for piece in chunks(part) {
                if vertices + piece.len() > MOST_VERTICES && !current.is_empty() {
                    data.push(std::mem::take(&mut current));
                    vertices = 0;
                }
                vertices += piece.len();
                line(&mut current, piece, whole && closed && piece.len() == spots.len());
            }
        }
    }
    if !current.is_empty() {
        data.push(current);
    }
    data
}

/// Pieces of at most [`MOST_VERTICES`] that share their ends.
fn chunks(spots: &[Spot]) -> impl Iterator<Item = &[Spot]> {
    let step = MOST_VERTICES - 1;
    (0..spots.len().saturating_sub(1).max(1)).step_by(step).map(move |start| &spots[start..spots.len().min(start + step + 1)])
}

/// The stretches of a line that touch the window, and whether each is the whole of it.
fn visible(spots: &[Spot], closed: bool, window: Option<Window>) -> Vec<(&[Spot], bool)> {
    let Some(window) = window.filter(|window| !window.contains(&Window::of(spots))) else {
        return vec![(spots, true)];
    };
    if closed || spots.len() < 2 {
        return if window.misses(&Window::of(spots)) { Vec::new() } else { vec![(spots, true)] };
    }
    let mut stretches = Vec::new();
    let mut start = None;
    for at in 1..spots.len() {
        let seen = !window.misses(&Window::of(&spots[at - 1..=at]));
        match (seen, start) {
            (true, None) => start = Some(at - 1),
            (false, Some(from)) => {
                stretches.push((&spots[from..at], false));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        stretches.push((&spots[from..], false));
    }
    stretches
}

/// Appends one line: an absolute start and relative steps. Repeated places are left out.
pub(super) fn line(out: &mut String, spots: &[Spot], closed: bool) {
    let Some((x, y)) = spots.first().copied() else { return };
    out.push('M');
    out.push_str(&x.to_string());
    step(out, y, false);
    let mut before = (x, y);
    let mut first = true;
    let end = if closed && spots.len() > 1 && spots.last() == spots.first() { spots.len() - 1 } else { spots.len() };
    for spot in &spots[1..end] {
        if *spot == before {
            continue;
        }
        if first {
            out.push('l');
        }
        step(out, spot.0 - before.0, first);
        step(out, spot.1 - before.1, false);
        first = false;
        before = *spot;
    }
    if closed {
        out.push('z');
    } else if first {
        // A line of no length is a dot: round ends draw it.
        out.push_str("h0");
    }
}

/// Appends a whole number; a minus sign separates as well as a space.
pub(super) fn step(out: &mut String, value: i32, first: bool) {
    if value >= 0 && !first {
        out.push(' ');
    }
    // Most steps are short: they are written without the cost of formatting.
    if (0..10).contains(&value) {
        out.push((b'0' + value as u8) as char);
    } else {
        out.push_str(&value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_an_absolute_start_and_relative_steps() {
        let mut out = String::new();
        line(&mut out, &[(10, -5), (10, -5), (12, -9), (0, 0), (10, -5)], true);
        assert_eq!(out, "M10-5l2-4-12 9z");
        out.clear();
        line(&mut out, &[(1, 1)], false);
        assert_eq!(out, "M1 1h0");
    }

    #[test]
    fn thinning_keeps_what_shows() {
        let positions = [[0.0, 0.0], [0.001, 0.0], [1.0, 0.002], [2.0, 0.0], [2.0, 1.0], [0.0, 0.0]];
        assert_eq!(thinned(positions, 1.0), [(0, 0), (200, 0), (200, 100), (0, 0)]);
        assert_eq!(thinned([[f64::NAN, 1.0], [f64::INFINITY, 1.0]], 1.0), [(0, 100)]);
    }

    fn area(ring: &[Spot]) -> f64 {
        let cross = |at: usize| {
            let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
            f64::from(a.0) * f64::from(b.1) - f64::from(b.0) * f64::from(a.1)
        };
        (0..ring.len()).map(cross).sum::<f64>() / 2.0
    }

    #[test]
    fn large_fills_are_split_into_overlapping_halves() {
        let ring: Vec<Spot> = (0..40_000).map(|n| (n, if n % 2 == 0 { 0 } else { 3 })).chain([(40_000, 900), (0, 900)]).collect();
        let data = filled(&[ring]);
        assert_eq!(data.len(), 2);
        assert!(data.iter().all(|d| d.starts_with('M') && d.ends_with('z')));
    }

    #[test]
    fn long_lines_are_split_and_share_their_ends() {
        let spots: Vec<Spot> = (0..70_000).map(|n| (n, n % 2)).collect();
        let data = stroked(&[spots], false, None);
        assert_eq!(data.len(), 3);
        assert!(data[1].starts_with("M31999 1l"));
    }

    proptest! {
        #[test]
        fn a_cut_ring_stays_in_the_window_and_halves_add_up(points in prop::collection::vec((-50i32..50, -50i32..50), 3..12)) {
            let left = Window { left: -60, top: -60, right: 0, bottom: 60 };
            let right = Window { left: 0, ..Window { right: 60, ..left } };
            let parts = [cut(&points, left), cut(&points, right)];
            prop_assert!(parts[0].iter().all(|s| s.0 <= 0) && parts[1].iter().all(|s| s.0 >= 0));
            let sum: f64 = parts.iter().filter(|p| p.len() > 2).map(|p| area(p)).sum();
            // Crossings are rounded to the grid: at most half a unit each over the height of the window.
            prop_assert!((sum - area(&points)).abs() < 60.0 * points.len() as f64);
        }
    }
}
