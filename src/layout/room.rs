//! Free room on a frame: which rectangles cover no territory.

use super::frame::Bounds;
use crate::coverage::Position;
use crate::scene::Rect;

/// Cells along the longer side of the map.
const CELLS: f64 = 500.0;

/// A raster of what is covered by land, with sums that tell for any rectangle whether it holds some.
#[derive(Debug)]
pub(super) struct Room {
    bounds: Bounds,
    cell: f64,
    columns: usize,
    rows: usize,
    /// Number of covered cells above and left of each corner; one more row and column than cells.
    sums: Vec<u32>,
}

impl Room {
    /// Marks what the closed outline holds inside (even-odd), the outline itself, and further lines.
    pub fn new<'a>(bounds: Bounds, outline: impl Iterator<Item = &'a [Position]> + Clone, lines: &'a [Vec<Position>]) -> Self {
        let cell = (bounds.larger_side() / CELLS).max(1e-9);
        let columns = (bounds.width() / cell).ceil() as usize + 1;
        let rows = (bounds.height() / cell).ceil() as usize + 1;
        let mut covered = vec![false; columns * rows];
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows];
        for line in outline.clone() {
            for pair in line.windows(2) {
                cross(pair[0], pair[1], &bounds, cell, &mut crossings);
            }
        }
        for (row, xs) in crossings.iter_mut().enumerate() {
            xs.sort_by(f64::total_cmp);
            for span in xs.chunks_exact(2) {
                let from = span[0].max(0.0) as usize;
                let to = (span[1].max(0.0) as usize).min(columns - 1);
                for column in from..=to {
                    covered[row * columns + column] = true;
                }
            }
        }
        let mut mark = |p: Position| {
            let (x, y) = ((p[0] - bounds.min[0]) / cell, (p[1] - bounds.min[1]) / cell);
            if x >= 0.0 && y >= 0.0 && (x as usize) < columns && (y as usize) < rows {
                covered[y as usize * columns + x as usize] = true;
            }
        };
        for line in outline.chain(lines.iter().map(Vec::as_slice)) {
            for pair in line.windows(2) {
                let steps = (libm::hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]) / cell * 2.0).min(4000.0) as usize + 1;
                for step in 0..=steps {
                    let t = step as f64 / steps as f64;
                    mark([pair[0][0] + t * (pair[1][0] - pair[0][0]), pair[0][1] + t * (pair[1][1] - pair[0][1])]);
                }
            }
        }
        Self { bounds, cell, columns, rows, sums: summed(&covered, columns, rows) }
    }

    /// Whether a rectangle in projected metres holds nothing.
    pub fn is_free(&self, area: &Bounds) -> bool {
        let column = |x: f64| (((x - self.bounds.min[0]) / self.cell).floor()).clamp(-1.0, self.columns as f64);
        let row = |y: f64| (((y - self.bounds.min[1]) / self.cell).floor()).clamp(-1.0, self.rows as f64);
        let (left, right) =
            (column(area.min[0]).max(0.0) as usize, (column(area.max[0]) + 1.0).min(self.columns as f64) as usize);
        let (low, high) = (row(area.min[1]).max(0.0) as usize, (row(area.max[1]) + 1.0).min(self.rows as f64) as usize);
        if left >= right || low >= high {
            return true;
        }
        let at = |column: usize, row: usize| self.sums[row * (self.columns + 1) + column];
        at(right, high) + at(left, low) == at(left, high) + at(right, low)
    }
}

/// Where an edge crosses the middle of each row, in cells from the left.
fn cross(a: Position, b: Position, bounds: &Bounds, cell: f64, crossings: &mut [Vec<f64>]) {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    let first = ((low[1] - bounds.min[1]) / cell - 0.5).ceil().max(0.0);
    let mut row = first;
    while row < crossings.len() as f64 {
        let y = bounds.min[1] + (row + 0.5) * cell;
        if y >= high[1] {
            return;
        }
        let t = (y - low[1]) / (high[1] - low[1]);
        crossings[row as usize].push((low[0] + t * (high[0] - low[0]) - bounds.min[0]) / cell);
        row += 1.0;
    }
}

fn summed(covered: &[bool], columns: usize, rows: usize) -> Vec<u32> {
    let mut sums = vec![0u32; (columns + 1) * (rows + 1)];
    for row in 0..rows {
        let mut along = 0;
        for column in 0..columns {
            along += u32::from(covered[row * columns + column]);
            sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1] + along;
        }
    }
    sums
}

/// How a rectangle lies to the territory within closed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lies {
    Outside,
    Across,
    Inside,
}

/// How a rectangle lies to what closed lines hold inside (even-odd): exact, for the finished page.
pub(super) fn lies<'a>(rect: &Rect, outline: impl Iterator<Item = &'a [Position]>) -> Lies {
    let corner = [rect.x, rect.y];
    let mut inside = false;
    for line in outline {
        for pair in line.windows(2) {
            if segment_meets(rect, pair[0], pair[1]) {
                return Lies::Across;
            }
            let (a, b) = (pair[0], pair[1]);
            if (a[1] > corner[1]) != (b[1] > corner[1]) {
                let x = a[0] + (corner[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                inside ^= x > corner[0];
            }
        }
    }
    if inside { Lies::Inside } else { Lies::Outside }
}

/// Whether a segment shares a point with a rectangle (Liang and Barsky 1984).
pub(super) fn segment_meets(rect: &Rect, a: Position, b: Position) -> bool {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let sides = [(-dx, a[0] - rect.x), (dx, rect.right() - a[0]), (-dy, a[1] - rect.y), (dy, rect.bottom() - a[1])];
    for (p, q) in sides {
        if p == 0.0 {
            if q < 0.0 {
                return false;
            }
        } else if p < 0.0 {
            from = from.max(q / p);
        } else {
            to = to.min(q / p);
        }
    }
    from <= to
}
