//! The page of one map.

use super::frame::{document, link, mixed, plain, size, two, words};
use super::index::level_words;
use super::series::{self, Neighbours};
use super::{Page, Ranking, Values, csv_file, join_page, ranking_file, record_file};
use crate::spec::Words;
use maud::{Markup, PreEscaped, html};

/// The page of one map.
pub(super) fn page(page: &Page, neighbours: Neighbours<'_>, atlas_title: &Words) -> String {
    let card = &page.card;
    let body = html! {
        (series::links(card, neighbours))
        header.page-head {
            h1 { (words(&card.title)) }
            @if let Some(subtitle) = &card.subtitle { p.page-subtitle { (words(subtitle)) } }
            p.page-tags {
                @if !plain(&card.theme).is_empty() { span { (words(&card.theme)) } }
                span { (words(&level_words(card.level))) }
                @if let Some(year) = &card.year { span { (year) } }
            }
        }
        (figure(page))
        div.page-columns {
            section aria-labelledby="page-says" {
                h2 #page-says { (two("图中所见", "What the map shows")) }
                p lang="zh-CN" { (page.words.zh) }
                p lang="en" { (mixed(&page.words.en)) }
            }
            section aria-labelledby="page-files" {
                h2 #page-files { (two("下载", "Downloads")) }
                (downloads(page))
            }
        }
        @if !page.warnings.is_empty() {
            section.page-warnings aria-labelledby="page-warned" {
                h2 #page-warned { (two("注意", "Please note")) }
                ul { @for warning in &page.warnings { li { (words(warning)) } } }
            }
        }
        @if let Some(ranking) = &page.ranking { (ranked(ranking)) }
        div.page-columns {
            @for (id, head, lines) in [("page-method", ("方法", "Method"), &page.method), ("page-sources", ("资料来源", "Sources"), &page.sources)] {
                @if !lines.is_empty() {
                    section aria-labelledby=(id) {
                        h2 id=(id) { (two(head.0, head.1)) }
                        ul.page-lines { @for line in lines { li { (words(line)) } } }
                    }
                }
            }
        }
        (table(&page.values))
        (citation(&card.title, atlas_title))
    };
    document(&format!("{} – {}", plain(&card.title), plain(atlas_title)), atlas_title, false, &body)
}

/// The figure itself, and the place where the script says what is under the pointer.
fn figure(page: &Page) -> Markup {
    html! {
        figure #page-figure {
            div.page-paper { (PreEscaped(inline(&page.svg))) }
            button #page-larger type="button" aria-pressed="false" hidden { (two("放大三倍", "Three times as large")) }
            p #page-hint hidden {
                (two("将指针移到区域上，或按 Tab 键后用方向键，可读出名称与数值。", "Point at an area, or press Tab and then the arrow keys, to read names and values."))
            }
            p #page-live role="status" aria-live="polite" {}
        }
    }
}

/// The SVG without what stands before its root element, which has no place within a page.
fn inline(svg: &str) -> &str {
    svg.find("<svg").map_or("", |at| &svg[at..])
}

fn downloads(page: &Page) -> Markup {
    let picture = &page.picture;
    html! {
        ul.page-downloads {
            li { a href=(link(&picture.file)) download { "PNG" } " " span { (picture.width) " × " (picture.height) " px, " (size(picture.bytes)) } }
            li { a href=(link(&page.svg_file.0)) download { "SVG" } " " span { (size(page.svg_file.1)) } }
            li { a href=(link(&csv_file(&page.card.id))) download { "CSV" } " " span { (two("各区域数值", "values by area")) } }
            @if page.ranking.is_some() {
                li { a href=(link(&ranking_file(&page.card.id))) download { "CSV" } " " span { (two("排名表", "ranked table")) } }
            }
            @for join in &page.joins {
                li {
                    a href=(link(&join_page(&join.file))) { (two(&format!("{} 的匹配账目", join.ledger.table), &format!("where the rows of {} went", join.ledger.table))) }
                }
            }
            li { a href=(link(&record_file(&page.card.id))) download { "JSON" } " " span { (two("制图记录", "record of how it was made")) } }
        }
    }
}

