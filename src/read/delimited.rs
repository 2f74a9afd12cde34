//! Delimited text (CSV, TSV, semicolons) to a table: the heading is found below title rows, note rows at the end are left out, and
//! both are said. Every cell keeps the text as it stands in the file; numbers are read when a column is used as numbers.

use super::text::{Decoded, Encoding, decode};
use crate::problem::{Noted, Outcome, Problem};
use crate::table::{Cell, Column, Missing, Table, shorten};
use std::collections::BTreeMap;

/// The most columns and cells that are read, so that a hostile file cannot fill the memory.
const MOST_COLUMNS: usize = 16_384;
const MOST_CELLS: usize = 60_000_000;
/// Rows looked at to find the delimiter and the width of the table.
const SAMPLE_ROWS: usize = 200;
/// Defects of one kind reported one by one; the rest are counted.
const REPORTED: usize = 10;

/// How a delimited file is to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// What the table is called in formulas and messages; the file's name where empty.
    pub name: String,
    /// Lines to skip before the heading; 0 to find the heading.
    pub skip: usize,
    /// The delimiter; found where none is given.
    pub delimiter: Option<u8>,
}

/// A table as it was found in a file.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The table.
    pub table: Table,
    /// How the text was encoded.
    pub encoding: Encoding,
    /// What stands between the cells.
    pub delimiter: u8,
    /// Line of the heading, from 1.
    pub heading_line: usize,
    /// Title rows above the heading: line and text.
    pub above: Vec<(usize, String)>,
    /// Note rows below the data: line and text.
    pub below: Vec<(usize, String)>,
}

/// One record and the line it begins on.
struct Record {
    line: usize,
    cells: Vec<String>,
}

impl Record {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    /// How many cells there are up to the last that is not empty.
    fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1)
    }

    fn text(&self) -> String {
        let cells: Vec<&str> = self.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        shorten(&cells.join(" "))
    }
}

/// Reads a table from the bytes of a delimited file.
///
/// ```
/// use caremap::read::delimited::{ReadOptions, read_table};
/// let noted = read_table("标题\n地区,人数\n北京市,\"1,234\"\n注：示例\n".as_bytes(), "t.csv", &ReadOptions::default()).expect("a table");
/// assert_eq!(noted.value.rows(), 1);
/// assert_eq!(caremap::table::number(&noted.value.columns[1].cells[0]), Ok(1234.0));
/// assert_eq!(noted.problems.len(), 2); // one title row and one note row were left out, and this is said
/// ```
pub fn read_table(bytes: &[u8], file: &str, options: &ReadOptions) -> Outcome<Table> {
    read(bytes, file, options).map(|noted| Noted { value: noted.value.table, problems: noted.problems })
}

/// Reads a table and tells how it was found.
pub fn read(bytes: &[u8], file: &str, options: &ReadOptions) -> Outcome<Reading> {
    let decoded = decode(bytes, file).map_err(|problem| vec![problem])?;
    let body = after_lines(&decoded.text, options.skip);
    let delimiter = options.delimiter.unwrap_or_else(|| find_delimiter(body));
    let records = records(body, delimiter, options.skip, file).map_err(|problem| vec![problem])?;
    let mut problems = note_encoding(&decoded, file);
    let (above, heading, mut rows) = split_at_heading(records, options.skip > 0, file).map_err(|problem| vec![problem])?;
    let below = take_notes(&mut rows, &heading);
    note_skipped(&above, &below, file, &mut problems);
    let heading_line = heading.line;
    let table = build(heading, rows, file, options, &mut problems)?;
    let above = above.iter().map(|record| (record.line, record.text())).collect();
    let below = below.iter().map(|record| (record.line, record.text())).collect();
    Ok(Noted { value: Reading { table, encoding: decoded.encoding, delimiter, heading_line, above, below }, problems })
}

