//! A map frame: the way from longitude and latitude to millimetres, and the areas and borders as they stand on the page.
//!
//! Geometry does not depend on what is shown in colour, so all maps on one frame share it through a [`FrameCache`].

use super::border::{Borders, Rank, borders};
use crate::coverage::coast::{self, Beyond};
use crate::coverage::{Arcs, Coverage, Polygon, Position, geometry};
use crate::level::Level;
use crate::project::{Projection, wrap};
use crate::scene::{MosaicGeometry, Point, Rect};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A vertex nearer than this to the line it stands on is not drawn: a quarter of a dot at 600 dots per inch, in millimetres.
const THINNING_MM: f64 = 0.01;
/// An edge is divided until it bends less than this from the projected curve, in metres.
const BEND_M: f64 = 50.0;
/// An island whose larger side is below this is left out where the frame would cut it, in millimetres.
const CUT_MM: f64 = 0.8;
/// An area whose larger side is below this stands on the page as a dot, in millimetres.
const DOT_MM: f64 = 0.35;

/// Where a map stands on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// How the earth becomes a plane.
    pub projection: Projection,
    /// Millimetres on the page for a projected metre.
    pub scale: f64,
    /// Where the projected origin stands on the page.
    pub origin: Point,
    /// Nothing outside is drawn.
    pub rect: Rect,
}

impl Frame {
    /// The place on the page of a longitude and latitude.
    pub fn place(&self, position: Position) -> Point {
        self.place_metres(self.projection.forward(position))
    }

    /// The place on the page of projected metres.
    pub fn place_metres(&self, [x, y]: Position) -> Point {
        Point { x: self.origin.x + x * self.scale, y: self.origin.y - y * self.scale }
    }

    /// Longitude and latitude of a place on the page.
    pub fn position(&self, point: Point) -> Option<Position> {
        self.projection.inverse([(point.x - self.origin.x) / self.scale, (self.origin.y - point.y) / self.scale])
    }
}

/// A box of positions: smallest x and y, largest x and y. Empty where smallest is larger than largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub min: Position,
    pub max: Position,
}

impl Bounds {
    pub const EMPTY: Bounds = Bounds { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    pub fn of<'a>(positions: impl IntoIterator<Item = &'a Position>) -> Self {
        let mut bounds = Self::EMPTY;
        for position in positions {
            bounds.add(*position);
        }
        bounds
    }

    pub fn add(&mut self, [x, y]: Position) {
        self.min = [self.min[0].min(x), self.min[1].min(y)];
        self.max = [self.max[0].max(x), self.max[1].max(y)];
    }

    pub fn join(&mut self, other: &Bounds) {
        self.min = [self.min[0].min(other.min[0]), self.min[1].min(other.min[1])];
        self.max = [self.max[0].max(other.max[0]), self.max[1].max(other.max[1])];
    }

    pub fn is_empty(&self) -> bool {
        self.min[0] > self.max[0]
    }

    pub fn width(&self) -> f64 {
        self.max[0] - self.min[0]
    }

    pub fn height(&self) -> f64 {
        self.max[1] - self.min[1]
    }

    pub fn larger_side(&self) -> f64 {
        self.width().max(self.height())
    }

    /// Side of a square as large as the box.
    pub fn mean_side(&self) -> f64 {
        (self.width().max(0.0) * self.height().max(0.0)).sqrt()
    }

    pub fn is_within(&self, rect: &Rect) -> bool {
        self.min[0] >= rect.x && self.max[0] <= rect.right() && self.min[1] >= rect.y && self.max[1] <= rect.bottom()
    }

    pub fn meets(&self, rect: &Rect) -> bool {
        self.min[0] <= rect.right() && rect.x <= self.max[0] && self.min[1] <= rect.bottom() && rect.y <= self.max[1]
    }
}

/// The areas of one frame and their borders in millimetres on the page.
#[derive(Debug)]
pub struct FrameMap {
    /// The areas in the order of the list they were built from; those outside the frame are empty.
    pub mosaic: Arc<MosaicGeometry>,
    /// Lines of each rank, each border once.
    pub borders: BTreeMap<Rank, Borders>,
    /// Areas too small to be seen: their number in the list and where a dot stands for them.
    pub dots: Vec<(usize, Point)>,
    /// Box of each area on the page; empty where it is outside the frame.
    pub(super) boxes: Vec<Bounds>,
}

/// A coverage on a projected plane, and which areas use each arc.
#[derive(Debug)]
pub(super) struct Projected {
    /// Keeps the address alive by which the cache knows the coverage.
    pub coverage: Arc<Coverage>,
    pub projection: Projection,
    /// Arcs in metres and their boxes, numbered as in the coverage; each projected when it is first asked for, since many frames show
    /// little of their coverage.
    arcs: Vec<OnceLock<(Vec<Position>, Bounds)>>,
    /// For each level, the first two areas that use each arc.
    pub users: BTreeMap<Level, Vec<[u32; 2]>>,
    /// What lies beyond the arcs of the edge, where that can be told.
    pub beyond: Option<BTreeMap<usize, Beyond>>,
}

