//! What the evidence says of a file's datum, and how sure it is.
//!
//! Every piece of evidence is a vote between two readings of the same coordinates: a point that lies inside the area it names when
//! read as one datum and outside when read as the other; a stretch of border that comes to lie on the known border under one reading
//! and beside it under the other. Votes that do not differ say nothing and do not count. How much a vote is worth depends on how
//! often such votes are wrong: each kind of evidence says how it was measured, and counts its votes as less sure than that. The worths
//! multiply to the odds of one reading against another (the likelihood ratio; Royall 1997, Statistical Evidence, chapter 1). And two
//! of three votes are never enough, however many there are, for coarse or careless data lean to one side by accident of their making.

use super::Datum;
use schemars::JsonSchema;
use serde::Serialize;

/// Odds from which a reading is called likely.
const LIKELY: f64 = 100.0;
/// Odds from which it is called clear.
const CLEAR: f64 = 10_000.0;
/// The share of the deciding votes that the better reading must have.
const MAJORITY: f64 = 0.75;

/// How sure a verdict is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The evidence does not decide.
    CannotTell,
    /// The odds are 100 to 1 or better.
    Likely,
    /// The odds are 10,000 to 1 or better.
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

    /// The verdict on coordinates outside China.
    pub fn abroad() -> Self {
        let why = "All coordinates lie outside China, where no service shifts them.";
        Self { datum: Some(Datum::Wgs84), confidence: Confidence::Clear, evidence: vec![why.into()] }
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

/// Votes between each two readings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Votes {
    /// `[a][b]` counts the pieces of evidence that fit datum `a` and not datum `b`.
    counts: [[usize; 3]; 3],
    /// Logarithm of the odds of `a` against `b` that they make together.
    odds: [[f64; 3]; 3],
    /// Logarithm of the odds that one of them makes.
    worth: f64,
}

impl Votes {
    /// No votes yet of a kind of evidence of which one vote in `wrong` (from 0 to 1/2) is taken to be wrong.
    pub fn new(wrong: f64) -> Self {
        Self { counts: Default::default(), odds: Default::default(), worth: libm::log((1.0 - wrong) / wrong) }
    }

    /// Counts a piece of evidence: `fits(a, b)` says whether it fits the reading `a` and not `b`.
    pub fn count(&mut self, fits: impl Fn(usize, usize) -> bool) {
        for a in 0..3 {
            for b in 0..3 {
                if a != b && fits(a, b) {
                    self.counts[a][b] += 1;
                    self.odds[a][b] += self.worth;
                    self.odds[b][a] -= self.worth;
                }
            }
        }
    }

    /// Adds the votes of another kind of evidence.
    pub fn add(&mut self, other: &Votes) {
        for a in 0..3 {
            for b in 0..3 {
                self.counts[a][b] += other.counts[a][b];
                self.odds[a][b] += other.odds[a][b];
            }
        }
    }

    /// How many fit `a` and not `b`.
    pub fn between(&self, a: Datum, b: Datum) -> usize {
        self.counts[a as usize][b as usize]
    }

    /// The reading that beats both others, and how surely it beats the closer one.
    pub fn decide(&self) -> Option<(Datum, Confidence)> {
        Datum::ALL.into_iter().find_map(|datum| {
            let others = Datum::ALL.into_iter().filter(|other| *other != datum);
            let sure = others.map(|other| self.sure(datum, other)).min()?;
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
        let second = others(best).min_by_key(|other| lead(best, *other)).unwrap_or(Datum::Gcj02);
        (best, second)
    }

    fn sure(&self, a: Datum, b: Datum) -> Confidence {
        let (votes, against) = (self.between(a, b), self.between(b, a));
        if (votes as f64) < MAJORITY * (votes + against) as f64 {
            return Confidence::CannotTell;
        }
        match libm::exp(self.odds[a as usize][b as usize]) {
            odds if odds >= CLEAR => Confidence::Clear,
            odds if odds >= LIKELY => Confidence::Likely,
            _ => Confidence::CannotTell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Votes of which one in five is taken to be wrong: 4 to 1 each.
    fn votes(of: [[usize; 3]; 3]) -> Votes {
        let mut votes = Votes::new(0.2);
        for (a, row) in of.iter().enumerate() {
            for (b, count) in row.iter().enumerate() {
                (0..*count).for_each(|_| votes.count(|x, y| (x, y) == (a, b)));
            }
        }
        votes
    }

    #[test]
    fn a_verdict_needs_odds_and_a_majority_over_both_others() {
        assert_eq!(votes([[0, 51, 60], [6, 0, 30], [4, 9, 0]]).decide(), Some((Datum::Wgs84, Confidence::Clear)));
        // 4 to the fourth is 256, to the third 64, to the seventh 16,384.
        assert_eq!(votes([[0, 0, 0], [4, 0, 9], [0, 0, 0]]).decide(), Some((Datum::Gcj02, Confidence::Likely)));
        assert_eq!(votes([[0, 0, 0], [7, 0, 9], [0, 0, 0]]).decide(), Some((Datum::Gcj02, Confidence::Clear)));
        assert_eq!(votes([[0, 3, 9], [0, 0, 9], [0, 0, 0]]).decide(), None);
        // One against takes one for away.
        assert_eq!(votes([[0, 4, 9], [1, 0, 9], [0, 0, 0]]).decide(), None);
        // Six of ten is no majority, though a thousand votes make it no accident either.
        assert_eq!(votes([[0, 600, 900], [400, 0, 600], [50, 100, 0]]).decide(), None);
        // Better than one of the others is not enough.
        assert_eq!(votes([[0, 50, 2], [0, 0, 0], [2, 50, 0]]).decide(), None);
        assert_eq!(votes([[0; 3]; 3]).decide(), None);
        assert_eq!(votes([[0, 51, 60], [6, 0, 30], [4, 9, 0]]).leading(), (Datum::Wgs84, Datum::Gcj02));
        assert_eq!(votes([[0; 3]; 3]).leading(), (Datum::Wgs84, Datum::Gcj02));
    }

    #[test]
    fn kinds_of_evidence_multiply() {
        let (mut weak, mut strong) = (Votes::new(0.4), Votes::new(0.1));
        weak.count(|a, _| a == 2);
        strong.count(|a, _| a == 2);
        weak.add(&strong);
        assert_eq!((weak.between(Datum::Bd09, Datum::Wgs84), weak.decide()), (2, None));
        weak.add(&strong);
        // 1.5 * 9 * 9 = 121.5.
        assert_eq!(weak.decide(), Some((Datum::Bd09, Confidence::Likely)));
    }
}
