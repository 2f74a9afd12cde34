//! Single values that cannot be: negative counts, shares above the whole, fractions of persons, rows that were copied.

use super::columns::{Index, Kind, Read, shown};
use super::finding::{Finding, Severity};
use super::subject::Subject;
use std::collections::BTreeMap;

/// Rows from which on a table shows how its columns behave.
const ENOUGH: usize = 20;

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, column) in subject.quantities() {
        let changes =
            column.says(&["growth", "change", "increase", "balance", "net", "term", "增长", "增速", "增减", "变化", "同比"]);
        let limits = match column.kind {
            _ if changes => None,
            Kind::Share => Some((0.0, whole(column))),
            Kind::Index(Index::Gini | Index::Hoover) => Some((0.0, 1.0)),
            Kind::Index(Index::Theil | Index::Deviation) | Kind::Count | Kind::Rate => Some((0.0, f64::INFINITY)),
            _ => None,
        };
        if let Some(limits) = limits {
            findings.extend(outside(subject, column, limits));
        }
        if column.kind == Kind::Count {
            findings.extend(fractions(subject, column));
        }
    }
    findings.extend(copied(subject));
    findings
}

/// What the parts add up to: one, or a hundred where most are above one.
fn whole(column: &Read<'_>) -> f64 {
    let (above, all) = (column.filled().filter(|value| *value > 1.0).count(), column.filled().count());
    if above * 20 > all { 100.0 } else { 1.0 }
}

/// Values below or above what their kind allows, where few are: a column in which many are is of another kind.
fn outside(subject: &Subject<'_>, column: &Read<'_>, (least, most): (f64, f64)) -> Vec<Finding> {
    let slack = column.rounding().min(most * 0.001);
    let is_out = |value: f64| value < least - 1e-9 || value > most + slack;
    let rows: Vec<usize> = (0..subject.rows()).filter(|row| column.number(*row).is_some_and(is_out)).collect();
    if rows.len() * 5 > column.filled().count().max(4) {
        return Vec::new();
    }
    let one = |row: usize| {
        let value = column.number(row).unwrap_or_default();
        let (rule, reason) = match (value < least, column.kind) {
            (true, Kind::Count) => ("negative-count", format!("{} is negative; a count is 0 or more.", shown(value))),
            (true, _) => ("negative-value", format!("{} is negative; the other values of the column are not.", shown(value))),
            _ => ("above-whole", format!("{} is above {}, which is the whole.", shown(value), shown(most))),
        };
        let cause = match (value < least, column.kind) {
            (_, Kind::Index(_)) => "A formula that leaves something out, such as the trapezoids under the Lorenz curve.",
            (true, _) => "A sign or a code for \"no data\" (-1, -9, -99) that was read as a number.",
            _ => "A slip of the decimal point, or a quotient of the wrong columns.",
        };
        let by_heading = column.says(&["pct", "percent", "percentage", "share", "占比", "比重", "百分"]);
        let sure = value < least && column.kind == Kind::Count || by_heading || matches!(column.kind, Kind::Index(_));
        let severity = if sure { Severity::Impossible } else { Severity::VeryUnlikely };
        let finding = Finding::new(rule, severity, reason).at(subject.line(row)).column(column.name()).about(subject.area(row));
        finding.with("value", value).cause(cause).next("Compare with the source; empty the cell if it means no data.")
    };
    rows.into_iter().map(one).collect()
}

/// Fractions in a column of whole numbers.
fn fractions(subject: &Subject<'_>, column: &Read<'_>) -> Vec<Finding> {
    let broken = |row: &usize| column.number(*row).is_some_and(|value| value.fract() != 0.0);
    let rows: Vec<usize> = (0..subject.rows()).filter(broken).collect();
    let largest = column.filled().fold(0.0, f64::max);
    if column.filled().count() < ENOUGH || rows.len() * 20 > column.filled().count() || largest < 50.0 {
        return Vec::new();
    }
    let one = |row: usize| {
        let value = column.number(row).unwrap_or_default();
        let reason =
            format!("{} is no whole number; all but {} of the column are, so it counts something.", shown(value), rows.len());
        let finding =
            Finding::new("fraction-in-count", Severity::VeryUnlikely, reason).at(subject.line(row)).column(column.name());
        let cause = "A rate in the place of a count, a sum that was averaged, or a number in tens of thousands.";
        finding.about(subject.area(row)).with("value", value).cause(cause).next("Compare with the source.")
    };
    rows.iter().map(|row| one(*row)).collect()
}

/// Rows of different areas with the same numbers in every column.
fn copied(subject: &Subject<'_>) -> Vec<Finding> {
    let columns: Vec<&Read<'_>> = subject.quantities().map(|(_, column)| column).collect();
    let mut rows_of: BTreeMap<(Option<i64>, Vec<u64>), Vec<usize>> = BTreeMap::new();
    for row in 0..subject.rows() {
        let numbers: Vec<f64> = columns.iter().filter_map(|column| column.number(row)).collect();
        let mut telling: Vec<u64> =
            numbers.iter().filter(|value| value.abs() >= 100.0 || value.fract() != 0.0).map(|value| value.to_bits()).collect();
        telling.sort_unstable();
        telling.dedup();
        // Three numbers with several digits do not agree by chance.
        if telling.len() >= 3 {
            let numbers = columns.iter().map(|column| column.number(row).map_or(u64::MAX, f64::to_bits));
            rows_of.entry((subject.year(row), numbers.collect())).or_default().push(row);
        }
    }
    let other_areas = |rows: &[usize]| rows.windows(2).any(|pair| subject.area(pair[0]) != subject.area(pair[1]));
    let one = |rows: Vec<usize>| {
        let names: Vec<String> = rows.iter().filter_map(|row| subject.area(*row)).take(4).collect();
        let reason = format!("{} have the same numbers in all {} columns.", names.join(" and "), columns.len());
        let lines = rows.iter().map(|row| subject.line(*row)).collect();
        let finding = Finding::new("same-numbers", Severity::VeryUnlikely, reason).over(lines).about(subject.area(rows[0]));
        let cause = "A row was copied under another name, or one unit stands in the table twice.";
        finding.with("columns", columns.len() as f64).cause(cause).next("Compare both with the source.")
    };
    rows_of.into_values().filter(|rows| rows.len() > 1 && other_areas(rows)).map(one).collect()
}
