//! Fixes that are proposed for the tables of a map, for the author to look through.

use super::{Shared, data, load};
use crate::place::fixes::to_toml;
use crate::place::join::{self, Request};
use crate::problem::Problem;
use crate::publish;
use crate::spec::{Plan, TableSource};
use crate::table::formula;
use crate::world::World;
use std::sync::Arc;

/// Problems of a join for which there may be proposals.
const OF_JOINS: [&str; 6] =
    ["rows-unmatched", "rows-ambiguous", "rows-prefecture-only", "rows-province-only", "duplicate-key", "no-key-column"];

/// Proposed fixes of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// A name for the file: map, table, `.fixes.toml`.
    pub file: String,
    /// The file.
    pub text: String,
    /// How many fixes it holds.
    pub fixes: usize,
}

impl Proposal {
    /// Says where it was written, and what to do with it, as a line.
    pub fn said(&self, path: &str) -> String {
        let (fixes, file) = (self.count(), &self.file);
        format!(
            "{fixes} proposed in {path}: keep what is right, delete what is wrong, and name it in the map: fixes = \"{file}\"\n"
        )
    }

    /// "1 fix", "2 fixes".
    pub fn count(&self) -> String {
        if self.fixes == 1 { "1 fix".to_owned() } else { format!("{} fixes", self.fixes) }
    }
}

/// The fixes that are proposed where the joins of a map have left rows over or found two rows for one area; `found` is what was said of
/// the map. Nothing of it is used.
pub fn proposals(plan: &Plan, found: &[Problem], world: &dyn World, shared: &Shared) -> Vec<Proposal> {
    if !found.iter().any(|problem| OF_JOINS.contains(&problem.id)) {
        return Vec::new();
    }
    let Ok((coverage, ..)) = load::coverage(&plan.boundaries, plan.level, world, shared) else { return Vec::new() };
    let within: Vec<String> = plan.within.iter().map(|written| written.text.clone()).collect();
    let Ok(shown) = data::shown(plan, &coverage, &within) else { return Vec::new() };
    let mut proposals = Vec::new();
    for of in plan.tables.iter().filter(|of| matches!(of.source, TableSource::File { .. })) {
        let Ok(loaded) = load::table(plan, of, &coverage, world, shared) else { continue };
        let table = of_first_panel(plan, loaded.table);
        let sum: Vec<String> = of.sum.iter().map(|written| written.text.clone()).collect();
        let (key, level) = (&of.key, plan.level);
        let request = Request {
            table: &table,
            key,
            level,
            coverage: &coverage,
            shown: Some(&shown),
            sum: &sum,
            carry: Some(data::carry(plan, of)),
        };
        let ledger = join::join(&request).value.ledger;
        let file = format!("{}.{}.fixes.toml", publish::stem(&plan.id), publish::stem(&of.name));
        if let Some(text) = to_toml(&ledger, &file) {
            proposals.push(Proposal { file, text, fixes: ledger.fixes.len() });
        }
    }
    proposals
}

/// The rows that the first panel of small multiples chooses; else all years would be rows of one area.
fn of_first_panel(plan: &Plan, table: Arc<crate::table::Table>) -> Arc<crate::table::Table> {
    let Some(filter) = plan.panels.first().and_then(|panel| panel.filter.as_ref()) else { return table };
    let has_columns =
        formula::parse(&filter.text).is_ok_and(|formula| formula.names().iter().all(|name| table.find(&name.text).is_some()));
    match has_columns.then(|| load::select(plan, &table, filter)) {
        Some(Ok(selected)) => Arc::new(selected.value),
        _ => table,
    }
}
