//! Counties against what is published of the areas around them, against an independent estimate, and against their other years.
//!
//! A table of people is held to the published totals only where at least four of five provinces agree with them to the person: then it is the
//! same census, and a province that does not agree has a wrong county. Which one it is follows from the total of its prefecture, from shares
//! that were divided by the same wrong number, and from the estimate of people by satellite, beside which its neighbours stand.

use super::columns::{Kind, Read, median, shown};
use super::finding::{Finding, Severity};
use super::subject::Subject;
use super::{reference, series};
use crate::place::code::six_digits;
use crate::place::key::Key;
use std::collections::{BTreeMap, BTreeSet};

/// Provinces from which on agreement shows what the table is.
const ENOUGH: usize = 5;
/// Steps from year to year, in powers of ten, up to which years hardly differ (a factor of 1.2).
const STEADY: f64 = 0.08;

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = against_published(subject);
    findings.extend(spikes(subject));
    findings
}

/// A county and its people.
struct County {
    row: usize,
    code: String,
    people: f64,
}

fn against_published(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(Key::Code(codes)) = subject.places.as_ref().map(|places| places.key) else { return Vec::new() };
    let mut findings = Vec::new();
    for (_, column) in subject.of_kind(Kind::Count).filter(|(_, column)| is_people(column)) {
        let counties = counties(subject, column, codes);
        findings.extend(of_column(subject, column, &counties));
    }
    findings
}

/// The rows that are no sum of others: 441900 has no counties and counts as one, 440100 beside its districts does not.
fn counties(subject: &Subject<'_>, column: &Read<'_>, codes: usize) -> Vec<County> {
    let one = |row: usize| {
        let code = six_digits(&subject.table.columns[codes].text(row))?;
        Some(County { row, code, people: column.number(row)? })
    };
    let all: Vec<County> = (0..subject.rows()).filter_map(one).collect();
    let codes: BTreeSet<String> = all.iter().map(|county| county.code.clone()).collect();
    let has_parts = |code: &String| {
        let stem = if code.ends_with("0000") { &code[..2] } else { &code[..4] };
        code.ends_with("00") && codes.range(code.clone()..).nth(1).is_some_and(|next| next.starts_with(stem))
    };
    all.into_iter().filter(|county| !has_parts(&county.code)).collect()
}

fn is_people(column: &Read<'_>) -> bool {
    column.says(&["popu", "population", "people", "persons", "人口", "人数"]) && column.words.len() <= 2
}

fn of_column(subject: &Subject<'_>, column: &Read<'_>, counties: &[County]) -> Vec<Finding> {
    let published = reference::people();
    let off = differences(counties, &published, 2);
    let agree = off.values().filter(|difference| **difference == 0.0).count();
    if off.len() < ENOUGH || agree * 5 < off.len() * 4 {
        return Vec::new();
    }
    let within = differences(counties, &published, 4);
    let wrong = off.iter().filter(|(_, difference)| **difference != 0.0);
    wrong
        .flat_map(|(province, difference)| {
            let narrower =
                within.iter().find(|(code, off)| code.starts_with(&province[..2]) && *off == difference).map(|(code, _)| code);
            let area = narrower.unwrap_or(province);
            let inside: Vec<&County> = counties.iter().filter(|county| county.code.starts_with(stem(area))).collect();
            let total =
                total(subject, column, &inside, (area, *difference), published.get(area).copied().unwrap_or_default(), agree);
            [Some(total), suspect(subject, column, &inside, (area, *difference))]
        })
        .flatten()
        .collect()
}

/// The digits that the codes of an area's counties begin with.
fn stem(code: &str) -> &str {
    if code.ends_with("0000") { &code[..2] } else { &code[..4] }
}

/// How far the counties of each published area that begins with so many digits of its code are above what is published.
fn differences(counties: &[County], published: &BTreeMap<String, f64>, digits: usize) -> BTreeMap<String, f64> {
    let zeros = "0".repeat(6 - digits);
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for county in counties {
        *sums.entry(format!("{}{zeros}", &county.code[..digits])).or_default() += county.people;
    }
    sums.into_iter().filter_map(|(code, sum)| Some((code.clone(), sum - published.get(&code)?))).collect()
}

fn total(
    subject: &Subject<'_>,
    column: &Read<'_>,
    inside: &[&County],
    (area, off): (&str, f64),
    published: f64,
    agree: usize,
) -> Finding {
    let name = subject.places.as_ref().and_then(|places| {
        let spot = places.gazetteer.by_code(
            area,
            if area.ends_with("0000") { crate::level::Level::Province } else { crate::level::Level::Prefecture },
        )?;
        Some(format!("{area} {}", places.gazetteer.area(spot).name))
    });
    let sum: f64 = inside.iter().map(|county| county.people).sum();
    let reason = format!(
        "Its {} rows add up to {}, published are {}: {} too {}; in {agree} provinces the rows add up to the published total to the person.",
        inside.len(),
        shown(sum),
        shown(published),
        shown(off.abs()),
        if off > 0.0 { "many" } else { "few" }
    );
    let finding = Finding::new("sum-against-published", Severity::Impossible, reason)
        .column(column.name())
        .about(name.or(Some(area.to_owned())));
    let finding = finding.over(inside.iter().map(|county| subject.line(county.row)).collect());
    let finding = finding.with("sum", sum).with("published", published).with("difference", off);
    finding.cause("One of the rows has a wrong digit, stands twice or is missing.").next("Compare the rows with the source; the published totals are those of the Seventh National Population Census (communiqué no. 3 and the bulletin of the region).")
}

