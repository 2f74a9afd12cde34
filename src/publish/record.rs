//! How a map was made, for programs: hashes of every input, breaks, counts, projection, joins, patches, assumptions.
//!
//! A record holds no clock and no path of the machine: the same inputs give the same bytes.

use crate::classify::{Classes, Closure, Method};
use crate::fingerprint::sha256;
use crate::level::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the record's form; grows when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// How one map was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Version of this form.
    pub format: u32,
    /// Name and version of the program, such as `caremap 0.1.0`.
    pub program: String,
    /// Name of the map.
    pub id: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English; may be empty.
    pub title_en: String,
    /// Level of the areas.
    pub level: Level,
    /// Year or years of the figures, as printed.
    pub year: Option<String>,
    /// Unit in Chinese.
    pub unit_zh: String,
    /// Unit in English.
    pub unit_en: String,
    /// Every file the map depends on, map file, boundaries, tables and patches among them.
    pub inputs: Vec<Input>,
    /// What was computed: the formula of each map, of each component of an index, of reliability and of symbols.
    pub formulas: Vec<FormulaRecord>,
    /// Classes: one entry for a scale shared by all panels, one for each panel with a scale of its own, none for unclassed scales
    /// and for maps without fills.
    pub classes: Vec<ClassRecord>,
    /// How many areas, and how many of each kind.
    pub areas: AreaCounts,
    /// Projection and its parameters, in words and as a PROJ string.
    pub projection: Projection,
    /// How the rows of each table found their areas.
    pub joins: Vec<JoinRecord>,
    /// Corrections made to tables.
    pub patches: Vec<PatchRecord>,
    /// What was assumed.
    pub assumptions: Vec<String>,
    /// What was noticed, as printed.
    pub warnings: Vec<String>,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// Path as written in the map file, or `bundled:NAME`.
    pub name: String,
    /// Size in bytes.
    pub bytes: usize,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

impl Input {
    /// Describes a file by its bytes.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self { name: name.into(), bytes: bytes.len(), sha256: sha256(bytes) }
    }
}

/// A formula as the author wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FormulaRecord {
    /// What it gives; empty for a map alone.
    pub name: String,
    /// The formula.
    pub formula: String,
    /// Weight in an index.
    pub weight: Option<f64>,
}

/// Classes as drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassRecord {
    /// The method.
    pub method: Method,
    /// One more number than there are classes, as printed in the legend.
    pub breaks: Vec<f64>,
    /// On which side a class includes its break; the outermost class includes both.
    pub closure: Closure,
    /// How many values each class holds, of all maps of the figure.
    pub counts: Vec<usize>,
    /// Goodness of variance fit, from 0 to 1.
    pub gvf: f64,
    /// Value about which the classes mirror each other.
    pub pivot: Option<f64>,
    /// How many values are exactly zero, where zero is a class of its own.
    pub zeros: Option<usize>,
    /// Colours of the classes, `#rrggbb`.
    pub colours: Vec<String>,
}

impl ClassRecord {
    /// Describes classes.
    pub fn of(method: Method, classes: &Classes, colours: &[crate::colour::Colour]) -> Self {
        Self {
            method,
            breaks: classes.breaks.clone(),
            closure: classes.closure,
            counts: classes.counts.clone(),
            gvf: classes.gvf,
            pivot: None,
            zeros: None,
            colours: colours.iter().map(ToString::to_string).collect(),
        }
    }
}

/// How many areas there are of each kind, over all maps of the figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AreaCounts {
    /// All areas shown.
    pub shown: usize,
    /// Those with a value.
    pub with_value: usize,
    /// Those without data.
    pub no_data: usize,
    /// Those to which the measure does not apply.
    pub not_applicable: usize,
    /// Those whose value should not be leaned on; they are among those with a value.
    pub unreliable: usize,
}

/// A projection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Projection {
    /// In words.
    pub name: String,
    /// As a PROJ string.
    pub proj: String,
}

/// How the rows of one table found their areas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinRecord {
    /// Name of the table.
    pub table: String,
    /// Rows of the table that count.
    pub rows: usize,
    /// Rows that found an area of the map.
    pub matched: usize,
    /// Rows whose unit was renamed, recoded, merged or divided since the year of the table.
    #[serde(default)]
    pub carried: usize,
    /// From which year to which codes were carried, and what the years are known from; empty where they were not.
    #[serde(default)]
    pub years: String,
    /// Rows that belong to a finer level and were added up.
    pub rolled_up: usize,
    /// Rows of another level, which no area of the map can show.
    pub other_level: usize,
    /// Rows that found no area.
    pub unmatched: usize,
    /// Rows left out because another row has the same area.
    pub duplicates: usize,
    /// Areas of the map without a row.
    pub areas_without_row: usize,
    /// File with one entry for every row and every area.
    pub report: Option<String>,
}

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PatchRecord {
    /// Name of the table.
    pub table: String,
    /// The row, by its key or line.
    pub row: String,
    /// The column.
    pub column: String,
    /// What the file says.
    pub old: String,
    /// What is used.
    pub new: String,
    /// Where the correction comes from.
    pub source: String,
}

impl Record {
    /// An empty record of this program.
    pub fn new(id: impl Into<String>, level: Level) -> Self {
        Self {
            format: FORMAT,
            program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            id: id.into(),
            title_zh: String::new(),
            title_en: String::new(),
            level,
            year: None,
            unit_zh: String::new(),
            unit_en: String::new(),
            inputs: Vec::new(),
            formulas: Vec::new(),
            classes: Vec::new(),
            areas: AreaCounts::default(),
            projection: Projection::default(),
            joins: Vec::new(),
            patches: Vec::new(),
            assumptions: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The record as JSON, two spaces deep, with a line feed at the end.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a record holds nothing that JSON cannot: its keys are text");
        text.push('\n');
        text
    }

    /// The JSON schema of a record.
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_from_its_json() {
        let record = Record::new("a", Level::County);
        assert_eq!(serde_json::from_str::<Record>(&record.json()).unwrap(), record);
        let schema = serde_json::to_value(Record::schema()).unwrap();
        assert!(schema["properties"]["inputs"].is_object());
    }
}
