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
/// All but 松岭区 and 中沙群岛, which the areas do not have.
const ALL: f64 = 1_409_862_583.0;
/// All but those two and 江干区, whose land two districts hold.
const AFTER: f64 = ALL - 1_487_787.0;

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

/// People of the rows whose outcome is one of some.
fn people(joined: &Joined, wanted: impl Fn(RowOutcome) -> bool) -> f64 {
    let people = census().find("POPU").expect("a column");
    let rows = joined.ledger.rows.iter().enumerate().filter(|(_, row)| wanted(row.outcome));
    rows.map(|(row, _)| people.number(row).expect("every row has people")).sum()
}

#[test]
fn nobody_is_lost_under_any_rule() {
    // After the join, under each rule for divided units, without and with zones shared out.
    let after = [
        (Split::Refuse, [1_385_968_128.0, AFTER]),
        (Split::Area, [1_387_455_915.0, ALL]),
        (Split::People, [1_387_455_915.0, ALL]),
    ];
    for (split, after) in after {
        for (zones, after) in [Zones::Leave, Zones::Share].into_iter().zip(after) {
            let joined = joined(Level::County, split, zones);
            let ledger = &joined.ledger;
            assert_eq!((ledger.rows.len(), ledger.areas.len()), (2_990, 2_875));
            let total = &ledger.totals[0];
            assert_eq!((total.before, total.after, total.agrees), (Some(PEOPLE), Some(after), true), "{split:?} {zones:?}");
            assert_eq!(after + people(&joined, |outcome| !outcome.is_used()), PEOPLE, "{split:?} {zones:?}");
        }
    }
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
