//! Names (and values) of areas on the map: inside their area where they fit, beside it with a line where the map is a detailed one.
//!
//! Larger areas are served first; a label never touches another label, a point or the furniture of the sheet. What finds no place is
//! reported.

use super::compose::Scope;
use super::frame::{Frame, FrameMap};
use super::ink::{BLACK, GREY, Ink, Set, WHITE, line};
use super::name::{Naming, in_two, names};
use super::room::{Lies, lies, segment_meets};
use super::{Sheet, SheetPanel, numbers};
use crate::colour::Colour;
use crate::coverage::{Area, Polygon, Position};
use crate::level::Level;
use crate::problem::Problem;
use crate::scene::{Item, Point, Rect, Shape, Stroke};
use crate::spec::LabelPlan;
use crate::text::MM_PER_POINT;

/// Up to so many areas, a label may stand beside its area at the end of a line.
const MOST_FOR_LEADERS: usize = 60;
/// Between the lines of a label, in parts of the em.
const LEADING: f64 = 0.08;
/// Room around a label in millimetres.
const AROUND: f64 = 0.35;

/// The labels of one map.
#[derive(Default)]
pub(super) struct Labels {
    pub items: Vec<Item>,
    pub boxes: Vec<(String, Rect)>,
    /// Names of the areas without a label.
    pub unplaced: Vec<String>,
}

/// A label as it may be set: its lines and their common box.
struct Candidate {
    lines: Vec<Set>,
    /// How many of the lines are the name; a value may follow.
    names: usize,
    width: f64,
    height: f64,
}

struct Placer<'a> {
    map: &'a FrameMap,
    frame: &'a Frame,
    outline: Vec<&'a [Position]>,
    taken: Vec<Rect>,
    leaders: Vec<(Point, Point)>,
    labels: Labels,
}

/// What the labels of one map are placed by.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub scope: Scope<'a>,
    pub panel: &'a SheetPanel,
    pub plan: &'a LabelPlan,
    pub frame: &'a Frame,
    pub map: &'a FrameMap,
    /// What already stands on the frame.
    pub furniture: &'a [Rect],
}

/// Places the labels of one map around what already stands on the frame: under full names, and where these do not all find room, under
/// short ones if more of them do.
pub(super) fn place(setting: Setting<'_>) -> Result<Labels, Problem> {
    let full = place_named(setting, Naming::Full)?;
    if full.unplaced.is_empty() || setting.scope.sheet.level == Level::Province {
        return Ok(full);
    }
    let short = place_named(setting, Naming::Short)?;
    Ok(if short.unplaced.len() < full.unplaced.len() { short } else { full })
}

fn place_named(setting: Setting<'_>, naming: Naming) -> Result<Labels, Problem> {
    let Setting { scope, panel, plan, frame, map, furniture } = setting;
    let Scope { sheet, ground, ink, .. } = scope;
    let anchors = &ground.anchors;
    let outline = map.mosaic_outline();
    let mut placer = Placer {
        map,
        frame,
        outline,
        taken: obstacles(sheet, frame, anchors, furniture),
        leaders: Vec::new(),
        labels: Labels::default(),
    };
    let areas = sheet.coverage.areas(sheet.level);
    let shown: Vec<&Area> = sheet.shown.iter().filter_map(|index| areas.get(*index)).collect();
    let names = names(&shown, sheet.level, naming, ink);
    let mut order: Vec<(usize, &Area)> = shown.into_iter().enumerate().filter(|(at, _)| !map.boxes[*at].is_empty()).collect();
    let size = |at: usize| map.boxes[at].width() * map.boxes[at].height();
    order.sort_by(|a, b| size(b.0).total_cmp(&size(a.0)).then(a.0.cmp(&b.0)));
    let mut waiting = Vec::new();
    for (at, area) in order {
        let value = plan.values.then(|| value_text(sheet, panel, at)).flatten();
        let candidates = candidates(&names[at], value.as_deref(), plan, ink)?;
        let anchor = anchors.get(at).copied().flatten().map(|position| frame.place(position));
        let Some(anchor) = anchor.filter(|p| within(&frame.rect, *p)) else { continue };
        if !placer.inside(at, anchor, &candidates) {
            waiting.push((at, area, anchor, candidates));
        }
    }
    let radii = sheet.symbols.as_ref().map(super::SheetSymbols::radii).unwrap_or_default();
    let mut still = Vec::new();
    for (at, area, anchor, candidates) in waiting {
        let symbol = radii.get(at).copied().flatten().unwrap_or(0.0);
        if !placer.loosely(at, anchor, symbol, &candidates) {
            still.push((area, anchor, candidates));
        }
    }
    let leaders = sheet.shown.len() <= MOST_FOR_LEADERS;
    for (area, anchor, candidates) in still {
        if !leaders || !placer.beside(anchor, &candidates) {
            placer.labels.unplaced.push(area.name.clone());
        }
    }
    Ok(placer.labels)
}

