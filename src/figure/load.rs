//! Inputs of a map, each read once however many maps use it.

use super::Shared;
use super::datums::{self, Known};
use super::once::apart;
use crate::coverage::{self, Coverage};
use crate::level::Level;
use crate::measure::access::{self, Facility, Options, Reach};
use crate::measure::count;
use crate::measure::grid::Grid;
use crate::measure::people::{self, Demand};
use crate::problem::{Noted, Outcome, Problem};
use crate::publish::record::{Input, TableRecord};
use crate::read::features::Fields;
use crate::read::table::{self, ReadOptions};
use crate::read::{boundaries, points};
use crate::spec::{AccessPlan, Boundaries, FacilityPlan, Plan, TablePlan, TableSource, Written};
use crate::table::fixes;
use crate::table::patch::{self, Correction};
use crate::table::{Cell, Column, Table, formula};
use crate::world::{self, World};
use std::sync::Arc;

/// A table as its maps use it, with all that came together in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Loaded {
    pub table: Arc<Table>,
    pub inputs: Vec<Input>,
    pub corrections: Vec<Correction>,
    /// How the file was read.
    pub readings: Vec<TableRecord>,
    /// What a reader of the map should know of how the numbers came about: Chinese and English.
    pub remarks: Vec<crate::spec::Words>,
    pub problems: Vec<Problem>,
}

/// A stage's result that many maps share: either fails for all of them with the same words.
pub(super) type Kept<T> = Result<T, Vec<Problem>>;

/// The boundaries of a map.
pub(super) fn coverage(plan: &Boundaries, level: Level, world: &dyn World, shared: &Shared) -> Kept<super::ReadBoundaries> {
    shared.coverages.get((plan.clone(), level), || {
        if plan.file == "bundled:china" {
            let whole = shared.china.get_or_init(|| apart(|| Arc::new(coverage::bundled().clone())));
            let input =
                Input { name: plan.file.clone(), bytes: coverage::bundled_topojson().len(), sha256: whole.origin.sha256.clone() };
            return Ok((Arc::clone(whole), vec![input], Vec::new(), Arc::new(Known::bundled())));
        }
        let source = boundaries::Source::open(&plan.file, world).map_err(|problem| vec![problem])?;
        let fields = Fields {
            code: plan.code.clone(),
            name: plan.name.clone(),
            level,
            layer: plan.layer.clone(),
            crs: plan.crs.clone(),
            encoding: plan.encoding.clone(),
            datum: plan.datum.unwrap_or(crate::datum::Datum::Wgs84),
            ..Fields::default()
        };
        let mut problems = Vec::new();
        let coverage = boundaries::read(&source, &plan.file, &fields)?.drain_into(&mut problems).coverage;
        let sha256 = coverage.origin.sha256.clone();
        let mut inputs = vec![Input { name: plan.file.clone(), bytes: source.bytes.len(), sha256 }];
        inputs.extend(source.beside.values().map(|beside| Input::of(&beside.name, &beside.bytes)));
        let (coverage, known) = datums::boundaries(coverage, plan)?.drain_into(&mut problems);
        Ok((Arc::new(coverage), inputs, problems, Arc::new(known)))
    })
}

/// The rows of a table of a plan, filtered by the table's own filter.
pub(super) fn table(plan: &Plan, of: &TablePlan, coverage: &Arc<Coverage>, world: &dyn World, shared: &Shared) -> Kept<Loaded> {
    let mut loaded = match &of.source {
        TableSource::File { file, skip, sheet, patch, fixes } => {
            let corrections = [patch, fixes].map(|file| file.as_deref());
            let options = ReadOptions { name: of.name.clone(), skip: *skip, sheet: sheet.clone(), ..ReadOptions::default() };
            read_file(options, file, corrections, plan, world, shared)?
        }
        TableSource::Access(access) => measure_access(plan, access, coverage, world, shared)?,
        TableSource::Count(facilities) => count_facilities(plan, facilities, coverage, world, shared)?,
    };
    let mut renamed = Table::clone(&loaded.table);
    renamed.name.clone_from(&of.name);
    loaded.table = Arc::new(match &of.filter {
        Some(filter) => select(plan, &renamed, filter)?.drain_into(&mut loaded.problems),
        None => renamed,
    });
    Ok(loaded)
}

/// The rows for which a formula of the plan holds.
pub(super) fn select(plan: &Plan, table: &Table, filter: &Written) -> Outcome<Table> {
    let wrong = |error| vec![formula_problem(plan, filter, &error)];
    formula::parse(&filter.text).and_then(|formula| table.select_rows(&formula)).map_err(wrong)
}

/// What is wrong with a formula, at its place in the map file.
pub(super) fn formula_problem(plan: &Plan, written: &Written, error: &formula::FormulaError) -> Problem {
    let problem = Problem::error("bad-formula", error.message.clone());
    let problem = plan.locate(problem, written.part(error.span.clone()));
    Problem { help: error.help.clone(), ..problem }
}

