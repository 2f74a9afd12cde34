//! The values of a map as CSV, for spreadsheets and programs alike.

use super::{ValueCell, Values};
use std::borrow::Cow;

/// The values of a map as CSV in UTF-8 with a byte-order mark, without which spreadsheets in China read GB18030.
///
/// Numbers have all their digits. Text that a spreadsheet would run as a formula gets an apostrophe in front.
pub fn values_csv(values: &Values) -> String {
    let mut out = String::from("\u{feff}code,name,within");
    let several = values.columns.len() > 1;
    for (at, column) in values.columns.iter().enumerate() {
        let prefix = if several { format!("{} ", named(&column.en, &column.zh, at)) } else { String::new() };
        for head in ["value", "class", "missing", "unreliable"] {
            out.push(',');
            out.push_str(&cell(&format!("{prefix}{head}")));
        }
    }
    out.push_str("\r\n");
    for row in &values.rows {
        out.push_str(&[&row.code, &row.name, &row.within].map(|text| cell(text)).join(","));
        for value in &row.cells {
            out.push(',');
            out.push_str(&value_cells(value));
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
    let number = value.number.map(|number| number.to_string()).unwrap_or_default();
    let missing = if value.number.is_none() { cell(&value.printed) } else { Cow::Borrowed("") };
    let unreliable = value.unreliable.as_deref().map(cell).unwrap_or_default();
    format!("{number},{},{missing},{unreliable}", cell(&value.class))
}

/// A cell of text, quoted where it must be.
fn cell(text: &str) -> Cow<'_, str> {
    let text: Cow<'_, str> =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")).into() } else { text }
}
