//! Classes, colours and scales: against numpy, mapclassify and exhaustive search, and what must hold for any input.

#![allow(clippy::unwrap_used)]

use caremap::classify::{Classes, Closure, Method, Request, classify};
use caremap::problem::Noted;
use caremap::scale::{self, Key, Paint, Ramp, Reading, Scale};
use caremap::spec::{ClassPlan, PalettePlan, Words};
use caremap::table::Missing;
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
    assert_eq!(
        problems,
        ["warning: All 4 values are equal (3); there is one class. Look whether the right column and the right rows are shown."]
    );

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

fn plan(method: Method, classes: usize) -> ClassPlan {
    ClassPlan { method: Some(method), classes, breaks: Vec::new(), closure: Closure::Left, zero: false, pivot: None }
}

fn named(name: &str) -> PalettePlan {
    PalettePlan::Named { name: name.to_owned(), reverse: false }
}

fn scale_of(values: &[f64], plan: &ClassPlan) -> Scale {
    let values: Vec<_> = values.iter().copied().map(Ok).collect();
    scale::build(&values, plan, &named("ylgnbu"), &Words::default(), None).value
}

fn labels(scale: &Scale) -> Vec<String> {
    scale.legend_rows(&BTreeMap::new()).into_iter().map(|row| row.label.en).collect()
}

#[test]
fn labels_are_round_and_do_not_overlap() {
    let values = [3.217, 4.5, 9.871, 10.02, 19.4, 31.0, 33.3, 47.25];
    assert_eq!(labels(&scale_of(&values, &plan(Method::Quantile, 4))), ["3 – <9", "9 – <15", "15 – <32", "32 – 48"]);
    let right = ClassPlan { closure: Closure::Right, ..plan(Method::Quantile, 4) };
    assert_eq!(labels(&scale_of(&values, &right)), ["3 – 9", ">9 – 15", ">15 – 32", ">32 – 48"]);
    let counts = [1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 1300.0];
    assert_eq!(labels(&scale_of(&counts, &plan(Method::Fisher, 3))), ["1 – 4", "5 – 1,299", "1,300"]);
    let zero = ClassPlan { zero: true, ..plan(Method::Quantile, 2) };
    assert_eq!(labels(&scale_of(&[0.0, 0.0, 1.5, 2.5, 3.5], &zero)), ["0", "1.5 – <2.5", "2.5 – 3.5"]);
    assert_eq!(labels(&scale_of(&[0.25; 3], &plan(Method::Quantile, 5))), ["0.25"]);
    assert!(labels(&scale_of(&[], &plan(Method::Quantile, 5))).is_empty());
}

#[test]
fn noise_of_arithmetic_does_not_lengthen_the_legend() {
    let values: Vec<f64> = (0..3000).map(|i| f64::from(500 + i * 7 % 2000) / 10_000.0 * 100.0).collect();
    assert!(values.iter().any(|value| value.to_string().len() > 8));
    assert_eq!(scale_of(&values, &plan(Method::Fisher, 5)).decimals, 2);
}

#[test]
fn decimals_asked_for_are_kept_and_counts_follow_the_rounded_breaks() {
    let values: Vec<f64> = (0..2875).map(|i| f64::from(i * i % 2879).sqrt() * 3.217).collect();
    let wrapped: Vec<_> = values.iter().copied().map(Ok).collect();
    for method in [Method::Quantile, Method::Fisher, Method::Stddev] {
        let built = scale::build(&wrapped, &plan(method, 5), &named("ylgnbu"), &Words::default(), Some(0));
        assert_eq!(built.value.decimals, 0, "{method:?}");
        let Ramp::Classed { classes, .. } = &built.value.ramp else { panic!("classed") };
        assert_eq!(classes.counts.iter().sum::<usize>(), values.len());
        let inside = |class: usize| values.iter().filter(|v| classes.class_of(scale::settled(**v)) == Some(class)).count();
        assert!((0..classes.len()).all(|class| inside(class) == classes.counts[class]));
        assert!(classes.breaks.iter().all(|cut| cut.fract() == 0.0), "{:?}", classes.breaks);
        assert!(built.problems.iter().any(|problem| problem.id == "rounded-breaks"), "{method:?}");
    }
    assert!(scale_of(&values, &plan(Method::Quantile, 5)).decimals <= 1);
}

