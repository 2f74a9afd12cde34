//! The words below the map: sources, notes, notices of the boundary set, and what layout itself has to add.

use super::Sheet;
use super::ink::{Block, GREY, Ink, Set};
use crate::coverage::{Area, Origin};
use crate::level::Level;
use crate::problem::Problem;
use crate::project::Projection;
use crate::spec::Words;

/// Sets the notes no wider than `width`.
pub(super) fn block(paragraphs: &[Vec<String>], ink: &Ink, width: f64) -> Result<Block, Problem> {
    let mut block = Block::default();
    let mut y = 0.0;
    for sentences in paragraphs {
        for set in packed(sentences, ink, width)? {
            block.text(&set, 0.0, y, GREY);
            y += set.height() * 1.06;
        }
    }
    Ok(block)
}

/// Sets sentences one after the other; one that would not end on the line begins a new one, so that none is broken that fits a line.
fn packed(sentences: &[String], ink: &Ink, width: f64) -> Result<Vec<Set>, Problem> {
    let size = ink.sized(0.82);
    let space = ink.either("", " ");
    let mut lines: Vec<Set> = Vec::new();
    for sentence in sentences.iter().filter(|sentence| !sentence.trim().is_empty()) {
        if let Some(last) = lines.last_mut() {
            let longer = ink.line(&format!("{}{space}{sentence}", last.line.content), size, false)?;
            if longer.width() <= width {
                *last = longer;
                continue;
            }
        }
        lines.extend(ink.wrapped(sentence, size, false, width)?);
    }
    Ok(lines)
}

/// The paragraphs to print, each of whole sentences: the author's, then what the map lacks, where its borders are from, the projection,
/// and what the boundary set demands.
pub(super) fn paragraphs(sheet: &Sheet, ink: &Ink, projection: &Projection, further: &[Words]) -> Vec<Vec<String>> {
    let own: Vec<&str> = sheet.footer.iter().map(|words| ink.words(words)).collect();
    let said = |words: &Words| {
        let said = |text: &str| !text.is_empty() && own.iter().any(|line| line.contains(text.trim_end_matches(['。', '.'])));
        said(&words.zh) || said(&words.en)
    };
    let mut last: Vec<Words> = missing_regions(sheet).into_iter().flatten().chain(further.iter().cloned()).collect();
    let origin = &sheet.coverage.origin;
    // Where the author names the source, the year alone is left to say.
    let source = Words { zh: origin.source_zh.clone(), en: origin.source_en.clone() };
    let unsaid = if said(&source) { Origin { vintage: origin.vintage, ..Origin::default() } } else { origin.clone() };
    let [zh, en] = unsaid.printed();
    last.push(Words { zh, en });
    let name = projection.name();
    last.push(Words { zh: format!("投影：{}", name.zh), en: format!("Projection: {}", name.en) });
    let notice = Words { zh: origin.notice_zh.clone().unwrap_or_default(), en: origin.notice_en.clone().unwrap_or_default() };
    if !said(&notice) {
        last.push(notice);
    }
    let stop = ink.either("。", ".");
    let sentence = |words: &Words| ink.words(words).trim().trim_end_matches(['。', '.']).to_owned();
    let last = last.iter().map(sentence).filter(|text| !text.is_empty()).map(|text| format!("{text}{stop}")).collect();
    let mut paragraphs: Vec<Vec<String>> = own.iter().map(|line| vec![(*line).to_owned()]).collect();
    paragraphs.push(last);
    if sheet.page.height_mm.is_some() { vec![run_in(&paragraphs, stop)] } else { paragraphs }
}

/// All paragraphs as one, so that they take little of a page of fixed height.
fn run_in(paragraphs: &[Vec<String>], stop: &str) -> Vec<String> {
    let ended = |sentence: &String| match sentence.ends_with(['。', '.', '！', '!', '？', '?']) {
        true => sentence.clone(),
        false => format!("{sentence}{stop}"),
    };
    paragraphs.iter().flatten().filter(|sentence| !sentence.trim().is_empty()).map(ended).collect()
}

/// Names the regions that are shown without any value: Taiwan in the words that rule C9 asks for, then Hong Kong and Macau.
fn missing_regions(sheet: &Sheet) -> [Option<Words>; 2] {
    let areas = sheet.coverage.areas(sheet.level);
    let is_of = |area: &Area, prefix: &str| area.code.len() == 6 && area.code.starts_with(prefix);
    let lacking = |prefix: &str| {
        let mut own =
            sheet.shown.iter().enumerate().filter(|(_, index)| areas.get(**index).is_some_and(|a| is_of(a, prefix))).peekable();
        own.peek().is_some()
            && own.all(|(at, _)| {
                sheet.panels.iter().all(|panel| panel.readings.get(at).is_none_or(|reading| reading.value.is_err()))
            })
    };
    if !sheet.is_filled() || sheet.shown.len() <= 3 || !super::inset::is_china(&sheet.coverage) {
        return [None, None];
    }
    let words = |zh: &str, en: &str| Some(Words { zh: zh.to_owned(), en: en.to_owned() });
    let taiwan = lacking("71").then(|| words("台湾省资料暂缺", "No data for Taiwan")).flatten();
    let special = match (lacking("81"), lacking("82")) {
        (true, true) => words("香港、澳门特别行政区资料暂缺", "No data for Hong Kong and Macau"),
        (true, false) => words("香港特别行政区资料暂缺", "No data for Hong Kong"),
        (false, true) => words("澳门特别行政区资料暂缺", "No data for Macau"),
        (false, false) => None,
    };
    [taiwan, special]
}

/// Says how many areas have no label.
pub(super) fn unnamed(count: usize, level: Level) -> Words {
    let (zh, [one, many]) = match level {
        Level::Province => ("省级单位", ["province", "provinces"]),
        Level::Prefecture => ("地级单位", ["prefecture", "prefectures"]),
        Level::County => ("县级单位", ["county", "counties"]),
        Level::Unit => ("区域", ["area", "areas"]),
    };
    let (en, verb) = if count == 1 { (one, "is") } else { (many, "are") };
    Words {
        zh: format!("限于图幅，{count} 个{zh}未注名"), en: format!("{count} {en} {verb} not named, for want of room")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Language, PagePlan};

    fn ink(language: Language) -> Ink {
        Ink::new(&PagePlan { width_mm: 84.0, height_mm: None, dpi: 300.0, serif: false, text_pt: 7.5, outlines: true, language })
    }

    #[test]
    fn a_sentence_that_fits_a_line_is_never_broken() {
        let sentences = ["投影：阿尔伯斯等积圆锥投影。", "边界：某图。", "示意图，未经审核。"].map(str::to_owned);
        for width in 19..90 {
            let lines = packed(&sentences, &ink(Language::Zh), f64::from(width)).unwrap();
            let whole = lines.iter().any(|set| set.line.content.contains("示意图，未经审核。"));
            assert!(whole, "{width}: {:?}", lines.iter().map(|set| &set.line.content).collect::<Vec<_>>());
        }
    }

    #[test]
    fn unnamed_areas_are_counted_in_both_languages() {
        assert_eq!(unnamed(1, Level::County).en, "1 county is not named, for want of room");
        assert_eq!(unnamed(12, Level::County).zh, "限于图幅，12 个县级单位未注名");
    }
}
