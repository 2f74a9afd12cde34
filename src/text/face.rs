//! The four bundled fonts, read once.

use crate::scene::FontId;
use harfrust::{Direction, Feature, Script, ShapePlan, Tag};
use skrifa::{DrawMemory, Font, GlyphId, PathSink, ScalerFont};
use std::sync::OnceLock;

/// The bundled fonts.
pub struct Fonts {
    faces: [Face; 4],
}

/// One font with what is asked of it again and again.
pub(super) struct Face {
    pub(super) bytes: &'static [u8],
    pub(super) font: Font,
    /// One plan for each [`Manner`], in its order.
    pub(super) plans: [ShapePlan; 3],
    /// Advance of the widest digit, in thousandths of the em.
    pub(super) digit_width: f64,
}

/// How a stretch of text is shaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Han and full-width signs as the font has them.
    Wide,
    /// Full-width punctuation set half-width.
    Half,
    /// Everything else; signs the font has in both widths are proportional.
    Latin,
}

impl Manner {
    fn features(self) -> Vec<Feature> {
        match self {
            Manner::Wide => Vec::new(),
            Manner::Half => vec![Feature::new(Tag::new(b"halt"), 1, ..)],
            Manner::Latin => vec![Feature::new(Tag::new(b"pwid"), 1, ..), Feature::new(Tag::new(b"liga"), 0, ..)],
        }
    }

    pub(super) fn script(self) -> Script {
        match self {
            Manner::Wide | Manner::Half => Script::HAN,
            Manner::Latin => Script::LATIN,
        }
    }
}

/// One piece of an outline. Coordinates are parts of the em (multiply by the size), x to the right, y down from the base line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Begins a contour.
    Move(f64, f64),
    /// A straight line.
    Line(f64, f64),
    /// A quadratic curve: its control point and its end.
    Quad(f64, f64, f64, f64),
    /// Closes the contour.
    Close,
}

/// The outline of a glyph, filled by the non-zero rule. Empty for spaces.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Its pieces in order.
    pub segments: Vec<Segment>,
}

/// The bundled fonts, read at the first call.
pub fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts {
        faces: [
            Face::new(include_bytes!("../../assets/fonts/CaremapSans-Regular.ttf")),
            Face::new(include_bytes!("../../assets/fonts/CaremapSans-Bold.ttf")),
            Face::new(include_bytes!("../../assets/fonts/CaremapSerif-Regular.ttf")),
            Face::new(include_bytes!("../../assets/fonts/CaremapSerif-Bold.ttf")),
        ],
    })
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        let font = Font::new(bytes, 0).expect("the bundled fonts are well formed; a test reads each of them");
        let plan =
            |manner: Manner| ShapePlan::new(&font, Direction::LeftToRight, Some(manner.script()), None, &manner.features());
        let plans = [plan(Manner::Wide), plan(Manner::Half), plan(Manner::Latin)];
        let advance = |digit: char| {
            let glyph = font.charmap().map_unicode(digit).unwrap_or_default();
            f64::from(font.glyph_metrics().h_advance(glyph))
        };
        let digit_width = ('0'..='9').map(advance).fold(0.0, f64::max);
        Self { bytes, plans, digit_width, font }
    }

    /// Whether the font can draw a character: it has a glyph, or it is a space that is made from other spaces.
    pub(super) fn has(&self, character: char) -> bool {
        self.font.charmap().map_unicode(character).is_some() || is_made_space(character)
    }

    pub(super) fn features(manner: Manner) -> Vec<Feature> {
        manner.features()
    }
}

/// Spaces that shaping makes by width where the font has no glyph for them.
fn is_made_space(character: char) -> bool {
    matches!(character, '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}')
}

impl Fonts {
    pub(super) fn face(&self, id: FontId) -> &Face {
        &self.faces[match id {
            FontId::Sans => 0,
            FontId::SansBold => 1,
            FontId::Serif => 2,
            FontId::SerifBold => 3,
        }]
    }

    /// The bytes of a bundled font, for hashing and for those who embed it whole.
    pub fn bytes(&self, font: FontId) -> &'static [u8] {
        self.face(font).bytes
    }

    /// The glyph a font has for a character.
    pub fn glyph(&self, font: FontId, character: char) -> Option<u32> {
        self.face(font).font.charmap().map_unicode(character).map(|glyph| glyph.to_u32())
    }

    /// The outline of a glyph; empty for spaces and for numbers the font does not have.
    pub fn outline(&self, font: FontId, glyph: u32) -> Outline {
        let scaler = ScalerFont::force_unhinted(self.face(font).font.clone(), None);
        let mut pen = Pen { scale: 1.0 / f64::from(self.face(font).font.units_per_em()), outline: Outline::default() };
        if let Some(outline) = scaler.outline(GlyphId::new(glyph))
            && outline.draw(DrawMemory::Scratch, &mut pen).is_err()
        {
            pen.outline.segments.clear();
        }
        pen.outline
    }
}

struct Pen {
    scale: f64,
    outline: Outline,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f64, f64) {
        (f64::from(x) * self.scale, -f64::from(y) * self.scale)
    }
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.outline.segments.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.outline.segments.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.at(cx, cy), self.at(x, y));
        self.outline.segments.push(Segment::Quad(cx, cy, x, y));
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        // The bundled fonts are TrueType and have no cubic curves.
        self.line_to(x, y);
    }

    fn close(&mut self) {
        self.outline.segments.push(Segment::Close);
    }
}
