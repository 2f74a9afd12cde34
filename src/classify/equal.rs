//! Equal interval: classes of equal width between the smallest and the largest value.

use super::sample::between;

/// The inner breaks.
pub(super) fn cuts(min: f64, max: f64, classes: usize) -> Vec<f64> {
    (1..classes).map(|i| between(min, max, i, classes)).collect()
}
