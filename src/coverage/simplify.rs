//! Fewer positions for the same borders: each arc once, no area lost, no crossing made.
//!
//! Every position gets the tolerance at which it goes (Visvalingam and Whyatt 1993, doi 10.1179/000870493786962263: the area of the
//! triangle it makes with its neighbours, smallest first), weighted so that sharp corners go sooner, as mapshaper does. A tolerance
//! then only filters. Where the filtered borders would meet or an arc would change sides, positions are put back.

use super::conflict::{Kept, conflicts};
use super::quantise::Grid;
use super::{Arcs, Area, Polygon, Position};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Metres in a degree of latitude, near enough to weigh positions by.
const METRES_IN_DEGREE: f64 = 111_200.0;
/// How much a sharp corner counts against a position; mapshaper's value.
const SHARPNESS_WEIGHT: f64 = 0.7;
/// Rounds of putting positions back. Each round puts some back or is the last, so this is only a guard.
const MOST_ROUNDS: usize = 200;

/// What simplifying did.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Simplification {
    /// Square root of the smallest weighted triangle that was kept, metres.
    pub tolerance_m: f64,
    /// Positions before and after.
    pub positions_before: usize,
    /// Positions after.
    pub positions_after: usize,
    /// Positions put back because borders would have met or changed sides.
    pub put_back: usize,
    /// Places where borders meet although every position is there: they met before.
    pub met_before: usize,
    /// Farthest a position that was left out lies from the line that stands for it, metres.
    pub farthest_m: f64,
    /// Positions left out that lie farther than 500 m from it.
    pub beyond_500m: usize,
    /// Half of the positions left out lie nearer than this, metres.
    pub median_m: f64,
}

/// The tolerance at which each position of `arcs` goes, metres; infinite for those that stay.
pub fn tolerances(arcs: &Arcs) -> Vec<f64> {
    arcs.iter().flat_map(arc_tolerances).collect()
}

fn arc_tolerances(arc: &[Position]) -> Vec<f64> {
    if arc.len() < 3 {
        return vec![f64::INFINITY; arc.len()];
    }
    let metric = Metric::of(arc);
    let plane: Vec<[f64; 2]> = arc.iter().map(|position| metric.plane(*position)).collect();
    let last = arc.len() - 1;
    let mut tolerance = vec![0.0; arc.len()];
    for fixed in [Some(0), Some(last)].into_iter().chain(ring_anchors(&plane)).flatten() {
        tolerance[fixed] = f64::INFINITY;
    }
    let mut before: Vec<usize> = (0..arc.len()).map(|at| at.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..arc.len()).map(|at| (at + 1).min(last)).collect();
    let mut current = vec![f64::INFINITY; arc.len()];
    let mut queue = BinaryHeap::new();
    for at in (1..last.max(1)).filter(|at| tolerance[*at] == 0.0) {
        current[at] = weight(plane[at - 1], plane[at], plane[at + 1]);
        queue.push(Reverse((current[at].to_bits(), at)));
    }
    let mut reached: f64 = 0.0;
    while let Some(Reverse((bits, at))) = queue.pop() {
        if current[at].to_bits() != bits {
            continue;
        }
        reached = reached.max(current[at]);
        tolerance[at] = reached.sqrt();
        current[at] = f64::INFINITY;
        let (left, right) = (before[at], after[at]);
        after[left] = right;
        before[right] = left;
        for side in [left, right] {
            if current[side].is_finite() {
                current[side] = weight(plane[before[side]], plane[side], plane[after[side]]).max(reached);
                queue.push(Reverse((current[side].to_bits(), side)));
            }
        }
    }
    tolerance
}

/// Two positions that a closed arc keeps beside its start, so that it goes on enclosing something: the farthest from the start, and
/// the farthest from the line between those.
fn ring_anchors(plane: &[[f64; 2]]) -> [Option<usize>; 2] {
    let last = plane.len() - 1;
    if last < 3 || plane[0] != plane[last] {
        return [None, None];
    }
    let distance = |at: usize| (plane[at][0] - plane[0][0]).powi(2) + (plane[at][1] - plane[0][1]).powi(2);
    let farthest = (1..last).max_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(b.cmp(a)));
    let second = farthest.and_then(|far| {
        let width = |at: usize| doubled_triangle(plane[0], plane[far], plane[at]).abs();
        (1..last).filter(|at| *at != far).max_by(|a, b| width(*a).total_cmp(&width(*b)).then(b.cmp(a)))
    });
    [farthest, second]
}

fn doubled_triangle(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
}

/// Area of the triangle, less where the corner is sharp.
fn weight(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    let area = doubled_triangle(a, b, c).abs() / 2.0;
    let (u, v) = ([a[0] - b[0], a[1] - b[1]], [c[0] - b[0], c[1] - b[1]]);
    let lengths = ((u[0] * u[0] + u[1] * u[1]) * (v[0] * v[0] + v[1] * v[1])).sqrt();
    let cosine = if lengths > 0.0 { (u[0] * v[0] + u[1] * v[1]) / lengths } else { 0.0 };
    area * (1.0 - SHARPNESS_WEIGHT * cosine)
}

/// Degrees to metres about an arc's own latitude.
pub(super) struct Metric {
    east: f64,
}

impl Metric {
    pub(super) fn of(positions: &[Position]) -> Self {
        let mean = positions.iter().map(|position| position[1]).sum::<f64>() / positions.len().max(1) as f64;
        Self { east: METRES_IN_DEGREE * libm::cos(mean.to_radians()) }
    }

    pub(super) fn plane(&self, [x, y]: Position) -> [f64; 2] {
        [x * self.east, y * METRES_IN_DEGREE]
    }
}

/// Simplifies arcs that lie on `grid` to `tolerance` metres. `areas` are those whose rings must keep their way round.
pub fn simplify(arcs: &Arcs, tolerances: &[f64], tolerance: f64, grid: &Grid, areas: &[Area]) -> (Arcs, Simplification) {
    let mut kept = Kept::new(arcs, grid, tolerances, tolerance);
    let before = kept.count();
    let mut met_before = 0;
    for _ in 0..MOST_ROUNDS {
        let found = conflicts(&kept);
        let mut changed = false;
        met_before = 0;
        for [a, b] in &found {
            let restored = [kept.put_back(*a), kept.put_back(*b)];
            changed |= restored.contains(&true);
            met_before += usize::from(restored == [false, false] && !changed);
        }
        changed |= kept.put_back_passed() | put_back_turned(&mut kept, areas);
        if !changed {
            break;
        }
    }
    let simplified = kept.arcs(arcs);
    let mut distances = kept.distances(arcs);
    distances.sort_by(f64::total_cmp);
    let report = Simplification {
        tolerance_m: tolerance,
        positions_before: arcs.positions().len(),
        positions_after: simplified.positions().len(),
        put_back: kept.count() - before,
        met_before,
        beyond_500m: distances.len() - distances.partition_point(|distance| *distance <= 500.0),
        farthest_m: distances.last().copied().unwrap_or(0.0),
        median_m: distances.get(distances.len() / 2).copied().unwrap_or(0.0),
    };
    (simplified, report)
}

/// Puts positions back in rings that were turned inside out or emptied.
fn put_back_turned(kept: &mut Kept, areas: &[Area]) -> bool {
    let mut changed = false;
    for ring in areas.iter().flat_map(|area| &area.polygons).flat_map(Polygon::rings) {
        let (whole, now) = kept.doubled_ring_areas(ring);
        if whole.signum() != now.signum() {
            for arc in ring {
                changed |= kept.put_back_most_telling(arc.number());
            }
        }
    }
    changed
}
