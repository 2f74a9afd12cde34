//! GB/T 2260 codes as tables write them.

use crate::table::is_blank;
use unicode_normalization::UnicodeNormalization;

/// The six-digit form of a code as written, or none where it is not a code of an area in China.
///
/// Taken: full-width digits, blanks, an apostrophe before it (how spreadsheets keep text), a decimal zero after it (how they lose
/// it), two and four digits (province and prefecture), and nine or twelve digits (towns and villages), of which six are kept.
///
/// ```
/// use caremap::place::code::six_digits;
/// assert_eq!(six_digits("１１０１０１").as_deref(), Some("110101"));
/// assert_eq!(six_digits("110101.0").as_deref(), Some("110101"));
/// assert_eq!(six_digits("440305000000").as_deref(), Some("440305"));
/// assert_eq!(six_digits("44").as_deref(), Some("440000"));
/// assert_eq!(six_digits("1,234"), None);
/// ```
pub fn six_digits(written: &str) -> Option<String> {
    if written.len() > 64 {
        return None;
    }
    let narrow: String = written.nfkc().filter(|c| !is_blank(*c) && !matches!(c, '\'' | '’')).collect();
    let digits = narrow.strip_suffix(".0").or_else(|| narrow.strip_suffix(".00")).unwrap_or(&narrow);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !is_province(digits) {
        return None;
    }
    match digits.len() {
        2 => Some(format!("{digits}0000")),
        4 => Some(format!("{digits}00")),
        6 | 9 | 12 => Some(digits[..6].to_string()),
        _ => None,
    }
}

/// Whether a six-digit code is one of statistics: its fifth digit is 7, as for development zones. Of the Ministry's codes none has it.
pub fn is_statistical(code: &str) -> bool {
    code.len() == 6 && code.as_bytes()[4] == b'7'
}

/// The first digits of every province: 11-15, 21-23, 31-37, 41-46, 50-54, 61-65, 71, 81-82.
fn is_province(digits: &str) -> bool {
    let Some(two) = digits.get(..2).and_then(|two| two.parse::<u8>().ok()) else { return false };
    matches!(two, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82)
}

/// The code of the prefecture that the first four digits stand for. The counties of Chongqing (5002) belong to 500100.
pub fn prefecture_of(code: &str) -> Option<String> {
    let four = code.get(..4)?;
    Some(if four == "5002" { "500100".to_string() } else { format!("{four}00") })
}

/// The code of the province that the first two digits stand for.
pub fn province_of(code: &str) -> Option<String> {
    Some(format!("{}0000", code.get(..2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chongqings_counties_belong_to_its_one_prefecture() {
        assert_eq!(prefecture_of("500229").as_deref(), Some("500100"));
        assert_eq!(prefecture_of("330103").as_deref(), Some("330100"));
        assert_eq!(province_of("659009").as_deref(), Some("650000"));
    }

    #[test]
    fn what_is_not_a_code_is_none() {
        for written in ["", "0", "北京", "990101", "11010", "1101011", "110101.5", "-110101", "１１０１０1x"] {
            assert_eq!(six_digits(written), None, "{written}");
        }
        assert_eq!(six_digits(" '110 101").as_deref(), Some("110101"));
    }

    proptest! {
        #[test]
        fn any_text_is_six_digits_or_none(text in "\\PC{0,20}") {
            if let Some(code) = six_digits(&text) {
                prop_assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(six_digits(&code), Some(code));
            }
        }
    }
}