/// Says that a file is not UTF-8, and where its characters make that doubtful.
fn note_encoding(decoded: &Decoded, file: &str) -> Vec<Problem> {
    if matches!(decoded.encoding, Encoding::Utf8 | Encoding::Utf8Marked) {
        return Vec::new();
    }
    let mut problems = vec![Problem::note("encoding", format!("The file is read as {}.", decoded.encoding)).in_file(file)];
    // Bytes of another encoding, read as GB18030, mostly come to characters that nobody uses.
    if let Some(at) = decoded.text.find(|c: char| matches!(c, '\u{e000}'..='\u{f8ff}')) {
        let line = 1 + decoded.text[..at].matches('\n').count();
        let message = format!("The text holds characters without a meaning, so it may not be {}.", decoded.encoding);
        let problem = Problem::warning("doubtful-characters", message).in_file(file).at_line(line);
        problems.push(problem.help("Open the file in the program that made it and save it as UTF-8."));
    }
    problems
}

fn after_lines(text: &str, lines: usize) -> &str {
    if lines == 0 {
        return text;
    }
    text.match_indices('\n').nth(lines - 1).map_or("", |(at, _)| &text[at + 1..])
}

fn reader(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

/// The delimiter under which most of the first rows have the same number of cells, and more than one.
fn find_delimiter(text: &str) -> u8 {
    let fits = |delimiter: u8| {
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for record in reader(delimiter).from_reader(text.as_bytes()).byte_records().take(SAMPLE_ROWS).flatten() {
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

fn records(text: &str, delimiter: u8, skipped: usize, file: &str) -> Result<Vec<Record>, Problem> {
    let mut records: Vec<Record> = Vec::new();
    let mut cells = 0_usize;
    let mut last_start = 0;
    for record in reader(delimiter).from_reader(text.as_bytes()).records() {
        let record = record.map_err(|error| {
            Problem::error("bad-table", format!("The table cannot be read: {error}.")).in_file(file).help("Save it as CSV again.")
        })?;
        let (mut line, start) = record.position().map_or((1, 0), |position| (position.line() as usize, position.byte() as usize));
        // The reader passes over empty lines, but says where it was before them.
        let rest = text.get(start..).unwrap_or("");
        line += rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| *byte == b'\n').count();
        last_start = start;
        cells += record.len();
        let columns = record.len();
        if columns > MOST_COLUMNS || cells > MOST_CELLS {
            let message = format!("The table is too large: at most {MOST_COLUMNS} columns and {MOST_CELLS} cells are read.");
            return Err(Problem::error("too-large", message)
                .in_file(file)
                .at_line(line + skipped)
                .help("Keep only what you need."));
        }
        records.push(Record { line: line + skipped, cells: record.iter().map(str::to_string).collect() });
    }
    if let Some(last) = records.last()
        && unclosed_quote(text.get(last_start..).unwrap_or(""))
    {
        let problem = Problem::error("unclosed-quote", "A quotation mark is opened in this row and never closed.");
        return Err(problem.in_file(file).at_line(last.line).help("Close it, or write it twice where it belongs to the text."));
    }
    records.retain(|record| record.filled() > 0);
    Ok(records)
}

/// Whether the last record swallowed the rest of the file because a quotation mark at the start of a cell was left open.
fn unclosed_quote(raw: &str) -> bool {
    let odd = raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    odd && (raw.trim_start().starts_with('"') || [",\"", "\t\"", ";\"", "|\""].iter().any(|start| raw.contains(start)))
}

/// Splits off title rows: those before the first row that is about as wide as the table.
fn split_at_heading(records: Vec<Record>, skip_given: bool, file: &str) -> Result<(Vec<Record>, Record, Vec<Record>), Problem> {
    let width = usual_width(&records);
    let needed = if width <= 1 { 1 } else { (width * 3).div_ceil(5).max(2) };
    let at = if skip_given { 0 } else { records.iter().position(|record| record.filled() >= needed).unwrap_or(0) };
    let mut above = records;
    let mut rest = above.split_off(at).into_iter();
    match rest.next() {
        Some(heading) => Ok((above, heading, rest.collect())),
        None => {
            Err(Problem::error("empty-table", "The file holds no rows.").in_file(file).help("Check that it was saved whole."))
        }
    }
}

/// The number of filled cells that most rows have.
fn usual_width(records: &[Record]) -> usize {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for record in records.iter().take(SAMPLE_ROWS) {
        *widths.entry(record.width()).or_default() += 1;
    }
    widths.into_iter().map(|(width, rows)| (rows, width)).max().map_or(0, |(_, width)| width)
}

/// Takes the note and source rows off the end.
fn take_notes(rows: &mut Vec<Record>, heading: &Record) -> Vec<Record> {
    let columns = heading.width();
    let first_note = rows.iter().rposition(|row| !is_note(row, columns)).map_or(0, |at| at + 1);
    rows.split_off(first_note)
}

fn is_note(row: &Record, columns: usize) -> bool {
    const WORDS: &[&str] = &[
        "注",
        "备注",
        "说明",
        "数据来源",
        "资料来源",
        "来源",
        "note",
        "source",
        "data source",
        "*",
        "※",
        "数据库",
        "last updated",
    ];
    let first = row.cells.first().map_or("", |cell| cell.trim());
    let lower = first.to_lowercase();
    let worded = WORDS.iter().any(|word| lower.starts_with(word));
    let lone = row.filled() == 1 && !first.is_empty();
    // A row that is short because its cells were cut off would be a loss; one long sentence in the first cell is not a row.
    columns > 1
        && ((worded && (lone || row.cells.len() < columns)) || (lone && row.cells.len() < columns && first.chars().count() > 12))
}

fn note_skipped(above: &[Record], below: &[Record], file: &str, problems: &mut Vec<Problem>) {
    for (id, rows, what) in [("skipped-title-rows", above, "above the heading"), ("skipped-note-rows", below, "below the data")] {
        if let Some(first) = rows.first() {
            let count = rows.len();
            let text: Vec<String> = rows.iter().take(3).map(|row| format!("\"{}\"", row.text())).collect();
            let more = if count > 3 { ", …" } else { "" };
            let rows_word = if count == 1 { "row" } else { "rows" };
            let message = format!("Left out {count} {rows_word} {what}: {}{more}.", text.join(", "));
            problems.push(Problem::note(id, message).in_file(file).at_line(first.line));
        }
    }
}

fn build(
    heading: Record,
    rows: Vec<Record>,
    file: &str,
    options: &ReadOptions,
    problems: &mut Vec<Problem>,
) -> Result<Table, Vec<Problem>> {
    let widest = rows.iter().map(Record::width).max().unwrap_or(0);
    let columns = heading.width().max(widest.min(heading.cells.len()));
    let names = headings(&heading, columns, file, problems);
    check_widths(&rows, columns, file, problems)?;
    let mut table = Table {
        name: if options.name.is_empty() { file.to_string() } else { options.name.clone() },
        file: file.to_string(),
        columns: names.into_iter().map(|name| Column { name, cells: Vec::with_capacity(rows.len()) }).collect(),
        lines: rows.iter().map(|row| row.line).collect(),
    };
    for row in rows {
        let mut cells = row.cells.into_iter();
        for column in &mut table.columns {
            column.cells.push(cell(cells.next()));
        }
    }
    if table.lines.is_empty() {
        let problem = Problem::error("empty-table", "The table has a heading and no rows.").in_file(file).at_line(heading.line);
        return Err(vec![problem.help("Check that it was saved whole.")]);
    }
    Ok(table)
}

fn cell(text: Option<String>) -> Cell {
    match text {
        Some(text) if !text.trim().is_empty() => Cell::Text(text),
        _ => Cell::Missing(Missing::Empty),
    }
}

/// The names of the columns: trimmed, none empty, none twice.
fn headings(heading: &Record, columns: usize, file: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..columns {
        let written = heading.cells.get(at).map_or("", |cell| cell.trim()).split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if written.is_empty() {
            let name = format!("column {}", at + 1);
            let message = format!("Column {} has no heading; it is called \"{name}\".", at + 1);
            problems.push(Problem::note("no-heading", message).in_file(file).at_line(heading.line));
            name
        } else {
            written
        };
        let mut name = base.clone();
        if let Some(first) = seen.get(&base) {
            let mut nth = 2;
            name = format!("{base} ({nth})");
            while seen.contains_key(&name) {
                nth += 1;
                name = format!("{base} ({nth})");
            }
            let message = format!("Columns {first} and {} have the same heading; the second is called \"{name}\".", at + 1);
            let problem = Problem::warning("duplicate-heading", message).in_file(file).at_line(heading.line).in_column(&base);
            problems.push(problem.help("Give each column a heading of its own."));
        }
        seen.insert(name.clone(), at + 1);
        names.push(name);
    }
    names
}

/// A row with more cells than headings is an error (its numbers stand under wrong headings); one with fewer is filled with empties.
fn check_widths(rows: &[Record], columns: usize, file: &str, problems: &mut Vec<Problem>) -> Result<(), Vec<Problem>> {
    let long: Vec<&Record> = rows.iter().filter(|row| row.width() > columns).collect();
    let short: Vec<&Record> = rows.iter().filter(|row| row.cells.len() < columns).collect();
    for row in short.iter().take(REPORTED) {
        let message = format!("The row has {} cells under {columns} headings; the rest are taken as empty.", row.cells.len());
        problems.push(
            Problem::warning("short-row", message).in_file(file).at_line(row.line).help("Check that no delimiter is lost."),
        );
    }
    if short.len() > REPORTED {
        let message = format!("{} more rows have fewer than {columns} cells.", short.len() - REPORTED);
        problems.push(Problem::warning("short-row", message).in_file(file).at_line(short[REPORTED].line));
    }
    if long.is_empty() {
        return Ok(());
    }
    let mut errors: Vec<Problem> = long
        .iter()
        .take(REPORTED)
        .map(|row| {
            let message = format!("The row has {} cells under {columns} headings, so they cannot be told apart.", row.width());
            let help = "Put quotation marks around a cell that contains the delimiter, or check `skip`.";
            Problem::error("long-row", message).in_file(file).at_line(row.line).help(help)
        })
        .collect();
    if long.len() > REPORTED {
        let message = format!("{} more rows have more than {columns} cells.", long.len() - REPORTED);
        errors.push(Problem::error("long-row", message).in_file(file).at_line(long[REPORTED].line));
    }
    Err(errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(text: &str) -> Noted<Table> {
        read_table(text.as_bytes(), "t.csv", &ReadOptions::default()).expect("a table")
    }

    fn first_error(text: &str) -> String {
        read_table(text.as_bytes(), "t.csv", &ReadOptions::default()).expect_err("must be refused")[0].to_string()
    }

    #[test]
    fn delimiters_are_found() {
        for delimiter in [",", "\t", ";"] {
            let text = ["code", "name", "beds"].join(delimiter) + "\n" + &["110101", "东城区", "12"].join(delimiter) + "\n";
            let noted = table(&text);
            assert_eq!(noted.value.columns.len(), 3, "{delimiter:?}");
            assert_eq!(noted.value.columns[1].cells[0], Cell::Text("东城区".into()));
            assert!(noted.problems.is_empty());
        }
    }

    #[test]
    fn codes_stay_text_and_cells_keep_what_was_written() {
        let noted = table("code,beds\n010101,\" 1,234 \"\n");
        assert_eq!(noted.value.columns[0].cells[0], Cell::Text("010101".into()));
        assert_eq!(noted.value.columns[1].cells[0], Cell::Text(" 1,234 ".into()));
        assert_eq!(noted.value.lines, [2]);
    }

    #[test]
    fn defects_of_rows_and_headings_are_said_with_their_line() {
        let noted = table("a,a,\n1,2,3\n\n4,5\n");
        let messages: Vec<String> = noted.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "warning: t.csv:1: column \"a\": Columns 1 and 2 have the same heading; the second is called \"a (2)\". Give each column a heading of its own.",
                "note: t.csv:1: Column 3 has no heading; it is called \"column 3\".",
                "warning: t.csv:4: The row has 2 cells under 3 headings; the rest are taken as empty. Check that no delimiter is lost.",
            ]
        );
        assert_eq!(noted.value.columns[2].cells[1], Cell::Missing(Missing::Empty));
        assert_eq!(
            first_error("a,b\n1,2\n1,234,5\n"),
            "error: t.csv:3: The row has 3 cells under 2 headings, so they cannot be told apart. Put quotation marks around a cell that contains the delimiter, or check `skip`."
        );
        assert!(first_error("a,b\n1,\"2\n3,4\n").starts_with("error: t.csv:2: A quotation mark is opened in this row"));
        assert!(first_error("a,b\n").starts_with("error: t.csv:1: The table has a heading and no rows."));
    }

    #[test]
    fn titles_padded_by_a_spreadsheet_are_titles() {
        let noted = table("2020年卫生资源,,\n单位：张,,\n地区,床位,人员\n北京市,1,2\n天津市,3,4\n资料来源：年鉴,,\n");
        assert_eq!(noted.value.rows(), 2);
        assert_eq!(noted.value.columns[0].name, "地区");
        assert_eq!(noted.value.lines, [4, 5]);
        assert_eq!(
            noted.problems[0].to_string(),
            "note: t.csv:1: Left out 2 rows above the heading: \"2020年卫生资源\", \"单位：张\"."
        );
        assert_eq!(noted.problems[1].to_string(), "note: t.csv:6: Left out 1 row below the data: \"资料来源：年鉴\".");
    }

    #[test]
    fn another_encoding_is_said() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("地区,床位\n北京市,1\n");
        let noted = read_table(&bytes, "t.csv", &ReadOptions::default()).expect("a table");
        assert_eq!(noted.problems[0].to_string(), "note: t.csv: The file is read as GB18030.");
        let noted = read_table(b"a,b\n\xaa\xa1,1\n", "t.csv", &ReadOptions::default()).expect("a table");
        assert!(noted.problems[1].to_string().starts_with("warning: t.csv:2: The text holds characters without a meaning"));
    }

    #[test]
    fn skip_is_obeyed() {
        let options = ReadOptions { skip: 1, ..ReadOptions::default() };
        let noted = read_table(b"x,y\na,b\n1,2\n", "t.csv", &options).expect("a table");
        assert_eq!((noted.value.columns[0].name.as_str(), noted.value.lines[0]), ("a", 3));
    }

    proptest! {
        #[test]
        fn any_text_is_a_table_or_an_error(text in "[a-c,;\t\"\n\r 1-3注：#/]{0,120}") {
            let _ = read_table(text.as_bytes(), "t.csv", &ReadOptions::default());
        }

        #[test]
        fn what_is_written_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a-z0-9,\"; 中文]{0,6}[a-z中]", 3), 1..20)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["one", "two", "three"]).expect("in memory");
            for row in &rows {
                writer.write_record(row).expect("in memory");
            }
            let bytes = writer.into_inner().expect("in memory");
            let table = read_table(&bytes, "t.csv", &ReadOptions { delimiter: Some(b','), ..ReadOptions::default() }).expect("a table").value;
            prop_assert_eq!(table.rows(), rows.len());
            for (at, row) in rows.iter().enumerate() {
                for (column, written) in table.columns.iter().zip(row) {
                    prop_assert_eq!(&column.cells[at], &Cell::Text(written.clone()));
                }
            }
        }
    }
}
