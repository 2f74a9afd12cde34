//! Numbers, escaped text and ids.

use std::collections::BTreeSet;

/// Units of the view box in a millimetre: one unit is 10 micrometres, finer than any press.
pub(super) const UNITS: f64 = 100.0;

/// Appends a number with at most `decimals` decimals, without trailing zeros and without a zero before the point. What is not a
/// number is 0. All numbers of a file are printed here.
pub(super) fn number(out: &mut String, value: f64, decimals: u32) {
    let factor = 10i64.pow(decimals);
    let scaled = if value.is_finite() { (value.clamp(-1e9, 1e9) * factor as f64).round() as i64 } else { 0 };
    let (whole, part) = (scaled.abs() / factor, scaled.abs() % factor);
    if scaled < 0 {
        out.push('-');
    }
    if whole != 0 || part == 0 {
        out.push_str(&whole.to_string());
    }
    if part != 0 {
        let digits = format!("{part:0width$}", width = decimals as usize);
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// A length on the page in view box units.
pub(super) fn units(millimetres: f64) -> String {
    plain(millimetres * UNITS, 2)
}

/// A number on its own.
pub(super) fn plain(value: f64, decimals: u32) -> String {
    let mut out = String::new();
    number(&mut out, value, decimals);
    out
}

/// Text for content and attributes. Characters that XML 1.0 does not allow are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            '\u{FFFE}' | '\u{FFFF}' => {}
            _ if character.is_control() => {}
            _ => out.push(character),
        }
    }
    out
}

/// Ids that are safe in XML, in CSS and in a fragment of a URL, each given out once.
#[derive(Default)]
pub(super) struct Ids {
    taken: BTreeSet<String>,
}

impl Ids {
    /// The id for a name under a prefix; a number follows where the name was used before.
    pub(super) fn make(&mut self, prefix: &str, name: &str) -> String {
        let wanted = format!("{prefix}{}", sanitised(name));
        let mut id = wanted.clone();
        let mut next = 2;
        while !self.taken.insert(id.clone()) {
            id = format!("{wanted}-{next}");
            next += 1;
        }
        id
    }
}

/// Letters, digits, hyphens and underscores of ASCII; every other character becomes its number.
pub(super) fn sanitised(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars().take(80) {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => out.push(character),
            _ => out.push_str(&format!("_{:x}", character as u32)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_fixed() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.5, ".5"),
            (-0.25, "-.25"),
            (12.304, "12.3"),
            (-0.001, "0"),
            (0.995, "1"),
            (1e30, "1000000000"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ];
        for (value, text) in cases {
            assert_eq!(plain(value, 2), text);
        }
        assert_eq!(plain(-2.5, 0), "-3");
    }

    #[test]
    fn markup_in_text_stays_text_and_ids_are_unique() {
        assert_eq!(escaped("<b a=\"1\">&'\u{0}\u{1b}\u{ffff}"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        let mut ids = Ids::default();
        assert_eq!(ids.make("m-", "11 0<"), "m-11_200_3c");
        assert_eq!(ids.make("m-", "11 0<"), "m-11_200_3c-2");
    }
}
