//! Text and simple shapes as layout uses them: measured before they are placed, built at the origin and moved as a block.

use crate::colour::Colour;
use crate::problem::Problem;
use crate::scene::{Item, Path, Point, Rect, Shape, Text};
use crate::spec::{Language, PagePlan, Words};
use crate::text::{Anchor, Family, Line, MM_PER_POINT, Style, fonts};
use std::sync::Arc;

/// Nothing on a sheet is set smaller than this, in points.
pub(super) const SMALLEST_PT: f64 = 5.5;

/// A paragraph of more lines than this is refused.
const MOST_LINES: usize = 40;

/// From the top of a line's letters to its base line, in parts of the em.
pub(super) const ASCENT: f64 = 0.88;

pub(super) const BLACK: Colour = Colour::new(0x1a, 0x1a, 0x1a);
pub(super) const GREY: Colour = Colour::new(0x59, 0x59, 0x59);
pub(super) const WHITE: Colour = Colour::new(0xff, 0xff, 0xff);

/// How the words of one sheet are set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    family: Family,
    /// Size of ordinary text in millimetres.
    pub size: f64,
    pub language: Language,
}

impl Ink {
    pub fn new(page: &PagePlan) -> Self {
        let family = if page.serif { Family::Serif } else { Family::Sans };
        Self { family, size: page.text_pt * MM_PER_POINT, language: page.language }
    }

    /// A size in millimetres, given as a share of ordinary text, never below the smallest that can be read.
    pub fn sized(&self, share: f64) -> f64 {
        (self.size * share).max(SMALLEST_PT * MM_PER_POINT)
    }

    /// Sets one line.
    pub fn line(&self, text: &str, size: f64, bold: bool) -> Result<Set, Problem> {
        Ok(Set { size, line: fonts().set(text, &self.style(size, bold))? })
    }

    /// Sets lines no wider than `width`.
    pub fn wrapped(&self, text: &str, size: f64, bold: bool, width: f64) -> Result<Vec<Set>, Problem> {
        let lines = fonts().wrap(text, width, &self.style(size, bold), MOST_LINES)?;
        Ok(lines.into_iter().map(|line| Set { size, line }).collect())
    }

    /// As [`Ink::wrapped`], with lines about equally long.
    pub fn balanced(&self, text: &str, size: f64, bold: bool, width: f64) -> Result<Vec<Set>, Problem> {
        let lines = fonts().wrap_balanced(text, width, &self.style(size, bold), MOST_LINES)?;
        Ok(lines.into_iter().map(|line| Set { size, line }).collect())
    }

    fn style(&self, size: f64, bold: bool) -> Style {
        Style { family: self.family, bold, size_mm: size, tabular: true }
    }

    /// The words in the language of the sheet; the other language where there are none.
    pub fn words<'a>(&self, words: &'a Words) -> &'a str {
        let (first, second) = match self.language {
            Language::En => (&words.en, &words.zh),
            Language::Both | Language::Zh => (&words.zh, &words.en),
        };
        if first.is_empty() { second } else { first }
    }

    /// One of two fixed words, by the language of the sheet.
    pub fn either(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.language == Language::En { en } else { zh }
    }
}

/// One line of text that knows its size.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub size: f64,
    pub line: Line,
}

impl Set {
    pub fn width(&self) -> f64 {
        self.line.width
    }

    /// From the top of tall letters to the base line.
    pub fn ascent(&self) -> f64 {
        self.size * ASCENT
    }

    /// Height of the line's box.
    pub fn height(&self) -> f64 {
        self.size * 1.12
    }

    /// The text with the start of its base line at a place.
    pub fn at(&self, x: f64, baseline: f64, colour: Colour, halo: Option<(Colour, f64)>) -> Text {
        self.line.placed(x, baseline, Anchor::Start, colour, halo)
    }
}

/// Items built around the origin, with the room they take.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub width: f64,
    pub height: f64,
    pub items: Vec<Item>,
    /// Box of every line of text and every key, for the proof that nothing overlaps.
    pub boxes: Vec<(String, Rect)>,
}

impl Block {
    /// Adds text with its box's upper left corner at a place.
    pub fn text(&mut self, set: &Set, x: f64, y: f64, colour: Colour) {
        let rect = Rect { x, y, width: set.width(), height: set.height() };
        self.items.push(Item::Text(set.at(x, y + set.ascent(), colour, None)));
        self.boxes.push((set.line.content.clone(), rect));
        self.grow(&rect);
    }

    pub fn shape(&mut self, shape: Shape) {
        self.items.push(Item::Shape(shape));
    }

    pub fn grow(&mut self, rect: &Rect) {
        self.width = self.width.max(rect.right());
        self.height = self.height.max(rect.bottom());
    }

    /// The block with its upper left corner at a place.
    pub fn moved(mut self, x: f64, y: f64) -> Self {
        for item in &mut self.items {
            shift(item, x, y);
        }
        for (_, rect) in &mut self.boxes {
            rect.x += x;
            rect.y += y;
        }
        self
    }
}

fn shift(item: &mut Item, x: f64, y: f64) {
    let move_point = |point: &mut Point| {
        point.x += x;
        point.y += y;
    };
    match item {
        Item::Text(text) => {
            text.runs.iter_mut().flat_map(|run| &mut run.glyphs).for_each(|glyph| move_point(&mut glyph.origin));
        }
        Item::Shape(shape) => match &mut shape.path {
            Path::Lines { parts, .. } => Arc::make_mut(parts).iter_mut().flatten().for_each(move_point),
            Path::Circle { centre, .. } => move_point(centre),
            Path::Rect(rect) => {
                rect.x += x;
                rect.y += y;
            }
        },
        // A mosaic is shared by many maps and never moves.
        Item::Mosaic(_) => {}
    }
}

/// A straight line.
pub(super) fn line(from: Point, to: Point) -> Path {
    Path::Lines { parts: Arc::new(vec![vec![from, to]]), closed: false }
}
