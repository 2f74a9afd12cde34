//! How many facilities stand in each area.
//!
//! Formula: points in the area's polygons, borders included; a point on a border belongs to the area of the smallest code. Unit:
//! facilities. An area without one has zero, which is not the same as missing. Limits: a point is where the file says it is.

use crate::coverage::Coverage;
use crate::coverage::locate::Locator;
use crate::level::Level;
use crate::problem::{Noted, Problem};
use crate::read::points::Point;
use crate::table::{Cell, Column, Table};

/// Facilities of each area, and those outside all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// One row for each area of the level, with the columns `code`, `name` and `count`.
    pub table: Table,
    /// Indices of the points outside all areas.
    pub outside: Vec<usize>,
}

/// Counts points in the areas of a level. Points outside all areas are listed and noted.
///
/// ```
/// use caremap::{coverage, level::Level, measure::count::count, read::points::Point};
///
/// let hospital = Point { id: "1".into(), name: String::new(), position: [116.4, 39.9], row: 0, line: 2 };
/// let counts = count(coverage::bundled(), Level::Province, &[hospital]).value;
/// assert_eq!(counts.table.column("count").unwrap().number(0), Ok(1.0));
/// ```
pub fn count(coverage: &Coverage, level: Level, points: &[Point]) -> Noted<Counts> {
    let areas = coverage.areas(level);
    let locator = Locator::new(coverage, level);
    let mut numbers = vec![0usize; areas.len()];
    let mut outside = Vec::new();
    for (index, point) in points.iter().enumerate() {
        match locator.locate(point.position) {
            Some(area) => numbers[area] += 1,
            None => outside.push(index),
        }
    }
    let column = |name: &str, cells: Vec<Cell>| Column::new(name, cells);
    let columns = vec![
        column("code", areas.iter().map(|area| Cell::Text(area.code.clone())).collect()),
        column("name", areas.iter().map(|area| Cell::Text(area.name.clone())).collect()),
        column("count", numbers.iter().map(|&number| Cell::Number(number as f64)).collect()),
    ];
    let table = Table { name: "count".to_owned(), file: String::new(), columns, lines: (1..=areas.len()).collect() };
    let problems = note(points, &outside).into_iter().collect();
    Noted { value: Counts { table, outside }, problems }
}

fn note(points: &[Point], outside: &[usize]) -> Option<Problem> {
    const LISTED: usize = 20;
    let names: Vec<String> = outside
        .iter()
        .take(LISTED)
        .map(|&index| format!("{} {} (line {})", points[index].id, points[index].name, points[index].line))
        .collect();
    let more = if outside.len() > LISTED { format!(" and {} more", outside.len() - LISTED) } else { String::new() };
    (!outside.is_empty()).then(|| {
        Problem::warning("points-outside", format!("{} points lie in no area: {}{more}.", outside.len(), names.join(", ")))
            .help("Check their coordinates and datum; where they lie abroad they still count as facilities to be reached.")
    })
}
