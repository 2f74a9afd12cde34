//! Classes, colours and scales: against numpy, mapclassify and exhaustive search, and what must hold for any input.

#![allow(clippy::unwrap_used)]

use caremap::classify::{Classes, Closure, Method, Request, classify};
use caremap::problem::Noted;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// The committed answers of `tests/oracle/classes.py`.
fn oracle() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("oracle/classes.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-12 * scale
}

/// Squared deviations within classes, in the plainest way.
fn within(values: &[f64], classes: &Classes) -> f64 {
    (0..classes.len())
        .map(|class| {
            let members: Vec<f64> = values.iter().copied().filter(|value| classes.class_of(*value) == Some(class)).collect();
            let anchor = members.first().copied().unwrap_or(0.0);
            let mean = members.iter().map(|value| value - anchor).sum::<f64>() / members.len().max(1) as f64;
            members.iter().map(|value| (value - anchor - mean).powi(2)).sum::<f64>()
        })
        .sum()
}

#[test]
fn right_closed_breaks_are_those_of_mapclassify_and_numpy() {
    for (name, entry) in oracle().iter().filter(|(_, entry)| entry.get("right").is_some()) {
        let values = numbers(&entry["values"]);
        let (min, max) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        for (classes, methods) in entry["right"].as_object().unwrap() {
            for (method, bins) in methods.as_object().unwrap() {
                let word = method.trim_end_matches("_numpy");
                let request =
                    Request { closure: Closure::Right, ..Request::new(Method::parse(word).unwrap(), classes.parse().unwrap()) };
                let ours = classify(&values, &request).value;
                // Their last bin is the largest value, or for box and stddev a cut that nothing lies beyond.
                let theirs: Vec<f64> = numbers(bins).into_iter().filter(|cut| min <= *cut && *cut < max).collect();
                let inner = &ours.breaks[1..ours.len()];
                assert_eq!(inner.len(), theirs.len(), "{name} {method} {classes}: {inner:?} {theirs:?}");
                for (a, b) in inner.iter().zip(&theirs) {
                    assert!(close(*a, *b, max.abs()), "{name} {method} {classes}: {inner:?} {theirs:?}");
                }
            }
        }
    }
}

#[test]
fn fisher_is_the_best_partition_also_of_2850_values_and_far_from_zero() {
    for (name, entry) in oracle() {
        let values = numbers(&entry["values"]);
        for (classes, best) in entry["fisher"].as_object().unwrap() {
            let ours = classify(&values, &Request::new(Method::Fisher, classes.parse().unwrap())).value;
            assert_eq!(ours.breaks[1..ours.len()], numbers(&best["starts"]), "{name} {classes}");
            let (squares, least) = (within(&values, &ours), best["squares"].as_f64().unwrap());
            assert!((squares - least).abs() <= 1e-9 * least, "{name} {classes}: {squares} {least}");
        }
    }
}

