//! Exact coverage of pixels by polygons, in whole numbers.
//!
//! Each edge leaves in every pixel it crosses its height (`cover`) and the area to its right within the pixel (`area`); summed from
//! left to right these give the share of each pixel that lies inside. This is the signed-area accumulation of LibArt, FreeType's
//! smooth rasteriser and font-rs. Corners are first moved to a grid of 1/4096 pixel, after which everything is integer arithmetic:
//! an edge walked the other way leaves exactly the opposite numbers, so the shares of neighbours sum to a whole pixel exactly.

/// Steps of the grid in one pixel.
pub(super) const ONE: i64 = 1 << BITS;
const BITS: u32 = 12;

/// The share of a pixel that is wholly inside.
pub(super) const FULL: i32 = 1 << (2 * BITS + 1);

/// No coordinate is farther than this from the origin: far enough for any page, near enough that nothing overflows.
const FARTHEST: f64 = (1u64 << 36) as f64;

/// A corner on the grid.
pub(super) type Corner = (i64, i64);

/// A rectangle of whole pixels; right and bottom are outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PixelRect {
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

impl PixelRect {
    pub(super) fn width(&self) -> usize {
        (self.right - self.left) as usize
    }

    pub(super) fn height(&self) -> usize {
        (self.bottom - self.top) as usize
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }
}

/// What edges leave in one pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// Row in the high half, column in the low half, so that cells sort in the order of the picture.
    pub key: u32,
    pub cover: i32,
    pub area: i32,
}

/// Moves a place in pixels to the grid; none where it is not a place.
pub(super) fn corner(x: f64, y: f64) -> Option<Corner> {
    let on_grid = |v: f64| ((v * ONE as f64).clamp(-FARTHEST, FARTHEST) + FARTHEST + 0.5) as i64 - FARTHEST as i64;
    (x.is_finite() && y.is_finite()).then(|| (on_grid(x), on_grid(y)))
}

