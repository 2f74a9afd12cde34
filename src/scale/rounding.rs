//! Breaks that can be printed: what is drawn is classed by the rounded breaks, so what is printed is true.

use crate::classify::{Classes, Closure, Method};

/// More decimals than this are never printed.
const MOST: i32 = 12;

/// Breaks as drawn and printed, and how many decimals show them in full.
pub(super) struct Rounded {
    /// The breaks; the outer ones are moved outwards.
    pub breaks: Vec<f64>,
    /// Decimals.
    pub decimals: usize,
}

/// Rounds breaks as coarsely as can be. `sorted` are the classed values, ascending.
///
/// Where the author asks for a number of decimals, breaks are rounded to it (more are used only where classes would vanish).
/// Otherwise methods whose breaks say between which values to cut (fisher, maximum) may move a break anywhere between these values,
/// quantile past one in twenty-five of the values of a class, and the others by a twentieth of the narrower of its two classes as long
/// as no value changes its class. Breaks in `fixed`, the author's own and the pivot, are never moved.
pub(super) fn round(classes: &Classes, method: Method, fixed: &[f64], sorted: &[f64], decimals: Option<usize>) -> Rounded {
    let [first, inner @ .., last] = classes.breaks.as_slice() else {
        return Rounded { breaks: classes.breaks.clone(), decimals: decimals.unwrap_or(0) };
    };
    let fewest = decimals.map_or(-6, |decimals| (decimals as i32).min(MOST));
    let gaps: Vec<Gap> = (1..classes.len())
        .map(|at| Gap::at(classes, at, if decimals.is_some() { Room::All } else { Room::of(method) }, fixed, sorted))
        .collect();
    let found = (fewest..=MOST).find_map(|places| {
        let breaks = all_rounded(inner, &gaps, places, classes.closure)?;
        Some((breaks, places))
    });
    let (inner, places) = found.unwrap_or_else(|| (inner.to_vec(), MOST));
    let (low, high) = (inner.first().copied().unwrap_or(*last), inner.last().copied().unwrap_or(*first));
    let kept = |end: f64| fixed.contains(&end) || fixed.contains(&-end);
    let end_places = |end: f64, width: f64| if kept(end) { places_of(end) } else { outer_places(end, width) };
    let shown = [places, fewest, end_places(*first, low - first), end_places(-*last, last - high)].into_iter().max().unwrap_or(0);
    // Where more places are printed anyway, breaks may stay nearer to where the method put them.
    let inner = all_rounded(&classes.breaks[1..classes.len()], &gaps, shown, classes.closure).unwrap_or(inner);
    let outward = |end: f64| if kept(end) { end } else { down(end, shown) };
    let breaks = [outward(*first)].into_iter().chain(inner).chain([-outward(-*last)]).collect();
    Rounded { breaks, decimals: shown.max(0) as usize }
}

/// Where a break may be: above `above` and up to `upto`, or from `above` on and below `upto`, as the closure has it.
struct Gap {
    above: f64,
    upto: f64,
}

/// How far a break may move.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Room {
    /// Up to the breaks beside it.
    All,
    /// Past this share of the values of a class.
    Share(f64),
    /// A twentieth of the narrower class, past no value.
    Width,
}

impl Room {
    fn of(method: Method) -> Self {
        match method {
            Method::Quantile => Room::Share(0.04),
            Method::Fisher | Method::Maximum => Room::Share(0.0),
            _ => Room::Width,
        }
    }
}

impl Gap {
    fn at(classes: &Classes, at: usize, room: Room, fixed: &[f64], sorted: &[f64]) -> Gap {
        let (before, cut, after) = (classes.breaks[at - 1], classes.breaks[at], classes.breaks[at + 1]);
        if fixed.contains(&cut) {
            return Gap { above: cut, upto: cut };
        }
        let split = match classes.closure {
            Closure::Left => sorted.partition_point(|value| *value < cut),
            Closure::Right => sorted.partition_point(|value| *value <= cut),
        };
        let past = |values: usize| {
            let below = split.checked_sub(values + 1).map_or(f64::NEG_INFINITY, |i| sorted[i]);
            (below, sorted.get(split + values).copied().unwrap_or(f64::INFINITY))
        };
        match room {
            Room::All => Gap { above: before, upto: after },
            Room::Share(share) => {
                let (below, above) = past((share * sorted.len() as f64 / classes.len() as f64) as usize);
                Gap {
                    above: below.max(if share > 0.0 { before } else { below }),
                    upto: above.min(if share > 0.0 { after } else { above }),
                }
            }
            Room::Width => {
                let (left, right) = (cut - before, after - cut);
                let room = if left.min(right) > 0.0 { left.min(right) } else { left.max(right) } / 20.0;
                let (below, above) = past(0);
                Gap { above: below.max(cut - room), upto: above.min(cut + room) }
            }
        }
    }

    fn holds(&self, cut: f64, original: f64, closure: Closure) -> bool {
        cut == original
            || match closure {
                Closure::Left => self.above < cut && cut <= self.upto,
                Closure::Right => self.above <= cut && cut < self.upto,
            }
    }
}

/// Every break rounded to so many places, if all may be and stay apart.
fn all_rounded(inner: &[f64], gaps: &[Gap], places: i32, closure: Closure) -> Option<Vec<f64>> {
    let mut breaks: Vec<f64> = Vec::with_capacity(inner.len());
    for (cut, gap) in inner.iter().zip(gaps) {
        let near = [nearest(*cut, places)?, up(*cut, places), down(*cut, places)];
        let rounded = near.into_iter().find(|rounded| gap.holds(*rounded, *cut, closure))?;
        if breaks.last().is_some_and(|last| *last >= rounded) {
            return None;
        }
        breaks.push(rounded);
    }
    Some(breaks)
}

/// The number of that many places nearest to `value`, through its decimal form, so that it is the number a reader would type.
fn nearest(value: f64, places: i32) -> Option<f64> {
    let rounded = if places >= 0 {
        format!("{value:.*}", places as usize).parse().ok()?
    } else {
        let step = libm::exp10(f64::from(-places));
        libm::round(value / step) * step
    };
    Some(rounded + 0.0)
}

/// The largest number of that many places not above `value`.
fn down(value: f64, places: i32) -> f64 {
    let Some(near) = nearest(value, places) else { return value };
    let step = libm::exp10(f64::from(-places));
    if near <= value { near } else { nearest(near - step, places).filter(|lower| *lower <= value).unwrap_or(value) }
}

fn up(value: f64, places: i32) -> f64 {
    -down(-value, places)
}

/// Places for an outer break: enough that rounding it down does not stretch its class by more than a twentieth.
fn outer_places(end: f64, width: f64) -> i32 {
    let room = if width > 0.0 { width / 20.0 } else { end.abs() / 1000.0 };
    (-6..=MOST).find(|places| end - down(end, *places) <= room).unwrap_or(MOST)
}

/// Places that show a number in full.
fn places_of(value: f64) -> i32 {
    (0..=MOST).find(|places| nearest(value, *places) == Some(value)).unwrap_or(MOST)
}