fn value_text(sheet: &Sheet, panel: &SheetPanel, at: usize) -> Option<String> {
    let value = panel.readings.get(at)?.value.as_ref().ok()?;
    Some(numbers::plain(*value, sheet.scale_of(panel)?.decimals))
}

/// What labels must not cover: points, symbols, furniture.
fn obstacles(sheet: &Sheet, frame: &Frame, anchors: &[Option<Position>], furniture: &[Rect]) -> Vec<Rect> {
    let mut taken = furniture.to_vec();
    let square = |centre: Point, r: f64| Rect { x: centre.x - r, y: centre.y - r, width: 2.0 * r, height: 2.0 * r };
    for (anchor, radius) in sheet.symbols.iter().flat_map(|symbols| anchors.iter().zip(symbols.radii())) {
        if let (Some(anchor), Some(radius)) = (anchor, radius) {
            taken.push(square(frame.place(*anchor), radius));
        }
    }
    for layer in &sheet.points {
        for (position, radius) in layer.positions.iter().zip(&layer.radii_mm) {
            let centre = frame.place(*position);
            if within(&frame.rect, centre) {
                taken.push(square(centre, *radius));
            }
        }
    }
    taken
}

fn within(rect: &Rect, p: Point) -> bool {
    (rect.x..=rect.right()).contains(&p.x) && (rect.y..=rect.bottom()).contains(&p.y)
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() && inner.bottom() <= outer.bottom()
}

/// The ways a name may be set, best first: large before small, on one line before two.
fn candidates(name: &str, value: Option<&str>, plan: &LabelPlan, ink: &Ink) -> Result<Vec<Candidate>, Problem> {
    let (smallest, preferred) = (f64::from(plan.size_pt.0.min(plan.size_pt.1)), f64::from(plan.size_pt.0.max(plan.size_pt.1)));
    let mut list = Vec::new();
    for points in [preferred, (preferred + smallest) / 2.0, smallest] {
        let size = points.max(super::ink::SMALLEST_PT) * MM_PER_POINT;
        for names in [Some(vec![name.to_owned()]), in_two(name).map(Vec::from)].into_iter().flatten() {
            let mut lines: Vec<Set> = names.iter().map(|name| ink.line(name, size, false)).collect::<Result<_, _>>()?;
            if let Some(value) = value {
                lines.push(ink.line(value, (size * 0.92).max(super::ink::SMALLEST_PT * MM_PER_POINT), false)?);
            }
            let width = lines.iter().map(Set::width).fold(0.0, f64::max);
            let height = lines.iter().map(|set| set.size).sum::<f64>() + LEADING * size * (lines.len() - 1) as f64;
            list.push(Candidate { lines, names: names.len(), width, height });
        }
    }
    Ok(list)
}

