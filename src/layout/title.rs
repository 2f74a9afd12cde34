//! The words above the map: title, title in English, subtitle.

use super::ink::{BLACK, Block, GREY, Ink, Set};
use crate::problem::Problem;
use crate::spec::{Language, Words};

/// Lines a title may take before it is too long.
const MOST_LINES: usize = 3;

/// Sets title and subtitle no wider than `width`: on a sheet in both languages the Chinese ones first, then the English ones.
pub(super) fn block(title: &Words, subtitle: Option<&Words>, ink: &Ink, width: f64) -> Result<Block, Problem> {
    let mut block = Block::default();
    let mut y = 0.0;
    let mut add = |lines: Vec<Set>, colour, after: f64| {
        let any = !lines.is_empty();
        for set in lines {
            block.text(&set, 0.0, y, colour);
            y += set.height() * 1.08;
        }
        y += if any { ink.size * after } else { 0.0 };
    };
    let subtitle = subtitle.cloned().unwrap_or_default();
    add(heading(ink.words(title), ink, 1.55, true, width)?, BLACK, 0.12);
    add(heading(ink.words(&subtitle), ink, 1.0, false, width)?, BLACK, 0.2);
    if ink.language == Language::Both && !title.zh.is_empty() {
        add(heading(&title.en, ink, 1.0, false, width)?, GREY, 0.05);
        if !subtitle.zh.is_empty() {
            add(heading(&subtitle.en, ink, 0.86, false, width)?, GREY, 0.05);
        }
    }
    Ok(block)
}

/// Shrinks a line to three quarters, then wraps it, then gives up.
fn heading(text: &str, ink: &Ink, share: f64, bold: bool, width: f64) -> Result<Vec<Set>, Problem> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let (full, least) = (ink.sized(share), ink.sized(share * 0.75));
    let set = ink.line(text, full, bold)?;
    if set.width() <= width {
        return Ok(vec![set]);
    }
    let shrunk = full * width / set.width() * 0.999;
    if shrunk >= least {
        return Ok(vec![ink.line(text, shrunk, bold)?]);
    }
    let too_long = || {
        let start: String = text.chars().take(40).collect();
        let message = format!("The title \"{start}…\" takes more than {MOST_LINES} lines of {width:.0} mm.");
        Problem::error("title-too-long", message).help("Shorten it, or move a part into the subtitle or a note.")
    };
    match ink.balanced(text, least, bold, width) {
        Ok(lines) if lines.len() <= MOST_LINES && lines.iter().all(|line| line.width() <= width * 1.001) => Ok(lines),
        Err(problem) if problem.id != "text-does-not-fit" => Err(problem),
        _ => Err(too_long()),
    }
}
