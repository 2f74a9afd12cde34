//! `caremap inspect`: what a file holds, before anyone writes a map.

use super::Exit;
use super::shell::Shell;
use caremap::cli::Inspect;
use caremap::coverage::{self, Coverage};
use caremap::datum::{Verdict, borders};
use caremap::level::Level;
use caremap::outputs::{BoundariesReport, Inspected, PointsReport};
use caremap::problem::{Noted, Outcome, Problem, Severity};
use caremap::read::geojson::{self, Fields};
use caremap::read::table::{self, ReadOptions};
use caremap::read::{inspect, points, topojson};
use caremap::world::{Disk, World};
use std::fmt::Write;

/// Reads and tells.
pub fn run(args: &Inspect, shell: &mut Shell) -> Exit {
    let read = Disk::default().read(&args.file).map_err(|problem| vec![problem]);
    match read.and_then(|bytes| look(&bytes, &args.file)) {
        Ok(found) => {
            let no_points = match found.problems.iter().any(|problem| problem.id == "wrong-coordinates") {
                true => "none usable; all coordinates have the mistake that the warning tells",
                false => "none; no columns hold longitudes and latitudes in degrees",
            };
            shell.report(found.problems);
            match (args.json, serde_json::to_value(&found.value)) {
                (true, Ok(json)) => shell.say_json(&json),
                _ => shell.say(&told(&found.value, no_points)),
            }
        }
        Err(problems) => {
            shell.report(problems);
            Exit::Failed
        }
    }
}

/// JSON is a boundary file, everything else a table, perhaps of points.
fn look(bytes: &[u8], file: &str) -> Outcome<Inspected> {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let json = start.starts_with(b"{") || start.starts_with(b"[");
    if json || [".json", ".geojson", ".topojson"].iter().any(|ending| file.to_lowercase().ends_with(ending)) {
        return boundaries(bytes, file);
    }
    let mut problems = Vec::new();
    let table = inspect::table(bytes, file, &ReadOptions::default(), Some(coverage::bundled()))?.drain_into(&mut problems);
    let points = places(bytes, file, &mut problems);
    Ok(Noted { value: Inspected { file: file.into(), table: Some(table), points, boundaries: None }, problems })
}

/// The points of a table that has columns of coordinates; nothing where it has none.
fn places(bytes: &[u8], file: &str, problems: &mut Vec<Problem>) -> Option<PointsReport> {
    let table = table::read_table(bytes, file, &ReadOptions::default()).ok()?.value;
    let found = match points::survey(&table, &points::Fields::default())? {
        Ok(found) => found,
        Err(found) => {
            problems.extend(found.into_iter().map(|problem| Problem { severity: Severity::Warning, ..problem }));
            return None;
        }
    };
    // The rows that are left out and what is said of the datum stand in the report.
    let told = ["bad-coordinate", "datum-assumed", "datum-inferred", "datum-disproved", "same-position", "duplicate-id"];
    problems.extend(found.problems.into_iter().filter(|problem| !told.contains(&problem.id)));
    let found = found.value;
    let [id, longitude, latitude, name] = found.columns;
    Some(PointsReport {
        points: found.points.len(),
        rejected: found.rejected.len(),
        datum: found.settled.datum,
        datum_is_said: found.source.written.is_some(),
        datum_told: found.source.told(),
        datum_shown: found.source.verdict,
        id,
        longitude,
        latitude,
        name,
        bounds: bounds(found.points.iter().map(|point| point.position)),
    })
}

