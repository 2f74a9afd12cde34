//! From values and a plan to a scale.

use super::{Hatch, Paint, Ramp, Scale, rounding, settled};
use crate::classify::{self, Classes, Request};
use crate::colour::{self, Colour, DEFAULT_SEQUENTIAL, Kind};
use crate::problem::{Noted, Problem};
use crate::spec::{ClassPlan, PalettePlan, Words};
use crate::table::Value;

/// Decides classes, colours and decimals from the values of all maps that share the scale.
///
/// Breaks are rounded, the outer ones outwards, and values are classed by the rounded breaks, so what the legend prints is true.
/// Without `decimals` hardly a value changes its class by that; with it, breaks have so many decimals wherever classes stay apart. How
/// many values moved is said in a note.
pub fn build(values: &[Value], plan: &ClassPlan, palette: &PalettePlan, unit: &Words, decimals: Option<usize>) -> Noted<Scale> {
    let mut problems = Vec::new();
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.as_ref().ok().copied()).map(settled).collect();
    let (ramp, places) = match plan.method {
        Some(method) => classed(&numbers, plan, method, palette, decimals, &mut problems),
        None => continuous(&numbers, plan, palette, decimals, &mut problems),
    };
    let used: &[Colour] = match &ramp {
        Ramp::Classed { colours, .. } => colours,
        Ramp::Continuous { stops, .. } => stops,
    };
    let zero = plan.zero.then(|| farthest(&ZEROS, used, &[]));
    let blank = farthest(&BLANKS, used, zero.as_slice());
    let grey = Colour::new(0x8a, 0x8a, 0x8a);
    let scale = Scale {
        zero,
        no_data: Paint::Solid(blank),
        not_applicable: Paint::Hatch(Hatch {
            ground: Colour::new(0xf4, 0xf4, 0xf4),
            line: grey,
            spacing: 1.3,
            width: 0.2,
            angle: 135.0,
        }),
        unreliable: Colour::new(0x33, 0x33, 0x33),
        unit: (unit.zh.clone(), unit.en.clone()),
        decimals: places,
        whole: places == 0 && numbers.iter().all(|number| !number.is_finite() || number.fract() == 0.0),
        ramp,
    };
    Noted { value: scale, problems }
}

/// Colours for "no data": greys, warm and cool.
const BLANKS: [Colour; 5] = [
    Colour::new(0xd6, 0xd6, 0xd6),
    Colour::new(0xc4, 0xc4, 0xc4),
    Colour::new(0xdc, 0xd6, 0xcc),
    Colour::new(0xcc, 0xd2, 0xd8),
    Colour::new(0xb0, 0xb0, 0xb0),
];

/// Colours for "exactly zero": pale, but not white.
const ZEROS: [Colour; 5] = [
    Colour::new(0xf1, 0xec, 0xe1),
    Colour::new(0xe9, 0xe6, 0xf0),
    Colour::new(0xfa, 0xe9, 0xe4),
    Colour::new(0xe4, 0xed, 0xf5),
    Colour::new(0xff, 0xf1, 0xc9),
];

/// The first candidate that everyone can tell from paper and from all colours used, or else the one that comes nearest to that.
fn farthest(candidates: &[Colour], used: &[Colour], also: &[Colour]) -> Colour {
    let room = |candidate: &Colour| {
        let others = used.iter().chain(also).chain([&Colour::WHITE]);
        others.map(|other| colour::difference(*candidate, *other)).fold(f64::INFINITY, f64::min)
    };
    let enough = candidates.iter().copied().find(|candidate| room(candidate) >= 0.06);
    let best = candidates.iter().copied().max_by(|a, b| room(a).total_cmp(&room(b)));
    enough.or(best).unwrap_or(Colour::new(0xd6, 0xd6, 0xd6))
}

fn classed(
    numbers: &[f64],
    plan: &ClassPlan,
    method: classify::Method,
    palette: &PalettePlan,
    decimals: Option<usize>,
    problems: &mut Vec<Problem>,
) -> (Ramp, usize) {
    let request = Request {
        method,
        classes: plan.classes,
        breaks: plan.breaks.clone(),
        closure: plan.closure,
        pivot: plan.pivot,
        zero: plan.zero,
    };
    let mut classes = classify::classify(numbers, &request).drain_into(problems);
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|v| v.is_finite() && !(plan.zero && *v == 0.0)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let own = if method == classify::Method::Manual { plan.breaks.as_slice() } else { &[] };
    let fixed: Vec<f64> = own.iter().copied().chain(plan.pivot).collect();
    let rounded = rounding::round(&classes, method, &fixed, &sorted, decimals);
    if decimals.is_some_and(|wanted| wanted < rounded.decimals) {
        let message = format!("{} decimals are printed, since fewer would merge classes.", rounded.decimals);
        problems.push(Problem::note("more-decimals", message).help("Leave `decimals` out, or give breaks of your own."));
    }
    let exact = classes;
    classes = classify::recut(sorted, &rounded.breaks, exact.closure);
    let moved: usize = exact
        .counts
        .iter()
        .zip(&classes.counts)
        .scan(0_isize, |sum, (old, new)| {
            *sum += *new as isize - *old as isize;
            Some(sum.unsigned_abs())
        })
        .sum();
    if moved > 0 {
        let message =
            format!("{moved} of {} values changed class when breaks were rounded for print.", exact.counts.iter().sum::<usize>());
        problems.push(Problem::note("rounded-breaks", message));
    }
    let colours = class_colours(&classes, plan, palette, problems);
    problems.extend(colour::check(&colours, plan.pivot.is_some()));
    (Ramp::Classed { classes, colours }, rounded.decimals)
}

