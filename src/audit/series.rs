//! One quantity of one area over the years: rows with a year each, or columns headed by years.

use super::columns::Kind;
use super::subject::Subject;
use std::collections::{BTreeMap, BTreeSet};

/// One year's value, above zero.
pub(super) struct Cell {
    pub year: i64,
    pub row: usize,
    pub column: usize,
    pub value: f64,
}

/// Series that hang together, and how much nine of ten steps from year to year are at most, in powers of ten.
pub(super) struct Group {
    pub series: Vec<Vec<Cell>>,
    pub usual: f64,
}

/// The series of counts or amounts, each in the order of its years: a group for each column, one for columns headed by years.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Group> {
    let mut groups = below(subject);
    groups.push(across(subject));
    groups.into_iter().filter_map(group).collect()
}

fn group(mut series: Vec<Vec<Cell>>) -> Option<Group> {
    for series in &mut series {
        series.sort_by_key(|cell| cell.year);
    }
    let pairs = series.iter().flat_map(|series| series.windows(2));
    let mut steps: Vec<f64> = pairs.map(|pair| libm::log10(pair[1].value / pair[0].value).abs()).collect();
    steps.sort_by(f64::total_cmp);
    let usual = *steps.get(steps.len() * 9 / 10)?;
    Some(Group { series, usual })
}

/// Rows of one area with a year each.
fn below(subject: &Subject<'_>) -> Vec<Vec<Vec<Cell>>> {
    let (Some(_), Some(places)) = (subject.year, &subject.places) else { return Vec::new() };
    let of_column = |column: usize| {
        let mut series: BTreeMap<_, Vec<Cell>> = BTreeMap::new();
        for (row, spot) in places.spots.iter().enumerate() {
            let value = subject.columns[column].number(row).filter(|value| *value > 0.0);
            if let (Some(spot), Some(year), Some(value)) = (spot, subject.year(row), value) {
                series.entry(*spot).or_default().push(Cell { year, row, column, value });
            }
        }
        series.into_values().filter(|series| is_once_a_year(series)).collect()
    };
    subject.of_kind(Kind::Count).map(|(column, _)| of_column(column)).collect()
}

fn is_once_a_year(series: &[Cell]) -> bool {
    let years: BTreeSet<i64> = series.iter().map(|cell| cell.year).collect();
    years.len() == series.len()
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
