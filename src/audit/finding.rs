//! What an audit says of one thing that cannot be right, or hardly can.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// Findings of one rule in one column beyond this many become one.
const APART: usize = 3;
/// Lines that are named in the text of a finding.
const NAMED: usize = 8;

/// How sure it is that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The numbers contradict each other, or what they count: one of them is wrong.
    Impossible,
    /// There may be an explanation, but a mistake is likelier.
    VeryUnlikely,
    /// Worth a look.
    Look,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Impossible => "impossible",
            Severity::VeryUnlikely => "very unlikely",
            Severity::Look => "look",
        })
    }
}

/// One thing that cannot be right, or hardly can.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// The rule that it breaks, such as `part-above-whole`.
    pub rule: &'static str,
    /// How sure it is.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// Line of the first row at fault, from 1; none where the whole table is.
    pub line: Option<usize>,
    /// The column, or several with `+` between them.
    pub column: Option<String>,
    /// Code and name of the area, or what the row is about.
    pub area: Option<String>,
    /// The numbers compared, by name.
    pub numbers: BTreeMap<String, f64>,
    /// Why it cannot be right, with the formula, as a sentence.
    pub reason: String,
    /// What has probably happened.
    pub cause: String,
    /// What to do.
    pub next: String,
    /// Lines of all rows with the same fault, the first included; more than one where one cause repeats.
    pub lines: Vec<usize>,
}

impl Finding {
    pub(super) fn new(rule: &'static str, severity: Severity, reason: impl Into<String>) -> Self {
        Finding {
            rule,
            severity,
            file: String::new(),
            line: None,
            column: None,
            area: None,
            numbers: BTreeMap::new(),
            reason: reason.into(),
            cause: String::new(),
            next: String::new(),
            lines: Vec::new(),
        }
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        (self.line, self.lines) = (Some(line), vec![line]);
        self
    }

    pub(super) fn over(mut self, lines: Vec<usize>) -> Self {
        (self.line, self.lines) = (lines.first().copied(), lines);
        self
    }

    pub(super) fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    pub(super) fn about(mut self, area: Option<String>) -> Self {
        self.area = area.filter(|area| !area.is_empty());
        self
    }

    pub(super) fn with(mut self, name: impl Into<String>, number: f64) -> Self {
        self.numbers.insert(name.into(), number);
        self
    }

    pub(super) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    pub(super) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = next.into();
        self
    }
}

/// The gravest first, then by rule, line and column; findings of one rule in one column come to one where they are many.
pub(super) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut alike: BTreeMap<(Severity, &str, Option<String>), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        alike.entry((finding.severity, finding.rule, finding.column.clone())).or_default().push(finding);
    }
    let mut kept: Vec<Finding> = alike.into_values().flat_map(merged).collect();
    kept.sort_by(|a, b| order(a).cmp(&order(b)));
    kept
}

fn order(finding: &Finding) -> (Severity, &str, Option<usize>, Option<&str>, &str) {
    (finding.severity, finding.rule, finding.line, finding.column.as_deref(), &finding.reason)
}

fn merged(alike: Vec<Finding>) -> Vec<Finding> {
    if alike.len() <= APART {
        return alike;
    }
    let lines: Vec<usize> = alike.iter().flat_map(|finding| finding.lines.iter().copied()).collect();
    let count = alike.len();
    let areas: Vec<&str> = alike.iter().skip(1).filter_map(|finding| finding.area.as_deref()).take(NAMED).collect();
    let more = if areas.is_empty() {
        String::new()
    } else {
        format!(": {}{}", areas.join("; "), if count - 1 > areas.len() { "; …" } else { "" })
    };
    let mut first = alike.into_iter().next().into_iter().collect::<Vec<_>>();
    for finding in &mut first {
        finding.reason = format!("{} {} more have the same fault{more}.", finding.reason, count - 1);
        finding.lines.clone_from(&lines);
    }
    first
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {}", self.severity, self.rule, self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(area) = &self.area {
            write!(f, ": {area}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ": column \"{column}\"")?;
        }
        writeln!(f, "\n  {}", self.reason)?;
        if self.lines.len() > 1 {
            writeln!(f, "  lines: {}", named(&self.lines))?;
        }
        if !self.cause.is_empty() {
            writeln!(f, "  cause: {}", self.cause)?;
        }
        writeln!(f, "  next:  {}", self.next)
    }
}

/// The first lines, and how many more.
fn named(lines: &[usize]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().take(NAMED).enumerate() {
        // Writing into a String does not fail.
        write!(text, "{}{line}", if at > 0 { ", " } else { "" }).ok();
    }
    if lines.len() > NAMED {
        write!(text, " and {} more", lines.len() - NAMED).ok();
    }
    text
}
