//! A name as somebody wrote it, brought into letters that can be compared.

use super::table::simplified;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a text that are looked at; no name of an area within its parents is longer.
const LONGEST: usize = 120;

/// A written name in plain letters: simplified characters, Latin letters in lower case without accents, digits, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The letters.
    pub letters: String,
    /// Where a blank, a bracket or another mark stood between letters, as bytes of `letters`; ascending.
    pub cuts: Vec<usize>,
    /// Whether a traditional character or a variant was replaced.
    pub replaced: bool,
}

impl Written {
    /// Reads a text; one that is too long for a name is empty.
    ///
    /// ```
    /// use caremap::place::name::Written;
    /// let written = Written::of("瀋陽 (Shěnyáng)");
    /// assert_eq!((written.letters.as_str(), written.cuts), ("沈阳shenyang", vec![6]));
    /// ```
    pub fn of(text: &str) -> Self {
        let text = without_footnote(text.trim());
        let mut written = Self::default();
        if text.chars().nth(LONGEST).is_some() {
            return written;
        }
        for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
            written.add(c);
        }
        if written.cuts.last() == Some(&written.letters.len()) {
            written.cuts.pop();
        }
        written
    }

    fn add(&mut self, c: char) {
        if let Some(simple) = simplified(c) {
            self.letters.push(simple);
            self.replaced = true;
        } else if c.is_alphanumeric() {
            self.letters.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '′')
            && !self.letters.is_empty()
            && self.cuts.last() != Some(&self.letters.len())
        {
            self.cuts.push(self.letters.len());
        }
    }
}

/// A text without the mark of a footnote at its end: 北京①, 北京*, 北京[1], 北京(2).
fn without_footnote(text: &str) -> &str {
    let bare = text.trim_end_matches(
        |c: char| matches!(c, '*' | '＊' | '※' | '†' | '‡' | '¹' | '²' | '³' | '\u{2070}'..='\u{2079}' | '\u{2460}'..='\u{2473}'),
    );
    let open = match bare.chars().next_back() {
        Some(']' | '］') => ['[', '［'],
        Some(')' | '）') => ['(', '（'],
        _ => return bare.trim_end(),
    };
    let Some((front, inner)) = bare.rsplit_once(open) else { return bare };
    let mut inner = inner.chars();
    inner.next_back();
    let is_mark = inner.clone().count() > 0 && inner.all(|c| c.is_numeric() || matches!(c, '注' | '*'));
    if is_mark && !front.is_empty() { front.trim_end() } else { bare }
}

/// The letters of a form in Latin letters.
pub fn latin_letters(form: &str) -> String {
    Written::of(form).letters
}

/// The letters of a form, with every way in which people write its ü where it has one: Lüliang, Luliang, Lvliang, Lyuliang.
pub fn latin_keys(form: &str) -> Vec<String> {
    let ways: &[&str] = if form.contains('ü') { &["u", "v", "yu"] } else { &[""] };
    ways.iter().map(|way| latin_letters(&form.replace('ü', way))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_of_footnotes_are_no_part_of_a_name() {
        for text in ["北京①", "北京 *", "北京[1]", "北京（注1）", "北京¹", "北京"] {
            assert_eq!(Written::of(text).letters, "北京", "{text}");
        }
        assert_eq!(Written::of("朝阳区（北京）").letters, "朝阳区北京");
        assert_eq!(Written::of("(1)").letters, "1");
    }

    #[test]
    fn letters_lose_accents_and_marks() {
        for (text, letters) in
            [("Xī'ān Shì", "xianshi"), ("Lüliang", "luliang"), ("ＸＩＡＮ", "xian"), ("黑龍江省", "黑龙江省"), ("⻓沙", "长沙")]
        {
            assert_eq!(Written::of(text).letters, letters, "{text}");
        }
        assert_eq!(latin_keys("Lüliang"), ["luliang", "lvliang", "lyuliang"]);
        assert_eq!(Written::of(&"长".repeat(500)), Written::default());
    }

    proptest! {
        #[test]
        fn cuts_lie_between_letters(text in "\\PC{0,40}") {
            let written = Written::of(&text);
            prop_assert!(written.cuts.is_sorted());
            prop_assert!(written.cuts.iter().all(|cut| *cut > 0 && *cut < written.letters.len() && written.letters.is_char_boundary(*cut)));
        }
    }
}
