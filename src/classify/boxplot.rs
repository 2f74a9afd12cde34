//! Box: the quartiles, and the fences one and a half times their distance below the first and above the third (Tukey 1977).
//! A fence that no value lies beyond is no break.

use super::sample::Sample;

/// The inner breaks.
pub(super) fn cuts(sample: &Sample) -> Vec<f64> {
    let [low, middle, high] = [1, 2, 3].map(|quarter| sample.quantile(quarter, 4));
    let reach = 1.5 * (high - low);
    vec![low - reach, low, middle, high, high + reach]
}
