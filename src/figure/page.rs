//! One page: laid out, drawn, described, and recorded.

use super::data;
use super::load::noted;
use super::{Leaf, Prepared, Shared, THUMBNAIL, picture, sheet, standalone_svg, svg_options};
use crate::draw::svg::{self, Form};
use crate::encode::png;
use crate::layout::{self, Laid};
use crate::place::ledger::{AreaOutcome, Ledger, RowOutcome};
use crate::problem::{Outcome, Problem, Severity};
use crate::publish::record::{AreaCounts, ClassRecord, FormulaRecord, JoinRecord, PatchRecord, Projection, Record};
use crate::publish::words::{Facts, method_words, missing_words, paragraph};
use crate::publish::{self, Page, Picture, Ranking, Series, ValueCell, ValueRow, Values};
use crate::scale::{self, Key, Ramp, Reading};
use crate::spec::{Language, Words};

/// What drawing a page gives.
pub(super) struct Drawn {
    pub page: Page,
    pub files: Vec<(String, Vec<u8>)>,
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
    let record = record(prepared, leaf, &laid, &problems);
    let page = Page {
        id: leaf.id.clone(),
        title: data::titled(&plan.title, leaf.place.as_ref()),
        subtitle: plan.subtitle.clone(),
        theme: plan.theme.clone(),
        level: plan.level,
        year: plan.year.clone(),
        svg: svg::write(&laid.scene, &inline),
        picture: Picture { file: png_file.clone(), width: pixels.width, height: pixels.height, bytes: png_bytes.len() },
        thumbnail: Picture { file: small_file.clone(), width: small.width, height: small.height, bytes: thumbnail.len() },
        svg_file: (svg_file.clone(), svg_text.len()),
        values: values(prepared, leaf),
        words,
        method: method(prepared),
        sources: sources(prepared),
        ranking: ranking(prepared, leaf),
        warnings: record.warnings.clone(),
        series: series(prepared, leaf),
        record,
    };
    let areas_without_data = page.record.areas.no_data + page.record.areas.not_applicable;
    let files = vec![(png_file, png_bytes), (svg_file, svg_text.into_bytes()), (small_file, thumbnail)];
    Ok(noted(Drawn { page, files, areas_without_data }, problems))
}

/// The account of every row and area of every table, as CSV and JSON beside the map.
pub(super) fn ledgers(prepared: &Prepared<'_>) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (at, ledger) in prepared.data.ledgers.iter().enumerate() {
        let stem = ledger_stem(prepared, at);
        files.push((format!("{stem}.csv"), format!("\u{feff}{}", ledger.to_csv()).into_bytes()));
        files.push((format!("{stem}.json"), ledger.to_json().into_bytes()));
    }
    files
}

/// The accounts of joins that left rows over, for a figure that is drawn alone.
pub(super) fn leftovers(prepared: &Prepared<'_>) -> Vec<(String, Vec<u8>)> {
    let left_over = |ledger: &&Ledger| ledger.rows.iter().any(|row| !row.outcome.is_used());
    let csv =
        |(at, ledger): (usize, &Ledger)| (format!("join-{}.csv", at + 1), format!("\u{feff}{}", ledger.to_csv()).into_bytes());
    prepared.data.ledgers.iter().filter(left_over).enumerate().map(csv).collect()
}

fn ledger_stem(prepared: &Prepared<'_>, at: usize) -> String {
    format!("data/{}.join-{}", publish::stem(&prepared.plan.id), at + 1)
}

