//! Where people live: census counts spread over the cells of a density grid.
//!
//! Method: every area of the finest level keeps its census count; within it the people stand where the grid has them, a part of a cell
//! weighing density times area, each part at its centroid. A count whose code is no area of the finest level (a development zone, an
//! abolished county) goes to the prefecture that the code names by its first digits, or else to the province; it is then spread over
//! all cells of that unit in proportion to their weight, and stands beside the areas' own counts, never in them: it counts when
//! prefectures or provinces are measured. What finds no unit is listed. The account is in whole persons. An area without any weight
//! has its people at an interior point.
//! Limits: even density within a cell of the grid; the people of a zone are spread over its whole prefecture.

use super::grid::Grid;
use crate::coverage::geometry::interior_point;
use crate::coverage::{Area, Coverage, Position};
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem};
use crate::table::{Missing, Table, number};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How often a cell of a quarter of a degree is cut along each side: pieces of about 6 km. Against pieces four times as small the mean
/// distance of a county to its hospital differs by 0.03 km in the median and 0.2 km in the worst twentieth.
pub const FINE: usize = 4;

/// Weight of an area where the grid has nobody: next to nothing beside a neighbour's, all there is for itself.
const SPECK: f64 = 1e-6;

/// People counted under one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Code as written.
    pub code: String,
    /// People; `None` where the file says that there is no count.
    pub people: Option<u64>,
    /// Line of the file.
    pub line: usize,
}

/// Where a count went.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "to", content = "code")]
pub enum Placing {
    /// To the area of that code.
    Area(String),
    /// To a prefecture or province as a whole.
    Within(String),
    /// Nowhere: no boundary belongs to the code.
    Nowhere,
}

/// One row of the account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// Code of the row.
    pub code: String,
    /// People.
    pub people: u64,
    /// Line of the file.
    pub line: usize,
    /// Where they went.
    pub placing: Placing,
}

/// People at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Index of the area in its level.
    pub area: usize,
    /// Longitude and latitude in degrees, WGS84.
    pub position: Position,
    /// People of the area's own count.
    pub own: f64,
    /// People of counts for the prefecture or province as a whole.
    pub shared: f64,
    /// Weight by the grid alone: people as the grid has them, before they are rescaled.
    pub weight: f64,
}

/// People at places, and the account of every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Level of the areas.
    pub level: Level,
    /// The pieces, in the order of areas.
    pub pieces: Vec<Piece>,
    /// The own count of each area; `None` where no row has one.
    pub own: Vec<Option<u64>>,
    /// Areas of which no row speaks though their prefecture or province is counted, such as a district founded since: their people
    /// stand in a neighbour's count, and what is measured there is weighted by the grid alone.
    pub by_density: Vec<bool>,
    /// Counts for a unit as a whole, by its code.
    pub within: BTreeMap<String, u64>,
    /// Every row and where it went, in the order of the file.
    pub account: Vec<Entry>,
}

impl Demand {
    /// People of all rows.
    pub fn total(&self) -> u64 {
        self.account.iter().map(|entry| entry.people).sum()
    }

    /// People of the rows for which `which` holds.
    pub fn sum(&self, which: impl Fn(&Placing) -> bool) -> u64 {
        self.account.iter().filter(|entry| which(&entry.placing)).map(|entry| entry.people).sum()
    }
}

