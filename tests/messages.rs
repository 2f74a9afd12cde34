//! Every map file under `tests/messages/` against the messages it must cause. `BLESS=1` rewrites what is expected.

use caremap::problem::{Problem, print};
use caremap::spec;
use proptest::prelude::*;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages")
}

fn shown(problems: &[Problem], text: &str) -> String {
    problems.iter().map(|problem| print(problem, Some(text), false) + "\n\n").collect()
}

/// The outcome of a file as text: its messages, or the plan it makes.
fn outcome(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    let file = path.file_name().and_then(|name| name.to_str()).expect("test files have plain names");
    if file.starts_with("atlas") {
        return match spec::read_atlas(&text, file) {
            Ok(atlas) => format!("{:#?}\n", atlas.value.themes),
            Err(problems) => shown(&problems, &text),
        };
    }
    let beside = path.with_extension("atlas");
    let atlas = fs::read_to_string(beside)
        .ok()
        .map(|text| spec::read_atlas(&text, "atlas.toml").expect("the atlas has no mistake").value);
    match spec::read_map(&text, file, atlas.as_ref()) {
        Ok(noted) => {
            shown(&noted.problems, &text) + &format!("{:#?}\n", spec::Plan { text: String::new(), atlas: None, ..noted.value })
        }
        Err(problems) => shown(&problems, &text),
    }
}

#[test]
fn messages_are_as_expected() {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    assert!(files.len() >= 10);
    let mut wrong = String::new();
    for path in files {
        let (found, expected) = (outcome(&path), path.with_extension("txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            write!(wrong, "{}:\n{found}\n", path.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "messages differ (BLESS=1 rewrites them):\n{wrong}");
}

#[test]
fn a_mistake_is_reported_with_its_line_and_words() {
    let text = "title = \"床位\"\nlevel = \"provinc\"\nvalu = \"a\"\nclasses = 50\ntable = \"b.csv\"\nvalue = \"a\"\n";
    let problems = spec::read_map(text, "m.toml", None).unwrap_err();
    let lines: Vec<_> = problems.iter().map(|problem| (problem.place.line.unwrap(), problem.id)).collect();
    assert_eq!(lines, [(2, "unknown-word"), (3, "unknown-key"), (4, "out-of-range")]);
    assert!(problems.iter().all(|problem| problem.help.is_some()));
}

#[test]
fn places_of_the_atlas_are_named_in_the_atlas() {
    let atlas_text = "title = \"图集\"\n[[tables]]\nname = \"census\"\nfile = \"c.csv\"\nwhere = \"year == 2020\"\n";
    let atlas = spec::read_atlas(atlas_text, "maps/atlas.toml").unwrap().value;
    let text = "title = \"人口\"\nlevel = \"county\"\nuse = \"census\"\nvalue = \"people\"\n";
    let plan = spec::read_map(text, "maps/people.toml", Some(&atlas)).unwrap().value;
    let filter = plan.tables[0].filter.clone().unwrap();
    let problem = plan.locate(Problem::error("x", "X."), filter.part(0..4));
    assert_eq!(problem.place.file.as_deref(), Some("maps/atlas.toml"));
    assert_eq!(problem.place.line, Some(5));
    assert_eq!(&atlas_text[problem.place.span.unwrap()], "year");
    let problem = plan.locate(Problem::error("x", "X."), plan.panels[0].value.span.clone());
    assert_eq!((problem.place.file.as_deref(), problem.place.line), (Some("maps/people.toml"), Some(4)));
}

/// Lines that look like those of map files, right and wrong.
fn line() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        "(title|level|table|value|classes|method|breaks|page|labels|colours|series|within|palette|year|unit|points|index)",
        "[a-z_.\"]{1,8}",
        "\\[\\[?(tables|panels|points|page|index|index.components|symbols|labels)\\]\\]?",
    ];
    let value = prop_oneof![
        "\"\\PC{0,12}\"",
        "-?[0-9]{1,25}(\\.[0-9]{1,3})?",
        "\\[[0-9\", .#a-f]{0,20}\\]",
        "true|inf|nan|1e999|0x1F",
        "\\{ zh = \"\\PC{0,5}\" \\}",
        "\\PC{0,20}"
    ];
    (key, value).prop_map(|(key, value)| if key.starts_with('[') { key } else { format!("{key} = {value}") })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = spec::read_map(&text, "m.toml", None);
        let _ = spec::read_atlas(&text, "atlas.toml");
    }

    #[test]
    fn no_map_like_text_makes_the_reader_or_printer_panic(lines in prop::collection::vec(line(), 0..15)) {
        let text = lines.join("\n");
        let atlas = spec::read_atlas(&format!("title = \"t\"\n{text}"), "atlas.toml").ok().map(|noted| noted.value);
        if let Err(problems) = spec::read_map(&text, "m.toml", atlas.as_ref()) {
            prop_assert!(!problems.is_empty());
            shown(&problems, &text);
        }
    }
}
