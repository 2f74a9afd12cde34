//! Theil's two indices, in natural logarithms.
//!
//! Source: H. Theil, "Economics and Information Theory" (1967). T = sum s ln(s / p) weighs units by the resource; L = sum p ln(p / s),
//! the mean logarithmic deviation, weighs them by the base. Papers on health resources in China mostly print L, often with logarithms to
//! base 10 (L / ln 10), and call it Theil: say which one is shown. Zero resources add nothing to T (the limit) and make L infinite.

use super::Shares;

/// Theil's T, from 0 to ln(1 / smallest share of the base).
pub fn theil_t(shares: &Shares) -> f64 {
    shares.pairs().map(|(p, s)| if s > 0.0 { s * libm::log(s / p) } else { 0.0 }).sum::<f64>().max(0.0)
}

/// Theil's L, from 0; infinite where a unit with a base has none of the resource.
pub fn theil_l(shares: &Shares) -> f64 {
    shares.pairs().map(|(p, s)| if p > 0.0 { p * libm::log(p / s) } else { 0.0 }).sum::<f64>().max(0.0)
}
