//! Positions on a grid of whole numbers, where crossings can be told exactly.

use super::{Arcs, Coverage, Position};

/// A square grid over longitude and latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Position of the cell (0, 0), degrees.
    pub origin: Position,
    /// Width of a cell, degrees.
    pub step: f64,
}

impl Grid {
    /// The cell nearest to a position.
    pub fn cell(&self, [x, y]: Position) -> [i64; 2] {
        [((x - self.origin[0]) / self.step).round() as i64, ((y - self.origin[1]) / self.step).round() as i64]
    }

    /// The position of a cell.
    pub fn position(&self, [x, y]: [i64; 2]) -> Position {
        [x as f64 * self.step + self.origin[0], y as f64 * self.step + self.origin[1]]
    }
}

/// Moves every position of the arcs to the grid and leaves out those that fall on the one before. Arcs keep their ends, so shared
/// nodes stay shared; an arc of one cell keeps two positions.
pub(super) fn on_grid(arcs: &Arcs, grid: &Grid) -> Arcs {
    let mut moved = Arcs::default();
    for arc in arcs.iter() {
        let mut cells: Vec<[i64; 2]> = arc.iter().map(|position| grid.cell(*position)).collect();
        cells.dedup();
        if cells.len() == 1 {
            cells.push(cells[0]);
        }
        moved.push(cells.into_iter().map(|cell| grid.position(cell)));
    }
    moved
}

/// Takes out of a coverage what has no length or encloses nothing any more.
pub(super) fn drop_collapsed(coverage: &mut Coverage) -> usize {
    let mut renumbered = vec![None; coverage.arcs.len()];
    let mut kept = Arcs::default();
    for (number, arc) in coverage.arcs.iter().enumerate() {
        if arc.iter().any(|position| *position != arc[0]) {
            renumbered[number] = Some(kept.push(arc.iter().copied()));
        }
    }
    let mut dropped = 0;
    for area in coverage.layers.values_mut().flatten() {
        for polygon in &mut area.polygons {
            for ring in std::iter::once(&mut polygon.exterior).chain(&mut polygon.holes) {
                *ring = ring.iter().filter_map(|arc| renumber(*arc, &renumbered)).collect();
            }
            let before = polygon.holes.len();
            polygon.holes.retain(|ring| !ring.is_empty());
            dropped += before - polygon.holes.len();
        }
        let before = area.polygons.len();
        area.polygons.retain(|polygon| !polygon.exterior.is_empty());
        dropped += before - area.polygons.len();
    }
    coverage.arcs = kept;
    dropped
}

fn renumber(arc: super::ArcRef, renumbered: &[Option<usize>]) -> Option<super::ArcRef> {
    let number = renumbered[arc.number()]?;
    let forwards = super::ArcRef::forwards(number);
    Some(if arc.is_reversed() { forwards.reversed() } else { forwards })
}
