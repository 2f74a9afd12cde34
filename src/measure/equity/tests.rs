//! The published tables of 2013 to all digits, and what holds for all data.

use super::bounds::*;
use super::*;
use crate::read::table::{ReadOptions, read_table};
use crate::table::Table;
use proptest::prelude::*;

const EAST: &[&str] =
    &["Beijing", "Tianjin", "Hebei", "Liaoning", "Shanghai", "Jiangsu", "Zhejiang", "Fujian", "Shandong", "Guangdong", "Hainan"];
const CENTRAL: &[&str] = &["Heilongjiang", "Jilin", "Shanxi", "Anhui", "Jiangxi", "Henan", "Hubei", "Hunan"];

fn table() -> Table {
    let bytes = crate::world::bundled("province_health_2013").expect("it is bundled");
    read_table(bytes, "province_health_2013", &ReadOptions::default()).expect("it is a table").value
}

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    table.column(name).expect("the column").numbers().map(|number| number.expect("a number")).collect()
}

/// Resource, and the bases people and land; the resource is the printed rate times the printed people.
fn resource(table: &Table, rate: &str) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (people, land) = (numbers(table, "population_10k"), numbers(table, "area_10k_km2"));
    (numbers(table, rate).iter().zip(&people).map(|(rate, people)| rate * people).collect(), people, land)
}

fn regions(table: &Table) -> Vec<usize> {
    let names = table.column("province").expect("the column");
    let region = |name: &str| if EAST.contains(&name) { 0 } else { 1 + usize::from(!CENTRAL.contains(&name)) };
    names.iter().map(|name| region(&name.text())).collect()
}

#[test]
fn the_indices_of_2013_are_the_reference_to_its_last_digit() {
    let table = table();
    let regions = regions(&table);
    let rounded = |number: f64, digits: usize| format!("{number:.digits$}");
    let shares_between = |x: &[f64], w: &[f64]| {
        let shares = Shares::new(x, w).unwrap();
        let (t, l) = (by_group_t(&shares, &regions).unwrap(), by_group_l(&shares, &regions).unwrap());
        [rounded(t.between / t.total * 100.0, 1), rounded(l.between / l.total * 100.0, 1)]
    };
    // Gini by people and by land; T by people, between, within east, centre, west; L by people, over ln 10; T and L by land.
    let reference = [
        ("institutions", "0.1859 0.6152 0.05650 0.00771 .02722/.01211/.00945 0.06169 0.02679 0.67003 0.94053", ["54.8", "36.6"]),
        (
            "health_technicians",
            "0.0807 0.6593 0.01193 0.00208 .00585/.00136/.00263 0.01133 0.00492 0.82017 1.19318",
            ["62.1", "39.7"],
        ),
        ("beds", "0.0674 0.6392 0.00730 0.00070 .00370/.00123/.00168 0.00742 0.00322 0.75040 1.14026", ["58.4", "36.1"]),
    ];
    for (name, expected, between_by_land) in reference {
        let (x, people, land) = resource(&table, &format!("{name}_per_10k_people"));
        let (by_people, by_land) = (Shares::new(&x, &people).unwrap(), Shares::new(&x, &land).unwrap());
        let t = by_group_t(&by_people, &regions).unwrap();
        let within: Vec<String> = t.within.iter().map(|part| rounded(*part, 5).trim_start_matches('0').to_owned()).collect();
        let found = [
            rounded(gini(&by_people), 4),
            rounded(gini(&by_land), 4),
            rounded(theil_t(&by_people), 5),
            rounded(t.between, 5),
            within.join("/"),
            rounded(theil_l(&by_people), 5),
            rounded(theil_l(&by_people) / std::f64::consts::LN_10, 5),
            rounded(theil_t(&by_land), 5),
            rounded(theil_l(&by_land), 5),
        ];
        assert_eq!(found.join(" "), expected, "{name}");
        assert_eq!(shares_between(&x, &land), between_by_land, "{name}");
    }
}

#[test]
fn sorting_by_the_total_would_give_another_number() {
    // The trap of the article of 2021: no index below the Hoover index is a Gini.
    let table = table();
    let (x, people, _) = resource(&table, "beds_per_10k_people");
    let shares = Shares::new(&x, &people).unwrap();
    assert!(hoover(&shares) > 0.04 && gini(&shares) >= hoover(&shares));
}

#[test]
fn what_has_no_shares_is_refused() {
    let message = |x: &[f64], w: &[f64]| Shares::new(x, w).unwrap_err().message;
    assert_eq!(message(&[1.0], &[]), "1 resources stand beside 0 bases.");
    assert!(message(&[1.0, -1.0], &[1.0, 1.0]).starts_with("Unit 2 has resource -1"));
    assert!(message(&[1.0, f64::NAN], &[1.0, 1.0]).starts_with("Unit 2"));
    assert_eq!(message(&[1.0, 2.0], &[1.0, 0.0]), "Unit 2 has resource 2 and no base, so its rate has no value.");
    assert!(message(&[0.0], &[1.0]).starts_with("The resources add up to 0"));
    assert!(message(&[], &[]).contains("more than nothing"));
    assert_eq!(by_group_t(&Shares::new(&[1.0], &[1.0]).unwrap(), &[0, 0]), None);
}

