//! What is asked for, and the way from values to classes.

use super::sample::Sample;
use super::{
    Classes, Closure, Method, boxplot, equal, fisher, fit, geometric, headtail, logarithm, manual, maximum, pivot, pretty,
};
use super::{quantile, stddev};
use crate::problem::{Noted, Problem};

/// More classes than this are not made: no reader can tell so many colours apart, and hostile input must not ask for millions.
pub const MAX_CLASSES: usize = 64;

/// How values are to be classed.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// How many classes, from 1 to [`MAX_CLASSES`]; head/tail, box, stddev, pretty, log and manual choose their own number.
    pub classes: usize,
    /// Breaks for [`Method::Manual`].
    pub breaks: Vec<f64>,
    /// On which side a class includes its break.
    pub closure: Closure,
    /// A value that must be a break, with classes that mirror each other on both sides of it.
    pub pivot: Option<f64>,
    /// Whether values of exactly zero are left out, because they are a class of their own.
    pub zero: bool,
}

impl Request {
    /// A request without pivot, closed on the left, zero among the others.
    pub fn new(method: Method, classes: usize) -> Self {
        Self { method, classes, breaks: Vec::new(), closure: Closure::Left, pivot: None, zero: false }
    }
}

/// How many values are exactly zero.
pub fn zeros(values: &[f64]) -> usize {
    values.iter().filter(|value| **value == 0.0).count()
}

/// Classes the values of one map, or of several maps together.
///
/// Every finite value (but zeros, where they are a class of their own) is in exactly one class. `breaks` run from the smallest value
/// to the largest; with `manual` the author's outer breaks are kept where they reach further. Numbers that are not finite are left
/// out with a warning. Data that cannot fill the classes asked for give fewer classes and a warning; no data give no class.
///
/// With a pivot the method is applied to the distances from it, on both sides together, and its breaks are mirrored: equal distances
/// get equal classes, the pivot is a break, and an arm that reaches less far has fewer classes.
pub fn classify(values: &[f64], request: &Request) -> Noted<Classes> {
    let mut problems = Vec::new();
    let sample = Sample::new(usable(values, request, &mut problems));
    if sample.sorted.is_empty() {
        let problem = Problem::warning("no-values", "There is no value to class.").zh("没有可以分级的数值。");
        problems.push(problem.help("Every area will be shown as without data."));
        return Noted { value: Classes { breaks: Vec::new(), closure: request.closure, counts: Vec::new(), gvf: 1.0 }, problems };
    }
    let wanted = request.classes.clamp(1, MAX_CLASSES);
    if wanted != request.classes {
        let message = format!("{} classes cannot be made; {wanted} are asked for instead.", request.classes);
        let zh = format!("不能分为 {} 级，改为 {wanted} 级。", request.classes);
        problems.push(Problem::warning("class-number", message).zh(zh).help("Ask for 3 to 9 classes."));
    }
    let classes = match request.method {
        Method::Manual => manual::classes(&sample, request, &mut problems),
        _ => {
            let cuts = match request.pivot {
                Some(pivot) if pivot.is_finite() => pivot::cuts(&sample, request, wanted, pivot, &mut problems),
                _ => cuts(&sample, request.method, wanted, request.closure, &mut problems),
            };
            let inner = admissible(cuts, sample.min(), sample.max(), request.closure);
            assemble(&sample, inner, (sample.min(), sample.max()), request.closure)
        }
    };
    tell_number(&sample, request, wanted, &classes, &mut problems);
    Noted { value: classes, problems }
}

/// The inner breaks of a method over the whole sample, not yet sorted or cleaned.
pub(super) fn cuts(sample: &Sample, method: Method, classes: usize, closure: Closure, problems: &mut Vec<Problem>) -> Vec<f64> {
    let own_number = matches!(method, Method::Stddev | Method::Headtail | Method::Box);
    if sample.distinct.len() <= classes && !own_number {
        return one_each(&sample.distinct, closure);
    }
    match method {
        Method::Quantile => quantile::cuts(sample, classes, closure),
        Method::Equal => equal::cuts(sample.min(), sample.max(), classes),
        Method::Pretty => pretty::cuts(sample.min(), sample.max(), classes),
        Method::Fisher => fisher::cuts(sample, classes, closure),
        Method::Stddev => stddev::cuts(sample),
        Method::Headtail => headtail::cuts(sample, closure),
        Method::Box => boxplot::cuts(sample),
        Method::Maximum => maximum::cuts(sample, classes),
        Method::Geometric => geometric::cuts(sample, classes, closure, problems),
        Method::Log => logarithm::cuts(sample, classes, closure, problems),
        Method::Manual => Vec::new(),
    }
}

