//! The text of a map file as read: its tree with places, and the problems found in it.

use super::Written;
use crate::problem::Problem;
use crate::table::formula;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A node of the tree and where it stands.
pub(super) type Node<'t> = Spanned<DeValue<'t>>;

/// Largest map file that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// A file of keys and values.
#[derive(Debug, Clone)]
pub(super) struct Source<'t> {
    /// Path, for messages.
    pub file: &'t str,
    /// The text.
    pub text: &'t str,
    /// What is added to places of this file in a [`super::Written`], so that one number names file and byte.
    pub base: usize,
    /// The tree.
    pub root: DeTable<'t>,
}

impl<'t> Source<'t> {
    /// Parses a text; what cannot be parsed is left out of the tree and reported.
    pub fn parse(text: &'t str, file: &'t str, base: usize, problems: &mut Vec<Problem>) -> Self {
        let mut source = Self { file, text, base, root: DeTable::new() };
        if text.len() > LARGEST {
            let size = text.len();
            let problem = Problem::error("file-too-large", format!("This map file has {size} bytes; {LARGEST} are allowed."));
            problems.push(problem.in_file(file).help("Put the data into a table and name it with table = \"…\"."));
            return source;
        }
        let (root, errors) = DeTable::parse_recoverable(text);
        source.root = root.into_inner();
        for error in errors {
            let help = match error.message() {
                message if message.contains("duplicate") => "Each key stands once in its table; remove one of the two.",
                _ => "Text stands in quotes, lists in [ ], and each key = value on a line of its own.",
            };
            let problem = source.problem("toml-syntax", sentence(error.message()), error.span().unwrap_or(0..0));
            problems.push(problem.help(help));
        }
        source
    }

    /// An error at a place of this file.
    pub fn problem(&self, id: &'static str, message: impl Into<String>, span: Range<usize>) -> Problem {
        self.locate(Problem::error(id, message), span)
    }

    /// Adds the place to a problem.
    pub fn locate(&self, problem: Problem, span: Range<usize>) -> Problem {
        problem.in_file(self.file).at_line(line_of(self.text, span.start)).at_span(span)
    }

    /// Where the text of a string stands: without its quotes where it is written letter by letter.
    pub fn inside(&self, span: Range<usize>, value: &str) -> Range<usize> {
        let written = self.text.get(span.clone()).unwrap_or("");
        for (open, close) in [(3, 3), (4, 3), (1, 1)] {
            if written.len() == value.len() + open + close && written.get(open..open + value.len()) == Some(value) {
                return span.start + open..span.start + open + value.len();
            }
        }
        span
    }

    /// What is wrong with a formula.
    pub fn formula_problem(&self, text: &str, span: Range<usize>) -> Option<Problem> {
        let error = formula::parse(text).err()?;
        let written = Written { text: text.to_owned(), span: self.inside(span, text) };
        let problem = self.problem("bad-formula", error.message, written.part(error.span));
        Some(Problem { help: error.help, ..problem })
    }
}

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// A sentence of a message that comes without its capital and full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
