//! A composite index: how an area stands among all areas, from 0 (best) to 100 (worst), over several components.
//!
//! Formula: for each component the percentile rank of the area's value among the n areas that have one, 100 (r - 1) / (n - 1), where r is
//! the rank from 1 (best) and equal values share the mean of their ranks; 50 where all values are equal or n is 1. The score is the mean
//! of the components weighted by the author's weights. Unit: points from 0 to 100.
//! Limits: ranks say who is worse, not by how much; the score moves when areas are added or left out; weights are a judgement, so
//! they are printed. An area that lacks one component has no score, for the reason for which it lacks it.

use crate::problem::{Noted, Outcome, Problem};
use crate::table::{Cell, Column, Missing, Table, Value};

/// One component, with a value for each area.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Name; its column is `index_NAME`.
    pub name: String,
    /// Weight, above 0.
    pub weight: f64,
    /// Whether a larger value is worse.
    pub larger_is_worse: bool,
    /// One value an area.
    pub values: Vec<Value>,
}

/// Scores and ranks, in the order of the areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Weighted mean of the percentile ranks, 0 best to 100 worst.
    pub score: Vec<Value>,
    /// Rank by score, 1 the worst; equal scores share the lesser number.
    pub rank: Vec<Option<usize>>,
    /// The percentile ranks of each component.
    pub parts: Vec<(String, Vec<Value>)>,
}

/// Why an area stands where it stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reason {
    /// Name of the component.
    pub component: String,
    /// Its value in the area.
    pub value: f64,
    /// Its percentile rank, 0 best to 100 worst.
    pub percentile: f64,
    /// How many points of the score come from it.
    pub points: f64,
}

/// Computes the index of areas.
///
/// ```
/// use caremap::measure::index::{Component, compute};
///
/// let distance = Component { name: "distance".into(), weight: 1.0, larger_is_worse: true, values: vec![Ok(3.0), Ok(80.0), Ok(12.0)] };
/// let index = compute(&[distance]).unwrap().value;
/// assert_eq!(index.score, vec![Ok(0.0), Ok(100.0), Ok(50.0)]);
/// assert_eq!(index.rank, vec![Some(3), Some(1), Some(2)]);
/// ```
///
/// # Errors
///
/// Where there is no component, lengths differ, or a weight is not above 0.
pub fn compute(components: &[Component]) -> Outcome<Index> {
    let error = |message: String| vec![Problem::error("bad-index", message)];
    let Some(areas) = components.first().map(|component| component.values.len()) else {
        return Err(error("An index needs at least one component.".to_owned()));
    };
    for component in components {
        if component.values.len() != areas {
            return Err(error(format!("The component \"{}\" has another number of areas.", component.name)));
        }
        if !(component.weight > 0.0 && component.weight.is_finite()) {
            return Err(error(format!("The weight of \"{}\" must be above 0.", component.name)));
        }
    }
    let parts: Vec<(String, Vec<Value>)> =
        components.iter().map(|component| (component.name.clone(), percentiles(component))).collect();
    let weights: f64 = components.iter().map(|component| component.weight).sum();
    let score: Vec<Value> = (0..areas).map(|area| score(components, &parts, weights, area)).collect();
    let missing = score.iter().filter(|score| score.is_err()).count();
    let mut problems = Vec::new();
    if missing > 0 {
        problems.push(Problem::note("index-missing", format!("{missing} of {areas} areas lack a component and have no index.")));
    }
    Ok(Noted { value: Index { rank: ranks(&score), score, parts }, problems })
}

fn finite(value: &Value) -> Option<f64> {
    value.as_ref().ok().copied().filter(|value| value.is_finite())
}

fn percentiles(component: &Component) -> Vec<Value> {
    let key = |value: f64| if component.larger_is_worse { value } else { -value };
    let mut sorted: Vec<f64> = component.values.iter().filter_map(finite).map(key).collect();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    let percentile = |value: f64| {
        let below = sorted.partition_point(|&other| other < value);
        let equal = sorted.partition_point(|&other| other <= value) - below;
        if count < 2 { 50.0 } else { 100.0 * (below as f64 + (equal as f64 - 1.0) / 2.0) / (count as f64 - 1.0) }
    };
    component
        .values
        .iter()
        .map(|value| match value {
            Ok(number) if number.is_finite() => Ok(percentile(key(*number))),
            Ok(number) => Err(Missing::OutOfRange(number.to_string())),
            Err(reason) => Err(reason.clone()),
        })
        .collect()
}

