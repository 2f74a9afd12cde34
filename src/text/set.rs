//! Setting a line: a font for every character, shaping, kerning, gaps.

use super::clean::{clean, has_empty_half, is_closing, is_either, is_han, is_mark, is_opening, is_wide};
use super::face::{Face, Fonts, Manner};
use super::{Family, Line, Style};
use crate::problem::Problem;
use crate::scene::{FontId, Glyph, GlyphRun, Point, Rect};
use harfrust::{Buffer, ClusterLevel, Direction, ShapeOptions, ShaperFont};
use skrifa::GlyphId;

/// The em box of Chinese type, above and below the base line (OS/2 typographic metrics of both families).
const ASCENT: f64 = 0.88;
const DESCENT: f64 = 0.12;

/// Gap between Han and Latin, in parts of the em.
const HAN_LATIN_GAP: f64 = 0.2;

/// The longest text that is set in one piece, in bytes. Longer text is an error, not a map.
const LONGEST: usize = 100_000;

/// A character with the marks on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cluster {
    /// First byte in the clean text.
    pub(super) start: usize,
    /// The base character.
    pub(super) character: char,
    manner: Manner,
    font: FontId,
    /// Where it begins, in parts of the em from the left end of the line.
    pub(super) x: f64,
}

/// Text with a place for every cluster and glyph, in parts of the em.
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) clusters: Vec<Cluster>,
    glyphs: Vec<(FontId, u32, f64, f64)>,
    /// Number of the first glyph of each run with the byte where the run begins.
    runs: Vec<(usize, usize)>,
    pub(super) width: f64,
}

impl Fonts {
    /// Sets a text in one line. Line ends count as spaces.
    ///
    /// # Errors
    ///
    /// `missing-glyph` where no bundled font has a character; `bad-text-size` where the size is not a positive number;
    /// `text-too-long` where the text is longer than any page could hold.
    pub fn set(&self, text: &str, style: &Style) -> Result<Line, Problem> {
        Ok(self.line(self.shape(text, style, true)?, style))
    }

    /// Shapes a text; `edges` sets punctuation at both ends half-width.
    pub(super) fn shape(&self, text: &str, style: &Style, edges: bool) -> Result<Shaped, Problem> {
        if !(style.size_mm.is_finite() && style.size_mm > 0.0) {
            return Err(Problem::error("bad-text-size", format!("{} mm is not a size for text.", style.size_mm))
                .help("Give a positive number of millimetres."));
        }
        if text.len() > LONGEST {
            return Err(Problem::error(
                "text-too-long",
                format!("A text of {} bytes does not fit on a page: \"{}\".", text.len(), shortened(text)),
            )
            .help("Shorten it."));
        }
        let text = clean(text, false);
        let mut clusters = self.clusters(&text, style)?;
        set_manners(&mut clusters, edges);
        let mut shaped = Shaped { text, clusters, glyphs: Vec::new(), runs: Vec::new(), width: 0.0 };
        let mut buffer = Buffer::new();
        let mut first = 0;
        while first < shaped.clusters.len() {
            let next = end_of_group(&shaped.clusters, first);
            buffer = self.shape_group(&mut shaped, first, next, style.tabular, buffer)?;
            first = next;
        }
        Ok(shaped)
    }

    fn clusters(&self, text: &str, style: &Style) -> Result<Vec<Cluster>, Problem> {
        let chain = chain(style);
        let mut clusters: Vec<Cluster> = Vec::with_capacity(text.len() / 2);
        let mut missing: Vec<char> = Vec::new();
        for (start, character) in text.char_indices() {
            let continues = is_mark(character) && !clusters.is_empty();
            if continues {
                let base = clusters.len() - 1;
                let whole = &text[clusters[base].start..start + character.len_utf8()];
                match chain.iter().find(|id| whole.chars().all(|c| self.face(**id).has(c))) {
                    Some(id) => clusters[base].font = *id,
                    None => missing.push(character),
                }
                continue;
            }
            let font = chain.iter().find(|id| self.face(**id).has(character));
            if font.is_none() {
                missing.push(character);
            }
            clusters.push(Cluster { start, character, manner: Manner::Latin, font: *font.unwrap_or(&chain[0]), x: 0.0 });
        }
        if missing.is_empty() { Ok(clusters) } else { Err(missing_glyphs(&missing, text)) }
    }

