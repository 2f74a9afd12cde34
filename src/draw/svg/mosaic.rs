//! Areas that share their borders, filled without seams.
//!
//! A viewer blends each shape's edge with what lies under it, so two shapes that meet leave a line of the background between them.
//! Here no shape meets another: colours are stacked. The lowest layer is all filled areas dissolved into one shape in the first
//! colour, the next all areas but those of the first colour in the second, and so on: layer *i* is the dissolved areas of colours
//! *i* to *n*. On a border between two colours the upper blends with the lower and the paper cannot show; inside one colour there
//! is no border at all. Colours are stacked from light to dark, so that what an edge on the coast lets through is the next class.
//!
//! An unclassed scale has as many colours as areas and would stack without end. Above [`MOST_LAYERS`] colours every area is drawn
//! twice: first with a line of its own colour that reaches over its borders, all cut to the outline of the whole, then exactly.
//!
//! Dissolving needs no geometry: an arc used by two areas of a region is inside it, an arc used once is its edge.

use super::path::{Spot, Window, cut, filled, whole};
use super::xml::{escaped, sanitised};
use super::{Form, Writer};
use crate::colour::Colour;
use crate::coverage::{ArcRef, Polygon};
use crate::scale::Paint;
use crate::scene::{AreaTitle, Mosaic};
use std::fmt::Write as _;

/// With more colours than this, areas are drawn one by one over lines of their own colour.
const MOST_LAYERS: usize = 24;

/// Above this many areas the tabulator stops at the first only; a script moves on from there.
const MOST_TAB_STOPS: usize = 400;

/// The arcs of a mosaic on the grid, and what of it shows.
struct Drawn<'a> {
    mosaic: &'a Mosaic,
    arcs: Vec<Vec<Spot>>,
    window: Option<Window>,
}

pub(super) fn write(writer: &mut Writer, mosaic: &Mosaic, window: Option<Window>) {
    let arcs = mosaic.geometry.arcs.iter().map(|arc| writer.thinned(arc.iter().copied())).collect();
    let drawn = Drawn { mosaic, arcs, window };
    let grounds = grounds(mosaic);
    if grounds.len() > MOST_LAYERS {
        write_each(writer, &drawn);
    } else {
        write_stack(writer, &drawn, &grounds);
        write_hatches(writer, &drawn);
        if writer.options.interactive {
            write_areas(writer, &drawn);
        }
    }
}

fn ground(paint: &Paint) -> Colour {
    match paint {
        Paint::Solid(colour) => *colour,
        Paint::Hatch(hatch) => hatch.ground,
    }
}

/// The colours of the fills from light to dark.
fn grounds(mosaic: &Mosaic) -> Vec<Colour> {
    let mut grounds: Vec<Colour> = mosaic.fills.iter().flatten().map(ground).collect();
    // Luma of ITU-R BT.601 in whole numbers orders them well enough.
    let luma = |c: &Colour| 299 * u32::from(c.r) + 587 * u32::from(c.g) + 114 * u32::from(c.b);
    grounds.sort_by_key(|colour| (std::cmp::Reverse(luma(colour)), *colour));
    grounds.dedup();
    grounds
}

fn write_stack(writer: &mut Writer, drawn: &Drawn, grounds: &[Colour]) {
    if grounds.is_empty() {
        return;
    }
    writer.body.push_str("<g fill-rule=\"evenodd\">\n");
    for (layer, colour) in grounds.iter().enumerate() {
        let inside = |area: usize| drawn.fill(area).is_some_and(|paint| grounds[layer..].contains(&ground(paint)));
        for data in filled(&drawn.dissolved(inside)) {
            let _ = writeln!(writer.body, "<path fill=\"{colour}\" d=\"{data}\"/>");
        }
    }
    writer.body.push_str("</g>\n");
}

/// Hatched areas get their lines over the ground that is already there.
fn write_hatches(writer: &mut Writer, drawn: &Drawn) {
    let mut hatches = Vec::new();
    for paint in drawn.mosaic.fills.iter().flatten() {
        if let Paint::Hatch(hatch) = paint
            && !hatches.contains(hatch)
        {
            hatches.push(*hatch);
        }
    }
    for hatch in hatches {
        let inside = |area: usize| drawn.fill(area) == Some(&Paint::Hatch(hatch));
        let pattern = writer.pattern(&hatch);
        for data in filled(&drawn.dissolved(inside)) {
            let _ = writeln!(writer.body, "<path fill=\"url(#{pattern})\" fill-rule=\"evenodd\" d=\"{data}\"/>");
        }
    }
}

