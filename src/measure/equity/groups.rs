//! Theil's indices taken apart: how much lies between groups, and how much within each.
//!
//! Source: A. F. Shorrocks, "The class of additively decomposable inequality measures" (1980). Formula, with the shares s and p of a
//! group: between = the index of the groups; within = sum of the groups' own indices, weighted by s for T and by p for L. The parts add
//! up to the whole. Which grouping was used changes the parts more than the data do (9.5 or 23.4 % between for beds in 2013): name it.

use super::{Shares, theil_l, theil_t};

/// An index and its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// The whole index.
    pub total: f64,
    /// The part between the groups.
    pub between: f64,
    /// What each group adds from within, in the order of the groups.
    pub within: Vec<f64>,
}

/// Theil's T by groups; `groups` gives the group of each unit, numbered from 0. `None` where it is not as long as the shares.
pub fn by_group_t(shares: &Shares, groups: &[usize]) -> Option<Decomposition> {
    apart(shares, groups, theil_t, |_, s| s)
}

/// Theil's L by groups, likewise.
pub fn by_group_l(shares: &Shares, groups: &[usize]) -> Option<Decomposition> {
    apart(shares, groups, theil_l, |p, _| p)
}

/// Resource and base of the units of a group.
type Members = (Vec<f64>, Vec<f64>);

fn apart(shares: &Shares, groups: &[usize], index: fn(&Shares) -> f64, weight: fn(f64, f64) -> f64) -> Option<Decomposition> {
    if groups.len() != shares.len() {
        return None;
    }
    // Numbers of groups may have gaps; a group that no unit is in adds nothing.
    let count = groups.iter().max().map_or(0, |last| last.saturating_add(1)).min(shares.len().saturating_mul(1_000));
    let mut members: Vec<Members> = vec![(Vec::new(), Vec::new()); count];
    for ((p, s), group) in shares.pairs().zip(groups) {
        let of_group = members.get_mut(*group)?;
        of_group.0.push(s);
        of_group.1.push(p);
    }
    let sums: Vec<(f64, f64)> = members.iter().map(|(s, p)| (s.iter().sum(), p.iter().sum())).collect();
    let (s, p): (Vec<f64>, Vec<f64>) = sums.iter().copied().unzip();
    let between = index(&Shares::new(&s, &p).ok()?);
    let own = |(of_group, (s, p)): (&Members, &(f64, f64))| match Shares::new(&of_group.0, &of_group.1) {
        Ok(shares) => weight(*p, *s) * index(&shares),
        // A group without any resource: T has nothing of it; L is infinite already between the groups.
        Err(_) => 0.0,
    };
    let within = members.iter().zip(&sums).map(own).collect();
    Some(Decomposition { total: index(shares), between, within })
}
