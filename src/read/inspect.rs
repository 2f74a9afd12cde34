//! What a table file holds, before anyone writes a map file.

mod doubt;
mod told;

use super::format::TableFormat;
use super::table::{ReadOptions, read};
use super::text::Encoding;
use super::workbook::SheetReport;
use crate::coverage::Coverage;
use crate::level::Level;
use crate::place::code::six_digits;
use crate::place::key::{Gazetteer, Key, find_level, spots};
use crate::place::lookup::{Lookup, Meaning};
use crate::place::name::Form;
use crate::problem::{Noted, Outcome};
use crate::table::{CellRef, Column, Missing, Table, has_large_scale, has_percent_sign, number, shorten, year_of};
use doubt::is_date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Distinct values counted before a column is simply "many".
const MOST_DISTINCT: usize = 1_000;
/// Examples shown of a column.
const EXAMPLES: usize = 3;

/// What a table file holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TableReport {
    /// The file.
    pub file: String,
    /// Rows of data.
    pub rows: usize,
    /// What kind of file it is.
    pub format: TableFormat,
    /// How the text is encoded, where the format leaves that open.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of delimited text: `comma`, `tab`, `semicolon`, or the character.
    pub delimiter: Option<String>,
    /// The sheet that was read, of a workbook.
    pub sheet: Option<SheetReport>,
    /// The other sheets of the workbook.
    pub other_sheets: Vec<SheetReport>,
    /// Line of the heading's first row, from 1; of records, the number of the line of the first.
    pub heading_line: usize,
    /// How many rows the heading has.
    pub heading_rows: usize,
    /// Line of the row of units below the heading.
    pub unit_line: Option<usize>,
    /// Rows above the heading that were left out.
    pub above: Vec<LeftOut>,
    /// Rows below the data that were left out.
    pub below: Vec<LeftOut>,
    /// Rows that are totals and stand for no area.
    pub totals: Vec<LeftOut>,
    /// Years that have a column each: first, last, how many.
    pub years: Option<YearColumns>,
    /// The columns, in order.
    pub columns: Vec<ColumnReport>,
    /// How rows find their areas; none where no column holds codes or names.
    pub key: Option<KeyReport>,
}

/// Columns of which each is a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct YearColumns {
    /// The first year.
    pub first: u32,
    /// The last year.
    pub last: u32,
    /// How many there are.
    pub count: usize,
}

/// A row that is not data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Line, from 1.
    pub line: usize,
    /// Its text, shortened.
    pub text: String,
}

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    /// Six-digit codes (or nine or twelve digits).
    Codes,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Text.
    Text,
    /// Numbers in some rows and text in others.
    Mixed,
    /// Nothing.
    Empty,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ColumnReport {
    /// Heading.
    pub name: String,
    /// Unit, where the table names one.
    pub unit: Option<String>,
    /// What it is.
    pub kind: ColumnKind,
    /// Cells that are numbers.
    pub numbers: usize,
    /// Cells that are text.
    pub texts: usize,
    /// Cells without a value, by reason.
    pub missing: BTreeMap<String, usize>,
    /// Smallest number.
    pub smallest: Option<f64>,
    /// Largest number.
    pub largest: Option<f64>,
    /// Cells with a percent or per-mille sign, which are read as shares (12.5% is 0.125).
    pub percent_signs: usize,
    /// Cells with 万 or 亿 behind the number, which are read as ten thousands and hundred millions.
    pub large_scales: usize,
    /// Cells that look like dates.
    pub dates: usize,
    /// How many different values; none where there are more than a thousand.
    pub distinct: Option<usize>,
    /// The first values that differ.
    pub examples: Vec<String>,
}

/// How rows find their areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyReport {
    /// `codes` or `names`.
    pub by: String,
    /// The column.
    pub column: String,
    /// The column of the parents' names, where a name alone would not do.
    pub parent: Option<String>,
    /// Level of most of the areas.
    pub level: Level,
    /// Rows that name an area of the boundaries.
    pub matched: usize,
    /// Rows that name an area of each level.
    pub levels: BTreeMap<Level, usize>,
    /// Rows that name their area in each form; empty where the key is a code.
    pub forms: BTreeMap<Form, usize>,
    /// Rows whose name fits several areas.
    pub ambiguous: usize,
    /// Names that are none, the first few.
    pub unknown: Vec<String>,
    /// Different areas among them.
    pub areas: usize,
    /// The most rows that one area has.
    pub most_rows_of_an_area: usize,
    /// A column that tells the rows of an area apart, such as `year`.
    pub told_apart_by: Option<String>,
}

