//! The history inside the program: single cases known from elsewhere, and what must hold for every record.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

fn carry(code: &str, from: u16, to: u16) -> Carried {
    History::bundled().carry(code, from, to).expect("years of the lists")
}

/// Kind, year, codes before and after: `merged 2021 330103>330105`.
fn told(carried: &Carried) -> Vec<String> {
    let word = |change: &Change| {
        let kind = serde_json::to_value(change.kind).expect("a word");
        let to: Vec<&str> = change.to.iter().map(|unit| unit.code.as_str()).collect();
        let from = change.from.as_ref().map_or("", |unit| unit.code.as_str());
        format!("{} {} {from}>{}", kind.as_str().unwrap_or_default(), change.year, to.join(";"))
    };
    carried.changes.iter().map(word).collect()
}

#[track_caller]
fn check(code: &str, years: (u16, u16), result: &[&str], changes: &[&str]) {
    let carried = carry(code, years.0, years.1);
    assert_eq!(carried.result, result, "{code}");
    assert_eq!(told(&carried), changes, "{code}");
}

#[test]
fn hangzhou_of_2021() {
    check("330103", (2020, 2021), &["330105"], &["merged 2021 330103>330105"]);
    check("330104", (2020, 2021), &["330102", "330114"], &["split 2021 330104>330102;330114", "moved 2021 330109>330114"]);
    check("330105", (2020, 2021), &["330105"], &["merged 2021 330103>330105", "same 2021 330105>330105"]);
    // 余杭区 goes on and gave 临平区 its land; 临平区 is nobody's successor.
    check("330110", (2020, 2021), &["330110"], &["moved 2021 330110>330113", "same 2021 330110>330110"]);
    check("330113", (2021, 2020), &[], &["created 2021 >330113", "moved 2021 330110>330113"]);
    check("330114", (2021, 2020), &["330104"], &["split 2021 330104>330102;330114", "moved 2021 330109>330114"]);
    check("330105", (2021, 2020), &["330103", "330105"], &["merged 2021 330103>330105"]);
}

#[test]
fn renamed_recoded_and_merged_are_told_apart() {
    check("410322", (2020, 2021), &["410308"], &["merged 2021 410306>410308", "merged 2021 410322>410308"]);
    check("410381", (2020, 2021), &["410307"], &["recoded 2021 410381>410307"]);
    check("350427", (2020, 2021), &["350405"], &["recoded 2021 350427>350405"]);
    check("420600", (2009, 2010), &["420600"], &["renamed 2010 420600>420600"]);
    check("110101", (2020, 2020), &["110101"], &["same 2020 110101>110101"]);
    // Only the prefecture took another name.
    check("420602", (2009, 2010), &["420602"], &["same 2010 420602>420602"]);
    // The old name's code goes on for a part of the land.
    let splits = ["split 2002 340104>340104;340111", "split 2002 340111>340102;340103;340104;340111"];
    check("340104", (2001, 2002), &["340104", "340111"], &splits);
}

#[test]
fn a_code_of_another_year_is_answered_from_its_nearest_record() {
    check("110103", (2015, 2020), &["110101"], &["not-in-force 2015 110103>", "merged 2010 110103>110101"]);
    check(
        "330114",
        (2015, 2020),
        &["330104"],
        &["not-in-force 2015 330114>", "split 2021 330104>330102;330114", "moved 2021 330109>330114"],
    );
    let note = carry("110103", 2015, 2020).changes[0].note.clone();
    assert_eq!(note.as_deref(), Some("Not in force in 2015; answered from its record 1981 to 2009."));
    // A code of two units: the nearer in time is meant, the earlier where both are as near.
    assert_eq!(carry("130107", 1990, 2020).result, ["130121"]);
    assert_eq!(carry("130107", 1991, 2020).result, ["130107"]);
}

#[test]
fn unknown_codes_and_years_say_so() {
    check("999999", (2000, 2020), &[], &["unknown 2000 999999>"]);
    check("abc", (2000, 2020), &[], &["unknown 2000 abc>"]);
    let zone = carry("320571", 2020, 2021);
    assert!(zone.result.is_empty() && zone.changes[0].note.as_deref().is_some_and(|note| note.contains("development zone")));
    let problem = History::bundled().carry("110101", 1980, 2000).expect_err("too early");
    assert_eq!(
        problem.to_string(),
        "error: The lists of codes reach from 1981 to 2025, not to 1980. Give a year from 1981 to 2025."
    );
}

