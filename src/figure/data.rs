//! From tables to readings: joins, formulas, the index, reliability.

use super::Shared;
use super::load::{self, Kept, Loaded};
use crate::coverage::{Area, Coverage};
use crate::level::Level;
use crate::measure::index::{self, Component, Index};
use crate::place::base;
use crate::place::indicator::{self, Indicator, Source};
use crate::place::join::{self, Joined, Request};
use crate::place::ledger::Ledger;
use crate::place::through::Carry;
use crate::problem::Problem;
use crate::publish::record::Input;
use crate::scale::Reading;
use crate::spec::{Panel, Plan, TablePlan, TableSource, Words, Written};
use crate::table::formula::{self, Formula};
use crate::table::patch::Correction;
use crate::table::{Missing, Table, Value};
use crate::world::World;
use std::sync::Arc;

/// A table joined to the areas.
#[derive(Debug)]
struct JoinedTable {
    table: Arc<Table>,
    joined: Joined,
    sum: Vec<String>,
    /// For each row the base of its shares and rates.
    base: Option<Vec<Value>>,
    /// Whether the rows come from a file of the author, so that the join is worth reporting.
    from_file: bool,
}

impl JoinedTable {
    fn source(&self) -> Source<'_> {
        Source { table: &self.table, joined: &self.joined, sum: &self.sum, base: self.base.as_deref() }
    }
}

/// How the codes of a table are carried to the year of a plan's areas.
pub(super) fn carry(plan: &Plan, of: &TablePlan) -> Carry {
    Carry { area_year: plan.boundaries.year, ..of.carry }
}

/// The data of a map: for each panel one reading an area of the level.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub panels: Vec<Vec<Reading>>,
    pub symbols: Option<Vec<Value>>,
    /// The index with its components, where the map has one.
    pub index: Option<(Vec<Component>, Index)>,
    /// Columns that formulas used, for the download.
    pub used: Vec<indicator::Used>,
    pub ledgers: Vec<Arc<Ledger>>,
    pub inputs: Vec<Input>,
    /// Corrections with the table each belongs to.
    pub corrections: Vec<(String, Correction)>,
    pub remarks: Vec<Words>,
    pub problems: Vec<Problem>,
}

/// What evaluating formulas needs.
struct Desk<'a> {
    plan: &'a Plan,
    coverage: &'a Arc<Coverage>,
    areas: usize,
    problems: Vec<Problem>,
}

/// Reads, joins and evaluates everything a plan asks for.
pub(super) fn gather(plan: &Plan, coverage: &Arc<Coverage>, shown: &[usize], world: &dyn World, shared: &Shared) -> Kept<Data> {
    let mut data = Data::default();
    let mut desk = Desk { plan, coverage, areas: coverage.areas(plan.level).len(), problems: Vec::new() };
    let loaded = load_all(plan, coverage, world, shared)?;
    for (of, loaded) in plan.tables.iter().zip(&loaded) {
        data.inputs.extend(loaded.inputs.iter().cloned());
        data.corrections.extend(loaded.corrections.iter().map(|correction| (of.name.clone(), correction.clone())));
        data.remarks.extend(loaded.remarks.iter().cloned());
        desk.problems.extend(loaded.problems.iter().cloned());
    }
    // Rows of all years would be duplicates where every panel chooses its own.
    let whole = plan.symbols.is_some() || !plan.index.is_empty() || plan.panels.iter().any(|panel| panel.filter.is_none());
    let mut tables = if whole { desk.join_all(&loaded, None, shown)? } else { Vec::new() };
    data.index = desk.index(&mut tables)?;
    for (at, panel) in plan.panels.iter().enumerate() {
        let own = match &panel.filter {
            Some(filter) => Some(desk.panel_tables(&loaded, filter, &data.index, shown)?),
            None => None,
        };
        let tables = own.as_ref().unwrap_or(&tables);
        let readings = desk.readings(panel, tables, &mut data.used)?;
        data.panels.push(readings);
        if at == 0 || own.is_some() {
            collect_ledgers(tables, panel, &mut data.ledgers);
        }
    }
    if let Some(symbols) = &plan.symbols {
        data.symbols = Some(desk.evaluate(&symbols.value, &tables)?.values);
    }
    data.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    data.inputs.dedup();
    data.corrections.dedup();
    data.problems = desk.problems;
    Ok(data)
}

