//! From the properties of a boundary file's features to areas with codes and names.

use super::features::{Features, Fields, Properties};
use crate::coverage::dissolve::dissolve;
use crate::coverage::{Area, Coverage};
use crate::problem::{Noted, Outcome, Problem};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names that the property with the code of an area usually has, best first; compared without case.
const CODE_NAMES: [&str; 20] = [
    "adcode",
    "code",
    "gb",
    "adm_code",
    "xzqdm",
    "adm3_pcode",
    "adm2_pcode",
    "adm1_pcode",
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
const NAME_NAMES: [&str; 19] = [
    "name",
    "fullname",
    "名称",
    "行政区划名称",
    "地名",
    "xzqmc",
    "name_zh",
    "name_chn",
    "name_chinese",
    "adm3_zh",
    "adm2_zh",
    "adm1_zh",
    "区县",
    "县",
    "市",
    "省",
    "nl_name_1",
    "admin",
    "label",
];
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
pub(crate) fn text(value: &Value) -> Option<String> {
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

/// The search for properties among those a file has.
struct Search<'a> {
    known: BTreeSet<&'a str>,
    /// Whether the format cuts names to ten bytes.
    are_cut: bool,
    notes: Vec<Problem>,
    errors: Vec<Problem>,
}

impl<'a> Search<'a> {
    fn new(features: &'a Features) -> Self {
        let known = features.properties.iter().flat_map(|p| p.keys().map(String::as_str)).take(100_000).collect();
        Self { known, are_cut: features.names_are_cut, notes: Vec::new(), errors: Vec::new() }
    }

    fn list(&self) -> String {
        let list = self.known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
        if list.is_empty() { "none".into() } else { list }
    }

    /// What to do where nothing is known to hold a code.
    fn say_which(&self) -> String {
        if self.known.is_empty() {
            return "The features have no properties at all: export the file again with its attributes.".into();
        }
        format!(
            "Say which one does: boundaries = {{ file = \"…\", code = \"…\" }} in the map file. The properties are: {}.",
            self.list()
        )
    }

    /// The property that is asked for, or else the first of `names` that there is.
    fn choose(&mut self, asked: Option<&str>, names: &[&str]) -> Option<String> {
        let Some(asked) = asked else {
            let whole = names.iter().find_map(|name| self.known.iter().find(|key| key.to_lowercase() == *name));
            return whole.map(|key| key.to_string()).or_else(|| self.choose_cut(names));
        };
        if self.known.contains(asked) {
            return Some(asked.to_string());
        }
        if let Some(cut) = self.cut(asked) {
            let message = format!("A shapefile cuts the names of fields to ten bytes: \"{cut}\" is read as \"{asked}\".");
            self.notes.push(Problem::note("cut-name", message));
            return Some(cut.to_string());
        }
        let near = crate::problem::nearest_spelling(asked, self.known.iter().copied());
        let help = near.map_or(format!("The properties are: {}.", self.list()), |near| format!("Did you mean \"{near}\"?"));
        self.errors.push(Problem::error("unknown-property", format!("No feature has a property \"{asked}\".")).help(help));
        None
    }

    /// A property that is one of `names` cut short, unless it may as well be the beginning of a name of another kind.
    fn choose_cut(&self, names: &[&str]) -> Option<String> {
        let lists: [&[&str]; 4] = [&CODE_NAMES, &NAME_NAMES, &ENGLISH_NAMES, &PARENT_NAMES];
        let kinds = |key: &str| lists.iter().filter(|list| list.iter().any(|name| is_cut_from(key, name))).count();
        let cut = names.iter().find_map(|name| self.cut(name))?;
        (kinds(cut) == 1).then(|| cut.to_string())
    }

    /// The only property that is `name` cut short.
    fn cut(&self, name: &str) -> Option<&'a str> {
        let mut found = self.known.iter().filter(|key| self.are_cut && is_cut_from(key, name));
        found.next().filter(|_| found.next().is_none()).copied()
    }
}

/// Whether `key` is what ten bytes hold of `name`, in UTF-8 or in GBK; the tenth byte may have been half a character.
fn is_cut_from(key: &str, name: &str) -> bool {
    let (key, name) = (key.to_lowercase(), name.to_lowercase());
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.len();
    let is_full = |bytes: usize, least: usize| (least..=10).contains(&bytes);
    let is_cut = is_full(key.len(), 8) && name.len() > 10 || is_full(gbk(&key), 9) && gbk(&name) > 10;
    name.starts_with(&key) && key != name && is_cut
}

impl Chosen {
    /// Finds them, or says which properties there are.
    pub(crate) fn find(features: &Features, fields: &Fields) -> Outcome<Self> {
        let mut search = Search::new(features);
        let name = search.choose(fields.name.as_deref(), &NAME_NAMES);
        let name_en = search.choose(fields.name_en.as_deref(), &ENGLISH_NAMES);
        let parent = search.choose(fields.parent.as_deref(), &PARENT_NAMES);
        let code = search.choose(fields.code.as_deref(), &CODE_NAMES);
        if !search.errors.is_empty() {
            return Err(search.errors);
        }
        let Some(code) = code.or_else(|| name.clone()) else {
            return Err(vec![
                Problem::error("no-code", "No property of the features is known to hold a code or a name.")
                    .help(search.say_which()),
            ]);
        };
        let mut problems = search.notes;
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
                None => {
                    let message = format!("The feature has nothing in \"{}\", which holds the codes.", self.code);
                    let help =
                        "Give it a code, or name another property: boundaries = { file = \"…\", code = \"…\" } in the map file.";
                    errors.push(Problem::error("no-code", message).about(subject(all, number)).help(help));
                }
            }
        }
        if errors.is_empty() { Ok(areas) } else { Err(shorten(errors)) }
    }
}

/// Keeps the first of many problems of a kind and counts the rest.
pub(crate) fn shorten(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.len() > LISTED {
        let more = problems.len() - LISTED;
        problems.truncate(LISTED);
        if let Some(last) = problems.last_mut() {
            last.message.push_str(&format!(" {more} more are like it."));
        }
    }
    problems
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
                    .help("Give each area a code of its own, or name the property that holds one: boundaries = { file = \"…\", code = \"…\" }."),
            );
        } else if count > 1 {
            problems.push(
                Problem::warning(
                    "duplicate-code",
                    format!("{count} features have this code and name; they are read as one area."),
                )
                .about(subject.clone())
                .help("Right where the area has several parts; if not, look whether the file holds everything twice."),
            );
        }
        let territory: Vec<_> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.polygons)).collect();
        let mut area = parts.swap_remove(0);
        area.polygons = if count > 1 { dissolve(&coverage.arcs, &territory) } else { territory };
        if area.polygons.is_empty() {
            let message = "The area has no territory; no map will show it.";
            let help = "Look at it in the file: its ring is missing, has no width, or crosses itself.";
            problems.push(Problem::warning("no-territory", message).about(subject).help(help));
        }
        joined.push(area);
    }
    Noted { value: joined, problems: shorten(problems) }
}
