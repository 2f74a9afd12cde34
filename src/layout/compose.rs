//! From a sheet to a scene: what is common to a single map and to small multiples.

use super::frame::{Bounds, Frame, FrameCache, Projected};
use super::ink::{Block, Ink};
use super::room::Room;
use super::{Sheet, inset, panels, single};
use crate::colour::Colour;
use crate::coverage::{Coverage, Polygon, Position};
use crate::problem::{Noted, Outcome, Problem};
use crate::project::{Extent, Projection};
use crate::scene::{Layer, Rect, Scene};
use std::sync::Arc;

/// A finished page with what is needed to check it.
#[derive(Debug, Clone)]
pub struct Laid {
    /// The page.
    pub scene: Scene,
    /// Box of every line of text and every piece of furniture, by content; none may overlap another.
    pub boxes: Vec<(String, Rect)>,
    /// Rectangles of legend, inset and scale bar on the map; none may cover territory.
    pub furniture: Vec<(&'static str, Rect)>,
    /// The main frame of each panel.
    pub frames: Vec<Frame>,
    /// The frames of the insets.
    pub insets: Vec<Frame>,
}

/// Lays out a sheet.
///
/// # Errors
///
/// What cannot be placed: `title-too-long`, `page-too-small`, `no-room`, `nothing-to-show`, `readings-do-not-match`, and what the fonts
/// refuse.
pub fn sheet(sheet: &Sheet) -> Outcome<Scene> {
    let laid = arrange(sheet, &FrameCache::default())?;
    Ok(Noted { value: laid.value.scene, problems: laid.problems })
}

/// As [`sheet`], sharing the geometry of frames with the other maps that use `cache`, and telling where everything stands.
///
/// # Errors
///
/// As [`sheet`].
pub fn arrange(sheet: &Sheet, cache: &FrameCache) -> Outcome<Laid> {
    let problems = check(sheet);
    if !problems.is_empty() {
        return Err(problems);
    }
    let ground = Ground::new(sheet, cache)?;
    let scope = Scope { sheet, cache, ground: &ground, ink: &Ink::new(&sheet.page) };
    let made = if sheet.panels.len() == 1 { single::compose(scope) } else { panels::compose(scope) };
    made.map_err(|problem| vec![problem])
}

fn check(sheet: &Sheet) -> Vec<Problem> {
    let page = &sheet.page;
    let mut problems = Vec::new();
    let sizes = [Some(page.width_mm), page.height_mm].into_iter().flatten();
    if sizes.into_iter().any(|size| !(30.0..=2000.0).contains(&size)) {
        problems.push(
            Problem::error("page-size", format!("A page of {} mm cannot be laid out.", page.width_mm))
                .help("Give a width and a height between 30 and 2000 mm."),
        );
    }
    if !(page.text_pt >= 4.0 && page.text_pt <= 72.0) {
        let message = format!("Text of {} pt cannot be read or placed.", page.text_pt);
        problems.push(Problem::error("text-size", message).help("Give a size between 4 and 72 pt."));
    }
    if sheet.shown.is_empty() || sheet.panels.is_empty() {
        problems.push(
            Problem::error("nothing-to-show", "The sheet has no area to show.")
                .help("Look at `within` and at the level: no area of the boundaries matches both."),
        );
    }
    for panel in &sheet.panels {
        if sheet.scale_of(panel).is_some() && panel.readings.len() != sheet.shown.len() {
            let message = format!("{} readings were given for {} areas.", panel.readings.len(), sheet.shown.len());
            problems.push(Problem::error("readings-do-not-match", message).about(panel.title.zh.clone()));
        }
    }
    problems
}

/// The plane all maps of a sheet stand on.
pub(super) struct Ground {
    pub projection: Projection,
    pub projected: Arc<Projected>,
    /// What the main frame must hold, in metres.
    pub bounds: Bounds,
    pub room: Room,
    pub inset: bool,
    /// Where symbols and labels of the areas shown stand; none where there are neither.
    pub anchors: Vec<Option<Position>>,
    /// Longitudes and latitudes over the map, for the range of the scale.
    pub places: Vec<Position>,
}

impl Ground {
    fn new(sheet: &Sheet, cache: &FrameCache) -> Result<Self, Vec<Problem>> {
        let coverage = &sheet.coverage;
        let needed = inset::is_needed(coverage, sheet.level, &sheet.shown);
        let areas = coverage.areas(sheet.level);
        let polygons: Vec<(&Polygon, Bounds)> = sheet
            .shown
            .iter()
            .filter_map(|index| areas.get(*index))
            .flat_map(|area| area.polygons.iter().map(move |polygon| (area, polygon, degrees(coverage, polygon))))
            .filter(|(area, _, degrees)| !(degrees.is_empty() || needed && inset::is_for_inset_alone(&area.code, degrees)))
            .map(|(_, polygon, degrees)| (polygon, degrees))
            .collect();
        let Some(extent) = extent(polygons.iter().map(|(_, degrees)| *degrees)) else {
            let message = "The areas to show have no territory.";
            return Err(vec![
                Problem::error("nothing-to-show", message).help("Look at the boundary file with `caremap inspect`."),
            ]);
        };
        let wide = extent.east - extent.west > 25.0 && inset::is_china(coverage);
        let projection = if wide { Projection::china() } else { Projection::fitted(extent) };
        let projected = cache.projected(coverage, projection);
        projected.prepare(sheet.level, &sheet.shown);
        let mut bounds = Bounds::EMPTY;
        for (polygon, _) in &polygons {
            bounds.join(&projected.polygon_box(polygon));
        }
        let outline = projected.outline(sheet.level, &sheet.shown);
        let mut lines: Vec<Vec<Position>> = Vec::new();
        if needed {
            let maritime = coverage.lines.iter().filter(|line| line.kind == inset::MARITIME);
            lines.extend(maritime.map(|line| super::frame::project_line(&line.positions, &projection)));
        }
        // Islands and dashes that reach into the frame belong to the map, so the free room must know them where they stand outside the
        // box the map is fitted by.
        let mut around = bounds;
        if needed {
            let margin = bounds.width() * 0.5;
            around.add([bounds.max[0] + margin, bounds.min[1] - 0.05 * bounds.height()]);
            around.add([bounds.min[0] - margin, bounds.max[1] + 0.05 * bounds.height()]);
        }
        let room = Room::new(around, outline.iter().map(|number| projected.arc(*number)), &lines);
        let anchors = match sheet.labels.is_some() || sheet.symbols.is_some() {
            true => cache.anchors(coverage, sheet.level, &sheet.shown),
            false => vec![None; sheet.shown.len()],
        };
        let places = [0.0, 0.25, 0.5, 0.75, 1.0]
            .into_iter()
            .map(|t| [(extent.west + extent.east) / 2.0, extent.south + t * (extent.north - extent.south)])
            .collect();
        Ok(Self { projection, projected, bounds, room, inset: needed, anchors, places })
    }

