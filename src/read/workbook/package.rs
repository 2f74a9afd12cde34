//! The ZIP archive that a workbook is: its kind, its size when unpacked, and what its sheets say beside their cells.

use super::{MOST_CELLS, damaged, too_large};
use crate::problem::Problem;
use crate::read::format::TableFormat;
use crate::read::rows::{Merged, cell_name, place_of};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read, Take};
use zip::ZipArchive;
use zip::read::ZipFile;

/// Most bytes that a part may have when it is unpacked.
const LARGEST_PART: u64 = 1 << 30;
/// Most bytes of all parts that are read whole.
const LARGEST_WHOLE: u64 = 1 << 30;
/// Most parts, merged blocks of a sheet and hidden columns that are looked at.
const MOST_PARTS: usize = 10_000;
const MOST_BLOCKS: usize = 5_000;
const MOST_COLUMNS: u32 = 16_384;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Part<'p, 'a> = Reader<BufReader<Take<ZipFile<'p, Cursor<&'a [u8]>>>>>;

/// What a sheet says beside its cells.
#[derive(Debug, Clone, Default)]
pub(in crate::read) struct Marks {
    /// Blocks of merged cells, by their first row.
    pub merged: Vec<Merged>,
    /// Rows that are hidden, from 1.
    pub hidden_lines: Vec<u32>,
    /// Letters of the columns that are hidden.
    pub hidden_columns: Vec<String>,
}

impl Marks {
    /// Adds a block: first and last row and column from 0.
    pub fn add_merged(&mut self, start: (u32, u32), end: (u32, u32)) {
        if self.merged.len() < MOST_BLOCKS && end.0 >= start.0 && end.1 >= start.1 && end != start {
            let (first_line, last_line) = (start.0.saturating_add(1), end.0.saturating_add(1));
            let block = Merged { first_line, first_column: start.1, last_line, last_column: end.1 };
            let at = self.merged.partition_point(|other| *other < block);
            self.merged.insert(at, block);
        }
    }
}

/// The archive of a workbook, checked.
#[derive(Default)]
pub(super) struct Package<'a> {
    archive: Option<Archive<'a>>,
    /// The part of each sheet of an XLSX workbook.
    parts: BTreeMap<String, String>,
    /// What the sheets of an ODS workbook say, which stand in one part.
    marks: BTreeMap<String, Marks>,
}

/// What kind of workbook a ZIP archive is; nothing where it is none.
pub(in crate::read) fn format(bytes: &[u8]) -> Option<TableFormat> {
    // An archive that cannot be opened is most often a workbook that was cut short; its reader says so.
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Some(TableFormat::Xlsx) };
    let names: Vec<String> = archive.file_names().take(MOST_PARTS).flatten().map(|name| name.to_lowercase()).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("xl/workbook.bin") {
        return Some(TableFormat::Xlsb);
    }
    if has("xl/workbook.xml") || (has("[content_types].xml") && names.iter().any(|name| name.contains("worksheets/"))) {
        return Some(TableFormat::Xlsx);
    }
    let mut kind = String::new();
    archive.by_name("mimetype").ok()?.take(100).read_to_string(&mut kind).ok()?;
    kind.contains("opendocument.spreadsheet").then_some(TableFormat::Ods)
}

impl<'a> Package<'a> {
    /// Opens the archive of a workbook and refuses one that would fill the memory.
    pub fn open(bytes: &'a [u8], format: TableFormat) -> Result<Self, Problem> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MOST_PARTS {
            return Err(damaged(format!("its archive has {} files", archive.len())));
        }
        check_sizes(&mut archive)?;
        let mut package = Package::default();
        match format {
            TableFormat::Xlsx => package.parts = sheet_parts(&mut archive).unwrap_or_default(),
            TableFormat::Ods => package.marks = marks_of_ods(&mut archive)?,
            TableFormat::Xlsb => refuse_short_cells(&mut archive)?,
            _ => {}
        }
        package.archive = Some(archive);
        Ok(package)
    }

    /// What a sheet says beside its cells.
    pub fn marks(&mut self, sheet: &str) -> Result<Marks, Problem> {
        if let Some(marks) = self.marks.get(sheet) {
            return Ok(marks.clone());
        }
        match (&mut self.archive, self.parts.get(sheet)) {
            (Some(archive), Some(path)) => marks_of_xlsx(archive, path),
            _ => Ok(Marks::default()),
        }
    }
}

/// Whether a part is read only where its sheet is, and then checked.
fn is_sheet(name: &str) -> bool {
    name.contains("worksheets/") && name.ends_with(".xml")
}

