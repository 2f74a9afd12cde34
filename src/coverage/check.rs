//! What is wrong with a coverage as a partition: overlaps, gaps, borders that cross, slivers.

use super::dissolve::voids;
use super::geometry::ring_km2;
use super::quantise::Grid;
use super::{Arcs, Area, Coverage, Polygon, Position, conflict};
use crate::level::Level;
use crate::problem::Problem;
use std::collections::BTreeSet;

/// Holes of the whole that are smaller than this, square kilometres, or thinner than `THIN`, are taken for gaps and not for land
/// that belongs to no area.
const SMALL_GAP_KM2: f64 = 0.1;
/// Share of a circle's area that a ring of the same length encloses, below which it is a sliver.
const THIN: f64 = 0.01;
/// Width of the grid on which crossings are told, degrees: a tenth of a millimetre.
const FINE_STEP: f64 = 1e-9;

/// A place on the rim of an empty place, and its size in square kilometres.
pub type Void = (Position, f64);

/// What is wrong at one level.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// Pairs of areas, by number, that claim the same side of a border; the smaller number first.
    pub overlaps: Vec<(usize, usize)>,
    /// A place in each hole of the whole that is small or thin, and its size in square kilometres.
    pub gaps: Vec<Void>,
    /// Larger holes of the whole: land of no area.
    pub holes: Vec<Void>,
    /// A place near which borders cross or meet without sharing a position, and their two arcs.
    pub crossings: Vec<(Position, [usize; 2])>,
    /// Areas, by number, with a polygon that is next to nothing but border.
    pub slivers: Vec<usize>,
}

/// Looks for what is wrong at `level`. Crossings are looked for in the arcs of all levels.
pub fn check(coverage: &Coverage, level: Level) -> Findings {
    let small = || (holes(coverage, level), overlaps(coverage, level), slivers(coverage, level));
    let (crossings, ((gaps, holes), overlaps, slivers)) = rayon::join(|| crossings(&coverage.arcs), small);
    Findings { overlaps, gaps, holes, crossings, slivers }
}

