//! Written names and what they must mean: a table by hand, and what must hold for every name.

use super::gazetteer::Gazetteer;
use super::lookup::{Lookup, Meaning};
use super::name::{self, Form};
use crate::coverage::{self, Area};
use crate::level::Level;
use crate::table::{Cell, Table};
use proptest::prelude::*;
use std::sync::OnceLock;

/// Columns: text, parent, level, code or outcome, name of the area, form.
static CASES: &str = include_str!("cases.csv");

fn gazetteer() -> &'static Gazetteer<'static> {
    static CHINA: OnceLock<Gazetteer<'static>> = OnceLock::new();
    CHINA.get_or_init(|| Gazetteer::new(coverage::bundled()))
}

/// What the names in a column mean.
fn meanings(rows: &[(&str, &str)], level: Level) -> Vec<Meaning> {
    let text = |text: &str| Cell::Text(text.to_string());
    let (names, parents) = rows.iter().map(|(name, parent)| (text(name), text(parent))).unzip();
    let table = Table::from_columns("t", vec![("name".into(), names), ("parent".into(), parents)]).expect("two columns");
    let lookup = Lookup::of(&table, 0, Some(1), level, None, gazetteer());
    (0..rows.len()).map(|row| lookup.row(row).clone()).collect()
}

fn meaning(text: &str, parent: &str, level: Level) -> Meaning {
    meanings(&[(text, parent)], level).swap_remove(0)
}

/// The meaning as the table of cases writes it.
fn told(meaning: &Meaning) -> [String; 3] {
    let word = match meaning {
        Meaning::Area(found) => {
            let area = gazetteer().area(found.spot);
            return [area.code.clone(), area.name.clone(), found.form.to_string()];
        }
        Meaning::Several(_) => "ambiguous",
        Meaning::NotShown => "not-shown",
        Meaning::Placeholder => "placeholder",
        Meaning::Empty => "empty",
        Meaning::Nothing => "none",
    };
    [word.into(), String::new(), String::new()]
}

