//! Map files: what the author wrote, resolved once into a [`Plan`].
//!
//! A map file is TOML. [`read_map`] parses it, checks it against the keys that may stand in it, and fills in defaults; it reports
//! every mistake of the file in one pass, each with its line, the words at fault and a next step.
//!
//! ```
//! let text = r#"
//! title = "每千人口床位数"
//! level = "province"
//! table = "beds.csv"
//! value = "beds / population * 1000"
//! "#;
//! let plan = caremap::spec::read_map(text, "beds.toml", None).expect("the map has no mistake").value;
//! assert_eq!(plan.classes.classes, 5);
//!
//! let problems = caremap::spec::read_map("tilte = 5", "beds.toml", None).expect_err("the map has mistakes");
//! assert_eq!(problems[0].help.as_deref(), Some("Did you mean title?"));
//! ```

mod check;
mod keys;
mod plan;
mod resolve;
mod rules;
mod schema;
mod source;
mod tables;
mod view;

pub use plan::*;
pub use schema::{atlas_schema, map_schema};

use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem, Severity};
use source::Source;
use view::{Asked, View};

use crate::colour::{DEFAULT_DIVERGING, DEFAULT_SEQUENTIAL};
/// What all maps of a folder share, from its `atlas.toml`.
#[derive(Debug, Clone)]
pub struct AtlasSpec {
    /// Title of the atlas.
    pub title: Words,
    /// A paragraph for the first page; empty where none is given.
    pub about: Words,
    /// Themes in the order of the gallery: name in map files, and words.
    pub themes: Vec<(String, Words)>,
    /// Path of the file, for messages.
    pub file: String,
    /// Text of the file, for excerpts in messages and to be read again behind each map.
    pub text: String,
}

/// Reads a map file. `file` is its path for messages; its name without ending names the outputs.
///
/// # Errors
///
/// All mistakes of the file, in the order of its lines.
pub fn read_map(text: &str, file: &str, atlas: Option<&AtlasSpec>) -> Outcome<Plan> {
    read_map_asking(text, file, atlas, &Asked::default())
}

fn read_map_asking(text: &str, file: &str, atlas: Option<&AtlasSpec>, asked: &Asked) -> Outcome<Plan> {
    let mut problems = Vec::new();
    let source = Source::parse(text, file, 0, &mut problems);
    let broken = !problems.is_empty();
    check::check(&source, &keys::MAP, &mut problems);
    // Places of the atlas follow those of the map, so that one number names file and byte.
    // What is wrong with the atlas was reported when it was read.
    let behind = atlas.map(|atlas| Source::parse(&atlas.text, &atlas.file, text.len() + 1, &mut Vec::new()));
    let view = View::file(&source, behind.as_ref(), &keys::MAP, asked);
    let mut desk = resolve::Desk { source: &source, problems };
    let plan = resolve::plan(&view, atlas, &mut desk);
    finish(plan, desk.problems, broken)
}

/// Reads `atlas.toml`.
///
/// # Errors
///
/// All mistakes of the file, in the order of its lines.
pub fn read_atlas(text: &str, file: &str) -> Outcome<AtlasSpec> {
    read_atlas_asking(text, file, &Asked::default())
}

fn read_atlas_asking(text: &str, file: &str, asked: &Asked) -> Outcome<AtlasSpec> {
    let mut problems = Vec::new();
    let source = Source::parse(text, file, 0, &mut problems);
    let broken = !problems.is_empty();
    check::check(&source, &keys::ATLAS, &mut problems);
    let view = View::file(&source, None, &keys::ATLAS, asked);
    let mut desk = resolve::Desk { source: &source, problems };
    tables::check_shared(&view, &mut desk);
    let problems = desk.problems;
    let atlas = AtlasSpec {
        title: view.words_with_en("title", "title_en").unwrap_or_default(),
        about: view.words("about").unwrap_or_default(),
        themes: view.named_words("themes"),
        file: file.into(),
        text: text.into(),
    };
    finish(atlas, problems, broken)
}

/// Problems in the order of the file; what follows from a broken syntax is left out, since it would mislead.
fn finish<T>(value: T, mut problems: Vec<Problem>, broken: bool) -> Outcome<T> {
    if broken {
        let lines: Vec<_> =
            problems.iter().filter(|problem| problem.id == "toml-syntax").map(|problem| problem.place.line).collect();
        problems.retain(|problem| {
            let follows = matches!(problem.id, "missing-key" | "contradiction") || lines.contains(&problem.place.line);
            problem.id == "toml-syntax" || !follows
        });
    }
    problems.sort_by_key(|problem| problem.place.span.as_ref().map_or(0, |span| span.start));
    if problems.iter().any(|problem| problem.severity == Severity::Error) { Err(problems) } else { Ok(Noted { value, problems }) }
}

