//! What looks wrong with a table that could be read all the same: no row of names above the data, and codes that a spreadsheet turned
//! into dates or powers of ten when it opened the file.

use crate::place::code::six_digits;
use crate::problem::Problem;
use crate::table::{Column, Table, parse_number, shorten};

/// Rows named in one message.
const LISTED: usize = 5;
/// English months as spreadsheets shorten them.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Words in the heading of a column of codes.
const CODES: [&str; 5] = ["code", "代码", "编码", "gb", "pac"];

/// The doubts about a table whose heading stands on this line.
pub(super) fn of(table: &Table, heading_line: usize) -> Vec<Problem> {
    let spoilt = table.columns.iter().filter(|column| holds_codes(&column.name)).filter_map(|column| spoilt(table, column));
    no_heading(table, heading_line).into_iter().chain(spoilt).collect()
}

/// A heading is a row of data where a code stands above codes, or where there is nothing but numbers, not ascending as years do.
fn no_heading(table: &Table, line: usize) -> Option<Problem> {
    let is_code = |text: &str| text.len() >= 6 && six_digits(text).is_some();
    let above_codes = |column: &&Column| is_code(&column.name) && column.iter().all(|cell| is_code(cell.text().trim()));
    let numbers: Option<Vec<f64>> = table.headings().map(|heading| parse_number(heading).ok()).collect();
    let no_names = numbers.is_some_and(|numbers| !numbers.is_sorted());
    let column = table.columns.iter().find(above_codes).or_else(|| table.columns.first().filter(|_| no_names))?;
    let message = format!(
        "The row taken for the heading begins with data, such as \"{}\": the table seems to have no heading, and this row would be lost.",
        shorten(&column.name)
    );
    let help = "Put a row of names above the data, one for each column.";
    Some(Problem::warning("no-heading", message).at_line(line).help(help))
}

fn holds_codes(name: &str) -> bool {
    let name = name.to_lowercase();
    CODES.iter().any(|word| name.contains(word))
}

/// The cells of a column of codes that are codes no more.
fn spoilt(table: &Table, column: &Column) -> Option<Problem> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let odd = column.iter().enumerate().filter(|(_, cell)| !is_digits(&cell.text()));
    let of = |is: fn(&str) -> bool| {
        let rows = odd.clone().filter(|(_, cell)| is(&cell.text()));
        rows.map(|(row, cell)| (table.lines[row], cell.text().into_owned())).collect::<Vec<_>>()
    };
    let (cells, what) = match (of(is_date), of(is_power)) {
        (dates, _) if !dates.is_empty() => (dates, "a date"),
        (_, powers) if !powers.is_empty() => (powers, "a power of ten with its last digits lost"),
        _ => return None,
    };
    let shown: Vec<String> =
        cells.iter().take(LISTED).map(|(line, text)| format!("\"{}\" on line {line}", shorten(text.trim()))).collect();
    let more = if cells.len() > LISTED { format!(" and {} more", cells.len() - LISTED) } else { String::new() };
    let message = format!("A spreadsheet has made {what} of codes: {}{more}.", shown.join(", "));
    let help = "Take the codes from the source again: import the column as text, do not open the file by a double click.";
    Some(Problem::warning("spoilt-codes", message).in_column(&column.name).help(help))
}

/// `1-Jan`, `Jan-01`, `1月2日`, `2001/1/2`, `2001-01-02`.
fn is_date(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let is_number =
        |part: &str, most: u16| part.len() <= 4 && part.parse::<u16>().is_ok_and(|number| (1..=most).contains(&number));
    let is_month = |part: &str| is_number(part, 12) || MONTHS.contains(&part);
    let is_year = |part: &str| part.len() == 2 || part.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year));
    let parts: Vec<&str> = text.split(['-', '/', '月', '年', '日']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [a, b] if text.contains('-') => (is_number(a, 31) && MONTHS.contains(b)) || (MONTHS.contains(a) && is_number(b, 99)),
        [month, day] => text.contains('月') && is_number(month, 12) && is_number(day, 31),
        [a, month, b] if is_month(month) => is_year(a) && is_number(b, 31) || is_number(a, 31) && is_year(b),
        _ => false,
    }
}

/// `1.1E+11`.
fn is_power(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    lower.split_once("e+").is_some_and(|(digits, power)| is_digits(&digits.replacen('.', "", 1)) && is_digits(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_powers_are_told_from_codes() {
        for text in ["1-Jan", "Jan-01", "1月2日", "2001/1/2", "2001-01-02", "11-Jan-05"] {
            assert!(is_date(text), "{text}");
        }
        for text in ["110101", "11-01-0101", "A-12", "1-2", "1.1E+05", "", "Jan", "110101-110102"] {
            assert!(!is_date(text), "{text}");
        }
        assert!(is_power("1.1E+11") && is_power("1e+5") && !is_power("1.1E+") && !is_power("E+5") && !is_power("110101"));
    }
}
