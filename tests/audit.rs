//! `caremap audit`: known errors of published tables are found without being told, planted ones too, and clean tables are left in peace.
//! `BLESS=1` rewrites what is expected.

#![allow(clippy::unwrap_used)]

mod common;

use caremap::audit::{Context, Finding, Severity, audit};
use caremap::coverage::bundled;
use caremap::level::Level;
use caremap::read::table::{ReadOptions, read_table};
use common::{caremap, fits, out};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audit")
}

/// The program's words about a table are those of the file beside the test.
fn is_told(table: &str, expected: &str) -> String {
    let (found, expected) = (out(&caremap(&folder(), &["audit", table])), folder().join(expected));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&expected).unwrap_or_default(), "{} (BLESS=1 rewrites it)", expected.display());
    found
}

fn found(file: &str, bytes: &[u8]) -> Vec<Finding> {
    let table = read_table(bytes, file, &ReadOptions::default()).unwrap().value;
    audit(&table, &Context { coverage: Some(bundled()), beside: None })
}

#[test]
fn both_ginis_that_cannot_be_right_are_found() {
    let told = is_told("published_indices.csv", "published_indices.txt");
    assert_eq!(told.matches("impossible [index-against-data]").count(), 2, "the two wrong ones and no other");
    assert!(told.contains("published_indices.csv:8") && told.contains("published_indices.csv:9"));
}

#[test]
fn their_table_has_theil_terms_that_are_none() {
    let told = is_told("bundled:province_physicians_2018", "province_physicians_2018.txt");
    assert_eq!(told.matches("impossible [theil-terms]").count(), 2);
}

#[test]
fn the_county_with_a_hundred_thousand_too_many_is_found() {
    let told = is_told("bundled:census2020_population", "census2020_population.txt");
    assert!(told.contains("[county-against-total]") && told.contains("150703 扎赉诺尔区") && told.contains("84,424"));
    assert_eq!(told.matches("[sum-against-published]").count(), 1, "no other region is");
}

#[test]
fn its_shares_by_age_are_found_too() {
    let told = is_told("bundled:census2020_ages", "census2020_ages.txt");
    assert!(told.contains("[shares-not-whole]") && told.contains("150703 扎赉诺尔区"));
}

#[test]
fn hospitals_elsewhere_and_shared_positions_are_found() {
    let told = is_told("bundled:hospitals_cn_3a", "hospitals_cn_3a.txt");
    assert!(told.contains("[point-outside-province]") && told.contains("大理州人民医院"));
    assert!(told.contains("148 positions are shared"), "as an independent search found");
    assert!(told.contains("[point-at-zero]"));
}

#[test]
fn json_is_as_its_schema_says() {
    let schema: Value = serde_json::from_slice(&caremap(&folder(), &["schema", "--outputs"]).stdout).unwrap();
    let json: Value = serde_json::from_slice(&caremap(&folder(), &["audit", "published_indices.csv", "--json"]).stdout).unwrap();
    assert!(fits(&json, &schema["audit"], &schema["audit"]));
    assert_eq!(json["findings"][0]["severity"], "impossible");
    assert_eq!(json["findings"][0]["line"], 8);
}

#[test]
fn strict_fails_where_something_is_grave() {
    let code = |words: &[&str]| caremap(&folder(), words).status.code();
    assert_eq!(code(&["audit", "published_indices.csv", "--strict"]), Some(1));
    assert_eq!(code(&["audit", "published_indices.csv"]), Some(0));
    assert_eq!(code(&["audit", "none.csv"]), Some(2));
}

/// A table without a fault, made of chance: provinces, people, beds, of which some in hospitals, a rate and shares.
fn clean(seed: u64) -> Vec<Vec<String>> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut chance = |least: f64, most: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + (most - least) * ((state >> 33) as f64 / (1_u64 << 31) as f64)
    };
    let provinces =
        bundled().areas(Level::Province).iter().filter(|area| !["71", "81", "82"].iter().any(|code| area.code.starts_with(code)));
    let row = |area: &caremap::coverage::Area| {
        let people = chance(3e6, 9e7).round();
        let beds = (people * chance(0.004, 0.006)).round();
        let hospital = (beds * chance(0.7, 0.9)).round();
        let town = (chance(0.3, 0.9) * 1e4).round() / 1e4;
        vec![
            area.code.clone(),
            area.name.clone(),
            people.to_string(),
            beds.to_string(),
            hospital.to_string(),
            format!("{:.3}", beds / people * 1e3),
            format!("{town:.4}"),
            format!("{:.4}", 1.0 - town),
        ]
    };
    provinces.map(row).collect()
}

fn file(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("code,name,population,beds,hospital beds,beds per 1000,town share,country share\n{}\n", lines.join("\n"))
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap()
}

