//! Numbers as people type them: thousands marks, full-width digits, percent signs, marks for "no data".

use super::{CellRef, Missing, Value};

/// Marks that stand for "no data", in lower case, after full-width forms became ordinary ones.
const MARKS: &[&str] = &[
    "-",
    "--",
    "---",
    "----",
    "—",
    "——",
    "———",
    "–",
    "―",
    "−",
    "…",
    "……",
    "...",
    "..",
    ".",
    "......",
    "n/a",
    "n.a.",
    "na",
    "n.d.",
    "nd",
    "nan",
    "null",
    "none",
    "nil",
    "无",
    "缺",
    "缺失",
    "空",
    "暂无",
    "无数据",
    "暂无数据",
    "不详",
    "未知",
    "x",
    "xx",
    "×",
    "*",
    "**",
    "***",
    "/",
    "\\",
    "?",
    "·",
    "missing",
    "no data",
    "unknown",
    "(null)",
    "<na>",
];

/// The number in a cell, or why there is none.
///
/// ```
/// use caremap::table::{CellRef, Missing, number};
/// assert_eq!(number(CellRef::Text("1，234．5")), Ok(1234.5));
/// assert_eq!(number(CellRef::Text("12.5%")), Ok(0.125));
/// assert_eq!(number(CellRef::Text("—")), Err(Missing::Marked("—".into())));
/// ```
pub fn number<'a>(cell: impl Into<CellRef<'a>>) -> Value {
    match cell.into() {
        CellRef::Number(number) if number.is_finite() => Ok(number),
        CellRef::Number(number) => Err(Missing::OutOfRange(number.to_string())),
        CellRef::Text(text) => parse_number(text),
        CellRef::Missing(missing) => Err(missing.clone()),
    }
}

/// Reads a number as people write it.
///
/// Taken: ASCII and full-width digits and signs; the true minus sign; thousands marks (comma, full-width comma, space, thin and
/// no-break space, apostrophe) where they stand between groups of three digits; exponents; `%` and `‰`, which divide by 100 and by
/// 1,000 as the signs say (`12.5%` is 0.125); 万, 亿 and 万亿 behind the digits, which stand for ten thousand, a hundred million and
/// their product. Anything else is missing with its reason; nothing becomes zero.
pub fn parse_number(text: &str) -> Value {
    if let Some(plain) = plain_number(text) {
        return Ok(plain);
    }
    let written = text.trim_matches(is_blank);
    if written.is_empty() {
        return Err(Missing::Empty);
    }
    if written.len() > 100_000 {
        return Err(Missing::NotANumber(shorten(written)));
    }
    let narrow: String = written.chars().map(narrow).collect();
    if let Some(missing) = mark(written, &narrow) {
        return Err(missing);
    }
    let Some((digits, shift)) = digits_only(&narrow) else {
        return Err(Missing::NotANumber(shorten(written)));
    };
    let shifted = if shift == 0 { digits } else { shift_exponent(&digits, shift) };
    match shifted.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(Missing::OutOfRange(shorten(written))),
        Err(_) => Err(Missing::NotANumber(shorten(written))),
    }
}

/// The common case, quickly: nothing but ASCII digits with perhaps a sign and a point.
fn plain_number(text: &str) -> Option<f64> {
    let body = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let plain = body.len() <= 18 && body.first().is_some_and(u8::is_ascii_digit) && body.last().is_some_and(u8::is_ascii_digit);
    if !plain || !body.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    text.parse().ok()
}

/// Whether the text ends in a percent or per-mille sign.
pub fn has_percent_sign(text: &str) -> bool {
    text.trim_matches(is_blank).ends_with(['%', '％', '‰', '﹪'])
}

/// Shortens text from a file so that a message stays readable.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// Space of any width, and the invisible characters that copying from web pages leaves behind.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The ordinary form of a full-width or look-alike character.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2212}' | '\u{fe63}' => '-',
        '\u{fe6a}' => '%',
        '\u{2019}' => '\'',
        c if is_blank(c) => ' ',
        c => c,
    }
}

fn mark(written: &str, narrow: &str) -> Option<Missing> {
    if narrow.chars().count() > 24 {
        return None;
    }
    let lower = narrow.to_lowercase();
    if is_spreadsheet_error(&lower) {
        return Some(Missing::SpreadsheetError(shorten(written)));
    }
    if MARKS.contains(&lower.as_str()) {
        return Some(Missing::Marked(shorten(written)));
    }
    let unsigned = lower.trim_start_matches(['+', '-']);
    matches!(unsigned, "inf" | "infinity" | "∞" | "1.#inf").then(|| Missing::OutOfRange(shorten(written)))
}

/// `#DIV/0!`, `#N/A`, `#NAME?` and their kind, and the `####` of a column too narrow.
fn is_spreadsheet_error(lower: &str) -> bool {
    let Some(body) = lower.strip_prefix('#') else { return false };
    matches!(body, "n/a" | "na" | "getting_data")
        || (body.ends_with(['!', '?']) && body.chars().next().is_some_and(char::is_alphabetic))
        || body.chars().all(|c| c == '#')
}

