//! Delimited text (CSV, TSV, semicolons, bars) to rows of cells.
//!
//! The text of a million rows is not copied: what stands in the cells moves to the front of the very text that is read, without
//! delimiters and quotation marks, and the rows remember where.

use crate::problem::Problem;
use crate::table::sheet::{Sheet, SheetBuilder};
use csv_core::ReadRecordResult;
use std::collections::BTreeMap;

/// The most columns and cells that are read, so that a hostile file cannot fill the memory.
pub(super) const MOST_COLUMNS: usize = 16_384;
pub(super) const MOST_CELLS: usize = 60_000_000;
/// Rows looked at to find the delimiter.
const SAMPLE_ROWS: usize = 200;
/// Bytes that are copied out of the text before their place is written to.
const CHUNK: usize = 1 << 16;

/// The delimiter under which most of the first rows have the same number of cells, and more than one.
pub(super) fn find_delimiter(text: &str) -> u8 {
    let fits = |delimiter: u8| {
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        let reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
        for record in reader.into_byte_records().take(SAMPLE_ROWS).flatten() {
            *widths.entry(record.len()).or_default() += 1;
        }
        widths.into_iter().filter(|(width, _)| *width > 1).map(|(width, rows)| (rows, width)).max().unwrap_or((0, 0))
    };
    // Of equals the first is kept.
    let mut best = (b',', fits(b','));
    for delimiter in [b'\t', b';', b'|'] {
        let fit = fits(delimiter);
        if fit > best.1 {
            best = (delimiter, fit);
        }
    }
    best.0
}

/// Where the text goes on after so many lines.
pub(super) fn after_lines(text: &str, lines: usize) -> usize {
    if lines == 0 {
        return 0;
    }
    text.match_indices('\n').nth(lines - 1).map_or(text.len(), |(at, _)| at + 1)
}

/// Cuts text into cells, from after the first `skip` lines. Rows without any text are left out.
///
/// Errors: `too-large`, `unclosed-quote`.
pub(super) fn cut(text: String, delimiter: u8, skip: usize, file: &str) -> Result<Sheet, Problem> {
    let from = after_lines(&text, skip);
    let mut cutter = Cutter {
        reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
        bytes: text.into_bytes(),
        written: 0,
        ends: vec![0; MOST_COLUMNS + 1],
        record: None,
        passed: skip,
        builder: SheetBuilder::default(),
    };
    cutter.run(from).map_err(|problem| problem.in_file(file))?;
    let Cutter { mut bytes, written, builder, .. } = cutter;
    bytes.truncate(written);
    bytes.shrink_to_fit();
    let text = String::from_utf8(bytes).map_err(|_| unreadable("a character is cut in two").in_file(file))?;
    let mut sheet = builder.finish_with(text);
    sheet.retain(|row| !row.is_blank());
    Ok(sheet)
}

struct Cutter {
    reader: csv_core::Reader,
    /// Cells that are done, then text that is still to be read.
    bytes: Vec<u8>,
    written: usize,
    /// Ends of the cells of the record at hand, from the start of the record.
    ends: Vec<usize>,
    record: Option<Record>,
    /// Lines that the reader has not seen.
    passed: usize,
    builder: SheetBuilder,
}

/// A record of which a part has been read.
struct Record {
    line: usize,
    start: usize,
    cells: usize,
}

impl Cutter {
    fn run(&mut self, from: usize) -> Result<(), Problem> {
        let mut chunk = vec![0; CHUNK];
        let mut at = from;
        while at < self.bytes.len() {
            let length = CHUNK.min(self.bytes.len() - at);
            chunk[..length].copy_from_slice(&self.bytes[at..at + length]);
            at += length;
            self.read(&chunk[..length], at)?;
        }
        self.close()
    }

    /// Reads a chunk whose place in the text ends at `end`; cells are never longer than their text, so they fit before it.
    fn read(&mut self, mut chunk: &[u8], end: usize) -> Result<(), Problem> {
        while !chunk.is_empty() {
            if self.record.is_none() {
                let blank = chunk.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                self.passed += chunk[..blank].iter().filter(|byte| **byte == b'\n').count();
                chunk = &chunk[blank..];
                if chunk.is_empty() {
                    break;
                }
                self.record = Some(Record { line: self.passed + self.reader.line() as usize, start: self.written, cells: 0 });
            }
            let Some(record) = &mut self.record else { break };
            let (result, read, written, ended) =
                self.reader.read_record(chunk, &mut self.bytes[self.written..end], &mut self.ends[record.cells..]);
            chunk = &chunk[read..];
            self.written += written;
            record.cells += ended;
            self.after(result)?;
        }
        Ok(())
    }