/// One transparent shape an area on top, for names and values on hover and by keyboard.
fn write_areas(writer: &mut Writer, drawn: &Drawn) {
    writer.body.push_str("<g class=\"areas\" fill=\"none\" fill-rule=\"evenodd\" pointer-events=\"all\">\n");
    let mut first = true;
    for area in 0..drawn.mosaic.geometry.areas.len() {
        let Some(title) = drawn.title(area) else { continue };
        let data = drawn.area_data(area);
        if data.is_empty() {
            continue;
        }
        let _ = write!(writer.body, "<path d=\"{data}\"");
        write_title(writer, title, drawn, first, "path");
        first = false;
    }
    writer.body.push_str("</g>\n");
}

/// Code, tabulator stop and title of an area's element, up to its end.
fn write_title(writer: &mut Writer, title: &AreaTitle, drawn: &Drawn, first: bool, element: &str) {
    let id = writer.id(&format!("area-{}", title.code));
    let stop = if first || drawn.mosaic.geometry.areas.len() <= MOST_TAB_STOPS { 0 } else { -1 };
    let _ = writeln!(
        writer.body,
        " id=\"{id}\" class=\"area\" data-code=\"{}\" tabindex=\"{stop}\" role=\"img\"><title>{}</title></{element}>",
        escaped(&title.code),
        escaped(&title.title)
    );
}

/// Every area by itself, over lines of its own colour.
fn write_each(writer: &mut Writer, drawn: &Drawn) {
    let outline = filled(&drawn.dissolved(|area| drawn.fill(area).is_some()));
    let clip = writer.id("outline");
    let _ = writeln!(writer.defs, "<clipPath id=\"{clip}\" clip-rule=\"evenodd\">");
    for data in outline {
        let _ = writeln!(writer.defs, "<path clip-rule=\"evenodd\" d=\"{data}\"/>");
    }
    writer.defs.push_str("</clipPath>\n");
    let mut shapes: Vec<(usize, String, Colour)> = Vec::new();
    for (area, paint) in drawn.mosaic.fills.iter().enumerate() {
        let data = drawn.area_data(area);
        if let (Some(paint), false) = (paint, data.is_empty()) {
            let id = writer.id(&format!("shape-{area}"));
            let _ = writeln!(writer.defs, "<path id=\"{id}\" d=\"{data}\"/>");
            shapes.push((area, id, ground(paint)));
        }
    }
    let _ = writeln!(
        writer.body,
        "<g fill-rule=\"evenodd\" clip-path=\"url(#{clip})\" stroke-width=\"12\" stroke-linejoin=\"round\">"
    );
    for (_, id, colour) in &shapes {
        let _ = writeln!(writer.body, "<use xlink:href=\"#{id}\" fill=\"{colour}\" stroke=\"{colour}\"/>");
    }
    writer.body.push_str("</g>\n<g fill-rule=\"evenodd\">\n");
    for (_, id, colour) in &shapes {
        let _ = writeln!(writer.body, "<use xlink:href=\"#{id}\" fill=\"{colour}\"/>");
    }
    writer.body.push_str("</g>\n");
    write_hatches(writer, drawn);
    if writer.options.interactive {
        writer.body.push_str("<g class=\"areas\" fill=\"none\" pointer-events=\"all\">\n");
        for (number, (area, id, _)) in shapes.iter().enumerate() {
            if let Some(title) = drawn.title(*area) {
                let _ = write!(writer.body, "<use xlink:href=\"#{id}\"");
                write_title(writer, title, drawn, number == 0, "use");
            }
        }
        writer.body.push_str("</g>\n");
    }
}

