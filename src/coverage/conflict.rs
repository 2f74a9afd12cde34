//! Where simplified borders would meet, told exactly on whole numbers.

use super::quantise::Grid;
use super::simplify::Metric;
use super::{ArcRef, Arcs};
use rayon::prelude::*;

/// A stretch between two kept positions that follow each other in an arc, by their numbers.
pub(super) type Segment = [u32; 2];

/// Which positions of the arcs are kept.
pub(super) struct Kept<'a> {
    cells: Vec<[i64; 2]>,
    /// End of each arc in `cells`.
    ends: &'a [usize],
    tolerances: &'a [f64],
    is_kept: Vec<bool>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(arcs: &'a Arcs, grid: &Grid, tolerances: &'a [f64], tolerance: f64) -> Self {
        Self {
            cells: arcs.positions().iter().map(|position| grid.cell(*position)).collect(),
            ends: &arcs.ends,
            tolerances,
            is_kept: tolerances.iter().map(|at| *at >= tolerance).collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.is_kept.iter().filter(|kept| **kept).count()
    }

    fn range(&self, arc: usize) -> std::ops::Range<usize> {
        super::outlines::stretch(self.ends, arc)
    }

    fn segments_of(&self, arc: usize) -> impl Iterator<Item = Segment> {
        let range = self.range(arc);
        let mut last = range.start;
        (range.start + 1..range.end).filter(|at| self.is_kept[*at]).map(move |at| {
            let segment = [last as u32, at as u32];
            last = at;
            segment
        })
    }

    fn segments(&self) -> Vec<Segment> {
        (0..self.ends.len()).flat_map(|arc| self.segments_of(arc)).collect()
    }

    /// Whether a position ends an arc.
    fn is_end(&self, at: u32) -> bool {
        let arc = self.ends.partition_point(|end| *end <= at as usize);
        let range = self.range(arc);
        at as usize == range.start || at as usize + 1 == range.end
    }

    /// Puts back the position between the ends of a segment that would have gone last. False where there is none.
    pub(super) fn put_back(&mut self, [a, b]: Segment) -> bool {
        let between = (a as usize + 1..b as usize).filter(|at| !self.is_kept[*at]);
        match between.max_by(|a, b| self.tolerances[*a].total_cmp(&self.tolerances[*b]).then(b.cmp(a))) {
            Some(at) => {
                self.is_kept[at] = true;
                true
            }
            None => false,
        }
    }

    /// Puts back the position of a whole arc that would have gone last.
    pub(super) fn put_back_most_telling(&mut self, arc: usize) -> bool {
        let range = self.range(arc);
        self.put_back([range.start as u32, range.end as u32 - 1])
    }

    /// Puts positions back where an arc lies in the pocket between a segment and the line it stands for: it would change sides.
    pub(super) fn put_back_passed(&mut self) -> bool {
        let mut samples: Vec<([f64; 2], usize)> = (0..self.ends.len()).map(|arc| (self.sample(arc), arc)).collect();
        samples.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]).then(a.1.cmp(&b.1)));
        let kept = &*self;
        let passed: Vec<Segment> = (0..self.ends.len())
            .into_par_iter()
            .flat_map_iter(|arc| kept.segments_of(arc).filter(|segment| kept.passes(*segment, arc, &samples)).collect::<Vec<_>>())
            .collect();
        passed.into_iter().fold(false, |changed, segment| self.put_back(segment) | changed)
    }

    /// A place on the simplified arc away from its ends.
    fn sample(&self, arc: usize) -> [f64; 2] {
        let segments: Vec<Segment> = self.segments_of(arc).collect();
        let [a, b] = segments[segments.len() / 2].map(|at| self.cells[at as usize]);
        [(a[0] + b[0]) as f64 / 2.0, (a[1] + b[1]) as f64 / 2.0]
    }

    fn passes(&self, [a, b]: Segment, arc: usize, samples: &[([f64; 2], usize)]) -> bool {
        if b == a + 1 {
            return false;
        }
        let pocket = &self.cells[a as usize..=b as usize];
        let [west, east, south, north] = bounds(pocket).map(|bound| bound as f64);
        let first = samples.partition_point(|(sample, _)| sample[0] < west);
        let mut ring: Vec<[f64; 2]> = Vec::new();
        samples[first..].iter().take_while(|(sample, _)| sample[0] <= east).any(|(sample, other)| {
            if *other == arc || sample[1] < south || sample[1] > north {
                return false;
            }
            if ring.is_empty() {
                ring.extend(pocket.iter().chain(&pocket[..1]).map(|cell| cell.map(|part| part as f64)));
            }
            super::dissolve::is_inside(&ring, *sample)
        })
    }

    /// Twice the area of a ring in cells, with all positions and with those kept.
    pub(super) fn doubled_ring_areas(&self, ring: &[ArcRef]) -> (i128, i128) {
        let (mut whole, mut now) = (0, 0);
        for arc in ring {
            let range = self.range(arc.number());
            let sign = if arc.is_reversed() { -1 } else { 1 };
            whole += sign * range.clone().skip(1).map(|at| self.doubled(at - 1, at)).sum::<i128>();
            now += sign * self.segments_of(arc.number()).map(|[a, b]| self.doubled(a as usize, b as usize)).sum::<i128>();
        }
        (whole, now)
    }

    fn doubled(&self, a: usize, b: usize) -> i128 {
        let ([x1, y1], [x2, y2]) = (self.cells[a], self.cells[b]);
        i128::from(x1) * i128::from(y2) - i128::from(x2) * i128::from(y1)
    }

    /// The kept positions as arcs.
    pub(super) fn arcs(&self, whole: &Arcs) -> Arcs {
        let mut arcs = Arcs::default();
        for arc in 0..self.ends.len() {
            arcs.push(self.range(arc).filter(|at| self.is_kept[*at]).map(|at| whole.positions()[at]));
        }
        arcs
    }

    /// How far each position left out lies from the segment that stands for it, metres.
    pub(super) fn distances(&self, whole: &Arcs) -> Vec<f64> {
        (0..self.ends.len())
            .into_par_iter()
            .flat_map_iter(|arc| {
                let metric = Metric::of(&whole.positions()[self.range(arc)]);
                let plane = move |at: u32| metric.plane(whole.positions()[at as usize]);
                self.segments_of(arc)
                    .flat_map(|[a, b]| (a + 1..b).map(|at| distance(plane(at), plane(a), plane(b))).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

/// Distance of a place from a segment, in a plane.
pub(crate) fn distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    squared_distance(p, a, b).sqrt()
}

pub(super) fn squared_distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let square = u[0] * u[0] + u[1] * u[1];
    let along = if square > 0.0 { ((u[0] * v[0] + u[1] * v[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
    let (east, north) = (v[0] - along * u[0], v[1] - along * u[1]);
    east * east + north * north
}

fn bounds(cells: &[[i64; 2]]) -> [i64; 4] {
    let range = |axis: usize| {
        let values = cells.iter().map(|cell| cell[axis]);
        (values.clone().min().unwrap_or(0), values.max().unwrap_or(0))
    };
    let ((west, east), (south, north)) = (range(0), range(1));
    [west, east, south, north]
}

/// Pairs of segments that meet elsewhere than at a node or at the position between neighbours, sorted.
pub(super) fn conflicts(kept: &Kept) -> Vec<[Segment; 2]> {
    let segments = kept.segments();
    let Some(width) = bucket_width(kept, &segments) else { return Vec::new() };
    let (members, ends) = filled_buckets(kept, &segments, width);
    let mut found: Vec<[Segment; 2]> = (0..ends.len())
        .into_par_iter()
        .with_min_len(1024)
        .flat_map_iter(|bucket| {
            let bucket = &members[super::outlines::stretch(&ends, bucket)];
            let pairs = bucket.iter().enumerate().flat_map(|(place, s)| bucket[place + 1..].iter().map(move |t| (*s, *t)));
            // A segment stands twice in a bucket where two of its squares have one hash.
            pairs
                .filter(|(s, t)| s != t)
                .map(|(s, t)| [segments[s as usize], segments[t as usize]])
                .filter(|[s, t]| meet(kept, *s, *t))
                .collect::<Vec<_>>()
        })
        .collect();
    found.par_sort_unstable();
    found.dedup();
    found
}

/// A width at which most segments lie in one bucket or two.
fn bucket_width(kept: &Kept, segments: &[Segment]) -> Option<i64> {
    let length = |[a, b]: &Segment| {
        let (a, b) = (kept.cells[*a as usize], kept.cells[*b as usize]);
        (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
    };
    let total: i64 = segments.iter().map(length).sum();
    (!segments.is_empty()).then(|| (total / segments.len() as i64 * 2).max(1))
}

/// The segments that may pass through each bucket, bucket after bucket, and the end of each. A bucket is all squares of the plane of
/// one hash, so that they are sorted by counting; that strangers meet in it costs a look at their boxes.
fn filled_buckets(kept: &Kept, segments: &[Segment], width: i64) -> (Vec<u32>, Vec<usize>) {
    let mask = (segments.len() * 2).next_power_of_two() - 1;
    let list = |(chunk, segments): (usize, &[Segment])| {
        let mut entries: Vec<(u32, u32)> = Vec::with_capacity(segments.len() * 3 / 2);
        for (number, segment) in (chunk * CHUNK..).zip(segments) {
            each_square(kept, *segment, width, |square| entries.push(((hash(square) & mask) as u32, number as u32)));
        }
        entries
    };
    let entries: Vec<Vec<(u32, u32)>> = segments.par_chunks(CHUNK).enumerate().map(list).collect();
    let mut ends = vec![0usize; mask + 2];
    for (bucket, _) in entries.iter().flatten() {
        ends[*bucket as usize + 1] += 1;
    }
    for bucket in 1..ends.len() {
        ends[bucket] += ends[bucket - 1];
    }
    let mut members = vec![0u32; ends[mask + 1]];
    for (bucket, number) in entries.iter().flatten() {
        let at = &mut ends[*bucket as usize];
        members[*at] = *number;
        *at += 1;
    }
    // What were beginnings are ends now, and the last is there twice.
    ends.pop();
    (members, ends)
}

/// Segments that are listed together.
const CHUNK: usize = 1 << 15;

/// Mixes the column and row of a square (multiplication and xor-shift, after splitmix64).
fn hash([column, row]: [i64; 2]) -> usize {
    let mut mixed = (column as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (row as u64).rotate_left(32);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 31)) as usize
}

/// The squares that a segment may pass through: column by column, those its part in the column spans.
fn each_square(kept: &Kept, [a, b]: Segment, width: i64, mut visit: impl FnMut([i64; 2])) {
    let (mut a, mut b) = (kept.cells[a as usize], kept.cells[b as usize]);
    if a[0] > b[0] {
        std::mem::swap(&mut a, &mut b);
    }
    let (first, last) = (a[0].div_euclid(width), b[0].div_euclid(width));
    for column in first..=last {
        let (west, east) = ((column * width).max(a[0]), ((column + 1) * width).min(b[0]));
        let at = |x: i64| a[1] + (product(b[1] - a[1], x - a[0]) / i128::from(b[0] - a[0])) as i64;
        let start = if west == a[0] { a[1] } else { at(west) };
        let end = if east == b[0] { b[1] } else { at(east) };
        // One cell of margin, for the division rounds.
        let (south, north) = ((start.min(end) - 1).div_euclid(width), (start.max(end) + 1).div_euclid(width));
        (south..=north).for_each(|row| visit([column, row]));
    }
}

fn meet(kept: &Kept, s: Segment, t: Segment) -> bool {
    let cell = |at: u32| kept.cells[at as usize];
    let (a, b, c, d) = (cell(s[0]), cell(s[1]), cell(t[0]), cell(t[1]));
    if a[0].max(b[0]) < c[0].min(d[0])
        || c[0].max(d[0]) < a[0].min(b[0])
        || a[1].max(b[1]) < c[1].min(d[1])
        || c[1].max(d[1]) < a[1].min(b[1])
    {
        return false;
    }
    let mut shared = None;
    for (p, q) in [(s[0], s[1]), (s[1], s[0])] {
        for (r, u) in [(t[0], t[1]), (t[1], t[0])] {
            if cell(p) != cell(r) {
                continue;
            }
            if p != r && !(kept.is_end(p) && kept.is_end(r)) {
                return true;
            }
            shared = Some((cell(p), cell(q), cell(u)));
        }
    }
    match shared {
        // They part at the shared position, unless they run the same way from it.
        Some((p, q, u)) => side(p, q, u) == 0 && product(q[0] - p[0], u[0] - p[0]) + product(q[1] - p[1], u[1] - p[1]) > 0,
        None => {
            let (c_side, d_side, a_side, b_side) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
            // Their boxes overlap, so being on one line means overlapping too.
            c_side.signum() * d_side.signum() <= 0 && a_side.signum() * b_side.signum() <= 0
        }
    }
}

/// Positive where `c` is left of the way from `a` to `b`, zero on the line. Exact for any cells.
fn side(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i128 {
    product(b[0] - a[0], c[1] - a[1]) - product(c[0] - a[0], b[1] - a[1])
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}
