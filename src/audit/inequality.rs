//! Indices of inequality against each other and against the data they were made of.
//!
//! Whatever the data, a Gini leaves room for few values of the Hoover and Theil indices ([`bounds`]). So a published Gini can be refuted
//! by a Theil beside it, and by the table that it names as its data.

use super::Context;
use super::columns::{self, Index, Kind, Read, shown};
use super::finding::{Finding, Severity};
use super::subject::Subject;
use crate::measure::equity::{Shares, bounds, gini, hoover, theil_l};
use crate::table::{Table, shorten};

pub(super) fn audit(subject: &Subject<'_>, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = beside(subject);
    findings.extend(published(subject, context));
    findings.extend(terms(subject));
    findings
}

/// Columns of several indices in one table, row by row.
fn beside(subject: &Subject<'_>) -> Vec<Finding> {
    let of = |index: Index| subject.of_kind(Kind::Index(index)).map(|(_, column)| column).next();
    let (gini, hoover) = (of(Index::Gini), of(Index::Hoover));
    let mut findings = Vec::new();
    for row in 0..subject.rows() {
        let gini = gini.and_then(|column| Some((column, column.number(row)?)));
        let hoover = hoover.and_then(|column| Some((column, column.number(row)?)));
        let variation = of(Index::Deviation)
            .and_then(|deviation| Some(deviation.number(row)? / of(Index::Mean)?.number(row).filter(|mean| *mean > 0.0)?));
        if let (Some((column, gini)), Some((_, hoover))) = (gini, hoover) {
            let [least, most] = bounds::gini_of_hoover(hoover);
            if gini < least - column.rounding() * 2.0 || gini > most + column.rounding() * 2.0 {
                let reason = format!(
                    "Gini {} beside Hoover {}: H ≤ G ≤ 2H - H² leaves {} to {}.",
                    shown(gini),
                    shown(hoover),
                    shown(least),
                    shown(most)
                );
                findings.push(index_finding(subject, column.name(), row, reason).with("gini", gini).with("hoover", hoover));
            }
        }
        for theil in [of(Index::Theil), of(Index::Mld)].into_iter().flatten() {
            let (Some(value), Some((_, gini))) = (theil.number(row), gini) else { continue };
            let least = bounds::least_theil_of_gini(gini);
            if value < least - theil.rounding() * 2.0 - 1e-9 {
                let reason = format!(
                    "{} {} beside Gini {}: T ≥ 2 (1 - √(1 - G))² leaves at least {}.",
                    theil.name(),
                    shown(value),
                    shown(gini),
                    shown(least)
                );
                findings.push(
                    index_finding(subject, theil.name(), row, reason)
                        .with("theil", value)
                        .with("gini", gini)
                        .with("least", least),
                );
            }
        }
        if let (Some(theil), Some(variation)) = (of(Index::Theil), variation) {
            let most = bounds::greatest_theil_of_variation(variation);
            if let Some(value) = theil.number(row).filter(|value| *value > most * 1.001 + theil.rounding()) {
                let reason = format!(
                    "{} {} beside a coefficient of variation of {}: T ≤ ln(1 + CV²) leaves at most {}.",
                    theil.name(),
                    shown(value),
                    shown(variation),
                    shown(most)
                );
                findings.push(
                    index_finding(subject, theil.name(), row, reason)
                        .with("theil", value)
                        .with("variation", variation)
                        .with("most", most),
                );
            }
        }
    }
    findings
}

fn index_finding(subject: &Subject<'_>, column: &str, row: usize, reason: String) -> Finding {
    let finding =
        Finding::new("index-bounds", Severity::Impossible, reason).at(subject.line(row)).column(column).about(subject.area(row));
    let cause = "One index leaves out units, such as those with nothing of the resource, or they are of different data, or one was made by a wrong formula.";
    finding.cause(cause).next("Make both anew from the data; say which units each of them counts.")
}

/// Rows such as "physicians, Gini by population, 0.003, physicians_2018.csv": the index against the data that the row names.
fn published(subject: &Subject<'_>, context: &Context<'_>) -> Vec<Finding> {
    let Some(open) = context.beside else { return Vec::new() };
    let value_column = subject.columns.iter().find(|column| column.says(&["published", "value", "公布值", "数值"]));
    let Some(value_column) = value_column else { return Vec::new() };
    (0..subject.rows())
        .filter_map(|row| {
            let texts: Vec<String> = subject.columns.iter().map(|column| column.column.text(row).into_owned()).collect();
            let measure = texts.iter().find(|text| is_gini(text))?;
            let value = value_column.column.number(row).ok()?;
            let file = texts.iter().find(|text| is_table_name(text))?;
            let data = open(file)?;
            one_published(subject, value_column.name(), row, value, measure, &texts, file, &data)
        })
        .collect()
}

