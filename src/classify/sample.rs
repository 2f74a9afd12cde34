//! The values to class, sorted, with equal ones counted together.

/// Sorted values and their distinct ones with weights.
pub(super) struct Sample {
    /// All values, ascending.
    pub sorted: Vec<f64>,
    /// Each value once, ascending.
    pub distinct: Vec<f64>,
    /// How often each distinct value occurs.
    pub weights: Vec<usize>,
    /// Power of two that brings every value into [-1, 1], so that sums and squares of huge or tiny values stay in range. Exact.
    pub unit: f64,
}

impl Sample {
    /// Sorts finite values. Negative zero counts as zero.
    pub fn new(mut sorted: Vec<f64>) -> Self {
        sorted.iter_mut().for_each(|value| *value += 0.0);
        sorted.sort_unstable_by(f64::total_cmp);
        let (mut distinct, mut weights) = (Vec::new(), Vec::new());
        for group in sorted.chunk_by(|a, b| a == b) {
            distinct.push(group[0]);
            weights.push(group.len());
        }
        let largest = sorted.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        Self { unit: unit(largest), sorted, distinct, weights }
    }

    /// The smallest value. The sample is not empty.
    pub fn min(&self) -> f64 {
        self.sorted[0]
    }

    /// The largest value. The sample is not empty.
    pub fn max(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }

    /// Mean of a part of the sorted values, with Neumaier's compensation.
    pub fn mean_of(&self, values: &[f64]) -> f64 {
        sum(values.iter().map(|value| value * self.unit)) / values.len() as f64 / self.unit
    }

    /// Standard deviation with n - 1 below, as mapclassify has it; zero for fewer than two values.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean_of(&self.sorted) * self.unit;
        let squares = sum(self.sorted.iter().map(|value| (value * self.unit - mean) * (value * self.unit - mean)));
        match self.sorted.len() {
            0 | 1 => 0.0,
            n => (squares / (n - 1) as f64).sqrt() / self.unit,
        }
    }

    /// The quantile of type 7 (Hyndman and Fan 1996; the default of R, numpy and spreadsheets).
    pub fn quantile(&self, part: usize, parts: usize) -> f64 {
        let steps = (self.sorted.len() - 1) * part;
        let (at, rest) = (steps / parts, steps % parts);
        let low = self.sorted[at];
        match rest {
            0 => low,
            _ => between(low, self.sorted[at + 1], rest, parts),
        }
    }
}

/// The number `part / parts` of the way from `low` to `high`, also where their difference is out of range.
pub(super) fn between(low: f64, high: f64, part: usize, parts: usize) -> f64 {
    let (part, parts) = (part as f64, parts as f64);
    let width = high - low;
    let cut =
        if (width * parts).is_finite() { low + width * part / parts } else { low * (1.0 - part / parts) + high * (part / parts) };
    cut.clamp(low, high)
}

/// Sum with Neumaier's compensation.
pub(super) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}

/// The power of two that brings `largest` into (0.5, 1], as far as the range of numbers allows.
pub(super) fn unit(largest: f64) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    let (_, exponent) = libm::frexp(largest);
    libm::ldexp(1.0, -exponent.clamp(-1000, 1000))
}
