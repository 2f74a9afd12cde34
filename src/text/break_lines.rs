//! Breaking a paragraph into lines.

use super::clean::{clean, has_empty_half, is_closing, is_opening, is_wide};
use super::face::Fonts;
use super::set::{Cluster, Shaped, shortened};
use super::{Line, Style};
use crate::problem::Problem;

/// Han characters that count what a number before them says, and so stay with it.
const UNITS: &str = "年月日时分秒人万亿千百个家所张床名元岁级类期倍位次公米里区县市省平";

/// Words that stay with the number before them though a space stands between.
const UNIT_WORDS: [&str; 16] = ["km", "km²", "m", "m²", "mm", "cm", "ha", "kg", "h", "min", "s", "°C", "℃", "%", "‰", "dpi"];

impl Fonts {
    /// Breaks a text into lines no wider than `width` millimetres, at line ends in the text and where Chinese and Latin allow it. A
    /// word wider than a line is broken between letters.
    ///
    /// # Errors
    ///
    /// As [`Fonts::set`], and `text-does-not-fit` where more than `max_lines` lines would be needed.
    pub fn wrap(&self, text: &str, width: f64, style: &Style, max_lines: usize) -> Result<Vec<Line>, Problem> {
        let mut lines = Vec::new();
        for paragraph in clean(text, true).split('\n') {
            let shaped = self.shape(paragraph, style, false)?;
            for (start, end) in pieces(&shaped, width / style.size_mm) {
                lines.push(self.set(&shaped.text[start..end], style)?);
            }
        }
        if lines.len() > max_lines {
            return Err(too_many(text, lines.len(), max_lines, width));
        }
        Ok(lines)
    }

    /// As [`Fonts::wrap`], with the lines about equally long: for titles and headings.
    ///
    /// # Errors
    ///
    /// As [`Fonts::wrap`].
    pub fn wrap_balanced(&self, text: &str, width: f64, style: &Style, max_lines: usize) -> Result<Vec<Line>, Problem> {
        let lines = self.wrap(text, width, style, max_lines)?;
        if lines.len() < 2 {
            return Ok(lines);
        }
        let (mut low, mut high) = (width / lines.len() as f64 / 2.0, width);
        for _ in 0..12 {
            let middle = (low + high) / 2.0;
            let fits =
                self.wrap(text, middle, style, lines.len()).is_ok_and(|lines| lines.iter().all(|line| line.width <= middle));
            if fits { high = middle } else { low = middle }
        }
        self.wrap(text, high, style, max_lines)
    }
}

fn too_many(text: &str, needed: usize, allowed: usize, width: f64) -> Problem {
    Problem::error(
        "text-does-not-fit",
        format!("\"{}\" needs {needed} lines of {width:.0} mm and has room for {allowed}.", shortened(text)),
    )
    .help("Shorten it, or make the page wider or the type smaller.")
}

/// The bytes of each line; `width` in parts of the em.
fn pieces(shaped: &Shaped, width: f64) -> Vec<(usize, usize)> {
    let clusters = &shaped.clusters;
    let x = |at: usize| clusters.get(at).map_or(shaped.width, |cluster| cluster.x);
    let mut pieces = Vec::new();
    let (mut first, mut chance) = (0, None);
    let mut at = 0;
    while at < clusters.len() {
        if at > first && may_break(clusters, at) {
            chance = Some(at);
        }
        if line_width(shaped, first, at + 1, &x) > width + 1e-9 && at > first {
            let next = chance.take().unwrap_or(at);
            pieces.push(trimmed(shaped, first, next));
            first = next;
            while first < clusters.len() && clusters[first].character == ' ' {
                first += 1;
            }
            at = first;
            continue;
        }
        at += 1;
    }
    if first < clusters.len() || pieces.is_empty() {
        pieces.push(trimmed(shaped, first, clusters.len()));
    }
    pieces
}

/// Width of the line that holds the clusters from `first` to before `end`: without the spaces at its end and the empty halves of the
/// punctuation at its edges.
fn line_width(shaped: &Shaped, first: usize, end: usize, x: &impl Fn(usize) -> f64) -> f64 {
    let mut end = end;
    while end > first + 1 && shaped.clusters[end - 1].character == ' ' {
        end -= 1;
    }
    let empty_half = |at: usize, edge: fn(char) -> bool| {
        let character = shaped.clusters[at].character;
        let full = has_empty_half(character) && edge(character) && x(at + 1) - x(at) > 0.75;
        if full { 0.5 } else { 0.0 }
    };
    x(end) - x(first) - empty_half(first, is_opening) - empty_half(end - 1, is_closing)
}

