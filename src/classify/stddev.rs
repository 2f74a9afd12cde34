//! Mean and standard deviation: breaks at one and two standard deviations on both sides of the mean, as mapclassify's `StdMean`.
//! The middle class holds what lies within one standard deviation of the mean.

use super::sample::Sample;

/// The inner breaks.
pub(super) fn cuts(sample: &Sample) -> Vec<f64> {
    let (mean, deviation) = (sample.mean_of(&sample.sorted), sample.deviation());
    [-2.0, -1.0, 1.0, 2.0].map(|times| mean + times * deviation).to_vec()
}
