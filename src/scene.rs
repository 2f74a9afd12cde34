//! The waist: a finished page, with every shape and every glyph at its place in millimetres from the top left corner.
//!
//! Layout makes it, drawers obey it. Nothing here knows what a map is.

use crate::colour::Colour;
use crate::coverage::{Arcs, Polygon};
use crate::scale::Paint;
use std::sync::Arc;

/// A place on the page in millimetres, x to the right, y down.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// A rectangle on the page in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The rectangle made smaller by `margin` on every side.
    #[must_use]
    pub fn inset(&self, margin: f64) -> Rect {
        Rect {
            x: self.x + margin,
            y: self.y + margin,
            width: (self.width - 2.0 * margin).max(0.0),
            height: (self.height - 2.0 * margin).max(0.0),
        }
    }
}

/// A finished page.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Width of the page in millimetres.
    pub width: f64,
    /// Height of the page in millimetres.
    pub height: f64,
    /// Colour of the paper.
    pub paper: Colour,
    /// Short title, for `<title>` and for metadata.
    pub title: String,
    /// What the figure shows, in words, for `<desc>` and for metadata.
    pub description: String,
    /// Drawn in order.
    pub layers: Vec<Layer>,
}

/// A named group of items, clipped to a rectangle where one is given.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Id, unique in the scene, lower case with hyphens: `areas`, `borders`, `legend`.
    pub id: String,
    /// Name a person reads in an editor's list of layers.
    pub name: String,
    /// Nothing outside is drawn.
    pub clip: Option<Rect>,
    /// Drawn in order.
    pub items: Vec<Item>,
}

/// Something to draw.
#[derive(Debug, Clone)]
pub enum Item {
    /// Areas that share their borders, filled so that no seam shows.
    Mosaic(Mosaic),
    /// A shape with a fill, a line, or both.
    Shape(Shape),
    /// Text.
    Text(Text),
}

/// Areas over shared arcs and what each is filled with.
#[derive(Debug, Clone)]
pub struct Mosaic {
    /// The areas, at their place on the page; shared by all maps on the same frame.
    pub geometry: Arc<MosaicGeometry>,
    /// One fill an area; none leaves the paper.
    pub fills: Vec<Option<Paint>>,
    /// One title an area, for tooltips and screen readers; empty where the medium has none.
    pub titles: Vec<AreaTitle>,
}

/// Areas over shared arcs, in millimetres on the page.
#[derive(Debug, Clone, Default)]
pub struct MosaicGeometry {
    /// Every border once, x and y in millimetres.
    pub arcs: Arcs,
    /// The polygons of each area.
    pub areas: Vec<Vec<Polygon>>,
}

/// Who an area of a mosaic is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaTitle {
    /// Code, used for the id of the element.
    pub code: String,
    /// One line: name, value and unit, or why there is no value.
    pub title: String,
}

/// A shape with a fill, a line, or both. The line is drawn over the fill.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The outline.
    pub path: Path,
    /// What fills it (even-odd rule).
    pub fill: Option<Paint>,
    /// Opacity of the fill, from 0 to 1.
    pub fill_opacity: f64,
    /// The line along it.
    pub stroke: Option<Stroke>,
    /// Opacity of the line, from 0 to 1.
    pub stroke_opacity: f64,
    /// Title for tooltips and screen readers.
    pub title: Option<String>,
}

impl Shape {
    /// A filled shape without a line.
    pub fn filled(path: Path, fill: Paint) -> Self {
        Self { path, fill: Some(fill), fill_opacity: 1.0, stroke: None, stroke_opacity: 1.0, title: None }
    }

    /// A line.
    pub fn stroked(path: Path, stroke: Stroke) -> Self {
        Self { path, fill: None, fill_opacity: 1.0, stroke: Some(stroke), stroke_opacity: 1.0, title: None }
    }
}

/// An outline.
#[derive(Debug, Clone, PartialEq)]
pub enum Path {
    /// Straight lines through points, one list a part; closed parts are closed by the drawer.
    Lines {
        /// The parts; shared by all maps on the same frame.
        parts: Arc<Vec<Vec<Point>>>,
        /// Whether each part is closed.
        closed: bool,
    },
    /// A circle.
    Circle {
        /// Its middle.
        centre: Point,
        /// Its radius in millimetres.
        radius: f64,
    },
    /// A rectangle.
    Rect(Rect),
}

/// A line: colour, width, dashes. Joins and ends are round.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width in millimetres.
    pub width: f64,
    /// Lengths of dashes and gaps in millimetres; empty for a whole line.
    pub dashes: Vec<f64>,
}

/// A line of text with its glyphs placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text itself, for searching and for screen readers.
    pub content: String,
    /// Its glyphs, in runs of one font each.
    pub runs: Vec<GlyphRun>,
    /// Its colour.
    pub colour: Colour,
    /// A line in another colour around the glyphs, so that text stays readable over a map: colour and width in millimetres.
    pub halo: Option<(Colour, f64)>,
}

/// Glyphs of one font at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct GlyphRun {
    /// Which of the bundled fonts.
    pub font: FontId,
    /// Size of the em in millimetres.
    pub size: f64,
    /// The text of this run alone.
    pub content: String,
    /// The glyphs with the place of each one's origin on the base line.
    pub glyphs: Vec<Glyph>,
}

/// One glyph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u32,
    /// Where its origin stands on the page.
    pub origin: Point,
}

/// A bundled font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FontId {
    /// Sans, regular.
    Sans,
    /// Sans, bold.
    SansBold,
    /// Serif, regular.
    Serif,
    /// Serif, bold.
    SerifBold,
}
