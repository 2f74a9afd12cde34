//! Pretty: breaks at multiples of 1, 2, 2.5 or 5 times a power of ten, with the number of classes as near as can be to what was asked.
//! Of steps equally near, the rounder one is taken.

use super::equal;

/// Digits of a step, and how many powers of ten they are to be divided by, the roundest first.
const STEPS: [(i64, i32); 4] = [(1, 0), (5, 0), (2, 0), (25, 1)];

/// The inner breaks.
pub(super) fn cuts(min: f64, max: f64, classes: usize) -> Vec<f64> {
    let width = (max - min) / classes as f64;
    if !width.is_normal() {
        return equal::cuts(min, max, classes);
    }
    let exponent = libm::floor(libm::log10(width)) as i32;
    let mut best: Option<(usize, usize, Vec<f64>)> = None;
    for (roundness, (digits, shift)) in STEPS.into_iter().enumerate() {
        for power in [exponent + 1, exponent, exponent - 1] {
            let Some(cuts) = multiples(min, max, digits, power - shift) else { continue };
            let miss = (cuts.len() + 1).abs_diff(classes);
            if best.as_ref().is_none_or(|(other, round, _)| (miss, roundness) < (*other, *round)) {
                best = Some((miss, roundness, cuts));
            }
        }
    }
    best.map_or_else(|| equal::cuts(min, max, classes), |(_, _, cuts)| cuts)
}

/// Multiples of `digits` times ten to the `power` between two numbers, each the number nearest to its decimal form. None where they
/// are too many, or too fine for the numbers to hold.
pub(crate) fn multiples(min: f64, max: f64, digits: i64, power: i32) -> Option<Vec<f64>> {
    let step = decimal(digits, power)?;
    let (first, last) = (libm::floor(min / step), libm::ceil(max / step));
    if first.abs().max(last.abs()) > 1e15 || last - first > 200.0 {
        return None;
    }
    let all = (first as i64..=last as i64).filter_map(|i| decimal(i.checked_mul(digits)?, power));
    Some(all.filter(|cut| min < *cut && *cut < max).collect())
}

/// The number nearest to `digits` times ten to the `power`.
pub(crate) fn decimal(digits: i64, power: i32) -> Option<f64> {
    format!("{digits}e{power}").parse().ok().filter(|number: &f64| number.is_finite())
}
