//! Access on the real data, against answers made elsewhere.

#![allow(clippy::unwrap_used)]

use caremap::coverage;
use caremap::level::Level;
use caremap::measure::access::{Facility, Options, measure, reach, table};
use caremap::measure::count::count;
use caremap::measure::grid::Grid;
use caremap::measure::nearest::Index;
use caremap::measure::people::{Demand, FINE, Placing, apportion, counts};
use caremap::read::points::{Fields, Points, from_table};
use caremap::read::table::{ReadOptions, read_table};
use caremap::table::{Table, patch};
use std::collections::BTreeMap;

/// People of the 31 provinces in the census of 2020; the file says 100,000 more until it is patched.
const CENSUS: u64 = 1_409_778_724;

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn read(path: &str) -> Table {
    read_table(bytes(path), path, &ReadOptions::default()).unwrap().value
}

fn hospitals() -> Points {
    let table = read("assets/facilities/hospitals_cn_3a.csv");
    let usable: Vec<bool> = table.column("usable").unwrap().numbers().map(|number| number == Ok(1.0)).collect();
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
    let mut census = read("assets/tables/census2020_population.csv");
    patch::apply(&mut census, &bytes("assets/tables/census2020_population_patch.csv"), "patch").unwrap();
    let people = counts(&census, "CODE", "POPU").unwrap().value;
    apportion(coverage::bundled(), Level::County, &grid, fine, &people).value
}

#[test]
fn usable_hospitals_stand_at_1210_places() {
    let points = hospitals();
    assert_eq!((points.points.len(), points.grouped), (1210, 137));
}

#[test]
fn nearest_is_that_of_brute_force_on_20_000_places() {
    let answers = read("tests/oracle/nearest/answers.csv");
    let column = |name: &str| numbers(&answers, name);
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
fn every_person_of_the_census_is_accounted_for() {
    let demand = demand(2);
    assert_eq!(demand.total(), CENSUS);
    let own: u64 = demand.own.iter().flatten().sum();
    let within: u64 = demand.within.values().sum();
    let nowhere = demand.sum(|placing| *placing == Placing::Nowhere);
    println!("own {own}, within prefectures {within}, nowhere {nowhere}");
    assert_eq!(own + within + nowhere, CENSUS);
    assert_eq!(nowhere, 0);
    let spread: f64 = demand.pieces.iter().map(|piece| piece.own + piece.shared).sum();
    assert!((spread - CENSUS as f64).abs() < 1e-3, "{spread}");
    let mut sums = vec![0.0; demand.own.len()];
    for piece in &demand.pieces {
        sums[piece.area] += piece.own;
    }
    for (sum, own) in sums.iter().zip(&demand.own) {
        assert!((sum - own.unwrap_or(0) as f64).abs() < 1e-6, "{sum} {own:?}");
    }
}

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    table.column(name).unwrap().numbers().map(|number| number.unwrap_or(f64::NAN)).collect()
}

#[test]
fn levels_roll_up_and_figures_hold_together() {
    let (coverage, demand, facilities) = (coverage::bundled(), demand(2), facilities());
    let options = Options::default();
    let reached = reach(&demand, &facilities, &options).unwrap();
    let of = |level| table(coverage, level, &demand, &reached, &options);
    let (counties, prefectures, provinces) = (of(Level::County), of(Level::Prefecture), of(Level::Province));
    let people = |table: &Table| numbers(table, "people").iter().filter(|n| n.is_finite()).sum::<f64>();
    assert_eq!((people(&prefectures.value), people(&provinces.value)), (CENSUS as f64, CENSUS as f64));
    assert_eq!(people(&counties.value), demand.own.iter().flatten().sum::<u64>() as f64);
    let weighted = |table: &Table| {
        let pairs = numbers(table, "people").into_iter().zip(numbers(table, "distance_mean_km"));
        pairs.filter(|pair| pair.0.is_finite() && pair.1.is_finite()).map(|(people, km)| people * km).sum::<f64>() / people(table)
    };
    let (a, b) = (weighted(&prefectures.value), weighted(&provinces.value));
    assert!((a - b).abs() < 1e-9 * a, "{a} {b}");
    for table in [&counties.value, &prefectures.value, &provinces.value] {
        for name in ["distance_mean_km", "distance_median_km", "distance_p90_km", "distance_mean_low_km"] {
            assert!(numbers(table, name).iter().all(|km| km.is_nan() || (0.0..2000.0).contains(km)), "{name}");
        }
        let shares = ["share_within_30km", "share_within_50km", "share_within_100km"].map(|name| numbers(table, name));
        assert!(
            (0..table.rows()).all(|i| shares[0][i].is_nan()
                || (shares[0][i] <= shares[1][i] && shares[1][i] <= shares[2][i] && shares[2][i] <= 1.0))
        );
        let (low, high) = (numbers(table, "distance_mean_low_km"), numbers(table, "distance_mean_high_km"));
        assert!(low.iter().zip(&high).all(|(low, high)| low.is_nan() || low <= high));
    }
    for noted in [&counties, &prefectures, &provinces] {
        println!("{:?}", noted.problems.iter().map(|p| p.message.chars().take(200).collect::<String>()).collect::<Vec<_>>());
    }
    println!("mean of the country {a:.2} km");
}