fn is_gini(text: &str) -> bool {
    text.chars().count() < 60 && (columns::words(text).iter().any(|word| word == "gini") || text.contains("基尼"))
}

/// A plain file name of a table; a path is not followed.
fn is_table_name(text: &str) -> bool {
    text.len() < 200
        && [".csv", ".tsv"].iter().any(|ending| text.ends_with(ending))
        && !text.contains(['/', '\\', ':'])
        && !text.starts_with('.')
}

/// Everything that the table allows the index to be; a finding where the published value is none of it.
#[allow(clippy::too_many_arguments)]
fn one_published(
    subject: &Subject<'_>,
    column: &str,
    row: usize,
    value: f64,
    measure: &str,
    texts: &[String],
    file: &str,
    data: &Table,
) -> Option<Finding> {
    let read = columns::read(data);
    let base = base_named(measure, &read)?;
    let said: Vec<String> = texts
        .iter()
        .filter(|text| *text != measure && *text != file && text.chars().count() < 60)
        .flat_map(|text| columns::words(text))
        .collect();
    let candidates: Vec<(&Read<'_>, Shares)> = resources(&said, &read, base);
    let fits = |shares: &Shares| {
        let [least, most] = bounds::gini_of_hoover(hoover(shares));
        (least - 0.006..=most + 0.006).contains(&value)
    };
    if candidates.is_empty() || candidates.iter().any(|(_, shares)| fits(shares)) {
        return None;
    }
    let (resource, shares) = candidates.first()?;
    let (hoover, gini) = (hoover(shares), gini(shares));
    let [least, most] = bounds::gini_of_hoover(hoover);
    let reason = format!(
        "Gini {} of \"{}\" by \"{}\": the Hoover index of {file} is H = {}, and H ≤ G ≤ 2H - H² leaves {} to {}; the data give {} (Theil L {}).",
        shown(value),
        resource.name(),
        base.name(),
        shown(hoover),
        shown(least),
        shown(most),
        shown(gini),
        shown(theil_l(shares))
    );
    let by_total = sorted_by_total(shares);
    let cause = match value < least && by_total < least {
        true => format!(
            "A Lorenz curve sorted by the total of each unit in place of its rate, which gives {}, or another wrong sort.",
            shown(by_total)
        ),
        false => "A wrong formula, other units, or another base than the one named.".to_owned(),
    };
    let finding = Finding::new("index-against-data", Severity::Impossible, reason).at(subject.line(row)).column(column);
    let about = texts.iter().take(4).filter(|text| !text.is_empty()).map(|text| shorten(text)).collect::<Vec<_>>().join(", ");
    let finding = finding
        .about(Some(about))
        .with("published", value)
        .with("from the data", gini)
        .with("hoover", hoover)
        .with("least", least)
        .with("most", most);
    Some(finding.cause(cause).next("Do not cite the value; make it anew from the data."))
}

/// The column of the base that a measure names: people or land.
fn base_named<'r, 't>(measure: &str, read: &'r [Read<'t>]) -> Option<&'r Read<'t>> {
    let words = columns::words(measure);
    let says = |names: &[&str]| {
        names.iter().any(|name| words.iter().any(|word| word == name) || (!name.is_ascii() && measure.contains(name)))
    };
    if says(&["area", "land", "geography", "面积", "地理"]) {
        base_of(AREA, read)
    } else if says(&["population", "people", "人口"]) {
        base_of(PEOPLE, read)
    } else {
        None
    }
}

const AREA: &[&str] = &["area", "land", "面积"];
const PEOPLE: &[&str] = &["population", "people", "popu", "pop", "人口"];

/// The column of people or land itself, and not of something per head.
fn base_of<'r, 't>(names: &[&str], read: &'r [Read<'t>]) -> Option<&'r Read<'t>> {
    read.iter()
        .filter(|column| {
            matches!(column.kind, Kind::Count | Kind::Number) && !column.says(&["per", "term", "terms"]) && column.says(names)
        })
        .min_by_key(|column| column.words.len())
}

/// The columns that share the most words with what was said, as shares over the base; rates are multiplied with their own base.
fn resources<'r, 't>(said: &[String], read: &'r [Read<'t>], base: &Read<'_>) -> Vec<(&'r Read<'t>, Shares)> {
    let alike = |column: &Read<'_>| column.words.iter().filter(|word| word.len() > 2 && said.contains(word)).count();
    let fit = |column: &&'r Read<'t>| {
        matches!(column.kind, Kind::Count | Kind::Number | Kind::Rate)
            && column.name() != base.name()
            && !column.says(&["term", "terms", "published"])
    };
    let most = read.iter().filter(fit).map(alike).max().filter(|most| *most > 0);
    let Some(most) = most else { return Vec::new() };
    let amounts = |column: &Read<'_>| -> Option<Vec<f64>> {
        let factor = if column.kind == Kind::Rate {
            Some(base_of(if column.says(&["km2", "area"]) { AREA } else { PEOPLE }, read)?)
        } else {
            None
        };
        (0..column.numbers.len())
            .map(|row| Some(column.number(row)? * factor.map_or(Some(1.0), |base| base.number(row))?))
            .collect()
    };
    let bases: Option<Vec<f64>> = (0..base.numbers.len()).map(|row| base.number(row)).collect();
    let Some(bases) = bases else { return Vec::new() };
    let mut found: Vec<_> = read
        .iter()
        .filter(fit)
        .filter(|column| alike(column) == most)
        .filter_map(|column| Some((column, Shares::new(&amounts(column)?, &bases).ok()?)))
        .collect();
    found.sort_by_key(|(column, _)| column.kind == Kind::Rate);
    found
}

