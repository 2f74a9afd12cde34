//! Diverging classes: the method is applied to the distances from the pivot, both sides together, and mirrored.

use super::request::{Request, cuts as method_cuts};
use super::sample::Sample;
use super::{Closure, Method, fisher};
use crate::problem::Problem;

/// The inner breaks, the pivot among them where values lie on both sides of it.
pub(super) fn cuts(sample: &Sample, request: &Request, classes: usize, pivot: f64, problems: &mut Vec<Problem>) -> Vec<f64> {
    if pivot <= sample.min() || pivot >= sample.max() {
        let message = format!("No value lies {} the pivot {pivot}.", if pivot <= sample.min() { "below" } else { "above" });
        let zh = format!("没有数值{} {pivot}。", if pivot <= sample.min() { "低于" } else { "高于" });
        problems.push(Problem::warning("one-sided", message).zh(zh).help("Use a sequential palette without a pivot."));
    }
    let distances =
        Sample::new(sample.sorted.iter().map(|value| (value - pivot).abs()).filter(|away| away.is_finite()).collect());
    if distances.sorted.is_empty() || distances.max() == 0.0 {
        return vec![pivot];
    }
    let arms = classes.div_ceil(2);
    let away = match request.method {
        Method::Stddev => vec![sample.deviation(), 2.0 * sample.deviation()],
        // Breaks in the middle of a gap put a distance into the same class on both sides; a value itself would not.
        Method::Fisher => fisher::middles(&distances, arms),
        Method::Equal => (1..arms).map(|i| distances.max() * i as f64 / arms as f64).collect(),
        Method::Pretty => super::pretty::cuts(0.0, distances.max(), arms),
        method => method_cuts(&distances, method, arms, Closure::Left, problems),
    };
    let mirrored = away.iter().filter(|away| **away > 0.0).flat_map(|away| [pivot - away, pivot + away]);
    mirrored.chain([pivot]).collect()
}
