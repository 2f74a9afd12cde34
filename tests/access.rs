//! Access on the real data, against answers made elsewhere.

use caremap::coverage;
use caremap::level::Level;
use caremap::measure::access::{Facility, Options, measure, reach, table};
use caremap::measure::grid::Grid;
use caremap::measure::nearest::Index;
use caremap::measure::people::{Demand, Placing, apportion, counts, successors};
use caremap::read::points::{Fields, Points, from_table};
use caremap::table::{Cell, Column, Missing, Table};
use std::collections::BTreeMap;

fn read(path: &str) -> Table {
    let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut rows = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut columns: Vec<Column> =
        rows.headers().unwrap().iter().map(|name| Column { name: name.to_owned(), cells: Vec::new() }).collect();
    let mut lines = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        lines.push(row.position().map_or(0, |at| at.line() as usize));
        for (column, text) in columns.iter_mut().zip(&row) {
            column.cells.push(match text {
                "" => Cell::Missing(Missing::Empty),
                text => match text.parse::<f64>() {
                    Ok(number) if column.name != "CODE" => Cell::Number(number),
                    _ => Cell::Text(text.to_owned()),
                },
            });
        }
    }
    Table { name: path.to_owned(), columns, lines }
}

fn hospitals() -> Points {
    let table = read("assets/facilities/hospitals_cn_3a.csv");
    let usable: Vec<bool> = table.column("usable").unwrap().cells.iter().map(|cell| *cell == Cell::Number(1.0)).collect();
    let fields = Fields { one_of: Some("same_point_group".to_owned()), ..Fields::default() };
    let noted = from_table(&table, &fields, &|row| usable[row]).unwrap();
    assert!(noted.problems.is_empty(), "{:?}", noted.problems);
    noted.value
}

fn facilities() -> Vec<Facility> {
    let facility = |point: caremap::read::points::Point| Facility { id: point.id, name: point.name, position: point.position };
    hospitals().points.into_iter().map(facility).collect()
}

fn demand(fine: usize) -> Demand {
    let grid = Grid::from_table(&read("assets/people/population_density_gpw_2020_15min.csv")).unwrap().value;
    let people = counts(&read("assets/tables/census2020_population.csv"), "CODE", "POPU").unwrap().value;
    let successors = successors(&read("assets/tables/area_codes_history.csv"));
    apportion(coverage::bundled(), Level::County, &grid, fine, &people, &successors).value
}

#[test]
fn usable_hospitals_stand_at_1210_places() {
    let points = hospitals();
    assert_eq!((points.points.len(), points.grouped), (1210, 137));
}

#[test]
fn nearest_is_that_of_brute_force_on_20_000_places() {
    let answers = read("tests/oracle/nearest/answers.csv");
    let column = |name: &str| -> Vec<f64> {
        let number = |cell: &Cell| if let Cell::Number(number) = cell { *number } else { f64::NAN };
        answers.column(name).unwrap().cells.iter().map(number).collect()
    };
    let (lon, lat, to, metres) = (column("lon"), column("lat"), column("to_id"), column("distance_m"));
    let facilities = facilities();
    let ids: Vec<&str> = facilities.iter().map(|facility| facility.id.as_str()).collect();
    let positions: Vec<[f64; 2]> = facilities.iter().map(|facility| facility.position).collect();
    let index = Index::new(&positions, &ids);
    let from: Vec<[f64; 2]> = lon.iter().zip(&lat).map(|(x, y)| [*x, *y]).collect();
    assert_eq!(from.len(), 20_000);
    let mut worst = [0f64; 2];
    for (row, hit) in index.nearest_of_each(&from).into_iter().enumerate() {
        let (hit, one) = (hit.unwrap(), index.nearest(from[row], 1)[0]);
        assert_eq!((ids[hit.to], one.to), (to[row].to_string().as_str(), hit.to), "row {row}");
        worst = [worst[0].max((hit.metres - metres[row]).abs()), worst[1].max((one.metres - metres[row]).abs())];
    }
    println!("largest difference in metres: many at once {:.2e}, one by one {:.2e}", worst[0], worst[1]);
    assert!(worst[0] < 2e-5 && worst[1] < 6e-6);
}

#[test]
fn explore() {
    let facilities = facilities();
    let coverage = coverage::bundled();
    let mut means: Vec<Vec<f64>> = Vec::new();
    for fine in [1, 2, 3, 4, 6, 8, 16] {
        let clock = std::time::Instant::now();
        let demand = demand(fine);
        let cut = clock.elapsed();
        let clock = std::time::Instant::now();
        let reached = reach(&demand, &facilities, &Options { jitter_m: 0.0, ..Options::default() }).unwrap();
        let reach0 = clock.elapsed();
        let clock = std::time::Instant::now();
        let table = table(coverage, Level::County, &demand, &reached, &Options { jitter_m: 0.0, ..Options::default() }).value;
        println!("{fine}: {} pieces, cut {cut:?}, reach {reach0:?}, table {:?}", demand.pieces.len(), clock.elapsed());
        let mean = |name: &str| -> Vec<f64> {
            table.column(name).unwrap().cells.iter().map(|c| if let Cell::Number(n) = c { *n } else { f64::NAN }).collect()
        };
        means.push(mean("distance_mean_km"));
        means.push(mean("share_within_30km"));
    }
    for which in 0..2 {
        let last = &means[12 + which];
        for k in 0..6 {
            let mut d: Vec<f64> =
                means[2 * k + which].iter().zip(last).map(|(a, b)| (a - b).abs()).filter(|d| d.is_finite()).collect();
            d.sort_by(f64::total_cmp);
            println!("{which} {k}: median {:.4} p95 {:.4} max {:.4}", d[d.len() / 2], d[d.len() * 95 / 100], d[d.len() - 1]);
        }
    }
}
