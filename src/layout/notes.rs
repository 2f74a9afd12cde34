//! The words below the map: sources, notes, notices of the boundary set, and what layout itself has to add.

use super::Sheet;
use super::ink::{Block, GREY, Ink};
use crate::coverage::Area;
use crate::problem::Problem;
use crate::project::Projection;
use crate::spec::Words;

/// Sets the notes no wider than `width`; a wide page has two columns.
pub(super) fn block(lines: &[String], ink: &Ink, width: f64) -> Result<Block, Problem> {
    let mut block = Block::default();
    let mut y = 0.0;
    for text in lines.iter().filter(|text| !text.trim().is_empty()) {
        for set in ink.wrapped(text, ink.sized(0.82), false, width)? {
            block.text(&set, 0.0, y, GREY);
            y += set.height() * 1.06;
        }
    }
    Ok(block)
}

/// The lines to print: the author's, then missing regions, projection, and what the boundary set demands, each once.
pub(super) fn lines(sheet: &Sheet, ink: &Ink, projection: &Projection, further: &[Words]) -> Vec<String> {
    let mut lines: Vec<String> = sheet.footer.iter().map(|words| ink.words(words).to_owned()).collect();
    let said = |lines: &[String], text: &str| lines.iter().any(|line| line.contains(text.trim_end_matches(['。', '.'])));
    let mut last: Vec<String> = Vec::new();
    if let Some(words) = missing_regions(sheet) {
        last.push(ink.words(&words).to_owned());
    }
    last.extend(further.iter().map(|words| ink.words(words).to_owned()));
    let name = projection.name();
    last.push(ink.words(&Words { zh: format!("投影：{}", name.zh), en: format!("Projection: {}", name.en) }).to_owned());
    let origin = &sheet.coverage.origin;
    let source = Words { zh: origin.source_zh.clone(), en: origin.source_en.clone() };
    if !said(&lines, &origin.source_zh) && !said(&lines, &origin.source_en) {
        last.push(ink.words(&source).to_owned());
    }
    let notice = Words { zh: origin.notice_zh.clone().unwrap_or_default(), en: origin.notice_en.clone().unwrap_or_default() };
    if !said(&lines, &notice.zh) && !said(&lines, &notice.en) {
        last.push(ink.words(&notice).to_owned());
    }
    let (stop, space) = (ink.either("。", "."), ink.either("", " "));
    let sentences: Vec<String> = last
        .iter()
        .map(|text| text.trim().trim_end_matches(['。', '.']))
        .filter(|text| !text.is_empty())
        .map(|text| format!("{text}{stop}"))
        .collect();
    lines.push(sentences.join(space));
    lines
}

/// Names the regions that are shown without any value: Taiwan, Hong Kong, Macau (rule C9).
fn missing_regions(sheet: &Sheet) -> Option<Words> {
    if !sheet.is_filled() {
        return None;
    }
    const REGIONS: [(&str, &str, &str); 3] =
        [("71", "台湾省", "Taiwan"), ("81", "香港特别行政区", "Hong Kong"), ("82", "澳门特别行政区", "Macau")];
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
    let china = sheet.shown.len() > 3 && super::inset::is_china(&sheet.coverage);
    let found: Vec<_> = REGIONS.iter().filter(|(prefix, ..)| china && lacking(prefix)).collect();
    if found.is_empty() {
        return None;
    }
    let zh: Vec<&str> = found.iter().map(|r| r.1).collect();
    let en: Vec<&str> = found.iter().map(|r| r.2).collect();
    Some(Words { zh: format!("{}资料暂缺", zh.join("、")), en: format!("No data for {}", en.join(", ")) })
}
