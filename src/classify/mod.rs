//! Classes: breaks, on which side they close, and how many values each class holds.
//!
//! Every method is exact and free of chance, and each chooses only the *inner* breaks: the outer ones are the smallest and the largest
//! value (or the author's own, for `manual`). Equal values are never split, because a class is decided by the value alone. The
//! methods agree with PySAL's mapclassify 2.10 where that has them, but for closure, which is chosen here and on the right there.
//!
//! ```
//! use caremap::classify::{Closure, Method, Request, classify};
//!
//! let classes = classify(&[1.0, 2.0, 2.0, 9.0, 10.0], &Request::new(Method::Fisher, 2)).value;
//! assert_eq!(classes.breaks, [1.0, 9.0, 10.0]);
//! assert_eq!(classes.closure, Closure::Left);
//! assert_eq!(classes.counts, [3, 2]);
//! ```

mod boxplot;
mod double;
mod equal;
mod fisher;
mod fit;
mod geometric;
mod headtail;
mod logarithm;
mod manual;
mod maximum;
mod pivot;
mod pretty;
mod quantile;
mod request;
mod sample;
mod stddev;

pub(crate) use pretty::cuts as round_numbers;
pub(crate) use request::recut;
pub use request::{MAX_CLASSES, Request, classify, zeros};

use crate::problem::{Problem, nearest_spelling};

/// On which side a class includes its break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Closure {
    /// `[a, b)`; the last class is `[a, b]`.
    #[default]
    Left,
    /// `(a, b]`; the first class is `[a, b]`.
    Right,
}

/// How breaks are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// As many values in each class as can be, ties kept together.
    Quantile,
    /// Classes of equal width.
    Equal,
    /// Round breaks, about as many classes as asked for.
    Pretty,
    /// Fisher-Jenks natural breaks: least squares within classes, optimal.
    Fisher,
    /// Mean and whole standard deviations.
    Stddev,
    /// Head/tail breaks for heavy-tailed values.
    Headtail,
    /// Quartiles and fences of the box plot.
    Box,
    /// The widest gaps between neighbouring values.
    Maximum,
    /// Breaks that grow by a factor.
    Geometric,
    /// Powers of ten and their round parts.
    Log,
    /// The author's own breaks.
    Manual,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 11] = [
        Method::Quantile,
        Method::Equal,
        Method::Pretty,
        Method::Fisher,
        Method::Stddev,
        Method::Headtail,
        Method::Box,
        Method::Maximum,
        Method::Geometric,
        Method::Log,
        Method::Manual,
    ];

    /// The word used in map files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Method::Quantile => "quantile",
            Method::Equal => "equal",
            Method::Pretty => "pretty",
            Method::Fisher => "fisher",
            Method::Stddev => "stddev",
            Method::Headtail => "headtail",
            Method::Box => "box",
            Method::Maximum => "maximum",
            Method::Geometric => "geometric",
            Method::Log => "log",
            Method::Manual => "manual",
        }
    }

    /// The method of that word; the problem names the nearest one.
    pub fn parse(word: &str) -> Result<Method, Problem> {
        Method::ALL.into_iter().find(|method| method.word() == word).ok_or_else(|| {
            let all = Method::ALL.map(Method::word);
            let help = match nearest_spelling(word, all) {
                Some(near) => format!("Did you mean \"{near}\"?"),
                None => format!("The methods are {}.", all.join(", ")),
            };
            Problem::error("unknown-method", format!("There is no way of classing called \"{word}\".")).help(help)
        })
    }
}

/// Classes over a set of values.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Classes {
    /// One more number than there are classes, ascending, from the smallest value to the largest.
    pub breaks: Vec<f64>,
    /// On which side a class includes its break.
    pub closure: Closure,
    /// How many values each class holds.
    pub counts: Vec<usize>,
    /// Goodness of variance fit, from 0 to 1: the share of the variance that the classes explain. 1 where all values are equal.
    pub gvf: f64,
}

impl Classes {
    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.breaks.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The class of a value; none outside the outer breaks.
    pub fn class_of(&self, value: f64) -> Option<usize> {
        let (first, last) = (*self.breaks.first()?, *self.breaks.last()?);
        if self.is_empty() || !(first..=last).contains(&value) {
            return None;
        }
        let inner = &self.breaks[1..self.breaks.len() - 1];
        Some(match self.closure {
            Closure::Left => inner.partition_point(|b| *b <= value),
            Closure::Right => inner.partition_point(|b| *b < value),
        })
    }
}
