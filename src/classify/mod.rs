//! Classes: breaks, on which side they close, and how many values each class holds.

/// On which side a class includes its break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Closure {
    /// `[a, b)`; the last class is `[a, b]`.
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