fn score(components: &[Component], parts: &[(String, Vec<Value>)], weights: f64, area: usize) -> Value {
    let mut sum = 0.0;
    for (component, (_, values)) in components.iter().zip(parts) {
        match &values[area] {
            Ok(percentile) => sum += component.weight * percentile,
            // The reason of the component is the reason of the score: no row, an empty cell, a spreadsheet's error.
            Err(reason) => return Err(reason.clone()),
        }
    }
    Ok((sum / weights).clamp(0.0, 100.0))
}

fn ranks(scores: &[Value]) -> Vec<Option<usize>> {
    let mut sorted: Vec<f64> = scores.iter().filter_map(finite).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    scores.iter().map(|score| finite(score).map(|score| 1 + sorted.partition_point(|&other| other > score))).collect()
}

/// The index as columns for formulas: `index_score`, `index_rank` and one `index_NAME` for each component.
pub fn columns(index: &Index) -> Vec<Column> {
    let cell = |value: &Value| value.clone().map_or_else(Cell::Missing, Cell::Number);
    let column = |name: String, cells: Vec<Cell>| Column::new(name, cells);
    let rank = index.rank.iter().zip(&index.score).map(|(rank, score)| match (rank, score) {
        (Some(rank), _) => Cell::Number(*rank as f64),
        (None, score) => cell(score),
    });
    let mut columns = vec![
        column("index_score".to_owned(), index.score.iter().map(cell).collect()),
        column("index_rank".to_owned(), rank.collect()),
    ];
    columns.extend(index.parts.iter().map(|(name, values)| column(format!("index_{name}"), values.iter().map(cell).collect())));
    columns
}

/// The worst areas and why: indices of the first `count` areas by rank (equal ranks in the order of the areas), each with its
/// components, that which adds most points first.
pub fn worst(components: &[Component], index: &Index, count: usize) -> Vec<(usize, Vec<Reason>)> {
    let mut order: Vec<(usize, usize)> =
        index.rank.iter().enumerate().filter_map(|(area, rank)| Some(((*rank)?, area))).collect();
    order.sort_unstable();
    let weights: f64 = components.iter().map(|component| component.weight).sum();
    let reasons = |area: usize| {
        let mut reasons: Vec<Reason> = components
            .iter()
            .zip(&index.parts)
            .filter_map(|(component, (name, values))| {
                let percentile = finite(&values[area])?;
                let value = finite(&component.values[area])?;
                Some(Reason { component: name.clone(), value, percentile, points: component.weight * percentile / weights })
            })
            .collect();
        reasons.sort_by(|a, b| b.points.total_cmp(&a.points));
        reasons
    };
    order.into_iter().take(count).map(|(_, area)| (area, reasons(area))).collect()
}

/// The ranked table of [`worst`] areas with `rank`, `code`, `name`, `index_score`, `reasons` (components at or above the 75th percentile,
/// worst first, each with its value to three significant digits) and the value and percentile rank of each component.
pub fn ranking(components: &[Component], index: &Index, count: usize, names: &[(String, String)]) -> Table {
    let worst = worst(components, index, count);
    let mut table =
        Table { name: "ranking".to_owned(), file: String::new(), columns: Vec::new(), lines: (1..=worst.len()).collect() };
    let mut add = |name: &str, cells: Vec<Cell>| table.columns.push(Column::new(name, cells));
    let number = |value: &Value| value.clone().map_or_else(Cell::Missing, Cell::Number);
    let areas = || worst.iter().map(|(area, _)| *area);
    add("rank", areas().map(|area| Cell::Number(index.rank[area].unwrap_or(0) as f64)).collect());
    add("code", areas().map(|area| Cell::Text(names.get(area).map_or_else(String::new, |name| name.0.clone()))).collect());
    add("name", areas().map(|area| Cell::Text(names.get(area).map_or_else(String::new, |name| name.1.clone()))).collect());
    add("index_score", areas().map(|area| number(&index.score[area])).collect());
    add("reasons", worst.iter().map(|(_, reasons)| Cell::Text(sentence(reasons))).collect());
    for (component, (name, values)) in components.iter().zip(&index.parts) {
        add(name, areas().map(|area| number(&component.values[area])).collect());
        add(&format!("index_{name}"), areas().map(|area| number(&values[area])).collect());
    }
    table
}

