//! Why areas have no value, and why some values should not be leaned on.

use super::Facts;
use super::tongue::Tongue;
use crate::scale::number;
use crate::spec::Words;
use crate::table::Missing;
use std::collections::{BTreeMap, BTreeSet};

/// Why a value is missing, in both languages.
pub fn missing_words(missing: &Missing) -> Words {
    let (zh, en) = match missing {
        Missing::NoRow => ("表中无此区域".to_owned(), "no row in the table".to_owned()),
        Missing::Empty => ("单元格为空".to_owned(), "empty cell".to_owned()),
        Missing::Marked(mark) => (format!("标记为“{mark}”"), format!("marked “{mark}”")),
        Missing::SpreadsheetError(text) => (format!("表格错误值 {text}"), format!("spreadsheet error {text}")),
        Missing::NotANumber(text) => (format!("不是数字：“{text}”"), format!("not a number: “{text}”")),
        Missing::OutOfRange(text) => (format!("超出范围：{text}"), format!("out of range: {text}")),
        Missing::DivisionByZero => ("除数为零".to_owned(), "division by zero".to_owned()),
        Missing::Undefined(text) => (format!("无定义：{text}"), format!("undefined: {text}")),
        Missing::NotApplicable(text) => (format!("不适用：{text}"), format!("not applicable: {text}")),
    };
    Words { zh, en }
}

/// Areas without a value, by reason.
pub(super) fn missing(facts: &Facts<'_>, tongue: Tongue) -> Option<String> {
    let mut reasons: BTreeMap<&Missing, BTreeSet<usize>> = BTreeMap::new();
    for part in facts.panels {
        for (at, reading) in part.readings.iter().enumerate().take(facts.names.len()) {
            if let Err(missing) = &reading.value {
                reasons.entry(missing).or_default().insert(at);
            }
        }
    }
    let told: Vec<String> = reasons
        .iter()
        .map(|(missing, at)| {
            let names: Vec<String> = at.iter().map(|at| tongue.of(&facts.names[*at]).to_owned()).collect();
            let (names, reason) = (tongue.some(&names), missing_words(missing));
            tongue.pick(format!("{names}（{}）", reason.zh), format!("{names} ({})", reason.en))
        })
        .collect();
    match told.as_slice() {
        [] => None,
        told => Some(tongue.pick(format!("无数值：{}。", told.join("；")), format!("Without a value: {}.", told.join("; ")))),
    }
}

/// Areas whose values should not be leaned on, by reason.
pub(super) fn unreliable(facts: &Facts<'_>, tongue: Tongue) -> Option<String> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for part in facts.panels {
        for (reading, name) in part.readings.iter().zip(facts.names) {
            if let (Ok(_), Some(reason)) = (&reading.value, &reading.unreliable) {
                let reason = facts.doubt.map_or(reason.as_str(), |words| tongue.of(words));
                reasons.entry(reason).or_default().push(tongue.of(name).to_owned());
            }
        }
    }
    let sentences: Vec<String> = reasons
        .iter()
        .map(|(reason, names)| {
            let (count, all) = (number(names.len() as f64, 0), tongue.some(names));
            let values = if names.len() == 1 { "1 value is".to_owned() } else { format!("{count} values are") };
            match reason.trim() {
                "" => tongue.pick(
                    format!("图中以斜线标出的 {count} 个数值不可靠：{all}。"),
                    format!("{values} unreliable and hatched: {all}."),
                ),
                reason => tongue.pick(
                    format!("图中以斜线标出的 {count} 个数值不可靠，原因为“{reason}”：{all}。"),
                    format!("{values} unreliable and hatched, for the reason “{reason}”: {all}."),
                ),
            }
        })
        .collect();
    (!sentences.is_empty()).then(|| sentences.join(if tongue == Tongue::Zh { "" } else { " " }))
}
