//! Drawing 2,875 areas with 4.2 million vertices at 4,000 x 3,000 pixels: working out the shares, colouring, lines, PNG.

#![allow(clippy::print_stdout, reason = "a benchmark speaks to who runs it")]

use caremap::colour::Colour;
use caremap::draw::raster::{Picture, RunCache, draw};
use caremap::encode::png::encode;
use caremap::scale::{Hatch, Paint};
use caremap::scene::{Item, Layer, Mosaic, MosaicGeometry, Path, Point, Scene, Shape, Stroke};
use divan::{Bencher, black_box};
use std::sync::{Arc, LazyLock};

mod common;
use common::{geometry, noise};

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