/// Breaks that give each distinct value a class of its own.
fn one_each(distinct: &[f64], closure: Closure) -> Vec<f64> {
    match closure {
        Closure::Left => distinct[1..].to_vec(),
        Closure::Right => distinct[..distinct.len() - 1].to_vec(),
    }
}

/// Sorts breaks, drops repeated ones and those that would cut off nothing.
pub(super) fn admissible(mut cuts: Vec<f64>, min: f64, max: f64, closure: Closure) -> Vec<f64> {
    cuts.retain(|cut| match closure {
        Closure::Left => min < *cut && *cut <= max,
        Closure::Right => min <= *cut && *cut < max,
    });
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    cuts
}

/// Makes classes of inner breaks and counts their values.
pub(super) fn assemble(sample: &Sample, inner: Vec<f64>, (first, last): (f64, f64), closure: Closure) -> Classes {
    let mut breaks = Vec::with_capacity(inner.len() + 2);
    breaks.push(first);
    breaks.extend(inner);
    breaks.push(last);
    let mut classes = Classes { counts: vec![0; breaks.len() - 1], breaks, closure, gvf: 1.0 };
    for (value, weight) in sample.distinct.iter().zip(&sample.weights) {
        if let Some(class) = classes.class_of(*value) {
            classes.counts[class] += weight;
        }
    }
    classes.gvf = fit::gvf(sample, &classes);
    classes
}

/// The same classes with other breaks: counts and fit anew. `values` are those that were classed.
pub(crate) fn recut(values: Vec<f64>, breaks: &[f64], closure: Closure) -> Classes {
    match breaks {
        [first, inner @ .., last] => assemble(&Sample::new(values), inner.to_vec(), (*first, *last), closure),
        _ => Classes { breaks: breaks.to_vec(), closure, counts: Vec::new(), gvf: 1.0 },
    }
}

/// The finite values to class; says what was left out.
fn usable(values: &[f64], request: &Request, problems: &mut Vec<Problem>) -> Vec<f64> {
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let dropped = values.len() - finite.len();
    if dropped > 0 {
        let message = match dropped {
            1 => "1 value is infinite or not a number and is left out.".to_owned(),
            _ => format!("{dropped} values are infinite or not numbers and are left out."),
        };
        let zh = format!("{dropped} 个数值无穷大或不是数，未计入。");
        problems.push(Problem::warning("not-finite", message).zh(zh).help("Look for divisions by zero in the formula."));
    }
    if request.zero { finite.into_iter().filter(|value| *value != 0.0).collect() } else { finite }
}

/// Says where the number of classes is not what was asked for, and why.
fn tell_number(sample: &Sample, request: &Request, wanted: usize, classes: &Classes, problems: &mut Vec<Problem>) {
    let (distinct, made) = (sample.distinct.len(), classes.len());
    if distinct == 1 {
        let message = format!("All {} values are equal ({}); there is one class.", sample.sorted.len(), sample.distinct[0]);
        let message = if sample.sorted.len() == 1 { "There is one value only, hence one class.".to_owned() } else { message };
        problems.push(
            Problem::warning("all-equal", message)
                .zh("所有数值相等，只有一级。")
                .help("Look whether the right column and the right rows are shown."),
        );
        return;
    }
    let own_number =
        !matches!(request.method, Method::Quantile | Method::Equal | Method::Fisher | Method::Maximum | Method::Geometric);
    if own_number || request.pivot.is_some() {
        if made > 9 {
            let message = format!("There are {made} classes, more than a reader can tell apart.");
            let zh = format!("共 {made} 级，读者难以分辨。");
            problems.push(Problem::warning("many-classes", message).zh(zh).help("Choose another method, or fewer classes."));
        }
        return;
    }
    if distinct < wanted {
        let message = format!("There are {distinct} different values for {wanted} classes; each value is a class of its own.");
        let zh = format!("只有 {distinct} 个不同的数值，要求分 {wanted} 级，每个数值自成一级。");
        problems.push(Problem::warning("few-values", message).zh(zh).help(format!("Ask for {distinct} classes or fewer.")));
    } else if made < wanted {
        let message = format!("{wanted} classes were asked for, but equal values, which are never split, leave {made}.");
        let zh = format!("要求分 {wanted} 级，但相等的数值不拆开，只能分 {made} 级。");
        problems.push(Problem::warning("ties", message).zh(zh).help("Choose another method, or make zero a class of its own."));
    }
}
