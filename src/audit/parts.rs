//! Parts and wholes: a part above its whole, shares of one whole that do not add up to it.

use super::columns::{Kind, Read, shown};
use super::finding::{Finding, Severity};
use super::subject::Subject;

/// Columns that are compared each with each.
const MOST_COLUMNS: usize = 120;
/// Rows from which on nine of ten show a rule.
const ENOUGH: usize = 8;

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = wholes(subject);
    findings.extend(shares(subject));
    findings
}

/// Counts that are by their headings a part of another: `hospital_beds` of `beds`, 医院床位数 of 床位数.
fn wholes(subject: &Subject<'_>) -> Vec<Finding> {
    let counts: Vec<&Read<'_>> = subject
        .quantities()
        .map(|(_, column)| column)
        .filter(|column| matches!(column.kind, Kind::Count | Kind::Number))
        .take(MOST_COLUMNS)
        .collect();
    let mut findings = Vec::new();
    for part in &counts {
        for whole in counts.iter().filter(|whole| whole.kind == part.kind && is_part(part, whole)) {
            findings.extend(above(subject, part, whole));
        }
    }
    findings
}

/// Whether a heading says the other and something more.
fn is_part(part: &Read<'_>, whole: &Read<'_>) -> bool {
    let words = part.words.len() > whole.words.len() && whole.words.iter().all(|word| part.words.contains(word));
    let chinese = !whole.name().is_ascii() && part.name().len() > whole.name().len() && part.name().ends_with(whole.name());
    let total = ["total", "合计", "总计", "总数"].iter().any(|word| whole.words.iter().any(|found| found == word));
    let stem = || whole.words.iter().filter(|word| *word != "total").all(|word| part.words.contains(word));
    // Years as headings are no parts of each other, nor is a total of 2013 the part of a total.
    let has_year = part.words.iter().chain(&whole.words).any(|word| word.starts_with("19") || word.starts_with("20"));
    part.name() != whole.name() && !has_year && (words || chinese || (total && whole.words.len() > 1 && stem()))
}

fn above(subject: &Subject<'_>, part: &Read<'_>, whole: &Read<'_>) -> Vec<Finding> {
    let both = |row: usize| Some((row, part.number(row)?, whole.number(row)?));
    let pairs: Vec<(usize, f64, f64)> = (0..subject.rows()).filter_map(both).collect();
    let slack = part.rounding() + whole.rounding();
    let broken: Vec<_> =
        pairs.iter().filter(|(_, part, of)| part - of > if slack < 0.5 || part.fract() != 0.0 { slack } else { 0.0 }).collect();
    let allowed = if pairs.len() >= ENOUGH { pairs.len() / 10 } else { pairs.len() / 3 };
    if broken.len() > allowed {
        return Vec::new();
    }
    let one = |(row, value, of): &(usize, f64, f64)| {
        let reason = format!(
            "{} of \"{}\" are more than {} of \"{}\", of which they are a part (part ≤ whole; it holds in {} of {} rows).",
            shown(*value),
            part.name(),
            shown(*of),
            whole.name(),
            pairs.len() - broken.len(),
            pairs.len()
        );
        let finding = Finding::new("part-above-whole", Severity::Impossible, reason).at(subject.line(*row)).column(part.name());
        let finding = finding.about(subject.area(*row)).with("part", *value).with("whole", *of);
        finding
            .cause("A digit too many or too few in one of the two, or the two exchanged.")
            .next("Compare both cells with the source.")
    };
    broken.iter().map(|row| one(row)).collect()
}

/// A run of neighbouring columns that adds up to the same whole in nearly every row.
struct Run {
    from: usize,
    to: usize,
    whole: f64,
    slack: f64,
}

/// Shares that add up to the whole in nine rows of ten are asked to in every row.
fn shares(subject: &Subject<'_>) -> Vec<Finding> {
    let columns: Vec<&Read<'_>> = subject
        .quantities()
        .map(|(_, column)| column)
        .filter(|column| matches!(column.kind, Kind::Share | Kind::Number))
        .take(MOST_COLUMNS)
        .collect();
    let sums: Vec<Option<Vec<f64>>> = (0..subject.rows()).map(|row| running(&columns, row)).collect();
    let mut findings = Vec::new();
    for run in runs(&columns, &sums) {
        for (row, sums) in sums.iter().enumerate() {
            let Some(sum) = sums.as_ref().map(|sums| sums[run.to] - sums[run.from]) else { continue };
            if (sum - run.whole).abs() > run.slack * 4.0 && (sum - run.whole).abs() > run.whole * 0.01 {
                findings.push(short(subject, &columns[run.from..run.to], &run, (row, sum)));
            }
        }
    }
    findings
}

/// Sums of the first columns, none to all; nothing where a cell is missing.
fn running(columns: &[&Read<'_>], row: usize) -> Option<Vec<f64>> {
    let mut sums = vec![0.0];
    for column in columns {
        sums.push(sums.last()? + column.number(row)?);
    }
    Some(sums)
}

/// The shortest runs, from the left, none of which lies over another.
fn runs(columns: &[&Read<'_>], sums: &[Option<Vec<f64>>]) -> Vec<Run> {
    let filled: Vec<&Vec<f64>> = sums.iter().flatten().collect();
    let (mut runs, mut from): (Vec<Run>, usize) = (Vec::new(), 0);
    if filled.len() < ENOUGH {
        return runs;
    }
    while from + 1 < columns.len() {
        let found = (from + 2..=columns.len()).find_map(|to| {
            let slack = columns[from..to].iter().map(|column| column.rounding()).sum::<f64>().max(1e-9);
            let fits = |whole: f64, rows: &[&Vec<f64>]| {
                rows.iter().filter(|sums| (sums[to] - sums[from] - whole).abs() <= slack + whole * 1e-6).count() * 10
                    >= rows.len() * 9
            };
            let first = &filled[..filled.len().min(40)];
            let all_used = columns[from..to].iter().all(|column| column.filled().any(|value| value != 0.0));
            let whole = [1.0, 100.0].into_iter().find(|whole| fits(*whole, first) && fits(*whole, &filled))?;
            (all_used && slack < whole * 0.05).then_some(Run { from, to, whole, slack })
        });
        from = found.as_ref().map_or(from + 1, |run| run.to);
        runs.extend(found);
    }
    runs
}

fn short(subject: &Subject<'_>, columns: &[&Read<'_>], run: &Run, (row, sum): (usize, f64)) -> Finding {
    let (first, last) = (columns[0].name(), columns[columns.len() - 1].name());
    let reason = format!(
        "The {} shares from \"{first}\" to \"{last}\" add up to {}, not to {}; rounding explains {} at most, and in nine rows of ten they do add up.",
        columns.len(),
        shown(sum),
        shown(run.whole),
        shown(run.slack)
    );
    let cause = match sum < run.whole && sum > 0.0 {
        true => {
            format!("A share too small or left out, or all divided by a base that is {} times too large.", shown(run.whole / sum))
        }
        false => "A share too large or counted twice, or all divided by a base that is too small.".to_owned(),
    };
    let finding = Finding::new("shares-not-whole", Severity::Impossible, reason).at(subject.line(row)).about(subject.area(row));
    let finding = finding.column(format!("{first} + … + {last}")).with("sum", sum).with("whole", run.whole);
    finding.cause(cause).next("Compare the row and its base with the source.")
}