/// Inspects the bytes of a table file; with boundaries, finds which column names their areas.
///
/// ```
/// use caremap::read::{inspect, table::ReadOptions};
/// let report = inspect::table(b"code,beds\n110101,12\n110102,-\n", "beds.csv", &ReadOptions::default(), None).expect("a table").value;
/// assert_eq!(report.columns[0].kind, inspect::ColumnKind::Codes);
/// assert_eq!(report.columns[1].missing["marked \"-\""], 1);
/// ```
pub fn table(bytes: &[u8], file: &str, options: &ReadOptions, coverage: Option<&Coverage>) -> Outcome<TableReport> {
    let Noted { value: reading, mut problems } = read(bytes, file, options)?;
    let columns: Vec<ColumnReport> = reading.table.columns.iter().map(column_report).collect();
    problems.extend(columns.iter().filter_map(|column| column.doubt(file, reading.format)));
    let key = coverage.and_then(|coverage| key_report(&reading.table, &Gazetteer::new(coverage)));
    let left_out =
        |rows: &[(usize, String)]| rows.iter().map(|(line, text)| LeftOut { line: *line, text: text.clone() }).collect();
    let report = TableReport {
        file: file.to_string(),
        rows: reading.table.rows(),
        format: reading.format,
        encoding: reading.encoding,
        delimiter: reading.delimiter.map(delimiter_word),
        heading_line: reading.heading_line,
        heading_rows: reading.heading_rows,
        unit_line: reading.unit_line,
        above: left_out(&reading.above),
        below: left_out(&reading.below),
        totals: left_out(&reading.totals),
        years: year_columns(&reading.table),
        columns,
        key,
        sheet: reading.sheet,
        other_sheets: reading.other_sheets,
    };
    Ok(Noted { value: report, problems })
}

/// The years of a wide table, where there are several.
fn year_columns(table: &Table) -> Option<YearColumns> {
    let years: BTreeSet<u32> = table.headings().filter_map(year_of).collect();
    let (first, last) = (*years.first()?, *years.last()?);
    (years.len() > 1).then_some(YearColumns { first, last, count: years.len() })
}

fn delimiter_word(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_string(),
        b'\t' => "tab".to_string(),
        b';' => "semicolon".to_string(),
        other => char::from(other).to_string(),
    }
}

fn column_report(column: &Column) -> ColumnReport {
    let mut report = ColumnReport {
        name: column.name.clone(),
        unit: column.unit.clone(),
        kind: ColumnKind::Empty,
        numbers: 0,
        texts: 0,
        missing: BTreeMap::new(),
        smallest: None,
        largest: None,
        percent_signs: 0,
        large_scales: 0,
        dates: 0,
        distinct: None,
        examples: Vec::new(),
    };
    let mut distinct: BTreeSet<String> = BTreeSet::new();
    let (mut whole, mut codes) = (true, 0);
    for cell in column.iter() {
        let text = cell.text();
        let text = text.trim();
        if !text.is_empty()
            && distinct.len() <= MOST_DISTINCT
            && distinct.insert(shorten(text))
            && report.examples.len() < EXAMPLES
        {
            report.examples.push(shorten(text));
        }
        codes += usize::from(text.chars().count() >= 6 && six_digits(text).is_some());
        report.percent_signs += usize::from(has_percent_sign(text));
        report.large_scales += usize::from(has_large_scale(text));
        report.dates += usize::from(is_date(text));
        match number(cell) {
            Ok(number) => {
                report.numbers += 1;
                whole &= number.fract() == 0.0;
                report.smallest = Some(report.smallest.map_or(number, |known| known.min(number)));
                report.largest = Some(report.largest.map_or(number, |known| known.max(number)));
            }
            Err(Missing::NotANumber(_)) => report.texts += 1,
            Err(missing) => *report.missing.entry(missing.to_string()).or_default() += 1,
        }
    }
    let filled = report.numbers + report.texts;
    report.kind = match (report.numbers, report.texts) {
        (0, 0) => ColumnKind::Empty,
        (numbers, _) if codes * 10 >= filled * 9 && numbers > 0 => ColumnKind::Codes,
        (0, _) => ColumnKind::Text,
        (_, 0) if whole => ColumnKind::Integer,
        (_, 0) => ColumnKind::Number,
        (numbers, texts) if texts > numbers * 9 => ColumnKind::Text,
        _ => ColumnKind::Mixed,
    };
    report.distinct = (distinct.len() <= MOST_DISTINCT).then_some(distinct.len());
    report
}

