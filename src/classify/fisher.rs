//! Fisher-Jenks natural breaks: the partition with the least sum of squared deviations from the class means (Fisher 1958), found
//! exactly.
//!
//! Runs over distinct values with weights, so equal values are never split (a best partition never needs to). The best last class of
//! the first *i* values never starts earlier as *i* grows (the costs satisfy the quadrangle inequality), so each class number is
//! solved by divide and conquer in O(m log m). Sums are of centred values, kept in 106 bits: a first look in 64 bits drops the
//! starts that cannot be best by more than its own rounding error, the rest are compared in 106 bits.
//!
//! Of partitions equally good (to 2^-98 of the total), the one is taken whose last class starts at the smallest value, then the class
//! before it, and so on.

use super::Closure;
use super::double::Double;
use super::sample::{Sample, between};

/// The inner breaks: the smallest value of the upper class (closed on the left) or the largest of the lower (closed on the right).
pub(super) fn cuts(sample: &Sample, classes: usize, closure: Closure) -> Vec<f64> {
    let at = |start: usize| match closure {
        Closure::Left => sample.distinct[start],
        Closure::Right => sample.distinct[start - 1],
    };
    starts(sample, classes).into_iter().map(at).collect()
}

/// Breaks in the middle of the gaps between classes.
pub(super) fn middles(sample: &Sample, classes: usize) -> Vec<f64> {
    let classes = classes.min(sample.distinct.len());
    let middle = |start: usize| between(sample.distinct[start - 1], sample.distinct[start], 1, 2);
    starts(sample, classes).into_iter().map(middle).collect()
}

/// Where each class but the first starts among the distinct values. There are at least as many values as classes.
fn starts(sample: &Sample, classes: usize) -> Vec<usize> {
    let sums = Sums::new(sample);
    let count = sample.distinct.len();
    let mut before: Vec<Double> = (0..count).map(|end| sums.cost(0, end)).collect();
    let mut after = before.clone();
    let mut layers: Vec<Vec<u32>> = Vec::new();
    for class in 1..classes {
        let mut layer = Layer { sums: &sums, before: &before, after: &mut after, start: vec![0; count], near: Vec::new() };
        let last = count - classes + class;
        // Only the end of the last class is asked for.
        let first = if class + 1 == classes { last } else { class };
        layer.solve(first, last, class, last);
        layers.push(layer.start);
        std::mem::swap(&mut before, &mut after);
    }
    let mut end = count - 1;
    let mut starts = Vec::with_capacity(layers.len());
    for layer in layers.iter().rev() {
        let start = layer[end] as usize;
        starts.push(start);
        end = start - 1;
    }
    starts.reverse();
    starts
}

/// Sums over the first values: weight, weighted centred value, weighted square.
struct Sums {
    /// In 64 bits, side by side for speed.
    rough: Vec<[f64; 3]>,
    /// What 64 bits lost of the second and third.
    rest: Vec<[f64; 2]>,
    /// How far a difference of two rough costs may be off.
    doubt: f64,
    /// Costs nearer than this are equal.
    equal: f64,
}

impl Sums {
    fn new(sample: &Sample) -> Self {
        let centre = sample.mean_of(&sample.sorted) * sample.unit;
        let (mut weight, mut sum, mut square) = (0.0, Double::default(), Double::default());
        let (mut rough, mut rest) = (vec![[0.0; 3]], vec![[0.0; 2]]);
        let (mut widest, mut largest) = (0.0_f64, 0.0_f64);
        for (value, count) in sample.distinct.iter().zip(&sample.weights) {
            let away = Double::difference(value * sample.unit, centre);
            let count = *count as f64;
            weight += count;
            sum = sum + away.scaled(count);
            square = square + away.times(away).scaled(count);
            (widest, largest) = (widest.max(away.high.abs()), largest.max(sum.high.abs()));
            rough.push([weight, sum.high, square.high]);
            rest.push([sum.low, square.low]);
        }
        // Each rounded sum is off by u of itself, a mean of a class is at most `widest`: with u = 2^-53, generously doubled.
        let doubt = f64::EPSILON * (32.0 * square.high + 16.0 * widest * largest);
        Self { rough, rest, doubt, equal: square.high * libm::ldexp(1.0, -98) }
    }

    /// Squared deviations of the values `start..=end` from their mean, in 64 bits.
    #[inline(always)]
    fn rough(&self, start: usize, to: &[f64; 3]) -> f64 {
        let from = &self.rough[start];
        let sum = to[1] - from[1];
        (to[2] - from[2]) - sum * sum / (to[0] - from[0])
    }

    /// The same in 106 bits.
    fn cost(&self, start: usize, end: usize) -> Double {
        let part = |at: usize, which: usize| Double { high: self.rough[at][which + 1], low: self.rest[at][which] };
        let sum = part(end + 1, 0) - part(start, 0);
        let square = part(end + 1, 1) - part(start, 1);
        let cost = square - sum.times(sum).over(self.rough[end + 1][0] - self.rough[start][0]);
        if cost.high > 0.0 { cost } else { Double::default() }
    }
}

/// One more class: from the best costs with one class fewer to the best costs with it.
struct Layer<'a> {
    sums: &'a Sums,
    before: &'a [Double],
    after: &'a mut [Double],
    start: Vec<u32>,
    near: Vec<(usize, f64)>,
}

impl Layer<'_> {
    /// Solves the ends `first..=last`, whose last class starts within `low..=high`.
    fn solve(&mut self, first: usize, last: usize, low: usize, high: usize) {
        let middle = first + (last - first) / 2;
        let start = self.best(middle, low, high.min(middle));
        self.start[middle] = start as u32;
        if first < middle {
            self.solve(first, middle - 1, low, start);
        }
        if middle < last {
            self.solve(middle + 1, last, start, high);
        }
    }

    /// The best start of the last class that ends at `end`.
    fn best(&mut self, end: usize, low: usize, high: usize) -> usize {
        self.look(end, low, high);
        let (mut best, mut least) = (low, Double { high: f64::INFINITY, low: 0.0 });
        for (start, _) in &self.near {
            let cost = self.before[start - 1] + self.sums.cost(*start, end);
            if least.high == f64::INFINITY || (least - cost).high > self.sums.equal {
                (best, least) = (*start, cost);
            }
        }
        self.after[end] = least;
        best
    }

    /// Collects the starts that could be best, as far as 64 bits can tell.
    fn look(&mut self, end: usize, low: usize, high: usize) {
        let (to, doubt) = (self.sums.rough[end + 1], self.sums.doubt);
        let mut least = f64::INFINITY;
        self.near.clear();
        for start in low..=high {
            let cost = self.before[start - 1].high + self.sums.rough(start, &to);
            if cost <= least + doubt {
                if cost + doubt < least {
                    self.near.clear();
                }
                least = least.min(cost);
                self.near.push((start, cost));
            }
        }
        self.near.retain(|(_, cost)| *cost <= least + doubt);
    }
}
