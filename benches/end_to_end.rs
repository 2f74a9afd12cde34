//! From a boundary file of 2,875 areas with all their vertices and a table to a PNG of 4,000 x 3,000 pixels.
//!
//! `cold` is everything from the bytes of the files on; `one_more_map` shows another column on the same frame. The boundaries are made
//! up; CAREMAP_FULL_COUNTIES names a real file to use in their place (GeoJSON in GCJ-02 with the property `code`).

#![allow(clippy::print_stdout, reason = "a benchmark speaks to who runs it")]

use caremap::figure::{Format, Shared, render_map};
use caremap::spec::{Plan, read_map};
use caremap::world::Memory;
use divan::{Bencher, black_box};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

mod common;

static WORLD: LazyLock<Memory> = LazyLock::new(world);

fn main() {
    let bytes = WORLD.0.get("areas.geojson").map_or(0, Vec::len);
    println!("boundaries of {:.1} MB", bytes as f64 / 1e6);
    println!("PNG of {} KiB", drawn(&plan("one"), &Shared::default()).len() / 1024);
    divan::main();
}

fn world() -> Memory {
    let areas = match std::env::var_os("CAREMAP_FULL_COUNTIES") {
        Some(path) => std::fs::read(path).expect("the file that CAREMAP_FULL_COUNTIES names"),
        None => made_up().into_bytes(),
    };
    let table = table(&areas).into_bytes();
    Memory(BTreeMap::from([("areas.geojson".to_owned(), areas), ("table.csv".to_owned(), table)]))
}

/// The made-up coverage laid over China, six decimals a coordinate.
fn made_up() -> String {
    let geometry = common::geometry();
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (number, polygons) in geometry.areas.iter().enumerate() {
        let code = 100_001 + number;
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(text, "{comma}\n{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"name\":\"Area {code}\"}},");
        text.push_str("\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
        let ring = caremap::coverage::ring_positions(&geometry.arcs, &polygons[0].exterior);
        for (at, [x, y]) in ring.into_iter().enumerate() {
            let (longitude, latitude) = (75.0 + x * 0.14, 53.0 - y * 0.11);
            let _ = write!(text, "{}[{longitude:.6},{latitude:.6}]", if at > 0 { "," } else { "" });
        }
        text.push_str("]]}}");
    }
    text.push_str("]}");
    text
}

/// Two columns of numbers for every code of the boundaries.
fn table(areas: &[u8]) -> String {
    let text = std::str::from_utf8(areas).expect("GeoJSON is UTF-8");
    let codes = text.split("\"code\":").skip(1).filter_map(|rest| rest.trim_start().get(1..7));
    codes.enumerate().fold(String::from("code,one,two\n"), |mut table, (at, code)| {
        let _ = writeln!(table, "{code},{:.3},{:.3}", 50.0 + 50.0 * common::noise(at as u64), at % 97);
        table
    })
}

fn plan(column: &str) -> Plan {
    let text = format!(
        "title = {{ zh = \"图\", en = \"Map\" }}\nlevel = \"county\"\nvalue = \"t.{column}\"\n\
         boundaries = {{ file = \"areas.geojson\", datum = \"gcj02\" }}\n\
         [page]\nwidth_mm = 400\nheight_mm = 300\ndpi = 254\n\
         [[tables]]\nname = \"t\"\nfile = \"table.csv\"\ncode = \"code\"\n"
    );
    read_map(&text, "map.toml", None).expect("a sound map file").value
}

fn drawn(plan: &Plan, shared: &Shared) -> Vec<u8> {
    let figures = render_map(plan, &*WORLD, shared, &[Format::Png]).expect("a map").value;
    figures.figures.into_iter().next().expect("one figure for one format")
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold(bencher: Bencher) {
    let plan = plan("one");
    bencher.bench_local(|| drawn(black_box(&plan), &Shared::default()));
}

#[divan::bench(sample_count = 9, sample_size = 1)]
fn one_more_map(bencher: Bencher) {
    let shared = Shared::default();
    drawn(&plan("one"), &shared);
    let plan = plan("two");
    bencher.bench_local(|| drawn(black_box(&plan), &shared));
}
