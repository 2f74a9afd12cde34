//! The gallery: static pages around finished figures, and the words and records that go with each.
//!
//! [`gallery`] is a pure function from pages to files, and so are its parts, [`front`] and [`pages`]. Pages are plain HTML that reads without a script and works from a folder;
//! one small script adds search, filters, and names and values on hover and by keyboard. All text is escaped where it is written.

mod csv;
mod frame;
mod index;
mod ledger_page;
pub mod manifest;
mod map_page;
pub mod record;
mod series;
mod told;
pub mod words;

pub use csv::{ranking_csv, values_csv};
pub use told::{told, told_with_help};

use crate::level::Level;
use crate::place::ledger::Ledger;
use crate::spec::Words;
use record::Record;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What lists say of the page of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// Names the page, `ID.html`, and its files; unique in the gallery.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Subtitle.
    pub subtitle: Option<Words>,
    /// Theme the map is filed under.
    pub theme: Words,
    /// Level of the areas.
    pub level: Level,
    /// Year or years of the figures.
    pub year: Option<String>,
    /// A small picture, drawn by the caller.
    pub thumbnail: Picture,
    /// The series this page belongs to.
    pub series: Option<Series>,
}

/// The page of one map: what was drawn, and what is to be said about it. Files are named relative to the folder of the gallery.
#[derive(Debug, Clone)]
pub struct Page {
    /// What lists say of it.
    pub card: Card,
    /// The figure as SVG, to be put into the page.
    pub svg: String,
    /// The figure as a file of pixels, drawn by the caller.
    pub picture: Picture,
    /// The SVG as a file, written by the caller: its path and size in bytes.
    pub svg_file: (String, usize),
    /// What the map shows, area by area; written as CSV and as a table.
    pub values: Values,
    /// How the map was made; written as JSON.
    pub record: Record,
    /// What the map shows, in words: see [`words::paragraph`].
    pub words: Words,
    /// How the figures came about, a line each.
    pub method: Vec<Words>,
    /// Sources, a line each.
    pub sources: Vec<Words>,
    /// A ranked table.
    pub ranking: Option<Ranking>,
    /// What the reader should know about the data, a sentence each.
    pub warnings: Vec<Words>,
    /// How the tables of the author were joined.
    pub joins: Vec<Join>,
}

/// The join of one table.
#[derive(Debug, Clone)]
pub struct Join {
    /// Path of the account without its ending; the caller writes `.csv` and `.json`.
    pub file: String,
    /// The account.
    pub ledger: Arc<Ledger>,
}

/// A file of pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Picture {
    /// Path from the folder of the gallery, with `/`.
    pub file: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Size in bytes.
    pub bytes: usize,
}

/// A row of maps of the same kind, such as one for each province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// Names the page of the series, `ID.html`.
    pub id: String,
    /// Title of the series.
    pub title: Words,
    /// What this page is called within the series: the name of its province.
    pub place: Words,
}

/// What the first page says of the atlas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// Title.
    pub title: Words,
    /// A paragraph under the title; may be empty.
    pub about: Words,
    /// Themes in the order in which they are shown; others follow in the order of their maps.
    pub themes: Vec<Words>,
}

/// A map that is not in the gallery, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undrawn {
    /// Its name.
    pub id: String,
    /// Its title, where its file could be read; else empty.
    pub title: Words,
    /// What stands in the way, a sentence each.
    pub says: Vec<String>,
}

/// Values area by area.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// One heading for each map of the figure; empty words for a map alone.
    pub columns: Vec<Words>,
    /// Unit of the values.
    pub unit: Words,
    /// The areas, in the order of their codes.
    pub rows: Vec<ValueRow>,
    /// What the values were computed from, for the download: name and one text a row.
    pub inputs: Vec<(String, Vec<String>)>,
}

/// One area.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name; empty where it has none.
    pub name_en: String,
    /// Names of the areas it lies in, largest first, such as `河北省 保定市`; may be empty.
    pub within: String,
    /// One cell for each map.
    pub cells: Vec<ValueCell>,
}

