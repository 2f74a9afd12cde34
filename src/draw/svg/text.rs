//! Text as outlines that are stored once and used again, or as text with a font of its own.

use super::path::{self, Spot};
use super::xml::{escaped, plain, units};
use super::{TextMode, Writer};
use crate::colour::Colour;
use crate::scene::{FontId, GlyphRun, Text};
use crate::text::{Segment, fonts};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Outlines and fonts that the text of a page uses.
#[derive(Default)]
pub(super) struct Used {
    outlines: BTreeSet<(FontId, u32)>,
    /// A character can be drawn by two glyphs of one font (quotation marks of two widths): the second goes into a second font.
    fonts: BTreeMap<(FontId, usize), BTreeMap<char, u32>>,
}

/// Embedded fonts of one family at most; what does not fit is drawn as outlines.
const MOST_LEVELS: usize = 3;

pub(super) fn write(writer: &mut Writer, text: &Text) {
    if text.runs.iter().all(|run| run.glyphs.is_empty()) {
        return;
    }
    let label = escaped(&text.content);
    if writer.options.text == TextMode::Embedded {
        if let Some((colour, width)) = text.halo {
            write_halo(writer, text, colour, width);
        }
        for run in &text.runs {
            match level(&writer.used, run) {
                Some(level) => write_live(writer, run, level, text.colour),
                None => write_label(writer, std::slice::from_ref(run), &escaped(&run.content), text.colour),
            }
        }
        return;
    }
    match text.halo {
        None => write_label(writer, &text.runs, &label, text.colour),
        Some((colour, width)) => {
            let shape = write_halo(writer, text, colour, width);
            let _ = writeln!(
                writer.body,
                "<use role=\"img\" aria-label=\"{label}\" fill=\"{}\" xlink:href=\"#{shape}\"/>",
                text.colour
            );
        }
    }
}

fn write_label(writer: &mut Writer, runs: &[GlyphRun], label: &str, colour: Colour) {
    let _ = write!(writer.body, "<g role=\"img\" aria-label=\"{label}\" fill=\"{colour}\">");
    write_uses(writer, runs);
    writer.body.push_str("</g>\n");
}

/// The line around the glyphs, under all of them; hands back the id of the glyphs.
fn write_halo(writer: &mut Writer, text: &Text, colour: Colour, width: f64) -> String {
    let shape = writer.id("text");
    let body = std::mem::take(&mut writer.body);
    write_uses(writer, &text.runs);
    let uses = std::mem::replace(&mut writer.body, body);
    let _ = writeln!(writer.defs, "<g id=\"{shape}\">{uses}</g>");
    // The line is drawn in the units of the glyphs, a thousandth of the em.
    let size = text.runs.first().map_or(1.0, |run| run.size);
    let _ = writeln!(
        writer.body,
        "<use aria-hidden=\"true\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"{}\" stroke-linejoin=\"round\" xlink:href=\"#{shape}\"/>",
        plain(2.0 * width / size * 1000.0, 1)
    );
    shape
}

fn write_uses(writer: &mut Writer, runs: &[GlyphRun]) {
    for run in runs {
        let Some(first) = run.glyphs.first() else { continue };
        let scale = run.size / 1000.0;
        let _ = write!(
            writer.body,
            "<g transform=\"translate({} {})scale({})\">",
            units(first.origin.x),
            units(first.origin.y),
            plain(scale * super::xml::UNITS, 6)
        );
        for glyph in &run.glyphs {
            let known = writer.used.outlines.contains(&(run.font, glyph.id));
            if !known && fonts().outline(run.font, glyph.id).segments.is_empty() {
                continue;
            }
            writer.used.outlines.insert((run.font, glyph.id));
            let _ = write!(writer.body, "<use xlink:href=\"#{}\"", glyph_id(&writer.prefix, run.font, glyph.id));
            let (x, y) = ((glyph.origin.x - first.origin.x) / scale, (glyph.origin.y - first.origin.y) / scale);
            for (name, value) in [("x", x), ("y", y)] {
                if plain(value, 1) != "0" {
                    let _ = write!(writer.body, " {name}=\"{}\"", plain(value, 1));
                }
            }
            writer.body.push_str("/>");
        }
        writer.body.push_str("</g>");
    }
}

fn write_live(writer: &mut Writer, run: &GlyphRun, level: usize, colour: Colour) {
    let font = writer.used.fonts.entry((run.font, level)).or_default();
    font.extend(run.content.chars().zip(run.glyphs.iter().map(|glyph| glyph.id)));
    let places: Vec<String> = run.glyphs.iter().map(|glyph| units(glyph.origin.x)).collect();
    let _ = writeln!(
        writer.body,
        "<text xml:space=\"preserve\" class=\"live\" font-family=\"{}\" font-size=\"{}\" fill=\"{colour}\" x=\"{}\" y=\"{}\">{}</text>",
        family(&writer.prefix, run.font, level),
        units(run.size),
        places.join(" "),
        units(run.glyphs.first().map_or(0.0, |glyph| glyph.origin.y)),
        escaped(&run.content)
    );
}