fn load_all(plan: &Plan, coverage: &Arc<Coverage>, world: &dyn World, shared: &Shared) -> Kept<Vec<Loaded>> {
    let (mut loaded, mut problems) = (Vec::new(), Vec::new());
    for of in &plan.tables {
        match load::table(plan, of, coverage, world, shared) {
            Ok(table) => loaded.push(table),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}

/// The joins of a panel are told once; panels that choose other rows name themselves.
fn collect_ledgers(tables: &[JoinedTable], panel: &Panel, ledgers: &mut Vec<Arc<Ledger>>) {
    for table in tables.iter().filter(|table| table.from_file) {
        let mut ledger = table.joined.ledger.clone();
        if let Some(filter) = &panel.filter {
            ledger.table = format!("{} ({})", ledger.table, filter.text);
        }
        if !ledgers.iter().any(|known| **known == ledger) {
            ledgers.push(Arc::new(ledger));
        }
    }
}

impl Desk<'_> {
    fn join_all(&mut self, loaded: &[Loaded], filter: Option<(&Formula, &Written)>, shown: &[usize]) -> Kept<Vec<JoinedTable>> {
        let mut tables = Vec::new();
        let mut chosen = false;
        for (of, loaded) in self.plan.tables.iter().zip(loaded) {
            let mut table = Arc::clone(&loaded.table);
            if let Some((formula, written)) = filter
                && formula.names().iter().all(|name| table.find(&name.text).is_some())
            {
                table = Arc::new(load::select(self.plan, &table, written)?.drain_into(&mut self.problems));
                chosen = true;
            }
            let sum: Vec<String> = of.sum.iter().map(|written| written.text.clone()).collect();
            let request = Request {
                table: &table,
                key: &of.key,
                level: self.plan.level,
                coverage: self.coverage,
                shown: Some(shown),
                sum: &sum,
                carry: Some(carry(self.plan, of)),
            };
            let joined = join::join(&request).drain_into(&mut self.problems);
            let from_file = matches!(of.source, TableSource::File { .. });
            tables.push(JoinedTable { table, joined, sum, base: None, from_file });
        }
        self.bases(&mut tables)?;
        match filter {
            Some((formula, written)) if !chosen => Err(vec![self.no_table_has(formula, written)]),
            _ => Ok(tables),
        }
    }

    /// Finds the bases of shares and rates, in the table itself or in another one.
    fn bases(&mut self, tables: &mut [JoinedTable]) -> Kept<()> {
        let mut found = Vec::new();
        for (of, own) in self.plan.tables.iter().zip(tables.iter()) {
            let Some(written) = &of.base else {
                found.push(None);
                continue;
            };
            let others: Vec<(&str, &Table, &Joined)> =
                tables.iter().map(|other| (other.table.name.as_str(), &*other.table, &other.joined)).collect();
            let base = base::of_rows(&own.table, &own.joined, &written.text, &others);
            found.push(Some(base.map_err(|problem| vec![self.plan.locate(problem, written.span.clone())])?));
        }
        for (table, base) in tables.iter_mut().zip(found) {
            table.base = base;
        }
        Ok(())
    }

    fn no_table_has(&self, formula: &Formula, written: &Written) -> Problem {
        let names: Vec<String> = formula.names().iter().map(|name| name.text.clone()).collect();
        let problem = Problem::error("unknown-column", format!("No table has all the columns {}.", names.join(", ")));
        self.plan.locate(problem, written.span.clone()).help("Write columns of one table; caremap inspect FILE lists them.")
    }

    /// The tables with the rows that a panel chooses, and the index as it stands for all.
    fn panel_tables(
        &mut self,
        loaded: &[Loaded],
        filter: &Written,
        index: &Option<(Vec<Component>, Index)>,
        shown: &[usize],
    ) -> Kept<Vec<JoinedTable>> {
        let formula = formula::parse(&filter.text).map_err(|error| vec![load::formula_problem(self.plan, filter, &error)])?;
        let mut tables = self.join_all(loaded, Some((&formula, filter)), shown)?;
        if let Some((_, index)) = index {
            tables.push(self.index_table(index)?);
        }
        Ok(tables)
    }

    fn evaluate(&mut self, written: &Written, tables: &[JoinedTable]) -> Kept<Indicator> {
        let wrong = |plan: &Plan, error| vec![load::formula_problem(plan, written, &error)];
        let formula = formula::parse(&written.text).map_err(|error| wrong(self.plan, error))?;
        let sources: Vec<Source<'_>> = tables.iter().map(JoinedTable::source).collect();
        let noted = indicator::evaluate(&formula, &sources, self.areas).map_err(|error| wrong(self.plan, error))?;
        let indicator = noted.drain_into(&mut self.problems);
        if self.problems.iter().any(|problem| problem.severity == crate::problem::Severity::Error) {
            return Err(std::mem::take(&mut self.problems));
        }
        Ok(indicator)
    }

    fn readings(&mut self, panel: &Panel, tables: &[JoinedTable], used: &mut Vec<indicator::Used>) -> Kept<Vec<Reading>> {
        let indicator = self.evaluate(&panel.value, tables)?;
        for mut column in indicator.used {
            // The same column of other rows is another column.
            if let Some(filter) = &panel.filter {
                column.name = format!("{} [{}]", column.name, filter.text);
            }
            if !used.contains(&column) {
                used.push(column);
            }
        }
        let doubts = self.doubts(tables)?;
        let reading = |(value, unreliable)| Reading { value, unreliable };
        Ok(indicator.values.into_iter().zip(doubts).map(reading).collect())
    }

    /// For each area why its value should not be leaned on. An area of which that cannot be told is not flagged: it has no value either,
    /// or the condition's own columns are missing, which is reported.
    fn doubts(&mut self, tables: &[JoinedTable]) -> Kept<Vec<Option<String>>> {
        let estimated = self.estimated(tables);
        let Some((written, reason)) = &self.plan.unreliable else { return Ok(estimated) };
        let wrong = |error| vec![load::formula_problem(self.plan, written, &error)];
        let formula = formula::parse(&written.text).map_err(wrong)?;
        let sources: Vec<Source<'_>> = tables.iter().map(JoinedTable::source).collect();
        let holds = indicator::holds(&formula, &sources, self.areas).map_err(wrong)?.drain_into(&mut self.problems);
        let words = if reason.zh.is_empty() { &reason.en } else { &reason.zh };
        let doubt = |(answer, estimated): (Result<bool, Missing>, Option<String>)| {
            (answer == Ok(true)).then(|| words.clone()).or(estimated)
        };
        Ok(holds.into_iter().zip(estimated).map(doubt).collect())
    }

    /// Areas to which a part of a row was given by people or land: estimates, and marked so.
    fn estimated(&self, tables: &[JoinedTable]) -> Vec<Option<String>> {
        let mut estimated = vec![None; self.areas];
        let parts = tables.iter().flat_map(|table| table.joined.parts.values().flatten());
        for (area, _) in parts {
            if let Some(area) = estimated.get_mut(*area) {
                *area = Some("含按人口或面积分摊的估计值 / partly an estimate, divided by people or land".to_owned());
            }
        }
        estimated
    }

    /// The composite index over the joined tables; its columns become a table of their own.
    fn index(&mut self, tables: &mut Vec<JoinedTable>) -> Kept<Option<(Vec<Component>, Index)>> {
        let plan = self.plan;
        if plan.index.is_empty() {
            return Ok(None);
        }
        let mut components = Vec::new();
        for component in &plan.index {
            components.push(Component {
                name: component.name.clone(),
                weight: component.weight,
                larger_is_worse: component.larger_is_worse,
                values: self.evaluate(&component.value, tables)?.values,
            });
        }
        let index = index::compute(&components)?.drain_into(&mut self.problems);
        tables.push(self.index_table(&index)?);
        Ok(Some((components, index)))
    }

    fn index_table(&mut self, index: &Index) -> Kept<JoinedTable> {
        let table = Arc::new(load::of_areas("index", self.coverage, self.plan.level, index::columns(index))?);
        let key = crate::spec::KeyPlan::Code(Written { text: "code".into(), span: 0..0 });
        let request = Request {
            table: &table,
            key: &key,
            level: self.plan.level,
            coverage: self.coverage,
            shown: None,
            sum: &[],
            carry: None,
        };
        let joined = join::join(&request).drain_into(&mut self.problems);
        Ok(JoinedTable { table, joined, sum: Vec::new(), base: None, from_file: false })
    }
}

/// Indices of the areas of `level` that a map shows: all, or those within the codes given.
pub(super) fn shown(plan: &Plan, coverage: &Coverage, within: &[String]) -> Kept<Vec<usize>> {
    let areas = coverage.areas(plan.level);
    if areas.is_empty() {
        let levels: Vec<&str> = coverage.layers.keys().map(|level| level.word()).collect();
        let problem = Problem::error("no-such-level", format!("The boundaries have no areas of the level {}.", plan.level));
        return Err(vec![problem.in_file(&plan.file).help(format!("They have: {}.", levels.join(", ")))]);
    }
    let inside = |code: &str| within.is_empty() || within.iter().any(|outer| lies_in(coverage, plan.level, code, outer));
    let found: Vec<usize> = (0..areas.len()).filter(|at| inside(&areas[*at].code)).collect();
    let empty = |code: &&String| !areas.iter().any(|area| lies_in(coverage, plan.level, &area.code, code));
    match within.iter().find(empty) {
        Some(code) => {
            let problem = Problem::error("nothing-within", format!("No area of the level {} lies in {code}.", plan.level));
            Err(vec![problem.in_file(&plan.file).help("Write the six-digit code of a province or prefecture of the boundaries.")])
        }
        None => Ok(found),
    }
}

/// Whether the area `code` of `level` is `outer` or lies in it.
pub(super) fn lies_in(coverage: &Coverage, level: Level, code: &str, outer: &str) -> bool {
    coverage.lineage(level, code).iter().any(|area| area.code == outer)
}

/// The names of the areas an area lies in, largest first; the same name at two levels once.
pub(super) fn within(coverage: &Coverage, level: Level, code: &str) -> String {
    let mut names: Vec<&str> =
        coverage.lineage(level, code).into_iter().filter(|area| area.code != code).map(|area| area.name.as_str()).collect();
    names.reverse();
    names.dedup();
    names.join(" ")
}

/// The name of an area with those of the areas it lies in, as each language orders them, the same name at two levels once: 浙江省 杭州市
/// 西湖区, and Xihu District, Hangzhou, Zhejiang. An area without an English name keeps its Chinese one.
pub(super) fn full_name(coverage: &Coverage, level: Level, area: &Area) -> Words {
    let lineage = coverage.lineage(level, &area.code);
    let mut en: Vec<&str> = lineage.iter().map(|area| area.name_en.as_deref().unwrap_or(&area.name)).collect();
    let mut zh: Vec<&str> = lineage.iter().rev().map(|area| area.name.as_str()).collect();
    en.dedup();
    zh.dedup();
    Words { zh: zh.join(" "), en: en.join(", ") }
}

/// A title with the place it is about before it.
pub(super) fn titled(title: &Words, place: Option<&Words>) -> Words {
    let Some(place) = place else { return title.clone() };
    let en = match (place.en.is_empty(), title.en.is_empty()) {
        (_, true) => String::new(),
        (true, false) => format!("{}: {}", place.zh, title.en),
        (false, false) => format!("{}: {}", place.en, title.en),
    };
    Words { zh: format!("{}：{}", place.zh, title.zh), en }
}