/// How a reader names the map: its title, the atlas, and the program.
fn citation(title: &Words, atlas: &Words) -> Markup {
    let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let or = |first: &str, second: &str| if first.is_empty() { second.to_owned() } else { first.to_owned() };
    let (zh, en) = (or(&title.zh, &title.en), or(&title.en, &title.zh));
    let (atlas_zh, atlas_en) = (or(&atlas.zh, &atlas.en), or(&atlas.en, &atlas.zh));
    html! {
        section aria-labelledby="page-cite" {
            h2 #page-cite { (two("引用", "Cite as")) }
            ul.page-lines {
                li lang="zh-CN" { "“" (zh) "”，《" (atlas_zh) "》，" (program) " 绘制；资料来源见上。" }
                li.page-en lang="en" { "“" (mixed(&en)) "”, in: " (mixed(&atlas_en)) ", drawn with " (program) "; sources as above." }
            }
        }
    }
}

fn ranked(ranking: &Ranking) -> Markup {
    let numeric: Vec<bool> = (0..ranking.columns.len())
        .map(|at| ranking.rows.iter().all(|row| row.get(at).is_some_and(|cell| is_number(&plain(cell)))))
        .collect();
    html! {
        section.page-ranking {
            h2 #page-ranked { (words(&ranking.title)) }
            div.page-scroll tabindex="0" role="region" aria-labelledby="page-ranked" {
                table {
                    thead {
                        tr {
                            th.page-number scope="col" { "#" }
                            @for (column, numeric) in ranking.columns.iter().zip(&numeric) {
                                th.page-number[*numeric] scope="col" { (words(column)) }
                            }
                        }
                    }
                    tbody {
                        @for (at, row) in ranking.rows.iter().enumerate() {
                            tr {
                                td.page-number { (at + 1) }
                                @for (cell, numeric) in row.iter().zip(&numeric) { td.page-number[*numeric] { (words(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a cell is set to the right: a number, with another in brackets behind it or not.
fn is_number(cell: &str) -> bool {
    cell.is_empty() || cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '−' | ',' | '.' | '%' | '(' | ')' | ' '))
}

/// All values, closed until asked for.
fn table(values: &Values) -> Markup {
    if values.rows.is_empty() {
        return html! {};
    }
    let several = values.columns.len() > 1;
    let rows = crate::scale::number(values.rows.len() as f64, 0);
    html! {
        details #page-values {
            summary { (two(&format!("数据表（{rows} 行）"), &format!("Data table ({rows} rows)"))) }
            div.page-scroll tabindex="0" role="region" aria-label="数据表 Data table" {
                table {
                    thead {
                        tr {
                            th scope="col" { (two("代码", "Code")) }
                            th scope="col" { (two("名称", "Name")) }
                            @for column in &values.columns {
                                th.page-number scope="col" {
                                    @if several { (words(column)) } @else { (two("数值", "Value")) }
                                    @if !plain(&values.unit).is_empty() { br; small { (words(&values.unit)) } }
                                }
                                @if !several { th scope="col" { (two("级别", "Class")) } }
                            }
                        }
                    }
                    tbody {
                        @for row in &values.rows {
                            tr {
                                td { (row.code) }
                                th scope="row" lang="zh-CN" {
                                    @if !row.within.is_empty() { small { (row.within) } " " } (row.name)
                                    @if !row.name_en.is_empty() { " " span.page-en lang="en" { (mixed(&row.name_en)) } }
                                }
                                @for cell in &row.cells {
                                    td.page-number title=[cell.unreliable.as_deref()] {
                                        (cell.printed) @if cell.unreliable.is_some() { " *" }
                                    }
                                    @if !several { td { (cell.class) } }
                                }
                            }
                        }
                    }
                }
            }
            @if values.rows.iter().any(|row| row.cells.iter().any(|cell| cell.unreliable.is_some())) {
                p { (two("* 不可靠的数值。", "* A value that should not be leaned on.")) }
            }
        }
    }
}
