//! What is published about people in 2020, to which a table of people is held. Sources: `assets/tables/SOURCES.md`.

use crate::read::table::{ReadOptions, read_table};
use crate::table::Table;
use crate::world;
use std::collections::BTreeMap;

/// Published people by code of province, and of prefecture where known: Seventh National Population Census, 2020.
pub(super) fn people() -> BTreeMap<String, f64> {
    open("people_reference").map(|table| by_code(&table, "code", &["people"])).unwrap_or_default()
}

/// People by code of county as GHS-POP estimates them, 2020, independent of the county's own census figure.
pub(super) fn estimates() -> BTreeMap<String, f64> {
    open("people_estimate_2020").map(|table| by_code(&table, "code", &["people"])).unwrap_or_default()
}

/// What the three broad bands of age of the census add up to, by code of county: one, where the people they are divided by are right.
pub(super) fn age_shares() -> BTreeMap<String, f64> {
    open("census2020_ages").map(|table| by_code(&table, "CODE", &["AGES_0-14", "AGES_15-64", "AGES_65P"])).unwrap_or_default()
}

fn open(name: &str) -> Option<Table> {
    let bytes = world::bundled(name)?;
    read_table(bytes, name, &ReadOptions::default()).ok().map(|noted| noted.value)
}

/// The sum of some columns by code; rows without a number are passed over.
fn by_code(table: &Table, code: &str, columns: &[&str]) -> BTreeMap<String, f64> {
    let Some(code) = table.column(code) else { return BTreeMap::new() };
    let sum = |row: usize| columns.iter().map(|name| table.column(name)?.number(row).ok()).sum::<Option<f64>>();
    (0..table.rows()).filter_map(|row| Some((code.text(row).into_owned(), sum(row)?))).collect()
}
