//! From data to a sheet: scale, titles of areas, symbols and points.

use super::Shared;
use super::data::{self, Data};
use super::load::{self, Facilities, Kept};
use crate::colour::{self, Colour};
use crate::coverage::Coverage;
use crate::coverage::locate::Locator;
use crate::layout::{Sheet, SheetPanel, SheetPoints, SheetSymbols};
use crate::problem::Problem;
use crate::publish::record::Input;
use crate::publish::words::missing_words;
use crate::scale::{self, Reading, Scale};
use crate::spec::{Language, Plan, PointPlan, Words};
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The scales of a plan: one for all panels, or one for each.
#[derive(Debug, Default)]
pub(super) struct Scales {
    pub shared: Option<Scale>,
    pub own: Vec<Scale>,
}

impl Scales {
    /// The scale of a panel.
    pub(super) fn of(&self, panel: usize) -> Option<&Scale> {
        self.own.get(panel).or(self.shared.as_ref())
    }

    /// Every scale once.
    pub(super) fn all(&self) -> impl Iterator<Item = &Scale> {
        self.own.iter().chain(&self.shared)
    }
}

/// The scales of a plan over the readings of the areas shown.
pub(super) fn scales(plan: &Plan, data: &Data, shown: &[usize], problems: &mut Vec<Problem>) -> Scales {
    let of = |panel: &Vec<Reading>| shown.iter().map(|area| panel[*area].clone()).collect::<Vec<_>>();
    let panels: Vec<Vec<Reading>> = data.panels.iter().map(of).collect();
    if plan.own_scales {
        let own = panels.iter().filter_map(|panel| scale(plan, panel, problems)).collect();
        return Scales { shared: None, own };
    }
    Scales { shared: scale(plan, panels.iter().flatten(), problems), own: Vec::new() }
}

/// The scale of a plan over readings.
fn scale<'a>(plan: &Plan, readings: impl IntoIterator<Item = &'a Reading>, problems: &mut Vec<Problem>) -> Option<Scale> {
    let values: Vec<_> = readings.into_iter().map(|reading| reading.value.clone()).collect();
    if plan.panels.is_empty() {
        return None;
    }
    Some(scale::build(&values, &plan.classes, &plan.palette, &plan.unit, plan.decimals).drain_into(problems))
}

/// One line about an area: name, value and unit, or why there is no value.
pub(super) fn title(plan: &Plan, scale: Option<&Scale>, name: &str, reading: &Reading) -> String {
    let english = plan.page.language == Language::En;
    let Some(scale) = scale else { return name.to_owned() };
    let unit = if english && !plan.unit.en.is_empty() { &plan.unit.en } else { &plan.unit.zh };
    let value = match &reading.value {
        Ok(value) => format!("{} {unit}", scale::number(*value, scale.decimals)),
        Err(missing) => {
            let words = missing_words(missing);
            if english { words.en } else { words.zh }
        }
    };
    let doubt = reading.unreliable.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{name} {}{doubt}", value.trim_end())
}

/// One panel of the areas shown.
pub(super) fn panel(
    plan: &Plan,
    coverage: &Coverage,
    at: usize,
    scales: &Scales,
    readings: &[Reading],
    shown: &[usize],
) -> SheetPanel {
    let (areas, scale) = (coverage.areas(plan.level), scales.of(at));
    let readings: Vec<Reading> = shown.iter().map(|area| readings[*area].clone()).collect();
    let name = |area: usize| data::full_name(coverage, plan.level, &areas[area]);
    let titles = shown.iter().zip(&readings).map(|(area, reading)| title(plan, scale, &name(*area), reading)).collect();
    let heading = if plan.panels.len() > 1 { plan.panels[at].title.clone() } else { Words::default() };
    SheetPanel { title: heading, scale: scales.own.get(at).cloned(), readings, titles }
}

/// The symbols of the areas shown.
pub(super) fn symbols(plan: &Plan, data: &Data, shown: &[usize]) -> Option<SheetSymbols> {
    let (symbols, values) = (plan.symbols.as_ref()?, data.symbols.as_ref()?);
    Some(SheetSymbols {
        label: symbols.label.clone(),
        values: shown.iter().map(|area| values[*area].as_ref().ok().copied().filter(|value| *value > 0.0)).collect(),
        largest_mm: symbols.largest_mm,
        colour: symbols.colour,
    })
}

/// The layers of points of a plan, with the files they come from.
pub(super) fn points(
    plan: &Plan,
    coverage: &Coverage,
    shown: &[usize],
    world: &dyn World,
    shared: &Shared,
    problems: &mut Vec<Problem>,
) -> Kept<(Vec<SheetPoints>, Vec<Input>)> {
    let (mut layers, mut inputs) = (Vec::new(), Vec::new());
    for layer in &plan.points {
        let found = load::facilities(plan, &layer.facilities, world, shared)?;
        problems.extend(found.problems.iter().cloned());
        inputs.extend(found.inputs.iter().cloned());
        let kept = in_shown(&found, plan, coverage, shown);
        layers.push(layer_of(layer, &found, &kept, problems));
    }
    Ok((layers, inputs))
}

