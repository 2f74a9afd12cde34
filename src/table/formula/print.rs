//! A formula as text again, with no more brackets than it needs; parsing the text gives the same formula.

use super::lex::is_plain_name;
use super::{Formula, NEGATIVE, NOT, Node, Operator};
use std::fmt::{self, Formatter};

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_node(&self.root, 0, f)
    }
}

/// Writes a node, in brackets where it binds less tightly than `least`.
fn write_node(node: &Node, least: u8, f: &mut Formatter<'_>) -> fmt::Result {
    let power = match node {
        Node::Binary(operator, ..) => operator.power(),
        Node::Negative(_) => NEGATIVE,
        Node::Not(_) => NOT,
        _ => u8::MAX,
    };
    if power < least {
        f.write_str("(")?;
        write_bare(node, f)?;
        return f.write_str(")");
    }
    write_bare(node, f)
}

fn write_bare(node: &Node, f: &mut Formatter<'_>) -> fmt::Result {
    match node {
        Node::Number(number) => write!(f, "{number}"),
        Node::Text(text) => write!(f, "\"{}\"", text.replace('"', "\"\"")),
        Node::Name(name) if is_plain_name(&name.text) => f.write_str(&name.text),
        Node::Name(name) => write!(f, "`{}`", name.text),
        Node::Negative(inner) => {
            f.write_str("-")?;
            write_node(inner, NEGATIVE, f)
        }
        Node::Not(inner) => {
            f.write_str("not ")?;
            write_node(inner, NOT, f)
        }
        Node::Binary(operator, left, right) => {
            let right_binds = *operator == Operator::Power;
            write_node(left, operator.power() + u8::from(right_binds), f)?;
            write!(f, " {} ", operator.sign())?;
            write_node(right, operator.power() + u8::from(!right_binds), f)
        }
        Node::Call(function, arguments) => {
            write!(f, "{}(", function.name())?;
            for (at, argument) in arguments.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { ", " })?;
                write_node(argument, 0, f)?;
            }
            f.write_str(")")
        }
    }
}