/// Ranks from 1, equal values sharing their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |value: f64| values.iter().filter(|other| **other < value).count() as f64;
    let equal = |value: f64| values.iter().filter(|other| **other == value).count() as f64;
    values.iter().map(|&value| below(value) + (equal(value) + 1.0) / 2.0).collect()
}

fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let sum = |f: &dyn Fn(usize) -> f64| (0..a.len()).map(f).sum::<f64>();
    let both = sum(&|i| (a[i] - mean) * (b[i] - mean));
    both / (sum(&|i| (a[i] - mean).powi(2)) * sum(&|i| (b[i] - mean).powi(2))).sqrt()
}

#[test]
fn distances_of_cities_follow_the_published_minutes() {
    let (coverage, demand, facilities) = (coverage::bundled(), demand(FINE), facilities());
    let options = Options { jitter_m: 0.0, ..Options::default() };
    let ours = measure(coverage, Level::Prefecture, &demand, &facilities, &options).unwrap().value;
    let text = |table: &Table, name: &str| -> Vec<String> {
        table.column(name).unwrap().iter().map(|cell| cell.text().into_owned()).collect()
    };
    let km: BTreeMap<String, f64> = text(&ours, "name").into_iter().zip(numbers(&ours, "distance_mean_km")).collect();
    let published = read("assets/tables/tertiary_travel_time_city_2014_2024.csv");
    for (year, least) in [(2014.0, 0.80), (2019.0, 0.78), (2024.0, 0.75)] {
        let rows = text(&published, "city_CN").into_iter().zip(numbers(&published, "year")).zip(numbers(&published, "mean"));
        let pairs: Vec<(f64, f64)> = rows
            .filter(|((_, of), _)| *of == year)
            .filter_map(|((name, _), minutes)| Some((*km.get(&name)?, minutes)))
            .filter(|(km, minutes)| km.is_finite() && minutes.is_finite())
            .collect();
        let (km, minutes): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let rho = spearman(&km, &minutes);
        println!("{year}: Spearman {rho:.4} over {} cities", km.len());
        assert!(km.len() > 325 && rho >= least, "{rho}");
    }
}

#[test]
fn the_same_seed_gives_the_same_table() {
    let (coverage, demand, facilities) = (coverage::bundled(), demand(1), facilities());
    let once = || measure(coverage, Level::Province, &demand, &facilities, &Options::default()).unwrap().value;
    assert_eq!(format!("{:?}", once()), format!("{:?}", once()));
}

#[test]
fn hospitals_are_counted_where_they_stand() {
    let points = hospitals().points;
    let of = |level| count(coverage::bundled(), level, &points).value;
    let provinces = of(Level::Province);
    let total = numbers(&provinces.table, "count").iter().sum::<f64>() as usize;
    assert_eq!(total + provinces.outside.len(), 1210);
    assert!(provinces.outside.is_empty());
    let some = |level| numbers(&of(level).table, "count").iter().filter(|count| **count > 0.0).count();
    println!("prefectures {}, counties {}", some(Level::Prefecture), some(Level::County));
    // By the checks beside the list: 225 prefecture-level units and 452 counties, from unsimplified boundaries.
    assert!(some(Level::Prefecture).abs_diff(225) <= 1 && some(Level::County).abs_diff(452) <= 3);
}