/// What an archive says of the sizes of its files is not believed: they are unpacked and counted.
fn check_sizes(archive: &mut Archive<'_>) -> Result<(), Problem> {
    let mut left = LARGEST_WHOLE;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        if part.encrypted() {
            return Err(super::encrypted());
        }
        let name = String::from_utf8_lossy(part.name_raw()).to_lowercase();
        let is_read = [".xml", ".rels", ".bin"].iter().any(|ending| name.ends_with(ending)) && !name.contains("media/");
        if !is_read || is_sheet(&name) {
            continue;
        }
        let is_strings = name.ends_with("sharedstrings.xml");
        let mut part = part.take(left + 1);
        let mut start = Vec::new();
        (&mut part).take(4096).read_to_end(&mut start).map_err(damaged)?;
        let size = start.len() as u64 + std::io::copy(&mut part, &mut std::io::sink()).map_err(damaged)?;
        if size > left {
            return Err(too_large(&format!("unpacked it has more than {} GB", LARGEST_WHOLE >> 30)));
        }
        left -= size;
        // Room is made for as many texts as the part says it has; each takes at least five bytes.
        if is_strings && said_count(&start).is_some_and(|count| count > size / 5 + 1) {
            return Err(damaged("it says that it holds more texts than its size allows"));
        }
    }
    Ok(())
}

/// The attribute uniqueCount of the first element of a part.
fn said_count(start: &[u8]) -> Option<u64> {
    let mut reader = Reader::from_reader(start);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => return attribute(&element, "uniqueCount")?.parse().ok(),
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Cells of a row may be written without their column where they follow one another (BrtShortBlank to BrtShortIsst, records 12 to 18
/// of MS-XLSB). calamine passes them over.
fn refuse_short_cells(archive: &mut Archive<'_>) -> Result<(), Problem> {
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(damaged)?;
        if !String::from_utf8_lossy(part.name_raw()).contains("worksheets/sheet") {
            continue;
        }
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).map_err(damaged)?;
        let mut rest = bytes.as_slice();
        while let (Some(kind), Some(length)) = (packed(&mut rest, 2), packed(&mut rest, 4)) {
            if (12..=18).contains(&kind) {
                let problem = Problem::error("bad-workbook", "The workbook writes cells in a short form that is not read.");
                return Err(problem.help("Open it in a spreadsheet program and save it as XLSX."));
            }
            let Some(behind) = rest.get(length as usize..) else { break };
            rest = behind;
        }
    }
    Ok(())
}

/// A number of seven bits a byte, the low ones first; the highest bit of a byte says that another follows.
fn packed(rest: &mut &[u8], most: u32) -> Option<u32> {
    let mut number = 0;
    for at in 0..most {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u32::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// The value of an attribute, by its name without a prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

fn part<'p, 'a>(archive: &'p mut Archive<'a>, path: &str) -> Option<Part<'p, 'a>> {
    let at = archive.file_names().position(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case(path)))?;
    let mut reader = Reader::from_reader(BufReader::new(archive.by_index(at).ok()?.take(LARGEST_PART + 1)));
    reader.config_mut().check_end_names = false;
    Some(reader)
}

/// Goes through the elements of a part: `on` is told of each, and whether it ends one.
fn each<R: BufRead>(
    reader: &mut Reader<R>,
    mut on: impl FnMut(&BytesStart<'_>, bool),
    mut ends: impl FnMut(&str),
) -> Result<(), Problem> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(element) => on(&element, false),
            Event::Empty(element) => on(&element, true),
            Event::End(element) => ends(element.local_name().as_ref()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The part in which each sheet of an XLSX workbook stands.
fn sheet_parts(archive: &mut Archive<'_>) -> Option<BTreeMap<String, String>> {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let related = |element: &BytesStart<'_>, _: bool| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            paths.insert(id, path);
        }
    };
    each(&mut part(archive, "xl/_rels/workbook.xml.rels")?, related, |_| {}).ok()?;
    let mut parts = BTreeMap::new();
    let named = |element: &BytesStart<'_>, _: bool| {
        if element.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(path) = paths.get(&id)
        {
            parts.insert(name, path.clone());
        }
    };
    each(&mut part(archive, "xl/workbook.xml")?, named, |_| {}).ok()?;
    Some(parts)
}

