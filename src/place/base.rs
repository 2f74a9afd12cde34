//! What shares and rates are a part of: the base of each row, by which those of several rows are weighted.

use super::join::Joined;
use super::ledger::RowEntry;
use crate::problem::{Problem, nearest_spelling};
use crate::table::{Missing, Table, Value};
use std::collections::BTreeMap;

/// The base of every row of a table: `written` names a column of its own, or `table.column` of another one of `tables`, whose row with
/// the same key counts.
///
/// # Errors
///
/// A column that no table has.
pub fn of_rows(own: &Table, joined: &Joined, written: &str, tables: &[(&str, &Table, &Joined)]) -> Result<Vec<Value>, Problem> {
    if let Some(column) = own.find(written) {
        return Ok((0..own.rows()).map(|row| column.number(row)).collect());
    }
    let inner = |name: &str| written.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
    let found = tables.iter().find_map(|(name, table, joined)| Some((table.find(&inner(name)?)?, joined)));
    let Some((column, other)) = found else { return Err(unknown(own, written, tables)) };
    let mut rows: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (row, entry) in other.ledger.rows.iter().enumerate() {
        // Of two rows with one key neither is the base.
        rows.entry(&entry.key).and_modify(|known| *known = None).or_insert(Some(row));
    }
    let base = |entry: &RowEntry| match rows.get(entry.key.as_str()) {
        Some(Some(row)) => column.number(*row),
        _ => Err(Missing::NoRow),
    };
    Ok(joined.ledger.rows.iter().map(base).collect())
}

fn unknown(own: &Table, written: &str, tables: &[(&str, &Table, &Joined)]) -> Problem {
    let of_others = tables.iter().flat_map(|(name, table, _)| table.headings().map(move |heading| format!("{name}.{heading}")));
    let names: Vec<String> = own.headings().map(str::to_owned).chain(of_others).collect();
    let near = nearest_spelling(written, names.iter().map(String::as_str));
    let help = near
        .map_or("Write a column of this table, or TABLE.COLUMN of another.".to_owned(), |near| format!("Did you mean {near}?"));
    Problem::error("unknown-column", format!("No table has the column \"{written}\".")).help(help)
}