/// The best partition of sorted distinct values with weights, by trying all; squares are exact, as fractions of small integers.
/// Returns, of the partitions equally good, the one whose last class starts lowest, then the class before it.
fn exhaustive(values: &[i64], classes: usize) -> Vec<usize> {
    fn squares(part: &[i64]) -> (i128, i128) {
        let n = part.len() as i128;
        let sum: i128 = part.iter().map(|v| i128::from(*v)).sum();
        let square: i128 = part.iter().map(|v| i128::from(*v) * i128::from(*v)).sum();
        (n * square - sum * sum, n)
    }
    fn search(
        values: &[i64],
        ends: &[usize],
        classes: usize,
        cost: (i128, i128),
        chosen: &mut Vec<usize>,
        best: &mut Option<((i128, i128), Vec<usize>)>,
    ) {
        let add = |a: (i128, i128), b: (i128, i128)| (a.0 * b.1 + b.0 * a.1, a.1 * b.1);
        let reduce = |a: (i128, i128)| {
            let (mut x, mut y) = (a.0.abs().max(1), a.1);
            while y != 0 {
                (x, y) = (y, x % y);
            }
            (a.0 / x, a.1 / x)
        };
        if classes == 1 {
            let total = reduce(add(cost, squares(&values[..*ends.last().unwrap()])));
            let starts: Vec<usize> = chosen.iter().rev().copied().collect();
            let better = best.as_ref().is_none_or(|(other, _)| total.0 * other.1 < other.0 * total.1);
            if better {
                *best = Some((total, starts));
            }
            return;
        }
        for at in classes - 2..ends.len() - 1 {
            let (start, end) = (ends[at], *ends.last().unwrap());
            chosen.push(start);
            search(values, &ends[..=at], classes - 1, reduce(add(cost, squares(&values[start..end]))), chosen, best);
            chosen.pop();
        }
    }
    let ends: Vec<usize> = (1..=values.len()).filter(|i| *i == values.len() || values[*i] != values[*i - 1]).collect();
    let mut best = None;
    search(values, &ends, classes, (0, 1), &mut Vec::new(), &mut best);
    best.unwrap().1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn fisher_equals_exhaustive_search(mut values in prop::collection::vec(0_i64..40, 1..=12), far in prop::bool::ANY, right in prop::bool::ANY) {
        values.sort_unstable();
        let offset = if far { 1e9 } else { 0.0 };
        let floats: Vec<f64> = values.iter().map(|value| *value as f64 + offset).collect();
        let distinct = floats.chunk_by(|a, b| a == b).count();
        let closure = if right { Closure::Right } else { Closure::Left };
        for classes in 1..=distinct {
            let found = classify(&floats, &Request { closure, ..Request::new(Method::Fisher, classes) }).value;
            let starts = exhaustive(&values, classes);
            let breaks: Vec<f64> = starts.iter().map(|start| floats[start - usize::from(right)]).collect();
            prop_assert_eq!(&found.breaks[1..found.len()], &breaks[..]);
        }
    }

    #[test]
    fn every_value_is_in_exactly_one_class(
        values in prop::collection::vec(prop_oneof![4 => -50.0..50.0, 3 => (-5_i32..5).prop_map(f64::from), 1 => any::<f64>()], 0..60),
        method in prop::sample::select(Method::ALL.to_vec()),
        classes in 0_usize..12,
        right in prop::bool::ANY,
        zero in prop::bool::ANY,
        pivot in prop::option::of(prop_oneof![Just(0.0), any::<f64>()]),
        breaks in prop::collection::vec(prop_oneof![-60.0..60.0, any::<f64>()], 0..6),
    ) {
        let closure = if right { Closure::Right } else { Closure::Left };
        let Noted { value: found, problems } = classify(&values, &Request { method, classes, breaks, closure, pivot, zero });
        let kept: Vec<f64> = values.iter().copied().filter(|value| value.is_finite() && !(zero && *value == 0.0)).collect();
        prop_assert_eq!(found.counts.iter().sum::<usize>(), kept.len());
        prop_assert!(kept.iter().all(|value| found.class_of(*value).is_some()));
        prop_assert!(found.breaks.iter().all(|cut| cut.is_finite()));
        prop_assert!(found.breaks.is_sorted());
        prop_assert!((0.0..=1.0).contains(&found.gvf));
        prop_assert_eq!(found.counts.len(), found.breaks.len().saturating_sub(1));
        if let (Some(first), false) = (found.breaks.first(), method == Method::Manual) {
            prop_assert_eq!(*first, kept.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(*found.breaks.last().unwrap(), kept.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
        if let Some(pivot) = pivot.filter(|p| p.is_finite() && kept.iter().any(|v| v < p) && kept.iter().any(|v| v > p)) {
            prop_assert!(found.breaks.contains(&pivot), "{:?} {}", found, pivot);
        }
        if values.iter().any(|value| !value.is_finite()) {
            prop_assert!(problems.iter().any(|problem| problem.id == "not-finite"));
        }
    }
}

fn noted(values: &[f64], method: Method, classes: usize) -> (Vec<f64>, Vec<usize>, Vec<String>) {
    let Noted { value, problems } = classify(values, &Request::new(method, classes));
    (value.breaks, value.counts, problems.iter().map(ToString::to_string).collect())
}

#[test]
fn degenerate_data_give_classes_and_say_why() {
    let (breaks, counts, problems) = noted(&[], Method::Quantile, 5);
    assert!(breaks.is_empty() && counts.is_empty());
    assert_eq!(problems, ["warning: There is no value to class. Every area will be shown as without data."]);

    let (breaks, counts, problems) = noted(&[3.0; 4], Method::Fisher, 5);
    assert_eq!((breaks, counts), (vec![3.0, 3.0], vec![4]));
    assert_eq!(problems, ["warning: All 4 values are equal (3); there is one class."]);

    let (breaks, counts, problems) = noted(&[1.0, f64::NAN, f64::INFINITY, 2.0], Method::Equal, 5);
    assert_eq!((breaks, counts), (vec![1.0, 2.0, 2.0], vec![1, 1]));
    assert_eq!(
        problems,
        [
            "warning: 2 values are infinite or not numbers and are left out. Look for divisions by zero in the formula.",
            "warning: There are 2 different values for 5 classes; each value is a class of its own. Ask for 2 classes or fewer.",
        ]
    );

    let (breaks, _, problems) = noted(&[0.0, 1.0, 10.0, 100.0, 1000.0], Method::Geometric, 3);
    assert_eq!(breaks.len(), 4);
    assert!((breaks[1] - 10.0).abs() < 1e-12 && (breaks[2] - 100.0).abs() < 1e-11, "{breaks:?}");
    assert_eq!(
        problems,
        [
            "warning: 1 value is zero, which \"geometric\" cannot reach; it joins the nearest class. Make zero a class of its own with `zero = true`."
        ]
    );

    let (_, _, problems) = noted(&[-1.0, 1.0, 10.0, 100.0, 1000.0], Method::Log, 3);
    assert!(problems[0].starts_with("warning: Values of both signs cannot be classed by \"log\"; quantiles are used instead."));
}

#[test]
fn round_methods_give_round_breaks() {
    let values: Vec<f64> = (0..100).map(|i| 3.2 + f64::from(i) * 0.93).collect();
    assert_eq!(noted(&values, Method::Pretty, 5).0, [3.2, 20.0, 40.0, 60.0, 80.0, values[99]]);
    assert_eq!(noted(&[0.3, 4.0, 77.0, 800.0, 5200.0], Method::Log, 4).0, [0.3, 1.0, 10.0, 100.0, 1000.0, 5200.0]);
    assert_eq!(noted(&[0.11, 0.12, 0.2, 0.25, 0.31, 0.4], Method::Pretty, 3).0, [0.11, 0.2, 0.3, 0.4]);
}

#[test]
fn many_equal_smallest_values_are_a_class_of_their_own_by_quantile() {
    let mut values = vec![0.0; 60];
    values.extend((1..=40).map(f64::from));
    let Noted { value, problems } = classify(&values, &Request::new(Method::Quantile, 5));
    assert_eq!(value.counts[0], 60);
    assert_eq!(value.counts.iter().sum::<usize>(), 100);
    assert_eq!(problems[0].id, "ties");
}

#[test]
fn diverging_classes_mirror_each_other() {
    let values = [-2.0, -1.0, 0.5, 1.0, 3.0, 7.0, 9.0, 12.0];
    let request = Request { pivot: Some(0.0), ..Request::new(Method::Equal, 6) };
    let found = classify(&values, &request).value;
    assert_eq!(found.breaks, [-2.0, 0.0, 4.0, 8.0, 12.0]);
    let found = classify(&values, &Request { pivot: Some(1.0), ..Request::new(Method::Fisher, 4) }).value;
    assert!(found.breaks.contains(&1.0));
}

#[test]
fn author_s_breaks_are_kept_and_opened_where_values_lie_outside() {
    let manual = |breaks: &[f64]| {
        let request = Request { breaks: breaks.to_vec(), ..Request::new(Method::Manual, 5) };
        classify(&[12.0, 25.0, 70.0, 100.0], &request).value.breaks
    };
    assert_eq!(manual(&[0.0, 30.0, 60.0, 120.0]), [0.0, 30.0, 60.0, 120.0]);
    assert_eq!(manual(&[30.0, 60.0]), [12.0, 30.0, 60.0, 100.0]);
    assert_eq!(manual(&[60.0, 30.0, 30.0]), [12.0, 30.0, 60.0, 100.0]);
    assert_eq!(manual(&[]), [12.0, 100.0]);
}
