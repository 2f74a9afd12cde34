//! XLS workbooks before calamine reads them: whether they are protected, how many cells they span, which rows are hidden.
//!
//! calamine makes room for every cell between the first and the last of each sheet, as far as the file says they reach.

use super::{MOST_CELLS, damaged, encrypted, too_large};
use crate::problem::Problem;
use cfb::CompoundFile;
use std::io::{Cursor, Read};

/// Most bytes of the stream of records; XLS itself ends at 2 GB.
const LARGEST: u64 = 1 << 30;
/// Kinds of the records that begin and end a sheet (BOF, EOF).
const BEGIN: u16 = 0x809;
const END: u16 = 0x0a;
/// Bit of the options of a row that says that it is hidden (MS-XLS 2.4.221, fDyZero).
const HIDDEN: u8 = 0x20;

/// The hidden rows of a sheet.
pub(super) struct HiddenRows {
    pub name: String,
    /// Lines, from 1.
    pub lines: Vec<u32>,
}

/// Refuses what is protected or too large.
pub(super) fn check(bytes: &[u8]) -> Result<Vec<HiddenRows>, Problem> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    // A protected XLSX workbook is packed into the container of an XLS one.
    if file.is_stream("EncryptedPackage") {
        return Err(encrypted());
    }
    let Some(name) = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name)) else {
        let problem = Problem::error("wrong-format", "The file is an old Office document, but no workbook.");
        return Err(problem.help("Open it in the program that made it and save the table as CSV or XLSX."));
    };
    let mut stream = Vec::new();
    file.open_stream(name).map_err(damaged)?.take(LARGEST).read_to_end(&mut stream).map_err(damaged)?;
    let mut sheets = Vec::new();
    let mut spanned = 0_u64;
    for (kind, record) in records(&stream) {
        match kind {
            END => break,
            // FilePass.
            0x2f if record != [0, 0] => return Err(encrypted()),
            // BoundSheet8: where the sheet begins, and its name.
            0x85 => {
                let Some(start) = record.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes) as usize) else { continue };
                let (cells, lines) = span(stream.get(start..).unwrap_or(&[]));
                spanned = spanned.saturating_add(cells);
                sheets.push(HiddenRows { name: sheet_name(record), lines });
            }
            _ => {}
        }
    }
    if spanned > MOST_CELLS {
        return Err(too_large(&format!("its sheets span {spanned} cells, and {MOST_CELLS} are read")));
    }
    Ok(sheets)
}

/// The records of a stream: kind and bytes.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = stream.split_first_chunk::<4>()?;
        let [kind_low, kind_high, low, high] = *head;
        let (record, behind) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
        stream = behind;
        Some((u16::from_le_bytes([kind_low, kind_high]), record))
    })
}

/// The name of a sheet: eight bits a character, or sixteen.
fn sheet_name(record: &[u8]) -> String {
    let [_, _, _, _, _, _, count, wide, text @ ..] = record else { return String::new() };
    let text = text.get(..text.len().min(usize::from(*count) << (wide & 1))).unwrap_or(&[]);
    let letters: Vec<u16> = match wide & 1 {
        1 => text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect(),
        _ => text.iter().map(|byte| u16::from(*byte)).collect(),
    };
    String::from_utf16_lossy(&letters)
}

/// The cells that a sheet spans, as far as it says and as far as its cells reach, and its hidden rows.
fn span(stream: &[u8]) -> (u64, Vec<u32>) {
    let (mut rows, mut columns, mut said) = (0_u64, 0_u64, 0_u64);
    let mut hidden = Vec::new();
    // Charts within a sheet begin and end as sheets do.
    let mut depth = 0_usize;
    for (kind, record) in records(stream) {
        let short = |at: usize| record.get(at..at + 2).map_or(0, |pair| u64::from(u16::from_le_bytes([pair[0], pair[1]])));
        match kind {
            // Dimensions, of two lengths.
            0x200 => {
                let long = |at: usize| short(at) | short(at + 2) << 16;
                let (first, last) = if record.len() < 14 { (short(0), short(2)) } else { (long(0), long(4)) };
                let width = if record.len() < 14 { short(6) } else { short(10) };
                // A last row before the first wraps around in the reader.
                said = said.max(if last < first { u64::MAX } else { (last - first + 1).saturating_mul(width.max(1)) });
            }
            // Row.
            0x208 if record.get(12).is_some_and(|options| options & HIDDEN != 0) => hidden.push(short(0) as u32 + 1),
            // Number, Label, BoolErr, RK, LabelSst, Formula, RString; MulRk ends with its last column.
            0x203 | 0x204 | 0x205 | 0x27e | 0xfd | 0x06 | 0xd6 => {
                (rows, columns) = (rows.max(short(0) + 1), columns.max(short(2) + 1));
            }
            0xbd => {
                let last = record.len().checked_sub(2).map_or(0, short);
                (rows, columns) = (rows.max(short(0) + 1), columns.max(short(2).max(last) + 1));
            }
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ => {}
        }
    }
    (rows.saturating_mul(columns).max(said), hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(bytes.len() as u16).to_le_bytes(), bytes].concat()
    }

    #[test]
    fn a_sheet_spans_what_it_says_and_what_its_cells_reach() {
        let far = record(0x203, &[255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(span(&far).0, 65_536 * 256);
        let said = record(0x200, &[0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 1, 0, 0]);
        assert!(span(&said).0 > MOST_CELLS);
        let wrapped = record(0x200, &[9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
        assert_eq!(span(&wrapped).0, u64::MAX);
        let mut row = vec![0; 16];
        (row[0], row[12]) = (4, HIDDEN);
        assert_eq!(span(&record(0x208, &row)).1, [5]);
    }

    #[test]
    fn names_are_of_one_byte_or_two() {
        let bound = |wide: u8, text: &[u8]| [&[0, 0, 0, 0, 0, 0, (text.len() >> wide) as u8, wide], text].concat();
        assert_eq!(sheet_name(&bound(0, b"Beds")), "Beds");
        assert_eq!(sheet_name(&bound(1, &[0x8a, 0x5e, 0x4d, 0x4f])), "床位");
        assert_eq!(sheet_name(b"x"), "");
    }
}
