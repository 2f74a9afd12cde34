//! The value of a formula for one row or one area.

use super::{Formula, Function, Node, Operator};
use crate::table::{CellRef, Missing, Value, number, parse_number, shorten};
use std::cmp::Ordering;

enum Outcome<'a> {
    Cell(CellRef<'a>),
    Truth(bool),
}

impl From<f64> for Outcome<'_> {
    fn from(number: f64) -> Self {
        Outcome::Cell(CellRef::Number(number))
    }
}

type Cells<'a, 'f> = dyn Fn(&str) -> CellRef<'a> + 'f;

impl Formula {
    /// The number it gives; a condition gives 1 or 0. Missing cells and divisions by zero come back as the reason.
    pub fn evaluate<'a>(&'a self, cells: &Cells<'a, '_>) -> Value {
        match outcome(&self.root, cells)? {
            Outcome::Truth(truth) => Ok(f64::from(u8::from(truth))),
            Outcome::Cell(cell) => number(cell),
        }
    }

    /// Whether its condition holds; the reason where that cannot be said.
    pub fn holds<'a>(&'a self, cells: &Cells<'a, '_>) -> Result<bool, Missing> {
        truth(&self.root, cells)
    }
}

fn outcome<'a>(node: &'a Node, cells: &Cells<'a, '_>) -> Result<Outcome<'a>, Missing> {
    Ok(match node {
        Node::Number(number) => Outcome::from(*number),
        Node::Text(text) => Outcome::Cell(CellRef::Text(text)),
        Node::Name(name) => Outcome::Cell(cells(&name.text)),
        Node::Negative(inner) => Outcome::from(-quantity(inner, cells)?),
        Node::Not(inner) => Outcome::Truth(!truth(inner, cells)?),
        Node::Binary(operator, left, right) if operator.is_logical() => Outcome::Truth(logical(*operator, left, right, cells)?),
        Node::Binary(operator, left, right) if operator.is_comparison() => {
            Outcome::Truth(compare(*operator, left, right, cells)?)
        }
        Node::Binary(operator, left, right) => {
            Outcome::from(arithmetic(*operator, quantity(left, cells)?, quantity(right, cells)?)?)
        }
        Node::Call(Function::If, arguments) => {
            let branch = if truth(&arguments[0], cells)? { &arguments[1] } else { &arguments[2] };
            return outcome(branch, cells);
        }
        Node::Call(Function::Coalesce, arguments) => Outcome::from(first_present(arguments, cells)?),
        Node::Call(function, arguments) => Outcome::from(call(*function, arguments, cells)?),
    })
}

/// The first argument that has a number; where none has, the first reason.
fn first_present<'a>(arguments: &'a [Node], cells: &Cells<'a, '_>) -> Value {
    let mut reason = None;
    for argument in arguments {
        match quantity(argument, cells) {
            Ok(number) => return Ok(number),
            Err(missing) => reason = reason.or(Some(missing)),
        }
    }
    Err(reason.unwrap_or(Missing::Empty))
}

fn quantity<'a>(node: &'a Node, cells: &Cells<'a, '_>) -> Value {
    match outcome(node, cells)? {
        Outcome::Cell(cell) => number(cell),
        Outcome::Truth(truth) => Ok(f64::from(u8::from(truth))),
    }
}

fn truth<'a>(node: &'a Node, cells: &Cells<'a, '_>) -> Result<bool, Missing> {
    match outcome(node, cells)? {
        Outcome::Truth(truth) => Ok(truth),
        Outcome::Cell(cell) => match number(cell)? {
            1.0 => Ok(true),
            0.0 => Ok(false),
            other => Err(Missing::Undefined(format!("{other} is neither true nor false"))),
        },
    }
}

/// `false and missing` is false, `true or missing` is true; otherwise what is missing stays missing.
fn logical<'a>(operator: Operator, left: &'a Node, right: &'a Node, cells: &Cells<'a, '_>) -> Result<bool, Missing> {
    let decides = operator == Operator::Or;
    match truth(left, cells) {
        Ok(known) if known == decides => Ok(decides),
        Ok(_) => truth(right, cells),
        Err(missing) => match truth(right, cells) {
            Ok(known) if known == decides => Ok(decides),
            _ => Err(missing),
        },
    }
}

