//! What a boundary file says of itself, for people and for `inspect`.

use super::{Found, place};
use crate::coverage::repair::Repairs;
use crate::crs::{Fate, Written};
use crate::read::areas::text;
use crate::read::features::{Features, Fields};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Examples shown of a field.
const EXAMPLES: usize = 3;
/// Longest example, in characters.
const LONGEST: usize = 40;
/// Features that are looked at for the names and examples of fields.
const LOOKED_AT: usize = 1_000;

/// What kind of file it is and what it says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct About {
    /// The format, such as `GeoJSON` or `Shapefile`.
    pub format: String,
    /// Names of the layers, where the format has such.
    pub layers: Vec<String>,
    /// The layer that was read.
    pub layer: Option<String>,
    /// The encoding of the text, where the format leaves it open.
    pub encoding: Option<String>,
    /// The coordinate system.
    pub crs: SystemReport,
    /// The fields of the features.
    pub fields: Vec<FieldReport>,
    /// What was mended in the rings.
    pub repairs: Option<Repairs>,
}

/// The coordinate system of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct SystemReport {
    /// Its name as the file says it; none where the file says nothing.
    pub said: Option<String>,
    /// It as a PROJ string, where it is known.
    pub proj: Option<String>,
    /// What is done with the positions: `read as WGS84`, `transformed to WGS84` or `refused`.
    pub done: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FieldReport {
    /// Its name.
    pub name: String,
    /// The first values that differ.
    pub examples: Vec<String>,
}

impl About {
    pub(super) fn of(found: &Found, fields: &Fields) -> Self {
        Self {
            format: found.format.into(),
            layers: found.layers.clone(),
            layer: found.layer.clone(),
            encoding: found.encoding.clone(),
            crs: SystemReport::of(&found.features.crs, fields),
            fields: field_reports(&found.features),
            repairs: None,
        }
    }
}

impl SystemReport {
    pub(crate) fn of(written: &Written, fields: &Fields) -> Self {
        let is_said = *written != Written::Unsaid || fields.crs.is_some();
        let Ok(system) = place::system(written, fields) else {
            return Self { said: written.name(), proj: None, done: "refused".into() };
        };
        let done = match system.value.fate() {
            Ok((Fate::Kept, _)) => "read as WGS84",
            Ok((Fate::Transformed, _)) => "transformed to WGS84",
            Err(_) => "refused",
        };
        Self { said: is_said.then_some(system.value.name), proj: Some(system.value.proj), done: done.into() }
    }
}

/// The fields in the order in which they first stand, with examples.
pub(crate) fn field_reports(features: &Features) -> Vec<FieldReport> {
    let mut reports: Vec<FieldReport> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in features.properties.iter().take(LOOKED_AT).flatten() {
        let at = *known.entry(name).or_insert_with(|| {
            reports.push(FieldReport { name: name.clone(), examples: Vec::new() });
            reports.len() - 1
        });
        let examples = &mut reports[at].examples;
        if let Some(text) = text(value).filter(|_| examples.len() < EXAMPLES) {
            let short: String = text.chars().take(LONGEST).collect();
            if !examples.contains(&short) {
                examples.push(short);
            }
        }
    }
    reports
}