impl Drawn<'_> {
    /// The title of an area that has one here.
    fn title(&self, area: usize) -> Option<&AreaTitle> {
        self.mosaic.titles.get(area).filter(|title| !title.title.is_empty())
    }

    fn fill(&self, area: usize) -> Option<&Paint> {
        self.mosaic.fills.get(area)?.as_ref()
    }

    /// The rings of an area, cut to the window, in one path, since an area is one element. An area too small for the grid is a square of one unit, so that it can be found.
    fn area_data(&self, area: usize) -> String {
        let rings: Vec<Vec<Spot>> =
            self.mosaic.geometry.areas[area].iter().flat_map(Polygon::rings).map(|ring| self.ring(ring)).collect();
        let large = self.cut(rings.iter().filter(|ring| ring.len() > 2).cloned().collect());
        if large.is_empty() && rings.iter().all(|ring| ring.len() < 3) {
            let at = rings.first().and_then(|ring| ring.first()).copied();
            let square = |(x, y): Spot| vec![(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
            return whole(&self.cut(at.map(square).into_iter().collect()));
        }
        whole(&large)
    }

    fn ring(&self, ring: &[ArcRef]) -> Vec<Spot> {
        let mut spots: Vec<Spot> = Vec::new();
        for arc_ref in ring {
            let Some(arc) = self.arcs.get(arc_ref.number()) else { continue };
            if arc_ref.is_reversed() { spots.extend(arc.iter().rev()) } else { spots.extend(arc) }
        }
        spots.dedup();
        if spots.len() > 1 && spots.first() == spots.last() {
            spots.pop();
        }
        spots
    }

    fn cut(&self, rings: Vec<Vec<Spot>>) -> Vec<Vec<Spot>> {
        let Some(window) = self.window else { return rings };
        rings.into_iter().map(|ring| cut(&ring, window)).filter(|ring| ring.len() > 2).collect()
    }

    /// The edge of the areas for which `inside` holds: the arcs that they use an odd number of times, joined end to end. By the
    /// even-odd rule it does not matter which rings they are joined to.
    fn dissolved(&self, inside: impl Fn(usize) -> bool) -> Vec<Vec<Spot>> {
        let mut odd = vec![false; self.arcs.len()];
        for (area, polygons) in self.mosaic.geometry.areas.iter().enumerate() {
            if inside(area) {
                for arc_ref in polygons.iter().flat_map(Polygon::rings).flatten() {
                    if let Some(odd) = odd.get_mut(arc_ref.number()) {
                        *odd = !*odd;
                    }
                }
            }
        }
        self.cut(self.joined(&odd))
    }

    fn joined(&self, odd: &[bool]) -> Vec<Vec<Spot>> {
        let mut rings = Vec::new();
        let mut ends: Vec<(Spot, usize)> = Vec::new();
        let mut open = vec![false; self.arcs.len()];
        for (number, arc) in self.arcs.iter().enumerate().filter(|(number, _)| odd[*number]) {
            match (arc.first(), arc.last()) {
                (Some(first), Some(last)) if first == last => rings.push(arc[..arc.len() - 1].to_vec()),
                (Some(first), Some(last)) => {
                    open[number] = true;
                    ends.extend([(*first, number), (*last, number)]);
                }
                _ => {}
            }
        }
        ends.sort_unstable();
        for number in 0..self.arcs.len() {
            if open[number] {
                rings.push(self.walk(number, &mut open, &ends));
            }
        }
        rings.retain(|ring| ring.len() > 2);
        rings
    }

    /// Follows unused arcs from one to the next until the start is reached again; `ends` is sorted by place.
    fn walk(&self, start: usize, open: &mut [bool], ends: &[(Spot, usize)]) -> Vec<Spot> {
        open[start] = false;
        let mut ring = self.arcs[start].clone();
        while let Some(end) = ring.last().copied().filter(|end| *end != ring[0]) {
            let here = ends[ends.partition_point(|(spot, _)| *spot < end)..].iter().take_while(|(spot, _)| *spot == end);
            let Some(next) = here.map(|(_, arc)| *arc).find(|arc| open[*arc]) else { break };
            open[next] = false;
            let arc = &self.arcs[next];
            if arc[0] == end { ring.extend(&arc[1..]) } else { ring.extend(arc.iter().rev().skip(1)) }
        }
        if ring.last() == ring.first() {
            ring.pop();
        }
        ring
    }
}

/// The name of the form for the class of the root element.
pub(super) fn class(form: &Form) -> &'static str {
    match form {
        Form::Standalone => "figure",
        Form::Inline { .. } => "figure figure-inline",
    }
}

/// The prefix for ids: nothing in a file of its own.
pub(super) fn prefix(form: &Form) -> String {
    match form {
        Form::Standalone => String::new(),
        Form::Inline { prefix } => format!("{}-", sanitised(prefix)),
    }
}
