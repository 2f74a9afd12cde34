//! How evenly a resource is spread over its base: beds over people, physicians over land.
//!
//! With resources x and bases w (people, area, need), each unit i has a share of the resource s = x / sum x and a share of the base
//! p = w / sum w; its rate over the mean rate is s / p. Every index here is a function of these pairs alone, so it does not change
//! with the units of x and w, nor where a unit is cut into equal halves; an unweighted index does change then.
//!
//! ```
//! use caremap::measure::equity::{Shares, gini, hoover, theil_t};
//!
//! let beds = Shares::new(&[10.0, 30.0], &[2_000.0, 2_000.0]).unwrap();
//! assert_eq!((gini(&beds), hoover(&beds)), (0.25, 0.25));
//! assert!((theil_t(&beds) - 0.1308).abs() < 1e-4);
//! ```
//!
//! Limits: units without a value are to be left out by the caller, of both lists. A base may be zero only where the resource is.

pub mod bounds;
mod gini;
mod groups;
mod hoover;
mod theil;

pub use gini::{gini, lorenz};
pub use groups::{Decomposition, by_group_l, by_group_t};
pub use hoover::hoover;
pub use theil::{theil_l, theil_t};

use crate::problem::Problem;

/// The shares of units in a base and in a resource; each list adds up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    base: Vec<f64>,
    resource: Vec<f64>,
}

impl Shares {
    /// Shares from amounts, in the order of the units.
    ///
    /// # Errors
    ///
    /// `uneven-lists` where the lists differ in length; `no-shares` where an amount is negative or not finite, where a list adds up
    /// to nothing, and where a unit has a resource but no base.
    pub fn new(resource: &[f64], base: &[f64]) -> Result<Shares, Problem> {
        if resource.len() != base.len() {
            let message = format!("{} resources stand beside {} bases.", resource.len(), base.len());
            return Err(Problem::error("uneven-lists", message));
        }
        let refused = |message: String| Err(Problem::error("no-shares", message));
        let usable = |amount: f64| amount.is_finite() && amount >= 0.0;
        for (at, (x, w)) in resource.iter().zip(base).enumerate() {
            if !usable(*x) || !usable(*w) {
                return refused(format!("Unit {} has resource {x} and base {w}; amounts are finite and not negative.", at + 1));
            }
            if *w == 0.0 && *x > 0.0 {
                return refused(format!("Unit {} has resource {x} and no base, so its rate has no value.", at + 1));
            }
        }
        let (all, whole): (f64, f64) = (resource.iter().sum(), base.iter().sum());
        if !(all > 0.0 && whole > 0.0 && all.is_finite() && whole.is_finite()) {
            return refused(format!("The resources add up to {all} and the bases to {whole}; shares need more than nothing."));
        }
        let of = |amounts: &[f64], total: f64| amounts.iter().map(|amount| amount / total).collect();
        Ok(Shares { base: of(base, whole), resource: of(resource, all) })
    }

    /// The share of each unit in the base, and in the resource.
    pub fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        self.base.iter().copied().zip(self.resource.iter().copied())
    }

    /// How many units.
    pub fn len(&self) -> usize {
        self.base.len()
    }

    /// Whether there is no unit; never, as the shares of none do not add up to 1.
    pub fn is_empty(&self) -> bool {
        self.base.is_empty()
    }
}

#[cfg(test)]
mod tests;
