//! Slips of 10^n: a value ten or ten thousand times what a sister column or another year of its area lets expect.

use super::columns::{Kind, Read, median, shown};
use super::finding::{Finding, Severity};
use super::series;
use super::subject::Subject;
use std::collections::BTreeMap;

/// Rows from which on a table shows how two columns hang together.
const ENOUGH: usize = 12;
/// Spread of the ratios, in powers of ten, up to which a tenfold one is a slip (a factor of 1.35).
const TIGHT: f64 = 0.13;
/// How near a ratio is to a power of ten, in powers of ten.
const NEAR: f64 = 0.12;
/// Columns that are compared each with each.
const MOST_COLUMNS: usize = 60;

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = years(subject);
    let columns: Vec<&Read<'_>> = subject
        .quantities()
        .map(|(_, column)| column)
        .filter(|column| matches!(column.kind, Kind::Count | Kind::Number | Kind::Rate))
        .take(MOST_COLUMNS)
        .collect();
    let mut slips: BTreeMap<(usize, usize), (usize, Finding)> = BTreeMap::new();
    for (at, column) in columns.iter().enumerate() {
        for other in &columns {
            if column.name() == other.name() {
                continue;
            }
            for (row, finding) in beside(subject, column, other) {
                slips.entry((row, at)).or_insert_with(|| (0, finding)).0 += 1;
            }
        }
    }
    // Of two cells that contradict each other, the one that contradicts more others is wrong.
    let most: BTreeMap<usize, usize> = slips.iter().fold(BTreeMap::new(), |mut most, ((row, _), (count, _))| {
        let known: &mut usize = most.entry(*row).or_default();
        *known = (*known).max(*count);
        most
    });
    findings
        .extend(slips.into_iter().filter(|((row, _), (count, _))| most.get(row) == Some(count)).map(|(_, (_, finding))| finding));
    findings
}

/// Rows in which a column stands at 10^n times what it is beside another column in the other rows.
fn beside(subject: &Subject<'_>, column: &Read<'_>, other: &Read<'_>) -> Vec<(usize, Finding)> {
    let ratio = |row: usize| {
        let (value, beside) = (column.number(row)?, other.number(row)?);
        (value > 0.0 && beside > 0.0).then(|| (row, libm::log10(value / beside)))
    };
    let ratios: Vec<(usize, f64)> = (0..subject.rows()).filter_map(ratio).collect();
    let Some((middle, _)) = tight(ratios.iter().map(|(_, ratio)| *ratio).collect()) else { return Vec::new() };
    let slipped = |(row, ratio): &(usize, f64)| {
        let power = power(ratio - middle)?;
        let (value, beside) = (column.number(*row)?, other.number(*row)?);
        let against = format!("beside {} of \"{}\"", shown(beside), other.name());
        Some((*row, slip(subject, column.name(), *row, value, power, &against)))
    };
    ratios.iter().filter_map(slipped).collect()
}

/// The middle and the spread of some logarithms, where they lie close together.
fn tight(logs: Vec<f64>) -> Option<(f64, f64)> {
    if logs.len() < ENOUGH {
        return None;
    }
    let middle = median(logs.clone())?;
    let mut off: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    off.sort_by(f64::total_cmp);
    // Nine of ten lie within the spread.
    let spread = *off.get(off.len() * 9 / 10)?;
    (spread <= TIGHT).then_some((middle, spread))
}

/// The power of ten by which something is off, other than none.
fn power(off: f64) -> Option<i32> {
    let power = off.round();
    (power != 0.0 && (off - power).abs() <= NEAR).then_some(power as i32)
}

fn slip(subject: &Subject<'_>, column: &str, row: usize, value: f64, power: i32, against: &str) -> Finding {
    let times = if power > 0 {
        format!("{} times what", shown(10.0_f64.powi(power)))
    } else {
        format!("1/{} of what", shown(10.0_f64.powi(-power)))
    };
    let reason = format!(
        "{} {against} is about {times} the other rows lead to expect (log10 of the ratio against its median).",
        shown(value)
    );
    let finding =
        Finding::new("unit-slip", Severity::VeryUnlikely, reason).at(subject.line(row)).column(column).about(subject.area(row));
    let finding =
        finding.with("value", value).with("expected about", value / 10.0_f64.powi(power)).with("power of ten", f64::from(power));
    finding
        .cause("The decimal point or the unit of one row (persons for 10,000 persons, hectares for km²).")
        .next("Compare with the source, and bring the row to the unit of the others.")
}

/// The same quantity of an area in other years.
fn years(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let steady = series::all(subject).into_iter().filter(|group| group.usual <= TIGHT);
    for series in steady.flat_map(|group| group.series) {
        let logs: Vec<f64> = series.iter().map(|cell| libm::log10(cell.value)).collect();
        let Some(middle) = median(logs.clone()) else { continue };
        let far = |log: &&f64| (**log - middle).abs() > TIGHT * 2.0;
        // Of what has grown tenfold over the years, several values lie far from the middle.
        if logs.len() < 5 || logs.iter().filter(far).count() > 1 {
            continue;
        }
        for (cell, log) in series.iter().zip(&logs) {
            let against = "beside the other years of the area";
            findings.extend(
                power(log - middle)
                    .map(|power| slip(subject, subject.columns[cell.column].name(), cell.row, cell.value, power, against)),
            );
        }
    }
    findings
}
