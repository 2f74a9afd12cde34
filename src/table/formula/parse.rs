//! Tokens to a tree, by binding power (V. R. Pratt, "Top down operator precedence", 1973).

use super::lex::{Placed, Token, tokens};
use super::{DEEPEST, FUNCTIONS, Formula, FormulaError, Function, LONGEST, NEGATIVE, NOT, Name, Node, Operator};
use crate::problem::nearest_spelling;
use std::ops::Range;

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
    end: usize,
}

pub(super) fn parse(text: &str) -> Result<Formula, FormulaError> {
    if text.len() > LONGEST {
        return Err(FormulaError::new(0..text.len(), format!("The formula is longer than {LONGEST} bytes.")));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(
            FormulaError::new(0..text.len(), "The formula is empty.").help("Write the name of a column, or a sum of columns.")
        );
    }
    let mut parser = Parser { tokens, next: 0, depth: 0, end: text.len() };
    let root = parser.expression(0)?;
    if let Some((token, span)) = parser.take() {
        return Err(unexpected(&token, span));
    }
    if root.depth() > DEEPEST {
        return Err(
            FormulaError::new(0..text.len(), too_deep()).help("Use sum(a, b, …), or compute a part in a table of its own.")
        );
    }
    Ok(Formula { root })
}

fn too_deep() -> String {
    format!("The formula is nested more than {DEEPEST} deep.")
}

