//! The Hoover index, also called Robin Hood, Schutz or dissimilarity index.
//!
//! Source: E. M. Hoover, "The measurement of industrial localization" (1936). Formula: half of sum |s - p|: the part of the resource
//! that would have to move for equal rates, and the greatest height between the diagonal and the Lorenz curve. From 0 to 1.

use super::Shares;

/// The Hoover index, from 0 to 1.
pub fn hoover(shares: &Shares) -> f64 {
    shares.pairs().map(|(p, s)| (s - p).abs()).sum::<f64>() / 2.0
}
