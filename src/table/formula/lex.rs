//! Text to tokens.

use super::{FormulaError, Operator};
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Name(String),
    Operator(Operator),
    Not,
    Open,
    Close,
    Comma,
}

pub(super) type Placed = (Token, Range<usize>);

/// Splits a formula into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, FormulaError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = token(text, at, c)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn token(text: &str, at: usize, c: char) -> Result<(Token, usize), FormulaError> {
    let rest = &text[at..];
    if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit())) {
        return number(rest, at);
    }
    if let Some(close) = closing_mark(c) {
        return quoted(rest, at, c, close);
    }
    if is_name_start(c) || c == '`' {
        return name(rest, at);
    }
    sign(rest, at, c)
}

fn closing_mark(c: char) -> Option<char> {
    match c {
        '"' | '\'' => Some(c),
        '“' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a name can be written without backquotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.split('.').all(|part| part.starts_with(is_name_start) && part.chars().all(is_name_part)) && word(name).is_none()
}

fn word(name: &str) -> Option<Token> {
    match name {
        "and" => Some(Token::Operator(Operator::And)),
        "or" => Some(Token::Operator(Operator::Or)),
        "not" => Some(Token::Not),
        _ => None,
    }
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), FormulaError> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        length += 1 + digits(&rest[length + 1..]);
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(&rest[length + 1 + sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    if rest[length..].starts_with(is_name_part) {
        let name: String = rest.chars().take_while(|c| is_name_part(*c)).collect();
        let error = FormulaError::new(at..at + name.len().max(length), "A number runs into a name.");
        return Err(
            error.help(format!("A name that begins with a digit stands in backquotes: `{}`.", crate::table::shorten(&name)))
        );
    }
    match rest[..length].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), length)),
        _ => Err(FormulaError::new(at..at + length, "The number is too large.")),
    }
}

/// Text in quotation marks; a mark written twice stands for itself.
fn quoted(rest: &str, at: usize, open: char, close: char) -> Result<(Token, usize), FormulaError> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((offset, c)) = chars.next() {
        if c != close {
            text.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            chars.next();
            text.push(c);
        } else {
            return Ok((Token::Text(text), offset + c.len_utf8()));
        }
    }
    Err(FormulaError::new(at..at + open.len_utf8(), "The quotation mark is never closed.")
        .help(format!("Close it with {close}.")))
}

/// `column`, `table.column`, either part in backquotes.
fn name(rest: &str, at: usize) -> Result<(Token, usize), FormulaError> {
    let mut name = String::new();
    let mut length = 0;
    let mut backquoted = false;
    loop {
        let part = &rest[length..];
        if let Some(inner) = part.strip_prefix('`') {
            let Some(end) = inner.find('`') else {
                return Err(
                    FormulaError::new(at + length..at + length + 1, "The backquote is never closed.").help("Close it with `.")
                );
            };
            if inner[..end].trim().is_empty() {
                return Err(FormulaError::new(at + length..at + length + end + 2, "There is no name between the backquotes."));
            }
            name.push_str(&inner[..end]);
            length += end + 2;
            backquoted = true;
        } else {
            let end = part.find(|c| !is_name_part(c)).unwrap_or(part.len());
            name.push_str(&part[..end]);
            length += end;
        }
        let after = rest[length..].strip_prefix('.');
        if !after.is_some_and(|after| after.starts_with(|c| is_name_part(c) || c == '`')) {
            break;
        }
        name.push('.');
        length += 1;
    }
    let token = if backquoted { None } else { word(&name) };
    Ok((token.unwrap_or(Token::Name(name)), length))
}

fn sign(rest: &str, at: usize, c: char) -> Result<(Token, usize), FormulaError> {
    const SIGNS: &[(&str, Token)] = &[
        ("==", Token::Operator(Operator::Equal)),
        ("!=", Token::Operator(Operator::Unequal)),
        ("≠", Token::Operator(Operator::Unequal)),
        ("<=", Token::Operator(Operator::LessOrEqual)),
        ("≤", Token::Operator(Operator::LessOrEqual)),
        (">=", Token::Operator(Operator::GreaterOrEqual)),
        ("≥", Token::Operator(Operator::GreaterOrEqual)),
        ("<", Token::Operator(Operator::Less)),
        (">", Token::Operator(Operator::Greater)),
        ("+", Token::Operator(Operator::Add)),
        ("-", Token::Operator(Operator::Subtract)),
        ("−", Token::Operator(Operator::Subtract)),
        ("*", Token::Operator(Operator::Multiply)),
        ("×", Token::Operator(Operator::Multiply)),
        ("/", Token::Operator(Operator::Divide)),
        ("÷", Token::Operator(Operator::Divide)),
        ("^", Token::Operator(Operator::Power)),
        ("(", Token::Open),
        ("（", Token::Open),
        (")", Token::Close),
        ("）", Token::Close),
        (",", Token::Comma),
        ("，", Token::Comma),
    ];
    const ADVICE: &[(&str, &str)] = &[
        ("&&", "Write `and`."),
        ("||", "Write `or`."),
        ("!", "Write `not`, or `!=` for \"unequal\"."),
        ("=", "Write `==` to compare."),
        ("%", "Write / 100 for a percentage."),
    ];
    if let Some((text, token)) = SIGNS.iter().find(|(text, _)| rest.starts_with(text)) {
        return Ok((token.clone(), text.len()));
    }
    let shown = if c.is_control() { format!("U+{:04X}", c as u32) } else { c.to_string() };
    let error = FormulaError::new(at..at + c.len_utf8(), format!("A formula cannot contain \"{shown}\" here."));
    Err(match ADVICE.iter().find(|(text, _)| rest.starts_with(text)) {
        Some((_, advice)) => error.help(*advice),
        None => error.help("If it belongs to the name of a column, put the name in backquotes."),
    })
}
