//! What all pages share: head, header, footer, and text in two languages.

use crate::spec::Words;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Nothing is loaded but the gallery's own files, and no script runs but its own, whatever a name in the data holds.
const POLICY: &str = "default-src 'none'; img-src 'self' file: data:; style-src 'self' file: 'unsafe-inline'; \
                      script-src 'self' file:; font-src 'self' file: data:; base-uri 'none'; form-action 'none'";

/// A whole page.
pub(super) fn document(title: &str, atlas_title: &Words, home: bool, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")));
                title { (title) }
                link rel="stylesheet" href="assets/gallery.css";
                script src="assets/gallery.js" defer {}
            }
            body {
                a.page-skip href="#page-main" { (two("跳到内容", "Skip to content")) }
                @if !home {
                    header.page-top {
                        nav aria-label="图集 Atlas" { a href="index.html" { "← " (words(atlas_title)) } }
                    }
                }
                main #page-main { (body) }
                footer.page-foot {
                    p lang="en" { "Made with " (concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))) "." }
                }
            }
        }
    };
    page.into_string()
}

/// Chinese and English of the gallery itself, side by side.
pub(super) fn two(zh: &str, en: &str) -> Markup {
    html! { span lang="zh-CN" { (zh) } " " span.page-en lang="en" { (en) } }
}

/// Words of the author, side by side; one language where the other is empty.
pub(super) fn words(words: &Words) -> Markup {
    html! {
        @if !words.zh.is_empty() { span lang="zh-CN" { (words.zh) } }
        @if !words.zh.is_empty() && !words.en.is_empty() { " " }
        @if !words.en.is_empty() { span.page-en lang="en" { (mixed(&words.en)) } }
    }
}

/// Words of the author as plain text.
pub(super) fn plain(words: &Words) -> String {
    [words.zh.as_str(), words.en.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// English text whose Chinese names are marked as Chinese, so that they are spoken and set as such.
pub(super) fn mixed(text: &str) -> Markup {
    let mut out = String::with_capacity(text.len() + 16);
    let is_han = |c: char| matches!(c, '\u{3001}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    let characters: Vec<char> = text.chars().collect();
    for run in characters.chunk_by(|a, b| is_han(*a) == is_han(*b)) {
        let part: String = run.iter().collect();
        let markup = if is_han(run[0]) {
            html! { span lang="zh-CN" { (part) } }
        } else {
            html! { (part) }
        };
        out.push_str(&markup.0);
    }
    PreEscaped(out)
}

/// A path as a link: every byte but letters, digits and `-._~/` as `%XX`.
pub(super) fn link(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A size a person reads.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
