//! Which areas cover which pixels, and by how much: worked out once a frame, coloured many times.

use super::cells::{Cell, Corner, FULL, PixelRect, Tracer, corner, sweep};
use super::ink::Ink;
use super::picture::Picture;
use crate::coverage::ArcRef;
use crate::scene::MosaicGeometry;
use rayon::prelude::*;

/// Pixels of one row that an area covers by the same share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    area: u32,
    column: u16,
    length: u16,
    /// Of [`FULL`]; negative by a hair where an outline folds over itself on the grid.
    share: i32,
}

/// The shares of every pixel that every area of a mosaic covers, row by row.
#[derive(Debug)]
pub(super) struct Runs {
    clip: PixelRect,
    runs: Vec<Run>,
    /// End of each row's runs.
    ends: Vec<usize>,
}

/// The grid can fold an outline over itself by a hair, which its neighbours make good. A greater share below nothing comes of borders
/// that cross, and counts as nothing.
const FOLD: i32 = FULL / 1024;

/// One arc as it lies on the pixels.
struct Traced {
    cells: Vec<Cell>,
    /// Its first and last corner.
    ends: Option<(Corner, Corner)>,
    /// Its part of twice the signed area of a ring it belongs to.
    turn: f64,
}

impl Runs {
    /// Works out the shares at `scale` pixels a millimetre.
    pub(super) fn new(geometry: &MosaicGeometry, scale: f64, clip: PixelRect) -> Self {
        let arcs: Vec<Traced> = (0..geometry.arcs.len())
            .into_par_iter()
            .with_min_len(64)
            .map(|number| trace(geometry.arcs.get(number), scale, clip))
            .collect();
        let areas: Vec<Vec<(u32, Run)>> = (0..geometry.areas.len())
            .into_par_iter()
            .with_min_len(8)
            .map(|area| area_runs(geometry, area, &arcs, clip))
            .collect();
        Self::by_row(&areas, clip)
    }

    /// Sorts the runs by row; within a row they stay in the order of the areas.
    fn by_row(areas: &[Vec<(u32, Run)>], clip: PixelRect) -> Self {
        let mut ends = vec![0usize; clip.height() + 1];
        for (row, _) in areas.iter().flatten() {
            ends[(row - clip.top) as usize + 1] += 1;
        }
        for row in 1..ends.len() {
            ends[row] += ends[row - 1];
        }
        let empty = Run { area: 0, column: 0, length: 0, share: 0 };
        let mut runs = vec![empty; ends.last().copied().unwrap_or(0)];
        for (row, run) in areas.iter().flatten() {
            let at = &mut ends[(row - clip.top) as usize];
            runs[*at] = *run;
            *at += 1;
        }
        ends.pop();
        Self { clip, runs, ends }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.runs.len() * size_of::<Run>() + self.ends.len() * size_of::<usize>()
    }

    /// Fills the areas, each with its ink; what no area covers keeps its colour. Whole pixels are copied. The parts of a shared
    /// pixel are added up before anything is rounded, so no background shows between neighbours.
    pub(super) fn colour(&self, picture: &mut Picture, inks: &[Option<Ink>]) {
        let stride = picture.width as usize * 3;
        let top = self.clip.top as usize * stride;
        let end = self.clip.bottom as usize * stride;
        picture.rgb[top..end].par_chunks_mut(stride.max(1)).with_min_len(64).enumerate().for_each_init(
            || vec![Sum::default(); self.clip.right as usize],
            |sums, (row, pixels)| {
                let start = if row == 0 { 0 } else { self.ends[row - 1] };
                colour_row(&self.runs[start..self.ends[row]], row as u32 + self.clip.top, pixels, inks, sums);
            },
        );
    }
}

/// The parts of a shared pixel added up: shares, and shares times red, green, blue.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    share: i64,
    colour: [i64; 3],
}