#[cfg(test)]
mod tests {
    use super::keys::{Key, Kind, Shape};
    use super::*;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;
    use std::collections::BTreeSet;

    /// Every key of a shape and of the shapes within it.
    fn described(shape: &'static Shape, into: &mut BTreeSet<(&'static str, String)>) {
        for key in shape.keys {
            into.insert((shape.name, key.name.to_owned()));
            match key.kind {
                Kind::Table(inner) | Kind::Tables(inner) | Kind::Short(inner, _) => described(inner, into),
                _ => {}
            }
        }
    }

    fn unread(shape: &'static Shape, asked: &Asked) -> Vec<(&'static str, String)> {
        let mut keys = BTreeSet::new();
        described(shape, &mut keys);
        keys.difference(&asked.borrow()).cloned().collect()
    }

    // The reverse, that every key read is described, is asserted wherever a key is read.
    #[test]
    fn every_key_of_the_schema_is_read() {
        let asked = Asked::default();
        let text = include_str!("../../tests/messages/full.toml");
        read_map_asking(text, "full.toml", None, &asked).ok();
        assert_eq!(unread(&keys::MAP, &asked), []);
    }

    #[test]
    fn what_maps_inherit_from_an_atlas_is_a_key_of_maps() {
        for key in keys::ATLAS.keys.iter().filter(|key| !["title", "title_en", "about", "themes"].contains(&key.name)) {
            let own = keys::MAP.key(key.name).map(|own| format!("{:?}", own.kind));
            assert_eq!(own, Some(format!("{:?}", key.kind)), "{}", key.name);
        }
    }

    fn is_read<T: for<'a> Deserialize<'a>>(words: &[&str]) {
        for word in words {
            let deserializer: serde::de::value::StrDeserializer<'_, Error> = word.into_deserializer();
            assert!(T::deserialize(deserializer).is_ok(), "{word}");
        }
    }

    #[test]
    fn words_of_the_schema_are_words_of_the_types() {
        is_read::<crate::level::Level>(keys::LEVELS);
        is_read::<crate::classify::Method>(&keys::METHODS[..keys::METHODS.len() - 1]);
        is_read::<crate::classify::Closure>(keys::CLOSURES);
        is_read::<crate::datum::Datum>(keys::DATUMS);
        is_read::<Language>(keys::LANGUAGES);
    }

    fn every_default(shape: &'static Shape, check: &mut dyn FnMut(&'static Shape, &'static Key)) {
        for key in shape.keys {
            check(shape, key);
            if let Kind::Table(inner) | Kind::Tables(inner) | Kind::Short(inner, _) = key.kind {
                every_default(inner, check);
            }
        }
    }

    /// A map that says every default of the map file itself makes the same plan as one that says none.
    #[test]
    fn defaults_of_the_schema_are_those_of_the_reader() {
        let short = "title = \"t\"\nlevel = \"county\"\ntable = \"t.csv\"\nvalue = \"x\"\n";
        let tables =
            [("labels", "[labels]\n"), ("page", "[page]\n"), ("boundaries", "[boundaries]\n"), ("ranking", "[ranking]\n")];
        let mut long = short.to_owned();
        for key in keys::MAP.keys.iter().filter(|key| !key.default.is_empty()) {
            long += &format!("{} = {}\n", key.name, key.default);
        }
        let mut bare = short.to_owned();
        for (name, heading) in tables {
            let Some(Key { kind: Kind::Short(shape, _), .. }) = keys::MAP.key(name) else { panic!("{name}") };
            bare += heading;
            long += heading;
            for key in shape.keys.iter().filter(|key| !key.default.is_empty()) {
                long += &format!("{} = {}\n", key.name, key.default);
            }
        }
        let plan = |text: &str| Plan { text: String::new(), ..read_map(text, "m.toml", None).unwrap().value };
        let strip = |plan: Plan| format!("{:?}", Plan { panels: Vec::new(), tables: Vec::new(), page_at: None, ..plan });
        assert_eq!(strip(plan(&bare)), strip(plan(&long)));
    }

    #[test]
    fn defaults_of_the_schema_are_json() {
        every_default(&keys::MAP, &mut |shape, key| {
            let valid = key.default.is_empty() || serde_json::from_str::<serde_json::Value>(key.default).is_ok();
            assert!(valid, "{}.{}", shape.name, key.name);
        });
    }
}