/// The first embedded font in which every character of the run is free, or is drawn by the same glyph; none where characters and
/// glyphs do not match one to one.
fn level(used: &Used, run: &GlyphRun) -> Option<usize> {
    let characters: Vec<char> = run.content.chars().collect();
    let level_line = run.glyphs.iter().all(|glyph| glyph.origin.y == run.glyphs[0].origin.y);
    if characters.len() != run.glyphs.len() || !level_line {
        return None;
    }
    let mut own: BTreeMap<char, u32> = BTreeMap::new();
    for (character, glyph) in characters.iter().zip(&run.glyphs) {
        if *own.entry(*character).or_insert(glyph.id) != glyph.id {
            return None;
        }
    }
    (0..MOST_LEVELS).find(|level| {
        let Some(font) = used.fonts.get(&(run.font, *level)) else { return true };
        own.iter().all(|(character, glyph)| font.get(character).is_none_or(|taken| taken == glyph))
    })
}

fn letters(font: FontId) -> &'static str {
    match font {
        FontId::Sans => "s",
        FontId::SansBold => "sb",
        FontId::Serif => "r",
        FontId::SerifBold => "rb",
    }
}

fn glyph_id(prefix: &str, font: FontId, glyph: u32) -> String {
    format!("{prefix}_{}{glyph}", letters(font))
}

fn family(prefix: &str, font: FontId, level: usize) -> String {
    format!("{prefix}caremap-{}{level}", letters(font))
}

/// The outlines for `<defs>`, in thousandths of the em.
pub(super) fn outlines(used: &Used, prefix: &str) -> String {
    let mut out = String::new();
    for (font, glyph) in &used.outlines {
        let _ = write!(out, "<path id=\"{}\" d=\"", glyph_id(prefix, *font, *glyph));
        let mut at = (0, 0);
        for segment in fonts().outline(*font, *glyph).segments {
            push_segment(&mut out, segment, &mut at);
        }
        out.push_str("\"/>\n");
    }
    out
}

/// A segment as relative steps; level and upright lines have shorter commands of their own.
fn push_segment(out: &mut String, segment: Segment, at: &mut Spot) {
    let thousandths = |x: f64, y: f64| ((x * 1000.0).round() as i32, (y * 1000.0).round() as i32);
    match segment {
        Segment::Move(x, y) => {
            *at = thousandths(x, y);
            out.push('M');
            steps(out, &[at.0, at.1]);
        }
        Segment::Line(x, y) => {
            let to = thousandths(x, y);
            match (to.0 - at.0, to.1 - at.1) {
                (0, 0) => {}
                (dx, 0) => {
                    out.push('h');
                    steps(out, &[dx]);
                }
                (0, dy) => {
                    out.push('v');
                    steps(out, &[dy]);
                }
                (dx, dy) => {
                    out.push('l');
                    steps(out, &[dx, dy]);
                }
            }
            *at = to;
        }
        Segment::Quad(cx, cy, x, y) => {
            let (control, to) = (thousandths(cx, cy), thousandths(x, y));
            out.push('q');
            steps(out, &[control.0 - at.0, control.1 - at.1, to.0 - at.0, to.1 - at.1]);
            *at = to;
        }
        Segment::Close => out.push('z'),
    }
}

fn steps(out: &mut String, values: &[i32]) {
    for (number, value) in values.iter().enumerate() {
        path::step(out, *value, number == 0);
    }
}

/// The `@font-face` rules of the embedded fonts.
pub(super) fn faces(used: &Used, prefix: &str) -> String {
    use base64::Engine as _;
    let mut out = String::new();
    for ((font, level), glyphs) in &used.fonts {
        if let Some(bytes) = fonts().subset(*font, glyphs) {
            let _ = writeln!(
                out,
                "@font-face{{font-family:\"{}\";src:url(data:font/ttf;base64,{})format(\"truetype\")}}",
                family(prefix, *font, *level),
                base64::engine::general_purpose::STANDARD.encode(bytes)
            );
        }
    }
    if !out.is_empty() {
        let scope = if prefix.is_empty() { "svg".to_owned() } else { format!("#{prefix}figure") };
        let _ = writeln!(
            out,
            "{scope} .live{{white-space:pre;font-kerning:none;font-variant-ligatures:none;text-rendering:geometricPrecision}}"
        );
    }
    out
}
