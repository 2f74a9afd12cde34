//! The first page: all maps by theme, with search and filters.

use super::frame::{document, link, mixed, plain, two, words};
use super::{Page, Picture, html_file};
use crate::level::Level;
use crate::spec::Words;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// What the index lists: a map, or a series with its name and pages.
pub(super) enum Entry<'a> {
    Map(&'a Page),
    Series(Vec<(&'a str, &'a Page)>),
}

/// Pages in their order, those of one series together at the place of the first.
pub(super) fn entries(pages: &[Page]) -> Vec<Entry<'_>> {
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for page in pages {
        match &page.series {
            None => entries.push(Entry::Map(page)),
            Some(series) if seen.insert(series.id.as_str()) => {
                let all = pages.iter().filter(|other| other.series.as_ref().is_some_and(|other| other.id == series.id));
                entries.push(Entry::Series(all.map(|page| (series.id.as_str(), page)).collect()));
            }
            Some(_) => {}
        }
    }
    entries
}

impl<'a> Entry<'a> {
    fn first(&self) -> &'a Page {
        match self {
            Entry::Map(page) => page,
            Entry::Series(pages) => pages[0].1,
        }
    }

    fn title(&self) -> &'a Words {
        let page = self.first();
        match (self, &page.series) {
            (Entry::Series(_), Some(series)) => &series.title,
            _ => &page.title,
        }
    }

    fn id(&self) -> &'a str {
        match self {
            Entry::Map(page) => &page.id,
            Entry::Series(pages) => pages[0].0,
        }
    }

    /// Everything the search looks at.
    fn text(&self) -> String {
        let page = self.first();
        let mut parts = vec![plain(self.title()), plain(&page.theme), self.id().to_owned()];
        parts.extend(page.subtitle.as_ref().map(plain));
        parts.extend(page.year.clone());
        if let Entry::Series(pages) = self {
            parts.extend(pages.iter().filter_map(|(_, page)| page.series.as_ref()).map(|series| plain(&series.place)));
        }
        parts.join(" ").to_lowercase()
    }
}

/// The first page.
pub(super) fn page(entries: &[Entry<'_>], atlas_title: &Words) -> String {
    let mut themes: Vec<&Words> = Vec::new();
    for entry in entries {
        if !themes.contains(&&entry.first().theme) {
            themes.push(&entry.first().theme);
        }
    }
    let body = html! {
        header.page-head {
            h1 { (words(atlas_title)) }
            p.page-count { (two(&format!("{} 幅地图", count(entries)), &format!("{} maps", count(entries)))) }
        }
        (filters(entries, &themes))
        @for theme in &themes {
            section.page-theme {
                @if !plain(theme).is_empty() { h2 { (words(theme)) } }
                ul.page-cards {
                    @for entry in entries.iter().filter(|entry| entry.first().theme == **theme) { (card(entry)) }
                }
            }
        }
        p #page-none role="status" aria-live="polite" {}
    };
    document(&plain(atlas_title), atlas_title, true, &body)
}

/// How many maps there are, every page of a series counted.
fn count(entries: &[Entry<'_>]) -> usize {
    entries.iter().map(|entry| if let Entry::Series(pages) = entry { pages.len() } else { 1 }).sum()
}

/// Search and filters; hidden until the script that serves them runs.
fn filters(entries: &[Entry<'_>], themes: &[&Words]) -> Markup {
    let levels: BTreeSet<Level> = entries.iter().map(|entry| entry.first().level).collect();
    let years: BTreeSet<&str> = entries.iter().flat_map(|entry| years(entry.first())).collect();
    html! {
        form #page-filters role="search" aria-label="筛选地图 Filter maps" hidden {
            label { span { (two("搜索", "Search")) } input type="search" name="text" autocomplete="off" placeholder="北京, beds, 2020 …"; }
            (choice("theme", ("主题", "Theme"), themes.iter().map(|theme| plain(theme))))
            (choice("level", ("级别", "Level"), levels.iter().map(|level| level_words(*level))))
            (choice("year", ("年份", "Year"), years.iter().map(|year| (*year).to_owned())))
            button type="reset" { (two("清除", "Clear")) }
        }
    }
}

fn choice(name: &str, (zh, en): (&str, &str), options: impl Iterator<Item = String>) -> Markup {
    html! {
        label {
            span { (two(zh, en)) }
            select name=(name) {
                option value="" { "全部 All" }
                @for option in options.filter(|option| !option.is_empty()) { option value=(option) { (option) } }
            }
        }
    }
}

/// The years in a printed year such as `2014, 2019` or `2014–2024`.
fn years(page: &Page) -> impl Iterator<Item = &str> {
    let text = page.year.as_deref().unwrap_or_default();
    text.split(|c: char| !c.is_ascii_digit()).filter(|year| year.len() == 4)
}

pub(super) fn level_words(level: Level) -> String {
    let word = level.word();
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase()).unwrap_or_default();
    format!("{} {first}{}", level.word_zh(), letters.as_str())
}

fn card(entry: &Entry<'_>) -> Markup {
    let page = entry.first();
    let years: Vec<&str> = years(page).collect();
    html! {
        li.page-card data-text=(entry.text()) data-theme=(plain(&page.theme)) data-level=(level_words(page.level)) data-year=(years.join(" ")) {
            a href=(link(&html_file(entry.id()))) {
                (thumbnail(&page.thumbnail))
                (heading(entry.title()))
            }
            p.page-tags {
                span { (level_words(page.level)) }
                @if let Some(year) = &page.year { span { (year) } }
                @if let Entry::Series(pages) = entry { span { (pages.len()) " 幅 maps" } }
            }
        }
    }
}

/// A small picture beside its title, which says what it is.
pub(super) fn thumbnail(picture: &Picture) -> Markup {
    html! { img.page-thumb src=(link(&picture.file)) width=(picture.width) height=(picture.height) alt="" loading="lazy" decoding="async"; }
}

fn heading(title: &Words) -> Markup {
    html! {
        h3 {
            @if !title.zh.is_empty() { span lang="zh-CN" { (title.zh) } }
            @if !title.en.is_empty() { span.page-en lang="en" { (mixed(&title.en)) } }
        }
    }
}