/// Stands for no area among the users of an arc.
pub(super) const NOBODY: u32 = u32::MAX;

impl Projected {
    fn new(coverage: &Arc<Coverage>, projection: Projection) -> Self {
        let arcs = (0..coverage.arcs.len()).map(|_| OnceLock::new()).collect();
        let users = coverage.layers.iter().map(|(level, areas)| (*level, arc_users(areas, coverage.arcs.len()))).collect();
        Self { coverage: Arc::clone(coverage), projection, arcs, users, beyond: coast::beyond(coverage) }
    }

    pub fn line(&self, number: usize) -> &(Vec<Position>, Bounds) {
        self.arcs[number].get_or_init(|| {
            let line = project_line(self.coverage.arcs.get(number), &self.projection);
            let bounds = Bounds::of(&line);
            (line, bounds)
        })
    }

    /// An arc in metres.
    pub fn arc(&self, number: usize) -> &[Position] {
        &self.line(number).0
    }

    /// Projects the arcs of areas on all threads.
    pub fn prepare(&self, level: Level, shown: &[usize]) {
        let areas = self.coverage.areas(level);
        shown.par_iter().filter_map(|index| areas.get(*index)).for_each(|area| {
            for arc in area.polygons.iter().flat_map(Polygon::rings).flatten() {
                self.line(arc.number());
            }
        });
    }

    /// Whether a polygon may reach into a rectangle of a page: told by the outline of its box in degrees, and generously, so that
    /// little of what lies elsewhere has to be projected.
    fn may_meet(&self, polygon: &Polygon, frame: &Frame) -> bool {
        const STEPS: usize = 8;
        if polygon.exterior.iter().all(|arc| self.arcs[arc.number()].get().is_some()) {
            return true;
        }
        let mut degrees = Bounds::EMPTY;
        for arc in &polygon.exterior {
            degrees.join(&Bounds::of(self.coverage.arcs.get(arc.number())));
        }
        if degrees.is_empty() {
            return false;
        }
        let mut metres = Bounds::EMPTY;
        for step in 0..=STEPS {
            let share = step as f64 / STEPS as f64;
            let (x, y) = (degrees.min[0] + share * degrees.width(), degrees.min[1] + share * degrees.height());
            for place in [[x, degrees.min[1]], [x, degrees.max[1]], [degrees.min[0], y], [degrees.max[0], y]] {
                metres.add(self.projection.forward(place));
            }
        }
        let more = 0.1 * metres.larger_side();
        metres.add([metres.min[0] - more, metres.min[1] - more]);
        metres.add([metres.max[0] + more, metres.max[1] + more]);
        on_page(&metres, frame).meets(&frame.rect)
    }

    /// Box of a polygon in metres.
    pub fn polygon_box(&self, polygon: &Polygon) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for arc in &polygon.exterior {
            bounds.join(&self.line(arc.number()).1);
        }
        bounds
    }

    /// Whether a polygon has the sea on all sides. A small one that the frame would cut is better left out: it stands in the inset.
    fn is_island(&self, polygon: &Polygon, level: Level) -> bool {
        let [arc] = polygon.exterior.as_slice() else { return false };
        self.users.get(&level).is_some_and(|users| users[arc.number()].contains(&NOBODY))
    }

    /// Arcs that only one of the areas uses: the outline of all of them together.
    pub fn outline(&self, level: Level, shown: &[usize]) -> Vec<usize> {
        let mut times = vec![0u32; self.arcs.len()];
        let areas = self.coverage.areas(level);
        for area in shown.iter().filter_map(|index| areas.get(*index)) {
            for arc in area.polygons.iter().flat_map(Polygon::rings).flatten() {
                times[arc.number()] += 1;
            }
        }
        (0..times.len()).filter(|number| times[*number] == 1).collect()
    }
}

fn arc_users(areas: &[crate::coverage::Area], arcs: usize) -> Vec<[u32; 2]> {
    let mut users = vec![[NOBODY; 2]; arcs];
    for (index, area) in areas.iter().enumerate() {
        for arc in area.polygons.iter().flat_map(Polygon::rings).flatten() {
            let entry = &mut users[arc.number()];
            let known = entry.contains(&(index as u32));
            if let Some(free) = entry.iter_mut().find(|user| **user == NOBODY && !known) {
                *free = index as u32;
            }
        }
    }
    users
}

