//! Reading a large workbook: 100,000 rows of 20 columns, and the same as CSV.

#![allow(clippy::unwrap_used)]

use caremap::read::table::{ReadOptions, read_table};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

const ROWS: usize = 100_000;
const COLUMNS: usize = 20;

fn main() {
    divan::main();
}

/// The cell of a row and a column as text, and whether it is a number.
fn cell(row: usize, column: usize) -> (String, bool) {
    match column {
        0 => ((110_000 + row % 700_000).to_string(), true),
        1 => (format!("地区{}", row % 3_000), false),
        _ => (format!("{}.{}", row * column % 99_991, row % 10), true),
    }
}

fn sheet() -> String {
    let mut xml = String::from("<worksheet><sheetData><row r=\"1\">");
    (0..COLUMNS)
        .for_each(|column| write!(xml, "<c r=\"{}1\" t=\"inlineStr\"><is><t>c{column}</t></is></c>", letter(column)).unwrap());
    xml.push_str("</row>");
    for row in 0..ROWS {
        write!(xml, "<row r=\"{}\">", row + 2).unwrap();
        for column in 0..COLUMNS {
            let (text, is_number) = cell(row, column);
            let place = format!("{}{}", letter(column), row + 2);
            match is_number {
                true => write!(xml, "<c r=\"{place}\"><v>{text}</v></c>").unwrap(),
                false => write!(xml, "<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>").unwrap(),
            }
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

fn letter(column: usize) -> char {
    char::from(b'A' + column as u8)
}

fn workbook() -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let office = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book =
        format!("<workbook xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
    let sheets = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", office),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", sheets),
        ("xl/worksheets/sheet1.xml", sheet()),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn csv() -> Vec<u8> {
    let mut text = (0..COLUMNS).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..ROWS {
        text += &((0..COLUMNS).map(|column| cell(row, column).0).collect::<Vec<_>>().join(",") + "\n");
    }
    text.into_bytes()
}

fn read(bytes: Vec<u8>, file: &str) {
    let table = read_table(bytes, file, &ReadOptions::default()).expect("a table").value;
    assert_eq!((table.rows(), table.columns.len()), (ROWS, COLUMNS));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn xlsx_of_100_000_rows(bencher: divan::Bencher<'_, '_>) {
    let bytes = workbook();
    bencher.with_inputs(|| bytes.clone()).bench_values(|bytes| read(bytes, "a.xlsx"));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn csv_of_100_000_rows(bencher: divan::Bencher<'_, '_>) {
    let bytes = csv();
    bencher.with_inputs(|| bytes.clone()).bench_values(|bytes| read(bytes, "a.csv"));
}