#[test]
fn written_names_mean_what_the_table_says() {
    let mut reader = csv::Reader::from_reader(CASES.as_bytes());
    let mut wrong = Vec::new();
    let mut count = 0;
    for record in reader.records() {
        let record = record.expect("a line of the table");
        let level = serde_json::from_str(&format!("\"{}\"", &record[2])).expect("a level");
        let told = told(&meaning(&record[0], &record[1], level));
        count += 1;
        if told[..] != [&record[3], &record[4], &record[5]] {
            wrong.push(format!("{record:?} gives {told:?}"));
        }
    }
    assert!(wrong.is_empty() && count > 400, "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every area with its level and position.
fn areas() -> impl Iterator<Item = ((Level, usize), &'static Area)> {
    let of_level =
        |(level, areas): (&'static Level, &'static Vec<Area>)| areas.iter().enumerate().map(|(at, area)| ((*level, at), area));
    coverage::bundled().layers.iter().flat_map(of_level)
}

#[test]
fn every_area_is_found_by_its_name_after_those_it_lies_in() {
    let gazetteer = gazetteer();
    for (spot, area) in areas() {
        let path = gazetteer.full_path(spot);
        let found = gazetteer.named(&path);
        let is_it = |found: &super::gazetteer::Match| gazetteer.is_same_unit(found.spot, spot);
        assert!(!found.is_empty() && found.iter().all(is_it), "{path}: {found:?}");
        let own = gazetteer.named(&area.name);
        assert!(own.iter().any(|found| found.spot == spot && found.form == Form::FullName), "{}: {own:?}", area.name);
    }
}

#[test]
fn no_form_of_a_name_leads_to_another_area() {
    let gazetteer = gazetteer();
    let mut alone = 0;
    for (spot, area) in areas().filter(|(spot, _)| spot.0 != Level::Province) {
        let province = gazetteer.lift(spot, Level::Province).expect("every area lies in a province");
        let parent = gazetteer.area((Level::Province, province)).name.as_str();
        let stem = name::stem(&area.name);
        let known = name::forms(&area.code, &area.name).expect("every bundled area is in the table of names");
        let forms: Vec<String> =
            known.usual().chain(known.pinyin()).chain(known.short()).chain(area.name_en.as_deref()).map(str::to_string).collect();
        for form in forms.iter().chain([&stem]) {
            match meaning(form, parent, spot.0) {
                Meaning::Area(found) => {
                    assert!(
                        gazetteer.is_same_unit(found.spot, spot),
                        "{form} in {parent}: {found:?}, not {spot:?} {}",
                        area.name
                    );
                    alone += 1;
                }
                Meaning::Several(spots) => assert!(spots.contains(&spot), "{form} in {parent}: {spots:?} without {}", area.name),
                // One character or one syllable is no name without its kind.
                Meaning::Nothing if form.chars().count() == 1 => {}
                other => assert!(name::split(&area.name).0.chars().count() == 1, "{form} in {parent}: {other:?}"),
            }
        }
    }
    assert!(alone > 8_000, "{alone}");
}

#[test]
fn a_column_tells_which_level_a_name_has() {
    let codes = |names: &[&str], level: Level| -> Vec<String> {
        let rows: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
        meanings(&rows, level).iter().map(|meaning| told(meaning)[0].clone()).collect()
    };
    // Provinces on a map of prefectures are provinces.
    assert_eq!(codes(&["辽宁", "吉林", "黑龙江", "海南"], Level::Prefecture), ["210000", "220000", "230000", "460000"]);
    assert_eq!(codes(&["长春", "吉林", "四平"], Level::Prefecture), ["220100", "220200", "220300"]);
    // Where five cities stand among the provinces, 吉林 is the province on a map of provinces, and doubtful on one of prefectures.
    let mixed = ["辽宁", "大连", "吉林", "山东", "青岛", "浙江", "宁波", "江苏"];
    assert_eq!(codes(&mixed, Level::Province)[2], "220000");
    assert_eq!(codes(&mixed, Level::Prefecture)[2], "ambiguous");
    // Short names of counties: 朝阳 is not the city.
    assert_eq!(codes(&["双塔", "龙城", "建平", "朝阳"], Level::Prefecture)[3], "ambiguous");
    assert_eq!(
        codes(&["京", "津", "冀", "合计", "晋"], Level::Province),
        ["110000", "120000", "130000", "placeholder", "140000"]
    );
    assert_eq!(codes(&["京", "津", "河北"], Level::Province), ["none", "none", "130000"]);
}

#[test]
fn a_former_name_is_taken_where_no_present_one_fits() {
    let former = |name: &str, code: &str| super::gazetteer::Former { name: name.into(), years: (1983, 2010), code: code.into() };
    let list = [former("襄樊市", "420600"), former("孟津县", "410308"), former("东山区", "440104"), former("西湖区", "110101")];
    let gazetteer = Gazetteer::new(coverage::bundled()).with_former(&list);
    let cells = |texts: &[&str]| texts.iter().map(|text| Cell::Text(text.to_string())).collect::<Vec<_>>();
    let names = cells(&["襄樊市", "河南省孟津县", "东山区", "东山区", "西湖区"]);
    let parents = cells(&["湖北", "", "广州", "鹤岗市", "杭州市"]);
    let table = Table::from_columns("t", vec![("n".into(), names), ("p".into(), parents)]).expect("two columns");
    let lookup = Lookup::of(&table, 0, Some(1), Level::County, None, &gazetteer);
    let found = |row: usize| match lookup.row(row) {
        Meaning::Area(found) => (gazetteer.area(found.spot).code.as_str(), found.form),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(0), ("420600", Form::FormerName));
    assert_eq!(found(1), ("410308", Form::FormerName));
    assert_eq!(found(2), ("440104", Form::FormerName));
    assert_eq!(found(3), ("230406", Form::FullName));
    assert_eq!(found(4), ("330106", Form::FullName));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is found was written: every character of the text stands in the area's names or in those of the areas it lies in.
    #[test]
    fn nothing_that_is_only_near_is_taken(at in 0..2_875_usize, place in 0..4_usize, other in "[南北西东新州安平和阳山江河海洋市县区华]") {
        let gazetteer = gazetteer();
        let area = &coverage::bundled().areas(Level::County)[at];
        let mut letters: Vec<char> = area.name.chars().collect();
        let place = place % letters.len();
        letters[place] = other.chars().next().expect("one character");
        let text: String = letters.into_iter().collect();
        for found in gazetteer.named(&text) {
            let area = gazetteer.area(found.spot);
            let short: String = name::forms(&area.code, &area.name).map(|forms| forms.short().collect()).unwrap_or_default();
            let names = gazetteer.full_path(found.spot) + &short;
            prop_assert!(text.chars().all(|c| names.contains(c)), "{} is not {}", text, names);
        }
    }

    #[test]
    fn any_text_can_be_asked_for(text in "\\PC{0,60}") {
        gazetteer().named(&text);
        gazetteer().headed(&text);
    }
}