fn marks_of_xlsx(archive: &mut Archive<'_>, path: &str) -> Result<Marks, Problem> {
    let mut marks = Marks::default();
    let Some(mut reader) = part(archive, path) else { return Ok(marks) };
    let mut line = 0;
    let is_hidden = |element: &BytesStart<'_>| attribute(element, "hidden").is_some_and(|text| text == "1" || text == "true");
    let on = |element: &BytesStart<'_>, _: bool| match element.local_name().as_ref() {
        "row" => {
            line = attribute(element, "r").and_then(|text| text.parse().ok()).unwrap_or(line + 1);
            if is_hidden(element) {
                marks.hidden_lines.push(line);
            }
        }
        "col" if is_hidden(element) => {
            let number = |name| attribute(element, name).and_then(|text| text.parse::<u32>().ok());
            let (Some(first), Some(last)) = (number("min"), number("max")) else { return };
            // Columns hidden to the end of the sheet hold nothing.
            if first >= 1 && last < MOST_COLUMNS {
                let letters = |at: u32| cell_name(at as usize - 1, 1).trim_end_matches('1').to_owned();
                marks.hidden_columns.extend((first..=last).map(letters));
            }
        }
        "mergeCell" => {
            let block = attribute(element, "ref");
            let corners = block.as_deref().and_then(|block| block.split_once(':'));
            if let Some((Some(start), Some(end))) = corners.map(|(start, end)| (place_of(start), place_of(end))) {
                marks.add_merged((start.1.saturating_sub(1), start.0), (end.1.saturating_sub(1), end.0));
            }
        }
        _ => {}
    };
    each(&mut reader, on, |_| {})?;
    if reader.get_ref().get_ref().limit() == 0 {
        return Err(too_large(&format!("its sheet has more than {} GB when it is unpacked", LARGEST_PART >> 30)));
    }
    Ok(marks)
}

/// How far a sheet of an ODS workbook has been read, and the cells that it spans.
#[derive(Default)]
struct Walk {
    name: String,
    row: u64,
    repeated_rows: u64,
    column: u64,
    /// The last row and the last column with something in it, over the sheet.
    last: (u64, u64),
    marks: Marks,
}

/// Goes through the sheets before calamine does, which makes a cell of each that is said to be repeated.
fn marks_of_ods(archive: &mut Archive<'_>) -> Result<BTreeMap<String, Marks>, Problem> {
    let mut found = BTreeMap::new();
    let Some(mut reader) = part(archive, "content.xml") else { return Ok(found) };
    let walk = std::cell::RefCell::new(Walk::default());
    let mut spanned = 0_u64;
    let on = |element: &BytesStart<'_>, _: bool| walk.borrow_mut().enter(element);
    let ends = |name: &str| {
        if name == "table" {
            let walk = walk.take();
            spanned = spanned.saturating_add(walk.last.0.saturating_mul(walk.last.1));
            found.insert(walk.name, walk.marks);
        }
    };
    each(&mut reader, on, ends)?;
    if spanned > MOST_CELLS {
        return Err(too_large(&format!("its sheets span {spanned} cells, and {MOST_CELLS} are read")));
    }
    Ok(found)
}

impl Walk {
    fn enter(&mut self, element: &BytesStart<'_>) {
        let number = |name: &str| attribute(element, name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
        match element.local_name().as_ref() {
            "table" => *self = Walk { name: attribute(element, "name").unwrap_or_default(), ..Walk::default() },
            "table-row" => {
                self.row = self.row.saturating_add(self.repeated_rows);
                self.repeated_rows = number("number-rows-repeated");
                self.column = 0;
                let is_hidden = attribute(element, "visibility").is_some_and(|text| text != "visible");
                // Rows hidden to the end of the sheet hold nothing.
                if is_hidden && self.repeated_rows < 10_000 {
                    let first = self.row as u32;
                    self.marks.hidden_lines.extend((0..self.repeated_rows as u32).map(|at| first.saturating_add(at + 1)));
                }
            }
            "table-cell" | "covered-table-cell" => {
                let repeated = number("number-columns-repeated").min(u64::from(MOST_COLUMNS));
                let (rows, columns) = (number("number-rows-spanned"), number("number-columns-spanned"));
                if rows.saturating_mul(columns) > 1 {
                    let (row, column) = (self.row as u32, self.column as u32);
                    let end = (row.saturating_add(rows as u32 - 1), column.saturating_add(columns as u32 - 1));
                    self.marks.add_merged((row, column), end);
                }
                self.column = self.column.saturating_add(repeated);
                if attribute(element, "value-type").is_some() || attribute(element, "formula").is_some() {
                    let last_row = self.row.saturating_add(self.repeated_rows).min(1 << 20);
                    self.last = (self.last.0.max(last_row), self.last.1.max(self.column.min(u64::from(MOST_COLUMNS))));
                }
            }
            _ => {}
        }
    }
}
