//! A rate whose count and base stand beside it: rate = count / base × 10^n.

use super::columns::{Kind, Read, median, shown};
use super::finding::{Finding, Severity};
use super::subject::Subject;

/// Columns of each sort that are tried.
const MOST_COLUMNS: usize = 24;
/// Rows from which on agreement is no accident.
const ENOUGH: usize = 8;

pub(super) fn audit(subject: &Subject<'_>) -> Vec<Finding> {
    let columns: Vec<&Read<'_>> = subject.quantities().map(|(_, column)| column).collect();
    let rates: Vec<&&Read<'_>> =
        columns.iter().filter(|column| matches!(column.kind, Kind::Rate | Kind::Share)).take(MOST_COLUMNS).collect();
    let amounts: Vec<&&Read<'_>> =
        columns.iter().filter(|column| matches!(column.kind, Kind::Count | Kind::Number)).take(MOST_COLUMNS).collect();
    rates.into_iter().filter_map(|rate| best(subject, rate, &amounts)).flatten().collect()
}

/// One way in which a rate may have been made.
struct Quotient<'a> {
    rate: &'a Read<'a>,
    count: &'a Read<'a>,
    base: &'a Read<'a>,
    /// Rate over quotient, a power of ten.
    factor: f64,
    agree: usize,
    all: usize,
}

/// The findings of the count and base that fit a rate in the most rows; nothing where none do in four of five.
fn best(subject: &Subject<'_>, rate: &Read<'_>, amounts: &[&&Read<'_>]) -> Option<Vec<Finding>> {
    let mut best: Option<Quotient<'_>> = None;
    for count in amounts {
        for base in amounts.iter().filter(|base| base.name() != count.name()) {
            let found = quotient(subject, rate, count, base);
            best = [best, found].into_iter().flatten().max_by_key(|one| one.agree);
        }
    }
    let best = best?;
    let broken: Vec<Finding> = (0..subject.rows()).filter_map(|row| broken(subject, &best, row)).collect();
    Some(broken)
}

fn quotient<'a>(subject: &Subject<'_>, rate: &'a Read<'a>, count: &'a Read<'a>, base: &'a Read<'a>) -> Option<Quotient<'a>> {
    let factors: Vec<f64> = (0..subject.rows())
        .filter_map(|row| {
            let (rate, count, base) = (rate.number(row)?, count.number(row)?, base.number(row)?);
            (rate > 0.0 && count > 0.0 && base > 0.0).then(|| rate * base / count)
        })
        .collect();
    if factors.len() < ENOUGH {
        return None;
    }
    let factor = 10.0_f64.powi(libm::log10(median(factors.clone())?).round() as i32);
    let mut one = Quotient { rate, count, base, factor, agree: 0, all: 0 };
    let fits = |row: usize| one.numbers(row).map(|(written, made)| one.fits(row, written, made));
    let fits: Vec<bool> = (0..subject.rows()).filter_map(fits).collect();
    (one.agree, one.all) = (fits.iter().filter(|fits| **fits).count(), fits.len());
    (one.agree * 5 >= one.all * 4 && one.agree >= ENOUGH).then_some(one)
}

impl Quotient<'_> {
    /// The rate as written and as it follows from count and base.
    fn numbers(&self, row: usize) -> Option<(f64, f64)> {
        let (rate, count, base) = (self.rate.number(row)?, self.count.number(row)?, self.base.number(row)?);
        (base > 0.0).then(|| (rate, count / base * self.factor))
    }

    /// Whether the two agree within what the rounding of all three leaves open.
    fn fits(&self, row: usize, written: f64, made: f64) -> bool {
        let part = |column: &Read<'_>| column.number(row).map_or(0.0, |value| column.rounding() / value.abs().max(1e-12));
        let open = self.rate.rounding() + made.abs() * (part(self.count) + part(self.base)).min(0.02);
        (written - made).abs() <= open * 1.01 + 1e-12
    }
}

fn broken(subject: &Subject<'_>, of: &Quotient<'_>, row: usize) -> Option<Finding> {
    let (written, made) = of.numbers(row)?;
    // A hundredth may be a later revision of the count or of the base.
    if of.fits(row, written, made) || (written - made).abs() <= made.abs() * 0.01 + 2.0 * of.rate.rounding() {
        return None;
    }
    let (count, base) = (of.count.number(row)?, of.base.number(row)?);
    let reason = format!(
        "\"{}\" is {}, but \"{}\" / \"{}\" × {} = {} / {} × {} = {}; it agrees in {} of {} rows.",
        of.rate.name(),
        shown(written),
        of.count.name(),
        of.base.name(),
        shown(of.factor),
        shown(count),
        shown(base),
        shown(of.factor),
        shown(made),
        of.agree,
        of.all
    );
    let finding = Finding::new("rate-against-count", Severity::Impossible, reason).at(subject.line(row)).column(of.rate.name());
    let finding = finding
        .about(subject.area(row))
        .with("rate", written)
        .with("count over base", made)
        .with("count", count)
        .with("base", base);
    let (cause, next) =
        ("One of the three was mistyped, or the rate was made with another base.", "Compare the three cells with the source.");
    Some(finding.cause(cause).next(next))
}
