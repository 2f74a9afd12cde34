//! Formulas over columns: `beds / population * 1000`, `year == 2014 and level == "三级"`.
//!
//! Numbers, text in quotation marks, names of columns (Chinese too; `table.column`; names with signs or blanks in backquotes),
//! `+ - * / ^`, `== != < <= > >=`, `and or not`, and the functions `min max sum mean abs log log10 sqrt exp round(x, decimals)
//! if(condition, then, otherwise)`. A missing cell makes the result missing, with the cell's reason; so does a division by zero.

mod evaluate;
mod lex;
mod parse;
mod print;

use crate::problem::{Problem, nearest_spelling};
use std::ops::Range;

/// How deep a formula may be nested, and how long it may be: bounds that no honest formula meets.
const DEEPEST: usize = 100;
const LONGEST: usize = 10_000;

/// A parsed formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    root: Node,
}

/// A name as a formula uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `column` or `table.column`, without backquotes.
    pub text: String,
    /// Its bytes in the formula.
    pub span: Range<usize>,
}

/// What is wrong with a formula, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormulaError {
    /// The bytes at fault.
    pub span: Range<usize>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub help: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Text(String),
    Name(Name),
    Negative(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    fn sign(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Equal => "==",
            Operator::Unequal => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "^",
        }
    }

    /// Binding power: the larger binds tighter. `not` stands at 3, the minus sign before a number at 7.
    fn power(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Subtract => 5,
            Operator::Multiply | Operator::Divide => 6,
            Operator::Power => 8,
            _ => 4,
        }
    }

    fn is_comparison(self) -> bool {
        self.power() == 4
    }

    fn is_logical(self) -> bool {
        matches!(self, Operator::And | Operator::Or)
    }
}

/// Binding power of `not` and of the minus sign before a number.
const NOT: u8 = 3;
const NEGATIVE: u8 = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Min,
    Max,
    Sum,
    Mean,
    Abs,
    Log,
    Log10,
    Sqrt,
    Exp,
    Round,
    If,
    Coalesce,
}

/// Name, function, fewest and most arguments.
const FUNCTIONS: &[(&str, Function, usize, usize)] = &[
    ("min", Function::Min, 1, 100),
    ("max", Function::Max, 1, 100),
    ("sum", Function::Sum, 1, 100),
    ("mean", Function::Mean, 1, 100),
    ("abs", Function::Abs, 1, 1),
    ("log", Function::Log, 1, 1),
    ("log10", Function::Log10, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
    ("exp", Function::Exp, 1, 1),
    ("round", Function::Round, 1, 2),
    ("if", Function::If, 3, 3),
    ("coalesce", Function::Coalesce, 2, 100),
];

impl Function {
    fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|entry| entry.1 == self).map_or("", |entry| entry.0)
    }
}

/// Parses a formula.
///
/// ```
/// use caremap::table::{CellRef, formula};
/// let formula = formula::parse("床位 / population * 1000").expect("well formed");
/// let cell = |name: &str| CellRef::Number(if name == "床位" { 6.0 } else { 2000.0 });
/// assert_eq!(formula.evaluate(&cell), Ok(3.0));
/// ```
pub fn parse(text: &str) -> Result<Formula, FormulaError> {
    parse::parse(text)
}

impl Formula {
    /// The names of columns that it uses, in the order written, each once.
    pub fn names(&self) -> Vec<&Name> {
        let mut names = Vec::new();
        collect_names(&self.root, &mut names);
        names
    }

    /// Whether it says something true or false rather than a number.
    pub fn is_condition(&self) -> bool {
        self.root.is_condition()
    }
}

impl Node {
    fn is_condition(&self) -> bool {
        match self {
            Node::Not(_) => true,
            Node::Binary(operator, ..) => operator.is_comparison() || operator.is_logical(),
            Node::Call(Function::If, arguments) => arguments[1].is_condition(),
            _ => false,
        }
    }

    fn depth(&self) -> usize {
        1 + match self {
            Node::Number(_) | Node::Text(_) | Node::Name(_) => 0,
            Node::Negative(inner) | Node::Not(inner) => inner.depth(),
            Node::Binary(_, left, right) => left.depth().max(right.depth()),
            Node::Call(_, arguments) => arguments.iter().map(Node::depth).max().unwrap_or(0),
        }
    }
}

fn collect_names<'a>(node: &'a Node, names: &mut Vec<&'a Name>) {
    match node {
        Node::Number(_) | Node::Text(_) => {}
        Node::Name(name) => {
            if !names.iter().any(|known| known.text == name.text) {
                names.push(name);
            }
        }
        Node::Negative(inner) | Node::Not(inner) => collect_names(inner, names),
        Node::Binary(_, left, right) => {
            collect_names(left, names);
            collect_names(right, names);
        }
        Node::Call(_, arguments) => arguments.iter().for_each(|argument| collect_names(argument, names)),
    }
}

impl FormulaError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A name that no table has.
    pub fn unknown_name<'a>(name: &Name, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        let error = Self::new(name.span.clone(), format!("There is no column \"{}\".", super::shorten(&name.text)));
        let signed = known.clone().find(|column| column.starts_with(&name.text) && column.contains(['-', ' ', '(', '/', '%']));
        error.help(match (nearest_spelling(&name.text, known.clone()), signed) {
            (Some(near), _) => format!("Did you mean \"{near}\"?"),
            (None, Some(column)) => format!("A name with signs or blanks stands in backquotes: `{column}`."),
            (None, None) => format!("The columns are: {}.", super::columns::list(known)),
        })
    }

    /// The error as a problem of the map file, where the formula begins at byte `start` of the file's text.
    pub fn problem(&self, file: &str, start: usize) -> Problem {
        let span = start + self.span.start..start + self.span.end;
        let problem = Problem::error("formula", self.message.clone()).in_file(file).at_span(span);
        match &self.help {
            Some(help) => problem.help(help.clone()),
            None => problem,
        }
    }
}

#[cfg(test)]
mod tests;
