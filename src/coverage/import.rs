//! Making a bundled boundary set: from a file an area to a coverage of three levels, small enough to carry along.

use super::build::build;
use super::dissolve::dissolve;
use super::quantise::{Grid, drop_collapsed, on_grid};
use super::repair::Repairs;
use super::simplify::{Simplification, simplify, tolerances};
use super::{Arcs, Area, BoundaryLine, Coverage, Origin, Position, write};
use crate::datum::source::{Known, Source};
use crate::datum::{Datum, borders, to_wgs84};
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How to import.
#[derive(Debug, Clone)]
pub struct Request {
    /// What the positions of the files refer to; where it is not said, their borders must show it.
    pub datum: Option<Datum>,
    /// Most bytes of TopoJSON; the tolerance is the smallest that keeps to it.
    pub max_bytes: Option<usize>,
    /// Tolerance in metres where the size does not decide.
    pub tolerance_m: f64,
    /// Width of the grid of positions, degrees.
    pub step: f64,
    /// File of each area, with `{code}` for its code.
    pub file: String,
    /// File with lines that are no borders, and their kind.
    pub lines: Option<(String, String)>,
    /// Where the set comes from.
    pub origin: Origin,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            datum: None,
            max_bytes: None,
            tolerance_m: 0.0,
            step: 2e-5,
            file: "{code}.geojson".to_string(),
            lines: None,
            origin: Origin::default(),
        }
    }
}

/// What importing did.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// Areas of the finest level that were read.
    pub areas_read: usize,
    /// Positions that were read.
    pub positions_read: usize,
    /// Arcs that the areas share.
    pub arcs: usize,
    /// What was mended in the rings.
    pub repairs: Repairs,
    /// Rings that the grid left without an extent.
    pub collapsed_rings: usize,
    /// What simplifying did.
    pub simplification: Simplification,
    /// Size of the file.
    pub bytes: usize,
}

/// An imported set.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The coverage, on the grid.
    pub coverage: Coverage,
    /// Its TopoJSON.
    pub topojson: String,
    /// What was done.
    pub report: Report,
}

/// One line of the list of areas.
#[derive(Debug, Clone, serde::Deserialize)]
struct Row {
    level: Level,
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    parent: String,
}

/// The way to the bytes of a file, by its name.
pub type Door<'d, 'a> = dyn FnMut(&str) -> Result<Cow<'a, [u8]>, Problem> + 'd;

/// Imports boundaries. `areas` is a CSV table with the columns level, code, name, name_en and parent; the areas of its finest level
/// are read, one file each, through `read`, and dissolved to the coarser levels by their parents.
pub fn import<'a>(areas: &[u8], read: &mut Door<'_, 'a>, request: &Request) -> Outcome<Imported> {
    let rows = rows(areas).map_err(|problem| vec![problem])?;
    let Some(finest) = rows.iter().map(|row| row.level).max() else {
        return Err(vec![Problem::error("no-areas", "The list of areas is empty.")]);
    };
    let mut problems = Vec::new();
    let outlines = outlines(&rows, finest, read, request)?.drain_into(&mut problems);
    let mut report = Report { areas_read: outlines.len(), positions_read: outlines.positions.len(), ..Report::default() };
    let built = build(outlines);
    report.repairs = built.repairs;
    let datum = settle(&built.arcs, request, &mut problems)?;
    // Every position alike, whichever side of a border it is read from and wherever it lies, or the coverage would tear.
    let arcs = built.arcs.map(|position| to_wgs84(position, datum));
    let grid = grid(&arcs, request.step);
    let mut coverage = Coverage { arcs: on_grid(&arcs, &grid), origin: request.origin.clone(), ..Coverage::default() };
    let base = rows.iter().filter(|row| row.level == finest).zip(built.areas);
    coverage.layers.insert(finest, sorted(base.map(|(row, polygons)| area(row, polygons)).collect()));
    report.collapsed_rings = drop_collapsed(&mut coverage);
    if let Some((file, kind)) = &request.lines {
        let bytes = read(file).map_err(|problem| vec![problem])?;
        let lines = super::lines::read(&bytes, file, kind).map_err(|problem| vec![problem])?;
        coverage.lines = lines.into_iter().map(|line| move_line(line, datum, &grid)).collect();
    }
    add_coarser(&mut coverage, &rows, finest);
    report.simplification = fit(&mut coverage, finest, request, &grid);
    report.arcs = coverage.arcs.len();
    let topojson = write::topojson(&coverage, &grid);
    report.bytes = topojson.len();
    Ok(Noted { value: Imported { coverage, topojson, report }, problems })
}

