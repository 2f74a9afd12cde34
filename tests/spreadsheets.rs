//! Table files as they come (`tests/oracle/tables.py`): what is found in them, what they are refused for, and that none makes the reader
//! panic. What `inspect` must say of each stands beside it; `BLESS=1` rewrites it.

#![allow(clippy::unwrap_used)]

mod common;

use caremap::coverage;
use caremap::problem::{Problem, print};
use caremap::read::inspect;
use caremap::read::table::{ReadOptions, Reading, read, read_table};
use caremap::read::workbook::SheetChoice;
use caremap::table::{Missing, Table};
use common::{caremap, out};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs/tables")
}

fn bytes(file: &str) -> Vec<u8> {
    fs::read(folder().join(file)).expect(file)
}

fn open(file: &str, sheet: Option<SheetChoice>) -> Result<(Reading, Vec<Problem>), Vec<Problem>> {
    read(bytes(file), file, &ReadOptions { sheet, ..ReadOptions::default() }).map(|noted| (noted.value, noted.problems))
}

fn refused(file: &str, sheet: Option<SheetChoice>) -> Vec<String> {
    open(file, sheet).map(|_| ()).expect_err(file).iter().map(ToString::to_string).collect()
}

/// The files that this build reads.
fn files() -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut files: Vec<String> = fs::read_dir(folder()).unwrap().map(name).collect();
    let is_columnar = |file: &str| [".arrow", ".feather", ".parquet"].iter().any(|ending| file.ends_with(ending));
    files.retain(|file| !file.ends_with(".told") && (cfg!(feature = "arrow") || !is_columnar(file)));
    files.sort();
    files
}

/// What `inspect` says of a file, and what was noticed.
fn told(bytes: &[u8], file: &str) -> String {
    match inspect::table(bytes, file, &ReadOptions::default(), Some(coverage::bundled())) {
        Ok(noted) => {
            noted.problems.iter().fold(noted.value.to_string(), |text, problem| text + &print(problem, None, false) + "\n")
        }
        Err(problems) => problems.iter().map(|problem| print(problem, None, false) + "\n").collect(),
    }
}

fn compare(found: &str, expected: &Path, wrong: &mut String) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(expected, found).unwrap();
    } else if fs::read_to_string(expected).unwrap_or_default() != found {
        write!(wrong, "{}:\n{found}\n", expected.display()).unwrap();
    }
}

#[test]
fn what_is_found_in_each_file_is_told() {
    let mut wrong = String::new();
    for file in files() {
        compare(&told(&bytes(&file), &file), &folder().join(format!("{file}.told")), &mut wrong);
    }
    let gdp = "nbs_gdp_province_2006_2024.csv";
    let as_published = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tables").join(gdp)).unwrap();
    compare(&told(&as_published, gdp), &folder().join(format!("{gdp}.told")), &mut wrong);
    assert!(wrong.is_empty(), "what is told differs (BLESS=1 rewrites it):\n{wrong}");
}

/// Codes and beds of a table, whatever its columns are called.
fn codes_and_beds(table: &Table) -> Vec<(String, f64)> {
    let column =
        |words: [&str; 2]| table.columns.iter().find(|column| words.iter().any(|word| column.name.contains(word))).unwrap();
    let (codes, beds) = (column(["code", "代码"]), column(["beds", "床位"]));
    (0..table.rows()).map(|row| (codes.text(row).into_owned(), beds.number(row).unwrap())).collect()
}

#[test]
fn the_same_table_is_read_from_every_format() {
    let expected =
        [("110000", 127_000.0), ("120000", 68_000.0), ("130000", 442_000.0)].map(|(code, beds)| (code.to_owned(), beds));
    let mut same = vec!["old.xls", "binary.xlsb", "records.json", "records.ndjson"];
    if cfg!(feature = "arrow") {
        same.extend(["beds.arrow", "beds.feather", "beds.parquet"]);
    }
    for file in same {
        assert_eq!(codes_and_beds(&open(file, None).expect(file).0.table), expected, "{file}");
    }
    let yearbook = open("yearbook.xlsx", None).unwrap().0.table.rows_at(&[1, 2, 3]);
    assert_eq!(codes_and_beds(&yearbook), expected);
}