fn boundaries(bytes: &[u8], file: &str) -> Outcome<Inspected> {
    let topology = bytes.windows(10).take(100_000).any(|part| part == b"\"Topology\"");
    let (format, fields, read) = if topology {
        ("TopoJSON", Vec::new(), topojson::read(bytes, file, &Fields::default())?)
    } else {
        let features = geojson::features(bytes, file)?;
        let mut names: Vec<String> = features.value.properties.iter().take(1000).flat_map(|one| one.keys().cloned()).collect();
        names.sort();
        names.dedup();
        ("GeoJSON", names, geojson::read(bytes, file, &Fields::default())?)
    };
    let report = report(format, fields, &read.value, file);
    let value = Inspected { file: file.into(), table: None, points: None, boundaries: Some(report) };
    let fault = borders::fault(&read.value, file).map(|problem| Problem { severity: Severity::Warning, ..problem });
    let problems = fault.into_iter().chain(read.problems).filter(|problem| problem.severity != Severity::Error).collect();
    Ok(Noted { value, problems })
}

fn report(format: &str, fields: Vec<String>, coverage: &Coverage, file: &str) -> BoundariesReport {
    let source = borders::source(&coverage.arcs, file, None);
    let finest = coverage.layers.values().next_back();
    let first = finest.map_or(&[][..], |areas| &areas[..areas.len().min(3)]);
    BoundariesReport {
        format: format.into(),
        areas: coverage.layers.iter().map(|(level, areas): (&Level, _)| (level.word().to_owned(), areas.len())).collect(),
        examples: first.iter().map(|area| format!("{} {}", area.code, area.name).trim().to_owned()).collect(),
        fields,
        arcs: coverage.arcs.len(),
        positions: coverage.arcs.positions().len(),
        lines: coverage.lines.len(),
        datum_told: source.told(),
        datum_shown: source.verdict,
        bounds: bounds(coverage.arcs.positions().iter().copied()),
    }
}

/// West, south, east, north.
fn bounds(positions: impl Iterator<Item = [f64; 2]>) -> Option<[f64; 4]> {
    positions.fold(None, |bounds, [x, y]| {
        let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
        Some([west.min(x), south.min(y), east.max(x), north.max(y)])
    })
}

/// The report as text. Writing into a String does not fail.
fn told(found: &Inspected, no_points: &str) -> String {
    let mut text = String::new();
    if let Some(table) = &found.table {
        write!(text, "{table}").ok();
    }
    if let Some(points) = &found.points {
        writeln!(text, "Points: {} usable, {} rejected.", points.points, points.rejected).ok();
        tell_datum(&mut text, &points.datum_told, points.datum_shown.as_ref());
        for (what, column) in
            [("id", &points.id), ("longitude", &points.longitude), ("latitude", &points.latitude), ("name", &points.name)]
        {
            writeln!(text, "  {what}: {}", column.as_deref().unwrap_or("none found")).ok();
        }
        tell_bounds(&mut text, points.bounds);
    } else if found.table.is_some() {
        writeln!(text, "Points: {no_points}.").ok();
    }
    if let Some(areas) = &found.boundaries {
        writeln!(
            text,
            "{}: {}, {} arcs, {} positions, {} lines.",
            found.file, areas.format, areas.arcs, areas.positions, areas.lines
        )
        .ok();
        for (level, count) in &areas.areas {
            writeln!(text, "  {count} areas, level {level}").ok();
        }
        writeln!(text, "  such as: {}", areas.examples.join("; ")).ok();
        if !areas.fields.is_empty() {
            writeln!(text, "  fields: {}", areas.fields.join(", ")).ok();
        }
        tell_bounds(&mut text, areas.bounds);
        tell_datum(&mut text, &areas.datum_told, areas.datum_shown.as_ref());
    }
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn tell_datum(text: &mut String, told: &str, shown: Option<&Verdict>) {
    writeln!(text, "  datum: {told}").ok();
    for sentence in shown.iter().flat_map(|verdict| &verdict.evidence) {
        writeln!(text, "    {sentence}").ok();
    }
}

fn tell_bounds(text: &mut String, bounds: Option<[f64; 4]>) {
    if let Some([west, south, east, north]) = bounds {
        writeln!(text, "  bounds: {west:.4} to {east:.4} degrees east, {south:.4} to {north:.4} degrees north").ok();
    }
}
