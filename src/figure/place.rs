//! Where in the map file a problem of the layout has its cause: layout knows words and sizes, not files.

use crate::problem::Problem;
use crate::spec::Plan;
use std::ops::Range;

/// Problems whose cause is the size of the page.
const OF_THE_PAGE: [&str; 4] = ["page-too-small", "page-size", "text-size", "no-room"];

/// Names the line of the words that the message quotes, or that of the page, or else the file alone.
pub(super) fn locate(plan: &Plan, problem: Problem) -> Problem {
    let quoted = quoted(&problem.message).and_then(|words| find(plan, words));
    let page = || plan.page_at.clone().filter(|_| OF_THE_PAGE.contains(&problem.id));
    match quoted.or_else(page) {
        Some(span) => plan.locate(problem, span),
        None => problem.in_file(&plan.file),
    }
}

/// The words in the last quotation marks of a message, without what shortens them.
fn quoted(message: &str) -> Option<&str> {
    let before_end = &message[..message.rfind('"')?];
    let words = before_end.get(before_end.rfind('"')? + 1..)?.trim_end_matches('…');
    (!words.is_empty()).then_some(words)
}

/// Where words stand in the map file, or in its atlas. The title of a page of a series has the name of the place before it.
fn find(plan: &Plan, words: &str) -> Option<Range<usize>> {
    let after = |mark: &str| words.split_once(mark).map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
    [Some(words), after("："), after(": ")].into_iter().flatten().find_map(|words| {
        let within = |text: &str, base: usize| text.find(words).map(|at| base + at..base + at + words.len());
        let atlas = || plan.atlas.as_ref().and_then(|(_, text)| within(text, plan.text.len() + 1));
        within(&plan.text, 0).or_else(atlas)
    })
}