impl Placer<'_> {
    /// Wholly inside the area, as near to its anchor as can be.
    fn inside(&mut self, at: usize, anchor: Point, candidates: &[Candidate]) -> bool {
        let borders: Vec<&[Position]> = self.map.area_lines(at);
        for candidate in candidates {
            for centre in around(anchor, candidate, &self.map.boxes[at]) {
                let rect = centred(centre, candidate);
                if self.is_free(&rect) && lies(&rect, borders.iter().copied()) == Lies::Inside {
                    self.put(candidate, rect);
                    return true;
                }
            }
        }
        false
    }

    /// A little over the border, where the area is nearly large enough.
    fn loosely(&mut self, at: usize, anchor: Point, symbol: f64, candidates: &[Candidate]) -> bool {
        let page = &self.map.boxes[at];
        let borders: Vec<&[Position]> = self.map.area_lines(at);
        for candidate in candidates.iter().skip(1) {
            let fits = candidate.width <= page.width() * 1.05 && candidate.height <= page.height() * 1.05;
            if !fits {
                continue;
            }
            // A symbol may stand at the anchor: then below it, above it, right and left of it, as long as the middle is at home.
            let (dx, dy) = (symbol + 0.3 + candidate.width / 2.0, symbol + 0.3 + candidate.height / 2.0);
            for (x, y) in [(0.0, 0.0), (0.0, dy), (0.0, -dy), (dx, 0.0), (-dx, 0.0)] {
                let centre = Point { x: anchor.x + x, y: anchor.y + y };
                let rect = centred(centre, candidate);
                let middle = Rect { x: centre.x, y: centre.y, width: 0.0, height: 0.0 };
                if self.is_free(&rect) && lies(&middle, borders.iter().copied()) == Lies::Inside {
                    self.put(candidate, rect);
                    return true;
                }
            }
        }
        false
    }

    /// In the open beside the territory, with a line to the anchor.
    fn beside(&mut self, anchor: Point, candidates: &[Candidate]) -> bool {
        let candidate = &candidates[1.min(candidates.len() - 1)];
        for reach in 2..=9 {
            for turn in 0..24 {
                // Alternates to both sides of the direction away from the middle of the frame.
                let away = libm::atan2(anchor.y - middle(&self.frame.rect).y, anchor.x - middle(&self.frame.rect).x);
                let side = if turn % 2 == 0 { 1.0 } else { -1.0 };
                let angle = away + side * f64::from((turn + 1) / 2) * std::f64::consts::PI / 12.0;
                let radius = 2.0 * f64::from(reach);
                let centre = Point {
                    x: anchor.x + (radius + candidate.width / 2.0) * libm::cos(angle),
                    y: anchor.y + (radius + candidate.height / 2.0) * libm::sin(angle),
                };
                let rect = centred(centre, candidate);
                let end = Point { x: anchor.x.clamp(rect.x, rect.right()), y: anchor.y.clamp(rect.y, rect.bottom()) };
                if self.is_free(&rect)
                    && lies(&rect, self.outline.iter().copied()) == Lies::Outside
                    && self.way_is_free(anchor, end)
                {
                    let stroke = Stroke { colour: GREY, width: 0.12, dashes: vec![] };
                    self.labels.items.push(Item::Shape(Shape::stroked(line(anchor, end), stroke)));
                    self.leaders.push((anchor, end));
                    self.put(candidate, rect);
                    return true;
                }
            }
        }
        false
    }

    fn is_free(&self, rect: &Rect) -> bool {
        let wide =
            Rect { x: rect.x - AROUND, y: rect.y - AROUND, width: rect.width + 2.0 * AROUND, height: rect.height + 2.0 * AROUND };
        holds(&self.frame.rect, rect)
            && !self.taken.iter().any(|other| other.overlaps(&wide))
            && !self.leaders.iter().any(|(a, b)| segment_meets(&wide, [a.x, a.y], [b.x, b.y]))
    }

    fn way_is_free(&self, from: Point, to: Point) -> bool {
        !self.taken.iter().any(|rect| !within(rect, from) && segment_meets(rect, [from.x, from.y], [to.x, to.y]))
            && !self.leaders.iter().any(|(a, b)| cross(*a, *b, from, to))
    }

    fn put(&mut self, candidate: &Candidate, rect: Rect) {
        let mut y = rect.y;
        for (row, set) in candidate.lines.iter().enumerate() {
            let x = rect.x + (rect.width - set.width()) / 2.0;
            let colour = if row < candidate.names { BLACK } else { Colour::new(0x33, 0x33, 0x33) };
            self.labels.items.push(Item::Text(set.at(x, y + set.ascent(), colour, Some((WHITE, set.size * 0.16)))));
            y += set.size + LEADING * candidate.lines[0].size;
        }
        let name: String = candidate.lines.iter().take(candidate.names).map(|set| set.line.content.as_str()).collect();
        self.labels.boxes.push((name, rect));
        self.taken.push(rect);
    }
}

fn middle(rect: &Rect) -> Point {
    Point { x: rect.x + rect.width / 2.0, y: rect.y + rect.height / 2.0 }
}

fn centred(centre: Point, candidate: &Candidate) -> Rect {
    let (width, height) = (candidate.width, candidate.height);
    Rect { x: centre.x - width / 2.0, y: centre.y - height / 2.0, width, height }
}

fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x) > 0.0;
    side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

/// The anchor, then places around it by distance, all with the label inside the area's box.
fn around(anchor: Point, candidate: &Candidate, page: &super::frame::Bounds) -> Vec<Point> {
    const STEPS: i32 = 6;
    let (across, down) = ((page.width() - candidate.width) / 2.0, (page.height() - candidate.height) / 2.0);
    if across < 0.0 || down < 0.0 {
        return Vec::new();
    }
    let mut list = vec![anchor];
    let centre = Point { x: (page.min[0] + page.max[0]) / 2.0, y: (page.min[1] + page.max[1]) / 2.0 };
    for column in -STEPS..=STEPS {
        for row in -STEPS..=STEPS {
            list.push(Point {
                x: centre.x + across * f64::from(column) / f64::from(STEPS),
                y: centre.y + down * f64::from(row) / f64::from(STEPS),
            });
        }
    }
    let away = |p: &Point| (p.x - anchor.x) * (p.x - anchor.x) + (p.y - anchor.y) * (p.y - anchor.y);
    list[1..].sort_by(|a, b| away(a).total_cmp(&away(b)));
    list
}

impl FrameMap {
    /// The arcs of one area, in no order.
    fn area_lines(&self, at: usize) -> Vec<&[Position]> {
        self.mosaic.areas[at].iter().flat_map(Polygon::rings).flatten().map(|arc| self.mosaic.arcs.get(arc.number())).collect()
    }

    /// The arcs that only one area uses: the outline of all areas together.
    pub(super) fn mosaic_outline(&self) -> Vec<&[Position]> {
        let mut times = vec![0u32; self.mosaic.arcs.len()];
        for arc in self.mosaic.areas.iter().flatten().flat_map(Polygon::rings).flatten() {
            times[arc.number()] += 1;
        }
        (0..times.len()).filter(|number| times[*number] == 1).map(|number| self.mosaic.arcs.get(number)).collect()
    }
}