/// The datum that is declared or that the borders, given as they are in the files, show.
fn settle(arcs: &Arcs, request: &Request, problems: &mut Vec<Problem>) -> Result<Datum, Vec<Problem>> {
    let source = Source { declared: request.datum, ..borders::source(arcs, &request.file, None) };
    let source = Source { way: "--datum {}".into(), ..source };
    let (settled, found) = source.settle().map_err(|problem| vec![problem])?;
    problems.extend(found);
    if settled.known > Known::Assumed {
        return Ok(settled.datum);
    }
    let message = format!("The datum of the files is not said and their borders do not show it. {}", source.evidence());
    let help = "Say --datum wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu).";
    Err(vec![Problem::error("missing-datum", message).in_file(&request.file).help(help)])
}

fn rows(areas: &[u8]) -> Result<Vec<Row>, Problem> {
    let bytes = areas.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(areas);
    let rows: Result<Vec<Row>, csv::Error> = csv::Reader::from_reader(bytes).deserialize().collect();
    rows.map_err(|error| {
        Problem::error("bad-list", format!("The list of areas cannot be read: {error}."))
            .help("It has the columns level, code, name, name_en and parent; a level is province, prefecture, county or unit.")
    })
}

fn area(row: &Row, polygons: Vec<super::Polygon>) -> Area {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    Area { code: row.code.clone(), name: row.name.clone(), name_en: some(&row.name_en), parent: some(&row.parent), polygons }
}

fn sorted(mut areas: Vec<Area>) -> Vec<Area> {
    areas.sort_by(|a, b| a.code.cmp(&b.code));
    areas
}

/// The rings of all areas of the finest level, in the order of the list.
fn outlines<'a>(rows: &[Row], finest: Level, read: &mut Door<'_, 'a>, request: &Request) -> Outcome<super::outlines::Outlines> {
    let mut all = super::outlines::Outlines::default();
    let mut problems = Vec::new();
    let mut errors = Vec::new();
    for row in rows.iter().filter(|row| row.level == finest) {
        let file = request.file.replace("{code}", &row.code);
        let found = read(&file).map_err(|problem| vec![problem]).and_then(|bytes| crate::read::geojson::features(&bytes, &file));
        match found {
            Ok(noted) => {
                let outlines = noted.drain_into(&mut problems).outlines;
                all.append_as_one_area(outlines);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(Noted { value: all, problems }) } else { Err(errors) }
}

/// The grid whose origin is a whole degree south-west of everything.
fn grid(arcs: &Arcs, step: f64) -> Grid {
    let least = |axis: usize| arcs.positions().iter().map(|position| position[axis]).fold(f64::INFINITY, f64::min);
    let whole = |value: f64| if value.is_finite() { value.floor() } else { 0.0 };
    Grid { origin: [whole(least(0)), whole(least(1))], step }
}

fn move_line(line: BoundaryLine, datum: Datum, grid: &Grid) -> BoundaryLine {
    let move_position = |position: Position| grid.position(grid.cell(to_wgs84(position, datum)));
    BoundaryLine { kind: line.kind, positions: line.positions.into_iter().map(move_position).collect() }
}

/// Dissolves the finest level to the coarser ones, one after the other, by parents.
fn add_coarser(coverage: &mut Coverage, rows: &[Row], finest: Level) {
    let mut finer = finest;
    for level in [Level::Prefecture, Level::Province].into_iter().filter(|level| *level < finest) {
        let mut members: BTreeMap<&str, Vec<&Area>> = BTreeMap::new();
        for area in coverage.areas(finer) {
            if let Some(parent) = &area.parent {
                members.entry(parent).or_default().push(area);
            }
        }
        let dissolved = rows.iter().filter(|row| row.level == level).map(|row| {
            let polygons = members.get(row.code.as_str()).into_iter().flatten().flat_map(|member| &member.polygons);
            area(row, dissolve(&coverage.arcs, polygons))
        });
        let dissolved: Vec<Area> = dissolved.collect();
        if !dissolved.is_empty() {
            coverage.layers.insert(level, sorted(dissolved));
            finer = level;
        }
    }
}

/// Simplifies to the smallest tolerance that keeps to the size asked for, at least the one asked for.
fn fit(coverage: &mut Coverage, finest: Level, request: &Request, grid: &Grid) -> Simplification {
    let tolerances = tolerances(&coverage.arcs);
    let whole = std::mem::take(&mut coverage.arcs);
    coverage.arcs = Arcs::from_parts(Vec::new(), vec![0; whole.len()]);
    let without_arcs = write::topojson(coverage, grid).len();
    let mut tolerance = request.tolerance_m;
    if let Some(max_bytes) = request.max_bytes {
        tolerance = tolerance.max(write::tolerance_for(&whole, &tolerances, grid, max_bytes.saturating_sub(without_arcs)));
    }
    loop {
        let (arcs, report) = simplify(&whole, &tolerances, tolerance, grid, coverage.areas(finest));
        coverage.arcs = arcs;
        let fits = request.max_bytes.is_none_or(|most| write::topojson(coverage, grid).len() <= most);
        // Beyond a hundred kilometres nothing is left to take away.
        if fits || tolerance > 100_000.0 {
            return report;
        }
        tolerance = tolerance * 1.01 + 0.01;
    }
}
