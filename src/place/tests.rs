//! Joins on a small coverage made by hand.

use super::indicator::{self, Source};
use super::join::{Joined, Request, join};
use super::ledger::{AreaOutcome, RowOutcome};
use super::name::Form;
use crate::coverage::{Area, Coverage};
use crate::level::Level;
use crate::problem::{Noted, Severity};
use crate::read::table::{ReadOptions, read_table};
use crate::spec::{KeyPlan, Written};
use crate::table::{Missing, Table, formula};
use proptest::prelude::*;

fn coverage() -> Coverage {
    let area = |line: &str| {
        let mut parts = line.split(' ').map(str::to_string);
        let mut next = || parts.next().unwrap_or_default();
        let (code, name, parent, english) = (next(), next(), next(), next());
        let some = |text: String| (text.len() > 1).then_some(text);
        Area { code, name, name_en: some(english), parent: some(parent), polygons: Vec::new() }
    };
    let areas = |lines: &[&str]| lines.iter().map(|line| area(line)).collect();
    let mut coverage = Coverage::default();
    coverage.layers.insert(
        Level::Province,
        areas(&[
            "110000 北京市 - Beijing",
            "140000 山西省 - Shanxi",
            "220000 吉林省 - Jilin",
            "440000 广东省 - Guangdong",
            "610000 陕西省 - Shaanxi",
        ]),
    );
    coverage.layers.insert(
        Level::Prefecture,
        areas(&[
            "110100 北京市 110000",
            "220100 长春市 220000",
            "220200 吉林市 220000",
            "440100 广州市 440000",
            "441900 东莞市 440000",
        ]),
    );
    coverage.layers.insert(
        Level::County,
        areas(&[
            "110101 东城区 110100",
            "110105 朝阳区 110100",
            "220104 朝阳区 220100",
            "220122 农安县 220100",
            "220202 昌邑区 220200",
            "440103 荔湾区 440100",
            "441900 东莞市 441900",
        ]),
    );
    coverage
}

fn table(text: &str) -> Table {
    read_table(text.as_bytes(), "t.csv", &ReadOptions { name: "t".into(), ..ReadOptions::default() }).expect("a table").value
}

fn joined(table: &Table, level: Level, sum: &[&str]) -> Noted<Joined> {
    let sum: Vec<String> = sum.iter().map(ToString::to_string).collect();
    join(&Request { table, key: &KeyPlan::Auto, level, coverage: &coverage(), shown: None, sum: &sum, carry: None })
}

fn outcomes(joined: &Joined) -> Vec<RowOutcome> {
    joined.ledger.rows.iter().map(|row| row.outcome).collect()
}

fn messages(noted: &Noted<Joined>) -> Vec<String> {
    noted.problems.iter().map(ToString::to_string).collect()
}

fn written(text: &str) -> Written {
    Written { text: text.into(), span: 0..0 }
}

#[test]
fn codes_in_any_dress_find_their_area() {
    let table = table("code,beds\n110101,1\n１１０１０５,2\n220104.0,3\n220202000000,4\n");
    let noted = joined(&table, Level::County, &[]);
    assert_eq!(outcomes(&noted.value), [RowOutcome::Matched; 4]);
    assert_eq!(
        messages(&noted)[..2],
        [
            "note: t.csv: Rows are matched by the codes in column \"code\" (4 of 4 rows looked at).",
            "note: t.csv:3: 3 codes were brought into six digits, such as \"１１０１０５\" to 110105."
        ]
    );
}

