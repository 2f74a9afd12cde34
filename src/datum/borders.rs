//! Boundaries against boundaries: the reading under which borders come to lie on the borders of the bundled set, which is WGS84.
//!
//! Vertices are compared in stretches, each by its middle distance from the nearest known border. The known borders are simplified and
//! so may be the others, but that moves vertices to both sides alike, while a wrong datum moves a whole stretch; only where a border
//! runs along the shift can it not be seen. What lies near no known border (townships, other countries, dissolved or redrawn areas)
//! has no vote. No codes or names are needed.

use super::source::{Kind, PLACES, Source, metres, middle};
use super::verdict::{Verdict, Votes};
use super::{Datum, axes, convert, extent};
use crate::coverage::{Arcs, Area, Coverage, Position, bundled, distance, geometry};
use crate::level::Level;
use crate::place::code::six_digits;
use crate::place::key::Gazetteer;
use crate::problem::Problem;
use std::collections::{HashMap, HashSet};

/// Vertices that are looked at.
const MOST: usize = 4_000;
/// Vertices of one stretch that are looked at, and how many it spans.
const STRETCH: (usize, usize) = (8, 24);
/// Width of the squares by which known borders are found, degrees; borders farther than this from a vertex are not seen.
const SQUARE: f64 = 0.02;
/// A stretch farther than this from every known border, in metres, under its best reading has no vote.
const FARTHEST: f64 = 600.0;
/// A reading must be nearer than another by this factor for the stretch to tell them apart.
const NEARER: f64 = 0.8;
/// Share of the votes that is taken to be wrong: so many that random counties simplified to 3 km were never told wrong
/// (`print_success_rates` in the tests).
const WRONG: f64 = 0.35;
/// Metres of a degree of latitude.
const DEGREE: f64 = 111_195.0;

/// What is known of the datum of a boundary file whose arcs were read as `declared`, or else as WGS84.
pub fn source(arcs: &Arcs, file: &str, declared: Option<Datum>) -> Source {
    let read_as = declared.unwrap_or(Datum::Wgs84);
    let step = arcs.positions().len().div_ceil(PLACES).max(1);
    Source {
        file: file.to_owned(),
        kind: Kind::Boundaries,
        declared,
        written: None,
        verdict: Some(verdict(arcs, read_as)),
        places: arcs.positions().iter().step_by(step).map(|position| convert::from_wgs84(*position, read_as)).collect(),
        way: format!("boundaries = {{ file = \"{file}\", datum = \"{{}}\" }}"),
    }
}

/// The mistake that all positions of a boundary file have, if there is one that still gives longitudes and latitudes.
pub fn fault(coverage: &Coverage, file: &str) -> Option<Problem> {
    let (_, areas) = coverage.layers.iter().next_back()?;
    let middle = |area: &Area| {
        geometry::bounds(coverage, area).map(|[west, south, east, north]| [(west + east) / 2.0, (south + north) / 2.0])
    };
    let middles: Vec<(Position, &Area)> = areas.iter().filter_map(|area| Some((middle(area)?, area))).collect();
    if !axes::is_suspicious(middles.iter().map(|(at, _)| *at)) {
        return None;
    }
    let gazetteer = Gazetteer::new(bundled());
    let spot = |area: &Area| {
        let by_code = six_digits(&area.code).and_then(|code| gazetteer.by_code(&code, Level::County));
        by_code.or_else(|| if let [one] = gazetteer.named(&area.name)[..] { Some(one.spot) } else { None })
    };
    let known: Vec<_> = middles.iter().map(|(at, area)| (*at, spot(area))).collect();
    let found = axes::fault(&known, &gazetteer)?;
    let help =
        found.help("GeoJSON puts the longitude first, [longitude, latitude]: exchange them in the program that wrote the file.");
    Some(Problem::error("wrong-coordinates", found.message("x", "y")).in_file(file).help(help))
}

