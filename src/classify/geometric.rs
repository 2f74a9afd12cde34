//! Geometric: each break is the one before times a constant factor, from the smallest value to the largest.
//!
//! Needs values of one sign. Zeros join the class nearest to them and the smallest value apart from zero starts the row; values of
//! both signs are classed by quantiles instead. Both are said.

use super::sample::Sample;
use super::{Closure, quantile};
use crate::problem::Problem;

/// The inner breaks.
pub(super) fn cuts(sample: &Sample, classes: usize, closure: Closure, problems: &mut Vec<Problem>) -> Vec<f64> {
    let Some((low, high, sign)) = one_sign(sample, "geometric", problems) else {
        return quantile::cuts(sample, classes, closure);
    };
    let (low_log, step) = (libm::log(low), (libm::log(high) - libm::log(low)) / classes as f64);
    (1..classes).map(|i| sign * libm::exp(low_log + step * i as f64)).collect()
}

/// The smallest and the largest size of the values that are not zero, and their sign; none where both signs occur.
pub(super) fn one_sign(sample: &Sample, method: &str, problems: &mut Vec<Problem>) -> Option<(f64, f64, f64)> {
    let (min, max) = (sample.min(), sample.max());
    if min < 0.0 && max > 0.0 {
        let message = format!("Values of both signs cannot be classed by \"{method}\"; quantiles are used instead.");
        let zh = "数值有正有负，不能用这种方法分级，改用分位数法。";
        problems.push(Problem::warning("both-signs", message).zh(zh).help("Choose another method, or give a pivot."));
        return None;
    }
    let zeros = sample.distinct.iter().position(|value| *value == 0.0).map_or(0, |at| sample.weights[at]);
    if zeros > 0 {
        let message = match zeros {
            1 => format!("1 value is zero, which \"{method}\" cannot reach; it joins the nearest class."),
            _ => format!("{zeros} values are zero, which \"{method}\" cannot reach; they join the nearest class."),
        };
        let zh = format!("{zeros} 个数值为零，这种方法分不到，归入最近的一级。");
        problems.push(Problem::warning("zero-values", message).zh(zh).help("Make zero a class of its own with `zero = true`."));
    }
    let not_zero = || sample.distinct.iter().filter(|value| **value != 0.0).map(|value| value.abs());
    let (low, high) = (not_zero().fold(f64::INFINITY, f64::min), not_zero().fold(0.0, f64::max));
    Some((low, high, if min < 0.0 { -1.0 } else { 1.0 }))
}