fn read_file(
    options: ReadOptions,
    file: &Written,
    [patch, fixes]: [Option<&str>; 2],
    plan: &Plan,
    world: &dyn World,
    shared: &Shared,
) -> Kept<Loaded> {
    let patch = patch.map(str::to_owned).or_else(|| bundled_patch(&file.text));
    let key = (options.clone(), file.text.clone(), [patch.clone(), fixes.map(str::to_owned)]);
    let loaded = shared.files.get(key, || read_and_patch(&options, &file.text, [patch.as_deref(), fixes], world));
    loaded.map_err(|problems| problems.into_iter().map(|problem| point_at(plan, file, problem)).collect())
}

/// A file that cannot be found is a mistake in the map file, so the message points there as well.
fn point_at(plan: &Plan, file: &Written, problem: Problem) -> Problem {
    if !matches!(problem.id, "file-not-found" | "unknown-bundled") {
        return problem;
    }
    let message = format!("\"{}\": {}", file.text, problem.message);
    plan.locate(Problem { message, ..problem }, file.span.clone())
}

/// The corrections that belong to a bundled table are applied wherever it is read.
fn bundled_patch(file: &str) -> Option<String> {
    let name = format!("{}_patch", file.strip_prefix("bundled:")?);
    world::bundled(&name).map(|_| format!("bundled:{name}"))
}

/// A table with the corrections of its patch and the names that the author kept.
fn read_and_patch(options: &ReadOptions, file: &str, [patch, fixes]: [Option<&str>; 2], world: &dyn World) -> Kept<Loaded> {
    let bytes = world.read(file).map_err(|problem| vec![problem])?;
    let (mut inputs, mut corrections) = (vec![Input::of(file, &bytes)], Vec::new());
    let read = table::read(bytes, file, options)?;
    let readings = vec![TableRecord::of(&options.name, file, &read.value)];
    let (mut table, mut problems) = (read.value.table, read.problems);
    if let Some(patch_file) = patch {
        let bytes = world.read(patch_file).map_err(|problem| vec![problem])?;
        corrections = patch::apply(&mut table, &bytes, patch_file)?.drain_into(&mut problems);
        inputs.push(Input::of(patch_file, &bytes));
    }
    if let Some(fixes_file) = fixes {
        let bytes = world.read(fixes_file).map_err(|problem| vec![problem])?;
        corrections.extend(fixes::apply(&mut table, &bytes, fixes_file)?.drain_into(&mut problems));
        inputs.push(Input::of(fixes_file, &bytes));
    }
    Ok(Loaded { table: Arc::new(table), inputs, corrections, readings, remarks: Vec::new(), problems })
}

/// Facilities of a plan with the rows of their file, for layers that size or colour them.
#[derive(Debug, Clone)]
pub(super) struct Facilities {
    pub points: Vec<points::Point>,
    pub table: Arc<Table>,
    pub inputs: Vec<Input>,
    pub problems: Vec<Problem>,
}

/// Reads facilities.
pub(super) fn facilities(plan: &Plan, of: &FacilityPlan, world: &dyn World, shared: &Shared) -> Kept<Facilities> {
    let options = ReadOptions { name: "facilities".into(), sheet: of.sheet.clone(), ..ReadOptions::default() };
    let loaded = read_file(options, &of.file, [None, None], plan, world, shared)?;
    let mut problems = loaded.problems;
    let table = match &of.filter {
        Some(filter) => select(plan, &loaded.table, filter)?.drain_into(&mut problems),
        None => Table::clone(&loaded.table),
    };
    let fields = points::Fields {
        id: of.id.clone(),
        longitude: of.longitude.clone(),
        latitude: of.latitude.clone(),
        name: of.name.clone(),
        datum: of.datum,
        option: None,
        one_of: of.one_of.as_ref().map(|written| written.text.clone()),
    };
    // Formulas may stand at other bytes of other files.
    let filter = of.filter.as_ref().map(|written| &written.text);
    let read = || points::from_table(&table, &fields, &|_| true);
    let found = shared.points.get(format!("{:?}", (&of.file.text, &of.sheet, filter, &fields)), read)?.drain_into(&mut problems);
    let (_, _, _, known) = coverage(&plan.boundaries, plan.level, world, shared)?;
    datums::compare(plan, of, &found, &known)?;
    for problem in &mut problems {
        problem.place.file = Some(of.file.text.clone());
    }
    Ok(Facilities { points: found.points, table: Arc::new(table), inputs: loaded.inputs, problems })
}

/// How many facilities stand in each area.
fn count_facilities(
    plan: &Plan,
    of: &FacilityPlan,
    coverage: &Arc<Coverage>,
    world: &dyn World,
    shared: &Shared,
) -> Kept<Loaded> {
    let found = facilities(plan, of, world, shared)?;
    let counted = count::count(coverage, plan.level, &found.points);
    let mut problems = found.problems;
    problems.extend(counted.problems.into_iter().map(|problem| problem.in_file(&of.file.text)));
    Ok(Loaded { table: Arc::new(counted.value.table), inputs: found.inputs, problems, ..Loaded::default() })
}