#[test]
fn prefectures_follow_their_counties() {
    check("413000", (1990, 2020), &["411500"], &["dropped 1998 413000>411500"]);
    check("341400", (2010, 2012), &["340100", "340200", "340500"], &["dropped 2011 341400>340100;340200;340500"]);
    let chongqing =
        ["dropped 1997 510200>500000", "dropped 1997 511200>500000", "dropped 1997 511400>500000", "dropped 1997 513500>500000"];
    check("510200", (1990, 2020), &["500000"], &chongqing);
    assert!(carry("411500", 2020, 1990).result == ["413000"]);
    // 寿县 went from 六安 to 淮南.
    check("341500", (2010, 2020), &["341500"], &["moved 2015 341500>340400", "same 2020 341500>341500"]);
}

#[test]
fn codes_in_any_dress_are_codes() {
    for written in ["330103", "３３０１０３", "330103000000", " 330103.0"] {
        assert_eq!(carry(written, 2020, 2021).result, ["330105"], "{written}");
    }
}

#[test]
fn every_line_of_the_files_is_a_record_and_every_successor_is_linked() {
    let history = History::bundled();
    let lists = crate::world::bundled("area_codes_history").expect("a file");
    let text = std::str::from_utf8(lists).expect("text").trim_start_matches('\u{feff}');
    let (mut lines, mut own, mut bracketed) = (0, 0, 0);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let at = history.at(cells[0], cells[6].parse().expect("a year")).expect("its record");
        let (next, moved): (Vec<&str>, Vec<&str>) = cells[8].split(';').filter(|c| !c.is_empty()).partition(|c| c.len() == 6);
        let linked: Vec<&str> = history.next[at].iter().map(|next| history.records[*next].code.as_str()).collect();
        if !next.is_empty() {
            assert_eq!(linked, next, "{line}");
        }
        let given = |one: &&usize| history.moves[**one].from == at && history.moves[**one].county.is_none();
        assert_eq!(history.moves_of[at].iter().filter(given).count(), moved.len(), "{line}");
        (lines, own, bracketed) = (lines + 1, own + next.len(), bracketed + moved.len());
    }
    let additions = history.records.iter().filter(|record| record.source.is_some()).count();
    assert_eq!((lines + additions, additions), (history.records.len(), 5));
    assert!(own > 3_500 && bracketed > 500, "{own} {bracketed}");
}

/// No unit ends without a trace: each is followed by others that are there in that year.
#[test]
fn every_unit_that_ended_is_followed() {
    let history = History::bundled();
    for (at, record) in history.records.iter().enumerate() {
        let Some(end) = record.end else { continue };
        assert!(!history.next[at].is_empty(), "{} {}", record.code, record.full_name());
        assert!(history.next[at].iter().all(|next| history.records[*next].is_in_force(end)), "{}", record.code);
        let same_level = history.next[at].iter().all(|next| history.records[*next].level <= record.level);
        assert!(same_level || ["420400", "530200", "650300"].contains(&record.code.as_str()), "{}", record.code);
    }
}

/// Lists of every fifth year carried to 2020 and back: what share is answered by units of the same level, and all others by name.
#[test]
fn lists_of_every_fifth_year_reach_2020_and_come_back() {
    let history = History::bundled();
    let mut report = String::from("years, level: codes, without an answer, with an answer of another level\n");
    let mut others = String::new();
    for (from, to) in (1985..=2015).step_by(5).flat_map(|year| [(year, 2020), (2020, year)]) {
        for level in [Level::Province, Level::Prefecture, Level::County] {
            let of_level: Vec<&Record> = history.in_force(from).filter(|record| record.level == level).collect();
            let (mut without, mut other) = (0, 0);
            for record in &of_level {
                let carried = carry(&record.code, from, to);
                let levels: BTreeSet<Level> =
                    carried.result.iter().filter_map(|code| Some(history.record(code, to)?.level)).collect();
                let left: Vec<String> =
                    carried.result.iter().zip(&carried.result_names).map(|(code, name)| format!("{code} {name}")).collect();
                let line = format!("{from}-{to} {level} {} {}: {}\n", record.code, record.full_name(), left.join(", "));
                if carried.result.is_empty() {
                    without += 1;
                    others += &line;
                } else if levels.iter().any(|found| *found != level) {
                    other += 1;
                    others += &line;
                }
            }
            writeln!(report, "{from}-{to} {level}: {}, {without}, {other}", of_level.len()).expect("writes to memory");
        }
    }
    let text = format!("{report}\n{others}");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/history/unresolved.txt");
    if std::env::var_os("CAREMAP_BLESS").is_some() {
        std::fs::write(file, &text).expect("the file can be written");
    }
    assert_eq!(text, std::fs::read_to_string(file).expect("the file is in the repository"));
}