/// The county that must be it, with what speaks for it.
fn suspect(subject: &Subject<'_>, column: &Read<'_>, inside: &[&County], (_, off): (&str, f64)) -> Option<Finding> {
    let (ages, estimates) = (reference::age_shares(), reference::estimates());
    let ratio = |county: &County| Some(county.people / estimates.get(&county.code).filter(|people| **people > 0.0)?);
    let right = |county: &County| county.people - off;
    // Shares that were divided by the wrong people add up to right / wrong.
    let by_shares = |county: &County| {
        ages.get(&county.code).is_some_and(|sum| (sum - 1.0).abs() > 0.01 && (sum - right(county) / county.people).abs() < 0.0005)
    };
    let highest = |a: &&&County, b: &&&County| {
        (by_shares(a), ratio(a).unwrap_or(0.0))
            .partial_cmp(&(by_shares(b), ratio(b).unwrap_or(0.0)))
            .unwrap_or(std::cmp::Ordering::Equal)
    };
    let possible = inside.iter().filter(|county| right(county) > 0.0 && off > 0.0);
    let county = possible.max_by(highest)?;
    let mut others: Vec<f64> = inside.iter().filter(|other| other.row != county.row).filter_map(|other| ratio(other)).collect();
    others.sort_by(f64::total_cmp);
    let (here, middle, most) = (ratio(county)?, median(others.clone())?, *others.last()?);
    if !by_shares(county) && here <= most * 1.15 {
        return None;
    }
    let mut reason = format!(
        "{} people less {} are {}, which makes the total right. The row stands at {} times the estimate of GHS-POP, its neighbours at {} in the middle and {} at most; with {} people it would stand at {}.",
        shown(county.people),
        shown(off),
        shown(right(county)),
        shown(here),
        shown(middle),
        shown(most),
        shown(right(county)),
        shown(here * right(county) / county.people)
    );
    if by_shares(county) {
        let sum = ages.get(&county.code).copied().unwrap_or_default();
        reason.push_str(&format!(
            " The census's shares by age, divided by the same people, add up to {} = {} / {} instead of 1.",
            shown(sum),
            shown(right(county)),
            shown(county.people)
        ));
    }
    let finding = Finding::new("county-against-total", Severity::Impossible, reason)
        .at(subject.line(county.row))
        .column(column.name())
        .about(subject.area(county.row));
    let finding = finding
        .with("people", county.people)
        .with("people expected", right(county))
        .with("over estimate", here)
        .with("neighbours at most", most);
    Some(finding.cause("A wrong digit in one cell.").next(format!(
        "Compare with another edition of the source; if it says {}, correct the cell by a patch.",
        shown(right(county))
    )))
}

/// Years that stand out from the year before and the year after, in the same direction, where years hardly differ otherwise.
fn spikes(subject: &Subject<'_>) -> Vec<Finding> {
    let steady = series::all(subject).into_iter().filter(|group| group.usual <= STEADY);
    steady
        .flat_map(|group| {
            group
                .series
                .iter()
                .flat_map(|series| series.windows(3))
                .filter_map(|cells| spike(subject, cells, group.usual))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn spike(subject: &Subject<'_>, cells: &[series::Cell], usual: f64) -> Option<Finding> {
    let [before, here, after] = cells else { return None };
    let (up, down) = (libm::log10(here.value / before.value), libm::log10(here.value / after.value));
    let stands_out = up.signum() == down.signum() && up.abs().min(down.abs()) > (usual * 3.0).max(0.1);
    stands_out.then(|| one_spike(subject, before, here, after))
}

fn one_spike(subject: &Subject<'_>, before: &series::Cell, here: &series::Cell, after: &series::Cell) -> Finding {
    let reason = format!(
        "{} in {}, between {} in {} and {} in {}; nine of ten steps from year to year in the table are much smaller.",
        shown(here.value),
        here.year,
        shown(before.value),
        before.year,
        shown(after.value),
        after.year
    );
    let finding = Finding::new("year-stands-out", Severity::Look, reason)
        .at(subject.line(here.row))
        .column(subject.columns[here.column].name());
    let finding =
        finding.about(subject.area(here.row)).with("before", before.value).with("value", here.value).with("after", after.value);
    finding
        .cause("A wrong digit, another definition, or other borders in that year.")
        .next("Compare the three years with the source.")
}