#[test]
fn errors_of_cells_are_missing_with_their_reason_and_units_are_kept() {
    let (reading, _) = open("yearbook.xlsx", None).unwrap();
    let share = reading.table.column("比重").unwrap();
    assert_eq!(share.number(2), Err(Missing::SpreadsheetError("#DIV/0!".into())));
    assert_eq!(share.number(1), Ok(0.3));
    let units: Vec<Option<&str>> = reading.table.columns.iter().map(|column| column.unit.as_deref()).collect();
    assert_eq!(units, [None, None, Some("人"), Some("人"), Some("人"), Some("张"), Some("%")]);
}

#[test]
fn sheets_are_chosen_by_name_and_by_number() {
    for choice in [SheetChoice::Name("底稿".into()), SheetChoice::Number(3)] {
        let (reading, _) = open("yearbook.xlsx", Some(choice)).unwrap();
        assert_eq!((reading.table.rows(), reading.sheet.map(|sheet| sheet.hidden)), (1, Some(true)));
    }
    assert_eq!(
        refused("yearbook.xlsx", Some(SheetChoice::Name("2021年".into()))),
        ["error: yearbook.xlsx: The workbook has no sheet \"2021年\". Its sheets are: \"说明\", \"2020年\", \"底稿\"."]
    );
    assert!(refused("yearbook.xlsx", Some(SheetChoice::Number(9)))[0].contains("has no sheet number 9."));
    let (_, problems) = open("records.json", Some(SheetChoice::Number(1))).unwrap();
    assert!(problems.iter().any(|problem| problem.id == "no-sheets"));
}

const MAP: &str = "title = \"GDP\"\nlevel = \"province\"\n";

fn rendered(folder: &Path, name: &str, map: &str) -> (Option<i32>, String) {
    fs::write(folder.join(name), map).unwrap();
    let output = caremap(folder, &["render", name, "-o", "map.svg", "-v"]);
    (output.status.code(), out(&output) + &String::from_utf8_lossy(&output.stderr))
}

/// The file of the statistics office needs no help beyond its name and a year; a workbook none beyond its sheet and a column.
#[test]
fn maps_of_files_as_published_draw() {
    let place = tempfile::tempdir().unwrap();
    let gdp = "nbs_gdp_province_2006_2024.csv";
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tables").join(gdp), place.path().join(gdp)).unwrap();
    fs::copy(folder().join("yearbook.xlsx"), place.path().join("yearbook.xlsx")).unwrap();
    let table = format!("table = \"{gdp}\"\n");
    for year in ["year = 2020\n", "year = \"2020年\"\n", "value = \"`2020`\"\n", "value = \"`2020年` / 10000\"\n"] {
        let (code, said) = rendered(place.path(), "a.toml", &format!("{MAP}{table}{year}"));
        assert_eq!(code, Some(0), "{year}{said}");
        assert!(said.contains("Left out 2 rows below the data"), "{said}");
    }
    let (code, said) = rendered(place.path(), "a.toml", &format!("{MAP}{table}year = 1999\n"));
    assert_eq!(code, Some(2));
    assert!(said.contains("There is no column") && said.contains("1999"), "{said}");
    for value in ["value = \"`人口 / 男`\"\n", "sheet = \"2020年\"\nvalue = \"床位\"\n", "sheet = 2\nvalue = \"床位\"\n"]
    {
        let (code, said) = rendered(place.path(), "b.toml", &format!("{MAP}table = \"yearbook.xlsx\"\n{value}"));
        assert_eq!(code, Some(0), "{value}{said}");
        assert!(said.contains("1 row is a total and stands for no area: line 5"), "{said}");
    }
}