fn unexpected(token: &Token, span: Range<usize>) -> FormulaError {
    match token {
        Token::Close => FormulaError::new(span, "This bracket closes nothing.").help("Delete it, or open one before it."),
        Token::Comma => {
            FormulaError::new(span, "There is no list here for a comma to divide.").help("Write numbers without thousands marks.")
        }
        _ => FormulaError::new(span, "An operator is missing before this.")
            .help("Write + - * / or a comparison between two values."),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Placed> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<Placed> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    /// Parses what binds at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Node, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let span = self.peek().map_or(self.end..self.end, |(_, span)| span.clone());
            return Err(FormulaError::new(span, too_deep()).help("Take out brackets that are not needed."));
        }
        let mut left = self.operand()?;
        while let Some((Token::Operator(operator), span)) = self.peek().cloned() {
            if operator.power() < least {
                break;
            }
            self.next += 1;
            // A power binds to the right: 2 ^ 3 ^ 2 is 2 ^ (3 ^ 2).
            let right = self.expression(operator.power() + u8::from(operator != Operator::Power))?;
            check_operands(operator, &left, &right, span)?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Node, FormulaError> {
        let Some((token, span)) = self.take() else {
            return Err(FormulaError::new(self.end..self.end, "The formula ends where a value is needed."));
        };
        match token {
            Token::Number(number) => Ok(Node::Number(number)),
            Token::Text(text) => Ok(Node::Text(text)),
            Token::Name(name) if matches!(self.peek(), Some((Token::Open, _))) => self.call(&name, span),
            Token::Name(text) => Ok(Node::Name(Name { text, span })),
            Token::Not => Ok(Node::Not(Box::new(self.condition(NOT, span)?))),
            Token::Operator(Operator::Subtract) => Ok(Node::Negative(Box::new(self.quantity(NEGATIVE, span)?))),
            Token::Operator(Operator::Add) => self.quantity(NEGATIVE, span),
            Token::Open => {
                let inner = self.expression(0)?;
                self.close(span)?;
                Ok(inner)
            }
            Token::Close | Token::Comma | Token::Operator(_) => {
                Err(FormulaError::new(span, "A value is missing before this.").help("Write a number or the name of a column."))
            }
        }
    }

    /// What follows `not`.
    fn condition(&mut self, power: u8, span: Range<usize>) -> Result<Node, FormulaError> {
        let node = self.expression(power)?;
        if matches!(node, Node::Number(_) | Node::Text(_) | Node::Name(_)) {
            return Err(
                FormulaError::new(span, "`not` needs a condition after it.").help("Write a comparison, such as beds > 0.")
            );
        }
        Ok(node)
    }

    /// What follows a sign.
    fn quantity(&mut self, power: u8, span: Range<usize>) -> Result<Node, FormulaError> {
        let node = self.expression(power)?;
        if node.is_condition() || matches!(node, Node::Text(_)) {
            return Err(FormulaError::new(span, "A sign needs a number after it."));
        }
        Ok(node)
    }

    fn close(&mut self, opened: Range<usize>) -> Result<(), FormulaError> {
        match self.take() {
            Some((Token::Close, _)) => Ok(()),
            Some((token, span)) => Err(unexpected(&token, span)),
            None => Err(FormulaError::new(opened, "This bracket is never closed.").help("Close it with ).")),
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Node, FormulaError> {
        let Some(&(_, function, fewest, most)) = FUNCTIONS.iter().find(|entry| entry.0 == name) else {
            let known = FUNCTIONS.iter().map(|entry| entry.0);
            let error = FormulaError::new(span, format!("There is no function \"{}\".", crate::table::shorten(name)));
            return Err(error.help(match nearest_spelling(name, known.clone()) {
                Some(near) => format!("Did you mean \"{near}\"?"),
                None => format!("The functions are: {}.", known.collect::<Vec<_>>().join(", ")),
            }));
        };
        let opened = self.take().map_or(span.clone(), |(_, span)| span);
        let mut arguments = Vec::new();
        if !matches!(self.peek(), Some((Token::Close, _))) {
            arguments.push(self.expression(0)?);
            while matches!(self.peek(), Some((Token::Comma, _))) {
                self.next += 1;
                arguments.push(self.expression(0)?);
            }
        }
        self.close(opened)?;
        check_arguments(function, &arguments, fewest, most, span)?;
        Ok(Node::Call(function, arguments))
    }
}

fn check_arguments(
    function: Function,
    arguments: &[Node],
    fewest: usize,
    most: usize,
    span: Range<usize>,
) -> Result<(), FormulaError> {
    let name = function.name();
    if arguments.len() < fewest || arguments.len() > most {
        let needed = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        return Err(FormulaError::new(span, format!("`{name}` takes {needed} arguments, not {}.", arguments.len())));
    }
    if function == Function::If {
        if !arguments[0].is_condition() {
            let help = "Write if(population > 0, beds / population, 0).";
            return Err(FormulaError::new(span, "`if` needs a condition first.").help(help));
        }
        return Ok(());
    }
    if arguments.iter().any(|argument| argument.is_condition() || matches!(argument, Node::Text(_))) {
        return Err(FormulaError::new(span, format!("`{name}` takes numbers, not text or conditions.")));
    }
    Ok(())
}

/// What can be said before any value is known: conditions are not added, text is not multiplied, comparisons are not chained.
fn check_operands(operator: Operator, left: &Node, right: &Node, span: Range<usize>) -> Result<(), FormulaError> {
    let conditions = usize::from(left.is_condition()) + usize::from(right.is_condition());
    let text = matches!(left, Node::Text(_)) || matches!(right, Node::Text(_));
    let sign = operator.sign();
    if operator.is_logical() {
        let plain = |node: &Node| matches!(node, Node::Number(_) | Node::Text(_) | Node::Name(_) | Node::Negative(_));
        if plain(left) || plain(right) {
            let error = FormulaError::new(span, format!("`{sign}` needs a condition on both sides."));
            return Err(error.help("Write each comparison whole, such as year == 2014 or year == 2019."));
        }
    } else if conditions > 0 {
        let error = FormulaError::new(span, format!("`{sign}` cannot be used on a condition."));
        return Err(if operator.is_comparison() {
            error.help("Write a < b and b < c for a < b < c.")
        } else {
            error.help("Use if(…).")
        });
    } else if text && !operator.is_comparison() {
        return Err(FormulaError::new(span, format!("`{sign}` needs numbers, not text.")).help("Text can only be compared."));
    }
    Ok(())
}