/// A line projected, with long edges divided where they would bend visibly.
pub(super) fn project_line(line: &[Position], projection: &Projection) -> Vec<Position> {
    let mut projected = Vec::with_capacity(line.len());
    let Some(first) = line.first() else { return projected };
    projected.push(projection.forward(*first));
    for pair in line.windows(2) {
        let end = projection.forward(pair[1]);
        let start = *projected.last().unwrap_or(&end);
        divide(pair[0], pair[1], start, end, projection, 8, &mut projected);
        projected.push(end);
    }
    projected
}

fn divide(a: Position, b: Position, from: Position, to: Position, projection: &Projection, depth: u32, out: &mut Vec<Position>) {
    let across = wrap(b[0] - a[0]);
    if depth == 0 || across.abs() + (b[1] - a[1]).abs() < 0.1 {
        return;
    }
    let middle = [a[0] + across / 2.0, (a[1] + b[1]) / 2.0];
    let there = projection.forward(middle);
    let bend = libm::hypot(there[0] - (from[0] + to[0]) / 2.0, there[1] - (from[1] + to[1]) / 2.0);
    if bend > BEND_M {
        divide(a, middle, from, there, projection, depth - 1, out);
        out.push(there);
        divide(middle, b, there, to, projection, depth - 1, out);
    }
}

/// Leaves out vertices nearer than [`THINNING_MM`] to the line between those kept (Douglas and Peucker 1973). Ends stay, so
/// neighbours still meet; a closed line keeps its farthest point as well.
pub(super) fn thin(line: &[Position], tolerance: f64) -> Vec<Position> {
    if line.len() <= 4 {
        return line.to_vec();
    }
    let mut keep = vec![false; line.len()];
    let last = line.len() - 1;
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let closed = line[from] == line[to];
        let (mut farthest, mut most) = (from, 0.0);
        for at in from + 1..to {
            let away = if closed { squared(line[at], line[from]) } else { from_segment(line[at], line[from], line[to]) };
            if away > most {
                (farthest, most) = (at, away);
            }
        }
        if farthest != from && (most > tolerance * tolerance || closed) {
            keep[farthest] = true;
            open.push((from, farthest));
            open.push((farthest, to));
        }
    }
    if line[0] == line[last] && keep.iter().filter(|kept| **kept).count() < 4 {
        return vec![line[0], line[last / 3], line[2 * last / 3], line[last]];
    }
    line.iter().zip(keep).filter(|(_, kept)| *kept).map(|(position, _)| *position).collect()
}

fn squared(a: Position, b: Position) -> f64 {
    (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
}

/// Squared distance of a point from a segment.
pub(super) fn from_segment(p: Position, a: Position, b: Position) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    squared(p, [a[0] + along * dx, a[1] + along * dy])
}

/// Builds the areas and borders of a frame.
fn build(projected: &Projected, level: Level, shown: &[usize], frame: &Frame) -> FrameMap {
    let areas = projected.coverage.areas(level);
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut kept: Vec<Vec<Polygon>> = Vec::with_capacity(shown.len());
    let mut boxes = Vec::with_capacity(shown.len());
    for index in shown {
        let mut here = Bounds::EMPTY;
        let polygons: Vec<Polygon> = areas.get(*index).map_or(&[][..], |area| &area.polygons).to_vec();
        let inside = |polygon: &Polygon| {
            let page = projected.may_meet(polygon, frame).then(|| on_page(&projected.polygon_box(polygon), frame))?;
            let cut =
                page.larger_side() < CUT_MM && !page.is_within(&frame.rect.inset(0.4)) && projected.is_island(polygon, level);
            (page.meets(&frame.rect) && !cut).then_some(page)
        };
        let polygons: Vec<Polygon> = polygons.into_iter().filter(|p| inside(p).map(|page| here.join(&page)).is_some()).collect();
        for arc in polygons.iter().flat_map(Polygon::rings).flatten() {
            numbers.insert(arc.number(), 0);
        }
        kept.push(polygons);
        boxes.push(here);
    }
    let used: Vec<usize> = numbers.keys().copied().collect();
    numbers.values_mut().enumerate().for_each(|(number, new)| *new = number);
    let line = |old: &usize| page_line(projected.arc(*old), frame);
    let arcs = in_order(used.par_iter().with_min_len(64).map(line));
    let borders = borders(projected, level, shown, frame, &numbers, &arcs, &boxes);
    let dots = boxes
        .iter()
        .enumerate()
        .filter(|(_, page)| !page.is_empty() && page.larger_side() < DOT_MM)
        .map(|(index, page)| (index, Point { x: (page.min[0] + page.max[0]) / 2.0, y: (page.min[1] + page.max[1]) / 2.0 }))
        .collect();
    for arc in
        kept.iter_mut().flatten().flat_map(|polygon| std::iter::once(&mut polygon.exterior).chain(&mut polygon.holes)).flatten()
    {
        let new = crate::coverage::ArcRef::forwards(numbers[&arc.number()]);
        *arc = if arc.is_reversed() { new.reversed() } else { new };
    }
    FrameMap { mosaic: Arc::new(MosaicGeometry { arcs, areas: kept }), borders, dots, boxes }
}

