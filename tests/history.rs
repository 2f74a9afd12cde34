//! Codes through time against what was found elsewhere, and `caremap codes` at the terminal.

#![allow(clippy::unwrap_used)]

mod common;

use caremap::place::history::{Carried, History, Kind};
use common::{caremap, err, fits, out};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Rows of a file of this repository, by the names of their columns.
fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(here(path)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn carry(code: &str, from: u16, to: u16) -> Carried {
    History::bundled().carry(code, from, to).unwrap()
}

/// Codes to which the unit gave land while it went on.
fn gave(carried: &Carried) -> Vec<&str> {
    let own = |change: &&caremap::place::history::Change| {
        change.kind == Kind::Moved && change.from.as_ref().is_some_and(|from| from.code == carried.code)
    };
    carried.changes.iter().filter(own).flat_map(|change| change.to.iter().map(|unit| unit.code.as_str())).collect()
}

/// What the lists themselves cannot know: census codes that are other units there, and land that they book elsewhere.
const SANSHA: [&str; 3] = ["460301", "460302", "460303"];
const LAND_OF_THE_REGION: &str = "650502";

#[test]
fn sixty_rows_of_the_census_are_carried_as_the_notices_have_it() {
    let sample = rows("tests/inputs/join/sample60.csv");
    assert_eq!(sample.len(), 60);
    for row in sample.iter().filter(|row| !SANSHA.contains(&row["code"].as_str())) {
        let (code, carried) = (&row["code"], carry(&row["code"], 2020, 2021));
        assert_eq!(carried.result.join(" "), row["codes_2021"], "{code} {}", row["reason"]);
        if code != LAND_OF_THE_REGION {
            assert_eq!(gave(&carried).join(" "), row["land_to"], "{code} {}", row["reason"]);
        }
        let last = carried.changes.iter().find(|change| change.from.as_ref().is_some_and(|from| from.code == *code)).unwrap();
        match row["expected"].as_str() {
            "zone" => assert_eq!(last.kind, Kind::Unknown, "{code}"),
            "split" if row["codes_2021"].contains(' ') => assert_eq!(last.kind, Kind::Split, "{code}"),
            "recoded" if row["expected_codes"] == row["codes_2021"] => assert_eq!(last.kind, Kind::Recoded, "{code}"),
            _ => {}
        }
    }
}

#[test]
fn the_sample_is_of_the_census_and_of_the_bundled_boundaries() {
    let census: BTreeMap<String, String> = rows_after_the_mark("assets/tables/census2020_population.csv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let areas: Vec<String> = rows("assets/boundaries/areas.csv")
        .into_iter()
        .filter(|row| row["level"] == "county")
        .map(|row| row["code"].clone())
        .collect();
    for row in rows("tests/inputs/join/sample60.csv") {
        assert_eq!(census.get(&row["code"]), Some(&row["name"]));
        let codes: Vec<&str> = row["expected_codes"].split_whitespace().collect();
        assert!(codes.iter().all(|code| areas.iter().any(|area| area == code)), "{row:?}");
        assert_eq!(codes.is_empty(), ["zone", "unmatched"].contains(&row["expected"].as_str()), "{row:?}");
        assert_eq!(codes.len() > 1, row["expected"] == "split", "{row:?}");
    }
}

/// Rows of a file that begins with a byte-order mark.
fn rows_after_the_mark(path: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(here(path)).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The census and the boundaries have Xisha under 460301 and Nansha under 460302; the Ministry's lists one higher.
#[test]
fn sansha_has_one_code_for_two_districts() {
    assert_eq!(carry("460301", 2020, 2021).changes[0].kind, Kind::Unknown);
    assert_eq!(carry("460302", 2020, 2021).result_names, ["西沙区"]);
    assert_eq!(carry("460303", 2020, 2021).result_names, ["南沙区"]);
}

/// Where others differ, this history still says what was judged, and each judgement is there.
#[test]
fn differences_from_others_are_those_that_were_judged() {
    let history = History::bundled();
    let judged = rows("tests/oracle/history/judged.csv");
    let (mut lists, mut successors) = (0, 0);
    for row in rows("tests/oracle/history/differences.csv") {
        let line: usize = row["line_of_judged"].parse().unwrap();
        assert_eq!(judged[line - 2]["right"], row["right"], "{row:?}");
        let year = row["year"].parse().unwrap();
        if row["comparison"].starts_with("list") {
            if let Some((code, name)) = row["ours"].split_once(' ') {
                assert_eq!(history.record(code, year).map(|record| record.name.as_str()), Some(name), "{row:?}");
            }
            lists += 1;
        } else if row["ours"] != "not in force" {
            let ours = row["ours"].trim_end_matches(" (the rest told as changes)");
            assert_eq!(carry(&row["unit"][..6], year, 2020).result.join(" "), ours, "{row:?}");
            successors += 1;
        }
    }
    assert!(lists > 400 && successors > 100, "{lists} {successors}");
}

/// Cities that the Ministry's lists code directly under the province: the history has the same city under another code.
#[test]
fn cities_coded_under_their_province_stand_in_a_prefecture_here() {
    let history = History::bundled();
    let cities = rows("tests/oracle/history/direct_cities.csv");
    for row in cities.iter().filter(|row| row["here"].len() == 6) {
        let year = row["first"].parse().unwrap();
        assert_eq!(history.record(&row["here"], year).map(|record| &record.name), Some(&row["name"]), "{row:?}");
        assert!(history.record(&row["code"], year).is_none(), "{row:?}");
    }
    let without: Vec<&str> = cities.iter().filter(|row| row["here"].len() != 6).map(|row| row["name"].as_str()).collect();
    assert_eq!(without, ["三河县"], "a slip of the list of 1993: a city by then");
}

/// What others say and this history agrees with, by year, and that nothing is left without a judgement.
#[test]
fn the_counts_of_the_comparison_add_up() {
    let differences = rows("tests/oracle/history/differences.csv");
    for row in rows("tests/oracle/history/lists.csv") {
        let number = |column: &str| row[column].parse::<usize>().unwrap();
        let of_row = differences.iter().filter(|one| one["comparison"] == row["comparison"] && one["year"] == row["year"]);
        let judged = ["ours_right", "theirs_right", "both_right", "neither_right", "open"].map(number).iter().sum::<usize>();
        assert_eq!(of_row.count(), judged, "{row:?}");
        assert!(number("agree") <= number("ours") && number("agree") + judged >= number("ours"), "{row:?}");
        if row["comparison"].starts_with("list") {
            let year = row["year"].parse().unwrap();
            assert_eq!(History::bundled().in_force(year).filter(|record| record.source.is_none()).count(), number("ours"));
        }
    }
}

fn codes(words: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = caremap(folder.path(), &[&["codes"], words].concat());
    (output.status.code(), out(&output), err(&output))
}

/// Everything at the terminal that a reader meets, as one file. BLESS=1 writes it anew.
#[test]
fn the_terminal_says_what_became_of_codes_and_names() {
    let asked: [&[&str]; 12] = [
        &["330103", "330104", "--from", "2020", "--to", "2021"],
        &["330105", "--from", "2021", "--to", "2020"],
        &["洛阳市/孟津县", "--from", "2015", "--to", "2021"],
        &["420600", "--from", "2009", "--to", "2010"],
        &["110103", "--from", "2015", "--to", "2020"],
        &["341400", "--from", "2010", "--to", "2012"],
        &["朝阳区", "--from", "2015", "--to", "2021"],
        &["无此县", "--from", "2015", "--to", "2021"],
        &["110199", "--from", "2000", "--to", "2020"],
        &["320571", "--from", "2020", "--to", "2021"],
        &["110101", "--from", "1980", "--to", "2021"],
        &["--from", "2015", "--to", "2021"],
    ];
    let mut text = String::new();
    for words in asked {
        let (code, said, warned) = codes(words);
        text += &format!("$ caremap codes {}\n{said}{warned}[{}]\n\n", words.join(" "), code.unwrap());
    }
    let file = here("tests/messages/codes.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(file).unwrap());
}

#[test]
fn json_has_an_entry_for_every_code_and_fits_its_schema() {
    let asked = ["330104", "999999", "下城区", "320571"];
    let (code, said, _) = codes(&[&asked[..], &["--from", "2020", "--to", "2021", "--json"]].concat());
    let answer: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, answer.as_array().unwrap().len()), (Some(0), 4));
    let found: Vec<(&str, usize)> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["code"].as_str().unwrap(), one["result"].as_array().unwrap().len()))
        .collect();
    assert_eq!(found, [("330104", 2), ("999999", 0), ("330103", 1), ("320571", 0)]);
    assert_eq!(answer[0]["result"], serde_json::json!(["330102", "330114"]));
    assert_eq!(answer[0]["changes"][0]["kind"], "split");
    assert_eq!((answer[2]["year_from"].as_u64(), answer[2]["year_to"].as_u64()), (Some(2020), Some(2021)));
    let schema = &caremap::outputs::schema()["codes"];
    assert!(fits(&answer, schema, schema));
    let again: Vec<Carried> = serde_json::from_str(&said).unwrap();
    assert_eq!(again[0], carry("330104", 2020, 2021));
}