/// What may stand behind the digits, and the power of ten that it stands for; of two that fit, the longer first.
const SCALES: &[(&str, i32)] = &[("%", -2), ("‰", -3), ("万亿", 12), ("萬億", 12), ("亿", 8), ("億", 8), ("万", 4), ("萬", 4)];

/// Whether the text is a number with 万 or 亿 behind it.
pub fn has_large_scale(text: &str) -> bool {
    let text = text.trim_matches(is_blank);
    text.ends_with(['万', '亿', '萬', '億']) && parse_number(text).is_ok()
}

/// The number without thousands marks and without the sign or word behind it, and the power of ten that this stands for.
fn digits_only(narrow: &str) -> Option<(String, i32)> {
    let behind = |(word, shift): &(&str, i32)| Some((narrow.strip_suffix(word)?, *shift));
    let (body, shift) = SCALES.iter().find_map(behind).unwrap_or((narrow, 0));
    let body = body.trim_end_matches(' ');
    let (sign, unsigned) = match body.as_bytes().first()? {
        b'-' => ("-", body[1..].trim_start_matches(' ')),
        b'+' => ("", body[1..].trim_start_matches(' ')),
        _ => ("", body),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = without_thousands(whole)?;
    if (whole.is_empty() && fraction.is_empty()) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut number =
        format!("{sign}{}.{}", if whole.is_empty() { "0" } else { &whole }, if fraction.is_empty() { "0" } else { fraction });
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        number.push('e');
        number.push_str(exponent);
    }
    Some((number, shift))
}

/// Moves the decimal point by writing the exponent, so that the result is the nearest number to what was written.
fn shift_exponent(digits: &str, shift: i32) -> String {
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}", exponent + shift)
}

/// The digits of a whole part, where its thousands marks (one kind only) stand between groups of three.
fn without_thousands(whole: &str) -> Option<String> {
    if whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(whole.to_string());
    }
    let mark = whole.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, ',' | ' ' | '\'') {
        return None;
    }
    let groups: Vec<&str> = whole.split(mark).collect();
    let first_fits = (1..=3).contains(&groups[0].len());
    let fits = first_fits && groups[1..].iter().all(|group| group.len() == 3);
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    (fits && digits).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_people_type_them() {
        for (text, number) in [
            ("12", 12.0),
            (" 1,234,567 ", 1_234_567.0),
            ("1，234，567．25", 1_234_567.25),
            ("１２３", 123.0),
            ("－１２", -12.0),
            ("−0.5", -0.5),
            ("1 234\u{202f}567", f64::NAN),
            ("1\u{2009}234\u{2009}567", 1_234_567.0),
            ("1 234", 1234.0),
            ("+7", 7.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("12.5%", 0.125),
            ("１２．５％", 0.125),
            ("3‰", 0.003),
            ("007", 7.0),
            ("1.2万", 12_000.0),
            ("14.1 亿", 1_410_000_000.0),
            ("1,234.5万亿", 1.2345e15),
            ("-3萬", -30_000.0),
        ] {
            if number.is_nan() {
                assert_eq!(parse_number(text), Ok(1_234_567.0), "{text}: blanks of two widths are blanks");
            } else {
                assert_eq!(parse_number(text), Ok(number), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_says_why() {
        assert_eq!(parse_number("  "), Err(Missing::Empty));
        for mark in ["-", "—", "——", "…", "……", "N/A", "NA", "null", "无", "缺", "x", "×", "ｘ", "NaN", "－"] {
            assert_eq!(parse_number(mark), Err(Missing::Marked(mark.into())), "{mark}");
        }
        for error in ["#DIV/0!", "#N/A", "#REF!", "#NAME?", "####"] {
            assert_eq!(parse_number(error), Err(Missing::SpreadsheetError(error.into())), "{error}");
        }
        for text in [
            "1,23",
            "12,34,567",
            "abc",
            "1.2.3",
            "1,234 567",
            "2020-01-01",
            "0x10",
            "1e",
            "e5",
            "12①",
            "1_000",
            "--5",
            "万",
            "1万人",
            "1万2",
            "1万%",
        ] {
            assert_eq!(parse_number(text), Err(Missing::NotANumber(text.into())), "{text}");
        }
        for text in ["inf", "-Infinity", "1e999"] {
            assert_eq!(parse_number(text), Err(Missing::OutOfRange(text.into())), "{text}");
        }
    }

    #[test]
    fn ten_thousand_digits_are_out_of_range_and_not_repeated() {
        let Err(Missing::OutOfRange(detail)) = parse_number(&"9".repeat(10_000)) else { panic!("not refused") };
        assert_eq!(detail.chars().count(), 41);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_finite_number_or_a_reason(text in "\\PC{0,40}") {
            if let Ok(number) = parse_number(&text) {
                prop_assert!(number.is_finite());
                prop_assert!(text.chars().any(|c| narrow(c).is_ascii_digit()));
            }
        }

        #[test]
        fn thousands_marks_change_nothing(number in -1_000_000_000_000_i64..1_000_000_000_000) {
            let digits = number.unsigned_abs().to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            let sign = if number < 0 { "-" } else { "" };
            prop_assert_eq!(parse_number(&format!("{sign}{grouped}")), Ok(number as f64));
        }
    }
}
