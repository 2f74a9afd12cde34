//! The census of 2020 on the areas of 2021: every row and every area is told of, and nobody is lost.

use caremap::coverage;
use caremap::level::Level;
use caremap::place::join::{Joined, Request, join};
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
