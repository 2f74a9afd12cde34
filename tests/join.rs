//! `caremap join` at the terminal.

#![allow(clippy::unwrap_used)]

mod common;

use common::{caremap, err, fits, out};
use serde_json::Value;
use std::fs;

/// Units of Hangzhou in 2020: one that stayed, two of which one merged and one was divided, a zone, a sum.
const TABLE: &str = "code,name,people,share\n330106,西湖区,100,0.5\n330105,拱墅区,300,0.2\n330103,下城区,100,0.6\n330104,江干区,11,0.1\n330171,某开发区,7,0.3\n,合计,518,\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), TABLE).unwrap();
    folder
}

/// The line of an area in a file.
fn area(folder: &tempfile::TempDir, code: &str) -> String {
    let text = fs::read_to_string(folder.path().join("o.csv")).unwrap();
    text.lines().find(|line| line.starts_with(code)).unwrap_or_default().to_owned()
}

const ARGS: [&str; 12] =
    ["join", "t.csv", "--to", "county", "--table-year", "2020", "--sum", "people", "--rate", "share:people", "-o", "o.csv"];

#[test]
fn counts_are_added_and_shares_weighted() {
    let folder = folder();
    let done = caremap(folder.path(), &ARGS);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    assert_eq!(area(&folder, "330106"), "330106,西湖区,浙江省,杭州市,100,0.5,matched,2,");
    assert_eq!(area(&folder, "330105"), "330105,拱墅区,浙江省,杭州市,400,0.3,aggregated,3 4,");
    assert!(area(&folder, "330102").ends_with(",no-row,,people: no row; share: no row"), "{}", area(&folder, "330102"));
    assert!(out(&done).contains("people: before 1036 = after 500 + unmatched 18 + dropped 518\n"), "{}", out(&done));
}

#[test]
fn divided_units_and_zones_follow_the_rule() {
    let folder = folder();
    let done = caremap(folder.path(), &[&ARGS[..], &["--split", "people", "--zones", "share"]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let whole = |code: &str| area(&folder, code).split(',').nth(4).and_then(|people| people.parse::<u32>().ok());
    assert!(out(&done).contains("people: before 1036 = after 518 + unmatched 0 + dropped 518\n"), "{}", out(&done));
    assert!(whole("330102").is_some_and(|people| people > 0) && area(&folder, "330102").contains(",estimated,"));
}

#[test]
fn the_account_is_as_its_schema_says() {
    let folder = folder();
    let json: Value = serde_json::from_slice(&caremap(folder.path(), &[&ARGS[..], &["--json"]].concat()).stdout).unwrap();
    let schema: Value =
        serde_json::from_slice::<Value>(&caremap(folder.path(), &["schema", "--outputs"]).stdout).unwrap()["join"].clone();
    assert!(fits(&json, &schema, &schema), "{json}");
    let outcomes: Vec<&str> = json["rows"].as_array().unwrap().iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["matched", "matched", "merged", "unmatched", "unmatched", "dropped"]);
    assert_eq!(json["areas"].as_array().unwrap().len(), 2_875);
    assert_eq!(json["rows"][2]["areas"], serde_json::json!(["330105"]));
    assert!(json["rows"][2]["history"].as_str().unwrap().starts_with("2021: merged 330103 下城区 to 330105 拱墅区"), "{json}");
}

#[test]
fn mistakes_are_told_at_once() {
    let folder = folder();
    let done =
        caremap(folder.path(), &["join", "t.csv", "--to", "county", "--sum", "peple", "--rate", "share:nothing", "-o", "o.csv"]);
    assert_eq!(done.status.code(), Some(2));
    let said = err(&done);
    assert!(said.contains("peple") && said.contains("nothing") && !folder.path().join("o.csv").exists(), "{said}");
}