/// One colour a class. About a pivot, classes equally far from it get colours equally far from the middle of the palette.
fn class_colours(classes: &Classes, plan: &ClassPlan, palette: &PalettePlan, problems: &mut Vec<Problem>) -> Vec<Colour> {
    let count = classes.len();
    let Some(pivot) = plan.pivot.filter(|pivot| pivot.is_finite()) else {
        return named_or_own(palette, count, problems);
    };
    let below = (0..count).filter(|class| classes.breaks[class + 1] <= pivot).count();
    let arm = below.max(count - below);
    let colours = named_or_own(palette, 2 * arm, problems);
    colours.into_iter().skip(arm - below).take(count).collect()
}

fn named_or_own(palette: &PalettePlan, count: usize, problems: &mut Vec<Problem>) -> Vec<Colour> {
    match palette {
        PalettePlan::Named { name, reverse } => colour::colours(name, count, *reverse).unwrap_or_else(|problem| {
            problems.push(problem);
            colour::colours(DEFAULT_SEQUENTIAL, count, *reverse).unwrap_or_default()
        }),
        PalettePlan::Own(own) if own.len() == count => own.clone(),
        PalettePlan::Own(own) => {
            if count > 0 {
                let message = format!("{} colours are given for {count} classes; they are interpolated.", own.len());
                problems.push(Problem::warning("colour-number", message).help(format!("Give {count} colours.")));
            }
            (0..count).map(|i| colour::along(own, if count > 1 { i as f64 / (count - 1) as f64 } else { 0.5 })).collect()
        }
    }
}

fn continuous(
    numbers: &[f64],
    plan: &ClassPlan,
    palette: &PalettePlan,
    decimals: Option<usize>,
    problems: &mut Vec<Problem>,
) -> (Ramp, usize) {
    let finite = || numbers.iter().copied().filter(|v| v.is_finite() && !(plan.zero && *v == 0.0));
    let (min, max) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let dropped = numbers.iter().filter(|number| !number.is_finite()).count();
    if dropped > 0 {
        let message = format!("{dropped} values are infinite or not numbers and are left out.");
        let zh = format!("{dropped} 个数值无穷大或不是数，未计入。");
        problems.push(Problem::warning("not-finite", message).zh(zh).help("Look for divisions by zero in the formula."));
    }
    let stops = match palette {
        PalettePlan::Own(own) => own.clone(),
        PalettePlan::Named { name, reverse } => match colour::palette(name) {
            Ok(palette) if palette.kind == Kind::Qualitative => {
                let message = format!("\"{name}\" is a palette of categories, not of an order.");
                problems.push(Problem::warning("palette-kind", message).help("Choose a sequential palette such as \"ylgnbu\"."));
                turned(palette.stops(), *reverse)
            }
            Ok(palette) => turned(palette.stops(), *reverse),
            Err(problem) => {
                problems.push(problem);
                named_or_own(&PalettePlan::Named { name: DEFAULT_SEQUENTIAL.to_owned(), reverse: *reverse }, 9, problems)
            }
        },
    };
    if min > max {
        problems.push(
            Problem::warning("no-values", "There is no value to colour.")
                .zh("没有可以着色的数值。")
                .help("Every area will be shown as without data."),
        );
        return (Ramp::Continuous { min: 0.0, max: 0.0, pivot: plan.pivot, stops }, decimals.unwrap_or(0));
    }
    let places = decimals.unwrap_or_else(|| three_digits(max - min));
    (Ramp::Continuous { min, max, pivot: plan.pivot.filter(|pivot| pivot.is_finite()), stops }, places)
}

fn turned(mut stops: Vec<Colour>, reverse: bool) -> Vec<Colour> {
    if reverse {
        stops.reverse();
    }
    stops
}

/// Decimals that show a range in three digits.
fn three_digits(range: f64) -> usize {
    if range.is_normal() { (2 - libm::floor(libm::log10(range)) as i32).clamp(0, 12) as usize } else { 2 }
}
