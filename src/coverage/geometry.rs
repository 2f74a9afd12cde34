//! Sizes and places of areas.
//!
//! Areas are those of the WGS84 ellipsoid with edges straight in longitude and latitude, as RFC 7946 (section 3.1.1) defines them:
//! the authalic area function of Snyder 1987 (USGS Professional Paper 1395, formula 3-12) is integrated along each edge. Between
//! positions as close as those of administrative borders, geodesic edges give the same to within 5e-6 of the area.

use super::dissolve::is_inside;
use super::{ArcRef, Area, Coverage, Polygon, Position};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Semi-major axis of WGS84, metres.
const AXIS: f64 = 6_378_137.0;
/// Square of its first eccentricity.
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_317;
/// Edges that span more degrees of latitude than this are integrated by Simpson's rule in parts of this height.
const LONGEST_EDGE: f64 = 0.25;
/// The anchor is sought until it cannot be farther from the border by more than this share of the area's extent.
const ANCHOR_PRECISION: f64 = 0.005;
/// Most squares looked at for one anchor.
const MOST_SQUARES: usize = 20_000;

/// Area on the ellipsoid, square kilometres.
///
/// ```
/// use caremap::{coverage::{bundled, geometry}, level::Level};
///
/// let china = bundled();
/// let beijing = &china.areas(Level::Province)[0];
/// assert!((geometry::area_km2(china, beijing) - 16_400.0).abs() < 100.0);
/// ```
pub fn area_km2(coverage: &Coverage, area: &Area) -> f64 {
    polygons_km2(coverage, &area.polygons)
}

/// Area of polygons on the ellipsoid, square kilometres.
pub fn polygons_km2(coverage: &Coverage, polygons: &[Polygon]) -> f64 {
    polygons.iter().flat_map(Polygon::rings).map(|ring| ring_km2(coverage, ring)).sum()
}

/// Area enclosed by a ring, square kilometres; negative where it runs clockwise.
pub fn ring_km2(coverage: &Coverage, ring: &[ArcRef]) -> f64 {
    ring_positions_km2(&coverage.ring_positions(ring))
}

/// Area enclosed by a closed ring of positions in degrees, square kilometres; negative where it runs clockwise.
pub fn ring_positions_km2(ring: &[Position]) -> f64 {
    let Some(&[_, base]) = ring.first() else { return 0.0 };
    // Taken from the parallel of the first position, so that small areas do not drown in the distance to the equator.
    let base = authalic(base);
    -ring.windows(2).map(|edge| strip(edge[0], edge[1], base)).sum::<f64>() / 1e6
}

/// Area between an edge and the base parallel, square metres, positive eastwards above it.
fn strip([x1, y1]: Position, [x2, y2]: Position, base: f64) -> f64 {
    let parts = ((y2 - y1).abs() / LONGEST_EDGE).ceil().clamp(1.0, 1000.0);
    let mut sum = 0.0;
    let (mut low, mut from) = (y1, authalic(y1));
    for part in 1..=parts as usize {
        let high = if part as f64 == parts { y2 } else { y1 + (y2 - y1) * part as f64 / parts };
        let to = authalic(high);
        let middle = if (high - low).abs() > 1e-4 { authalic((low + high) / 2.0) } else { (from + to) / 2.0 };
        sum += (from + 4.0 * middle + to) / 6.0 - base;
        (low, from) = (high, to);
    }
    (x2 - x1).to_radians() * sum / parts
}

/// Area between the equator and a parallel for each radian of longitude, square metres.
fn authalic(latitude: f64) -> f64 {
    let sine = libm::sin(latitude.to_radians());
    let eccentricity = ECCENTRICITY_SQUARED.sqrt();
    let reduced = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    AXIS * AXIS / 2.0 * (1.0 - ECCENTRICITY_SQUARED) * (sine / reduced + libm::atanh(eccentricity * sine) / eccentricity)
}

/// West, south, east and north bound of an area, degrees; `None` where it has no territory.
pub fn bounds(coverage: &Coverage, area: &Area) -> Option<[f64; 4]> {
    let numbers = area.polygons.iter().flat_map(|polygon| &polygon.exterior).map(|arc| arc.number());
    positions_bounds(numbers.flat_map(|number| coverage.arcs.get(number)))
}

/// West, south, east and north bound of positions.
pub(crate) fn positions_bounds<'a>(positions: impl IntoIterator<Item = &'a Position>) -> Option<[f64; 4]> {
    positions.into_iter().fold(None, |bounds: Option<[f64; 4]>, [x, y]| {
        let [west, south, east, north] = bounds.unwrap_or([*x, *y, *x, *y]);
        Some([west.min(*x), south.min(*y), east.max(*x), north.max(*y)])
    })
}

/// The rings of the largest polygon (by its exterior), in degrees; empty where there is none.
fn largest_polygon(coverage: &Coverage, area: &Area) -> Vec<Vec<Position>> {
    let size = |polygon: &&Polygon| ring_km2(coverage, &polygon.exterior);
    let largest = area.polygons.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
    largest.map_or_else(Vec::new, |polygon| polygon.rings().map(|ring| coverage.ring_positions(ring)).collect())
}

