//! Checks a tree against the keys that may stand in it, and reports everything that does not fit.

use super::keys::{Kind, Shape};
use super::source::{Node, Source};
use crate::colour::{self, Colour};
use crate::problem::{Problem, nearest_spelling};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Longest text, in characters.
const LONGEST: usize = 2000;
/// Most entries of a list.
const MOST: usize = 1000;

/// Checks the whole file.
pub(super) fn check(source: &Source<'_>, shape: &'static Shape, problems: &mut Vec<Problem>) {
    Checker { source, problems }.table(&source.root, shape, 0..0);
}

/// "The map has", "The points have".
fn has(shape: &Shape) -> &'static str {
    if ["points", "symbols", "labels", "facilities", "boundaries"].contains(&shape.name) { "have" } else { "has" }
}

struct Checker<'a> {
    source: &'a Source<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, id: &'static str, span: Range<usize>, message: String, help: impl Into<String>) {
        self.problems.push(self.source.problem(id, message, span).help(help));
    }

    /// Every key known, every value as it should be, nothing required missing.
    fn table(&mut self, table: &DeTable<'_>, shape: &'static Shape, span: Range<usize>) {
        let mut meant = Vec::new();
        for (name, value) in table {
            match shape.key(name.get_ref()) {
                Some(key) => self.value(value, &key.kind, key.name),
                None => meant.extend(self.unknown_key(name.get_ref(), name.span(), shape)),
            }
        }
        for key in shape.keys.iter().filter(|key| key.required && !inherited(shape, key.name)) {
            if !table.contains_key(key.name) && !meant.contains(&key.name) {
                let message = format!("The {} {} no {}.", shape.name, has(shape), key.name);
                self.report("missing-key", span.clone(), message, format!("Add {}: {}", key.name, key.about));
            }
        }
    }

    /// Reports an unknown key, and hands back the key that seems to be meant.
    fn unknown_key(&mut self, name: &str, span: Range<usize>, shape: &'static Shape) -> Option<&'static str> {
        let names = || shape.keys.iter().map(|key| key.name);
        let elsewhere = shape.name == "atlas" && super::keys::MAP.key(name).is_some();
        let near = nearest_spelling(name, names()).or_else(|| synonym(name).filter(|known| names().any(|key| key == *known)));
        let help = match near {
            Some(near) if !elsewhere => format!("Did you mean {near}?"),
            _ if elsewhere => format!("Move {name} into a map file: it is not shared by maps."),
            None if shape.keys.len() <= 15 => format!("Known here: {}.", names().collect::<Vec<_>>().join(", ")),
            _ => "caremap schema lists the keys.".into(),
        };
        self.report("unknown-key", span, format!("The {} {} no key {name:?}.", shape.name, has(shape)), help);
        near
    }

    fn value(&mut self, node: &Node<'_>, kind: &'static Kind, key: &str) {
        match (kind, node.get_ref()) {
            (Kind::List(_), DeValue::Array(nodes)) if nodes.is_empty() => {
                self.report(
                    "empty-list",
                    node.span(),
                    format!("{key} is an empty list."),
                    "Give at least one, or leave the line out.",
                );
            }
            (Kind::List(_), DeValue::Array(nodes)) if nodes.len() > MOST => {
                let message = format!("{key} has {} entries; {MOST} are allowed.", nodes.len());
                self.report("too-long", node.span(), message, "Give fewer.");
            }
            (Kind::List(one), DeValue::Array(nodes)) => nodes.iter().for_each(|node| self.value(node, one, key)),
            (Kind::List(one), _) => self.value(node, one, key),
            (Kind::Table(shape), DeValue::Table(table)) => self.table(table, shape, node.span()),
            (Kind::Tables(shape), DeValue::Array(nodes)) => self.tables(nodes, &node.span(), shape, key),
            (Kind::Short(shape, _), DeValue::Table(table)) => self.table(table, shape, node.span()),
            (Kind::Short(shape, short), _) => self.short(node, shape, short, key),
            (Kind::Named(one), DeValue::Table(table)) => {
                table.iter().for_each(|(name, node)| self.value(node, one, name.get_ref()))
            }
            (Kind::Words, DeValue::Table(table)) => self.words(table, node.span(), key),
            (Kind::Formula, DeValue::String(text)) => self.formula(text, node.span(), key),
            (Kind::Text | Kind::Words | Kind::Year | Kind::Sheet, DeValue::String(text)) => self.text(text, node.span(), key),
            (Kind::Year, DeValue::Integer(_)) => self.whole(node, 1, 9999, key),
            (Kind::Sheet, DeValue::Integer(_)) => self.whole(node, 1, 10_000, key),
            (Kind::Whole(low, high), DeValue::Integer(_)) => self.whole(node, *low, *high, key),
            (Kind::Number(low, high), DeValue::Integer(_) | DeValue::Float(_)) => self.number(node, *low, *high, key),
            (Kind::Flag, DeValue::Boolean(_)) => {}
            (Kind::Choice(words), DeValue::String(text)) => self.choice(text, node.span(), words, key),
            (Kind::Palette, DeValue::String(text)) => self.palette(text, node.span()),
            (Kind::Colour, DeValue::String(text)) => self.colour(text, node.span(), key),
            (Kind::Code, DeValue::String(text)) => self.code(text, node.span(), key),
            (kind, found) => self.wrong_type(node.span(), kind, found, key),
        }
    }

    fn tables(&mut self, nodes: &[Node<'_>], span: &Range<usize>, shape: &'static Shape, key: &str) {
        for node in nodes.iter().take(MOST) {
            match node.get_ref() {
                DeValue::Table(table) => self.table(table, shape, node.span()),
                found => self.wrong_type(node.span(), &Kind::Table(shape), found, key),
            }
        }
        if nodes.is_empty() {
            let message = format!("{key} is an empty list; at least one {} is needed.", shape.name);
            self.report("empty-list", span.clone(), message, format!("Add a [[{key}]], or leave the line out."));
        }
        if nodes.len() > MOST {
            self.report("too-long", 0..0, format!("There are {} [[{key}]]; {MOST} are allowed.", nodes.len()), "Give fewer.");
        }
    }

    /// A value that stands for the table in which it would be the one key.
    fn short(&mut self, node: &Node<'_>, shape: &'static Shape, short: &'static str, key: &str) {
        if let Some(inner) = shape.key(short) {
            self.value(node, &inner.kind, key);
        }
    }

    fn words(&mut self, table: &DeTable<'_>, span: Range<usize>, key: &str) {
        for (language, node) in table {
            match language.get_ref().as_ref() {
                "zh" | "en" => self.value(node, &Kind::Text, key),
                other => {
                    let message = format!("{key} has no language {other:?}.");
                    self.report("unknown-key", language.span(), message, "Known are zh and en.");
                }
            }
        }
        if !table.contains_key("zh") && !table.contains_key("en") {
            self.report("empty-text", span, format!("{key} holds no words."), "Write { zh = \"…\", en = \"…\" }.");
        }
    }

    fn text(&mut self, text: &str, span: Range<usize>, key: &str) {
        if text.trim().is_empty() {
            self.report("empty-text", span, format!("{key} is empty."), "Write something, or leave the line out.");
        } else if text.chars().count() > LONGEST {
            let message = format!("{key} has {} characters; {LONGEST} are allowed.", text.chars().count());
            self.report("too-long", span, message, "Shorten it.");
        } else if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            let message = format!("{key} holds the control character U+{:04X}.", bad as u32);
            self.report("control-character", span, message, "Remove it.");
        }
    }

    fn formula(&mut self, text: &str, span: Range<usize>, key: &str) {
        if text.trim().is_empty() {
            self.text(text, span, key);
        } else if let Some(problem) = self.source.formula_problem(text, span) {
            self.problems.push(problem);
        }
    }

    fn whole(&mut self, node: &Node<'_>, low: i64, high: i64, key: &str) {
        let within = whole(node).is_some_and(|number| (low..=high).contains(&number));
        if !within {
            self.out_of_range(node.span(), key, &low.to_string(), &high.to_string());
        }
    }

    fn number(&mut self, node: &Node<'_>, low: f64, high: f64, key: &str) {
        let within = number(node).is_some_and(|number| (low..=high).contains(&number));
        if !within {
            self.out_of_range(node.span(), key, &low.to_string(), &high.to_string());
        }
    }

    fn out_of_range(&mut self, span: Range<usize>, key: &str, low: &str, high: &str) {
        let help = if high.len() > 20 { "Give a finite number.".into() } else { format!("Give a number from {low} to {high}.") };
        self.report("out-of-range", span, format!("{key} is out of range."), help);
    }

    fn choice(&mut self, text: &str, span: Range<usize>, words: &'static [&'static str], key: &str) {
        if !words.contains(&text) {
            let known = words.join(", ");
            let help = match nearest_spelling(text, words.iter().copied()).or_else(|| synonym(text).filter(|w| words.contains(w)))
            {
                Some(near) => format!("Did you mean {near:?}? Known: {known}."),
                None => format!("Known: {known}."),
            };
            self.report("unknown-word", span, format!("{key} cannot be {text:?}."), help);
        }
    }

    fn palette(&mut self, text: &str, span: Range<usize>) {
        if let Err(problem) = colour::palette(text) {
            self.problems.push(self.source.locate(problem, span));
        }
    }

    fn colour(&mut self, text: &str, span: Range<usize>, key: &str) {
        if Colour::parse(text).is_none() {
            self.report("bad-colour", span, format!("{key} {text:?} is not a colour."), "Write #rrggbb, such as \"#2166ac\".");
        }
    }

    fn code(&mut self, text: &str, span: Range<usize>, key: &str) {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!("{key}: {text:?} is not a code.");
            self.report("bad-code", span, message, "Codes have six digits, such as \"130600\" for Baoding.");
        }
    }

    fn wrong_type(&mut self, span: Range<usize>, kind: &Kind, found: &DeValue<'_>, key: &str) {
        let help = match (kind, found) {
            (Kind::Code, DeValue::Integer(_)) => "Put the code in quotes: a code is text.",
            (Kind::Whole(..) | Kind::Number(..), DeValue::String(_)) => "Write the number without quotes.",
            (Kind::Flag, DeValue::String(_)) => "Write true or false without quotes.",
            (Kind::Choice(words), _) => &format!("Known: {}.", words.join(", ")),
            _ => "Change it, or leave the line out.",
        };
        let message = format!("{key} must be {}, not {}.", wanted(kind), found_name(found));
        self.report("wrong-type", span, message, help);
    }
}

