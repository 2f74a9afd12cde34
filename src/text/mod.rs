//! Text: bundled fonts, fallback by glyph, shaping, widths before drawing.
//!
//! A line of text is set once, in millimetres, before anything is drawn: [`Fonts::set`] finds a bundled font for every character,
//! shapes and kerns the runs, and hands back a [`Line`] whose width is exact. [`Fonts::wrap`] breaks a paragraph by the rules of
//! Chinese and Latin type. Drawers ask for the glyphs' [`Outline`]s.
//!
//! Chinese typography kept here: no line begins with closing punctuation or ends with opening punctuation; numbers stay with their
//! units; punctuation that meets punctuation, or stands at the edge of a line, is set half-width; a gap of a fifth of an em stands
//! between Han and Latin (W3C, *Requirements for Chinese Text Layout*, sections 3.1 and 3.2).
//!
//! A character that no bundled font has is an error that names it; nothing is ever drawn as an empty box. The fonts hold Chinese,
//! Latin with pinyin, Greek, Cyrillic and kana: text in Tibetan, Uyghur, Mongolian or any script written from right to left is such
//! an error.
//!
//! ```
//! use caremap::text::{Family, Style, fonts};
//! let style = Style::points(Family::Sans, 10.5);
//! let line = fonts().set("每千人口执业（助理）医师数 2018", &style)?;
//! assert!(line.width > 50.0 && line.width < 90.0);
//! # Ok::<(), caremap::problem::Problem>(())
//! ```

mod break_lines;
mod clean;
mod face;
mod set;
mod subset;

pub use face::{Fonts, Outline, Segment, fonts};

use crate::colour::Colour;
use crate::scene::{Glyph, GlyphRun, Point, Rect, Text};

/// Millimetres in a typographic point.
pub const MM_PER_POINT: f64 = 25.4 / 72.0;

/// One of the two bundled families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Caremap Sans, from Noto Sans SC.
    Sans,
    /// Caremap Serif, from Noto Serif SC: a Song face with a Latin to match.
    Serif,
}

/// How text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The family.
    pub family: Family,
    /// Whether it is bold. Characters the bold font lacks are drawn in the regular one.
    pub bold: bool,
    /// Size of the em in millimetres.
    pub size_mm: f64,
    /// Whether all digits are equally wide, for columns of numbers.
    pub tabular: bool,
}

impl Style {
    /// Regular text at a size in millimetres.
    pub fn new(family: Family, size_mm: f64) -> Self {
        Self { family, bold: false, size_mm, tabular: false }
    }

    /// Regular text at a size in points.
    pub fn points(family: Family, points: f64) -> Self {
        Self::new(family, points * MM_PER_POINT)
    }

    /// The same in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// The same with digits of one width.
    #[must_use]
    pub fn tabular(mut self) -> Self {
        self.tabular = true;
        self
    }
}

/// Which part of a line stands at the place given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A line of text, shaped, with its origin (left end of the base line) at 0, 0. All lengths in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The text as it is drawn: control characters are gone.
    pub content: String,
    /// The glyphs in runs of one font each.
    pub runs: Vec<GlyphRun>,
    /// Advance width.
    pub width: f64,
    /// Height of the em box above the base line: what stacks lines and aligns them with other things.
    pub ascent: f64,
    /// Depth of the em box below the base line, positive.
    pub descent: f64,
    /// Height of capital letters and digits of the first font.
    pub cap_height: f64,
    /// Height of a lower-case x of the first font.
    pub x_height: f64,
    /// The box around the ink, y down from the base line; none where nothing is drawn.
    pub ink: Option<Rect>,
}

impl Line {
    /// The line at its place on the page: `x` is where the `anchor` stands, `y` is the base line.
    pub fn placed(&self, x: f64, y: f64, anchor: Anchor, colour: Colour, halo: Option<(Colour, f64)>) -> Text {
        let left = self.left(x, anchor);
        let runs = self
            .runs
            .iter()
            .map(|run| GlyphRun { glyphs: run.glyphs.iter().map(|glyph| moved(*glyph, left, y)).collect(), ..run.clone() });
        Text { content: self.content.clone(), runs: runs.collect(), colour, halo }
    }

    /// The left end of the line where its `anchor` stands at `x`.
    pub fn left(&self, x: f64, anchor: Anchor) -> f64 {
        match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - self.width / 2.0,
            Anchor::End => x - self.width,
        }
    }

    /// The box that the line takes on the page when placed so: its width by the height of the em.
    pub fn bounds(&self, x: f64, y: f64, anchor: Anchor) -> Rect {
        Rect { x: self.left(x, anchor), y: y - self.ascent, width: self.width, height: self.ascent + self.descent }
    }

    /// The box around the ink when placed so.
    pub fn ink_bounds(&self, x: f64, y: f64, anchor: Anchor) -> Option<Rect> {
        self.ink.map(|ink| Rect { x: ink.x + self.left(x, anchor), y: ink.y + y, ..ink })
    }
}

fn moved(glyph: Glyph, x: f64, y: f64) -> Glyph {
    Glyph { id: glyph.id, origin: Point { x: glyph.origin.x + x, y: glyph.origin.y + y } }
}