/// A position inside the largest polygon of an area: the middle of the widest stretch of a parallel through its middle. `None`
/// where the area has no territory.
pub fn interior_point(coverage: &Coverage, area: &Area) -> Option<Position> {
    let rings = largest_polygon(coverage, area);
    let [_, south, _, north] = positions_bounds(rings.first()?)?;
    // A parallel through a corner would count it twice or not at all; such parallels are few, so another one does.
    [0.5, 0.47, 0.53, 0.41, 0.59, 0.31, 0.69, 0.2, 0.8, 0.1, 0.9].iter().find_map(|share| {
        let parallel = south + (north - south) * share;
        let mut crossings: Vec<f64> = rings.iter().flat_map(|ring| crossings(ring, parallel)).collect();
        crossings.sort_by(f64::total_cmp);
        let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
        let point = [(widest[0] + widest[1]) / 2.0, parallel];
        (widest[1] > widest[0] && contains(&rings, point)).then_some(point)
    })
}

fn crossings(ring: &[Position], y: f64) -> Vec<f64> {
    let crossed = ring.windows(2).filter(|edge| (edge[0][1] > y) != (edge[1][1] > y));
    crossed.map(|edge| edge[0][0] + (edge[1][0] - edge[0][0]) * (y - edge[0][1]) / (edge[1][1] - edge[0][1])).collect()
}

fn contains(rings: &[Vec<Position>], position: Position) -> bool {
    rings.iter().filter(|ring| is_inside(ring, position)).count() % 2 == 1
}

/// Where a symbol or a label of an area stands: the pole of inaccessibility of its largest polygon, the place farthest from any
/// border (Garcia-Castellanos and Lombardo 2007, doi 10.1080/14702540801897809; found by halving squares, as `polylabel` does).
/// Distances are taken in a plane about the polygon's middle latitude. `None` where the area has no territory.
pub fn anchor(coverage: &Coverage, area: &Area) -> Option<Position> {
    let rings = largest_polygon(coverage, area);
    let [_, south, _, north] = positions_bounds(rings.first()?)?;
    let shrink = libm::cos(((south + north) / 2.0).to_radians()).max(0.01);
    let plane: Vec<Vec<Position>> = rings.iter().map(|ring| ring.iter().map(|[x, y]| [x * shrink, *y]).collect()).collect();
    let [x, y] = pole(&plane)?;
    Some([x / shrink, y])
}

/// A square that may hold the pole, ordered by how far from the border a place in it can be.
struct Square {
    middle: Position,
    half: f64,
    distance: f64,
    most: f64,
}

impl Square {
    fn new(rings: &[Vec<Position>], middle: Position, half: f64) -> Self {
        let distance = depth(rings, middle);
        Self { middle, half, distance, most: distance + half * std::f64::consts::SQRT_2 }
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Square {}
impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |square: &Self| square.middle;
        self.most
            .total_cmp(&other.most)
            .then_with(|| place(self)[0].total_cmp(&place(other)[0]))
            .then_with(|| place(self)[1].total_cmp(&place(other)[1]))
    }
}

fn pole(rings: &[Vec<Position>]) -> Option<Position> {
    let [west, south, east, north] = positions_bounds(rings.first()?)?;
    let (width, height) = (east - west, north - south);
    let precision = width.max(height) * ANCHOR_PRECISION;
    let half = width.min(height).max(width.max(height) / 32.0) / 2.0;
    let mut best = Square::new(rings, [(west + east) / 2.0, (south + north) / 2.0], 0.0);
    let mut queue = BinaryHeap::new();
    for column in 0..(width / half / 2.0).ceil() as usize {
        for row in 0..(height / half / 2.0).ceil() as usize {
            let middle = [west + half * (2 * column + 1) as f64, south + half * (2 * row + 1) as f64];
            queue.push(Square::new(rings, middle, half));
        }
    }
    for _ in 0..MOST_SQUARES {
        let Some(square) = queue.pop() else { break };
        if square.most - best.distance <= precision && best.distance > 0.0 || square.most <= best.distance {
            break;
        }
        let (middle, half) = (square.middle, square.half / 2.0);
        if square.distance > best.distance {
            best = square;
        }
        for [east, north] in [[-half, -half], [half, -half], [-half, half], [half, half]] {
            queue.push(Square::new(rings, [middle[0] + east, middle[1] + north], half));
        }
    }
    for square in queue {
        if square.distance > best.distance {
            best = square;
        }
    }
    Some(best.middle)
}

/// Distance from the nearest border, negative outside.
fn depth(rings: &[Vec<Position>], position: Position) -> f64 {
    let mut nearest = f64::INFINITY;
    let mut inside = false;
    for edge in rings.iter().flat_map(|ring| ring.windows(2)) {
        let ([x1, y1], [x2, y2]) = (edge[0], edge[1]);
        if (y1 > position[1]) != (y2 > position[1]) && position[0] < (x2 - x1) * (position[1] - y1) / (y2 - y1) + x1 {
            inside = !inside;
        }
        nearest = nearest.min(super::conflict::squared_distance(position, edge[0], edge[1]));
    }
    if inside { nearest.sqrt() } else { -nearest.sqrt() }
}
