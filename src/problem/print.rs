//! How problems are shown: to people with an excerpt of the file and marks under the words at fault, to programs as JSON.

use super::{Problem, Severity};
use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use std::ops::Range;

/// Shows a problem as several lines, with an excerpt where the text of its file is given and the place is known.
///
/// ```
/// use caremap::problem::{Problem, print};
/// let problem = Problem::error("unknown-key", "There is no key \"tilte\".").in_file("beds.toml").at_line(1).at_span(0..5);
/// let shown = print(&problem.help("Did you mean title?"), Some("tilte = \"床位\"\n"), false);
/// assert!(shown.contains("1 | tilte = \"床位\""));
/// assert!(shown.contains("  | ^^^^^"));
/// ```
pub fn print(problem: &Problem, text: Option<&str>, colour: bool) -> String {
    let title = title(problem);
    let help = problem.help.as_deref().map(clean);
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(title.as_str()).id(problem.id));
    let file = problem.place.file.as_deref().map(clean);
    let excerpt = text.zip(problem.place.span.clone()).and_then(|(text, span)| Some((text, fit(text, span)?)));
    match (&file, excerpt) {
        (Some(file), Some((text, span))) => {
            let mark = AnnotationKind::Primary.span(span);
            group = group.element(Snippet::source(text).path(file.as_str()).annotation(mark));
        }
        (Some(file), None) => {
            let origin = Origin::path(file.as_str());
            group = group.element(match problem.place.line {
                Some(line) => origin.line(line),
                None => origin,
            });
        }
        (None, _) => {}
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(DEFAULT_TERM_WIDTH).render(&[group])
}

/// The message, with the column and the subject before it.
fn title(problem: &Problem) -> String {
    let column = problem.place.column.as_ref().map(|column| format!("column {column:?}: ")).unwrap_or_default();
    let subject = problem.place.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    clean(&format!("{column}{subject}{}", problem.message))
}

/// Text from files must not steer the terminal.
fn clean(text: &str) -> String {
    normalize_untrusted_str(&text.replace('\n', " "))
}

/// The span where it lies within the text, widened to whole characters; nothing where the file has changed under it.
fn fit(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    if span.start > text.len() || span.end > text.len() || span.start > span.end {
        return None;
    }
    let start = (0..=span.start).rev().find(|at| text.is_char_boundary(*at))?;
    let end = (span.end..=text.len()).find(|at| text.is_char_boundary(*at))?;
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_under_han_characters() {
        let text = "title = \"床位\"\nlevel = \"省\"\n";
        let start = text.find("\"省\"").expect("the text holds it");
        let shown = print(&Problem::error("unknown-word", "No.").in_file("a.toml").at_span(start..start + 5), Some(text), false);
        assert!(shown.contains("2 | level = \"省\"\n  |         ^^^^"), "{shown}");
    }

    #[test]
    fn text_from_files_does_not_steer_the_terminal() {
        let shown = print(&Problem::warning("x", "a\u{1b}[31mb").in_file("c\u{7}.csv").at_line(3), None, false);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    }

    #[test]
    fn a_place_outside_the_text_shows_no_excerpt() {
        let shown = print(&Problem::error("x", "Gone.").in_file("a.toml").at_line(9).at_span(90..99), Some("short"), false);
        assert!(shown.contains("a.toml:9"), "{shown}");
        assert!(!shown.contains("short"));
    }
}