#[test]
fn a_name_that_fits_two_areas_needs_its_parent() {
    let table = table(
        "name,city,beds\n朝 阳 区,北京市,1\n朝阳区,长春,2\n朝阳区,吉林市,3\n东城区,北京市,4\n合计,,9\n农安,长春市,5\n农按县,长春市,6\n",
    );
    let noted = joined(&table, Level::County, &[]);
    assert_eq!(
        outcomes(&noted.value),
        [
            RowOutcome::Matched,
            RowOutcome::Matched,
            RowOutcome::Unmatched,
            RowOutcome::Matched,
            RowOutcome::Placeholder,
            RowOutcome::Matched,
            RowOutcome::Unmatched
        ]
    );
    let rows = &noted.value.ledger.rows;
    assert_eq!((rows[0].area.as_deref(), rows[1].area.as_deref()), (Some("110105"), Some("220104")));
    assert_eq!((rows[0].form, rows[5].form), (Some(Form::FullName), Some(Form::ShortName)));
    assert_eq!((rows[2].near[0].code.as_str(), rows[2].near[0].reason.as_str()), ("110105", "same name, in another parent"));
    assert_eq!(
        (rows[6].near[0].name.as_str(), rows[6].near[0].reason.as_str()),
        ("农安县", "one character differs, in the same parent")
    );
    let key = KeyPlan::Name { name: written("name"), parent: None };
    let request =
        Request { table: &table, key: &key, level: Level::County, coverage: &coverage(), shown: None, sum: &[], carry: None };
    let alone = join(&request);
    assert_eq!(outcomes(&alone.value)[..3], [RowOutcome::Ambiguous; 3]);
    assert!(
        messages(&alone)[0].starts_with("warning: t.csv:2: 3 rows are ambiguous: 朝 阳 区 (fits 110105 朝阳区, 220104 朝阳区)"),
        "{:?}",
        messages(&alone)
    );
}

/// The published table of 2013 prints "Shanxi" twice.
#[test]
fn two_rows_for_one_area_are_an_error_that_names_both() {
    let table = table("province,people\nBeijing,2115\nShanxi,3630\nJilin,2751\nShanxi,3764\n");
    let noted = joined(&table, Level::Province, &[]);
    let error = noted.problems.iter().find(|problem| problem.severity == Severity::Error).expect("an error");
    assert_eq!(
        error.to_string(),
        "error: t.csv:5: 140000 山西省: The rows on lines 3 and 5 belong to the same area. One of them may be 610000 陕西省, which has no row: correct it by a patch. Otherwise choose one by `where`, or list the columns that may be added up in `sum`."
    );
    assert_eq!(noted.value.ledger.count(RowOutcome::Duplicate), 2);
    assert_eq!(
        noted.value.ledger.rows[1].near[0].code, "610000",
        "the area without a row and of nearly the same name is proposed"
    );
    assert_eq!(noted.value.ledger.areas[1].outcome, AreaOutcome::Duplicate);
}

#[test]
fn finer_rows_are_added_up_and_zones_find_their_prefecture() {
    let table = table("code,beds\n220104,1\n220122,2\n220171,4\n220202,8\n441900,16\n441971,32\n229999,64\n990101,128\n");
    let noted = joined(&table, Level::Prefecture, &["beds"]);
    assert_eq!(
        outcomes(&noted.value),
        [
            RowOutcome::RolledUp,
            RowOutcome::RolledUp,
            RowOutcome::RolledUp,
            RowOutcome::RolledUp,
            RowOutcome::Matched,
            RowOutcome::RolledUp,
            RowOutcome::ProvinceOnly,
            RowOutcome::Unmatched
        ]
    );
    let sum = ["beds".to_string()];
    let source = Source { table: &table, joined: &noted.value, sum: &sum, base: None };
    let beds = formula::parse("beds").expect("well formed");
    let indicator = indicator::evaluate(&beds, &[source], 5).expect("evaluates").value;
    assert_eq!(indicator.values, [Err(Missing::NoRow), Ok(7.0), Ok(8.0), Err(Missing::NoRow), Ok(48.0)]);
    let total = &noted.value.ledger.totals[0];
    assert_eq!((total.before, total.after, total.agrees), (Some(255.0), Some(63.0), true));
    let undeclared = indicator::evaluate(&beds, &[Source { sum: &[], ..source }], 5).expect("evaluates");
    assert_eq!(
        undeclared.problems[0].to_string(),
        "error: t.csv:3: column \"beds\": The rows on lines 2 and 3 belong to the same area, and \"beds\" is not declared as summable (3 areas). If it is a count, write sum = [\"beds\"] in the table; if it is a share or a rate, name what it is a share of: base = \"COLUMN\", of this table or TABLE.COLUMN of another; or choose one row by `where`."
    );
}

#[test]
fn a_row_of_the_whole_is_not_added_to_the_rows_of_its_parts() {
    let table = table("code,beds\n220000,99\n220100,7\n220104,3\n220122,4\n220202,8\n");
    let prefectures = joined(&table, Level::Prefecture, &["beds"]).value;
    assert_eq!(
        outcomes(&prefectures),
        [RowOutcome::CoarserLevel, RowOutcome::Matched, RowOutcome::Superseded, RowOutcome::Superseded, RowOutcome::RolledUp]
    );
    let provinces = joined(&table, Level::Province, &["beds"]).value;
    assert_eq!(provinces.ledger.count(RowOutcome::Superseded), 4);
}

