//! One page: laid out, drawn, described, and recorded.

use super::data;
use super::load::noted;
use super::ranking::ranking;
use super::record::{record, warnings};
use super::{Leaf, Prepared, Shared, THUMBNAIL, picture, sheet, standalone_svg, svg_options};
use crate::draw::svg::{self, Form};
use crate::encode::png;
use crate::layout::{self, Laid};
use crate::place::ledger::Ledger;
use crate::problem::Outcome;
use crate::publish::words::{Facts, Part, method_words, missing_words, paragraph};
use crate::publish::{self, Card, Files, Join, Page, Picture, Series, ValueCell, ValueRow, Values};
use crate::scale::{self, Key, Ramp, Reading};
use crate::spec::{Language, Words};
use std::sync::Arc;

/// What drawing a page gives.
pub(super) struct Drawn {
    pub page: Page,
    pub files: Files,
    pub areas_without_data: usize,
}

/// Lays a page out; the words that describe it come with it.
pub(super) fn lay_out(prepared: &Prepared<'_>, leaf: &Leaf, shared: &Shared) -> Outcome<(Laid, Words)> {
    let plan = prepared.plan;
    let panels: Vec<_> = prepared
        .data
        .panels
        .iter()
        .enumerate()
        .map(|(at, readings)| sheet::panel(plan, &prepared.coverage, at, &prepared.scales, readings, &leaf.shown))
        .collect();
    let words = words(prepared, leaf, &panels);
    let english = plan.page.language == Language::En;
    let parts = sheet::Parts {
        coverage: prepared.coverage.clone(),
        shown: leaf.shown.clone(),
        scale: prepared.scales.shared.clone(),
        panels,
        symbols: sheet::symbols(plan, &prepared.data, &leaf.shown),
        points: prepared.points.clone(),
        description: if english { words.en.clone() } else { words.zh.clone() },
        place: leaf.place.clone(),
    };
    let laid = layout::arrange(&sheet::assemble(plan, parts), &shared.frames)?;
    Ok(noted((laid.value, words), laid.problems))
}

/// Draws a page and makes its files.
pub(super) fn draw(prepared: &Prepared<'_>, leaf: &Leaf, shared: &Shared) -> Outcome<Drawn> {
    let plan = prepared.plan;
    let mut problems = Vec::new();
    let (laid, words) = lay_out(prepared, leaf, shared)?.drain_into(&mut problems);
    let (pixels, png_bytes) = picture(plan, &laid, shared).map_err(|problem| vec![problem])?;
    let small = pixels.scaled_to_width(THUMBNAIL.min(pixels.width));
    let thumbnail = png::encode(&small, plan.page.dpi, &[]).map_err(|problem| vec![problem])?;
    let stem = publish::stem(&leaf.id);
    let (png_file, svg_file, small_file) =
        (format!("png/{stem}.png"), format!("svg/{stem}.svg"), format!("thumbnails/{stem}.png"));
    let svg_text = standalone_svg(plan, &laid);
    let mut inline = svg_options(plan, Form::Inline { prefix: "m".into() }, None);
    inline.interactive = true;
    // The page is seen on a screen, where a tenth of a pixel is enough.
    inline.tolerance_mm = 0.03;
    let card = Card {
        id: leaf.id.clone(),
        title: data::titled(&plan.title, leaf.place.as_ref()),
        subtitle: plan.subtitle.clone(),
        theme: plan.theme.clone(),
        level: plan.level,
        year: plan.year.clone(),
        thumbnail: Picture { file: small_file.clone(), width: small.width, height: small.height, bytes: thumbnail.len() },
        series: series(prepared, leaf),
    };
    let page = Page {
        card,
        svg: svg::write(&laid.scene, &inline),
        picture: Picture { file: png_file.clone(), width: pixels.width, height: pixels.height, bytes: png_bytes.len() },
        svg_file: (svg_file.clone(), svg_text.len()),
        values: values(prepared, leaf),
        words,
        method: method(prepared),
        sources: sources(prepared),
        ranking: ranking(prepared, leaf),
        warnings: warnings(prepared, leaf, &problems),
        joins: joins(prepared),
        record: record(prepared, leaf, &laid, &problems),
    };
    let areas_without_data = page.record.areas.no_data + page.record.areas.not_applicable;
    let files = vec![(png_file, png_bytes), (svg_file, svg_text.into_bytes()), (small_file, thumbnail)];
    Ok(noted(Drawn { page, files, areas_without_data }, problems))
}

