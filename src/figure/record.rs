//! How a page was made, for programs.

use super::page::ledger_stem;
use super::{Leaf, Prepared, data, gaps};
use crate::classify::Method;
use crate::layout::Laid;
use crate::place::ledger::{AreaOutcome, Ledger, RowOutcome};
use crate::problem::{Problem, Severity};
use crate::publish::record::{AreaCounts, ClassRecord, FormulaRecord, JoinRecord, PatchRecord, Projection, Record};
use crate::publish::told;
use crate::scale::{Ramp, Scale};
use crate::spec::{Plan, Words};
use crate::table::Missing;
use std::collections::BTreeSet;

/// The record of a page.
pub(super) fn record(prepared: &Prepared<'_>, leaf: &Leaf, laid: &Laid, problems: &[Problem]) -> Record {
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
    record.warnings = warnings(prepared, leaf, problems).into_iter().map(|warning| warning.en).collect();
    record
}

/// Warnings that help the author draw better and tell a reader of the map nothing.
const ABOUT_THE_DRAWING: &[&str] = &["colours-alike", "colour-number", "palette-kind"];

/// What a reader of the map should know about its data, each sentence once.
pub(super) fn warnings(prepared: &Prepared<'_>, leaf: &Leaf, problems: &[Problem]) -> Vec<Words> {
    let mut seen = BTreeSet::new();
    // Of the areas without a value only those of this page, of a series that has many.
    let gaps = gaps::gaps(prepared.plan, &prepared.coverage, &leaf.shown, &prepared.data.panels);
    let others = prepared.problems.iter().filter(|problem| !gaps::IDS.contains(&problem.id));
    let said = others.chain(&gaps).chain(problems).filter(|problem| problem.severity == Severity::Warning);
    let told = said.filter(|problem| !ABOUT_THE_DRAWING.contains(&problem.id)).map(told);
    told.filter(|words| seen.insert(words.en.clone())).collect()
}

/// Every formula of the plan under a name.
fn formulas(plan: &Plan) -> Vec<FormulaRecord> {
    let of = |name: String, formula: &str, weight: Option<f64>| FormulaRecord { name, formula: formula.to_owned(), weight };
    let panels = plan.panels.iter().map(|panel| of(panel.title.zh.clone(), &panel.value.text, None));
    let components = plan.index.iter().map(|part| of(format!("index_{}", part.name), &part.value.text, Some(part.weight)));
    let unreliable = plan.unreliable.iter().map(|(formula, _)| of("unreliable".to_owned(), &formula.text, None));
    let symbols = plan.symbols.iter().map(|symbols| of(symbols.label.zh.clone(), &symbols.value.text, None));
    panels.chain(components).chain(unreliable).chain(symbols).collect()
}

fn class_record(method: Method, scale: &Scale, plan: &Plan) -> Option<ClassRecord> {
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
            Err(Missing::NotApplicable(_)) => counts.not_applicable += 1,
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
        carried: sum(&[RowOutcome::Renamed, RowOutcome::Recoded, RowOutcome::Merged, RowOutcome::Split, RowOutcome::Shared]),
        years: ledger.years.clone(),
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
