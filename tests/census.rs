//! The census of 2020 on the areas of 2021: every row and every area is told of, and nobody is lost.

use caremap::coverage;
use caremap::level::Level;
use caremap::place::join::{Joined, Request, join};
use caremap::place::ledger::{AreaOutcome, RowOutcome};
use caremap::place::through::{Carry, Split, Zones};
use caremap::read::table::{ReadOptions, read_table};
use caremap::spec::KeyPlan;
use caremap::table::Table;
use std::sync::OnceLock;

/// People in the rows of the file as published, with the county that is 100,000 too high.
const PEOPLE: f64 = 1_409_878_724.0;

fn census() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let bytes = std::fs::read("assets/tables/census2020_population.csv").expect("the file is there");
        read_table(bytes, "census2020_population.csv", &ReadOptions::default()).expect("it can be read").value
    })
}

fn joined(level: Level, split: Split, zones: Zones) -> Joined {
    let carry = Some(Carry { split, zones, ..Carry::default() });
    let (table, sum) = (census(), ["POPU".to_owned()]);
    join(&Request { table, key: &KeyPlan::Auto, level, coverage: coverage::bundled(), shown: None, sum: &sum, carry }).value
}

#[test]
fn nobody_is_lost_under_any_rule() {
    // Split and zones, and the people who reach an area and who do not.
    for (split, zones) in
        [Split::Refuse, Split::Area, Split::People].iter().flat_map(|split| [(*split, Zones::Leave), (*split, Zones::Share)])
    {
        let joined = joined(Level::County, split, zones);
        let ledger = &joined.ledger;
        let total = &ledger.totals[0];
        assert_eq!((ledger.rows.len(), ledger.areas.len()), (2_990, 2_875));
        assert_eq!((total.before, total.agrees), (Some(PEOPLE), true), "{split:?} {zones:?}");
        let of = |used: bool| -> f64 {
            total.by_outcome.iter().filter(|(outcome, _)| outcome.is_used() == used).filter_map(|(_, part)| *part).sum()
        };
        assert_eq!((total.after, of(true) + of(false)), (Some(of(true)), PEOPLE), "{split:?} {zones:?}");
        match (split, zones) {
            (Split::Refuse, Zones::Leave) => assert_eq!((of(true), of(false)), (1_385_968_128.0, 23_910_596.0)),
            (Split::Area | Split::People, Zones::Share) => assert_eq!((of(true), of(false)), (1_409_862_583.0, 16_141.0)),
            _ => {}
        }
        let lost: Vec<&str> = ledger.rows.iter().filter(|row| !row.outcome.is_used()).map(|row| row.key.as_str()).collect();
        if split != Split::Refuse && zones == Zones::Share {
            // 松岭区, which the boundaries draw in another province's county, and 中沙群岛, of which they have no area.
            assert_eq!(lost, ["232762", "460303"]);
        }
    }
}

/// Sixty rows with what must become of them, written from the published changes of divisions and not from this program.
#[test]
fn sixty_rows_go_where_the_published_changes_say() {
    let sample = std::fs::read("tests/census_sample.csv").expect("the sample is there");
    let sample = read_table(sample, "census_sample.csv", &ReadOptions::default()).expect("it can be read").value;
    let (refused, divided) =
        (joined(Level::County, Split::Refuse, Zones::Leave), joined(Level::County, Split::People, Zones::Share));
    let text = |column: &str, row: usize| sample.find(column).expect("a column").text(row).into_owned();
    let mut wrong = Vec::new();
    assert_eq!(sample.rows(), 60);
    for row in 0..sample.rows() {
        let code = text("code", row);
        let entry = |joined: &Joined| joined.ledger.rows.iter().find(|entry| entry.key == code).cloned().expect("a row");
        let (under, over) = (entry(&refused), entry(&divided));
        let mut areas: Vec<String> = over.parts.iter().map(|part| part.code.clone()).collect();
        if areas.is_empty() && over.outcome.is_used() {
            areas.extend(over.area.clone());
        }
        let told = [under.outcome.to_string(), over.outcome.to_string(), areas.join(" ")];
        let expected = [text("refused", row), text("divided", row), text("areas", row)];
        if told != expected {
            wrong.push(format!("{code} {}: {told:?}, not {expected:?}", text("name", row)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Zones are whole persons in the counties of their own prefecture, which are marked as estimates.
#[test]
fn zones_are_shared_out_in_whole_persons_at_home() {
    let joined = joined(Level::County, Split::Refuse, Zones::Share);
    let areas = coverage::bundled().areas(Level::County);
    let shared: Vec<_> = joined.ledger.rows_that(RowOutcome::Shared).collect();
    assert_eq!(shared.len(), 134);
    for row in shared {
        assert!(row.parts.iter().all(|part| part.code[..4] == row.key[..4] || part.code.starts_with("4690")), "{row:?}");
    }
    for area in joined.parts.values().flatten().map(|part| &areas[part.0]) {
        let entry = joined.ledger.areas.iter().find(|entry| entry.code == area.code).expect("every area is told of");
        assert_eq!(entry.outcome, AreaOutcome::Estimated);
    }
}

#[test]
fn prefectures_are_complete_without_any_rule() {
    let joined = joined(Level::Prefecture, Split::Refuse, Zones::Leave);
    let lost: Vec<&str> = joined.ledger.rows.iter().filter(|row| !row.outcome.is_used()).map(|row| row.key.as_str()).collect();
    assert_eq!(lost, [] as [&str; 0]);
    assert_eq!(joined.ledger.totals[0].after, Some(PEOPLE));
}

/// Sixty rows whose areas were written down by hand, with the reason for each: see `tests/inputs/join/sample60.csv`. Land that a unit gave
/// while it went on stays with it, and is told.
#[test]
fn sixty_rows_go_where_they_went_by_hand() {
    let joined = joined(Level::County, Split::Area, Zones::Leave);
    let areas = coverage::bundled().areas(Level::County);
    let mut sample = csv::Reader::from_path("tests/inputs/join/sample60.csv").expect("the sample is there");
    let mut rows = 0;
    for record in sample.records().map(|record| record.expect("a row")) {
        let (code, land_to) = (&record[0], &record[5]);
        let wanted: Vec<&str> = record[3].split(' ').filter(|code| !code.is_empty() && *code != land_to).collect();
        let row = joined.ledger.rows.iter().position(|row| row.key == code).expect("the census has the row");
        let mut found: Vec<&str> = (0..areas.len())
            .filter(|area| joined.rows_of_area[*area].contains(&row))
            .map(|area| areas[area].code.as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{code} {}: {}", &record[1], &record[6]);
        rows += 1;
    }
    assert_eq!(rows, 60);
}
