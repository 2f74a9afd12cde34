//! What makes a column doubtful.

use super::ColumnReport;
use crate::problem::Problem;
use crate::read::format::TableFormat;

/// Whether a cell looks like a date, as spreadsheets write them.
pub(super) fn is_date(text: &str) -> bool {
    const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if text.len() > 24 || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let parts: Vec<&str> = text.split(['-', '/', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let whole = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let day = |part: &str| part.len() <= 2 && whole(part);
    let year = |part: &str| part.len() == 4 && whole(part);
    let month = |part: &str| MONTHS.contains(&part.to_lowercase().as_str());
    match parts.as_slice() {
        // 2020-11-01, 1/11/2020, and with a time behind it.
        [first, second, third] => {
            let third = third.split(' ').next().unwrap_or(third);
            day(second) && ((year(first) && day(third)) || (day(first) && year(third)))
        }
        // 3月1日, Mar-01, 1-Mar.
        [first, second] => {
            (day(first) && day(second) && text.ends_with('日'))
                || (month(first) && (day(second) || year(second)))
                || (day(first) && month(second))
        }
        _ => false,
    }
}

impl ColumnReport {
    /// What makes a column doubtful: a few dates among other things, or numbers of two scales.
    pub(super) fn doubt(&self, file: &str, format: TableFormat) -> Option<Problem> {
        let filled = self.numbers + self.texts;
        let warn = |id, message: String, help| Some(Problem::warning(id, message).in_file(file).in_column(&self.name).help(help));
        // Of a workbook the reader has said it, with the cells.
        if self.dates > 0 && self.dates * 2 < filled && !format.is_workbook() {
            let message = format!("{} of {filled} cells look like dates, and the others do not.", self.dates);
            return warn(
                "dates-among-others",
                message,
                "A spreadsheet makes dates of codes such as 3-1; format the column as text and type them again.",
            );
        }
        if self.large_scales > 0 && self.unit.as_deref().is_some_and(|unit| unit.contains(['万', '亿'])) {
            let message = format!(
                "The unit is {}, and {} cells have 万 or 亿 of their own.",
                self.unit.as_deref().unwrap_or(""),
                self.large_scales
            );
            return warn("scale-twice", message, "Write all numbers in the unit of the heading.");
        }
        if self.percent_signs > 0 && self.percent_signs < self.numbers {
            let message = format!(
                "{} of {} numbers have a percent sign and are read as shares; the others are read as they stand.",
                self.percent_signs, self.numbers
            );
            return warn("percent-mixed", message, "Write the sign in all cells or in none.");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_codes_and_ranges() {
        for date in ["2020-11-01", "2020/3/1", "1/3/2020", "2024年3月1日", "3月1日", "Mar-01", "1-Mar", "2020-11-01 08:30:00"]
        {
            assert!(is_date(date), "{date}");
        }
        for other in ["3-1-2", "110101", "5-6-7", "60-64", "2020", "12.5", "北京市", "10-20", "2019/2020", "1-2岁"] {
            assert!(!is_date(other), "{other}");
        }
    }
}