    fn shape_group(
        &self,
        shaped: &mut Shaped,
        first: usize,
        next: usize,
        tabular: bool,
        mut buffer: Buffer,
    ) -> Result<Buffer, Problem> {
        let (font, manner) = (shaped.clusters[first].font, shaped.clusters[first].manner);
        let face = self.face(font);
        let start = shaped.clusters[first].start;
        let end = shaped.clusters.get(next).map_or(shaped.text.len(), |cluster| cluster.start);
        buffer.reset();
        buffer.set_cluster_level(ClusterLevel::MonotoneGraphemes);
        buffer.push_str(&shaped.text[start..end]);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(Some(manner.script()));
        let features = Face::features(manner);
        let options = ShapeOptions::new().plan(Some(&face.plans[manner as usize])).features(&features);
        harfrust::shape(&ShaperFont::new(&face.font), &mut buffer, options).map_err(|error| {
            Problem::error("text-not-shaped", format!("The text \"{}\" could not be shaped: {error}.", shortened(&shaped.text)))
        })?;
        if shaped.runs.last().is_none_or(|(glyph, _)| shaped.glyphs[*glyph].0 != font) {
            shaped.runs.push((shaped.glyphs.len(), start));
        }
        let mut pen = shaped.width + gap_before(&shaped.clusters, first);
        let scale = 1.0 / f64::from(face.font.units_per_em());
        let mut cluster = first;
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let byte = start + info.cluster as usize;
            while cluster < next && shaped.clusters[cluster].start <= byte {
                shaped.clusters[cluster].x = pen;
                cluster += 1;
            }
            if info.glyph_id == 0 {
                return Err(missing_glyphs(&[shaped.clusters[cluster.saturating_sub(1)].character], &shaped.text));
            }
            let (mut advance, mut shift) = (f64::from(position.x_advance), f64::from(position.x_offset));
            if tabular && shaped.clusters[cluster.saturating_sub(1)].character.is_ascii_digit() {
                let own = f64::from(face.font.glyph_metrics().h_advance(GlyphId::new(info.glyph_id)));
                (advance, shift) = (face.digit_width, (face.digit_width - own) / 2.0);
            }
            shaped.glyphs.push((font, info.glyph_id, pen + shift * scale, -f64::from(position.y_offset) * scale));
            pen += advance * scale;
        }
        for rest in cluster..next {
            shaped.clusters[rest].x = pen;
        }
        shaped.width = pen;
        Ok(buffer)
    }

    fn line(&self, shaped: Shaped, style: &Style) -> Line {
        let size = style.size_mm;
        let runs = (0..shaped.runs.len()).map(|number| {
            let (glyph, byte) = shaped.runs[number];
            let (next_glyph, next_byte) =
                shaped.runs.get(number + 1).copied().unwrap_or((shaped.glyphs.len(), shaped.text.len()));
            let place = |(_, id, x, y): &(FontId, u32, f64, f64)| Glyph { id: *id, origin: Point { x: x * size, y: y * size } };
            GlyphRun {
                font: shaped.glyphs[glyph].0,
                size,
                content: shaped.text[byte..next_byte].to_owned(),
                glyphs: shaped.glyphs[glyph..next_glyph].iter().map(place).collect(),
            }
        });
        let metrics = self.face(chain(style)[0]).font.metrics();
        let height = |units: Option<f32>, otherwise: f64| {
            units.map_or(otherwise, |units| f64::from(units) / f64::from(metrics.units_per_em)) * size
        };
        Line {
            runs: runs.collect(),
            width: shaped.width * size,
            ascent: ASCENT * size,
            descent: DESCENT * size,
            cap_height: height(metrics.cap_height.map(|v| v.to_f32()), 0.73),
            x_height: height(metrics.x_height.map(|v| v.to_f32()), 0.54),
            ink: self.ink(&shaped, size),
            content: shaped.text,
        }
    }

    /// The box around all glyphs, in millimetres.
    fn ink(&self, shaped: &Shaped, size: f64) -> Option<Rect> {
        let mut bounds: Option<[f64; 4]> = None;
        for (font, id, x, y) in &shaped.glyphs {
            let font = &self.face(*font).font;
            let scale = 1.0 / f64::from(font.units_per_em());
            let Some(ink) = font.glyph_metrics().extents(GlyphId::new(*id)).filter(|ink| ink.width > 0.0 && ink.height > 0.0)
            else {
                continue;
            };
            let (left, top) = (x + f64::from(ink.x_bearing) * scale, y - f64::from(ink.y_bearing) * scale);
            let (right, bottom) = (left + f64::from(ink.width) * scale, top + f64::from(ink.height) * scale);
            bounds = Some(
                bounds.map_or([left, top, right, bottom], |b| [b[0].min(left), b[1].min(top), b[2].max(right), b[3].max(bottom)]),
            );
        }
        bounds.map(|[left, top, right, bottom]| Rect {
            x: left * size,
            y: top * size,
            width: (right - left) * size,
            height: (bottom - top) * size,
        })
    }
}