fn words(prepared: &Prepared<'_>, leaf: &Leaf, panels: &[crate::layout::SheetPanel]) -> Words {
    let areas = prepared.coverage.areas(prepared.plan.level);
    let names: Vec<String> =
        leaf.shown.iter().map(|area| data::full_name(&prepared.coverage, prepared.plan.level, &areas[*area])).collect();
    let title = data::titled(&prepared.plan.title, leaf.place.as_ref());
    let describe = |title: &Words, panels: &[(Words, &[Reading])], scale: Option<&crate::scale::Scale>| {
        let (level, method) = (prepared.plan.level, prepared.plan.classes.method);
        let doubt = prepared.plan.unreliable.as_ref().map(|(_, reason)| reason);
        paragraph(&Facts { title, level, names: &names, panels, scale, method, doubt })
    };
    if prepared.scales.own.is_empty() {
        let panels: Vec<(Words, &[Reading])> =
            panels.iter().map(|panel| (panel.title.clone(), panel.readings.as_slice())).collect();
        return describe(&title, &panels, prepared.scales.shared.as_ref());
    }
    // Panels on scales of their own are maps of their own.
    let each =
        panels.iter().map(|panel| describe(&panel.title, &[(Words::default(), panel.readings.as_slice())], panel.scale.as_ref()));
    let each: Vec<Words> = each.collect();
    let join = |pick: fn(&Words) -> &str, gap: &str| each.iter().map(pick).collect::<Vec<_>>().join(gap);
    Words { zh: join(|words| &words.zh, ""), en: join(|words| &words.en, " ") }
}