/// Areas that claim the same side of the same arc.
fn overlaps(coverage: &Coverage, level: Level) -> Vec<(usize, usize)> {
    let mut owner = vec![[None, None]; coverage.arcs.len()];
    let mut found = Vec::new();
    for (number, area) in coverage.areas(level).iter().enumerate() {
        for arc in area.polygons.iter().flat_map(Polygon::rings).flatten() {
            match &mut owner[arc.number()][usize::from(arc.is_reversed())] {
                Some(other) => found.push((*other, number)),
                free => *free = Some(number),
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Empty places inside the union of all areas: gaps, and holes too large or too round to be one.
fn holes(coverage: &Coverage, level: Level) -> (Vec<Void>, Vec<Void>) {
    let rings = voids(&coverage.arcs, coverage.areas(level).iter().flat_map(|area| &area.polygons));
    rings
        .iter()
        .map(|ring| {
            let km2 = ring_km2(coverage, ring);
            let positions = coverage.ring_positions(ring);
            ((positions[0], km2), km2 < SMALL_GAP_KM2 || roundness(&positions) < THIN)
        })
        .fold((Vec::new(), Vec::new()), |(mut gaps, mut holes), (hole, is_gap)| {
            if is_gap {
                gaps.push(hole)
            } else {
                holes.push(hole)
            }
            (gaps, holes)
        })
}

fn slivers(coverage: &Coverage, level: Level) -> Vec<usize> {
    let is_sliver = |polygon: &Polygon| roundness(&coverage.ring_positions(&polygon.exterior)) < THIN;
    let areas = coverage.areas(level).iter().enumerate();
    areas.filter(|(_, area)| area.polygons.iter().any(is_sliver)).map(|(number, _)| number).collect()
}

/// How much of the area of a circle of the same length a ring encloses, in a plane about its first position (Polsby and Popper).
fn roundness(ring: &[Position]) -> f64 {
    let shrink = libm::cos(ring[0][1].to_radians());
    let plane: Vec<Position> = ring.iter().map(|[x, y]| [x * shrink, *y]).collect();
    let length: f64 = plane.windows(2).map(|edge| distance(edge[0], edge[1])).sum();
    2.0 * std::f64::consts::PI * super::repair::doubled_area(&plane).abs() / (length * length)
}

fn distance(a: Position, b: Position) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// Places where stretches of arcs meet elsewhere than at shared positions, told on a grid so fine that rounding to it matters not.
fn crossings(arcs: &Arcs) -> Vec<(Position, [usize; 2])> {
    let tolerances = vec![f64::INFINITY; arcs.positions().len()];
    let grid = Grid { origin: [0.0, 0.0], step: FINE_STEP };
    let kept = conflict::Kept::new(arcs, &grid, &tolerances, 0.0);
    let arc = |at: u32| arcs.arc_of(at as usize);
    let conflicts = conflict::conflicts(&kept).into_iter();
    conflicts.map(|[[first, _], [second, _]]| (arcs.positions()[first as usize], [arc(first), arc(second)])).collect()
}

impl Findings {
    /// The findings in words: one problem a kind, with the first places.
    pub fn problems(&self, coverage: &Coverage, level: Level) -> Vec<Problem> {
        let areas = coverage.areas(level);
        let name = |number: usize| format!("{} {}", areas[number].code, areas[number].name);
        let place = |[x, y]: Position| format!("({x:.5}, {y:.5})");
        let sized = |(position, km2): &Void| format!("{} of {km2:.4} km²", place(*position));
        let mut problems = Vec::new();
        let mut say = |id, count: usize, what: &str, examples: Vec<String>, help: &str| {
            if count > 0 {
                problems.push(Problem::warning(id, format!("{count} {what}: {}.", listed(&examples, count))).help(help));
            }
        };
        let pairs = self.overlaps.iter().take(5).map(|(a, b)| format!("{} and {}", name(*a), name(*b))).collect();
        say(
            "overlap",
            self.overlaps.len(),
            "pairs of areas overlap",
            pairs,
            "Mend the file; where they overlap, the fill of both is added.",
        );
        let crossing = |(position, arcs): &(Position, [usize; 2])| {
            let owners: Vec<String> = owners(areas, arcs).into_iter().map(name).collect();
            format!("{} near {}", owners.join(" and "), place(*position))
        };
        let crossings: BTreeSet<String> = self.crossings.iter().take(20).map(crossing).collect();
        let crossings = crossings.into_iter().take(5).collect();
        say(
            "crossing",
            self.crossings.len(),
            "times borders cross or touch without sharing a position",
            crossings,
            "Areas overlap or leave gaps there, or cross themselves: mend the file, such as by QGIS: Fix geometries.",
        );
        let gaps = self.gaps.iter().take(5).map(sized).collect();
        say("gap", self.gaps.len(), "gaps between areas", gaps, "Mend the file, or let the background show there.");
        let slivers = self.slivers.iter().take(5).map(|number| name(*number)).collect();
        say(
            "sliver",
            self.slivers.len(),
            "areas have a part that is next to nothing but border",
            slivers,
            "Look at them in the file.",
        );
        if let Some(first) = self.holes.first() {
            problems.push(Problem::note(
                "hole",
                format!("{} holes inside the areas belong to none of them; the first is at {}.", self.holes.len(), sized(first)),
            ));
        }
        problems
    }
}

/// The areas, by number, whose borders the arcs are.
fn owners(areas: &[Area], arcs: &[usize; 2]) -> BTreeSet<usize> {
    let uses = |area: &Area| area.polygons.iter().flat_map(Polygon::rings).flatten().any(|arc| arcs.contains(&arc.number()));
    (0..areas.len()).filter(|number| uses(&areas[*number])).collect()
}

fn listed(examples: &[String], count: usize) -> String {
    let more = if count > examples.len() { ", …" } else { "" };
    format!("{}{more}", examples.join(", "))
}
