//! A made-up coverage as detailed as China's counties: a grid of 2,875 areas whose borders are bent again and again.

use caremap::coverage::{ArcRef, Arcs, Polygon};
use caremap::scene::MosaicGeometry;

const COLUMNS: usize = 115;
const ROWS: usize = 25;
/// Halvings of each border: 2^9 edges on each of some 5,900 borders are 3 million stored vertices, each but the rim's used twice.
const HALVINGS: u32 = 9;

/// A number from -1 to 1, the same for the same seed (the finaliser of SplitMix64).
pub fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn bent(a: [f64; 2], b: [f64; 2], seed: u64) -> Vec<[f64; 2]> {
    let mut line = vec![a, b];
    for step in 0..HALVINGS {
        let mut finer = Vec::with_capacity(line.len() * 2);
        for (i, pair) in line.windows(2).enumerate() {
            let bend = noise(seed * 4096 + u64::from(step) * 1_000_003 + i as u64) * 0.14;
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            finer.extend([pair[0], [(pair[0][0] + pair[1][0]) / 2.0 - dy * bend, (pair[0][1] + pair[1][1]) / 2.0 + dx * bend]]);
        }
        finer.push(b);
        line = finer;
    }
    line
}

/// The areas on a page of 400 by 300 millimetres.
pub fn geometry() -> MosaicGeometry {
    let corner = |x: usize, y: usize| {
        let seed = (y * 1000 + x) as u64;
        [
            10.0 + 380.0 * (x as f64 + 0.3 * noise(seed)) / COLUMNS as f64,
            10.0 + 280.0 * (y as f64 + 0.3 * noise(!seed)) / ROWS as f64,
        ]
    };
    let mut arcs = Arcs::default();
    for y in 0..=ROWS {
        for x in 0..COLUMNS {
            arcs.push(bent(corner(x, y), corner(x + 1, y), arcs.len() as u64));
        }
    }
    for y in 0..ROWS {
        for x in 0..=COLUMNS {
            arcs.push(bent(corner(x, y), corner(x, y + 1), arcs.len() as u64));
        }
    }
    let across = |x: usize, y: usize| ArcRef::forwards(y * COLUMNS + x);
    let down = |x: usize, y: usize| ArcRef::forwards((ROWS + 1) * COLUMNS + y * (COLUMNS + 1) + x);
    let area = |i: usize| {
        let (x, y) = (i % COLUMNS, i / COLUMNS);
        let exterior = vec![down(x, y), across(x, y + 1), down(x + 1, y).reversed(), across(x, y).reversed()];
        vec![Polygon { exterior, holes: Vec::new() }]
    };
    MosaicGeometry { arcs, areas: (0..COLUMNS * ROWS).map(area).collect() }
}
