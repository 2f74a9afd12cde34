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

fn people(joined: &Joined, row: usize) -> f64 {
    let _ = joined;
    census().find("POPU").expect("a column").number(row).expect("every row has people")
}

#[test]
fn nobody_is_lost_under_any_rule() {
    for split in [Split::Refuse, Split::Area, Split::People] {
        for zones in [Zones::Leave, Zones::Share] {
            let joined = joined(Level::County, split, zones);
            let ledger = &joined.ledger;
            let total = &ledger.totals[0];
            assert_eq!((ledger.rows.len(), ledger.areas.len()), (2_990, 2_875));
            assert_eq!((total.before, total.agrees), (Some(PEOPLE), true), "{split:?} {zones:?}");
            let lost: f64 = (0..2_990).filter(|row| !ledger.rows[*row].outcome.is_used()).map(|row| people(&joined, row)).sum();
            let after = total.after.expect("a total");
            assert_eq!(after + lost, PEOPLE);
            println!("{split:?} {zones:?} after {after} lost {lost} {:?}", ledger.counts);
            for row in ledger.rows.iter().filter(|row| !row.outcome.is_used() && zones == Zones::Share) {
                println!("  {} {:?} {:?} {:?}", row.key, row.name, row.outcome, row.history);
            }
        }
    }
}