#[test]
fn a_map_of_some_areas_lists_the_rows_of_others() {
    let table = table("code,beds\n110101,1\n220104,2\n");
    let request = Request {
        table: &table,
        key: &KeyPlan::Auto,
        level: Level::County,
        coverage: &coverage(),
        shown: Some(&[0, 1]),
        sum: &[],
        carry: None,
    };
    let joined = join(&request).value;
    assert_eq!(outcomes(&joined), [RowOutcome::Matched, RowOutcome::NotShown]);
    assert_eq!(joined.ledger.areas.len(), 2);
    assert_eq!(joined.ledger.sentence_zh(), "t：共2行，匹配1行，不在本图范围1行；共2个区域，其中1个无数据行。");
}

#[test]
fn a_table_without_a_key_says_what_it_has() {
    let noted = joined(&table("hospital,beds\n甲,1\n乙,2\n"), Level::County, &[]);
    assert_eq!(
        messages(&noted),
        [
            "error: t.csv: No column holds codes or names of areas at county level or finer (columns: hospital, beds). Name the column of codes or of names in the map file, or check that the table fits the boundaries."
        ]
    );
    let key = KeyPlan::Code(Written { text: "bedz".into(), span: 4..8 });
    let table = table("code,beds\n110101,1\n");
    let request =
        Request { table: &table, key: &key, level: Level::County, coverage: &coverage(), shown: None, sum: &[], carry: None };
    let noted = join(&request);
    assert_eq!(messages(&noted), ["error: t: There is no column \"bedz\". Did you mean \"beds\"?"]);
    assert_eq!(noted.problems[0].place.span, Some(4..8));
}

#[test]
fn formulas_reach_over_tables_and_ambiguous_names_are_refused() {
    let (beds, people) = (table("code,beds,year\n110101,6,1\n110105,1,1\n"), {
        let mut people = table("code,people,year\n110101,2000,1\n110105,0,1\n220104,5,1\n");
        people.name = "p".into();
        people
    });
    let (a, b) = (joined(&beds, Level::County, &[]).value, joined(&people, Level::County, &[]).value);
    let sources =
        [Source { table: &beds, joined: &a, sum: &[], base: None }, Source { table: &people, joined: &b, sum: &[], base: None }];
    let noted =
        indicator::evaluate(&formula::parse("beds / p.people * 1000").expect("well formed"), &sources, 7).expect("evaluates");
    assert_eq!(noted.value.values[..3], [Ok(3.0), Err(Missing::DivisionByZero), Err(Missing::NoRow)]);
    assert_eq!(
        noted.problems[0].to_string(),
        "warning: `beds / p.people * 1000` has no value for 1 areas (division by zero). They are drawn as missing."
    );
    assert_eq!(noted.value.used.iter().map(|used| used.name.as_str()).collect::<Vec<_>>(), ["beds", "p.people"]);
    let error = |text: &str| {
        let error = indicator::evaluate(&formula::parse(text).expect("well formed"), &sources, 7).expect_err("must be refused");
        format!("{} {}", error.message, error.help.unwrap_or_default())
    };
    assert_eq!(error("year + 1"), "Column \"year\" is in table t and in table p. Write t.year or p.year.");
    assert_eq!(error("t.bedz"), "There is no column \"t.bedz\". Did you mean \"t.beds\"?");
    assert_eq!(error("peopel"), "There is no column \"peopel\". Did you mean \"people\"?");
}

#[test]
fn percent_signs_are_obeyed_and_said() {
    let table = table("code,share\n110101,12.5%\n110105,50%\n");
    let joined = joined(&table, Level::County, &[]).value;
    let share = formula::parse("share").expect("well formed");
    let noted =
        indicator::evaluate(&share, &[Source { table: &table, joined: &joined, sum: &[], base: None }], 7).expect("evaluates");
    assert_eq!(noted.value.values[..2], [Ok(0.125), Ok(0.5)]);
    assert_eq!(
        noted.problems[0].to_string(),
        "note: t.csv: column \"share\": 2 cells have a percent sign and are read as shares: 12.5% is 0.125."
    );
}