/// One value as shown.
#[derive(Debug, Clone, Default)]
pub struct ValueCell {
    /// The value, unrounded.
    pub number: Option<f64>,
    /// The value as printed, or why there is none.
    pub printed: String,
    /// Label of its class, or of the kind of missing.
    pub class: String,
    /// Why the value should not be leaned on.
    pub unreliable: Option<String>,
}

/// A ranked table.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Its heading.
    pub title: Words,
    /// Heads of the columns; the rank itself is not among them.
    pub columns: Vec<Words>,
    /// Cells of each row, the first rank first. Numbers and names stand in the Chinese text alone.
    pub rows: Vec<Vec<Words>>,
}

const STYLE: &[u8] = include_bytes!("../../assets/gallery/gallery.css");
const SCRIPT: &[u8] = include_bytes!("../../assets/gallery/gallery.js");

/// Path in the gallery and bytes of each file.
pub type Files = Vec<(String, Vec<u8>)>;

/// All files of a gallery but the figures themselves: those of [`front`] and those of [`pages`]. Paths are relative, with `/`.
///
/// Pages keep the order given; those of one series should stand together, since previous and next follow it.
pub fn gallery(of: &[Page], cover: &Cover) -> Files {
    let cards: Vec<&Card> = of.iter().map(|page| &page.card).collect();
    [front(&cards, &[], cover), pages(of, &cover.title)].concat()
}

/// What leads to the maps: `index.html` with its style sheet and script.
pub fn front(cards: &[&Card], undrawn: &[Undrawn], cover: &Cover) -> Files {
    vec![
        ("assets/gallery.css".to_owned(), STYLE.to_vec()),
        ("assets/gallery.js".to_owned(), SCRIPT.to_vec()),
        (INDEX.to_owned(), index::page(&index::entries(cards), undrawn, cover).into_bytes()),
    ]
}

/// A page a map, a page a series, the values as CSV, the records as JSON.
pub fn pages(of: &[Page], atlas_title: &Words) -> Files {
    let cards: Vec<&Card> = of.iter().map(|page| &page.card).collect();
    let mut files = Files::new();
    for page in of {
        let id = &page.card.id;
        let neighbours = series::neighbours(&page.card, &cards);
        files.push((csv_file(id), values_csv(&page.values).into_bytes()));
        files.push((record_file(id), page.record.json().into_bytes()));
        if let Some(ranking) = &page.ranking {
            files.push((ranking_file(id), ranking_csv(ranking).into_bytes()));
        }
        files.push((html_file(id), map_page::page(page, neighbours, atlas_title).into_bytes()));
        for join in &page.joins {
            // The pages of a series share their joins; each is written once, with the way back to the first.
            let file = join_page(&join.file);
            if !files.iter().any(|(known, _)| *known == file) {
                let written = ledger_page::page(join, &page.card.title, id, atlas_title);
                files.push((file, written.into_bytes()));
            }
        }
    }
    for entry in index::entries(&cards) {
        if let index::Entry::Series(series) = entry {
            files.push((html_file(series[0].0), series::page(&series, atlas_title).into_bytes()));
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|(path, _)| seen.insert(path.clone()));
    files
}

/// The first page.
pub const INDEX: &str = "index.html";

/// The page of a map or series.
pub fn html_file(id: &str) -> String {
    format!("{}.html", stem(id))
}

/// The page of a join, by the path of its account.
pub fn join_page(file: &str) -> String {
    format!("{}.html", file.rsplit('/').next().unwrap_or(file))
}

/// The values of a map.
pub fn csv_file(id: &str) -> String {
    format!("data/{}.csv", stem(id))
}

/// The ranked table of a map.
pub fn ranking_file(id: &str) -> String {
    format!("data/{}.ranking.csv", stem(id))
}

/// The record of a map.
pub fn record_file(id: &str) -> String {
    format!("data/{}.json", stem(id))
}

/// A file name without ending that is safe in any folder: letters, digits, `-`, `_` and inner points are kept.
pub fn stem(id: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = id.trim_start_matches('.').chars().map(keep).take(120).collect();
    match name.as_str() {
        "" => "map".to_owned(),
        "index" => "index-map".to_owned(),
        _ => name,
    }
}
