//! A file to a table: the heading is found below title rows, note rows at the end are left out, and
//! both are said. Every cell keeps the text as it stands in the file; numbers are read when a column is used as numbers.

use super::delimited;
use super::doubts;
use super::heading;
use super::text::{self, Decoded, Encoding, decode};
use crate::problem::{Noted, Outcome, Problem};
use crate::table::Table;
use std::borrow::Cow;

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

/// Reads a table from the bytes of a delimited file.
///
/// ```
/// use caremap::read::table::{ReadOptions, read_table};
/// let noted = read_table("标题\n地区,人数\n北京市,\"1,234\"\n注：示例\n".as_bytes(), "t.csv", &ReadOptions::default()).expect("a table");
/// assert_eq!(noted.value.rows(), 1);
/// assert_eq!(noted.value.columns[1].number(0), Ok(1234.0));
/// assert_eq!(noted.problems.len(), 2); // one title row and one note row were left out, and this is said
/// ```
pub fn read_table<'a>(bytes: impl Into<Cow<'a, [u8]>>, file: &str, options: &ReadOptions) -> Outcome<Table> {
    read(bytes, file, options).map(|noted| Noted { value: noted.value.table, problems: noted.problems })
}

/// Reads a table and tells how it was found. Bytes that are handed over (a `Vec<u8>`) are not copied.
pub fn read<'a>(bytes: impl Into<Cow<'a, [u8]>>, file: &str, options: &ReadOptions) -> Outcome<Reading> {
    let decoded = decode(bytes, file).map_err(|problem| vec![problem])?;
    let mut problems = note_encoding(&decoded, file);
    let Decoded { text, encoding } = decoded;
    let body = &text[delimited::after_lines(&text, options.skip)..];
    let delimiter = options.delimiter.unwrap_or_else(|| delimited::find_delimiter(body));
    let sheet = delimited::cut(text, delimiter, options.skip, file).map_err(|problem| vec![problem])?;
    let found = heading::find(sheet, options.skip > 0, file, &mut problems)?;
    let name = if options.name.is_empty() { file } else { &options.name };
    let table = Table::of_sheet(name, file, found.headings, found.rows);
    problems.extend(doubts::of(&table, found.line).into_iter().map(|problem| problem.in_file(file)));
    let (heading_line, above, below) = (found.line, found.above, found.below);
    Ok(Noted { value: Reading { table, encoding, delimiter, heading_line, above, below }, problems })
}

/// Says that a file is not UTF-8, and where its characters make that doubtful.
fn note_encoding(decoded: &Decoded, file: &str) -> Vec<Problem> {
    if matches!(decoded.encoding, Encoding::Utf8 | Encoding::Utf8Marked) {
        return Vec::new();
    }
    let mut problems = vec![Problem::note("encoding", format!("The file is read as {}.", decoded.encoding)).in_file(file)];
    // Bytes of another encoding, read as GB18030, mostly come to characters that nobody uses.
    let strange = decoded.text.find(|c: char| matches!(c, '\u{e000}'..='\u{f8ff}'));
    let is_rare = decoded.encoding == Encoding::Gb18030 && text::is_rare(&decoded.text);
    if let Some(at) = strange.or_else(|| decoded.text.find(|c: char| !c.is_ascii()).filter(|_| is_rare)) {
        let line = 1 + decoded.text[..at].matches('\n').count();
        let message = format!("The text holds characters that hardly anybody uses, so it may not be {}.", decoded.encoding);
        let problem = Problem::warning("doubtful-characters", message).in_file(file).at_line(line);
        problems.push(problem.help("Open the file in the program that made it and save it as UTF-8."));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{CellRef, Missing};
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
            assert_eq!(noted.value.columns[1].cell(0), CellRef::Text("东城区"));
            assert!(noted.problems.is_empty());
        }
    }

    #[test]
    fn codes_stay_text_and_cells_keep_what_was_written() {
        let noted = table("code,beds\n010101,\" 1,234 \"\n");
        assert_eq!(noted.value.columns[0].cell(0), CellRef::Text("010101"));
        assert_eq!(noted.value.columns[1].cell(0), CellRef::Text(" 1,234 "));
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
        assert_eq!(noted.value.columns[2].cell(1), CellRef::Missing(&Missing::Empty));
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
        let noted = read_table(bytes.as_ref(), "t.csv", &ReadOptions::default()).expect("a table");
        assert_eq!(noted.problems[0].to_string(), "note: t.csv: The file is read as GB18030.");
        let noted = read_table(b"a,b\n\xaa\xa1,1\n", "t.csv", &ReadOptions::default()).expect("a table");
        assert!(
            noted.problems[1].to_string().starts_with("warning: t.csv:2: The text holds characters that hardly anybody uses")
        );
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
            let table = read_table(bytes, "t.csv", &ReadOptions { delimiter: Some(b','), ..ReadOptions::default() }).expect("a table").value;
            prop_assert_eq!(table.rows(), rows.len());
            for (at, row) in rows.iter().enumerate() {
                for (column, written) in table.columns.iter().zip(row) {
                    prop_assert_eq!(column.cell(at), CellRef::Text(written));
                }
            }
        }
    }
}