fn any_code() -> impl Strategy<Value = (String, u16)> {
    let count = History::bundled().records.len();
    (0..count, FIRST_YEAR..=LAST_YEAR).prop_map(|(at, year)| (History::bundled().records[at].code.clone(), year))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn results_are_in_force_and_lead_back((code, from) in any_code(), to in FIRST_YEAR..=LAST_YEAR) {
        let history = History::bundled();
        let carried = carry(&code, from, to);
        prop_assert!(!carried.changes.is_empty());
        prop_assert!(carried.result.is_sorted() && carried.result.len() == carried.result_names.len());
        prop_assert!(carried.result.iter().all(|code| history.record(code, to).is_some()));
        if history.record(&code, from).is_some() {
            for result in &carried.result {
                prop_assert!(carry(result, to, from).result.contains(&code), "{} {}-{} {}", code, from, to, result);
            }
        }
    }

    #[test]
    fn two_ways_lead_as_far_as_one((code, from) in any_code(), mid in FIRST_YEAR..=LAST_YEAR, to in FIRST_YEAR..=LAST_YEAR) {
        let mut years = [from, mid, to];
        years.sort_unstable();
        let [from, mid, to] = years;
        for (from, to) in [(from, to), (to, from)] {
            if History::bundled().record(&code, from).is_some() {
                let direct: BTreeSet<String> = carry(&code, from, to).result.into_iter().collect();
                let half = carry(&code, from, mid).result;
                let whole: BTreeSet<String> = half.iter().flat_map(|code| carry(code, mid, to).result).collect();
                prop_assert_eq!(&direct, &whole);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_text_has_an_answer(text in "\\PC{0,14}|[0-9]{1,13}", from in FIRST_YEAR..=LAST_YEAR, to in FIRST_YEAR..=LAST_YEAR) {
        prop_assert!(!carry(&text, from, to).changes.is_empty());
        History::bundled().find(&text, from);
        History::bundled().vintage([text.as_str()]);
    }
}

#[test]
fn the_years_of_a_list_are_found() {
    let history = History::bundled();
    for year in [1985, 1998, 2012, 2020, 2021] {
        let codes: Vec<&str> = history.in_force(year).map(|record| record.code.as_str()).collect();
        let vintage = history.vintage(codes.iter().copied()).expect("codes");
        assert!(vintage.first <= year && year <= vintage.last, "{year}: {vintage}");
        assert_eq!((vintage.in_force, vintage.nowhere.len()), (codes.len(), 0));
    }
    assert_eq!(history.vintage(["abc", "999999"]), None);
    let mixed = history.vintage(["110000", "120000", "320571"]).expect("codes");
    assert_eq!(mixed.to_string(), "1981 to 2025: 2 of 3 codes in force; 320571 is in no list");
    assert_eq!((mixed.nearest_to(2021), mixed.nearest_to(1970)), (2021, 1981));
}

#[test]
fn names_find_their_unit_with_the_parents_that_are_given() {
    let find = |name: &str, year: u16| {
        let found = History::bundled().find(name, year);
        found.into_iter().map(|candidate| candidate.code).collect::<Vec<_>>()
    };
    assert_eq!(find("孟津县", 2020), ["410322"]);
    for name in ["洛阳市/孟津县", "洛阳市孟津县", "河南省 洛阳市 孟津县", "河南洛阳孟津", "孟津", "河南/孟津县"]
    {
        assert_eq!(find(name, 2020), ["410322"], "{name}");
    }
    assert_eq!(find("朝阳区", 2020), ["110105", "220104"]);
    assert_eq!(find("北京市朝阳区", 2020), ["110105"]);
    assert_eq!(find("长春/朝阳区", 2020), ["220104"]);
    // No unit of 2021 has the name any more.
    assert_eq!(find("下城区", 2021), ["330103"]);
    assert_eq!(find("北京市", 2020), ["110000"]);
    assert_eq!(find("吉林市", 2020), ["220200"]);
    assert_eq!(find("县", 2020), Vec::<String>::new());
    assert_eq!(find("", 2020), Vec::<String>::new());
    assert_eq!(History::bundled().find("朝阳区", 2020)[0].full_name, "北京市 朝阳区");
}