/// Lines made on several threads, in their order.
fn in_order(lines: impl IndexedParallelIterator<Item = Vec<Position>>) -> Arcs {
    let mut arcs = Arcs::default();
    for line in lines.collect::<Vec<_>>() {
        arcs.push(line);
    }
    arcs
}

pub(super) fn page_line(metres: &[Position], frame: &Frame) -> Vec<Position> {
    let line: Vec<Position> = metres.iter().map(|p| frame.place_metres(*p)).map(|p| [p.x, p.y]).collect();
    thin(&line, THINNING_MM)
}

pub(super) fn on_page(metres: &Bounds, frame: &Frame) -> Bounds {
    let (low, high) = (frame.place_metres(metres.min), frame.place_metres(metres.max));
    Bounds { min: [low.x, high.y], max: [high.x, low.y] }
}

/// Remembers projected coverages and finished frames, so that many maps on one frame share their geometry.
#[derive(Debug, Default)]
pub struct FrameCache {
    projected: Mutex<Vec<Arc<Projected>>>,
    maps: Mutex<Vec<Arc<CachedMap>>>,
    anchors: Mutex<Vec<Anchors>>,
}

/// Where symbols and labels of the areas of a level stand, each found when it is first asked for.
#[derive(Debug, Clone)]
struct Anchors {
    coverage: Arc<Coverage>,
    level: Level,
    found: Arc<Vec<OnceLock<Option<Position>>>>,
}

#[derive(Debug)]
struct CachedMap {
    /// Keeps the address of the coverage alive.
    projected: Arc<Projected>,
    level: Level,
    shown: Vec<usize>,
    frame: Frame,
    map: Arc<FrameMap>,
}

impl FrameCache {
    pub(super) fn projected(&self, coverage: &Arc<Coverage>, projection: Projection) -> Arc<Projected> {
        let find = |list: &[Arc<Projected>]| {
            list.iter().find(|p| Arc::ptr_eq(&p.coverage, coverage) && p.projection == projection).map(Arc::clone)
        };
        if let Some(found) = find(&self.projected.lock().unwrap_or_else(PoisonError::into_inner)) {
            return found;
        }
        let made = Arc::new(Projected::new(coverage, projection));
        let mut list = self.projected.lock().unwrap_or_else(PoisonError::into_inner);
        find(&list).unwrap_or_else(|| {
            list.push(Arc::clone(&made));
            made
        })
    }

    /// The anchors of areas, found once for each area of a coverage: they cost more than all else of a sheet.
    pub(super) fn anchors(&self, coverage: &Arc<Coverage>, level: Level, shown: &[usize]) -> Vec<Option<Position>> {
        let areas = coverage.areas(level);
        let mut list = self.anchors.lock().unwrap_or_else(PoisonError::into_inner);
        let known = list.iter().find(|known| Arc::ptr_eq(&known.coverage, coverage) && known.level == level).cloned();
        let anchors = known.unwrap_or_else(|| {
            let found = Arc::new((0..areas.len()).map(|_| OnceLock::new()).collect());
            list.push(Anchors { coverage: Arc::clone(coverage), level, found });
            list[list.len() - 1].clone()
        });
        drop(list);
        let anchor = |index: &usize| {
            let area = areas.get(*index)?;
            *anchors.found[*index].get_or_init(|| geometry::anchor(coverage, area))
        };
        shown.par_iter().map(anchor).collect()
    }

    /// The areas and borders of a frame, built once for each coverage, level, list of areas and frame.
    pub fn map(&self, coverage: &Arc<Coverage>, level: Level, shown: &[usize], frame: &Frame) -> Arc<FrameMap> {
        let projected = self.projected(coverage, frame.projection);
        let find = |list: &[Arc<CachedMap>]| {
            let same = |entry: &&Arc<CachedMap>| {
                Arc::ptr_eq(&entry.projected.coverage, coverage)
                    && entry.level == level
                    && entry.frame == *frame
                    && entry.shown == shown
            };
            list.iter().find(same).map(|entry| Arc::clone(&entry.map))
        };
        if let Some(found) = find(&self.maps.lock().unwrap_or_else(PoisonError::into_inner)) {
            return found;
        }
        let map = Arc::new(build(&projected, level, shown, frame));
        let mut list = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        find(&list).unwrap_or_else(|| {
            let entry = CachedMap { projected, level, shown: shown.to_vec(), frame: *frame, map: Arc::clone(&map) };
            list.push(Arc::new(entry));
            map
        })
    }
}
