//! Ranked tables: by an index with the reasons of each area, or by value.

use super::data;
use super::{Leaf, Prepared};
use crate::measure::index::{self, Component, Index, Reason};
use crate::publish::Ranking;
use crate::scale;
use crate::spec::{Plan, RankingPlan, Words};

/// The ranked table of a page, where its plan asks for one.
pub(super) fn ranking(prepared: &Prepared<'_>, leaf: &Leaf) -> Option<Ranking> {
    let plan = prepared.plan;
    let wanted = plan.ranking.as_ref()?;
    match &prepared.data.index {
        Some((components, index)) => Some(index_ranking(prepared, components, index, wanted.count)),
        None => Some(value_ranking(prepared, leaf, wanted)),
    }
}

/// The worst areas by the index, each component's value and rank beside it, and the reasons in words.
fn index_ranking(prepared: &Prepared<'_>, components: &[Component], index: &Index, count: usize) -> Ranking {
    let plan = prepared.plan;
    let areas = prepared.coverage.areas(plan.level);
    let mut columns = vec![
        Words { zh: "区域".into(), en: "Area".into() },
        Words { zh: "代码".into(), en: "Code".into() },
        Words { zh: "指数".into(), en: "Index".into() },
    ];
    columns.extend(plan.index.iter().map(|component| Words {
        zh: format!("{}（{}，百分位）", component.label.zh, component.unit.zh),
        en: format!("{} ({}; percentile)", component.label.en, component.unit.en),
    }));
    columns.push(Words { zh: "主要原因".into(), en: "Main reasons".into() });
    let row = |(area, reasons): (usize, Vec<Reason>)| {
        let mut cells = vec![
            data::full_name(&prepared.coverage, plan.level, &areas[area]),
            plain(areas[area].code.clone()),
            plain(index.score[area].as_ref().map_or_else(|_| String::new(), |score| scale::number(*score, 1))),
        ];
        cells.extend(components.iter().zip(&plan.index).zip(&index.parts).map(|((component, words), (_, percentiles))| {
            match (&component.values[area], &percentiles[area]) {
                (Ok(value), Ok(percentile)) => {
                    plain(format!("{} ({})", scale::number(*value, words.decimals), scale::number(percentile.floor(), 0)))
                }
                _ => Words::default(),
            }
        }));
        cells.push(reasons_in_words(plan, &reasons));
        cells
    };
    let rows: Vec<Vec<Words>> = index::worst(components, index, count).into_iter().map(row).collect();
    let title =
        Words { zh: format!("指数最高的 {} 个", rows.len()), en: format!("The {} with the highest index", rows.len()) };
    Ranking { title, columns, rows }
}

/// The main reasons in both languages.
fn reasons_in_words(plan: &Plan, reasons: &[Reason]) -> Words {
    let told = index::main_reasons(reasons);
    let label = |reason: &&Reason, pick: fn(&Words) -> &str| {
        let component = plan.index.iter().find(|component| component.name == reason.component);
        component.map_or(reason.component.as_str(), |component| pick(&component.label)).to_owned()
    };
    let list = |pick: fn(&Words) -> &str, gap: &str| told.iter().map(|reason| label(reason, pick)).collect::<Vec<_>>().join(gap);
    Words { zh: list(|words| &words.zh, "、"), en: list(|words| if words.en.is_empty() { &words.zh } else { &words.en }, ", ") }
}

/// The areas in the order of their values.
fn value_ranking(prepared: &Prepared<'_>, leaf: &Leaf, wanted: &RankingPlan) -> Ranking {
    let areas = prepared.coverage.areas(prepared.plan.level);
    let panel = &prepared.data.panels[0];
    let decimals = prepared.scales.of(0).map_or(1, |scale| scale.decimals);
    let mut order: Vec<(f64, usize)> =
        leaf.shown.iter().filter_map(|area| panel[*area].value.as_ref().ok().map(|value| (*value, *area))).collect();
    order.sort_by(|a, b| if wanted.largest_first { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) }.then(a.1.cmp(&b.1)));
    let rows = order
        .into_iter()
        .take(wanted.count)
        .map(|(value, area)| {
            vec![
                data::full_name(&prepared.coverage, prepared.plan.level, &areas[area]),
                plain(areas[area].code.clone()),
                plain(scale::number(value, decimals)),
            ]
        })
        .collect();
    let unit = &prepared.plan.unit;
    let columns = vec![
        Words { zh: "区域".into(), en: "Area".into() },
        Words { zh: "代码".into(), en: "Code".into() },
        Words { zh: format!("数值 {}", unit.zh), en: format!("Value {}", unit.en) },
    ];
    Ranking { title: Words { zh: "排名".into(), en: "Ranking".into() }, columns, rows }
}

/// A number or a name, which is the same in both languages.
fn plain(text: String) -> Words {
    Words { zh: text, en: String::new() }
}
