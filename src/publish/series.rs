//! The page of a series, and the way from one of its maps to the next.

use super::frame::{document, link, plain, two, words};
use super::index::{maps, thumbnail};
use super::{Card, html_file};
use crate::spec::Words;
use maud::{Markup, html};

/// The pages before and after a page of a series.
#[derive(Default, Clone, Copy)]
pub(super) struct Neighbours<'a> {
    pub previous: Option<&'a Card>,
    pub next: Option<&'a Card>,
}

/// Finds the pages before and after within the series; none for a map alone.
pub(super) fn neighbours<'a>(page: &Card, cards: &[&'a Card]) -> Neighbours<'a> {
    let Some(series) = &page.series else { return Neighbours::default() };
    let same = |other: &&&Card| other.series.as_ref().is_some_and(|other| other.id == series.id);
    let all: Vec<&Card> = cards.iter().filter(same).copied().collect();
    let Some(at) = all.iter().position(|other| other.id == page.id) else { return Neighbours::default() };
    Neighbours { previous: at.checked_sub(1).map(|at| all[at]), next: all.get(at + 1).copied() }
}

/// Links to the neighbours of a page and to its series.
pub(super) fn links(page: &Card, neighbours: Neighbours<'_>) -> Markup {
    let place = |page: &Card| page.series.as_ref().map(|series| series.place.clone()).unwrap_or_default();
    html! {
        @if let Some(series) = &page.series {
            nav.page-series aria-label="系列 Series" {
                @match neighbours.previous {
                    Some(previous) => a rel="prev" href=(link(&html_file(&previous.id))) { "‹ " (words(&place(previous))) },
                    None => span {},
                }
                a href=(link(&html_file(&series.id))) { (words(&series.title)) }
                @match neighbours.next {
                    Some(next) => a rel="next" href=(link(&html_file(&next.id))) { (words(&place(next))) " ›" },
                    None => span {},
                }
            }
        }
    }
}

/// The page of a series: all its maps, small.
pub(super) fn page(pages: &[(&str, &Card)], atlas_title: &Words) -> String {
    let title = pages.first().and_then(|(_, page)| page.series.as_ref()).map(|series| series.title.clone()).unwrap_or_default();
    let body = html! {
        header.page-head {
            h1 { (words(&title)) }
            p.page-count { (two(&format!("{} 幅地图", pages.len()), &maps(pages.len()))) }
        }
        ul.page-cards {
            @for (_, page) in pages {
                li.page-card {
                    a href=(link(&html_file(&page.id))) {
                        (thumbnail(&page.thumbnail))
                        h2 { @if let Some(series) = &page.series { (words(&series.place)) } }
                    }
                }
            }
        }
    };
    document(&plain(&title), atlas_title, false, &body)
}