#[test]
fn legend_has_rows_for_what_is_missing_only_where_it_is() {
    let values = [Ok(1.0), Ok(2.0), Err(Missing::NoRow), Err(Missing::NotApplicable("nobody".to_owned()))];
    let scale = scale::build(&values, &plan(Method::Equal, 2), &named("ylgnbu"), &Words::default(), None).value;
    let readings = values.map(|value| Reading { value, unreliable: None });
    let rows = scale.legend_rows(&scale.counts(&readings));
    let seen: Vec<(String, usize)> = rows.iter().map(|row| (row.label.zh.clone(), row.count)).collect();
    assert_eq!(seen, [("1".into(), 1), ("2".into(), 1), ("不适用".into(), 1), ("无数据".into(), 1)]);
    let paint = scale.paint(&Reading { value: Ok(2.0), unreliable: Some("few people".to_owned()) });
    let Paint::Hatch(hatch) = paint else { panic!("not hatched") };
    assert_eq!(Paint::Solid(hatch.ground), scale.paint_of(Key::Class(1)));
    assert_eq!(scale.paint(&Reading { value: Err(Missing::Empty), unreliable: Some(String::new()) }), scale.no_data);
}

#[test]
fn arms_of_a_diverging_scale_share_their_colours() {
    let plan = ClassPlan { pivot: Some(0.0), ..plan(Method::Equal, 6) };
    let values = [-2.0, -1.0, 0.5, 1.0, 3.0, 7.0, 9.0, 12.0].map(Ok);
    let scale = scale::build(&values, &plan, &named("rdbu"), &Words::default(), None).value;
    let Ramp::Classed { classes, colours } = &scale.ramp else { panic!("classed") };
    assert_eq!(classes.breaks, [-2.0, 0.0, 4.0, 8.0, 12.0]);
    assert_eq!(colours[..], caremap::colour::colours("rdbu", 6, false).unwrap()[2..]);
}

#[test]
fn unclassed_scales_have_ticks_and_colours() {
    let plan = ClassPlan { method: None, pivot: Some(10.0), ..plan(Method::Equal, 5) };
    let scale = scale::build(&[Ok(2.0), Ok(31.5)], &plan, &named("vik"), &Words::default(), None).value;
    let ticks: Vec<String> = scale.ticks(4).into_iter().map(|(_, label)| label).collect();
    assert_eq!(ticks, ["2.0", "10.0", "20.0", "31.5"]);
    assert_ne!(scale.colour_at(2.0), scale.colour_at(31.5));
    assert_eq!(scale.key(&Ok(40.0)), Key::NoData);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What the legend prints is true of every value, read back from the printed text.
    #[test]
    fn printed_labels_hold_for_every_value(
        values in prop::collection::vec(prop_oneof![3 => 0.0..100.0, 2 => (0_i32..30).prop_map(f64::from), 1 => -1e6..1e6], 1..80),
        method in prop::sample::select(Method::ALL.to_vec()),
        classes in 1_usize..8,
        right in prop::bool::ANY,
        zero in prop::bool::ANY,
        pivot in prop::option::of(Just(0.0)),
        decimals in prop::option::of(0_usize..4),
    ) {
        let closure = if right { Closure::Right } else { Closure::Left };
        let class_plan = ClassPlan { method: Some(method), classes, breaks: vec![10.0, 20.5], closure, zero, pivot };
        let wrapped: Vec<_> = values.iter().copied().map(Ok).collect();
        let scale = scale::build(&wrapped, &class_plan, &named("ylgnbu"), &Words::default(), decimals).value;
        let Ramp::Classed { classes, colours } = &scale.ramp else { panic!("classed") };
        prop_assert_eq!(classes.len(), colours.len());
        for value in values {
            match scale.key(&Ok(value)) {
                Key::Class(class) => prop_assert!(says(&scale.class_label(classes, class), scale::settled(value)), "{} {:?}", value, labels(&scale)),
                key => prop_assert!(key == Key::Zero && value == 0.0 && zero),
            }
        }
        let all = labels(&scale);
        prop_assert!((1..all.len()).all(|i| all[i] != all[i - 1]), "{:?}", all);
    }
}

/// Whether a printed label is true of a value.
fn says(label: &str, value: f64) -> bool {
    let read = |text: &str| text.replace(',', "").replace('−', "-").trim_start_matches(['<', '>']).parse::<f64>().unwrap();
    let Some((from, to)) = label.split_once(" – ") else { return read(label) == value };
    let above = if from.starts_with('>') { read(from) < value } else { read(from) <= value };
    above && if to.starts_with('<') { value < read(to) } else { value <= read(to) }
}
