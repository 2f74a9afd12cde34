//! Numbers of about 106 bits as sums of two 64-bit ones (Dekker 1971; Knuth, TAOCP 2, 4.2.2), without fused multiplication, so that
//! every machine gives the same.

use std::ops::{Add, Sub};

/// The sum of two numbers that do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub(super) struct Double {
    /// The number, rounded.
    pub high: f64,
    /// What rounding lost.
    pub low: f64,
}

impl Double {
    /// The exact difference of two numbers.
    pub fn difference(a: f64, b: f64) -> Self {
        two_sum(a, -b)
    }

    /// The product with another.
    pub fn times(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        quick_two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }

    /// The product with a number.
    pub fn scaled(self, by: f64) -> Self {
        let product = two_product(self.high, by);
        quick_two_sum(product.high, product.low + self.low * by)
    }

    /// The quotient by a number.
    pub fn over(self, by: f64) -> Self {
        let first = self.high / by;
        let rest = self - two_product(first, by);
        quick_two_sum(first, rest.high / by)
    }
}

impl Add for Double {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, low) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let sum = quick_two_sum(high.high, high.low + low.high);
        quick_two_sum(sum.high, sum.low + low.low)
    }
}

impl Sub for Double {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Double { high: -other.high, low: -other.low }
    }
}

fn two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let part = high - a;
    Double { high, low: (a - (high - part)) + (b - part) }
}

fn quick_two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: b - (high - a) }
}

fn two_product(a: f64, b: f64) -> Double {
    let high = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    Double { high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2 }
}

/// Splits a number into two halves of 26 bits.
fn split(a: f64) -> (f64, f64) {
    let wide = 134_217_729.0 * a;
    let high = wide - (wide - a);
    (high, a - high)
}