/// What borders, moved to WGS84 as though they were in `read_as`, show that they are in.
///
/// ```
/// use caremap::{coverage::bundled, datum::{Datum, borders, from_wgs84}};
///
/// let arcs = &bundled().arcs;
/// assert_eq!(borders::verdict(arcs, Datum::Wgs84).datum, Some(Datum::Wgs84));
/// let shifted = arcs.map(|position| from_wgs84(position, Datum::Gcj02));
/// assert_eq!(borders::verdict(&shifted, Datum::Wgs84).datum, Some(Datum::Gcj02));
/// ```
pub fn verdict(arcs: &Arcs, read_as: Datum) -> Verdict {
    let stretches = stretches(arcs, read_as);
    if !extent::is_moved(arcs.positions()) {
        return Verdict::abroad();
    }
    let near = Near::new(&bundled().arcs, &stretches);
    let mut votes = Votes::new(WRONG);
    let (mut told, mut all) = (0, <[Vec<f64>; 3]>::default());
    for stretch in &stretches {
        let distances = Datum::ALL.map(|datum| {
            let of = stretch.iter().map(|position| near.metres(convert::to_wgs84(*position, datum)));
            middle(of.collect()).unwrap_or(f64::INFINITY)
        });
        if distances.iter().all(|metres| *metres > FARTHEST) {
            continue;
        }
        told += 1;
        votes.count(|a, b| distances[a] < NEARER * distances[b]);
        all.iter_mut().zip(distances).for_each(|(all, distance)| all.push(distance));
    }
    Verdict::of(&votes, vec![sentence(&votes, told, stretches.len(), all)])
}

fn sentence(votes: &Votes, told: usize, stretches: usize, all: [Vec<f64>; 3]) -> String {
    if told == 0 {
        return format!(
            "None of {stretches} stretches of border that were looked at lies near a border of the bundled boundaries."
        );
    }
    let (best, second) = votes.leading();
    let (fit, against) = (votes.between(best, second), votes.between(second, best));
    let distance = |datum: Datum| match middle(all[datum as usize].clone()) {
        Some(distance) if distance.is_finite() => metres(distance),
        _ => "over 2 km".into(),
    };
    let lie: Vec<String> = Datum::ALL.iter().map(|datum| format!("{} as {}", distance(*datum), datum.title())).collect();
    format!(
        "Of {told} stretches of border near borders of the bundled boundaries (of {stretches} looked at), the middle one lies {} from \
         them; {fit} lie nearer as {} and {against} as {}.",
        lie.join(", "),
        best.title(),
        second.title()
    )
}

/// Stretches of the arcs, evenly chosen, with positions as the file has them.
fn stretches(arcs: &Arcs, read_as: Datum) -> Vec<Vec<Position>> {
    let (sampled, span) = STRETCH;
    let cut: Vec<&[Position]> = arcs.iter().flat_map(|arc| arc.chunks(span)).filter(|stretch| stretch.len() >= 2).collect();
    let step = (cut.len() * sampled).div_ceil(MOST).max(1);
    let thin = |stretch: &&[Position]| {
        let each = stretch.len().div_ceil(sampled).max(1);
        stretch.iter().step_by(each).map(|position| convert::from_wgs84(*position, read_as)).collect()
    };
    cut.iter().step_by(step).map(thin).collect()
}

/// The known borders near some positions, by square.
struct Near(HashMap<[i32; 2], Vec<[Position; 2]>>);

impl Near {
    /// Keeps the parts of `arcs` that lie around the positions.
    fn new(arcs: &Arcs, stretches: &[Vec<Position>]) -> Self {
        let readings =
            stretches.iter().flatten().flat_map(|position| Datum::ALL.map(|datum| convert::to_wgs84(*position, datum)));
        let wanted: HashSet<[i32; 2]> = readings.flat_map(|position| around(square(position))).collect();
        let mut squares: HashMap<[i32; 2], Vec<[Position; 2]>> = HashMap::new();
        for edge in arcs.iter().flat_map(|arc| arc.windows(2)) {
            let ([ax, ay], [bx, by]) = (square(edge[0]), square(edge[1]));
            for x in ax.min(bx)..=ax.max(bx) {
                for y in ay.min(by)..=ay.max(by) {
                    if wanted.contains(&[x, y]) {
                        squares.entry([x, y]).or_default().push([edge[0], edge[1]]);
                    }
                }
            }
        }
        Self(squares)
    }

    /// Distance from the nearest of them, infinite where none is in the squares around.
    fn metres(&self, position: Position) -> f64 {
        let across = libm::cos(position[1].to_radians());
        let plane = |[x, y]: Position| [(x - position[0]) * across * DEGREE, (y - position[1]) * DEGREE];
        let edges = around(square(position)).into_iter().filter_map(|square| self.0.get(&square)).flatten();
        edges.map(|[a, b]| distance([0.0, 0.0], plane(*a), plane(*b))).fold(f64::INFINITY, f64::min)
    }
}

fn square(position: Position) -> [i32; 2] {
    position.map(|part| (part / SQUARE).floor() as i32)
}

fn around([x, y]: [i32; 2]) -> [[i32; 2]; 9] {
    std::array::from_fn(|at| [x + at as i32 % 3 - 1, y + at as i32 / 3 - 1])
}
