//! The first page: all maps by theme, with search and filters.

use super::frame::{document, link, mixed, plain, two, words};
use super::{Card, Cover, Picture, Undrawn, html_file};
use crate::level::Level;
use crate::spec::Words;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// What the index lists: a map, or a series with its name and pages.
pub(super) enum Entry<'a> {
    Map(&'a Card),
    Series(Vec<(&'a str, &'a Card)>),
}

/// Pages in their order, those of one series together at the place of the first.
pub(super) fn entries<'a>(cards: &[&'a Card]) -> Vec<Entry<'a>> {
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for card in cards.iter().copied() {
        match &card.series {
            None => entries.push(Entry::Map(card)),
            Some(series) if seen.insert(series.id.as_str()) => {
                let all = cards.iter().filter(|other| other.series.as_ref().is_some_and(|other| other.id == series.id));
                entries.push(Entry::Series(all.map(|card| (series.id.as_str(), *card)).collect()));
            }
            Some(_) => {}
        }
    }
    entries
}

impl<'a> Entry<'a> {
    fn first(&self) -> &'a Card {
        match self {
            Entry::Map(card) => card,
            Entry::Series(cards) => cards[0].1,
        }
    }

    fn title(&self) -> &'a Words {
        let card = self.first();
        match (self, &card.series) {
            (Entry::Series(_), Some(series)) => &series.title,
            _ => &card.title,
        }
    }

    fn id(&self) -> &'a str {
        match self {
            Entry::Map(card) => &card.id,
            Entry::Series(cards) => cards[0].0,
        }
    }

    /// Everything the search looks at.
    fn text(&self) -> String {
        let card = self.first();
        let mut parts = vec![plain(self.title()), plain(&card.theme), self.id().to_owned()];
        parts.extend(card.subtitle.as_ref().map(plain));
        parts.extend(card.year.clone());
        if let Entry::Series(cards) = self {
            parts.extend(cards.iter().filter_map(|(_, card)| card.series.as_ref()).map(|series| plain(&series.place)));
        }
        parts.join(" ").to_lowercase()
    }
}

/// The first page.
pub(super) fn page(entries: &[Entry<'_>], undrawn: &[Undrawn], cover: &Cover) -> String {
    let themes = themes(entries, cover);
    let body = html! {
        header.page-head {
            h1 { (words(&cover.title)) }
            @if !cover.about.zh.is_empty() { p.page-about lang="zh-CN" { (cover.about.zh) } }
            @if !cover.about.en.is_empty() { p.page-about lang="en" { (mixed(&cover.about.en)) } }
            p.page-count { (two(&format!("{} 幅地图", count(entries)), &maps(count(entries)))) }
        }
        (filters(entries, &themes))
        p #page-none role="status" aria-live="polite" {}
        @for theme in &themes {
            section.page-theme {
                @if plain(theme).is_empty() { h2 { (two("其他", "Others")) } } @else { h2 { (words(theme)) } }
                ul.page-cards {
                    @for entry in entries.iter().filter(|entry| entry.first().theme == **theme) { (card(entry)) }
                }
            }
        }
        @if !undrawn.is_empty() { (failures(undrawn)) }
    };
    document(&plain(&cover.title), &cover.title, true, &body)
}

/// The themes that maps have: first those of the atlas in its order, then others in the order of their maps, last none.
fn themes<'a>(entries: &[Entry<'a>], cover: &'a Cover) -> Vec<&'a Words> {
    let mut themes: Vec<&Words> = Vec::new();
    let used: Vec<&Words> = entries.iter().map(|entry| &entry.first().theme).collect();
    let known = cover.themes.iter().filter(|theme| used.contains(theme));
    for theme in known.chain(used.iter().copied()) {
        if !themes.contains(&theme) {
            themes.push(theme);
        }
    }
    themes.sort_by_key(|theme| plain(theme).is_empty());
    themes
}

/// Maps that are missing from the gallery, each with what stands in its way.
fn failures(undrawn: &[Undrawn]) -> Markup {
    html! {
        section.page-warnings aria-labelledby="page-undrawn" {
            h2 #page-undrawn { (two(&format!("未绘出的地图（{}）", undrawn.len()), &format!("Not drawn ({})", undrawn.len()))) }
            ul {
                @for map in undrawn {
                    li {
                        @if plain(&map.title).is_empty() { (map.id) } @else { (words(&map.title)) " " code { (map.id) } }
                        @for sentence in &map.says { p lang="en" { (mixed(sentence)) } }
                    }
                }
            }
        }
    }
}

/// How many maps there are, every page of a series counted.
fn count(entries: &[Entry<'_>]) -> usize {
    entries.iter().map(|entry| if let Entry::Series(cards) = entry { cards.len() } else { 1 }).sum()
}

/// So many maps, in English.
pub(super) fn maps(count: usize) -> String {
    if count == 1 { "1 map".to_owned() } else { format!("{count} maps") }
}

/// Search and filters; hidden until the script that serves them runs.
fn filters(entries: &[Entry<'_>], themes: &[&Words]) -> Markup {
    let levels: BTreeSet<Level> = entries.iter().map(|entry| entry.first().level).collect();
    let years: BTreeSet<&str> = entries.iter().flat_map(|entry| years(entry.first())).collect();
    html! {
        form #page-filters role="search" aria-label="筛选地图 Filter maps" hidden {
            label { span { (two("搜索", "Search")) } input type="search" name="text" autocomplete="off" placeholder="北京, beds, 2020 …"; }
            (choice("theme", ("主题", "Theme"), themes.iter().map(|theme| plain(theme))))
            (choice("level", ("级别", "Level"), levels.iter().map(|level| plain(&level_words(*level)))))
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
fn years(card: &Card) -> impl Iterator<Item = &str> {
    let text = card.year.as_deref().unwrap_or_default();
    text.split(|c: char| !c.is_ascii_digit()).filter(|year| year.len() == 4)
}

/// What a level is called in a list.
pub(super) fn level_words(level: Level) -> Words {
    let word = level.word();
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase()).unwrap_or_default();
    Words { zh: level.word_zh().to_owned(), en: format!("{first}{}", letters.as_str()) }
}

fn card(entry: &Entry<'_>) -> Markup {
    let card = entry.first();
    let (level, years): (_, Vec<&str>) = (level_words(card.level), years(card).collect());
    html! {
        li.page-card data-text=(entry.text()) data-theme=(plain(&card.theme)) data-level=(plain(&level)) data-year=(years.join(" ")) {
            a href=(link(&html_file(entry.id()))) {
                (thumbnail(&card.thumbnail))
                (heading(entry.title()))
            }
            p.page-tags {
                span { (words(&level)) }
                @if let Some(year) = &card.year { span { (year) } }
                @if let Entry::Series(cards) = entry { span { (two(&format!("{} 幅", cards.len()), &maps(cards.len()))) } }
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
