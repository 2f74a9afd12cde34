//! What a table file holds, before anyone writes a map file.

use super::table::{ReadOptions, Reading, read};
use super::text::Encoding;
use crate::coverage::Coverage;
use crate::level::Level;
use crate::place::code::six_digits;
use crate::place::key::{Gazetteer, Key, find_level, spots};
use crate::place::lookup::{Lookup, Meaning};
use crate::place::name::Form;
use crate::problem::{Noted, Outcome};
use crate::table::{CellRef, Column, Missing, Table, has_percent_sign, number, shorten};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

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
    /// How the text is encoded.
    pub encoding: Encoding,
    /// What stands between the cells: `comma`, `tab`, `semicolon`, or the character.
    pub delimiter: String,
    /// Line of the heading, from 1.
    pub heading_line: usize,
    /// Rows above the heading that were left out.
    pub above: Vec<LeftOut>,
    /// Rows below the data that were left out.
    pub below: Vec<LeftOut>,
    /// The columns, in order.
    pub columns: Vec<ColumnReport>,
    /// How rows find their areas; none where no column holds codes or names.
    pub key: Option<KeyReport>,
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
    let Noted { value: reading, problems } = read(bytes, file, options)?;
    let columns = reading.table.columns.iter().map(column_report).collect();
    let key = coverage.and_then(|coverage| key_report(&reading.table, &Gazetteer::new(coverage)));
    let Reading { table, encoding, delimiter, heading_line, above, below } = reading;
    let left_out = |rows: Vec<(usize, String)>| rows.into_iter().map(|(line, text)| LeftOut { line, text }).collect();
    let report = TableReport {
        file: file.to_string(),
        rows: table.rows(),
        encoding,
        delimiter: delimiter_word(delimiter),
        heading_line,
        above: left_out(above),
        below: left_out(below),
        columns,
        key,
    };
    Ok(Noted { value: report, problems })
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
        kind: ColumnKind::Empty,
        numbers: 0,
        texts: 0,
        missing: BTreeMap::new(),
        smallest: None,
        largest: None,
        percent_signs: 0,
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

impl fmt::Display for TableReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: a table of {} rows and {} columns", self.file, self.rows, self.columns.len())?;
        writeln!(f, "  encoding   {}", self.encoding)?;
        writeln!(f, "  delimiter  {}", self.delimiter)?;
        writeln!(f, "  heading    line {}", self.heading_line)?;
        for (what, rows) in [("above", &self.above), ("below", &self.below)] {
            for row in rows {
                writeln!(f, "  left out   line {} ({what}): {}", row.line, row.text)?;
            }
        }
        match &self.key {
            Some(key) => writeln!(f, "  areas      {key}")?,
            None => writeln!(f, "  areas      no column holds codes or full names of the boundaries' areas")?,
        }
        writeln!(f, "  columns")?;
        let width = self.columns.iter().map(|column| display_width(&column.name)).max().unwrap_or(0).min(40);
        for column in &self.columns {
            let padding = " ".repeat(width.saturating_sub(display_width(&column.name)));
            writeln!(f, "    {}{padding}  {column}", column.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for KeyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in column \"{}\"", self.by, self.column)?;
        if let Some(parent) = &self.parent {
            write!(f, " within the parents in column \"{parent}\"")?;
        }
        write!(f, ": {} rows name {} areas, most of them at {} level", self.matched, self.areas, self.level)?;
        if self.levels.len() > 1 {
            let levels: Vec<String> = self.levels.iter().map(|(level, count)| format!("{count} {level}")).collect();
            write!(f, " ({})", levels.join(", "))?;
        }
        if self.most_rows_of_an_area > 1 {
            write!(f, "; up to {} rows for one area", self.most_rows_of_an_area)?;
        }
        if let Some(column) = &self.told_apart_by {
            write!(f, ", told apart by \"{column}\": choose with `where`")?;
        }
        self.write_forms(f)
    }
}

impl KeyReport {
    /// In which forms the names are written; said where they are not all full names.
    fn write_forms(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.forms.keys().any(|form| *form != Form::FullName) {
            let words = |form: &Form, count: usize| if count == 1 { form.words().0 } else { form.words().1 };
            let forms: Vec<String> = self.forms.iter().map(|(form, count)| format!("{count} {}", words(form, *count))).collect();
            write!(f, "\n  names      {}", forms.join(", "))?;
        }
        if self.ambiguous > 0 {
            write!(f, "\n  ambiguous  {} rows have a name that fits several areas", self.ambiguous)?;
        }
        if !self.unknown.is_empty() {
            write!(f, "\n  unknown    {}", self.unknown.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for ColumnReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ColumnKind::Codes => "codes",
            ColumnKind::Integer => "whole numbers",
            ColumnKind::Number => "numbers",
            ColumnKind::Text => "text",
            ColumnKind::Mixed => "numbers and text",
            ColumnKind::Empty => "empty",
        };
        let mut parts = String::new();
        if let (ColumnKind::Integer | ColumnKind::Number | ColumnKind::Mixed, Some(low), Some(high)) =
            (self.kind, self.smallest, self.largest)
        {
            write!(parts, " {low} to {high}")?;
        } else if !self.examples.is_empty() {
            let more = if self.distinct.is_none_or(|distinct| distinct > self.examples.len()) { ", …" } else { "" };
            write!(parts, " {}{more}", self.examples.join(", "))?;
        }
        if self.kind == ColumnKind::Mixed {
            write!(parts, "; {} are text", self.texts)?;
        }
        if self.percent_signs > 0 {
            write!(parts, "; {} percent signs, read as shares", self.percent_signs)?;
        }
        for (reason, count) in &self.missing {
            write!(parts, "; {count} {reason}")?;
        }
        write!(f, "{kind}{parts}")
    }
}

/// Columns of a terminal: two for a Chinese character.
fn display_width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 2 } else { 1 }).sum()
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