#[test]
fn rows_without_a_number_are_not_zeros_in_a_sum() {
    let table = table("code,beds\n220104,1\n220122,—\n220202,\n");
    let noted = joined(&table, Level::Prefecture, &["beds"]);
    let sum = ["beds".to_string()];
    let source = Source { table: &table, joined: &noted.value, sum: &sum, base: None };
    let noted = indicator::evaluate(&formula::parse("beds").expect("well formed"), &[source], 5).expect("evaluates");
    assert_eq!(noted.value.values[1..3], [Ok(1.0), Err(Missing::Empty)]);
    assert_eq!(
        noted.problems[0].to_string(),
        "warning: t.csv:3: column \"beds\": 1 row without a number is left out of sums (first: marked \"—\"). Correct them by a patch, or leave them out by `where`."
    );
}

#[test]
fn the_ledger_is_written_as_json_and_csv() {
    let table = table("code,name,beds\n110101,东城区,1\n110199,\"<b>区\",2\n");
    let ledger = joined(&table, Level::County, &["beds"]).value.ledger;
    let again: super::ledger::Ledger = serde_json::from_str(&ledger.to_json()).expect("what is written can be read");
    assert_eq!(again, ledger);
    let lines: Vec<String> = ledger.to_csv().lines().map(str::to_string).collect();
    assert_eq!(
        lines[..3],
        [
            "kind,line,key,name,outcome,area,area_name,form,history,parts,near",
            "row,2,110101,东城区,matched,110101,东城区,,,,",
            "row,3,110199,<b>区,prefecture-only,110100,北京市,,,,"
        ]
    );
    assert_eq!(lines.len(), 1 + 2 + 7);
    let schema = serde_json::to_value(schemars::schema_for!(super::ledger::Ledger)).expect("a schema");
    assert!(schema["properties"]["totals"].is_object());
}

proptest! {
    #[test]
    fn every_row_and_every_number_is_accounted_for(
        rows in prop::collection::vec(("(11010[15]|2201(04|22|71)|441900|22[0-9]{4}|合计|朝阳区||x)", "(-?[0-9]{1,9}(\\.[0-9]{1,6})?|—|)"), 1..40),
        level in prop_oneof![Just(Level::Province), Just(Level::Prefecture), Just(Level::County), Just(Level::Unit)],
    ) {
        let text: String = rows.iter().map(|(key, beds)| format!("{key},{beds},a\n")).collect();
        let table = table(&format!("code,beds,note\n110101,1,a\n{text}"));
        let key = KeyPlan::Code(written("code"));
        let sum = ["beds".to_string()];
        let joined = join(&Request { table: &table, key: &key, level, coverage: &coverage(), shown: None, sum: &sum, carry: None }).value;
        prop_assert_eq!(joined.ledger.rows.len(), table.rows());
        prop_assert_eq!(joined.ledger.counts.values().sum::<usize>(), table.rows());
        prop_assert!(joined.ledger.totals[0].agrees);
        let used: usize = joined.rows_of_area.iter().map(Vec::len).sum();
        prop_assert_eq!(used, joined.ledger.rows.iter().filter(|row| row.outcome.is_used()).count());
    }
}

/// Which column serves as the key, at the level, by the first message.
fn first_message(text: &str, level: Level) -> String {
    messages(&joined(&table(text), level, &[])).swap_remove(0)
}

#[test]
fn small_numbers_are_no_codes() {
    let by = |what: &str, rows: usize| format!("note: t.csv: Rows are matched by the {what} ({rows} of {rows} rows looked at).");
    // 44 and 61 stand for Guangdong and Shaanxi where nothing better is there and the heading says so.
    assert_eq!(first_message("省码,达标率\n44,1\n61,2\n", Level::Province), by("codes in column \"省码\"", 2));
    assert_eq!(first_message("code,rate\n110101,44\n110105,61\n", Level::Province), by("codes in column \"code\"", 2));
    assert_eq!(first_message("rate,area\n44,广州市\n61,东莞市\n", Level::Province), by("names in column \"area\"", 2));
    assert_eq!(first_message("gb_code,area\n44,广州市\n61,东莞市\n", Level::Province), by("names in column \"area\"", 2));
    assert_eq!(
        first_message("达标率,床位\n44,1\n61,2\n", Level::Province),
        "error: t.csv: No column holds codes or names of areas at province level or finer (columns: 达标率, 床位). Name the column of codes or of names in the map file, or check that the table fits the boundaries."
    );
    assert_eq!(
        first_message("地市,三级医院数\n广州,11\n长春,14\n东莞,22\n", Level::Prefecture),
        by("names in column \"地市\"", 3)
    );
    assert_eq!(
        first_message("地市,三级医院数\n广州区,11\n长春县,14\n东莞县,22\n", Level::Prefecture),
        "error: t.csv: No column holds codes or names of areas at prefecture level or finer (columns: 地市, 三级医院数). The nearest is \"地市\", where 0 of 3 rows match; not 广州区 (perhaps 440100 广州市), 长春县 (perhaps 220100 长春市), 东莞县 (perhaps 441900 东莞市). Write names that the boundaries have or add a column of codes; area = \"地市\" takes the rows that match."
    );
    assert!(first_message("邮政编码,a\n110101,1\n440103,2\n", Level::County).starts_with("error:"));
    assert!(first_message("code,a\n44.0,1\n61.0,2\n", Level::Province).starts_with("error:"));
}

