//! Areas that stand twice or not at all, and rows that are to be the sum of others.

use super::columns::{Kind, Read, shown};
use super::finding::{Finding, Severity};
use super::subject::{Places, Subject};
use crate::place::key::{Key, Spot};
use crate::place::name;
use std::collections::{BTreeMap, BTreeSet};

/// How tables call the row of their sums.
const TOTALS: [&str; 11] =
    ["全国", "合计", "总计", "全国合计", "全国总计", "total", "national", "china", "nationwide", "sum", "全国平均"];

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(places) = &subject.places {
        findings.extend(twice(subject, places));
        findings.extend(missing(places));
    }
    findings.extend(sums(subject));
    findings
}

/// The rows of each area and year.
fn rows_of(subject: &Subject<'_>, places: &Places<'_>) -> BTreeMap<(Option<i64>, Spot), Vec<usize>> {
    let mut rows: BTreeMap<(Option<i64>, Spot), Vec<usize>> = BTreeMap::new();
    for (row, spot) in places.spots.iter().enumerate() {
        if let Some(spot) = spot {
            rows.entry((subject.year(row), *spot)).or_default().push(row);
        }
    }
    rows
}

/// Areas with two rows, in a table that has one for nearly every area.
fn twice(subject: &Subject<'_>, places: &Places<'_>) -> Vec<Finding> {
    let rows = rows_of(subject, places);
    let several: Vec<&Vec<usize>> = rows.values().filter(|rows| rows.len() > 1).collect();
    if several.len() > (rows.len() / 50).max(3) {
        return Vec::new();
    }
    let texts: Vec<&Read<'_>> = subject.columns.iter().filter(|column| column.kind == Kind::Text).collect();
    let one = |rows: &Vec<usize>| {
        let names = |row: usize| texts.iter().map(|column| column.column.text(row).into_owned()).collect::<Vec<_>>().join(" ");
        let written: BTreeSet<String> = rows.iter().map(|row| names(*row)).collect();
        // A code with a part that only the census knows (..71) leads to the area it was cut from, and is another unit.
        let severity = if written.len() == 1 { Severity::VeryUnlikely } else { Severity::Look };
        let called = written.into_iter().take(3).collect::<Vec<_>>().join("; ");
        let reason = format!(
            "{} rows lead to one area (written: {called}); the other {} areas have one each.",
            rows.len(),
            rows_of_one(places)
        );
        let finding = Finding::new("area-twice", severity, reason).over(rows.iter().map(|row| subject.line(*row)).collect());
        let finding = finding.about(subject.area(rows[0])).with("rows", rows.len() as f64);
        finding
            .cause("A row under the name or code of another area, or one that was appended twice.")
            .next("Leave one, or give the other its own name or code.")
    };
    several.into_iter().map(one).collect()
}

fn rows_of_one(places: &Places<'_>) -> usize {
    let mut seen: BTreeMap<Spot, usize> = BTreeMap::new();
    places.spots.iter().flatten().for_each(|spot| *seen.entry(*spot).or_default() += 1);
    seen.values().filter(|rows| **rows >= 1).count()
}

/// Areas without a row, where nearly all of their level have one; Hong Kong, Macau and Taiwan are often left out on purpose.
fn missing(places: &Places<'_>) -> Vec<Finding> {
    let all = places.gazetteer.coverage().areas(places.level);
    let here: BTreeSet<usize> = places.spots.iter().flatten().filter(|spot| spot.0 == places.level).map(|spot| spot.1).collect();
    let special = |at: &usize| ["71", "81", "82"].iter().any(|code| all[*at].code.starts_with(code));
    let wanted: Vec<usize> = (0..all.len()).filter(|at| !special(at)).collect();
    let absent: Vec<usize> = wanted.iter().copied().filter(|at| !here.contains(at)).collect();
    if absent.is_empty() || absent.len() * 20 > wanted.len() {
        return Vec::new();
    }
    let named: Vec<String> = absent.iter().take(6).map(|at| format!("{} {}", all[*at].code, all[*at].name)).collect();
    let more = if absent.len() > 6 { format!(" and {} more", absent.len() - 6) } else { String::new() };
    let reason =
        format!("{} of {} areas at {} level have no row: {}{more}.", absent.len(), wanted.len(), places.level, named.join(", "));
    let finding = Finding::new("area-missing", Severity::Look, reason)
        .with("missing", absent.len() as f64)
        .with("areas", wanted.len() as f64);
    vec![
        finding
            .cause("A row was lost, misspelt or belongs to another year's list of areas.")
            .next("Run caremap inspect, and follow old codes with caremap codes."),
    ]
}

/// Rows that call themselves the total, against the rows that they add up.
fn sums(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_total = |row: usize| {
        subject.columns.iter().take(4).any(|column| TOTALS.contains(&name::normal(&column.column.text(row)).as_str()))
    };
    for total in (0..subject.rows()).filter(|row| is_total(*row)) {
        let rows: Vec<usize> = (0..subject.rows())
            .filter(|row| *row != total && !is_total(*row) && subject.year(*row) == subject.year(total))
            .filter(|row| of_level(subject, *row))
            .collect();
        for (_, column) in subject.quantities() {
            findings.extend(sum(subject, column, total, &rows));
        }
    }
    findings
}

/// Whether a row belongs to the level of most; a table may have provinces and their cities.
fn of_level(subject: &Subject<'_>, row: usize) -> bool {
    let Some(places) = &subject.places else { return true };
    let key_is_text = matches!(places.key, Key::Name(..));
    let coarsest = places.spots.iter().flatten().map(|spot| spot.0).min();
    places.spots.get(row).copied().flatten().map_or(key_is_text, |spot| Some(spot.0) == coarsest)
}

fn sum(subject: &Subject<'_>, column: &Read<'_>, total: usize, rows: &[usize]) -> Option<Finding> {
    if !matches!(column.kind, Kind::Count | Kind::Number) {
        return None;
    }
    let written = column.number(total)?;
    let parts: Vec<f64> = rows.iter().filter_map(|row| column.number(*row)).collect();
    let (sum, largest) = (parts.iter().sum::<f64>(), parts.iter().copied().fold(f64::MIN, f64::max));
    // What lies within its rows is a mean or a rate, and no sum.
    let is_sum = parts.len() >= 3 && parts.len() == rows.len() && written > largest && written * 3.0 > sum && written < sum * 3.0;
    let open = column.rounding() * (parts.len() + 1) as f64;
    if !is_sum || (written - sum).abs() <= open.max(sum.abs() * 1e-9) {
        return None;
    }
    let off = (written - sum) / sum;
    // National totals of accounts and of the army are not the sum of the provinces to the last digit.
    let severity =
        if off.abs() > 0.02 || column.kind == Kind::Count && off.abs() > 0.005 { Severity::VeryUnlikely } else { Severity::Look };
    let reason = format!(
        "The total is {}, its {} rows add up to {}: {} apart ({} %), where rounding explains {}.",
        shown(written),
        parts.len(),
        shown(sum),
        shown(written - sum),
        shown((off * 1e4).round() / 100.0),
        shown(open)
    );
    let finding =
        Finding::new("sum-row", severity, reason).at(subject.line(total)).column(column.name()).about(subject.area(total));
    let finding = finding.with("total", written).with("sum", sum).with("difference", written - sum);
    Some(
        finding
            .cause("A row was changed, lost or added after the total was made, or belongs to none of the rows (the army, zones).")
            .next("Compare the row and the total with the source; leave the total out of maps."),
    )
}
