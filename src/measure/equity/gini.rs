//! The Lorenz curve and the Gini coefficient, both weighted by the base.
//!
//! Source: M. O. Lorenz (1905), C. Gini (1914); for weights, F. A. Cowell, "Measuring Inequality" (2011). The units are sorted by their
//! rate (sorting by the total gives another curve, and an index near zero whatever the data). Formula: one less twice the area below
//! the curve, G = 1 - sum (P_k - P_(k-1)) (S_k + S_(k-1)); the same number as sum p_i p_j |r_i - r_j| / 2 over the mean rate. From 0
//! (all rates alike) to 1 less the smallest share of the base. Grades such as "below 0.2 is fair" differ by author and are not here.

use super::Shares;

/// The Lorenz curve: shares of the base and of the resource, added up from the lowest rate to the highest, from (0, 0) to (1, 1).
/// Units of one rate stand in the order given, which moves no point off the curve.
pub fn lorenz(shares: &Shares) -> Vec<[f64; 2]> {
    let mut pairs: Vec<(f64, f64)> = shares.pairs().filter(|(p, _)| *p > 0.0).collect();
    pairs.sort_by(|(p, s), (q, t)| (s / p).total_cmp(&(t / q)));
    let mut curve = vec![[0.0, 0.0]];
    let (mut base, mut resource) = (0.0, 0.0);
    for (p, s) in pairs {
        base += p;
        resource += s;
        curve.push([base, resource]);
    }
    curve
}

/// The Gini coefficient over the base, from 0 to 1.
pub fn gini(shares: &Shares) -> f64 {
    let below: f64 = lorenz(shares).windows(2).map(|step| (step[1][0] - step[0][0]) * (step[1][1] + step[0][1])).sum();
    (1.0 - below).max(0.0)
}