#[test]
fn a_choice_between_columns_is_said() {
    assert_eq!(
        first_message("from_code,to_code,n\n110101,110105,1\n220104,110101,2\n", Level::County),
        "warning: t.csv: Rows are matched by the codes in column \"from_code\" (2 of 2 rows looked at); \"to_code\" would lead them to other areas. Say which in the map file: code = \"from_code\" or code = \"to_code\"."
    );
    assert!(first_message("市码,县码,n\n110100,110101,1\n220100,220104,2\n", Level::Prefecture).starts_with("note:"));
}

#[test]
fn a_name_that_one_area_of_the_map_has_means_that_one() {
    let table = table("name,beds\n朝阳区,1\n东城区,2\n农安市,3\n");
    let key = KeyPlan::Name { name: written("name"), parent: None };
    let of = |shown: &'static [usize]| {
        join(&Request {
            table: &table,
            key: &key,
            level: Level::County,
            coverage: &coverage(),
            shown: Some(shown),
            sum: &[],
            carry: None,
        })
        .value
    };
    let jilin = of(&[2, 3, 4]);
    assert_eq!(outcomes(&jilin), [RowOutcome::Matched, RowOutcome::NotShown, RowOutcome::Unmatched]);
    assert_eq!(jilin.ledger.rows[0].area.as_deref(), Some("220104"));
    assert_eq!(jilin.ledger.rows[2].near[0].code, "220122");
    let guangdong = of(&[5, 6]);
    assert_eq!(outcomes(&guangdong), [RowOutcome::NotShown, RowOutcome::NotShown, RowOutcome::Unmatched]);
    assert!(guangdong.ledger.rows[2].near.is_empty(), "only areas of the map are proposed");
}

#[test]
fn identical_rows_are_said_to_be_identical_and_once() {
    let table = table("code,beds\n110101,1\n110101,1\n110105,1\n110105,2\n");
    let noted = joined(&table, Level::County, &[]);
    let errors: Vec<String> = messages(&noted).into_iter().filter(|message| message.starts_with("error")).collect();
    assert_eq!(
        errors,
        [
            "error: t.csv:3: 110101 东城区: The rows on lines 2 and 3 belong to the same area and are identical. Delete all but one of them.",
            "error: t.csv:5: 110105 朝阳区: The rows on lines 4 and 5 belong to the same area. Delete the wrong one, choose one by `where`, or list the columns that may be added up in `sum`."
        ]
    );
    let source = Source { table: &table, joined: &noted.value, sum: &[], base: None };
    let beds = indicator::evaluate(&formula::parse("beds").expect("well formed"), &[source], 7).expect("evaluates");
    assert!(beds.problems.is_empty(), "{:?}", beds.problems);
}

#[test]
fn percent_signs_beside_plain_numbers_are_warned_of() {
    let table = table("code,share\n110101,45%\n110105,0.4\n220104,0\n");
    let joined = joined(&table, Level::County, &[]).value;
    let share = formula::parse("share").expect("well formed");
    let noted =
        indicator::evaluate(&share, &[Source { table: &table, joined: &joined, sum: &[], base: None }], 7).expect("evaluates");
    assert_eq!(
        noted.problems[0].to_string(),
        "warning: t.csv:3: column \"share\": 1 cells have a percent sign (first on line 2) and 1 have none (lines 3): \"45%\" is read as a share beside \"0.4\". Write all of them with the sign, or none, or correct them by a patch."
    );
}
