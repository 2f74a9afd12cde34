//! Which area a position lies in.

use super::geometry::positions_bounds;
use super::{ArcRef, Coverage, Position};
use crate::level::Level;
use geo::algorithm::kernels::{Kernel, Orientation};
use rstar::{AABB, RTree, RTreeObject};

/// Finds areas of one level by position. A position on a border belongs to the area with the smallest code of those that meet there,
/// so that every position has one answer.
///
/// ```
/// use caremap::{coverage::{bundled, locate::Locator}, level::Level};
///
/// let china = bundled();
/// let provinces = Locator::new(china, Level::Province);
/// let found = provinces.locate([116.39, 39.91]).unwrap();
/// assert_eq!(china.areas(Level::Province)[found].name, "北京市");
/// ```
pub struct Locator<'a> {
    coverage: &'a Coverage,
    level: Level,
    boxes: RTree<PolygonBox>,
    /// West, south, east and north bound of each arc.
    arc_bounds: Vec<[f64; 4]>,
}

struct PolygonBox {
    area: usize,
    polygon: usize,
    bounds: [f64; 4],
}

impl RTreeObject for PolygonBox {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        let [west, south, east, north] = self.bounds;
        AABB::from_corners([west, south], [east, north])
    }
}

/// Where a position lies with respect to a polygon.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Inside,
    Border,
    Outside,
}

impl<'a> Locator<'a> {
    /// Indexes the areas of a level.
    pub fn new(coverage: &'a Coverage, level: Level) -> Self {
        let arc_bounds: Vec<[f64; 4]> = coverage.arcs.iter().map(|arc| positions_bounds(arc).unwrap_or([f64::NAN; 4])).collect();
        let boxes = coverage.areas(level).iter().enumerate().flat_map(|(area, found)| {
            let arc_bounds = &arc_bounds;
            found.polygons.iter().enumerate().filter_map(move |(polygon, rings)| {
                let bounds = rings.exterior.iter().map(|arc| arc_bounds[arc.number()]).reduce(joined)?;
                Some(PolygonBox { area, polygon, bounds })
            })
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Self { coverage, level, boxes, arc_bounds }
    }

    /// The number of the area, in the order of `coverage.areas(level)`, that holds the position; `None` outside all of them and
    /// for positions that are not finite.
    pub fn locate(&self, position: Position) -> Option<usize> {
        if !position.iter().all(|part| part.is_finite()) {
            return None;
        }
        let candidates = self.boxes.locate_in_envelope_intersecting(AABB::from_point(position));
        // Areas are sorted by code, so the smallest number has the smallest code.
        candidates.filter(|candidate| self.place(candidate, position) != Where::Outside).map(|candidate| candidate.area).min()
    }

    fn place(&self, candidate: &PolygonBox, position: Position) -> Where {
        let polygon = &self.coverage.areas(self.level)[candidate.area].polygons[candidate.polygon];
        let mut inside = false;
        for arc in polygon.rings().flatten() {
            match self.crossings(*arc, position) {
                None => return Where::Border,
                Some(odd) => inside ^= odd,
            }
        }
        if inside { Where::Inside } else { Where::Outside }
    }

    /// Whether the way east from the position crosses the arc an odd number of times; `None` where the position is on the arc.
    fn crossings(&self, arc: ArcRef, [x, y]: Position) -> Option<bool> {
        let [west, south, east, north] = self.arc_bounds[arc.number()];
        if y < south || y > north || x > east {
            return Some(false);
        }
        let positions = self.coverage.arcs.get(arc.number());
        if x < west {
            // All of the arc is east of the position, so its ends tell.
            return Some((positions[0][1] > y) != (positions[positions.len() - 1][1] > y));
        }
        let mut odd = false;
        for edge in positions.windows(2) {
            let ([x1, y1], [x2, y2]) = (edge[0], edge[1]);
            if y < y1.min(y2) || y > y1.max(y2) || x > x1.max(x2) {
                continue;
            }
            let crosses = (y1 > y) != (y2 > y);
            if x < x1.min(x2) {
                odd ^= crosses;
                continue;
            }
            match orientation(edge[0], edge[1], [x, y]) {
                Orientation::Collinear => return None,
                turn => odd ^= crosses && (turn == Orientation::CounterClockwise) == (y2 > y1),
            }
        }
        Some(odd)
    }
}

/// On which side of the way from `a` to `b` the position lies, told exactly.
fn orientation(a: Position, b: Position, position: Position) -> Orientation {
    let coordinate = |[x, y]: Position| geo::Coord { x, y };
    <f64 as geo::GeoNum>::Ker::orient2d(coordinate(a), coordinate(b), coordinate(position))
}

fn joined(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
