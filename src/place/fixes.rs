//! Near misses as proposed fixes: a TOML file that changes nothing until the author names it in a map.

use super::gazetteer::{Gazetteer, coarser};
use super::key::Key;
use super::ledger::{Ledger, Near, RowEntry};
use super::near::ELSEWHERE;
use crate::table::Table;
use crate::table::fixes::Fix;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The proposals for the rows that have near misses, each once with all its lines.
pub(super) fn of_rows(table: &Table, key: Key, rows: &[RowEntry], gazetteer: &Gazetteer<'_>) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let mut known: BTreeMap<(String, String, String, String), usize> = BTreeMap::new();
    for (row, entry) in rows.iter().enumerate().filter(|(_, entry)| !entry.near.is_empty()) {
        for fix in of_row(table, key, row, entry, gazetteer) {
            let same = (fix.column.clone(), fix.old.clone(), fix.new.clone(), fix.code.clone());
            let at = *known.entry(same).or_insert(fixes.len());
            match fixes.get_mut(at) {
                Some(known) => known.lines.extend(fix.lines),
                None => fixes.push(fix),
            }
        }
    }
    fixes
}

/// The best proposals for a row: one, or several of one score among which the author must choose.
fn of_row(table: &Table, key: Key, row: usize, entry: &RowEntry, gazetteer: &Gazetteer<'_>) -> Vec<Fix> {
    let best = entry.near.iter().map(|near| near.score).max();
    let best = entry.near.iter().filter(|near| Some(near.score) == best);
    best.filter_map(|near| fix(table, key, row, near, gazetteer)).collect()
}

fn fix(table: &Table, key: Key, row: usize, near: &Near, gazetteer: &Gazetteer<'_>) -> Option<Fix> {
    let spots = gazetteer.coverage().layers.keys().filter_map(|level| Some((*level, gazetteer.at_level(&near.code, *level)?)));
    let spot = spots.filter(|spot| gazetteer.area(*spot).name == near.name).last()?;
    let text = |column: usize| table.columns[column].text(row).trim().to_string();
    let (column, new) = match key {
        Key::Code(column) => (column, near.code.clone()),
        Key::Name(_, Some(parent)) if near.reason == ELSEWHERE => {
            let up = coarser(spot.0)?;
            (parent, gazetteer.area((up, gazetteer.lift(spot, up)?)).name.clone())
        }
        Key::Name(column, parent) => {
            // A name that other areas have too is written after the areas it lies in.
            let named = gazetteer.named(&near.name);
            let parents = parent.map(|parent| gazetteer.named(&text(parent))).unwrap_or_default();
            let inside =
                |one: &super::gazetteer::Match| parents.is_empty() || parents.iter().any(|up| gazetteer.is_in(one.spot, up.spot));
            let alone = named.iter().filter(|one| inside(one)).all(|one| gazetteer.is_same_unit(one.spot, spot));
            (column, if alone { near.name.clone() } else { gazetteer.full_path(spot) })
        }
    };
    let (old, column) = (text(column), table.columns[column].name.clone());
    let (code, reason) = (near.code.clone(), near.reason.clone());
    (old != new).then_some(Fix { lines: vec![table.lines[row]], column, old, new, code, score: near.score, reason })
}

/// The proposals of a join as a file for the author; none where there are none. `file` is the name it will have.
pub fn to_toml(ledger: &Ledger, file: &str) -> Option<String> {
    if ledger.fixes.is_empty() {
        return None;
    }
    let mut text = format!(
        "# Proposed for {0}: names that are nearly those of areas. Nothing here counts until a map says so beside the table:\n\
         #     fixes = \"{1}\"\n\
         # Keep what is right and delete what is wrong. Of several fixes for one cell keep one. What no longer fits the table is an error.\n\
         # {0} 中与地名相近的写法，供核对。保留正确的、删去错误的，再在地图文件中写 fixes = \"{1}\" 才会生效；同一单元格只能保留一条。\n\
         table = {2}\n",
        ledger.file.replace(['\n', '\r'], " "),
        file,
        quoted(&ledger.file)
    );
    for (at, fix) in ledger.fixes.iter().enumerate() {
        let one_of = |other: &Fix| other.lines[..1] == fix.lines[..1] && other.column == fix.column;
        let several = ledger.fixes.iter().filter(|other| one_of(other)).count();
        // Writing into a String does not fail.
        if several > 1 && !ledger.fixes[..at].iter().any(one_of) {
            writeln!(text, "\n# One of {several}: keep one.").ok();
        } else {
            writeln!(text).ok();
        }
        writeln!(text, "[[fix]]\nlines = {:?}\ncolumn = {}\nold = {}", fix.lines, quoted(&fix.column), quoted(&fix.old)).ok();
        writeln!(
            text,
            "new = {}\ncode = {}\nscore = {}\nreason = {}",
            quoted(&fix.new),
            quoted(&fix.code),
            fix.score,
            quoted(&fix.reason)
        )
        .ok();
    }
    Some(text)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