/// The key at the finest level that serves nearly as many rows as any other.
fn key_report(table: &Table, gazetteer: &Gazetteer<'_>) -> Option<KeyReport> {
    let (level, found) = find_level(table, gazetteer)?;
    let (by, at, parent) = match found.key {
        Key::Code(at) => ("codes", at, None),
        Key::Name(at, parent) => ("names", at, parent),
    };
    let spots = spots(table, found.key, level, gazetteer);
    let mut rows_of: BTreeMap<(Level, usize), Vec<usize>> = BTreeMap::new();
    let mut levels: BTreeMap<Level, usize> = BTreeMap::new();
    for (row, spot) in spots.iter().enumerate() {
        if let Some(spot) = spot {
            rows_of.entry(*spot).or_default().push(row);
            *levels.entry(spot.0).or_default() += 1;
        }
    }
    let most = rows_of.values().map(Vec::len).max().unwrap_or(0);
    let mut report = KeyReport {
        by: by.to_string(),
        column: table.columns[at].name.clone(),
        parent: parent.map(|parent| table.columns[parent].name.clone()),
        level,
        matched: rows_of.values().map(Vec::len).sum(),
        levels,
        forms: BTreeMap::new(),
        ambiguous: 0,
        unknown: Vec::new(),
        areas: rows_of.len(),
        most_rows_of_an_area: most,
        told_apart_by: if most > 1 { telling_column(table, at, &rows_of) } else { None },
    };
    if let Key::Name(..) = found.key {
        count_forms(&mut report, table, at, &Lookup::of(table, at, parent, level, None, gazetteer));
    }
    Some(report)
}

/// Counts the forms of names, and those that are none.
fn count_forms(report: &mut KeyReport, table: &Table, column: usize, lookup: &Lookup) {
    for row in 0..table.rows() {
        match lookup.row(row) {
            Meaning::Area(found) => *report.forms.entry(found.form).or_default() += 1,
            Meaning::Several(_) => report.ambiguous += 1,
            Meaning::Nothing => {
                let text = shorten(table.columns[column].text(row).trim());
                if report.unknown.len() < EXAMPLES && !report.unknown.contains(&text) {
                    report.unknown.push(text);
                }
            }
            _ => {}
        }
    }
}

/// The column with the fewest values that differs between any two rows of one area.
fn telling_column(table: &Table, key: usize, rows_of: &BTreeMap<(Level, usize), Vec<usize>>) -> Option<String> {
    let tells = |column: &Column| {
        rows_of.values().all(|rows| rows.iter().map(|row| column.text(*row)).collect::<BTreeSet<_>>().len() == rows.len())
    };
    let values = |column: &Column| column.iter().map(CellRef::text).collect::<BTreeSet<_>>().len();
    let candidates = table.columns.iter().enumerate().filter(|(at, column)| *at != key && tells(column));
    let fewest = candidates.map(|(at, column)| (values(column), at)).min()?;
    (fewest.0 <= 200).then(|| table.columns[fewest.1].name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_described_for_people() {
        let text = "2020年床位,,,,\n代码,地区,床位,占比,备注\n110101,东城区,\"1,200\",12.5%,\n110102,西城区,—,13%,见注\n010103,x,300,#DIV/0!,\n注：示例,,,,\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        let report = table(&gb, "beds.csv", &ReadOptions::default(), None).expect("a table").value;
        assert_eq!(
            report.to_string(),
            "beds.csv: a table of 3 rows and 5 columns
  encoding   GB18030
  delimiter  comma
  heading    line 2
  left out   line 1 (above): 2020年床位
  left out   line 6 (below): 注：示例
  areas      no column holds codes or full names of the boundaries' areas
  columns
    代码  whole numbers 10103 to 110102
    地区  text 东城区, 西城区, x; 1 marked \"x\"
    床位  whole numbers 300 to 1200; 1 marked \"—\"
    占比  numbers 0.125 to 0.13; 2 percent signs, read as shares; 1 spreadsheet error #DIV/0!
    备注  text 见注; 2 empty cell
"
        );
        let json = serde_json::to_value(&report).expect("serialises");
        assert_eq!((json["encoding"].as_str(), json["columns"][2]["kind"].as_str()), (Some("gb18030"), Some("integer")));
    }
}
