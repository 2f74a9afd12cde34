//! Sums without rounding, so that what went into a join can be compared with what came out, to the last unit.
//!
//! The partial sums of J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates"
//! (1997), as in Python's `math.fsum`: their exact total is the exact total of everything added.

/// A sum that has lost nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExactSum {
    partials: Vec<f64>,
    overflowed: bool,
}

impl ExactSum {
    /// Adds a number; one that is not finite spoils the sum for good.
    pub fn add(&mut self, number: f64) {
        let mut carried = number;
        let mut kept = 0;
        for at in 0..self.partials.len() {
            let (sum, rest) = two_sum(carried, self.partials[at]);
            if rest != 0.0 {
                self.partials[kept] = rest;
                kept += 1;
            }
            carried = sum;
        }
        self.partials.truncate(kept);
        if carried.is_finite() {
            self.partials.push(carried);
        } else {
            self.overflowed = true;
        }
    }

    /// Adds all of another sum.
    pub fn add_sum(&mut self, other: &ExactSum) {
        self.overflowed |= other.overflowed;
        for partial in &other.partials {
            self.add(*partial);
        }
    }

    /// Takes away all of another sum.
    pub fn subtract_sum(&mut self, other: &ExactSum) {
        self.overflowed |= other.overflowed;
        for partial in &other.partials {
            self.add(-partial);
        }
    }

    /// The sum, rounded once; none where it grew out of range.
    pub fn value(&self) -> Option<f64> {
        if self.overflowed {
            return None;
        }
        let Some((&last, rest)) = self.partials.split_last() else { return Some(0.0) };
        let mut high = last;
        let mut low = 0.0;
        let mut below = rest.iter().rev();
        for &partial in below.by_ref() {
            (high, low) = two_sum(high, partial);
            if low != 0.0 {
                break;
            }
        }
        // Half-way cases are rounded by the sign of what stands below.
        if let Some(&next) = below.next()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let doubled = low * 2.0;
            let rounded = high + doubled;
            if rounded - high == doubled {
                high = rounded;
            }
        }
        Some(high)
    }

    /// Whether the exact total is zero.
    pub fn is_zero(&self) -> bool {
        !self.overflowed && self.partials.iter().all(|partial| *partial == 0.0)
    }
}

/// Knuth's sum and its rounding error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let sum = large + small;
    (sum, small - (sum - large))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_lost_beside_a_large_number() {
        let mut sum = ExactSum::default();
        for number in [1e16, 1.0, -1e16, 1e-30] {
            sum.add(number);
        }
        assert_eq!(sum.value(), Some(1.0));
        sum.add(-1.0);
        assert_eq!(sum.value(), Some(1e-30));
    }

    #[test]
    fn ten_tenths_are_one() {
        let mut sum = ExactSum::default();
        (0..10).for_each(|_| sum.add(0.1));
        assert_eq!(sum.value(), Some(1.0));
    }

    #[test]
    fn too_large_is_said() {
        let mut sum = ExactSum::default();
        sum.add(f64::MAX);
        sum.add(f64::MAX);
        assert_eq!(sum.value(), None);
    }

    proptest! {
        #[test]
        fn parts_in_any_grouping_agree_exactly(numbers in prop::collection::vec(-1e12_f64..1e12, 0..60), cut in 0_usize..60) {
            let cut = cut.min(numbers.len());
            let (mut whole, mut left, mut right) = (ExactSum::default(), ExactSum::default(), ExactSum::default());
            numbers.iter().for_each(|n| whole.add(*n));
            numbers[..cut].iter().for_each(|n| left.add(*n));
            numbers[cut..].iter().rev().for_each(|n| right.add(*n));
            whole.subtract_sum(&left);
            whole.subtract_sum(&right);
            prop_assert!(whole.is_zero());
        }
    }
}
