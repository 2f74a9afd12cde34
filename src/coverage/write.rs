//! TopoJSON: the form in which boundaries are bundled. Quantised, so that its size is small and its text fixed.

use super::quantise::Grid;
use super::{Area, Coverage, Polygon, Ring};
use std::fmt::Write;

/// Writes a coverage as TopoJSON. Positions are rounded to `grid`; a coverage that lies on the grid already is written exactly.
///
/// One object a level, one line an area and an arc, members in a fixed order: the same coverage gives the same bytes.
pub fn topojson(coverage: &Coverage, grid: &Grid) -> String {
    let mut text = String::with_capacity(coverage.arcs.positions().len() * 10 + 1_000_000);
    text.push_str("{\"type\":\"Topology\",\n");
    write_origin(&mut text, coverage);
    let [x, y] = grid.origin;
    let _ = writeln!(text, "\"transform\":{{\"scale\":[{0},{0}],\"translate\":[{x},{y}]}},", grid.step);
    text.push_str("\"objects\":{");
    let mut separator = "\n";
    for (level, areas) in &coverage.layers {
        let _ = write!(text, "{separator}\"{level}\":{{\"type\":\"GeometryCollection\",\"geometries\":[");
        separator = ",\n";
        join(&mut text, areas, ",", write_area);
        text.push_str("\n]}");
    }
    let lines = line_arcs(coverage);
    for (kind, numbers) in &lines {
        let _ = write!(text, "{separator}{}:{{\"type\":\"MultiLineString\",\"arcs\":[", quoted(kind));
        separator = ",\n";
        join(&mut text, numbers, ",", |text, number| {
            let _ = write!(text, "[{number}]");
        });
        text.push_str("]}");
    }
    text.push_str("\n},\n\"arcs\":[\n");
    let arcs = coverage.arcs.iter().chain(coverage.lines.iter().map(|line| line.positions.as_slice()));
    for (number, arc) in arcs.enumerate() {
        text.push_str(if number == 0 { "[" } else { ",\n[" });
        write_arc(&mut text, arc, grid);
        text.push(']');
    }
    text.push_str("\n]}\n");
    text
}

fn write_origin(text: &mut String, coverage: &Coverage) {
    let origin = &coverage.origin;
    let _ = write!(text, "\"origin\":{{\"source_zh\":{},\"source_en\":{}", quoted(&origin.source_zh), quoted(&origin.source_en));
    for (name, notice) in [("notice_zh", &origin.notice_zh), ("notice_en", &origin.notice_en)] {
        if let Some(notice) = notice {
            let _ = write!(text, ",\"{name}\":{}", quoted(notice));
        }
    }
    if let Some(vintage) = origin.vintage {
        let _ = write!(text, ",\"vintage\":{vintage}");
    }
    text.push_str("},\n");
}

/// The kinds of lines and the numbers of their arcs, which follow those of the areas.
fn line_arcs(coverage: &Coverage) -> std::collections::BTreeMap<&str, Vec<usize>> {
    let mut kinds: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
    for (number, line) in coverage.lines.iter().enumerate() {
        kinds.entry(&line.kind).or_default().push(coverage.arcs.len() + number);
    }
    kinds
}

fn write_area(text: &mut String, area: &Area) {
    let _ = write!(
        text,
        "\n{{\"type\":\"MultiPolygon\",\"properties\":{{\"code\":{},\"name\":{}",
        quoted(&area.code),
        quoted(&area.name)
    );
    for (name, value) in [("name_en", &area.name_en), ("parent", &area.parent)] {
        if let Some(value) = value {
            let _ = write!(text, ",\"{name}\":{}", quoted(value));
        }
    }
    text.push_str("},\"arcs\":[");
    join(text, &area.polygons, ",", write_polygon);
    text.push_str("]}");
}

fn write_polygon(text: &mut String, polygon: &Polygon) {
    text.push('[');
    let rings: Vec<&Ring> = polygon.rings().collect();
    join(text, &rings, ",", |text, ring| {
        text.push('[');
        join(text, ring, ",", |text, arc| {
            let _ = write!(text, "{}", arc.0);
        });
        text.push(']');
    });
    text.push(']');
}

fn write_arc(text: &mut String, arc: &[super::Position], grid: &Grid) {
    let mut before = [0, 0];
    for (place, position) in arc.iter().enumerate() {
        let here = grid.cell(*position);
        if place > 0 {
            text.push(',');
        }
        let _ = write!(text, "[{},{}]", here[0] - before[0], here[1] - before[1]);
        before = here;
    }
}

fn join<T>(text: &mut String, items: &[T], separator: &str, mut write_item: impl FnMut(&mut String, &T)) {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            text.push_str(separator);
        }
        write_item(text, item);
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The smallest tolerance, in metres, at which the arcs take `most` bytes; positions that must stay may make it more.
pub(super) fn tolerance_for(arcs: &super::Arcs, tolerances: &[f64], grid: &Grid, most: usize) -> f64 {
    let cells: Vec<[i64; 2]> = arcs.positions().iter().map(|position| grid.cell(*position)).collect();
    let bytes = |tolerance: f64| -> usize {
        let mut bytes = 0;
        let mut start = 0;
        for end in &arcs.ends {
            let mut before = [0, 0];
            for at in (start..*end).filter(|at| tolerances[*at] >= tolerance) {
                let here = cells[at];
                bytes += 4 + digits(here[0] - before[0]) + digits(here[1] - before[1]);
                before = here;
            }
            start = *end;
        }
        bytes
    };
    if bytes(0.0) <= most {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1_000_000.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if bytes(middle) > most { low = middle } else { high = middle }
    }
    high
}

/// Characters of a whole number.
fn digits(number: i64) -> usize {
    usize::from(number < 0) + number.unsigned_abs().checked_ilog10().map_or(1, |log| log as usize + 1)
}