/// The Gini that comes out where the curve is sorted by the total of each unit: a common mistake. Source: trapezoids under the curve.
fn sorted_by_total(shares: &Shares) -> f64 {
    let mut pairs: Vec<(f64, f64)> = shares.pairs().collect();
    pairs.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut below, mut reached) = (0.0, 0.0);
    for (p, s) in pairs {
        below += p * (2.0 * reached + s);
        reached += s;
    }
    (1.0 - below).abs()
}

/// Columns of Theil terms, p ln(p / s) each, against the counts and bases beside them.
fn terms(subject: &Subject<'_>) -> Vec<Finding> {
    let read = &subject.columns;
    let terms = read
        .iter()
        .filter(|column| column.is_quantity() && column.says(&["theil", "泰尔"]) && column.says(&["term", "terms", "项"]));
    terms
        .filter_map(|column| {
            let base = if column.says(AREA) { base_of(AREA, read)? } else { base_of(PEOPLE, read)? };
            let count = read.iter().find(|count| {
                count.kind == Kind::Count && count.name() != base.name() && !count.says(AREA) && !count.says(PEOPLE)
            })?;
            let lists: Option<Vec<[f64; 3]>> =
                (0..subject.rows()).map(|row| Some([column.number(row)?, count.number(row)?, base.number(row)?])).collect();
            of_terms(column, count, base, &lists?)
        })
        .collect()
}

fn of_terms(column: &Read<'_>, count: &Read<'_>, base: &Read<'_>, lists: &[[f64; 3]]) -> Option<Finding> {
    let pick = |at: usize| lists.iter().map(|list| list[at]).collect::<Vec<f64>>();
    let (printed, shares) = (pick(0), Shares::new(&pick(1), &pick(2)).ok()?);
    let sum: f64 = printed.iter().sum();
    let (natural, ten) = (theil_l(&shares), theil_l(&shares) / std::f64::consts::LN_10);
    let open = (column.rounding() * printed.len() as f64).max(0.01 * natural);
    if !natural.is_finite() || (sum - natural).abs() <= open || (sum - ten).abs() <= open {
        return None;
    }
    let hoover = hoover(&shares);
    let reason = format!(
        "The {} terms add up to {}, but L = Σ p ln(p/s) of \"{}\" over \"{}\" is {} ({} with log10); the same data have H = {} and Gini {}.",
        printed.len(),
        shown(sum),
        count.name(),
        base.name(),
        shown(natural),
        shown(ten),
        shown(hoover),
        shown(gini(&shares))
    );
    let finding = Finding::new("theil-terms", Severity::Impossible, reason).column(column.name());
    let finding = finding.with("sum of terms", sum).with("theil l", natural).with("theil l, log10", ten).with("hoover", hoover);
    let unweighted = unweighted_mean(&shares);
    let cause = match unweighted {
        Some(made) if (made / std::f64::consts::LN_10 - sum).abs() < 0.02 * sum.abs() + open => format!(
            "The mean of the rates was taken without weights, and log10 was used: Σ p log10(mean / rate) = {}. Such terms are no Theil index.",
            shown(made / std::f64::consts::LN_10)
        ),
        Some(made) if (made - sum).abs() < 0.02 * sum.abs() + open => format!(
            "The mean of the rates was taken without weights: Σ p ln(mean / rate) = {}. Such terms are no Theil index.",
            shown(made)
        ),
        _ => "Another mean, base or logarithm than the definition has.".to_owned(),
    };
    Some(finding.cause(cause).next("Make the index anew from count and base."))
}

/// Σ p ln(m / r) with the plain mean m of the rates r = s / p.
fn unweighted_mean(shares: &Shares) -> Option<f64> {
    let rates: Vec<(f64, f64)> = shares.pairs().filter(|(p, s)| *p > 0.0 && *s > 0.0).map(|(p, s)| (p, s / p)).collect();
    let mean = rates.iter().map(|(_, rate)| rate).sum::<f64>() / rates.len().max(1) as f64;
    (mean > 0.0).then(|| rates.iter().map(|(p, rate)| p * libm::log(mean / rate)).sum())
}