/// Fonts in the order in which they are asked for a character.
fn chain(style: &Style) -> [FontId; 4] {
    match (style.family, style.bold) {
        (Family::Sans, false) => [FontId::Sans, FontId::Serif, FontId::SansBold, FontId::SerifBold],
        (Family::Sans, true) => [FontId::SansBold, FontId::Sans, FontId::SerifBold, FontId::Serif],
        (Family::Serif, false) => [FontId::Serif, FontId::Sans, FontId::SerifBold, FontId::SansBold],
        (Family::Serif, true) => [FontId::SerifBold, FontId::Serif, FontId::SansBold, FontId::Sans],
    }
}

fn set_manners(clusters: &mut [Cluster], edges: bool) {
    let wide: Vec<bool> = (0..clusters.len()).map(|at| is_set_wide(clusters, at)).collect();
    for at in 0..clusters.len() {
        let character = clusters[at].character;
        clusters[at].manner = match wide[at] {
            true if is_squeezed(clusters, &wide, at, edges) => Manner::Half,
            true => Manner::Wide,
            false => Manner::Latin,
        };
        if character == '·' {
            clusters[at].manner = Manner::Half;
        }
    }
}

/// Quotation marks, dashes and ellipses are wide where a neighbour is.
fn is_set_wide(clusters: &[Cluster], at: usize) -> bool {
    if !is_either(clusters[at].character) {
        return is_wide(clusters[at].character);
    }
    let plain = |cluster: &&Cluster| cluster.character != ' ' && !is_either(cluster.character);
    let before = clusters[..at].iter().rev().find(plain);
    let after = clusters[at + 1..].iter().find(plain);
    [before, after].into_iter().flatten().any(|cluster| is_wide(cluster.character))
}

/// Full-width punctuation gives up its empty half beside other punctuation that has one, and at the edges of a line.
fn is_squeezed(clusters: &[Cluster], wide: &[bool], at: usize, edges: bool) -> bool {
    let character = clusters[at].character;
    if !has_empty_half(character) {
        return false;
    }
    let full = |other: usize| wide[other] && has_empty_half(clusters[other].character);
    if is_opening(character) {
        if at == 0 { edges } else { full(at - 1) && is_opening(clusters[at - 1].character) }
    } else if at + 1 == clusters.len() {
        edges
    } else {
        is_closing(character) && full(at + 1)
    }
}

/// Clusters of one font and one manner are shaped together, and so kerned.
fn end_of_group(clusters: &[Cluster], first: usize) -> usize {
    let same = |cluster: &&Cluster| cluster.font == clusters[first].font && cluster.manner == clusters[first].manner;
    first + clusters[first..].iter().take_while(same).count()
}

fn gap_before(clusters: &[Cluster], at: usize) -> f64 {
    let Some(before) = at.checked_sub(1).map(|before| clusters[before].character) else { return 0.0 };
    let after = clusters[at].character;
    let latin = |c: char| !is_wide(c) && (c.is_alphanumeric() || matches!(c, '%' | '‰' | '°' | '+' | '−'));
    if is_han(before) && latin(after) || latin(before) && is_han(after) { HAN_LATIN_GAP } else { 0.0 }
}