fn values(prepared: &Prepared<'_>, leaf: &Leaf) -> Values {
    let areas = prepared.coverage.areas(prepared.plan.level);
    let row = |at: &usize| ValueRow {
        code: areas[*at].code.clone(),
        name: areas[*at].name.clone(),
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
    for panel in &plan.panels {
        let heading =
            if plan.panels.len() > 1 { panel.title.clone() } else { Words { zh: "公式".into(), en: "Formula".into() } };
        lines.push(Words {
            zh: format!("{}：{}", heading.zh, panel.value.text),
            en: format!("{}: {}", if heading.en.is_empty() { &heading.zh } else { &heading.en }, panel.value.text),
        });
    }
    lines.extend(plan.index.iter().map(index_line));
    if let Some((formula, reason)) = &plan.unreliable {
        lines.push(Words {
            zh: format!("标为“{}”的条件：{}", reason.zh, formula.text),
            en: format!("Marked “{}” where {}", if reason.en.is_empty() { &reason.zh } else { &reason.en }, formula.text),
        });
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
        let text = format!(
            "{table} {} {}: {} → {} ({})",
            correction.row, correction.column, correction.old, correction.new, correction.source
        );
        lines.push(Words { zh: format!("更正 Corrected：{text}"), en: String::new() });
    }
    lines
}

/// How a component enters the index.
fn index_line(component: &crate::spec::IndexComponent) -> Words {
    let en = if component.label.en.is_empty() { &component.label.zh } else { &component.label.en };
    let (worse_zh, worse_en) =
        if component.larger_is_worse { ("越大越差", "larger is worse") } else { ("越小越差", "smaller is worse") };
    let (weight, formula) = (component.weight, &component.value.text);
    Words {
        zh: format!("指数成分 {}（权重 {weight}，{worse_zh}，取全国百分位 0–100）：{formula}", component.label.zh),
        en: format!("Component {en} (weight {weight}, {worse_en}, as a percentile rank from 0 to 100): {formula}"),
    }
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

fn ranking(prepared: &Prepared<'_>, leaf: &Leaf) -> Option<Ranking> {
    let plan = prepared.plan;
    let wanted = plan.ranking.as_ref()?;
    match &prepared.data.index {
        Some((components, index)) => Some(index_ranking(prepared, components, index, wanted.count)),
        None => Some(value_ranking(prepared, leaf, wanted)),
    }
}

/// The worst areas by the index, each component's value and rank beside it, and the reasons in words.
fn index_ranking(
    prepared: &Prepared<'_>,
    components: &[crate::measure::index::Component],
    index: &crate::measure::index::Index,
    count: usize,
) -> Ranking {
    let plan = prepared.plan;
    let areas = prepared.coverage.areas(plan.level);
    let mut columns = vec![
        Words { zh: "区域".into(), en: "Area".into() },
        Words { zh: "代码".into(), en: "Code".into() },
        Words { zh: "指数".into(), en: "Index".into() },
    ];
    columns.extend(plan.index.iter().map(|component| Words {
        zh: format!("{}（{}；百分位）", component.label.zh, component.unit.zh),
        en: format!("{} ({}; percentile)", component.label.en, component.unit.en),
    }));
    columns.push(Words { zh: "主要原因".into(), en: "Main reasons".into() });
    let row = |(area, reasons): (usize, Vec<crate::measure::index::Reason>)| {
        let mut cells = vec![
            data::full_name(&prepared.coverage, plan.level, &areas[area]),
            areas[area].code.clone(),
            index.score[area].as_ref().map_or_else(|_| String::new(), |score| scale::number(*score, 1)),
        ];
        cells.extend(components.iter().zip(&plan.index).zip(&index.parts).map(|((component, words), (_, percentiles))| {
            match (&component.values[area], &percentiles[area]) {
                (Ok(value), Ok(percentile)) => {
                    format!("{} ({})", scale::number(*value, words.decimals), scale::number(percentile.floor(), 0))
                }
                _ => String::new(),
            }
        }));
        cells.push(reasons_in_words(prepared, &reasons));
        cells
    };
    let rows: Vec<Vec<String>> = crate::measure::index::worst(components, index, count).into_iter().map(row).collect();
    let title =
        Words { zh: format!("指数最高的 {} 个", rows.len()), en: format!("The {} with the highest index", rows.len()) };
    Ranking { title, columns, rows }
}

/// The components in which an area is among the worst quarter, gravest first; the gravest alone where there is none.
fn reasons_in_words(prepared: &Prepared<'_>, reasons: &[crate::measure::index::Reason]) -> String {
    const GRAVE: f64 = 75.0;
    let grave: Vec<_> = reasons.iter().filter(|reason| reason.percentile >= GRAVE).collect();
    let told = if grave.is_empty() { reasons.iter().take(1).collect() } else { grave };
    let label = |reason: &&crate::measure::index::Reason, pick: fn(&Words) -> &str| {
        let component = prepared.plan.index.iter().find(|component| component.name == reason.component);
        component.map_or(reason.component.as_str(), |component| pick(&component.label)).to_owned()
    };
    let list = |pick: fn(&Words) -> &str, gap: &str| told.iter().map(|reason| label(reason, pick)).collect::<Vec<_>>().join(gap);
    format!("{} / {}", list(|words| &words.zh, "、"), list(|words| if words.en.is_empty() { &words.zh } else { &words.en }, ", "))
}

fn value_ranking(prepared: &Prepared<'_>, leaf: &Leaf, wanted: &crate::spec::RankingPlan) -> Ranking {
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
                areas[area].code.clone(),
                scale::number(value, decimals),
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

fn record(prepared: &Prepared<'_>, leaf: &Leaf, laid: &Laid, problems: &[Problem]) -> Record {
    let plan = prepared.plan;
    let title = data::titled(&plan.title, leaf.place.as_ref());
    let mut record = Record::new(&leaf.id, plan.level);
    (record.title_zh, record.title_en) = (title.zh, title.en);
    record.year.clone_from(&plan.year);
    (record.unit_zh, record.unit_en) = (plan.unit.zh.clone(), plan.unit.en.clone());
    record.inputs.clone_from(&prepared.data.inputs);
    if let Some(method) = plan.classes.method {
        record.classes = prepared.scales.all().filter_map(|scale| class_record(method, scale, plan)).collect();
    }
    record.formulas = formulas(plan);
    record.areas = area_counts(prepared, leaf);
    if let Some(frame) = laid.frames.first() {
        record.projection = Projection { name: frame.projection.name().en, proj: frame.projection.proj() };
    }
    record.joins = prepared.data.ledgers.iter().enumerate().map(|(at, ledger)| join_record(prepared, at, ledger)).collect();
    record.patches = prepared
        .data
        .corrections
        .iter()
        .map(|(table, correction)| PatchRecord {
            table: table.clone(),
            row: correction.row.clone(),
            column: correction.column.clone(),
            old: correction.old.clone(),
            new: correction.new.clone(),
            source: correction.source.clone(),
        })
        .collect();
    record.assumptions = plan
        .notes
        .iter()
        .chain(&prepared.data.remarks)
        .map(|words| if words.en.is_empty() { words.zh.clone() } else { words.en.clone() })
        .collect();
    let said = prepared.problems.iter().chain(problems).filter(|problem| problem.severity == Severity::Warning);
    let mut seen = std::collections::BTreeSet::new();
    record.warnings = said.filter(|problem| !ABOUT_THE_DRAWING.contains(&problem.id)).map(told).collect();
    record.warnings.retain(|warning| seen.insert(warning.clone()));
    record
}

/// Warnings that help the author draw better and tell a reader of the map nothing.
const ABOUT_THE_DRAWING: &[&str] = &["colours-alike", "colour-number", "palette-kind"];

/// A warning for readers: the file by its own name, for the folder it lies in is the machine's business.
fn told(problem: &Problem) -> String {
    let place = &problem.place;
    let file = place.file.as_deref().map_or("", |file| file.rsplit(['/', '\\']).next().unwrap_or(file));
    let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = place.column.as_ref().map(|column| format!("\"{column}\": ")).unwrap_or_default();
    let subject = place.subject.as_ref().map(|subject| format!("{subject}: ")).unwrap_or_default();
    format!("{file}{line}{}{column}{subject}{}", if file.is_empty() { "" } else { ": " }, problem.message)
}

/// Every formula of the plan under a name.
fn formulas(plan: &crate::spec::Plan) -> Vec<FormulaRecord> {
    let of = |name: String, formula: &str, weight: Option<f64>| FormulaRecord { name, formula: formula.to_owned(), weight };
    let panels = plan.panels.iter().map(|panel| of(panel.title.zh.clone(), &panel.value.text, None));
    let components = plan.index.iter().map(|part| of(format!("index_{}", part.name), &part.value.text, Some(part.weight)));
    let unreliable = plan.unreliable.iter().map(|(formula, _)| of("unreliable".to_owned(), &formula.text, None));
    let symbols = plan.symbols.iter().map(|symbols| of(symbols.label.zh.clone(), &symbols.value.text, None));
    panels.chain(components).chain(unreliable).chain(symbols).collect()
}

fn class_record(method: crate::classify::Method, scale: &crate::scale::Scale, plan: &crate::spec::Plan) -> Option<ClassRecord> {
    let Ramp::Classed { classes, colours } = &scale.ramp else { return None };
    Some(ClassRecord { pivot: plan.classes.pivot, ..ClassRecord::of(method, classes, colours) })
}

fn area_counts(prepared: &Prepared<'_>, leaf: &Leaf) -> AreaCounts {
    let mut counts = AreaCounts::default();
    for reading in prepared.data.panels.iter().flat_map(|panel| leaf.shown.iter().map(|area| &panel[*area])) {
        counts.shown += 1;
        counts.unreliable += usize::from(reading.unreliable.is_some());
        match &reading.value {
            Ok(_) => counts.with_value += 1,
            Err(crate::table::Missing::NotApplicable(_)) => counts.not_applicable += 1,
            Err(_) => counts.no_data += 1,
        }
    }
    counts
}

fn join_record(prepared: &Prepared<'_>, at: usize, ledger: &Ledger) -> JoinRecord {
    let sum = |outcomes: &[RowOutcome]| outcomes.iter().map(|outcome| ledger.count(*outcome)).sum();
    JoinRecord {
        table: ledger.table.clone(),
        rows: ledger.rows.len(),
        matched: sum(&[RowOutcome::Matched]),
        rolled_up: sum(&[RowOutcome::RolledUp]),
        other_level: sum(&[
            RowOutcome::PrefectureOnly,
            RowOutcome::ProvinceOnly,
            RowOutcome::CoarserLevel,
            RowOutcome::Superseded,
            RowOutcome::NotShown,
        ]),
        unmatched: sum(&[RowOutcome::Unmatched, RowOutcome::Ambiguous, RowOutcome::NoKey, RowOutcome::Placeholder]),
        duplicates: sum(&[RowOutcome::Duplicate]),
        areas_without_row: ledger.area_counts.get(&AreaOutcome::NoRow).copied().unwrap_or(0),
        report: Some(format!("{}.csv", ledger_stem(prepared, at))),
    }
}
