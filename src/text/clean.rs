//! What the characters of a text are, and the text without those that cannot be drawn.

use harfrust::unicode::{combining_class, compose};

/// The text as it is drawn: white space of every kind but the no-break and measured spaces is a plain space, control, format and
/// variation characters are gone, letters and their accents are one character where Unicode has one. Line ends are kept for
/// [`super::Fonts::wrap`] where `keep_lines` asks.
pub(super) fn clean(text: &str, keep_lines: bool) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' if keep_lines => clean.push('\n'),
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push(' '),
            _ if is_invisible(character) => {}
            _ => push_composed(&mut clean, stand_in(character)),
        }
    }
    clean
}

/// Characters drawn by another of the same look.
fn stand_in(character: char) -> char {
    match character {
        '\u{2BC}' => '\u{2019}',             // modifier apostrophe
        '\u{223C}' => '~',                   // tilde operator
        '\u{2027}' | '\u{22C5}' => '\u{B7}', // hyphenation point, dot operator
        '\u{2215}' | '\u{2044}' => '/',
        _ => character,
    }
}

/// Control and format characters, marks of direction among them, and variation selectors.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{E0000}'..='\u{E0FFF}')
}

fn push_composed(clean: &mut String, character: char) {
    if is_mark(character)
        && let Some(before) = clean.pop()
    {
        match compose(before.into(), character.into()).and_then(char::from_u32) {
            Some(composed) => clean.push(composed),
            None => clean.extend([before, character]),
        }
        return;
    }
    clean.push(character);
}

/// Whether a character is drawn on the one before it.
pub(super) fn is_mark(character: char) -> bool {
    combining_class(character.into()) != 0
}

/// Han, kana, bopomofo, Chinese punctuation and full-width forms.
pub(super) fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{2E80}'..='\u{312F}' | '\u{3190}'..='\u{31EF}' | '\u{3200}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF01}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFF}')
}

/// Han characters alone, beside which Latin letters get a gap.
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Signs that Chinese sets full-width and Latin does not: their neighbours decide.
pub(super) fn is_either(character: char) -> bool {
    matches!(character, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Punctuation that opens and whose full-width form is empty on its left.
const OPENING: &str = "（《〈「『【〔〖“‘［｛";
/// Punctuation that closes and whose full-width form is empty on its right.
const CLOSING: &str = "）》〉」』】〕〗”’］｝，。、；：";
/// What else ends no line.
const OPENING_NARROW: &str = "([{«￥¥$£€＄#";
/// What else begins no line.
const CLOSING_NARROW: &str = "！？)]}»,.;:!?…—·～~%‰％℃°′″‐-–/／々ー²³¹";

/// Punctuation that opens and so ends no line.
pub(super) fn is_opening(character: char) -> bool {
    OPENING.contains(character) || OPENING_NARROW.contains(character)
}

/// Punctuation that closes and so begins no line.
pub(super) fn is_closing(character: char) -> bool {
    CLOSING.contains(character) || CLOSING_NARROW.contains(character)
}

/// Punctuation whose full-width form has an empty half.
pub(super) fn has_empty_half(character: char) -> bool {
    OPENING.contains(character) || CLOSING.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_drawn_is_gone_and_accents_are_joined() {
        assert_eq!(clean("a\u{0}b\u{202E}c\u{FEFF}\td\r\ne", false), "abc d e");
        assert_eq!(clean("a\r\nb\u{2028}c", true), "a\nb\nc");
        assert_eq!(clean("La\u{304}sa\u{300}", false), "Lāsà");
        assert_eq!(clean("u\u{308}\u{30C}", false), "ǚ");
        assert_eq!(clean("\u{304}x", false), "\u{304}x");
    }

    #[test]
    fn no_character_both_opens_and_closes_a_line() {
        let all = [OPENING, CLOSING, OPENING_NARROW, CLOSING_NARROW].concat();
        for character in all.chars() {
            assert!(is_opening(character) != is_closing(character), "{character}");
            assert_eq!(all.matches(character).count(), 1, "{character} stands twice");
        }
        assert!(has_empty_half('（') && has_empty_half('。') && !has_empty_half('(') && !has_empty_half('！'));
    }
}