fn trimmed(shaped: &Shaped, first: usize, end: usize) -> (usize, usize) {
    let byte = |at: usize| shaped.clusters.get(at).map_or(shaped.text.len(), |cluster| cluster.start);
    let (start, end) = (byte(first), byte(end));
    (start, start + shaped.text[start..end].trim_end_matches(' ').len())
}

/// Whether a line may end before cluster `at` (after the UAX 14 classes that matter here).
fn may_break(clusters: &[Cluster], at: usize) -> bool {
    let (before, after) = (clusters[at - 1].character, clusters[at].character);
    if after == ' ' || is_closing(after) || is_opening(before) {
        return false;
    }
    if before == ' ' {
        return !(is_closing(after) || follows_number(clusters, at) && starts_with_unit(clusters, at));
    }
    if before.is_ascii_digit() && UNITS.contains(after) || before == '第' && after.is_ascii_digit() {
        return false;
    }
    if is_wide(before) || is_wide(after) {
        return true;
    }
    // After a hyphen between letters, a slash, or a dash.
    let letters = at >= 2 && clusters[at - 2].character.is_alphabetic() && after.is_alphabetic();
    matches!(before, '-' | '‐' | '/') && letters || before == '—' && after != '—'
}

fn follows_number(clusters: &[Cluster], at: usize) -> bool {
    at >= 2 && clusters[at - 2].character.is_ascii_digit()
}

fn starts_with_unit(clusters: &[Cluster], at: usize) -> bool {
    if UNITS.contains(clusters[at].character) {
        return true;
    }
    let word: String =
        clusters[at..].iter().map(|cluster| cluster.character).take_while(|c| *c != ' ' && !is_wide(*c)).take(8).collect();
    UNIT_WORDS.contains(&word.trim_end_matches([',', '.', ';', ')', ':']))
}

#[cfg(test)]
mod tests {
    use super::super::{Family, fonts};
    use super::*;
    use proptest::prelude::*;

    fn wrap(text: &str, width: f64) -> Vec<String> {
        let lines = fonts().wrap(text, width, &Style::new(Family::Sans, 1.0), 99).unwrap();
        lines.into_iter().map(|line| line.content).collect()
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_closing_and_after_opening_punctuation() {
        assert_eq!(wrap("每千人口床位数", 3.2), ["每千人", "口床位", "数"]);
        assert_eq!(wrap("资料来源，国家", 4.2), ["资料来", "源，国家"]);
        assert_eq!(wrap("资料来源，国家", 4.6), ["资料来源，", "国家"]);
        assert_eq!(wrap("资料（来源）国家", 3.2), ["资料", "（来源）", "国家"]);
    }

    #[test]
    fn numbers_stay_with_their_units_and_words_whole() {
        assert_eq!(wrap("截至2020年底", 3.5), ["截至", "2020年", "底"]);
        assert_eq!(wrap("距离 50 km 以内", 4.0), ["距离", "50 km", "以内"]);
        assert_eq!(wrap("beds each thousand", 4.5), ["beds", "each", "thousand"]);
        assert_eq!(wrap("thousandths", 3.0).concat(), "thousandths");
    }

    #[test]
    fn line_ends_in_the_text_are_kept_and_too_many_lines_refused() {
        assert_eq!(wrap("甲\n乙", 9.0), ["甲", "乙"]);
        let problem = fonts().wrap("甲乙丙丁", 1.0, &Style::new(Family::Sans, 1.0), 2).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "error: \"甲乙丙丁\" needs 4 lines of 1 mm and has room for 2. Shorten it, or make the page wider or the type smaller."
        );
    }

    #[test]
    fn balanced_lines_are_about_equally_long() {
        let lines = fonts().wrap_balanced("到最近三级甲等医院的平均距离与人口", 15.0, &Style::new(Family::Sans, 1.0), 2).unwrap();
        assert_eq!(lines.iter().map(|line| line.content.chars().count()).collect::<Vec<_>>(), [9, 8]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_lines_fit(text in "[一二三（），。、“”a-e0-9 年%]{0,60}", width in 1.0f64..20.0) {
            let style = Style::new(Family::Serif, 1.0);
            let lines = fonts().wrap(&text, width, &style, 999).unwrap();
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.iter().map(|l| l.content.as_str()).collect::<String>()), squeeze(&text));
            for line in &lines {
                prop_assert!(line.width <= width + 1e-6 || line.content.chars().count() == 1, "{:?} {}", line.content, line.width);
            }
        }
    }
}
