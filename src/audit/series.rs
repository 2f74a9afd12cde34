//! One quantity of one area over the years: rows with a year each, or columns headed by years.

use super::columns::Kind;
use super::subject::Subject;
use std::collections::BTreeMap;

/// One year's value, above zero.
pub(super) struct Cell {
    pub year: i64,
    pub row: usize,
    pub column: usize,
    pub value: f64,
}

/// Every series of counts or amounts, each in the order of its years.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Vec<Cell>> {
    let mut found = across(subject);
    found.extend(below(subject));
    for series in &mut found {
        series.sort_by_key(|cell| cell.year);
    }
    found
}

/// Rows of one area with a year each.
fn below(subject: &Subject<'_>) -> Vec<Vec<Cell>> {
    let (Some(_), Some(places)) = (subject.year, &subject.places) else { return Vec::new() };
    let mut series: BTreeMap<_, Vec<Cell>> = BTreeMap::new();
    for (column, read) in subject.of_kind(Kind::Count) {
        for (row, spot) in places.spots.iter().enumerate() {
            let value = read.number(row).filter(|value| *value > 0.0);
            if let (Some(spot), Some(year), Some(value)) = (spot, subject.year(row), value) {
                series.entry((column, *spot)).or_default().push(Cell { year, row, column, value });
            }
        }
    }
    let once = |series: &Vec<Cell>| {
        let mut years: Vec<i64> = series.iter().map(|cell| cell.year).collect();
        years.sort_unstable();
        years.windows(2).all(|pair| pair[0] != pair[1])
    };
    series.into_values().filter(once).collect()
}

/// Columns of one row that are headed by years.
fn across(subject: &Subject<'_>) -> Vec<Vec<Cell>> {
    let headed: Vec<(i64, usize)> = subject.quantities().filter_map(|(at, column)| Some((year_of(column.name())?, at))).collect();
    if headed.len() < 3 {
        return Vec::new();
    }
    let cell = |row: usize, year: i64, column: usize| {
        let value = subject.columns.get(column)?.number(row).filter(|value| *value > 0.0)?;
        Some(Cell { year, row, column, value })
    };
    (0..subject.rows()).map(|row| headed.iter().filter_map(|(year, column)| cell(row, *year, *column)).collect()).collect()
}

/// `2020` and `2020年`.
fn year_of(heading: &str) -> Option<i64> {
    let year: i64 = heading.trim().trim_end_matches('年').parse().ok()?;
    (1900..=2100).contains(&year).then_some(year)
}
