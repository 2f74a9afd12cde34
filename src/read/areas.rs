//! From the features of a boundary file to areas with codes and names.

use super::geojson::{Features, Fields, Properties};
use crate::coverage::build::{Built, build};
use crate::coverage::dissolve::dissolve;
use crate::coverage::outlines::Outlines;
use crate::coverage::repair::Repairs;
use crate::coverage::{Area, Coverage, Position};
use crate::datum::{Datum, to_wgs84};
use crate::problem::{Noted, Outcome, Problem};
use serde_json::Value;
use std::collections::BTreeMap;

/// Names that the property with the code of an area usually has, best first; compared without case.
const CODE_NAMES: [&str; 16] = [
    "adcode",
    "code",
    "gb",
    "adm_code",
    "区划代码",
    "行政区划代码",
    "行政代码",
    "代码",
    "pac",
    "县代码",
    "市代码",
    "省代码",
    "geoid",
    "iso_a3",
    "fips",
    "id",
];
/// Names that the property with the name of an area usually has.
const NAME_NAMES: [&str; 12] =
    ["name", "fullname", "名称", "行政区划名称", "地名", "区县", "县", "市", "省", "nl_name_1", "admin", "label"];
/// Names of the English name.
const ENGLISH_NAMES: [&str; 6] = ["name_en", "ename", "english", "name_english", "en_name", "engname"];
/// Names of the parent's code.
const PARENT_NAMES: [&str; 4] = ["parent", "parent_code", "parentcode", "上级代码"];
/// Longest code or name that is taken, in characters.
const LONGEST_TEXT: usize = 500;
/// How many problems of one kind are listed before the rest is counted.
const LISTED: usize = 20;

/// What a feature is called in messages: code or name where one is found, else its number from 1.
pub(crate) fn subject(properties: &[Properties], number: usize) -> String {
    let of = |names: &[&str]| properties.get(number).and_then(|p| find(p, names)).and_then(|(_, value)| text(value));
    match (of(&CODE_NAMES), of(&NAME_NAMES)) {
        (Some(code), Some(name)) if code != name => format!("{code} {name}"),
        (Some(word), _) | (None, Some(word)) => word,
        (None, None) => format!("feature {}", number + 1),
    }
}

/// The first of `names` that the properties have with a value, without case.
fn find<'a>(properties: &'a Properties, names: &[&str]) -> Option<(&'a String, &'a Value)> {
    names.iter().find_map(|name| properties.iter().find(|(key, value)| key.to_lowercase() == *name && text(value).is_some()))
}

/// A code or name as text. Whole numbers are written without a point; other values are no text.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_string(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        _ => return None,
    };
    (!text.is_empty()).then(|| text.chars().take(LONGEST_TEXT).collect())
}

/// The properties that hold code, name, English name and parent.
pub(crate) struct Chosen {
    code: String,
    name: Option<String>,
    name_en: Option<String>,
    parent: Option<String>,
}

impl Chosen {
    /// Finds them, or says which properties there are.
    pub(crate) fn find(all: &[Properties], fields: &Fields) -> Outcome<Self> {
        let mut problems = Vec::new();
        let mut errors = Vec::new();
        let known: std::collections::BTreeSet<&str> =
            all.iter().flat_map(|p| p.keys().map(String::as_str)).take(100_000).collect();
        let mut choose = |asked: &Option<String>, names: &[&str]| match asked {
            Some(asked) if known.contains(asked.as_str()) => Some(asked.clone()),
            Some(asked) => {
                let near = crate::problem::nearest_spelling(asked, known.iter().copied());
                let list = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
                let help = near.map_or(format!("The properties are: {list}."), |near| format!("Did you mean \"{near}\"?"));
                errors.push(Problem::error("unknown-property", format!("No feature has a property \"{asked}\".")).help(help));
                None
            }
            None => names.iter().find_map(|name| known.iter().find(|key| key.to_lowercase() == *name)).map(|key| key.to_string()),
        };
        let name = choose(&fields.name, &NAME_NAMES);
        let name_en = choose(&fields.name_en, &ENGLISH_NAMES);
        let parent = choose(&fields.parent, &PARENT_NAMES);
        let code = choose(&fields.code, &CODE_NAMES);
        if !errors.is_empty() {
            return Err(errors);
        }
        let Some(code) = code.or_else(|| name.clone()) else {
            let list = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
            return Err(vec![
                Problem::error("no-code", "No property of the features is known to hold a code or a name.")
                    .help(format!("Say which one does; the properties are: {}.", if list.is_empty() { "none" } else { &list })),
            ]);
        };
        if fields.code.is_none() && name.as_ref() == Some(&code) {
            problems.push(Problem::note("no-code", format!("No property holds a code; \"{code}\" serves as code and as name.")));
        }
        Ok(Noted { value: Self { code, name, name_en, parent }, problems })
    }

    /// Code, name, English name and parent of a feature.
    fn of(&self, properties: &Properties) -> Option<Area> {
        let get = |key: &Option<String>| key.as_ref().and_then(|key| properties.get(key)).and_then(text);
        let code = properties.get(&self.code).and_then(text)?;
        Some(Area {
            name: get(&self.name).unwrap_or_else(|| code.clone()),
            name_en: get(&self.name_en),
            parent: get(&self.parent),
            code,
            polygons: Vec::new(),
        })
    }

    /// The areas without territory, in the order of the features; a feature without a code is an error.
    pub(crate) fn areas(&self, all: &[Properties]) -> Result<Vec<Area>, Vec<Problem>> {
        let mut errors = Vec::new();
        let mut areas = Vec::new();
        for (number, properties) in all.iter().enumerate() {
            match self.of(properties) {
                Some(area) => areas.push(area),
                None => errors.push(
                    Problem::error("no-code", format!("The feature has nothing in \"{}\", which holds the codes.", self.code))
                        .about(subject(all, number)),
                ),
            }
        }
        if errors.is_empty() { Ok(areas) } else { Err(shorten(errors)) }
    }
}

