//! The JSON the program prints and writes, and its schema.

use crate::audit::Finding;
use crate::classify::{Classes, Closure};
use crate::datum::{Datum, Verdict};
use crate::place::history::Carried;
use crate::place::ledger::Ledger;
use crate::place::report::Report;
use crate::problem::{Problem, Severity};
use crate::publish::manifest::Manifest;
use crate::publish::record::Record;
use crate::read::boundaries::About;
use crate::read::inspect::TableReport;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What `caremap classify --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Classified {
    /// One more number than there are classes, from the smallest value to the largest.
    pub breaks: Vec<f64>,
    /// `left` for [a, b) with the last class closed, `right` for (a, b] with the first class closed.
    pub closure: Closure,
    /// How many values each class holds.
    pub counts: Vec<usize>,
    /// Goodness of variance fit, from 0 to 1.
    pub gvf: f64,
}

impl From<Classes> for Classified {
    fn from(classes: Classes) -> Self {
        Self { breaks: classes.breaks, closure: classes.closure, counts: classes.counts, gvf: classes.gvf }
    }
}

/// What `caremap inspect --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Inspected {
    /// The file as it was named.
    pub file: String,
    /// Of a table: its columns and how its rows find their areas.
    pub table: Option<TableReport>,
    /// Of a table with coordinates: its points.
    pub points: Option<PointsReport>,
    /// Of a boundary file: its areas.
    pub boundaries: Option<BoundariesReport>,
}

/// What `caremap audit --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Audited {
    /// The file as it was named.
    pub file: String,
    /// Rows of data.
    pub rows: usize,
    /// What cannot be right, or hardly can; the gravest first.
    pub findings: Vec<Finding>,
}

impl Audited {
    /// The findings of a file.
    pub fn new(file: String, rows: usize, findings: Vec<Finding>) -> Self {
        Self { file, rows, findings }
    }
}

/// The points of a table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PointsReport {
    /// Rows with a usable coordinate.
    pub points: usize,
    /// Rows without.
    pub rejected: usize,
    /// Datum of the coordinates: what the columns' names say, else what the points show, else WGS84.
    pub datum: Datum,
    /// Whether a column's name says the datum.
    pub datum_is_said: bool,
    /// The datum that the points show.
    pub datum_shown: Option<Verdict>,
    /// Datum, how it is known and what is shown, as a phrase.
    pub datum_told: String,
    /// Column of ids.
    pub id: Option<String>,
    /// Column of longitudes.
    pub longitude: Option<String>,
    /// Column of latitudes.
    pub latitude: Option<String>,
    /// Column of names.
    pub name: Option<String>,
    /// West, south, east, north in degrees.
    pub bounds: Option<[f64; 4]>,
}

/// What a boundary file holds. Where its areas cannot be built, the problems say why, and there are none here.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BoundariesReport {
    /// Format, layers, encoding, coordinate system, fields and repairs.
    #[serde(flatten)]
    pub about: About,
    /// How many areas each level has; `unit` where the file tells no level.
    pub areas: BTreeMap<String, usize>,
    /// Code and name of the first areas.
    pub examples: Vec<String>,
    /// How many arcs the borders are made of.
    pub arcs: usize,
    /// How many positions the arcs have.
    pub positions: usize,
    /// How many lines there are that are no borders.
    pub lines: usize,
    /// The datum that the borders show.
    pub datum_shown: Option<Verdict>,
    /// Datum and how it is known, as a phrase; none where no area was read.
    pub datum_told: Option<String>,
    /// West, south, east, north in degrees.
    pub bounds: Option<[f64; 4]>,
}

/// What `--problems json` writes to standard error.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Problems {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many notes.
    pub notes: usize,
    /// The problems, in the order found.
    pub problems: Vec<Problem>,
}

impl Problems {
    /// Counts and lists problems.
    pub fn new(problems: Vec<Problem>) -> Self {
        let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
        let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        Self { errors, warnings, notes, problems }
    }
}

/// The schemas of all JSON outputs, by name.
pub fn schema() -> Value {
    json!({
        "audit": schema_for!(Audited),
        "classify": schema_for!(Classified),
        "codes": schema_for!(Vec<Carried>),
        "inspect": schema_for!(Inspected),
        "record": schema_for!(Record),
        "join": schema_for!(Report),
        "ledger": schema_for!(Ledger),
        "gallery": schema_for!(Manifest),
        "problems": schema_for!(Problems),
    })
}