fn compare<'a>(operator: Operator, left: &'a Node, right: &'a Node, cells: &Cells<'a, '_>) -> Result<bool, Missing> {
    let (Outcome::Cell(left), Outcome::Cell(right)) = (outcome(left, cells)?, outcome(right, cells)?) else {
        return Err(Missing::Undefined("a condition compared with a value".into()));
    };
    let ordering = ordering(left, right)?;
    Ok(match operator {
        Operator::Equal => ordering == Ordering::Equal,
        Operator::Unequal => ordering != Ordering::Equal,
        Operator::Less => ordering == Ordering::Less,
        Operator::LessOrEqual => ordering != Ordering::Greater,
        Operator::Greater => ordering == Ordering::Greater,
        _ => ordering != Ordering::Less,
    })
}

/// Numbers are compared as numbers; text with text as text, unless both read as numbers; an empty cell equals empty text.
fn ordering(left: CellRef<'_>, right: CellRef<'_>) -> Result<Ordering, Missing> {
    let as_text = match (left, right) {
        (CellRef::Text(left), CellRef::Text(right)) => parse_number(left).is_err() || parse_number(right).is_err(),
        (CellRef::Text(_), CellRef::Missing(Missing::Empty)) | (CellRef::Missing(Missing::Empty), CellRef::Text(_)) => true,
        _ => false,
    };
    if as_text {
        return Ok(left.text().trim().cmp(right.text().trim()));
    }
    number(left)?.partial_cmp(&number(right)?).ok_or_else(|| Missing::Undefined("not a number".into()))
}

fn arithmetic(operator: Operator, left: f64, right: f64) -> Value {
    match operator {
        Operator::Divide if right == 0.0 => Err(Missing::DivisionByZero),
        Operator::Add => finite(left + right),
        Operator::Subtract => finite(left - right),
        Operator::Multiply => finite(left * right),
        Operator::Divide => finite(left / right),
        _ if left == 0.0 && right < 0.0 => Err(Missing::DivisionByZero),
        _ => defined(libm::pow(left, right), || format!("{left} ^ {right}")),
    }
}

fn finite(number: f64) -> Value {
    if number.is_finite() { Ok(number) } else { Err(Missing::OutOfRange("the result is too large".into())) }
}

fn defined(number: f64, what: impl Fn() -> String) -> Value {
    if number.is_nan() { Err(Missing::Undefined(shorten(&what()))) } else { finite(number) }
}

fn call<'a>(function: Function, arguments: &'a [Node], cells: &Cells<'a, '_>) -> Value {
    let numbers = arguments.iter().map(|argument| quantity(argument, cells)).collect::<Result<Vec<f64>, Missing>>()?;
    let first = numbers[0];
    match function {
        Function::Min => Ok(numbers.iter().copied().fold(first, f64::min)),
        Function::Max => Ok(numbers.iter().copied().fold(first, f64::max)),
        Function::Sum => finite(numbers.iter().sum()),
        Function::Mean => finite(numbers.iter().sum::<f64>() / numbers.len() as f64),
        Function::Abs => Ok(first.abs()),
        Function::Log | Function::Log10 if first <= 0.0 => Err(Missing::Undefined(format!("{}({first})", function.name()))),
        Function::Log => Ok(libm::log(first)),
        Function::Log10 => Ok(libm::log10(first)),
        Function::Sqrt => defined(first.sqrt(), || format!("sqrt({first})")),
        Function::Exp => finite(libm::exp(first)),
        Function::Round => round(first, numbers.get(1).copied().unwrap_or(0.0)),
        Function::If | Function::Coalesce => Err(Missing::Undefined(function.name().into())),
    }
}

/// Rounds half away from zero to a number of decimals, as spreadsheets do.
fn round(number: f64, decimals: f64) -> Value {
    if decimals.fract() != 0.0 || decimals.abs() > 15.0 {
        return Err(Missing::Undefined(format!("round to {decimals} decimals")));
    }
    let factor = libm::pow(10.0, decimals);
    let scaled = number * factor;
    if scaled.is_finite() { finite(scaled.round() / factor) } else { Ok(number) }
}
