//! The values of a map as CSV, for spreadsheets and programs alike.

use super::{Ranking, ValueCell, Values};
use crate::spec::Words;
use std::borrow::Cow;

/// The values of a map as CSV in UTF-8 with a byte-order mark, without which spreadsheets in China read GB18030.
///
/// Numbers have up to fifteen digits. Text that a spreadsheet would run as a formula gets an apostrophe in front.
pub fn values_csv(values: &Values) -> String {
    let mut out = String::from("\u{feff}code,name,name_en,within");
    let several = values.columns.len() > 1;
    for (at, column) in values.columns.iter().enumerate() {
        let prefix = if several { format!("{} ", named(&column.en, &column.zh, at)) } else { String::new() };
        for head in ["value", "class", "missing", "unreliable"] {
            out.push(',');
            out.push_str(&cell(&format!("{prefix}{head}")));
        }
    }
    for (name, _) in &values.inputs {
        out.push(',');
        out.push_str(&cell(name));
    }
    out.push_str("\r\n");
    for (at, row) in values.rows.iter().enumerate() {
        out.push_str(&[&row.code, &row.name, &row.name_en, &row.within].map(|text| cell(text)).join(","));
        for value in &row.cells {
            out.push(',');
            out.push_str(&value_cells(value));
        }
        for (_, texts) in &values.inputs {
            out.push(',');
            out.push_str(&texts.get(at).map_or(Cow::Borrowed(""), |text| cell(text)));
        }
        out.push_str("\r\n");
    }
    out
}

/// The heading of a column: its English, else Chinese words, else its number.
fn named(en: &str, zh: &str, at: usize) -> String {
    match (en, zh) {
        ("", "") => format!("{}", at + 1),
        ("", zh) => zh.to_owned(),
        (en, _) => en.to_owned(),
    }
}

fn value_cells(value: &ValueCell) -> String {
    let number = value.number.map(written).unwrap_or_default();
    let missing = if value.number.is_none() { cell(&value.printed) } else { Cow::Borrowed("") };
    let unreliable = value.unreliable.as_deref().map(cell).unwrap_or_default();
    format!("{number},{},{missing},{unreliable}", cell(&value.class))
}

/// A number with the fifteen digits that a double holds of every decimal: what follows them are traces of binary arithmetic, not data.
fn written(number: f64) -> String {
    let digits = format!("{number:.14e}").parse().unwrap_or(number);
    f64::to_string(&digits)
}

/// A ranked table as CSV, with the same care as [`values_csv`]. Headings are in both languages.
pub fn ranking_csv(ranking: &Ranking) -> String {
    let both = |words: &Words, gap: &str| match (words.zh.as_str(), words.en.as_str()) {
        (zh, "") => zh.to_owned(),
        ("", en) => en.to_owned(),
        (zh, en) => format!("{zh}{gap}{en}"),
    };
    let mut out = String::from("\u{feff}rank");
    for column in &ranking.columns {
        out.push(',');
        out.push_str(&cell(&both(column, " ")));
    }
    for (at, row) in ranking.rows.iter().enumerate() {
        out.push_str(&format!("\r\n{}", at + 1));
        for words in row {
            out.push(',');
            out.push_str(&cell(&both(words, " / ")));
        }
    }
    out.push_str("\r\n");
    out
}

/// A cell of text, quoted where it must be.
fn cell(text: &str) -> Cow<'_, str> {
    let text: Cow<'_, str> =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")).into() } else { text }
}