/// A part of more than a gigabyte of blanks is some megabytes in the archive.
#[test]
fn a_workbook_that_unpacks_to_gigabytes_is_refused() {
    for (part, whole) in [("xl/sharedStrings.xml", ""), ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>")] {
        let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
        let yearbook = bytes("yearbook.xlsx");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(yearbook)).unwrap();
        for at in 0..archive.len() {
            let file = archive.by_index_raw(at).unwrap();
            if file.name_raw() != part.as_bytes() {
                bomb.raw_copy_file(file).unwrap();
            }
        }
        bomb.start_file(part, options).unwrap();
        bomb.write_all(whole.as_bytes()).unwrap();
        let blanks = vec![b' '; 1 << 20];
        (0..1030).for_each(|_| bomb.write_all(&blanks).unwrap());
        let bomb = bomb.finish().unwrap().into_inner();
        assert!(bomb.len() < 12 << 20);
        let options = ReadOptions { sheet: Some(SheetChoice::Number(1)), ..ReadOptions::default() };
        let problem = read_table(bomb, "bomb.xlsx", &options).expect_err(part).remove(0);
        assert_eq!(problem.id, "too-large", "{part}: {problem}");
    }
}

/// Cut short anywhere, or with a byte changed, a file is a table or refused.
#[test]
fn damaged_files_are_refused_or_read() {
    let (mut tables, mut refusals) = (0, 0);
    for file in files() {
        let whole = bytes(&file);
        let step = (whole.len() / 40).max(1);
        let cut = (0..whole.len()).step_by(step).map(|at| whole[..at].to_vec());
        let changed = (0..whole.len()).step_by(step).map(|at| {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            changed
        });
        for damaged in cut.chain(changed) {
            match read_table(damaged, &file, &ReadOptions::default()) {
                Ok(_) => tables += 1,
                Err(problems) => {
                    assert!(!problems.is_empty(), "{file}");
                    refusals += 1;
                }
            }
        }
    }
    assert!(tables > 50 && refusals > 200, "{tables} {refusals}");
}

/// The beginnings by which formats are told.
const BEGINNINGS: &[&[u8]] =
    &[b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"ARROW1\0\0", b"[{", b"{\"a\":[{", b"\xff\xfe", b""];

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_refused(start in 0..BEGINNINGS.len(), rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [BEGINNINGS[start], &rest].concat();
        if let Err(problems) = read_table(bytes, "t", &ReadOptions::default()) {
            prop_assert!(!problems.is_empty());
        }
    }

    /// Two bytes of a sound workbook are changed wherever it may be; of an XLSX workbook, of the part that is packed into it.
    #[test]
    fn a_changed_workbook_is_a_table_or_refused(file in 0..4_usize, at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let file = ["old.xls", "binary.xlsb", "resources.ods", "yearbook.xlsx"][file];
        let changed = if file == "old.xls" {
            let mut bytes = bytes(file);
            let (at, other) = (at.index(bytes.len()), other.index(bytes.len()));
            (bytes[at], bytes[other]) = (byte, !byte);
            bytes
        } else {
            repacked(&bytes(file), |part| {
                if !part.is_empty() {
                    let (at, other) = (at.index(part.len()), other.index(part.len()));
                    (part[at], part[other]) = (byte, !byte);
                }
            })
        };
        if let Err(problems) = read_table(changed, file, &ReadOptions::default()) {
            prop_assert!(!problems.is_empty());
        }
    }
}

/// The archive with each of its parts changed.
fn repacked(archive: &[u8], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = String::from_utf8(file.name_raw().to_vec()).unwrap();
        let mut part = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut part).unwrap();
        if name.contains("sheet") || name == "content.xml" {
            change(&mut part);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&part).unwrap();
    }
    out.finish().unwrap().into_inner()
}