/// Keeps the first of many problems of a kind and counts the rest.
fn shorten(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.len() > LISTED {
        let more = problems.len() - LISTED;
        problems.truncate(LISTED);
        if let Some(last) = problems.last_mut() {
            last.message.push_str(&format!(" {more} more are like it."));
        }
    }
    problems
}

/// Builds the coverage of a GeoJSON file's features.
pub(crate) fn from_features(features: Features, fields: &Fields) -> Outcome<Coverage> {
    let Features { outlines, properties } = features;
    let misplaced = misplaced(&outlines, &properties);
    if !misplaced.is_empty() {
        return Err(misplaced);
    }
    let Noted { value: chosen, mut problems } = Chosen::find(&properties, fields)?;
    let mut areas = chosen.areas(&properties)?;
    let Built { arcs, areas: polygons, repairs } = build(outlines);
    for (area, polygons) in areas.iter_mut().zip(polygons) {
        area.polygons = polygons;
    }
    problems.extend(mended(&repairs));
    let arcs = if fields.datum == Datum::Wgs84 { arcs } else { arcs.map(|position| to_wgs84(position, fields.datum)) };
    let mut coverage = Coverage { arcs, ..Coverage::default() };
    let joined = join_duplicates(&coverage, areas);
    problems.extend(joined.problems);
    coverage.layers.insert(fields.level, joined.value);
    if problems.iter().any(|problem| problem.severity == crate::problem::Severity::Error) {
        // What stops the reading comes first.
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        return Err(problems);
    }
    Ok(Noted { value: coverage, problems })
}

/// Sorts areas by code. Features of one code and name are parts of one area; of one code and several names, a mistake.
pub(crate) fn join_duplicates(coverage: &Coverage, areas: Vec<Area>) -> Noted<Vec<Area>> {
    let mut problems = Vec::new();
    let mut of_code: BTreeMap<String, Vec<Area>> = BTreeMap::new();
    for area in areas {
        of_code.entry(area.code.clone()).or_default().push(area);
    }
    let mut joined = Vec::new();
    for (code, mut parts) in of_code {
        let count = parts.len();
        let other = parts.iter().find(|part| part.name != parts[0].name).map(|part| part.name.clone());
        let subject = format!("{code} {}", parts[0].name);
        if let Some(other) = other {
            problems.push(
                Problem::error("duplicate-code", format!("{count} features have this code, another one named \"{other}\"."))
                    .about(subject.clone())
                    .help("Give each area a code of its own, or name the property that holds one."),
            );
        } else if count > 1 {
            problems.push(
                Problem::warning(
                    "duplicate-code",
                    format!("{count} features have this code and name; they are read as one area."),
                )
                .about(subject.clone()),
            );
        }
        let territory: Vec<_> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.polygons)).collect();
        let mut area = parts.swap_remove(0);
        area.polygons = if count > 1 { dissolve(&coverage.arcs, &territory) } else { territory };
        if area.polygons.is_empty() {
            problems.push(Problem::warning("no-territory", "The area has no territory; no map will show it.").about(subject));
        }
        joined.push(area);
    }
    Noted { value: joined, problems: shorten(problems) }
}

/// Features with a position that is no longitude and latitude.
fn misplaced(outlines: &Outlines, properties: &[Properties]) -> Vec<Problem> {
    let is_wrong = |[x, y]: &Position| !(x.abs() <= 180.0 && y.abs() <= 90.0);
    if !outlines.positions.iter().any(is_wrong) {
        return Vec::new();
    }
    let wrong = (0..outlines.len()).filter_map(|area| {
        let [x, y] = *outlines.positions[outlines.positions_of_area(area)].iter().find(|position| is_wrong(position))?;
        let about = subject(properties, area);
        Some(
            Problem::error("bad-position", format!("The position ({}, {}) {}.", short(x), short(y), wrong_how([x, y]).0))
                .about(about)
                .help(wrong_how([x, y]).1),
        )
    });
    shorten(wrong.collect())
}

/// A number of a page's width for a message: plain where it is of the size of metres on the earth.
fn short(number: f64) -> String {
    if number.abs() < 1e9 { number.to_string() } else { format!("{number:e}") }
}

fn wrong_how([x, y]: Position) -> (&'static str, &'static str) {
    if !x.is_finite() || !y.is_finite() {
        ("is not finite", "Export the file without such coordinates.")
    } else if x.abs() <= 90.0 && y.abs() <= 180.0 {
        ("has longitude and latitude swapped, it seems", "GeoJSON puts the longitude first: [longitude, latitude].")
    } else if x.abs() > 1000.0 || y.abs() > 1000.0 {
        (
            "is not in degrees; the file seems to be projected, in metres",
            "Convert it first, for example: ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson",
        )
    } else {
        ("lies outside the earth: longitudes go to 180, latitudes to 90", "Correct the feature.")
    }
}

/// What was mended, as problems.
fn mended(repairs: &Repairs) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |count: usize, what: &str| {
        if count > 0 {
            problems.push(Problem::note("repaired", format!("{count} {what}.")));
        }
    };
    say(repairs.reversed_rings, "rings ran the wrong way round and were turned");
    say(repairs.unclosed_rings, "rings did not end where they began and were closed");
    say(repairs.repeated_positions, "positions repeated the one before and were left out");
    say(repairs.spikes, "spikes, where a ring turns back on itself, were left out");
    say(repairs.empty_rings, "rings enclosed nothing and were left out");
    problems
}
