//! The nearest of 1,210 hospitals for a million cells of a grid over China, on all threads of the machine.
//!
//! `cells_fast` times everything from longitude and latitude to the exact nearest hospital of every cell and its distance (to 1e-5 m), the
//! index of hospitals and the boxes of cells included. `cells_karney` then measures every distance again by Karney's algorithm.

use caremap::measure::geodesic;
use caremap::measure::nearest::Index;

fn main() {
    divan::main();
}

/// Usable hospitals, one of each group at one point.
fn hospitals() -> (Vec<[f64; 2]>, Vec<String>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/facilities/hospitals_cn_3a.csv");
    let mut reader = csv::Reader::from_path(path).expect("the bundled hospitals");
    let mut seen = std::collections::BTreeSet::new();
    let mut kept = (Vec::new(), Vec::new());
    for row in reader.records().map_while(Result::ok) {
        let number = |at: usize| row[at].parse().unwrap_or(f64::NAN);
        if &row[15] == "1" && (&row[14] == "-1" || seen.insert(row[14].to_owned())) {
            kept.0.push([number(3), number(4)]);
            kept.1.push(row[0].to_owned());
        }
    }
    assert_eq!(kept.0.len(), 1210);
    kept
}

fn cells() -> Vec<[f64; 2]> {
    (0..1_000_000)
        .map(|i| [73.5 + 61.5 * ((i % 1250) as f64 + 0.5) / 1250.0, 18.0 + 36.0 * ((i / 1250) as f64 + 0.5) / 800.0])
        .collect()
}

#[divan::bench(sample_count = 10)]
fn cells_fast(bencher: divan::Bencher) {
    let (positions, ids) = hospitals();
    let cells = cells();
    bencher.bench(|| Index::new(&positions, &ids).nearest_of_each(&cells));
}

#[divan::bench(sample_count = 5)]
fn cells_karney(bencher: divan::Bencher) {
    use rayon::prelude::*;
    let (positions, ids) = hospitals();
    let cells = cells();
    bencher.bench(|| {
        let hits = Index::new(&positions, &ids).nearest_of_each(&cells);
        let metres = |(cell, hit): (&[f64; 2], Option<_>)| {
            hit.map(|hit: caremap::measure::nearest::Hit| geodesic::metres(*cell, positions[hit.to]))
        };
        cells.par_iter().zip(hits).map(metres).collect::<Vec<_>>()
    });
}

/// Access of all counties as a map asks for it: cells cut by borders, nearest hospital of every piece, and 20 repetitions with the
/// hospitals moved at random; reading the files is not timed.
#[divan::bench(sample_count = 5)]
fn access_of_counties(bencher: divan::Bencher) {
    use caremap::measure::{access, grid::Grid, people};
    use caremap::read::table::{ReadOptions, read_table};
    let read = |name: &str| {
        let bytes = std::fs::read(format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a bundled file");
        read_table(&bytes, name, &ReadOptions::default()).expect("a table").value
    };
    let grid = Grid::from_table(&read("people/population_density_gpw_2020_15min.csv")).expect("the grid").value;
    let counts = people::counts(&read("tables/census2020_population.csv"), "CODE", "POPU").expect("the census").value;
    let (positions, ids) = hospitals();
    let facility =
        |(position, id): (&[f64; 2], &String)| access::Facility { id: id.clone(), name: id.clone(), position: *position };
    let facilities: Vec<access::Facility> = positions.iter().zip(&ids).map(facility).collect();
    let coverage = caremap::coverage::bundled();
    let county = caremap::level::Level::County;
    bencher.bench(|| {
        let demand = people::apportion(coverage, county, &grid, people::FINE, &counts).value;
        access::measure(coverage, county, &demand, &facilities, &access::Options::default()).expect("a table").value
    });
}