fn missing_glyphs(missing: &[char], text: &str) -> Problem {
    let mut named: Vec<String> = Vec::new();
    for character in missing {
        let name = format!("\"{character}\" (U+{:04X})", *character as u32);
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let more = if named.len() > 5 { format!(" and {} more", named.len() - 5) } else { String::new() };
    named.truncate(5);
    Problem::error(
        "missing-glyph",
        format!("No bundled font has {}{more}, in the text \"{}\".", named.join(", "), shortened(text)),
    )
    .help("Write it with other characters: the fonts hold Chinese, Latin with pinyin, Greek, Cyrillic and kana.")
}

/// The first characters of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::super::{Anchor, fonts};
    use super::*;
    use proptest::prelude::*;

    fn set(text: &str, style: &Style) -> Line {
        fonts().set(text, style).unwrap()
    }

    fn em(family: Family) -> Style {
        Style::new(family, 1.0)
    }

    #[test]
    fn widths_are_those_of_the_font() {
        assert_eq!(set("河北省", &em(Family::Sans)).width, 3.0);
        assert_eq!(set("0123", &em(Family::Sans)).width, 4.0 * 0.555);
        assert_eq!(set("", &em(Family::Sans)).width, 0.0);
        assert_eq!(set("河北省", &Style::points(Family::Serif, 72.0)).width, 3.0 * 25.4);
    }

    #[test]
    fn latin_is_kerned() {
        let sum: f64 = ["A", "V", "A"].iter().map(|c| set(c, &em(Family::Sans)).width).sum();
        assert!(set("AVA", &em(Family::Sans)).width < sum - 0.02);
    }

    #[test]
    fn tabular_digits_are_equally_wide() {
        let style = em(Family::Serif).tabular();
        let widths: Vec<f64> = ["1111", "0000", "4747"].iter().map(|text| set(text, &style).width).collect();
        assert_eq!(widths[0], widths[1]);
        assert_eq!(widths[1], widths[2]);
        assert!(set("1111", &em(Family::Serif)).width < widths[0]);
    }

    #[test]
    fn a_gap_stands_between_han_and_latin() {
        assert_eq!(set("第3类", &em(Family::Sans)).width, 2.0 + 0.555 + 2.0 * HAN_LATIN_GAP);
        assert_eq!(set("（3）", &em(Family::Sans)).width, 1.0 + 0.555);
    }

    #[test]
    fn punctuation_gives_up_its_empty_half() {
        assert_eq!(set("甲（乙）、丙", &em(Family::Sans)).width, 5.5);
        assert_eq!(set("（甲）", &em(Family::Sans)).width, 2.0);
        assert_eq!(set("甲，乙", &em(Family::Sans)).width, 3.0);
    }

    #[test]
    fn quotation_marks_follow_their_neighbours() {
        assert_eq!(set("健康“中国”规划", &em(Family::Sans)).width, 8.0);
        assert!(set("Xi’an", &em(Family::Sans)).width < 2.5);
        assert!(set("“Xi’an”", &em(Family::Serif)).width < 3.5);
    }

    #[test]
    fn bold_falls_back_to_regular_by_the_character() {
        let line = set("长垣市砉A", &em(Family::Sans).bold());
        let fonts: Vec<FontId> = line.runs.iter().map(|run| run.font).collect();
        assert_eq!(fonts, [FontId::SansBold, FontId::Sans, FontId::SansBold]);
        assert_eq!(line.runs[1].content, "砉");
    }

    #[test]
    fn a_missing_glyph_is_named() {
        let problem = fonts().set("拉萨 ལྷ་ས 市", &em(Family::Sans)).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "error: No bundled font has \"ལ\" (U+0F63), \"ྷ\" (U+0FB7), \"་\" (U+0F0B), \"ས\" (U+0F66), in the text \"拉萨 ལྷ་ས 市\". \
             Write it with other characters: the fonts hold Chinese, Latin with pinyin, Greek, Cyrillic and kana."
        );
    }

    #[test]
    fn sizes_must_be_sizes() {
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(fonts().set("x", &Style::new(Family::Sans, size)).unwrap_err().id, "bad-text-size");
        }
    }

    #[test]
    fn rare_characters_of_place_names_and_signs_are_there() {
        let text = "浉瀍㭎䶮垚〇–—′″°±×÷≤≥≠≈∞−²³‰←→●○▲•·…“”‘’℃㎡①ⅣāǎǖÀéαβЖあ\u{2009}\u{202F}\u{2007}\u{A0}％Ａ";
        for style in [em(Family::Sans), em(Family::Sans).bold(), em(Family::Serif), em(Family::Serif).bold()] {
            assert_eq!(set(text, &style).content, text);
        }
    }

    #[test]
    fn a_line_is_placed_by_its_anchor() {
        let line = set("甲乙", &em(Family::Sans));
        let black = crate::colour::Colour::new(0, 0, 0);
        let x = |anchor| line.placed(10.0, 5.0, anchor, black, None).runs[0].glyphs[1].origin;
        assert_eq!(x(Anchor::Start), Point { x: 11.0, y: 5.0 });
        assert_eq!(x(Anchor::Middle), Point { x: 10.0, y: 5.0 });
        assert_eq!(x(Anchor::End), Point { x: 9.0, y: 5.0 });
    }

    proptest! {
        #[test]
        fn any_text_is_set_or_refused_and_content_is_the_runs(text in "\\PC{0,40}|[一-鿿a-z0-9 （），。“”—…·\u{300}-\u{30A}]{0,40}") {
            if let Ok(line) = fonts().set(&text, &em(Family::Sans)) {
                let joined: String = line.runs.iter().map(|run| run.content.as_str()).collect();
                prop_assert_eq!(&joined, &line.content);
                prop_assert!(line.width.is_finite() && line.width >= 0.0);
                prop_assert!(line.runs.iter().all(|run| !run.glyphs.is_empty() && run.glyphs.iter().all(|g| g.id != 0)));
            }
        }
    }
}