/// Walks edges and collects what they leave inside `clip`. What lies left of it counts at its left edge.
pub(super) struct Tracer<'a> {
    clip: PixelRect,
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
    cells: &'a mut Vec<Cell>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(clip: PixelRect, cells: &'a mut Vec<Cell>) -> Self {
        Self {
            clip,
            left: i64::from(clip.left) * ONE,
            top: i64::from(clip.top) * ONE,
            right: i64::from(clip.right) * ONE,
            bottom: i64::from(clip.bottom) * ONE,
            cells,
        }
    }

    /// Walks a line of corners.
    pub(super) fn polyline(&mut self, corners: &[Corner]) {
        for pair in corners.windows(2) {
            self.edge(pair[0], pair[1]);
        }
    }

    /// Walks a line of corners and back to its start.
    pub(super) fn ring(&mut self, corners: &[Corner]) {
        self.polyline(corners);
        if let (Some(first), Some(last)) = (corners.first(), corners.last()) {
            self.edge(*last, *first);
        }
    }

    /// Walks one edge.
    pub(super) fn edge(&mut self, from: Corner, to: Corner) {
        let same_cell = from.0 >> BITS == to.0 >> BITS && from.1 >> BITS == to.1 >> BITS;
        let inside = from.0 >= self.left && from.0 < self.right && from.1 >= self.top && from.1 < self.bottom;
        if same_cell && inside {
            return self.within_cell(from, to);
        }
        let above = from.1 <= self.top && to.1 <= self.top;
        let below = from.1 >= self.bottom && to.1 >= self.bottom;
        let beyond = from.0 >= self.right && to.0 >= self.right;
        if from.1 == to.1 || above || below || beyond {
            return;
        }
        let cut_y = |y: i64| if y < self.top { self.top } else { y.min(self.bottom) };
        let (start, end) = (cut_y(from.1), cut_y(to.1));
        let start = if start == from.1 { from } else { (x_at(from, to, start), start) };
        let end = if end == to.1 { to } else { (x_at(from, to, end), end) };
        self.between_sides(start, end);
    }

    /// Cuts an edge at the left and the right side of the clip.
    fn between_sides(&mut self, from: Corner, to: Corner) {
        let mut at = from;
        let order = if from.0 <= to.0 { [self.left, self.right] } else { [self.right, self.left] };
        for side in order {
            if (at.0 < side) != (to.0 < side) && at.0 != side && to.0 != side {
                let crossing = (side, y_at(from, to, side));
                self.one_side(at, crossing);
                at = crossing;
            }
        }
        self.one_side(at, to);
    }

    /// An edge that crosses neither side of the clip.
    fn one_side(&mut self, from: Corner, to: Corner) {
        if from.0.max(to.0) <= self.left {
            self.rows((self.left, from.1), (self.left, to.1));
        } else if from.0.min(to.0) < self.right {
            self.rows(from, to);
        }
    }

    /// Cuts an edge at the rows it crosses.
    fn rows(&mut self, from: Corner, to: Corner) {
        let mut at = from;
        if from.1 < to.1 {
            while (at.1 >> BITS) + 1 < (to.1 + ONE - 1) >> BITS {
                let y = ((at.1 >> BITS) + 1) << BITS;
                let next = (x_at(from, to, y), y);
                self.columns(at, next);
                at = next;
            }
        } else {
            while (at.1 + ONE - 1) >> BITS > (to.1 >> BITS) + 1 {
                let y = (((at.1 + ONE - 1) >> BITS) - 1) << BITS;
                let next = (x_at(from, to, y), y);
                self.columns(at, next);
                at = next;
            }
        }
        self.columns(at, to);
    }

    /// Cuts an edge within one row at the columns it crosses.
    fn columns(&mut self, from: Corner, to: Corner) {
        let mut at = from;
        if from.0 < to.0 {
            while (at.0 >> BITS) + 1 < (to.0 + ONE - 1) >> BITS {
                let x = ((at.0 >> BITS) + 1) << BITS;
                let next = (x, y_at(from, to, x));
                self.within_cell(at, next);
                at = next;
            }
        } else {
            while (at.0 + ONE - 1) >> BITS > (to.0 >> BITS) + 1 {
                let x = (((at.0 + ONE - 1) >> BITS) - 1) << BITS;
                let next = (x, y_at(from, to, x));
                self.within_cell(at, next);
                at = next;
            }
        }
        self.within_cell(at, to);
    }

    /// An edge within one pixel, its ends on the pixel's sides included.
    fn within_cell(&mut self, from: Corner, to: Corner) {
        let cover = (from.1 - to.1) as i32;
        if cover == 0 {
            return;
        }
        let column = from.0.min(to.0) >> BITS;
        let row = from.1.min(to.1) >> BITS;
        if column >= i64::from(self.clip.right) {
            return;
        }
        let middle = (from.0 + to.0 - 2 * (column << BITS)) as i32;
        let area = cover * (2 * ONE as i32 - middle);
        let key = (row as u32) << 16 | column as u32;
        match self.cells.last_mut() {
            Some(last) if last.key == key => {
                last.cover = last.cover.wrapping_add(cover);
                last.area = last.area.wrapping_add(area);
            }
            _ => self.cells.push(Cell { key, cover, area }),
        }
    }
}

/// Where the edge is at height `y`.
fn x_at(from: Corner, to: Corner, y: i64) -> i64 {
    from.0 + scaled(to.0 - from.0, y - from.1, to.1 - from.1)
}

/// Where the edge is at abscissa `x`, never beyond its ends.
fn y_at(from: Corner, to: Corner, x: i64) -> i64 {
    from.1 + scaled(to.1 - from.1, x - from.0, to.0 - from.0)
}

/// `length * part / whole`, without overflow.
fn scaled(length: i64, part: i64, whole: i64) -> i64 {
    match length.checked_mul(part) {
        Some(product) => product / whole,
        None => (i128::from(length) * i128::from(part) / i128::from(whole)) as i64,
    }
}

