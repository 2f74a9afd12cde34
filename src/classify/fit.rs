//! Goodness of variance fit: one minus the squared deviations within classes over those of all values (Jenks and Caspall 1971).

use super::Classes;
use super::sample::{Sample, sum};

/// From 0 to 1; 1 where all values are equal. Values are centred before they are squared.
pub(super) fn gvf(sample: &Sample, classes: &Classes) -> f64 {
    let mean = sample.mean_of(&sample.sorted) * sample.unit;
    let total = squares(sample, 0, sample.distinct.len(), mean);
    if total == 0.0 {
        return 1.0;
    }
    let mut within = Vec::with_capacity(classes.len());
    let mut start = 0;
    while start < sample.distinct.len() {
        let class = classes.class_of(sample.distinct[start]);
        let end = start + sample.distinct[start..].partition_point(|value| classes.class_of(*value) <= class);
        let weight: usize = sample.weights[start..end].iter().sum();
        let shift =
            sum((start..end).map(|i| sample.weights[i] as f64 * (sample.distinct[i] * sample.unit - mean))) / weight as f64;
        within.push(squares(sample, start, end, mean + shift));
        start = end;
    }
    (1.0 - sum(within) / total).clamp(0.0, 1.0)
}

/// Weighted squared deviations of the distinct values `start..end`.
fn squares(sample: &Sample, start: usize, end: usize, mean: f64) -> f64 {
    sum((start..end).map(|i| {
        let away = sample.distinct[i] * sample.unit - mean;
        sample.weights[i] as f64 * away * away
    }))
}