/// The points that stand in the areas shown; on a map of everything, all of them.
fn in_shown(found: &Facilities, plan: &Plan, coverage: &Coverage, shown: &[usize]) -> Vec<usize> {
    let all = shown.len() == coverage.areas(plan.level).len();
    let locator = Locator::new(coverage, plan.level);
    let stands =
        |at: &usize| all || locator.locate(found.points[*at].position).is_some_and(|area| shown.binary_search(&area).is_ok());
    (0..found.points.len()).filter(stands).collect()
}

fn layer_of(plan: &PointPlan, found: &Facilities, kept: &[usize], problems: &mut Vec<Problem>) -> SheetPoints {
    let sizes = plan.size.as_ref().map(|column| column_numbers(found, &column.text, kept, problems));
    let largest = sizes.iter().flatten().copied().fold(0.0, f64::max);
    // The area of a point is in proportion to its value.
    let radius = |value: f64| if largest > 0.0 { plan.radius_mm * (value / largest).sqrt() } else { plan.radius_mm };
    let radii: Vec<f64> = match &sizes {
        Some(sizes) => sizes.iter().map(|value| radius(*value)).collect(),
        None => vec![plan.radius_mm; kept.len()],
    };
    let categories = plan.category.as_ref().map(|column| column_texts(found, &column.text, kept, problems)).unwrap_or_default();
    let colours = category_colours(&categories);
    let legend_sizes = if largest > 0.0 {
        [0.1, 0.4, 1.0].iter().map(|share| round_two(largest * share)).map(|v| (v, radius(v))).collect()
    } else {
        Vec::new()
    };
    SheetPoints {
        label: plan.label.clone(),
        positions: kept.iter().map(|at| found.points[*at].position).collect(),
        radii_mm: radii,
        colours: (0..kept.len())
            .map(|at| categories.get(at).and_then(|name| colours.get(name)).copied().unwrap_or(plan.colour))
            .collect(),
        categories: colours.into_iter().map(|(name, colour)| (Words { zh: name.clone(), en: name }, colour)).collect(),
        sizes: legend_sizes,
        titles: kept.iter().map(|at| found.points[*at].name.clone()).collect(),
    }
}

/// A number with one significant digit, so that a legend shows round values.
fn round_two(value: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(value.max(f64::MIN_POSITIVE))));
    (value / power).round() * power
}

fn column_numbers(found: &Facilities, column: &str, kept: &[usize], problems: &mut Vec<Problem>) -> Vec<f64> {
    let Some(cells) = found.table.find(column) else {
        problems.push(found.table.unknown_column(column));
        return vec![0.0; kept.len()];
    };
    kept.iter().map(|at| cells.number(found.points[*at].row).unwrap_or(0.0).max(0.0)).collect()
}

fn column_texts(found: &Facilities, column: &str, kept: &[usize], problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(cells) = found.table.find(column) else {
        problems.push(found.table.unknown_column(column));
        return Vec::new();
    };
    kept.iter().map(|at| cells.text(found.points[*at].row).into_owned()).collect()
}

fn category_colours(categories: &[String]) -> BTreeMap<String, Colour> {
    let mut names: Vec<&String> = categories.iter().collect();
    names.sort();
    names.dedup();
    let colours = colour::colours("dark2", names.len().clamp(3, 8), false).unwrap_or_default();
    names
        .into_iter()
        .enumerate()
        .filter_map(|(at, name)| Some((name.clone(), *colours.get(at % colours.len().max(1))?)))
        .collect()
}

/// The whole sheet.
pub(super) struct Parts {
    pub coverage: Arc<Coverage>,
    pub shown: Vec<usize>,
    pub scale: Option<Scale>,
    pub panels: Vec<SheetPanel>,
    pub symbols: Option<SheetSymbols>,
    pub points: Vec<SheetPoints>,
    pub description: String,
    /// What the place of a page of a series is called.
    pub place: Option<Words>,
}

/// Puts the parts of a sheet together with the words of its plan.
pub(super) fn assemble(plan: &Plan, parts: Parts) -> Sheet {
    let doubts = parts.panels.iter().flat_map(|panel| &panel.readings).any(|reading| reading.unreliable.is_some());
    Sheet {
        page: plan.page.clone(),
        title: data::titled(&plan.title, parts.place.as_ref()),
        subtitle: plan.subtitle.clone(),
        description: parts.description,
        coverage: parts.coverage,
        level: plan.level,
        shown: Arc::new(parts.shown),
        scale: parts.scale,
        panels: parts.panels,
        legend_title: Words::default(),
        labels: plan.labels.clone(),
        symbols: parts.symbols,
        points: parts.points,
        footer: plan.sources.iter().chain(&plan.notes).cloned().collect(),
        unreliable_label: plan.unreliable.as_ref().filter(|_| doubts).map(|(_, reason)| reason.clone()),
    }
}
