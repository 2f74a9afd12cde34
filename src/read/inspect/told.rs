//! A report of a table for people.

use super::{ColumnKind, ColumnReport, KeyReport, TableReport, YearColumns};
use crate::place::name::Form;
use crate::read::format::TableFormat;
use crate::read::workbook::SheetReport;
use std::fmt::{self, Write as _};

/// Columns that are listed for people.
const MOST_LISTED: usize = 500;

impl fmt::Display for TableReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: a table of {} rows and {} columns", self.file, self.rows, self.columns.len())?;
        self.write_file(f)?;
        self.write_rows(f)?;
        match &self.key {
            Some(key) => writeln!(f, "  areas      {key}")?,
            None => writeln!(f, "  areas      no column holds codes or full names of the boundaries' areas")?,
        }
        writeln!(f, "  columns")?;
        let width = self.columns.iter().map(|column| display_width(&column.name)).max().unwrap_or(0).min(40);
        for column in self.columns.iter().take(MOST_LISTED) {
            let padding = " ".repeat(width.saturating_sub(display_width(&column.name)));
            writeln!(f, "    {}{padding}  {column}", column.name)?;
        }
        if self.columns.len() > MOST_LISTED {
            writeln!(f, "    and {} more", self.columns.len() - MOST_LISTED)?;
        }
        Ok(())
    }
}

impl TableReport {
    /// What the file is.
    fn write_file(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.format != TableFormat::Text {
            writeln!(f, "  format     {}", self.format)?;
        }
        if let Some(encoding) = &self.encoding {
            writeln!(f, "  encoding   {encoding}")?;
        }
        if let Some(delimiter) = &self.delimiter {
            writeln!(f, "  delimiter  {delimiter}")?;
        }
        let named = |sheet: &SheetReport| format!("{}{}", sheet.name, if sheet.hidden { " (hidden)" } else { "" });
        if let Some(sheet) = &self.sheet {
            writeln!(f, "  sheet      {}", named(sheet))?;
        }
        if !self.other_sheets.is_empty() {
            writeln!(f, "  others     {}", self.other_sheets.iter().map(named).collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }

    /// Which rows are not data.
    fn write_rows(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.heading_rows {
            1 => writeln!(f, "  heading    line {}", self.heading_line)?,
            rows => writeln!(f, "  heading    {rows} rows from line {} on, joined", self.heading_line)?,
        }
        if let Some(line) = self.unit_line {
            writeln!(f, "  units      line {line}")?;
        }
        for (what, rows) in [("above", &self.above), ("below", &self.below)] {
            for row in rows {
                writeln!(f, "  left out   line {} ({what}): {}", row.line, row.text)?;
            }
        }
        for row in &self.totals {
            writeln!(f, "  total      line {}, no area: {}", row.line, row.text)?;
        }
        if let Some(years) = &self.years {
            let YearColumns { first, last, count } = years;
            writeln!(f, "  years      {count} columns, {first} to {last}: choose with `year = {last}` in place of `value`")?;
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
        if let Some(unit) = &self.unit {
            write!(parts, "; in {unit}")?;
        }
        if self.large_scales > 0 {
            write!(parts, "; {} with 万 or 亿, read so", self.large_scales)?;
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
