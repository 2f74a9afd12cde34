//! `caremap inspect`: what a file holds, before anyone writes a map.

use super::Exit;
use super::shell::Shell;
use caremap::cli::Inspect;
use caremap::coverage::{self, repair::Repairs};
use caremap::datum::{Verdict, borders};
use caremap::level::Level;
use caremap::outputs::{BoundariesReport, Inspected, PointsReport};
use caremap::problem::{Noted, Outcome, Problem, Severity};
use caremap::read::boundaries::{self, About, Source};
use caremap::read::features::Fields;
use caremap::read::table::{self, ReadOptions};
use caremap::read::{inspect, points};
use caremap::world::Disk;
use std::fmt::Write;

/// Reads and tells. What a file holds is told even where it cannot be used, and then why it cannot.
pub fn run(args: &Inspect, shell: &mut Shell) -> Exit {
    let world = Disk::default();
    let opened = Source::open(&args.file, &world).map_err(|problem| vec![problem]);
    match opened.and_then(|source| look(&source, &args.file)) {
        Ok(found) => {
            let no_points = match found.problems.iter().any(|problem| problem.id == "wrong-coordinates") {
                true => "none usable; all coordinates have the mistake that the warning tells",
                false => "none; no columns hold longitudes and latitudes in degrees",
            };
            let is_usable = found.problems.iter().all(|problem| problem.severity != Severity::Error);
            shell.report(found.problems);
            let said = match (args.json, serde_json::to_value(&found.value)) {
                (true, Ok(json)) => shell.say_json(&json),
                _ => shell.say(&told(&found.value, no_points)),
            };
            if is_usable { said } else { Exit::Failed }
        }
        Err(problems) => {
            shell.report(problems);
            Exit::Failed
        }
    }
}

/// Boundaries are known by how they begin or by their ending; everything else is a table, perhaps of points.
fn look(source: &Source<'_>, file: &str) -> Outcome<Inspected> {
    if boundaries::is_boundaries(&source.bytes, file) {
        return areas(source, file);
    }
    let bytes = &source.bytes;
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
    // What is said of the datum stands in the report.
    let told = ["datum-assumed", "datum-inferred", "datum-disproved"];
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

fn areas(source: &Source<'_>, file: &str) -> Outcome<Inspected> {
    let Noted { value: (about, coverage), mut problems } = boundaries::inspect(source, file, &Fields::default())?;
    let coverage = coverage.unwrap_or_default();
    let fault = borders::fault(&coverage, file).map(|problem| Problem { severity: Severity::Warning, ..problem });
    problems.extend(fault);
    let of_datum = (!coverage.arcs.is_empty()).then(|| borders::source(&coverage.arcs, file, None));
    let finest = coverage.layers.values().next_back();
    let first = finest.map_or(&[][..], |areas| &areas[..areas.len().min(3)]);
    let report = BoundariesReport {
        about,
        areas: coverage.layers.iter().map(|(level, areas): (&Level, _)| (level.word().to_owned(), areas.len())).collect(),
        examples: first.iter().map(|area| format!("{} {}", area.code, area.name).trim().to_owned()).collect(),
        arcs: coverage.arcs.len(),
        positions: coverage.arcs.positions().len(),
        lines: coverage.lines.len(),
        datum_told: of_datum.as_ref().map(caremap::datum::source::Source::told),
        datum_shown: of_datum.and_then(|source| source.verdict),
        bounds: bounds(coverage.arcs.positions().iter().copied()),
    };
    Ok(Noted { value: Inspected { file: file.into(), table: None, points: None, boundaries: Some(report) }, problems })
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
            found.file, areas.about.format, areas.arcs, areas.positions, areas.lines
        )
        .ok();
        for (level, count) in &areas.areas {
            writeln!(text, "  {count} areas, level {level}").ok();
        }
        if !areas.examples.is_empty() {
            writeln!(text, "  such as: {}", areas.examples.join("; ")).ok();
        }
        tell_about(&mut text, &areas.about);
        tell_bounds(&mut text, areas.bounds);
        if let Some(datum) = &areas.datum_told {
            tell_datum(&mut text, datum, areas.datum_shown.as_ref());
        }
    }
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn tell_datum(text: &mut String, told: &str, shown: Option<&Verdict>) {
    writeln!(text, "  datum: {told}").ok();
    for sentence in shown.iter().flat_map(|verdict| &verdict.evidence) {
        writeln!(text, "    {sentence}").ok();
    }
}

/// What the file says of itself.
fn tell_about(text: &mut String, about: &About) {
    if !about.layers.is_empty() {
        let read = about.layer.as_ref().map(|layer| format!("; read: {layer}")).unwrap_or_default();
        writeln!(text, "  layers: {}{read}", about.layers.join(", ")).ok();
    }
    writeln!(text, "  coordinate system: {}; {}", about.crs.said.as_deref().unwrap_or("not said"), about.crs.done).ok();
    if let Some(encoding) = &about.encoding {
        writeln!(text, "  encoding: {encoding}").ok();
    }
    for field in &about.fields {
        writeln!(text, "  field {}: {}", field.name, field.examples.join(", ")).ok();
    }
    let repairs = about.repairs.iter().flat_map(Repairs::list).filter(|(count, _)| *count > 0);
    for (count, what) in repairs {
        writeln!(text, "  repaired: {count} {what}").ok();
    }
}

fn tell_bounds(text: &mut String, bounds: Option<[f64; 4]>) {
    if let Some([west, south, east, north]) = bounds {
        writeln!(text, "  bounds: {west:.4} to {east:.4} degrees east, {south:.4} to {north:.4} degrees north").ok();
    }
}
