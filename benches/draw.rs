//! Drawing 2,875 areas with 4.2 million vertices at 4,000 x 3,000 pixels: working out the shares, colouring, lines, PNG.
//!
//! The coverage is made up: a grid of areas whose borders are bent again and again, as detailed as China's counties.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to who runs it")]

use caremap::colour::Colour;
use caremap::coverage::{ArcRef, Arcs, Polygon};
use caremap::draw::raster::{Picture, RunCache, draw};
use caremap::encode::png::encode;
use caremap::scale::{Hatch, Paint};
use caremap::scene::{Item, Layer, Mosaic, MosaicGeometry, Path, Point, Scene, Shape, Stroke};
use divan::{Bencher, black_box};
use std::sync::{Arc, LazyLock};

const COLUMNS: usize = 115;
const ROWS: usize = 25;
/// Halvings of each border: 2^9 edges on each of some 5,900 borders are 3 million stored vertices, each but the rim's used twice.
const HALVINGS: u32 = 9;
const DPI: f64 = 254.0;

static GEOMETRY: LazyLock<Arc<MosaicGeometry>> = LazyLock::new(|| Arc::new(geometry()));
static WARM: LazyLock<RunCache> = LazyLock::new(RunCache::new);
static PICTURE: LazyLock<Picture> = LazyLock::new(|| drawn(&page(true), &WARM));

fn main() {
    let vertices: usize = GEOMETRY.arcs.positions().len();
    let picture = &*PICTURE;
    let png = encode(picture, DPI, &[]).expect("a whole picture").len() / 1024;
    println!("{} areas, {vertices} stored vertices, {} x {} pixels", GEOMETRY.areas.len(), picture.width, picture.height);
    println!("PNG: {png} KiB");
    divan::main();
}

/// A number from -1 to 1, the same for the same seed (the finaliser of SplitMix64).
fn noise(seed: u64) -> f64 {
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

fn geometry() -> MosaicGeometry {
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

fn page(borders: bool) -> Scene {
    let ramp = [(239, 243, 255), (189, 215, 231), (107, 174, 214), (49, 130, 189), (8, 81, 156)];
    let paint = |i: usize| match (noise(i as u64 + 77) * 3.0 + 2.6) as usize {
        class @ 0..=4 => Paint::Solid(Colour::new(ramp[class].0, ramp[class].1, ramp[class].2)),
        _ => {
            let (ground, line) = (Colour::new(240, 240, 240), Colour::new(150, 150, 150));
            Paint::Hatch(Hatch { ground, line, spacing: 1.2, width: 0.2, angle: 45.0 })
        }
    };
    let fills = (0..GEOMETRY.areas.len()).map(|i| Some(paint(i))).collect();
    let mut items = vec![Item::Mosaic(Mosaic { geometry: Arc::clone(&GEOMETRY), fills, titles: Vec::new() })];
    if borders {
        let parts = GEOMETRY.arcs.iter().map(|arc| arc.iter().map(|p| Point { x: p[0], y: p[1] }).collect()).collect();
        let stroke = Stroke { colour: Colour::new(255, 255, 255), width: 0.1, dashes: Vec::new() };
        items.push(Item::Shape(Shape::stroked(Path::Lines { parts: Arc::new(parts), closed: false }, stroke)));
    }
    let layer = Layer { id: "areas".into(), name: "Areas".into(), clip: None, items };
    let paper = Colour::new(255, 255, 255);
    Scene { width: 400.0, height: 300.0, paper, title: String::new(), description: String::new(), layers: vec![layer] }
}

fn drawn(page: &Scene, cache: &RunCache) -> Picture {
    draw(page, DPI, cache).expect("a page of ordinary size")
}

/// Shares of all pixels from nothing, and colouring.
#[divan::bench(sample_count = 7)]
fn fills_cold(bencher: Bencher) {
    let page = page(false);
    bencher.bench_local(|| drawn(black_box(&page), &RunCache::new()));
}

/// One more map on the same frame, fills only.
#[divan::bench(sample_count = 15)]
fn fills_warm(bencher: Bencher) {
    let page = page(false);
    drawn(&page, &WARM);
    bencher.bench_local(|| drawn(black_box(&page), &WARM));
}

/// One more map on the same frame with every border.
#[divan::bench(sample_count = 7)]
fn fills_warm_and_borders(bencher: Bencher) {
    let page = page(true);
    bencher.bench_local(|| drawn(black_box(&page), &WARM));
}

#[divan::bench(sample_count = 7)]
fn png(bencher: Bencher) {
    bencher.bench_local(|| encode(black_box(&PICTURE), DPI, &[]));
}

#[divan::bench(sample_count = 7)]
fn thumbnail(bencher: Bencher) {
    bencher.bench_local(|| black_box(&*PICTURE).scaled_to_width(480));
}
