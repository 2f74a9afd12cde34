//! The attributes of a shapefile: dBASE III of fixed columns, text in the encoding of whoever made it.
//!
//! Read by column here and not by a library: the one there is passes over deleted rows, which would give their shapes the attributes of
//! the next, refuses a file for one bad number or an unset date, and reads nine-digit codes into single precision.

use super::encoding::{self, Found};
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::Properties;
use serde_json::{Number, Value};

/// Length of the header's fixed part, and of the description of a field.
const BLOCK: usize = 32;
/// Ends the descriptions of fields.
const END: u8 = 0x0D;
/// Marks a row as deleted.
const DELETED: u8 = b'*';

/// A table of attributes.
pub(super) struct Attributes {
    /// The rows; none for a deleted one.
    pub rows: Vec<Option<Properties>>,
    /// The names of the fields, in their order.
    pub encoding: String,
}

struct Column<'a> {
    name: &'a [u8],
    kind: u8,
    /// Where it begins in a row.
    at: usize,
    length: usize,
}

impl Column<'_> {
    fn is_text(&self) -> bool {
        self.kind == b'C'
    }

    fn is_known(&self) -> bool {
        matches!(self.kind, b'C' | b'N' | b'F' | b'L' | b'D')
    }

    fn cell<'r>(&self, row: &'r [u8]) -> &'r [u8] {
        row[self.at..self.at + self.length].trim_ascii_end()
    }
}

/// Reads the table. `cpg` is what the file of that ending says, `asked` what the author says of the encoding.
pub(super) fn read(bytes: &[u8], cpg: Option<&[u8]>, asked: Option<&str>) -> Outcome<Attributes> {
    let damaged = |message: String| {
        vec![Problem::error("bad-attributes", message).help("Get the file of attributes (.dbf) again, and compare its size.")]
    };
    let word = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    if bytes.len() <= BLOCK {
        return Err(damaged("The file of attributes is too short to be one.".into()));
    }
    let count = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let (start, length, language) = (word(8), word(10), bytes[29]);
    let columns = columns(bytes.get(BLOCK..start).unwrap_or(&[]));
    let used = columns.last().map_or(1, |column| column.at + column.length);
    if columns.is_empty() || used > length {
        return Err(damaged("The file of attributes does not describe its columns.".into()));
    }
    if bytes.len() < start + count * length {
        let message = format!("The file of attributes should have {count} rows and ends before: it is cut short.");
        return Err(damaged(message));
    }
    let rows: Vec<&[u8]> = bytes[start..].chunks_exact(length).take(count).collect();
    let texts = || rows.iter().flat_map(|row| columns.iter().filter(|c| c.is_text()).map(|c| (c.cell(row), c.length)));
    let names = columns.iter().map(|column| (column.name, 10));
    let Noted { value: found, mut problems } = encoding::find(&|| names.clone().chain(texts()), cpg, language, asked)?;
    let names = unique(columns.iter().map(|column| found.decode(column.name)).collect(), &mut problems);
    let unknown: Vec<&str> = columns.iter().zip(&names).filter(|(c, _)| !c.is_known()).map(|(_, name)| name.as_str()).collect();
    if !unknown.is_empty() {
        let message = format!("Fields that are neither text, number, date nor yes-or-no are left out: {}.", unknown.join(", "));
        problems.push(Problem::note("left-out", message));
    }
    let rows = rows.iter().map(|row| (row[0] != DELETED).then(|| properties(row, &columns, &names, &found))).collect();
    Ok(Noted { value: Attributes { rows, encoding: found.name }, problems })
}

fn columns(descriptions: &[u8]) -> Vec<Column<'_>> {
    let mut columns = Vec::new();
    let mut at = 1;
    for block in descriptions.chunks_exact(BLOCK).take_while(|block| block[0] != END) {
        let name = block[..11].split(|byte| *byte == 0).next().unwrap_or(&[]).trim_ascii();
        let length = usize::from(block[16]);
        columns.push(Column { name, kind: block[11].to_ascii_uppercase(), at, length });
        at += length;
    }
    columns
}

/// Names of which each stands once: ten bytes make fields alike that were not.
fn unique(names: Vec<String>, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut given: Vec<String> = Vec::new();
    for name in names {
        let free = (1..).map(|number| if number == 1 { name.clone() } else { format!("{name}_{number}") });
        let fresh = free.into_iter().find(|free| !given.contains(free)).unwrap_or_else(|| name.clone());
        if fresh != name {
            let message = format!("Two fields are called \"{name}\"; the later one is read as \"{fresh}\".");
            problems.push(Problem::note("repeated-name", message));
        }
        given.push(fresh);
    }
    given
}

fn properties(row: &[u8], columns: &[Column<'_>], names: &[String], found: &Found) -> Properties {
    let known = columns.iter().zip(names).filter(|(column, _)| column.is_known());
    known.map(|(column, name)| (name.clone(), value(column, column.cell(row), found))).collect()
}

fn value(column: &Column<'_>, cell: &[u8], found: &Found) -> Value {
    let plain = || String::from_utf8_lossy(cell).trim().to_string();
    match column.kind {
        b'C' => match found.decode(cell) {
            text if text.is_empty() => Value::Null,
            text => Value::String(text),
        },
        b'N' | b'F' => number(&plain()),
        b'L' => match cell.first() {
            Some(b'T' | b't' | b'Y' | b'y' | b'1') => Value::Bool(true),
            Some(b'F' | b'f' | b'N' | b'n' | b'0') => Value::Bool(false),
            _ => Value::Null,
        },
        _ => match plain() {
            text if text.is_empty() => Value::Null,
            text => Value::String(text),
        },
    }
}

/// A number; nothing where the cell is empty or overflown, which dBASE shows as stars.
fn number(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Number(whole.into());
    }
    text.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}
