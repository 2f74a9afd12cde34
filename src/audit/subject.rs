//! A table under audit: what its columns are and which areas its rows belong to.

use super::columns::{self, Kind, Read};
use crate::level::Level;
use crate::place::key::{Gazetteer, Key, Spot, find_level, spots};
use crate::table::Table;

/// A table, its columns and its areas.
pub(super) struct Subject<'a> {
    pub table: &'a Table,
    pub columns: Vec<Read<'a>>,
    pub places: Option<Places<'a>>,
    /// Column of years, where each row has one.
    pub year: Option<usize>,
}

/// The areas of the rows.
pub(super) struct Places<'a> {
    pub gazetteer: &'a Gazetteer<'a>,
    pub level: Level,
    pub key: Key,
    pub spots: Vec<Option<Spot>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(table: &'a Table, gazetteer: Option<&'a Gazetteer<'a>>) -> Self {
        let columns = columns::read(table);
        let year = columns.iter().position(|column| column.kind == Kind::Year);
        let places = gazetteer.and_then(|gazetteer| {
            let (level, guess) = find_level(table, gazetteer)?;
            Some(Places { gazetteer, level, key: guess.key, spots: spots(table, guess.key, level, gazetteer) })
        });
        Self { table, columns, places, year }
    }

    pub(super) fn rows(&self) -> usize {
        self.table.rows()
    }

    pub(super) fn line(&self, row: usize) -> usize {
        self.table.lines.get(row).copied().unwrap_or_default()
    }

    pub(super) fn year(&self, row: usize) -> Option<i64> {
        self.columns.get(self.year?)?.number(row).map(|year| year as i64)
    }

    /// Columns that count or measure.
    pub(super) fn quantities(&self) -> impl Iterator<Item = (usize, &Read<'a>)> {
        let key = self.places.as_ref().map(|places| match places.key {
            Key::Code(at) | Key::Name(at, _) => at,
        });
        self.columns.iter().enumerate().filter(move |(at, column)| Some(*at) != key && column.is_quantity())
    }

    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, &Read<'a>)> {
        self.quantities().filter(move |(_, column)| column.kind == kind)
    }

    /// Code and name of a row's area, else the first text that the row has; with its year.
    pub(super) fn area(&self, row: usize) -> Option<String> {
        let spot = self.places.as_ref().and_then(|places| Some((places, (*places.spots.get(row)?)?)));
        let named = spot.map(|(places, spot)| {
            let area = places.gazetteer.area(spot);
            format!("{} {}", area.code, area.name)
        });
        let text = || {
            let texts = self.columns.iter().filter(|column| column.kind == Kind::Text);
            let cells = texts.map(|column| crate::table::shorten(&column.column.text(row))).filter(|text| !text.is_empty());
            cells.take(2).collect::<Vec<_>>().join(" ")
        };
        let name = named.unwrap_or_else(text);
        Some(self.year(row).map_or(name.clone(), |year| format!("{name} {year}")))
    }
}
