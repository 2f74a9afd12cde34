//! The page that says what became of every row of a map's tables.

use super::frame::{document, link, mixed, plain, two, words};
use super::{Card, html_file};
use crate::place::ledger::{AreaEntry, AreaOutcome, Ledger, RowEntry, RowOutcome};
use crate::spec::Words;
use maud::{Markup, html};
use std::sync::Arc;

/// The page of the ledgers of a map, each with the stem of its files; rows and areas of which there is nothing to say are counted.
pub(super) fn page(card: &Card, ledgers: &[(String, Arc<Ledger>)], atlas_title: &Words) -> String {
    let title = card.series.as_ref().map_or(&card.title, |series| &series.title);
    let body = html! {
        header.page-head {
            h1 { (two("数据行的去向", "Where the rows went")) }
            p.page-subtitle { a href=(link(&html_file(card.series.as_ref().map_or(&card.id, |series| &series.id)))) { (words(title)) } }
        }
        @for (at, (stem, ledger)) in ledgers.iter().enumerate() { (account(at, stem, ledger)) }
    };
    document(&format!("{} – {}", plain(title), plain(atlas_title)), atlas_title, false, &body)
}

fn account(at: usize, stem: &str, ledger: &Ledger) -> Markup {
    let told: Vec<&RowEntry> = ledger.rows.iter().filter(|row| row.outcome != RowOutcome::Matched).collect();
    let areas: Vec<&AreaEntry> = ledger.areas.iter().filter(|area| area.outcome != AreaOutcome::Matched).collect();
    let id = format!("page-join-{}", at + 1);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (ledger.table) }
            p lang="zh-CN" { (ledger.sentence_zh()) }
            p lang="en" { (mixed(&ledger.sentence_en())) }
            p lang="en" { (mixed(&ledger.key)) " " (mixed(&ledger.years)) }
            ul.page-downloads {
                li { a href=(link(&format!("{stem}.csv"))) download { "CSV" } " " span { (two("全部数据行与区域", "every row and area")) } }
                li { a href=(link(&format!("{stem}.json"))) download { "JSON" } " " span { (two("全部数据行与区域", "every row and area")) } }
            }
            (totals(ledger))
            @if !told.is_empty() { (rows(&told, &id)) }
            @if !areas.is_empty() { (unusual(&areas)) }
        }
    }
}

/// Of each column that is added up, the total of all rows and of those that reached an area.
fn totals(ledger: &Ledger) -> Markup {
    let printed = |number: Option<f64>| number.map_or("–".to_owned(), |number| number.to_string());
    html! {
        @for total in &ledger.totals {
            p {
                (two(&format!("{}：合并前 {}，到达各区域 {}。", total.column, printed(total.before), printed(total.after)),
                    &format!("{}: {} before, {} in areas.", total.column, printed(total.before), printed(total.after))))
            }
        }
    }
}

/// Rows that are not simply those of their areas, by what became of them.
fn rows(told: &[&RowEntry], id: &str) -> Markup {
    let mut outcomes: Vec<RowOutcome> = told.iter().map(|row| row.outcome).collect();
    outcomes.sort();
    outcomes.dedup();
    html! {
        @for outcome in outcomes {
            @let of: Vec<&&RowEntry> = told.iter().filter(|row| row.outcome == outcome).collect();
            details {
                summary { (two(&format!("{} 行{}", of.len(), outcome.words().1), &format!("{}: {}", outcome.words().0, of.len()))) }
                div.page-scroll tabindex="0" role="region" aria-labelledby=(id) {
                    table {
                        thead {
                            tr {
                                th.page-number scope="col" { (two("行", "Line")) }
                                th scope="col" { (two("代码或名称", "Key")) }
                                th scope="col" { (two("区域", "Area")) }
                                th scope="col" { (two("说明", "What happened")) }
                            }
                        }
                        tbody { @for row in of { (line(row)) } }
                    }
                }
            }
        }
    }
}

fn line(row: &RowEntry) -> Markup {
    let whole = row.area.iter().zip(&row.area_name).filter(|_| row.parts.is_empty());
    let mut areas: Vec<String> = whole.map(|(code, name)| format!("{code} {name}")).collect();
    areas.extend(row.parts.iter().map(|part| format!("{} {}", part.code, part.name)));
    html! {
        tr {
            td.page-number { (row.line) }
            th scope="row" lang="zh-CN" { (row.key) @if let Some(name) = &row.name { " " (name) } }
            td lang="zh-CN" { (areas.join("、")) }
            td lang="en" { (mixed(row.history.as_deref().unwrap_or_default())) }
        }
    }
}

/// Areas that have no row of their own, or more than one.
fn unusual(areas: &[&AreaEntry]) -> Markup {
    html! {
        details {
            summary { (two(&format!("{} 个区域无数据行或由多行合成", areas.len()), &format!("areas without a row or made of several: {}", areas.len()))) }
            ul.page-lines {
                @for area in areas { li lang="zh-CN" { (area.code) " " (area.name) " " span lang="en" { (area.outcome.to_string()) } } }
            }
        }
    }
}