/// Sums cells from left to right and reports every run of pixels with the same share: row, column, length, share of [`FULL`].
/// Shares are signed and may exceed one pixel where outlines overlap.
pub(super) fn sweep(cells: &mut [Cell], right: u32, mut emit: impl FnMut(u32, u32, u32, i32)) {
    cells.sort_unstable_by_key(|cell| cell.key);
    let mut at = 0;
    while at < cells.len() {
        let row = cells[at].key >> 16;
        let mut cover = 0i32;
        while at < cells.len() && cells[at].key >> 16 == row {
            let key = cells[at].key;
            let mut area = cover.wrapping_mul(2 * ONE as i32);
            while at < cells.len() && cells[at].key == key {
                area = area.wrapping_add(cells[at].area);
                cover = cover.wrapping_add(cells[at].cover);
                at += 1;
            }
            let column = key & 0xffff;
            if area != 0 {
                emit(row, column, 1, area);
            }
            let next = cells.get(at).filter(|cell| cell.key >> 16 == row).map_or(right, |cell| cell.key & 0xffff);
            let whole = cover.wrapping_mul(2 * ONE as i32);
            if whole != 0 && next > column + 1 {
                emit(row, column + 1, next - column - 1, whole);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(rings: &[Vec<(f64, f64)>], clip: PixelRect) -> Vec<f64> {
        let mut cells = Vec::new();
        let mut tracer = Tracer::new(clip, &mut cells);
        for ring in rings {
            let corners: Vec<Corner> = ring.iter().filter_map(|p| corner(p.0, p.1)).collect();
            tracer.ring(&corners);
        }
        let mut out = vec![0.0; clip.width() * clip.height()];
        sweep(&mut cells, clip.right, |row, column, length, share| {
            for x in column..column + length {
                let at = (row - clip.top) as usize * clip.width() + (x - clip.left) as usize;
                out[at] += f64::from(share) / f64::from(FULL);
            }
        });
        out
    }

    const CLIP: PixelRect = PixelRect { left: 0, top: 0, right: 4, bottom: 3 };

    #[test]
    fn a_rectangle_covers_what_it_covers() {
        let ring = vec![(0.5, 0.25), (3.0, 0.25), (3.0, 2.0), (0.5, 2.0)];
        let expected = [0.375, 0.75, 0.75, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(shares(std::slice::from_ref(&ring), CLIP), expected);
        let back: Vec<_> = ring.into_iter().rev().collect();
        assert_eq!(shares(&[back], CLIP), expected.map(|v| if v == 0.0 { 0.0 } else { -v }));
    }

    #[test]
    fn a_triangle_is_cut_along_its_slope() {
        let expected = [0.5, 0.0, 0.0, 0.0, 1.0, 0.5, 0.0, 0.0, 1.0, 1.0, 0.5, 0.0];
        assert_eq!(shares(&[vec![(0.0, 0.0), (0.0, -0.0), (3.0, 3.0), (0.0, 3.0)]], CLIP).map_abs(), expected);
    }

    #[test]
    fn what_lies_outside_is_cut_exactly() {
        let far = 1e9;
        assert_eq!(shares(&[vec![(-far, -far), (far, -far), (far, far), (-far, far)]], CLIP), vec![1.0; 12]);
        let half = shares(&[vec![(-far, -far), (2.5, -far), (2.5, far), (-far, far)]], CLIP);
        assert_eq!(half, [1.0, 1.0, 0.5, 0.0].repeat(3));
        assert_eq!(shares(&[vec![(9.0, 0.0), (12.0, 0.0), (12.0, 3.0)]], CLIP), vec![0.0; 12]);
    }

    trait MapAbs {
        fn map_abs(self) -> Vec<f64>;
    }
    impl MapAbs for Vec<f64> {
        fn map_abs(self) -> Vec<f64> {
            self.into_iter().map(f64::abs).collect()
        }
    }
}