fn joins(prepared: &Prepared<'_>) -> Vec<Join> {
    let join = |(at, ledger): (usize, &Arc<Ledger>)| Join { file: ledger_stem(prepared, at), ledger: Arc::clone(ledger) };
    prepared.data.ledgers.iter().enumerate().map(join).collect()
}

/// The account of every row and area of every table, as CSV and JSON beside the map.
pub(super) fn ledgers(prepared: &Prepared<'_>) -> Files {
    let mut files = Vec::new();
    for (at, ledger) in prepared.data.ledgers.iter().enumerate() {
        let stem = ledger_stem(prepared, at);
        files.push((format!("{stem}.csv"), format!("\u{feff}{}", ledger.to_csv()).into_bytes()));
        files.push((format!("{stem}.json"), ledger.to_json().into_bytes()));
    }
    files
}

/// The accounts of joins that left rows over, for a figure that is drawn alone.
pub(super) fn leftovers(prepared: &Prepared<'_>) -> Files {
    let left_over = |ledger: &&Arc<Ledger>| ledger.rows.iter().any(|row| !row.outcome.is_used());
    let csv = |(at, ledger): (usize, &Arc<Ledger>)| {
        (format!("join-{}.csv", at + 1), format!("\u{feff}{}", ledger.to_csv()).into_bytes())
    };
    prepared.data.ledgers.iter().filter(left_over).enumerate().map(csv).collect()
}

/// Name without ending of the account of a join.
pub(super) fn ledger_stem(prepared: &Prepared<'_>, at: usize) -> String {
    format!("data/{}.join-{}", publish::stem(&prepared.plan.id), at + 1)
}

fn words(prepared: &Prepared<'_>, leaf: &Leaf, panels: &[crate::layout::SheetPanel]) -> Words {
    let areas = prepared.coverage.areas(prepared.plan.level);
    let names: Vec<Words> =
        leaf.shown.iter().map(|area| data::full_name(&prepared.coverage, prepared.plan.level, &areas[*area])).collect();
    let own = !prepared.scales.own.is_empty();
    let parts: Vec<Part<'_>> = panels
        .iter()
        .map(|panel| Part { heading: &panel.title, readings: &panel.readings, scale: panel.scale.as_ref().filter(|_| own) })
        .collect();
    paragraph(&Facts {
        title: &data::titled(&prepared.plan.title, leaf.place.as_ref()),
        level: prepared.plan.level,
        names: &names,
        panels: &parts,
        scale: prepared.scales.shared.as_ref(),
        method: prepared.plan.classes.method,
        doubt: prepared.plan.unreliable.as_ref().map(|(_, reason)| reason),
    })
}

fn values(prepared: &Prepared<'_>, leaf: &Leaf) -> Values {
    let areas = prepared.coverage.areas(prepared.plan.level);
    let row = |at: &usize| ValueRow {
        code: areas[*at].code.clone(),
        name: areas[*at].name.clone(),
        name_en: areas[*at].name_en.clone().unwrap_or_default(),
        within: data::within(&prepared.coverage, prepared.plan.level, &areas[*at].code),
        cells: prepared.data.panels.iter().enumerate().map(|(panel, of)| cell(prepared.scales.of(panel), &of[*at])).collect(),
    };
    Values {
        columns: prepared.plan.panels.iter().map(|panel| panel.title.clone()).collect(),
        unit: prepared.plan.unit.clone(),
        rows: leaf.shown.iter().map(row).collect(),
        inputs: inputs(prepared, leaf),
    }
}

/// What the values were computed from: the index with its parts, and the columns that the formulas used.
fn inputs(prepared: &Prepared<'_>, leaf: &Leaf) -> Vec<(String, Vec<String>)> {
    let mut columns = Vec::new();
    if let Some((components, index)) = &prepared.data.index {
        let numbers = |name: String, of: &dyn Fn(usize) -> Option<f64>| {
            let text = |area: &usize| of(*area).map(|number| number.to_string()).unwrap_or_default();
            (name, leaf.shown.iter().map(text).collect())
        };
        columns.push(numbers("index_rank".into(), &|area| index.rank[area].map(|rank| rank as f64)));
        for (component, (name, percentiles)) in components.iter().zip(&index.parts) {
            columns.push(numbers(name.clone(), &|area| component.values[area].as_ref().ok().copied()));
            columns.push(numbers(format!("{name} percentile"), &|area| percentiles[area].as_ref().ok().copied()));
        }
    }
    columns.extend(prepared.data.used.iter().map(|used| input_column(used, &leaf.shown)));
    columns
}