    /// Whether a rectangle of the page covers territory shown on a frame: exact.
    pub fn is_covered(&self, sheet: &Sheet, frame: &Frame, rect: &Rect) -> bool {
        let outline = self.projected.outline(sheet.level, &sheet.shown);
        let low = [(rect.x - frame.origin.x) / frame.scale, (frame.origin.y - rect.bottom()) / frame.scale];
        let metres = Rect { x: low[0], y: low[1], width: rect.width / frame.scale, height: rect.height / frame.scale };
        let lines = outline.iter().map(|number| self.projected.arc(*number));
        super::room::lies(&metres, lines) != super::room::Lies::Outside
    }
}

/// Box of a polygon in degrees.
pub(super) fn degrees(coverage: &Coverage, polygon: &Polygon) -> Bounds {
    let mut bounds = Bounds::EMPTY;
    for arc in &polygon.exterior {
        bounds.join(&Bounds::of(coverage.arcs.get(arc.number())));
    }
    bounds
}

/// The smallest frame that holds all boxes, across the 180th meridian where that is shorter.
fn extent(boxes: impl Iterator<Item = Bounds>) -> Option<Extent> {
    let mut spans: Vec<[f64; 2]> = Vec::new();
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    for b in boxes {
        spans.push([b.min[0], b.max[0]]);
        south = south.min(b.min[1]);
        north = north.max(b.max[1]);
    }
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let (first, mut reach) = (spans.first()?[0], f64::NEG_INFINITY);
    // The widest stretch of longitude that no box touches is left out; at first the one across the 180th meridian.
    let (mut widest, mut west, mut east) = (f64::NEG_INFINITY, first, first);
    for span in &spans {
        if reach > f64::NEG_INFINITY && span[0] - reach > widest {
            (widest, west, east) = (span[0] - reach, span[0], reach + 360.0);
        }
        reach = reach.max(span[1]);
    }
    if first + 360.0 - reach >= widest {
        (west, east) = (first, reach);
    }
    Some(Extent { west, south, east, north })
}

/// What all maps of one sheet are made from.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub sheet: &'a Sheet,
    pub cache: &'a FrameCache,
    pub ground: &'a Ground,
    pub ink: &'a Ink,
}

/// The parts of a page as they come together.
pub(super) struct Page<'a> {
    sheet: &'a Sheet,
    pub layers: Vec<Layer>,
    pub boxes: Vec<(String, Rect)>,
    pub furniture: Vec<(&'static str, Rect)>,
    pub frames: Vec<Frame>,
    pub insets: Vec<Frame>,
    pub problems: Vec<Problem>,
}

impl<'a> Page<'a> {
    pub fn new(sheet: &'a Sheet) -> Self {
        Self {
            sheet,
            layers: Vec::new(),
            boxes: Vec::new(),
            furniture: Vec::new(),
            frames: Vec::new(),
            insets: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Adds a block that stands at its place already as a layer.
    pub fn add(&mut self, id: &str, name: &str, block: Block) {
        self.boxes.extend(block.boxes);
        if !block.items.is_empty() {
            self.layers.push(Layer { id: id.to_owned(), name: name.to_owned(), clip: None, items: block.items });
        }
    }

    pub fn finish(self, ink: &Ink, width: f64, height: f64) -> Noted<Laid> {
        let scene = Scene {
            width,
            height,
            paper: Colour::new(0xff, 0xff, 0xff),
            title: ink.words(&self.sheet.title).to_owned(),
            description: self.sheet.description.clone(),
            layers: self.layers,
        };
        let laid = Laid { scene, boxes: self.boxes, furniture: self.furniture, frames: self.frames, insets: self.insets };
        Noted { value: laid, problems: self.problems }
    }
}

/// Margin of the page in millimetres.
pub(super) fn margin(width: f64) -> f64 {
    (width * 0.024).clamp(2.0, 6.0)
}