#[test]
fn zeros_count() {
    let shares = Shares::new(&[0.0, 1.0], &[1.0, 1.0]).unwrap();
    assert_eq!((gini(&shares), hoover(&shares), theil_l(&shares)), (0.5, 0.5, f64::INFINITY));
    assert!((theil_t(&shares) - std::f64::consts::LN_2).abs() < 1e-15);
    let groups = by_group_t(&shares, &[0, 1]).unwrap();
    assert!((groups.between - groups.total).abs() < 1e-15 && groups.within == [0.0, 0.0]);
}

fn units() -> impl Strategy<Value = Vec<(f64, f64, usize)>> {
    let resource = prop_oneof![1 => Just(0.0), 6 => 0.001..1e6];
    prop::collection::vec((resource, 0.001..1e6f64, 0..4usize), 2..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn the_inequalities_hold(units in units()) {
        let (x, w): (Vec<f64>, Vec<f64>) = units.iter().map(|(x, w, _)| (*x, *w)).unzip();
        prop_assume!(x.iter().any(|x| *x > 0.0));
        let shares = Shares::new(&x, &w).unwrap();
        let (g, h, t, l) = (gini(&shares), hoover(&shares), theil_t(&shares), theil_l(&shares));
        let smallest = shares.pairs().map(|(p, _)| p).fold(1.0, f64::min);
        let close = 1e-12;
        prop_assert!(0.0 <= h && h <= g + close && g <= 1.0 - smallest + close, "{h} {g}");
        let [least, greatest] = gini_of_hoover(h);
        prop_assert!(least <= g + close && g <= greatest + close, "{h} {g}");
        let [least, greatest] = hoover_of_gini(g);
        prop_assert!(least <= h + close && h <= greatest + close);
        prop_assert!(t + close >= least_theil_of_hoover(h) && l + close >= least_theil_of_hoover(h));
        prop_assert!(t + close >= least_theil_of_gini(g) && l + close >= least_theil_of_gini(g));
        prop_assert!(t <= (1.0 / smallest).ln() + close);
        let mean_square: f64 = shares.pairs().map(|(p, s)| s * s / p).sum();
        let variation = (mean_square - 1.0).max(0.0).sqrt();
        prop_assert!(t <= greatest_theil_of_variation(variation) + 1e-9, "{t} {variation}");
        prop_assert!(g <= greatest_gini_of_variation(variation) + 1e-9, "{g} {variation}");
    }

    #[test]
    fn the_parts_add_up(units in units()) {
        let (x, w): (Vec<f64>, Vec<f64>) = units.iter().map(|(x, w, _)| (*x, *w)).unzip();
        let groups: Vec<usize> = units.iter().map(|(_, _, group)| *group).collect();
        prop_assume!(x.iter().any(|x| *x > 0.0));
        let shares = Shares::new(&x, &w).unwrap();
        let t = by_group_t(&shares, &groups).unwrap();
        prop_assert!((t.between + t.within.iter().sum::<f64>() - t.total).abs() < 1e-12);
        if x.iter().all(|x| *x > 0.0) {
            let l = by_group_l(&shares, &groups).unwrap();
            prop_assert!((l.between + l.within.iter().sum::<f64>() - l.total).abs() < 1e-12 * (1.0 + l.total));
        }
    }

    #[test]
    fn units_and_halves_change_nothing(units in units(), which in 0..40usize, scale in 1e-3..1e3f64) {
        let (mut x, mut w): (Vec<f64>, Vec<f64>) = units.iter().map(|(x, w, _)| (*x, *w)).unzip();
        prop_assume!(x.iter().any(|x| *x > 0.0));
        let indices = |x: &[f64], w: &[f64]| {
            let shares = Shares::new(x, w).unwrap();
            [gini(&shares), hoover(&shares), theil_t(&shares)]
        };
        let before = indices(&x, &w);
        let at = which % x.len();
        (x[at], w[at]) = (x[at] / 2.0, w[at] / 2.0);
        x.push(x[at]);
        w.push(w[at]);
        x.iter_mut().for_each(|x| *x *= scale);
        for (one, other) in before.iter().zip(indices(&x, &w)) {
            prop_assert!((one - other).abs() < 1e-12, "{one} {other}");
        }
    }

    #[test]
    fn gini_is_the_mean_difference(units in units()) {
        let (x, w): (Vec<f64>, Vec<f64>) = units.iter().map(|(x, w, _)| (*x, *w)).unzip();
        prop_assume!(x.iter().any(|x| *x > 0.0));
        let shares = Shares::new(&x, &w).unwrap();
        let pairs: Vec<(f64, f64)> = shares.pairs().collect();
        // p_i p_j |r_i - r_j| with r = s / p, over twice the mean rate, which is 1.
        let difference: f64 = pairs.iter().flat_map(|(p, s)| pairs.iter().map(move |(q, t)| (s * q - t * p).abs())).sum();
        prop_assert!((gini(&shares) - difference / 2.0).abs() < 1e-12);
    }
}
