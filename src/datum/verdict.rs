//! What the evidence says of a file's datum, and how sure it is.
//!
//! Every piece of evidence is a vote between two readings of the same coordinates: a point that lies inside the area it names when
//! read as one datum and outside when read as the other; a stretch of border that comes to lie on the known border under one reading
//! and beside it under the other. Votes that do not differ say nothing and do not count. The sign test (Conover 1999, Practical
//! Nonparametric Statistics, section 3.4) tells how often a fair coin would give a majority as large; two of three votes are never
//! enough, however many there are, because coarse or careless data lean to one side by accident of their making.

use super::Datum;
use schemars::JsonSchema;
use serde::Serialize;

/// Below this chance a majority is called likely.
const LIKELY: f64 = 0.01;
/// Below this chance it is called clear.
const CLEAR: f64 = 1e-4;
/// The share of the deciding votes that the better reading must have.
const MAJORITY: f64 = 0.75;

/// How sure a verdict is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The evidence does not decide.
    CannotTell,
    /// A coin would do as well once in a hundred times or less.
    Likely,
    /// A coin would do as well once in ten thousand times or less.
    Clear,
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Confidence::CannotTell => "cannot tell",
            Confidence::Likely => "likely",
            Confidence::Clear => "clear",
        })
    }
}

/// The datum that evidence shows, if it shows one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verdict {
    /// The datum; none where the evidence does not decide.
    pub datum: Option<Datum>,
    /// How sure that is.
    pub confidence: Confidence,
    /// The evidence, a sentence with its numbers for each kind.
    pub evidence: Vec<String>,
}

impl Verdict {
    /// A verdict that nothing can be told, and why.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self { datum: None, confidence: Confidence::CannotTell, evidence: vec![why.into()] }
    }

    /// The verdict of the votes of several kinds together, with the sentence of each kind.
    pub fn of(votes: &Votes, evidence: Vec<String>) -> Self {
        let (datum, confidence) = votes.decide().map_or((None, Confidence::CannotTell), |(datum, sure)| (Some(datum), sure));
        Self { datum, confidence, evidence }
    }

    /// The evidence as one piece of text.
    pub fn told(&self) -> String {
        self.evidence.join(" ")
    }
}

/// Votes between each two readings: `[a][b]` counts the pieces of evidence that fit datum `a` and not datum `b`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Votes([[usize; 3]; 3]);

impl Votes {
    /// Counts a piece of evidence: `fits(a, b)` says whether it fits the reading `a` and not `b`.
    pub fn count(&mut self, fits: impl Fn(usize, usize) -> bool) {
        for a in 0..3 {
            for b in 0..3 {
                self.0[a][b] += usize::from(a != b && fits(a, b));
            }
        }
    }

    /// Adds the votes of another kind of evidence.
    pub fn add(&mut self, other: &Votes) {
        for (row, more) in self.0.iter_mut().zip(other.0) {
            row.iter_mut().zip(more).for_each(|(votes, more)| *votes += more);
        }
    }

    /// How many fit `a` and not `b`.
    pub fn between(&self, a: Datum, b: Datum) -> usize {
        self.0[a as usize][b as usize]
    }

    /// The reading that beats both others, and how surely it beats the closer one.
    pub fn decide(&self) -> Option<(Datum, Confidence)> {
        Datum::ALL.into_iter().find_map(|datum| {
            let others = Datum::ALL.into_iter().filter(|other| *other != datum);
            let sure = others.map(|other| sure(self.between(datum, other), self.between(other, datum))).min()?;
            (sure > Confidence::CannotTell).then_some((datum, sure))
        })
    }

    /// The reading with the most votes, and the one that comes closest to it: what a sentence should compare.
    pub fn leading(&self) -> (Datum, Datum) {
        let lead = |a: Datum, b: Datum| self.between(a, b) as i64 - self.between(b, a) as i64;
        let others = |datum: Datum| Datum::ALL.into_iter().filter(move |other| *other != datum);
        let worst = |datum: Datum| others(datum).map(|other| lead(datum, other)).min();
        // Of equals the first, so that nothing depends on the order of anything else.
        let best = Datum::ALL.into_iter().rev().max_by_key(|datum| worst(*datum)).unwrap_or(Datum::Wgs84);
        let second = others(best).rev().min_by_key(|other| lead(best, *other)).unwrap_or(Datum::Gcj02);
        (best, second)
    }
}

fn sure(votes: usize, against: usize) -> Confidence {
    if (votes as f64) < MAJORITY * (votes + against) as f64 {
        return Confidence::CannotTell;
    }
    match chance(votes, votes + against) {
        chance if chance < CLEAR => Confidence::Clear,
        chance if chance < LIKELY => Confidence::Likely,
        _ => Confidence::CannotTell,
    }
}

/// The chance that a fair coin shows heads at least `heads` times of `throws`.
fn chance(heads: usize, throws: usize) -> f64 {
    let log_factorial = |n: usize| libm::lgamma(n as f64 + 1.0);
    let all = log_factorial(throws) - throws as f64 * std::f64::consts::LN_2;
    (heads..=throws).map(|k| libm::exp(all - log_factorial(k) - log_factorial(throws - k))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(of: [[usize; 3]; 3]) -> Votes {
        Votes(of)
    }

    #[test]
    fn chances_are_those_of_a_coin() {
        // Table of the binomial distribution, p = 1/2.
        for (heads, throws, expected) in [(0, 0, 1.0), (7, 7, 1.0 / 128.0), (8, 10, 56.0 / 1024.0), (51, 57, 2.838_098e-10)] {
            let chance = chance(heads, throws);
            assert!((chance / expected - 1.0).abs() < 1e-6, "{heads} of {throws}: {chance}");
        }
    }

    #[test]
    fn a_verdict_needs_numbers_and_a_majority_over_both_others() {
        assert_eq!(votes([[0, 51, 60], [6, 0, 30], [4, 9, 0]]).decide(), Some((Datum::Wgs84, Confidence::Clear)));
        assert_eq!(votes([[0, 0, 5], [7, 0, 9], [0, 0, 0]]).decide(), Some((Datum::Gcj02, Confidence::Likely)));
        assert_eq!(votes([[0, 6, 6], [0, 0, 6], [0, 0, 0]]).decide(), None);
        // Six of ten is no majority, though a thousand votes make it no accident either.
        assert_eq!(votes([[0, 600, 900], [400, 0, 600], [50, 100, 0]]).decide(), None);
        // Better than one of the others is not enough.
        assert_eq!(votes([[0, 50, 5], [0, 0, 0], [5, 50, 0]]).decide(), None);
        assert_eq!(Votes::default().decide(), None);
        assert_eq!(votes([[0, 51, 60], [6, 0, 30], [4, 9, 0]]).leading(), (Datum::Wgs84, Datum::Gcj02));
        assert_eq!(Votes::default().leading(), (Datum::Wgs84, Datum::Gcj02));
    }
}
