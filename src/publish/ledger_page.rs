//! The page of a join: where every row of a table went, and which areas have none.

use super::frame::{document, link, mixed, plain, two, words};
use super::{Join, html_file};
use crate::place::ledger::{AreaOutcome, Ledger, RowEntry, RowOutcome, Total};
use crate::scale;
use crate::spec::Words;
use maud::{Markup, html};

/// Rows of one outcome listed on the page; the files have them all.
const LISTED: usize = 1000;

/// The page of one join of a map.
pub(super) fn page(join: &Join, map: &Words, map_id: &str, atlas_title: &Words) -> String {
    let ledger = &*join.ledger;
    let body = html! {
        p.page-back { a href=(link(&html_file(map_id))) { "← " (words(map)) } }
        header.page-head {
            h1 { (two(&format!("{} 的匹配账目", ledger.table), &format!("Where the rows of {} went", ledger.table))) }
            p lang="zh-CN" { (ledger.sentence_zh()) }
            p lang="en" { (mixed(&ledger.sentence_en())) }
            p lang="en" { (mixed(&ledger.key)) " " (mixed(&ledger.years)) }
            p { a href=(link(&format!("{}.csv", join.file))) download { "CSV" } " · " a href=(link(&format!("{}.json", join.file))) download { "JSON" } " " (two("全部行与区域", "every row and area")) }
        }
        @if !ledger.totals.is_empty() { (totals(&ledger.totals)) }
        @for outcome in ledger.counts.keys().filter(|outcome| **outcome != RowOutcome::Matched) { (rows(ledger, *outcome)) }
        (without_row(ledger))
    };
    document(&format!("{} – {}", ledger.table, plain(atlas_title)), atlas_title, false, &body)
}

/// The totals before and after, of every column that is added up.
fn totals(totals: &[Total]) -> Markup {
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| scale::number(number, decimals(number)));
    html! {
        section aria-labelledby="join-totals" {
            h2 #join-totals { (two("合计核对", "Totals before and after")) }
            div.page-scroll tabindex="0" role="region" aria-labelledby="join-totals" {
                table {
                    thead { tr {
                        th scope="col" { (two("列", "Column")) }
                        th.page-number scope="col" { (two("连接前", "Before")) }
                        th.page-number scope="col" { (two("连接后", "After")) }
                        th.page-number scope="col" { (two("未到达区域", "Reached no area")) }
                        th scope="col" { (two("核对", "Check")) }
                    } }
                    tbody { @for total in totals { tr {
                        th scope="row" { (total.column) }
                        td.page-number { (number(total.before)) }
                        td.page-number { (number(total.after)) }
                        td.page-number { (number(lost(total))) }
                        td { @if total.agrees { (two("分毫不差", "agrees exactly")) } @else { (two("不符", "does not agree")) } }
                    } } }
                }
            }
        }
    }
}

/// What rows that reached no area have.
fn lost(total: &Total) -> Option<f64> {
    total.by_outcome.iter().filter(|(outcome, _)| !outcome.is_used()).map(|(_, part)| *part).sum()
}

/// As many decimals as a total has, up to six.
fn decimals(number: f64) -> usize {
    (0..6).find(|places| (number * 10_f64.powi(*places)).fract() == 0.0).map_or(6, |places| places as usize)
}

fn rows(ledger: &Ledger, outcome: RowOutcome) -> Markup {
    let (en, zh) = outcome.words();
    let count = ledger.count(outcome);
    html! {
        details open[outcome.is_lost()] {
            summary { (two(&format!("{zh}（{count} 行）"), &format!("{en} ({count})"))) }
            div.page-scroll tabindex="0" role="region" aria-label={ (zh) " " (en) } {
                table {
                    thead { tr {
                        th.page-number scope="col" { (two("行号", "Line")) }
                        th scope="col" { (two("代码或名称", "Key")) }
                        th scope="col" { (two("区域", "Area")) }
                        th scope="col" { (two("沿革", "History")) }
                    } }
                    tbody { @for row in ledger.rows_that(outcome).take(LISTED) { (line(row)) } }
                }
            }
            @if count > LISTED { p { (two(&format!("另有 {} 行见文件。", count - LISTED), &format!("{} more are in the files.", count - LISTED))) } }
        }
    }
}

fn line(row: &RowEntry) -> Markup {
    let near: Vec<String> = row.near.iter().map(|near| format!("{} {}", near.code, near.name)).collect();
    html! { tr {
        td.page-number { (row.line) }
        th scope="row" { (row.key) @if let Some(name) = &row.name { " " (name) } }
        td {
            @if row.parts.is_empty() { (row.area.as_deref().unwrap_or_default()) " " (row.area_name.as_deref().unwrap_or_default()) }
            @for (at, part) in row.parts.iter().enumerate() { @if at > 0 { ", " } (part.code) " " (part.name) }
            @if !near.is_empty() { " " small { (two(&format!("也许是 {}", near.join("、")), &format!("perhaps {}", near.join(", ")))) } }
        }
        td lang="en" { (mixed(row.history.as_deref().unwrap_or_default())) }
    } }
}

fn without_row(ledger: &Ledger) -> Markup {
    let without: Vec<String> = ledger
        .areas
        .iter()
        .filter(|area| area.outcome == AreaOutcome::NoRow)
        .map(|area| format!("{} {}", area.code, area.name))
        .collect();
    html! {
        @if !without.is_empty() {
            details {
                summary { (two(&format!("没有数据行的区域（{}）", without.len()), &format!("Areas without a row ({})", without.len()))) }
                p { (without.join("、")) }
            }
        }
    }
}