/// Reads counts of people from two columns of a table. Rows without a number are noted and have no count.
///
/// # Errors
///
/// Where a column is missing or a number is no count of people.
pub fn counts(table: &Table, code: &str, people: &str) -> Outcome<Vec<Count>> {
    let column = |name: &str| table.find(name).ok_or_else(|| vec![table.unknown_column(name)]);
    let (codes, numbers) = (column(code)?, column(people)?);
    let (mut counts, mut notes, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for (row, (code_cell, cell)) in codes.iter().zip(numbers.iter()).enumerate() {
        let line = table.lines[row];
        let at = |problem: Problem| problem.in_file(table.place()).at_line(line).in_column(people);
        let code = code_cell.text().trim().to_owned();
        let people = match number(cell) {
            Ok(n) if (0.0..1e12).contains(&n) && n.fract() == 0.0 => Some(n as u64),
            Err(reason @ (Missing::Empty | Missing::Marked(_))) => {
                notes.push(at(Problem::note("no-count", format!("{code} has no count of people ({reason})."))));
                None
            }
            _ => {
                errors.push(at(Problem::error("bad-count", format!("The people of {code} are not a whole number."))));
                continue;
            }
        };
        counts.push(Count { code, people, line });
    }
    if errors.is_empty() { Ok(Noted { value: counts, problems: notes }) } else { Err(errors) }
}

/// Spreads counts over the cells of a grid: see the head of this module. `fine` cuts each cell of the grid so often along each side,
/// so that distances within a cell are told apart.
pub fn apportion(coverage: &Coverage, level: Level, grid: &Grid, fine: usize, counts: &[Count]) -> Noted<Demand> {
    let areas = coverage.areas(level);
    let ancestors: Vec<Vec<String>> = areas.iter().map(|area| ancestors(coverage, area)).collect();
    let Placed { account, own, named, within } = place(areas, &ancestors, counts);
    let mut pieces: Vec<Piece> =
        (0..areas.len()).into_par_iter().flat_map_iter(|index| weigh(coverage, &areas[index], index, grid, fine)).collect();
    let ranges = ranges(&pieces, areas.len());
    let weights: Vec<f64> = ranges.iter().map(|range| pieces[range.clone()].iter().map(|piece| piece.weight).sum()).collect();
    for (code, &people) in &within {
        let members: Vec<usize> = (0..areas.len()).filter(|&index| ancestors[index].contains(code)).collect();
        let weight: f64 = members.iter().map(|&index| weights[index]).sum();
        for piece in members.iter().flat_map(|&index| ranges[index].clone()) {
            pieces[piece].shared += people as f64 * pieces[piece].weight / weight;
        }
    }
    for (area, range) in ranges.into_iter().enumerate() {
        for piece in &mut pieces[range] {
            piece.own = own[area].unwrap_or(0) as f64 * piece.weight / weights[area];
        }
    }
    let counted: BTreeSet<&str> = own
        .iter()
        .zip(&ancestors)
        .filter(|(own, _)| own.is_some())
        .flat_map(|(_, codes)| codes.iter().skip(1).map(String::as_str))
        .chain(within.keys().map(String::as_str))
        .collect();
    let by_density = named
        .iter()
        .zip(&ancestors)
        .map(|(named, codes)| !named && codes.iter().any(|code| counted.contains(code.as_str())))
        .collect();
    let problems = account.iter().filter(|entry| entry.placing == Placing::Nowhere && entry.people > 0).map(|entry| {
        let message =
            format!("The {} people of {} belong to no area of the boundaries and are left out.", entry.people, entry.code);
        Problem::warning("people-unplaced", message).at_line(entry.line)
    });
    let problems = problems.collect();
    Noted { value: Demand { level, pieces, own, by_density, within, account }, problems }
}

/// The account, and what each area and each coarser unit was given.
struct Placed {
    account: Vec<Entry>,
    own: Vec<Option<u64>>,
    /// Areas that have a row, with or without a number.
    named: Vec<bool>,
    within: BTreeMap<String, u64>,
}

fn place(areas: &[Area], ancestors: &[Vec<String>], counts: &[Count]) -> Placed {
    let index: BTreeMap<&str, usize> = areas.iter().enumerate().map(|(index, area)| (area.code.as_str(), index)).collect();
    let units: BTreeSet<&str> = ancestors.iter().flat_map(|codes| codes.iter().skip(1)).map(String::as_str).collect();
    let coarser = |code: &str| {
        let named = |digits: usize, zeros: &str| {
            Some(format!("{}{zeros}", code.get(..digits)?)).filter(|unit| code.len() == 6 && units.contains(unit.as_str()))
        };
        named(4, "00").or_else(|| named(2, "0000"))
    };
    let none = vec![None; areas.len()];
    let mut placed = Placed { account: Vec::new(), own: none, named: vec![false; areas.len()], within: BTreeMap::new() };
    for count in counts {
        let code = count.code.as_str();
        let placing = if let Some(&area) = index.get(code) {
            placed.named[area] = true;
            if let Some(people) = count.people {
                *placed.own[area].get_or_insert(0) += people;
            }
            Placing::Area(code.to_owned())
        } else if let Some(unit) = coarser(code) {
            *placed.within.entry(unit.clone()).or_insert(0) += count.people.unwrap_or(0);
            Placing::Within(unit)
        } else {
            Placing::Nowhere
        };
        placed.account.push(Entry { code: count.code.clone(), people: count.people.unwrap_or(0), line: count.line, placing });
    }
    placed
}

/// Codes of the area and of those above it.
pub(super) fn ancestors(coverage: &Coverage, area: &Area) -> Vec<String> {
    let mut codes = vec![area.code.clone()];
    let mut parent = area.parent.clone();
    for level in [Level::Prefecture, Level::Province] {
        let Some(code) = parent.clone() else { break };
        if let Ok(at) = coverage.areas(level).binary_search_by(|area| area.code.cmp(&code)) {
            parent = coverage.areas(level)[at].parent.clone();
            codes.push(code);
        }
    }
    codes
}

/// The pieces of an area with their weights. An area without weight has one, at an interior point.
fn weigh(coverage: &Coverage, area: &Area, index: usize, grid: &Grid, fine: usize) -> Vec<Piece> {
    let piece = |position, weight| Piece { area: index, position, own: 0.0, shared: 0.0, weight };
    let parts = grid.parts(coverage, area, fine);
    let pieces: Vec<Piece> =
        parts.iter().filter(|part| part.density > 0.0).map(|part| piece(part.position, part.km2 * part.density)).collect();
    if pieces.is_empty() {
        return interior_point(coverage, area).map(|position| piece(position, SPECK)).into_iter().collect();
    }
    pieces
}

/// The pieces of each area.
pub(super) fn ranges(pieces: &[Piece], areas: usize) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::with_capacity(areas);
    let mut start = 0;
    for area in 0..areas {
        let end = start + pieces[start..].iter().take_while(|piece| piece.area == area).count();
        ranges.push(start..end);
        start = end;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{ArcRef, Polygon};
    use proptest::prelude::*;

    /// Four counties of one degree side by side at 100 to 104 E, two to a prefecture, one province; the grid knows nobody in the last.
    fn world(densities: [f64; 3]) -> (Coverage, Grid) {
        let mut coverage = Coverage::default();
        let area = |code: &str, parent: Option<&str>, polygons| Area {
            code: code.to_owned(),
            name: format!("county {code}"),
            name_en: None,
            parent: parent.map(str::to_owned),
            polygons,
        };
        let mut counties = Vec::new();
        for (number, (code, parent)) in
            [("110101", "110100"), ("110102", "110100"), ("110201", "110200"), ("110202", "110200")].into_iter().enumerate()
        {
            let (w, e) = (100.0 + number as f64, 101.0 + number as f64);
            let arc = coverage.arcs.push([[w, 30.0], [e, 30.0], [e, 31.0], [w, 31.0], [w, 30.0]]);
            counties.push(area(code, Some(parent), vec![Polygon { exterior: vec![ArcRef::forwards(arc)], holes: vec![] }]));
        }
        coverage.layers.insert(Level::County, counties);
        coverage.layers.insert(Level::Prefecture, ["110100", "110200"].map(|code| area(code, Some("110000"), vec![])).to_vec());
        coverage.layers.insert(Level::Province, vec![area("110000", None, vec![])]);
        let row = [densities[0], densities[1], densities[2], 0.0];
        (coverage, Grid { west: 100.0, south: 30.0, step: 1.0, columns: 4, rows: 1, density: row.to_vec() })
    }

    fn count(code: &str, people: Option<u64>, line: usize) -> Count {
        Count { code: code.to_owned(), people, line }
    }

    #[test]
    fn a_count_goes_to_its_county_or_its_prefecture_or_is_listed() {
        let (coverage, grid) = world([1.0, 3.0, 2.0]);
        let counts = [
            count("110101", Some(100), 2),
            count("110171", Some(40), 3),
            count("110202", Some(7), 4),
            count("110102", None, 5),
            count("119901", Some(5), 6),
            count("990101", Some(3), 7),
        ];
        let noted = apportion(&coverage, Level::County, &grid, 2, &counts);
        let demand = noted.value;
        let placings: Vec<&Placing> = demand.account.iter().map(|entry| &entry.placing).collect();
        assert_eq!(placings[1], &Placing::Within("110100".to_owned()));
        assert_eq!(placings[4], &Placing::Within("110000".to_owned()));
        assert_eq!(placings[5], &Placing::Nowhere);
        assert_eq!(noted.problems[0].message, "The 3 people of 990101 belong to no area of the boundaries and are left out.");
        assert_eq!((demand.own.clone(), demand.total()), (vec![Some(100), None, None, Some(7)], 155));
        // 110102 has a row without a number; 110201 has no row at all, but its prefecture is counted.
        assert_eq!(demand.by_density, [false, false, true, false]);
        let sum = |area, pick: fn(&Piece) -> f64| demand.pieces.iter().filter(|piece| piece.area == area).map(pick).sum::<f64>();
        assert!((sum(0, |piece| piece.own) - 100.0).abs() < 1e-9);
        let shared = sum(1, |piece| piece.shared) - 5.0 * 3.0 / 6.0;
        assert!((shared - 30.0).abs() < 1e-5, "{shared}");
        let alone: Vec<&Piece> = demand.pieces.iter().filter(|piece| piece.area == 3).collect();
        assert_eq!((alone.len(), alone[0].position, alone[0].own), (1, [103.5, 30.5], 7.0));
    }

    proptest! {
        #[test]
        fn nobody_is_lost(
            people in prop::collection::vec(0..2_000_000_000u64, 8),
            densities in [0.0..1e4f64, 0.0..1e4f64, 0.0..1e4f64],
            fine in 1..6usize,
        ) {
            let (coverage, grid) = world(densities);
            let codes = ["110101", "110102", "110201", "110202", "110171", "110271", "119999", "x"];
            let counts: Vec<Count> = codes.iter().zip(&people).enumerate().map(|(line, (code, people))| count(code, Some(*people), line)).collect();
            let demand = apportion(&coverage, Level::County, &grid, fine, &counts).value;
            prop_assert_eq!(demand.total(), people.iter().sum::<u64>());
            let placed = demand.total() - demand.sum(|placing| *placing == Placing::Nowhere);
            let spread: f64 = demand.pieces.iter().map(|piece| piece.own + piece.shared).sum();
            prop_assert!((spread - placed as f64).abs() <= 1e-12 * placed as f64 + 1e-6);
            for (area, people) in people.iter().take(4).enumerate() {
                let own: f64 = demand.pieces.iter().filter(|piece| piece.area == area).map(|piece| piece.own).sum();
                prop_assert!((own - *people as f64).abs() < 1e-5);
            }
        }
    }
}
