//! What the author of a map should know: how grave it is, where it is, what is wrong, and what to do next.

mod print;

pub use print::print;

use std::fmt;
use std::ops::Range;

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Note,
    /// The map was drawn, but a reader could be misled or data was left out. Fails under `--strict`.
    Warning,
    /// The map, or the file, could not be used.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// Where a problem is. Every part is optional; what is known is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Place {
    /// Path of the file as the user would write it, or `bundled:NAME`.
    pub file: Option<String>,
    /// Line in the file, from 1.
    pub line: Option<usize>,
    /// Column of a table, by name.
    pub column: Option<String>,
    /// Code and name of an area, name of a feature or of a map.
    pub subject: Option<String>,
    /// Bytes of the file at fault, for an excerpt.
    #[serde(skip)]
    pub span: Option<Range<usize>>,
}

/// One thing the author should know.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// How grave.
    pub severity: Severity,
    /// Stable short name, kebab-case, such as `unknown-column`.
    pub id: &'static str,
    /// Where.
    pub place: Place,
    /// One sentence that names the thing, ending with a full stop.
    pub message: String,
    /// The next step, as a sentence.
    pub help: Option<String>,
}

impl Problem {
    /// Makes an error.
    pub fn error(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, id, message)
    }

    /// Makes a warning.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, id, message)
    }

    /// Makes a note.
    pub fn note(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, id, message)
    }

    fn new(severity: Severity, id: &'static str, message: impl Into<String>) -> Self {
        Self { severity, id, place: Place::default(), message: message.into(), help: None }
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// Names the line, from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.place.line = Some(line);
        self
    }

    /// Names the bytes at fault.
    #[must_use]
    pub fn at_span(mut self, span: Range<usize>) -> Self {
        self.place.span = Some(span);
        self
    }

    /// Names the column of a table.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.place.column = Some(column.into());
        self
    }

    /// Names the area, feature or map.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.place.subject = Some(subject.into());
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    /// One line: `error: table.csv:12: column "beds": message Next step.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        if let Some(file) = &self.place.file {
            write!(f, "{file}:")?;
            if let Some(line) = self.place.line {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        }
        if let Some(column) = &self.place.column {
            write!(f, "column \"{column}\": ")?;
        }
        if let Some(subject) = &self.place.subject {
            write!(f, "{subject}: ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, " {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// A result together with what was noticed on the way. Stages that can carry on after a defect return this.
#[derive(Debug, Clone)]
pub struct Noted<T> {
    /// The result.
    pub value: T,
    /// What was noticed, in the order of the input.
    pub problems: Vec<Problem>,
}

impl<T> Noted<T> {
    /// Wraps a result about which there is nothing to say.
    pub fn clean(value: T) -> Self {
        Self { value, problems: Vec::new() }
    }

    /// Moves the problems into `sink` and hands back the result.
    pub fn drain_into(self, sink: &mut Vec<Problem>) -> T {
        sink.extend(self.problems);
        self.value
    }
}

/// The outcome of a stage that cannot go on: all the problems it found, errors among them.
pub type Outcome<T> = Result<Noted<T>, Vec<Problem>>;

/// Names the file in every problem of an outcome.
pub(crate) fn in_file<T>(outcome: Outcome<T>, file: &str) -> Outcome<T> {
    let named = |problems: Vec<Problem>| problems.into_iter().map(|problem| problem.in_file(file)).collect();
    match outcome {
        Ok(noted) => Ok(Noted { value: noted.value, problems: named(noted.problems) }),
        Err(problems) => Err(named(problems)),
    }
}

/// Proposes the candidate nearest in spelling, where one is near enough to be worth proposing.
pub fn nearest_spelling<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, without regard to case.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_proposes_only_what_is_near() {
        assert_eq!(nearest_spelling("quantille", ["quantile", "equal"]), Some("quantile"));
        assert_eq!(nearest_spelling("tilte", ["title", "table"]), Some("title"));
        assert_eq!(nearest_spelling("zzz", ["quantile", "equal"]), None);
    }

    #[test]
    fn a_problem_reads_as_place_message_next_step() {
        let problem = Problem::error("unknown-column", "There is no column \"bedz\".")
            .in_file("beds.csv")
            .at_line(1)
            .help("Did you mean \"beds\"?");
        assert_eq!(problem.to_string(), "error: beds.csv:1: There is no column \"bedz\". Did you mean \"beds\"?");
    }
}