/// Keys a map may leave to `atlas.toml`; [`super::resolve`] asks for them when both are known.
fn inherited(shape: &Shape, key: &str) -> bool {
    shape.name == "map" && key == "level"
}

/// Words from other programs and from habit, too far in spelling to be found by distance.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "colors" | "colour" | "color" => "colours",
        "data" | "csv" | "file" => "table",
        "k" | "n" | "bins" | "n_classes" | "nclasses" => "classes",
        "scheme" | "classification" => "method",
        "cmap" | "ramp" => "palette",
        "formula" | "column" | "expression" | "field" => "value",
        "filter" | "query" => "where",
        "units" => "unit",
        "sources" => "source",
        "notes" | "footnote" => "note",
        "language" | "dpi" | "width" | "size" => "page",
        "jenks" | "natural" | "fisherjenks" | "fisher-jenks" | "natural_breaks" => "fisher",
        "quantiles" | "equal_count" => "quantile",
        "equal_interval" | "equalinterval" => "equal",
        "std" | "std_mean" | "sd" => "stddev",
        "boxplot" => "box",
        "city" | "市" | "地级" => "prefecture",
        "district" | "县" | "县级" => "county",
        "省" | "省级" => "province",
        "chinese" | "cn" => "zh",
        "english" => "en",
        _ => return None,
    })
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Palette => "text in quotes",
        Kind::Words => "text, or { zh = \"…\", en = \"…\" }",
        Kind::Formula => "a formula in quotes",
        Kind::Whole(..) => "a whole number",
        Kind::Number(..) => "a number",
        Kind::Flag => "true or false",
        Kind::Choice(_) => "a word in quotes",
        Kind::Colour => "a colour such as \"#2166ac\"",
        Kind::Code => "a code in quotes",
        Kind::Year => "a year",
        Kind::Sheet => "a sheet's name in quotes, or its number",
        Kind::List(_) => "a list",
        Kind::Table(_) | Kind::Short(..) | Kind::Named(_) => "a table, written as [name]",
        Kind::Tables(_) => "tables, each written as [[name]]",
    }
}

fn found_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(true) => "true",
        DeValue::Boolean(false) => "false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A whole number.
pub(super) fn whole(node: &Node<'_>) -> Option<i64> {
    let integer = node.get_ref().as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A finite number.
pub(super) fn number(node: &Node<'_>) -> Option<f64> {
    let number = match node.get_ref() {
        DeValue::Float(float) => float.as_str().parse::<f64>().ok()?,
        DeValue::Integer(_) => whole(node)? as f64,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