/// People at their places, for everyone who measures from the same grid and the same counts.
#[derive(Debug, Clone)]
pub(super) struct People {
    demand: Arc<Demand>,
    inputs: Vec<Input>,
    corrections: Vec<Correction>,
    problems: Vec<Problem>,
}

fn people(plan: &Plan, of: &AccessPlan, coverage: &Arc<Coverage>, world: &dyn World, shared: &Shared) -> Kept<People> {
    let patch = of.population_patch.clone().or_else(|| bundled_patch(&of.population.0));
    let key = (of.grid.clone(), of.population.clone(), format!("{:?} {patch:?}", plan.boundaries));
    shared.people.get(key, || {
        let (file, code, count) = &of.population;
        let named = |name: &str| ReadOptions { name: name.into(), ..ReadOptions::default() };
        let grid_table = read_and_patch(&named("grid"), &of.grid, [None, None], world)?;
        let counts_table = read_and_patch(&named("population"), file, [patch.as_deref(), None], world)?;
        let mut problems = Vec::new();
        let grid = Grid::from_table(&grid_table.table)?.drain_into(&mut problems);
        let counts = people::counts(&counts_table.table, code, count)?.drain_into(&mut problems);
        let level = if coverage.areas(Level::County).is_empty() { plan.level } else { Level::County };
        let demand = people::apportion(coverage, level, &grid, people::FINE, &counts).drain_into(&mut problems);
        let inputs = [grid_table.inputs, counts_table.inputs].concat();
        Ok(People { demand: Arc::new(demand), inputs, corrections: counts_table.corrections, problems })
    })
}

fn measure_access(plan: &Plan, of: &AccessPlan, coverage: &Arc<Coverage>, world: &dyn World, shared: &Shared) -> Kept<Loaded> {
    let found = facilities(plan, &of.facilities, world, shared)?;
    let people = people(plan, of, coverage, world, shared)?;
    let options = Options { within_km: of.within_km.clone(), jitter_m: of.jitter_m, ..Options::default() };
    // Debug text of a plan holds every value that decides, and formulas may stand at other bytes of other files.
    let filter = of.facilities.filter.as_ref().map(|written| written.text.clone());
    let one_of = of.facilities.one_of.as_ref().map(|written| written.text.clone());
    let key = format!(
        "{:?}",
        (&of.facilities.file.text, filter, one_of, &of.grid, &of.population, &of.population_patch, &options, &plan.boundaries)
    );
    let reach: Kept<Arc<Reach>> = shared.reaches.get(key, || {
        let list: Vec<Facility> = found
            .points
            .iter()
            .map(|point| Facility { id: point.id.clone(), name: point.name.clone(), position: point.position })
            .collect();
        access::reach(&people.demand, &list, &options).map(Arc::new).map_err(|problem| vec![problem])
    });
    let made = access::table(coverage, plan.level, &people.demand, reach?.as_ref(), &options);
    let mut problems = [found.problems, people.problems].concat();
    let table: Table = made.drain_into(&mut problems);
    let remarks = jitter_remark(&table, &options).into_iter().collect();
    let inputs = [found.inputs, people.inputs].concat();
    Ok(Loaded { table: Arc::new(table), inputs, corrections: people.corrections, remarks, problems, ..Loaded::default() })
}

/// How firm the distances are: by how much the middle area's mean moves when the facilities are displaced.
fn jitter_remark(table: &Table, options: &Options) -> Option<crate::spec::Words> {
    let shifts = table.column("distance_mean_shift_km")?;
    let (middle, largest) = access::firmness(shifts.numbers().flatten().collect())?;
    let metres = crate::scale::number(options.jitter_m, 0);
    let (middle, largest) = (crate::scale::number(middle, 1), crate::scale::number(largest, 1));
    Some(crate::spec::Words {
        zh: format!(
            "医院位置随机移动（标准差 {metres} 米）时，平均距离的变化：中位 {middle} 公里，95% 的单元不超过 {largest} 公里。"
        ),
        en: format!(
            "With hospitals moved at random (standard deviation {metres} m) the mean distance changes by {middle} km in the median area and by at most {largest} km in 95 % of areas."
        ),
    })
}

/// A table made of computed columns in the order of the areas, under the code of each.
pub(super) fn of_areas(name: &str, coverage: &Coverage, level: Level, columns: Vec<Column>) -> Kept<Table> {
    let codes = coverage.areas(level).iter().map(|area| Cell::Text(area.code.clone())).collect();
    let columns = std::iter::once(Column::new("code", codes)).chain(columns).collect();
    Table::from_columns(name, columns).map_err(|problem| vec![problem])
}

/// A result together with what was noticed.
pub(super) fn noted<T>(value: T, problems: Vec<Problem>) -> Noted<T> {
    Noted { value, problems }
}