fn sentence(reasons: &[Reason]) -> String {
    let grave: Vec<&Reason> = reasons.iter().filter(|reason| reason.percentile >= 75.0).collect();
    let shown = if grave.is_empty() { reasons.iter().take(1).collect() } else { grave };
    let word = |reason: &&Reason| {
        format!("{} {} (worse than {:.0} %)", reason.component, significant(reason.value), reason.percentile.floor())
    };
    shown.iter().map(word).collect::<Vec<_>>().join("; ")
}

/// Three significant digits, without a power of ten.
fn significant(value: f64) -> String {
    let magnitude = if value == 0.0 { 0 } else { libm::floor(libm::log10(value.abs())) as i32 };
    let decimals = (2 - magnitude).clamp(0, 9) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn component(name: &str, weight: f64, larger_is_worse: bool, values: Vec<Value>) -> Component {
        Component { name: name.to_owned(), weight, larger_is_worse, values }
    }

    #[test]
    fn ties_share_their_mean_rank_and_missing_says_why() {
        let a = component("km", 3.0, true, vec![Ok(5.0), Ok(5.0), Ok(1.0), Ok(9.0), Err(Missing::NoRow)]);
        let b = component("staff", 1.0, false, vec![Ok(1.0), Ok(2.0), Ok(3.0), Ok(4.0), Ok(5.0)]);
        let components = [a, b];
        let index = compute(&components).unwrap();
        assert_eq!(index.value.parts[0].1[..4], [Ok(50.0), Ok(50.0), Ok(0.0), Ok(100.0)]);
        assert_eq!(index.value.score[0], Ok((150.0 + 100.0) / 4.0));
        assert_eq!(index.value.score[4], Err(Missing::NoRow));
        assert_eq!(index.value.rank, [Some(2), Some(3), Some(4), Some(1), None]);
        assert_eq!(index.problems[0].message, "1 of 5 areas lack a component and have no index.");
        let worst = worst(&components, &index.value, 1);
        assert_eq!((worst[0].0, worst[0].1[0].component.as_str(), worst[0].1[0].points), (3, "km", 75.0));
        let table = ranking(&components, &index.value, 2, &vec![("1".to_owned(), "甲".to_owned()); 5]);
        assert_eq!(table.column("reasons").unwrap().text(0), "km 9.00 (worse than 100 %)");
        assert!(compute(&[]).is_err());
        assert!(compute(&[component("x", f64::NAN, true, vec![])]).is_err());
    }

    proptest! {
        #[test]
        fn scores_stay_in_range_and_follow_the_values(values in prop::collection::vec(-1e9..1e9f64, 1..80), weight in 0.1..9.0f64) {
            let parts = |larger| component("a", weight, larger, values.iter().map(|v| Ok(*v)).collect());
            let up = compute(&[parts(true)]).unwrap().value;
            let down = compute(&[parts(false)]).unwrap().value;
            for (i, a) in up.score.iter().enumerate() {
                let a = a.clone().unwrap();
                prop_assert!((0.0..=100.0).contains(&a));
                prop_assert!((a + down.score[i].clone().unwrap() - 100.0).abs() < 1e-9);
                for (j, b) in up.score.iter().enumerate() {
                    prop_assert_eq!(values[i] < values[j], a < b.clone().unwrap());
                }
            }
            let mean = up.score.iter().map(|s| s.clone().unwrap()).sum::<f64>() / values.len() as f64;
            prop_assert!((mean - 50.0).abs() < 1e-9);
        }
    }
}