/// Plants an error of one kind into a row; the rule that is to find it.
fn plant(rows: &mut Vec<Vec<String>>, kind: usize, at: usize) -> &'static str {
    let other = (at + 1) % rows.len();
    match kind {
        0 => {
            rows[at][4] = (number(&rows[at][3]) + 17.0).to_string();
            "part-above-whole"
        }
        1 => {
            rows[at][6] = format!("{:.4}", number(&rows[at][6]) - 0.2);
            "shares-not-whole"
        }
        2 => {
            rows[at][5] = format!("{:.3}", number(&rows[at][5]) * 1.3);
            "rate-against-count"
        }
        3 => {
            rows[at][3] = "-9".into();
            "negative-count"
        }
        4 => {
            rows[at][6] = "1.4000".into();
            "above-whole"
        }
        5 => {
            rows[at][2] = (number(&rows[at][2]) / 1e4).round().to_string();
            "unit-slip"
        }
        6 => {
            rows[at][2].push('0');
            "unit-slip"
        }
        7 => {
            let copy = rows[at].clone();
            rows.push(copy);
            "area-twice"
        }
        8 => {
            rows.remove(at);
            "area-missing"
        }
        9 => {
            rows[at][2].push_str(".37");
            "fraction-in-count"
        }
        10 => {
            let copy = rows[other][2..].to_vec();
            rows[at].splice(2.., copy);
            "same-numbers"
        }
        _ => {
            let sum: f64 = rows.iter().map(|row| number(&row[3])).sum();
            rows.push(["", "全国", "", &(sum * 1.04).round().to_string(), "", "", "", ""].map(str::to_owned).to_vec());
            "sum-row"
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_clean_table_is_left_in_peace(seed in any::<u64>()) {
        let findings = found("clean.csv", file(&clean(seed)).as_bytes());
        prop_assert!(findings.is_empty(), "{:?}", findings);
    }

    #[test]
    fn a_planted_error_is_found(seed in any::<u64>(), kind in 0_usize..12, at in 0_usize..31) {
        let mut rows = clean(seed);
        let rule = plant(&mut rows, kind, at);
        let findings = found("planted.csv", file(&rows).as_bytes());
        let line = if kind == 11 { rows.len() + 1 } else { at + 2 };
        let hit = findings.iter().any(|finding| finding.rule == rule && (kind == 8 || finding.lines.contains(&line)));
        prop_assert!(hit, "{rule} in line {line}: {:?}", findings);
    }
}

#[test]
fn every_kind_of_error_is_found_in_several_rows() {
    for kind in 0..12 {
        for at in (0..31).step_by(10) {
            let mut rows = clean(at as u64 + 7);
            let rule = plant(&mut rows, kind, at);
            let findings = found("planted.csv", file(&rows).as_bytes());
            assert!(findings.iter().any(|finding| finding.rule == rule), "{rule} in row {at}: {findings:?}");
        }
    }
}

#[test]
fn points_are_held_to_the_province_in_words() {
    let mut text = "name,address,longitude_wgs84,latitude_wgs84\n".to_owned();
    for at in 0..20 {
        text += &format!(
            "医院{at},北京市朝阳区某路{at}号,{:.4},{:.4}\n",
            116.45 + f64::from(at) * 0.002,
            39.93 + f64::from(at) * 0.001
        );
    }
    assert!(found("points.csv", text.as_bytes()).iter().all(|finding| finding.severity == Severity::Look));
    text += "医院二十,北京市朝阳区某路20号,113.9859,22.5331\n医院二十一,北京市朝阳区某路21号,0,0\n";
    let findings = found("points.csv", text.as_bytes());
    let rules: Vec<(&str, Option<usize>)> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Impossible)
        .map(|finding| (finding.rule, finding.line))
        .collect();
    assert_eq!(rules, [("point-at-zero", Some(23)), ("point-outside-province", Some(22))]);
}

#[test]
fn indices_beside_each_other_are_held_to_their_bounds() {
    let file = |last: &str| format!("city,Gini,Theil\na,0.30,0.16\nb,0.25,0.11\nc,{last}\n");
    assert!(found("i.csv", file("0.20,0.08").as_bytes()).is_empty());
    let findings = found("i.csv", file("0.60,0.08").as_bytes());
    assert_eq!((findings[0].rule, findings[0].line), ("index-bounds", Some(4)));
}

#[test]
fn a_year_ten_times_too_high_is_found() {
    let rows: Vec<String> = (0..14)
        .map(|at| format!("a{at},{},{},{},{},{}", 100 + at, 103 + at, if at == 5 { 1070 } else { 106 + at }, 109 + at, 112 + at))
        .collect();
    let text = format!("name,2016年,2017年,2018年,2019年,2020年\n{}\n", rows.join("\n"));
    let findings = found("years.csv", text.as_bytes());
    assert!(
        findings
            .iter()
            .any(|finding| finding.rule == "unit-slip" && finding.line == Some(7) && finding.column.as_deref() == Some("2018年"))
    );
}
