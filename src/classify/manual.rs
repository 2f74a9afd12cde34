//! The author's own breaks.
//!
//! Breaks may include the outer ones or leave them open: where values lie outside, a class is added down to the smallest or up to the
//! largest value, and that is said. Outer breaks that reach further than the values are kept as written.

use super::Classes;
use super::request::{Request, assemble};
use super::sample::Sample;
use crate::problem::Problem;

/// The classes between the author's breaks.
pub(super) fn classes(sample: &Sample, request: &Request, problems: &mut Vec<Problem>) -> Classes {
    let mut breaks = cleaned(&request.breaks, problems);
    if let Some(pivot) = request.pivot.filter(|pivot| pivot.is_finite() && !breaks.contains(pivot)) {
        problems.push(Problem::note("pivot-added", format!("The pivot {pivot} is no break; it is added as one.")));
        breaks.push(pivot);
        breaks.sort_unstable_by(f64::total_cmp);
    }
    let (min, max) = (sample.min(), sample.max());
    let first = breaks.first().copied().filter(|first| *first <= min);
    let last = breaks.last().copied().filter(|last| *last >= max && Some(*last) != first);
    let inner = breaks[usize::from(first.is_some())..breaks.len() - usize::from(last.is_some())].to_vec();
    assemble(sample, inner, (first.unwrap_or(min), last.unwrap_or(max)), request.closure)
}

/// The breaks in order, each once, finite; says what was wrong with them.
fn cleaned(breaks: &[f64], problems: &mut Vec<Problem>) -> Vec<f64> {
    let mut clean: Vec<f64> = breaks.iter().copied().filter(|cut| cut.is_finite()).map(|cut| cut + 0.0).collect();
    clean.sort_unstable_by(f64::total_cmp);
    clean.dedup();
    let help = "Write breaks as numbers that grow, such as `[0, 10, 20, 50]`.";
    if breaks.is_empty() {
        let problem = Problem::warning("no-breaks", "There are no breaks for `manual`; all values are in one class.");
        problems.push(problem.zh("没有给出断点，所有数值归为一级。").help(help));
    } else if clean != breaks {
        let problem = Problem::warning("breaks-order", "The breaks do not grow; they were sorted and repeated ones dropped.");
        problems.push(problem.zh("断点不是递增的，已排序并去掉重复。").help(help));
    }
    clean
}
