//! The JSON the program prints and writes, and its schema.

use crate::classify::{Classes, Closure};
use crate::problem::{Problem, Severity};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Value, json};

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
        "classify": schema_for!(Classified),
        "problems": schema_for!(Problems),
    })
}