fn colour_row(runs: &[Run], row: u32, pixels: &mut [u8], inks: &[Option<Ink>], sums: &mut [Sum]) {
    for run in runs {
        let Some(Some(ink)) = inks.get(run.area as usize) else { continue };
        let (start, end) = (run.column as usize, run.column as usize + run.length as usize);
        if run.share == FULL {
            ink.fill(row, start as u32, &mut pixels[start * 3..end * 3]);
        } else {
            for (column, sum) in (start..end).zip(&mut sums[start..end]) {
                let colour = ink.at(column as u32, row);
                sum.share += i64::from(run.share);
                for (channel, value) in sum.colour.iter_mut().zip(colour) {
                    *channel += i64::from(run.share) * i64::from(value);
                }
            }
        }
    }
    for run in runs.iter().filter(|run| run.share != FULL) {
        let (start, end) = (run.column as usize, run.column as usize + run.length as usize);
        for (sum, pixel) in sums[start..end].iter_mut().zip(pixels[start * 3..end * 3].chunks_exact_mut(3)) {
            if *sum != Sum::default() {
                settle(sum, pixel);
                *sum = Sum::default();
            }
        }
    }
}

/// Writes a shared pixel: the parts, and what was there before for the rest.
fn settle(sum: &Sum, pixel: &mut [u8]) {
    let whole = sum.share.max(i64::from(FULL));
    let rest = (i64::from(FULL) - sum.share).clamp(0, i64::from(FULL));
    for (value, colour) in pixel.iter_mut().zip(sum.colour) {
        *value = ((colour + rest * i64::from(*value) + whole / 2) / whole).clamp(0, 255) as u8;
    }
}

/// Lays one arc on the pixels, in the direction in which it is stored.
fn trace(positions: &[[f64; 2]], scale: f64, clip: PixelRect) -> Traced {
    let mut cells = Vec::new();
    let mut tracer = Tracer::new(clip, &mut cells);
    let mut corners = positions.iter().filter_map(|p| corner(p[0] * scale, p[1] * scale));
    let Some(first) = corners.next() else { return Traced { cells, ends: None, turn: 0.0 } };
    let (mut last, mut turn) = (first, 0.0);
    for next in corners {
        tracer.edge(last, next);
        turn += cross(last, next);
        last = next;
    }
    Traced { cells, ends: Some((first, last)), turn }
}

fn cross(a: Corner, b: Corner) -> f64 {
    a.0 as f64 * b.1 as f64 - b.0 as f64 * a.1 as f64
}

/// The runs of one area, from the arcs of its rings. Outer rings count positive and holes negative whichever way they run.
fn area_runs(geometry: &MosaicGeometry, area: usize, arcs: &[Traced], clip: PixelRect) -> Vec<(u32, Run)> {
    let mut cells = Vec::new();
    for polygon in &geometry.areas[area] {
        for (number, ring) in polygon.rings().enumerate() {
            add_ring(ring, number > 0, arcs, clip, &mut cells);
        }
    }
    let mut runs = Vec::new();
    sweep(&mut cells, clip.right, |row, column, length, share| {
        if share < -FOLD {
            return;
        }
        let share = share.min(2 * FULL);
        let run = Run { area: area as u32, column: column as u16, length: length as u16, share };
        runs.push((row, run));
    });
    runs
}

fn add_ring(ring: &[ArcRef], hole: bool, arcs: &[Traced], clip: PixelRect, cells: &mut Vec<Cell>) {
    let start = cells.len();
    let (mut turn, mut first, mut at) = (0.0, None, None);
    let mut gaps: Vec<(Corner, Corner)> = Vec::new();
    for arc_ref in ring {
        let Some(Traced { cells: arc_cells, ends: Some(ends), turn: arc_turn }) = arcs.get(arc_ref.number()) else { continue };
        let (sign, from, to) = if arc_ref.is_reversed() { (-1, ends.1, ends.0) } else { (1, ends.0, ends.1) };
        cells.extend(arc_cells.iter().map(|c| signed(c, sign)));
        turn += f64::from(sign) * arc_turn;
        gaps.extend(at.filter(|at| *at != from).map(|at| (at, from)));
        first = first.or(Some(from));
        at = Some(to);
    }
    gaps.extend(at.zip(first).filter(|(at, first)| at != first));
    for (from, to) in gaps {
        let mut tracer = Tracer::new(clip, cells);
        tracer.edge(from, to);
        turn += cross(from, to);
    }
    // Clockwise on the page (y down) turns positive and leaves positive shares.
    if (turn > 0.0) != hole {
        return;
    }
    for cell in &mut cells[start..] {
        *cell = signed(cell, -1);
    }
}

fn signed(cell: &Cell, sign: i32) -> Cell {
    Cell { key: cell.key, cover: cell.cover.wrapping_mul(sign), area: cell.area.wrapping_mul(sign) }
}