    fn after(&mut self, result: ReadRecordResult) -> Result<(), Problem> {
        let line = self.record.as_ref().map_or(1, |record| record.line);
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => Ok(()),
            ReadRecordResult::Record => self.end_record(),
            ReadRecordResult::OutputEndsFull => Err(too_large(line)),
            ReadRecordResult::OutputFull => Err(unreadable("a cell is longer than its text").at_line(line)),
        }
    }

    fn end_record(&mut self) -> Result<(), Problem> {
        let Some(record) = self.record.take() else { return Ok(()) };
        if record.cells > MOST_COLUMNS || self.builder.cells() + record.cells > MOST_CELLS {
            return Err(too_large(record.line));
        }
        let ends = self.ends[..record.cells].iter().map(|end| (record.start + end) as u32);
        self.builder.row_of_ends(ends, record.line);
        Ok(())
    }

    /// Ends the last record. A line break ends it, unless a quotation mark is still open.
    fn close(&mut self) -> Result<(), Problem> {
        let Some(record) = &mut self.record else { return Ok(()) };
        let (result, _, _, ended) = self.reader.read_record(b"\n", &mut [0], &mut self.ends[record.cells..]);
        record.cells += ended;
        if result == ReadRecordResult::InputEmpty {
            let problem = Problem::error("unclosed-quote", "A quotation mark is opened in this row and never closed.");
            return Err(problem.at_line(record.line).help("Close it, or write it twice where it belongs to the text."));
        }
        self.after(result)
    }
}

fn too_large(line: usize) -> Problem {
    let message = format!("The table is too large: at most {MOST_COLUMNS} columns and {MOST_CELLS} cells are read.");
    Problem::error("too-large", message).at_line(line).help("Keep only what you need.")
}

fn unreadable(why: &str) -> Problem {
    Problem::error("bad-table", format!("The table cannot be read: {why}.")).help("Save it as CSV again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = cut(text.to_owned(), b',', 0, "t.csv").expect("rows");
        sheet.rows().map(|row| row.cells().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn lines_are_counted_over_breaks_within_cells_and_empty_lines() {
        let sheet = cut("skipped\na,\"b\nc\"\r\n\r\n\n , \nd\n\"e\"\"\"".to_owned(), b',', 1, "t.csv").expect("rows");
        assert_eq!(sheet.lines(), [2, 7, 8]);
        assert_eq!(sheet.row(0).expect("a row").cell(1), "b\nc");
        assert_eq!(sheet.row(2).expect("a row").cell(0), "e\"");
    }

    #[test]
    fn an_inch_is_no_open_quotation() {
        assert_eq!(rows("a,5\" pipe"), [["a", "5\" pipe"]]);
        assert_eq!(cut("a,b\n1,\"2\n3,4\n".to_owned(), b',', 0, "t.csv").expect_err("refused").place.line, Some(2));
        assert_eq!(cut("a,\"b".to_owned(), b',', 0, "t.csv").expect_err("refused").id, "unclosed-quote");
    }

    #[test]
    fn a_row_of_too_many_cells_is_refused() {
        let problem = cut(",".repeat(MOST_COLUMNS) + "\n", b',', 0, "t.csv").expect_err("refused");
        assert_eq!((problem.id, problem.place.line), ("too-large", Some(1)));
    }

    proptest! {
        /// The csv crate reads the same cells and the same lines, wherever chunks end.
        #[test]
        fn cells_are_those_of_the_csv_crate(text in "[a-c,\"\n\r 北]{0,80}", filler in 0_usize..3) {
            let text = format!("{}\n{text}", "x,y\n".repeat(filler * CHUNK / 5));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.expect("text").iter().map(str::to_owned).collect::<Vec<_>>())
                .filter(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()))
                .collect();
            match cut(text.clone(), b',', 0, "t.csv") {
                Ok(_) => prop_assert!(rows(&text) == theirs),
                Err(problem) => prop_assert_eq!(problem.id, "unclosed-quote"),
            }
        }
    }
}
