//! Logarithmic: breaks at powers of ten and their round parts (1; 1 and 3; 1, 2 and 5; ...), the row that comes nearest to the number
//! of classes asked for. Needs values of one sign, as [`super::geometric`].

use super::geometric::one_sign;
use super::pretty::decimal;
use super::sample::Sample;
use super::{Closure, quantile};
use crate::problem::Problem;

/// Rows of breaks, the roundest first: leading digits times ten, and every how many powers of ten they stand.
const ROWS: [(&[i64], i32); 7] = [
    (&[10], 1),
    (&[10, 20, 50], 1),
    (&[10, 30], 1),
    (&[10], 2),
    (&[10], 3),
    (&[10, 15, 20, 30, 50, 70], 1),
    (&[10, 12, 15, 20, 25, 30, 40, 50, 60, 80], 1),
];

/// The inner breaks.
pub(super) fn cuts(sample: &Sample, classes: usize, closure: Closure, problems: &mut Vec<Problem>) -> Vec<f64> {
    let Some((low, high, sign)) = one_sign(sample, "log", problems) else {
        return quantile::cuts(sample, classes, closure);
    };
    let rows = ROWS.into_iter().map(|(digits, every)| row(low, high, digits, every));
    let best = rows.min_by_key(|cuts| (cuts.len() + 1).abs_diff(classes)).unwrap_or_default();
    best.into_iter().map(|cut| sign * cut).collect()
}

/// The breaks of one row between two positive numbers.
fn row(low: f64, high: f64, digits: &[i64], every: i32) -> Vec<f64> {
    let power = |value: f64| libm::floor(libm::log10(value)) as i32;
    let powers = (power(low) - 1..=power(high) + 1).filter(|power| power.rem_euclid(every) == 0);
    let all = powers.flat_map(|power| digits.iter().filter_map(move |digits| decimal(*digits, power - 1)));
    all.filter(|cut| low < *cut && *cut < high).collect()
}