/// A column that the formulas used, area by area; a missing cell says why it is missing.
fn input_column(used: &crate::place::indicator::Used, shown: &[usize]) -> (String, Vec<String>) {
    let text = |area: &usize| match &used.cells[*area] {
        crate::table::Cell::Number(number) => number.to_string(),
        crate::table::Cell::Text(text) => text.clone(),
        crate::table::Cell::Missing(missing) => format!("[{missing}]"),
    };
    (used.name.clone(), shown.iter().map(text).collect())
}

fn cell(scale: Option<&crate::scale::Scale>, reading: &Reading) -> ValueCell {
    let Some(scale) = scale else { return ValueCell::default() };
    let printed = match &reading.value {
        Ok(value) => scale::number(*value, scale.decimals),
        Err(missing) => missing_words(missing).zh,
    };
    let class = match (scale.key(&reading.value), &scale.ramp) {
        (Key::Class(class), Ramp::Classed { classes, .. }) => scale.class_label(classes, class),
        (Key::Zero, _) => "0".to_owned(),
        _ => String::new(),
    };
    ValueCell { number: reading.value.as_ref().ok().copied(), printed, class, unreliable: reading.unreliable.clone() }
}

fn method(prepared: &Prepared<'_>) -> Vec<Words> {
    let plan = prepared.plan;
    let mut lines: Vec<Words> = Vec::new();
    let alone = Words { zh: "公式".into(), en: "Formula".into() };
    for panel in &plan.panels {
        lines.push(formula_line(if plan.panels.len() > 1 { &panel.title } else { &alone }, &panel.value.text));
    }
    lines.extend(plan.index.iter().map(index_line));
    if let Some((formula, reason)) = &plan.unreliable {
        let en = if reason.en.is_empty() { &reason.zh } else { &reason.en };
        let label = Words { zh: format!("标为“{}”的条件", reason.zh), en: format!("Marked “{en}” where") };
        lines.push(formula_line(&label, &formula.text));
    }
    if let Some(method) = plan.classes.method {
        let words = method_words(method);
        lines.push(Words { zh: format!("分级方法：{}。", words.zh), en: format!("Classes: {}.", words.en) });
    }
    lines.extend(plan.notes.iter().cloned());
    lines.extend(prepared.data.remarks.iter().cloned());
    for ledger in &prepared.data.ledgers {
        lines.push(Words { zh: ledger.sentence_zh(), en: ledger.sentence_en() });
    }
    for (table, correction) in &prepared.data.corrections {
        let text = format!("{table} {} {}: {} → {}", correction.row, correction.column, correction.old, correction.new);
        lines.push(Words { zh: format!("更正：{text}。"), en: format!("Corrected: {text} ({}).", correction.source) });
    }
    lines
}

/// A formula after its label in both languages; the formula itself, which may be long, once.
fn formula_line(label: &Words, formula: &str) -> Words {
    match label.en.as_str() {
        en if en.is_empty() || en == label.zh => Words { zh: format!("{}：{formula}", label.zh), en: String::new() },
        en => Words { zh: format!("{}：", label.zh), en: format!("{en}: {formula}") },
    }
}

/// How a component enters the index.
fn index_line(component: &crate::spec::IndexComponent) -> Words {
    let en = if component.label.en.is_empty() { &component.label.zh } else { &component.label.en };
    let (worse_zh, worse_en) =
        if component.larger_is_worse { ("越大越差", "larger is worse") } else { ("越小越差", "smaller is worse") };
    let weight = component.weight;
    let label = Words {
        zh: format!("指数成分 {}（权重 {weight}，{worse_zh}，取百分位 0–100）", component.label.zh),
        en: format!("Component {en} (weight {weight}, {worse_en}, as a percentile rank from 0 to 100)"),
    };
    formula_line(&label, &component.value.text)
}

fn sources(prepared: &Prepared<'_>) -> Vec<Words> {
    let origin = &prepared.coverage.origin;
    let mut lines = prepared.plan.sources.clone();
    let [zh, en] = origin.printed();
    lines.push(Words { zh, en });
    if let (Some(zh), en) = (&origin.notice_zh, &origin.notice_en) {
        lines.push(Words { zh: zh.clone(), en: en.clone().unwrap_or_default() });
    }
    lines.retain(|line| !line.zh.is_empty() || !line.en.is_empty());
    lines
}

fn series(prepared: &Prepared<'_>, leaf: &Leaf) -> Option<Series> {
    let place = leaf.place.clone()?;
    Some(Series { id: prepared.plan.id.clone(), title: prepared.plan.title.clone(), place })
}
