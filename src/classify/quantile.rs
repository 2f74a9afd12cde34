//! Quantiles: as many values in each class as can be, with equal values kept together.
//!
//! The breaks are the quantiles of type 7 at 1/k, 2/k, ... Where a break equals the smallest value (closed on the left) or the largest
//! (closed on the right), because many values are tied there, it would cut off nothing; it moves to the next value, so that the tied
//! values form a class of their own.

use super::Closure;
use super::sample::Sample;

/// The inner breaks. The sample has at least two distinct values.
pub(super) fn cuts(sample: &Sample, classes: usize, closure: Closure) -> Vec<f64> {
    let distinct = &sample.distinct;
    let (second, before_last) = (distinct[1], distinct[distinct.len() - 2]);
    let moved = |cut: f64| match closure {
        Closure::Left if cut <= sample.min() => second,
        Closure::Right if cut >= sample.max() => before_last,
        _ => cut,
    };
    (1..classes).map(|i| moved(sample.quantile(i, classes))).collect()
}
