//! The tables of a map: its own, and those of its atlas that it uses.

use super::keys::MEASURES;
use super::resolve::Desk;
use super::view::{Found, View};
use super::*;
use crate::datum::Datum;
use crate::place::through::Carry;
use crate::problem::nearest_spelling;
use crate::table::formula;

/// The tables a map uses, the author's order kept, those of the atlas first.
pub(super) fn tables(map: &View<'_>, panels: &[Panel], desk: &mut Desk<'_>) -> Vec<TablePlan> {
    let own = map.own();
    let mut tables: Vec<TablePlan> = short_table(&own).into_iter().collect();
    for view in own.tables("tables") {
        let Some(table) = table(&view, desk) else { continue };
        if let (true, Some(found)) =
            (tables.iter().any(|other| other.name == table.name), view.get("name").or_else(|| view.get("file")))
        {
            desk.error("repeated-name", found, format!("Two tables are called {:?}.", table.name), "Give each its own name.");
        }
        tables.push(table);
    }
    let mut shared = shared_tables(map, panels, &tables, desk);
    shared.append(&mut tables);
    shared
}

/// `table = "FILE"` with its settings beside it.
fn short_table(map: &View<'_>) -> Option<TablePlan> {
    let file = map.written("table")?;
    Some(table_plan(map, stem(&file.text), file_source(map, file)))
}

/// The tables of the atlas that a formula names, or that `use` lists.
fn shared_tables(map: &View<'_>, panels: &[Panel], own: &[TablePlan], desk: &mut Desk<'_>) -> Vec<TablePlan> {
    // Problems of the atlas's own tables are reported once, by `read_atlas`.
    let mut silent = Desk { source: desk.source, problems: Vec::new() };
    let mut shared: Vec<TablePlan> = map.behind().tables("tables").iter().filter_map(|view| table(view, &mut silent)).collect();
    let listed = map.list_written("use");
    for (wanted, found) in listed.iter().zip(map.list("use")) {
        if !shared.iter().any(|table| table.name == wanted.text) {
            let near = nearest_spelling(&wanted.text, shared.iter().map(|table| table.name.as_str()));
            let help = near.map_or("Give atlas.toml a [[tables]] of that name.".into(), |near| format!("Did you mean {near:?}?"));
            desk.error("unknown-table", found, format!("The atlas has no table {:?}.", wanted.text), help);
        }
    }
    let formulas = formulas(map, panels);
    let named = |table: &TablePlan| formulas.iter().any(|formula| mentions(formula, &table.name));
    let listed = |table: &TablePlan| listed.iter().any(|name| name.text == table.name);
    let mut wanted: Vec<bool> = shared.iter().map(|table| listed(table) || named(table)).collect();
    // What a wanted table's shares are a part of is wanted as well.
    let chosen = shared.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(table, _)| table);
    let bases: Vec<String> = chosen.chain(own).filter_map(|table| Some(table.base.as_ref()?.text.clone())).collect();
    for (table, wanted) in shared.iter().zip(&mut wanted) {
        *wanted |= bases.iter().any(|base| mentions(base, &table.name));
    }
    let mut wanted = wanted.into_iter();
    shared.retain(|table| wanted.next() == Some(true) && !own.iter().any(|other| other.name == table.name));
    shared
}

/// Reports the mistakes of an atlas's tables.
pub(super) fn check_shared(atlas: &View<'_>, desk: &mut Desk<'_>) {
    let mut names: Vec<String> = Vec::new();
    for view in atlas.tables("tables") {
        let Some(table) = table(&view, desk) else { continue };
        if let (true, Some(found)) = (names.contains(&table.name), view.get("name").or_else(|| view.get("file"))) {
            desk.error("repeated-name", found, format!("Two tables are called {:?}.", table.name), "Give each its own name.");
        }
        names.push(table.name);
    }
}

/// The text of every formula of a map.
fn formulas(map: &View<'_>, panels: &[Panel]) -> Vec<String> {
    let mut formulas: Vec<String> = panels.iter().map(|panel| panel.value.text.clone()).collect();
    formulas.extend(panels.iter().filter_map(|panel| Some(panel.filter.as_ref()?.text.clone())));
    formulas.extend(map.table("unreliable").and_then(|table| table.text("where")));
    formulas.extend(map.table("symbols").and_then(|table| table.text("value")));
    let components = map.table("index").map(|index| index.tables("components")).unwrap_or_default();
    formulas.extend(components.iter().filter_map(|view| view.text("value")));
    formulas
}

/// Whether a formula uses `table.column`.
fn mentions(formula: &str, table: &str) -> bool {
    let Ok(formula) = formula::parse(formula) else { return false };
    formula.names().iter().any(|name| name.text.strip_prefix(table).is_some_and(|rest| rest.starts_with('.')))
}

fn table(view: &View<'_>, desk: &mut Desk<'_>) -> Option<TablePlan> {
    let source = table_source(view, desk)?;
    let of_file = || view.text("file").map(|file| stem(&file)).or_else(|| view.text("measure"));
    let name = view.text("name").or_else(of_file)?;
    Some(table_plan(view, name, source))
}

fn table_plan(view: &View<'_>, name: String, source: TableSource) -> TablePlan {
    TablePlan {
        name,
        source,
        filter: view.written("where"),
        key: key(view),
        sum: view.list_written("sum"),
        base: view.written("base"),
        carry: Carry {
            table_year: view.count("table_year").and_then(|year| u16::try_from(year).ok()),
            area_year: None,
            split: view.choice("split").unwrap_or_default(),
            zones: view.choice("zones").unwrap_or_default(),
        },
    }
}

/// A file, or a measure; keys of the one beside the other are contradictions.
fn table_source(view: &View<'_>, desk: &mut Desk<'_>) -> Option<TableSource> {
    let measure = view.text("measure");
    let misplaced: &[&str] = match measure.as_deref() {
        // A word that is none of the measures has been reported.
        Some(other) if !MEASURES.contains(&other) => return None,
        Some("count") => &[
            "file",
            "skip",
            "patch",
            "fixes",
            "code",
            "area",
            "base",
            "table_year",
            "split",
            "zones",
            "grid",
            "population",
            "within_km",
            "jitter_m",
        ],
        Some(_) => &["file", "skip", "patch", "fixes", "code", "area", "base", "table_year", "split", "zones"],
        None => &["facilities", "grid", "population", "within_km", "jitter_m"],
    };
    for name in misplaced {
        if let Some(found) = view.get(name) {
            let (message, help) = match &measure {
                Some(measure) => (format!("{name} does not go with measure = {measure:?}."), "Remove the line."),
                None => (format!("{name} is for a measure, and this table has none."), "Add measure = \"access\" or \"count\"."),
            };
            desk.error("contradiction", found, message, help);
        }
    }
    let Some(measure) = measure else { return file_table(view, desk) };
    let Some(table) = view.table("facilities") else {
        let message = format!("measure = {measure:?} needs facilities.");
        desk.error_of_table("missing-key", view, message, "Add facilities = { file = \"…\", datum = \"wgs84\" }.");
        return None;
    };
    let facilities = facilities(&table, "label")?;
    Some(if measure == "count" { TableSource::Count(facilities) } else { TableSource::Access(access(view, facilities)) })
}

fn file_table(view: &View<'_>, desk: &mut Desk<'_>) -> Option<TableSource> {
    match view.written("file") {
        Some(file) => Some(file_source(view, file)),
        None => {
            desk.error_of_table("missing-key", view, "The table has neither file nor measure.", "Add file = \"…\".");
            None
        }
    }
}

fn file_source(view: &View<'_>, file: Written) -> TableSource {
    TableSource::File { file, skip: view.count("skip").unwrap_or(0), patch: view.text("patch"), fixes: view.text("fixes") }
}

fn access(view: &View<'_>, facilities: FacilityPlan) -> AccessPlan {
    let within: Vec<f64> = view.list("within_km").into_iter().filter_map(|found| super::check::number(found.node)).collect();
    let population = view.table("population");
    let own_population = population.as_ref().and_then(|table| table.text("file")).is_some();
    let patch = population.as_ref().and_then(|table| table.text("patch"));
    let of = |name, default: &str| population.as_ref().and_then(|table| table.text(name)).unwrap_or_else(|| default.into());
    AccessPlan {
        facilities,
        grid: view.text("grid").unwrap_or_else(|| "bundled:population_grid".into()),
        population: (of("file", "bundled:census2020_population"), of("code", "CODE"), of("people", "POPU")),
        population_patch: patch.or_else(|| (!own_population).then(|| "bundled:census2020_population_patch".into())),
        within_km: if within.is_empty() { vec![30.0, 50.0, 100.0] } else { within },
        jitter_m: view.number("jitter_m").unwrap_or(2000.0),
    }
}

fn key(view: &View<'_>) -> KeyPlan {
    match (view.written("code"), view.written("area"), view.written("parent")) {
        (Some(code), _, _) => KeyPlan::Code(code),
        (None, Some(name), parent) => KeyPlan::Name { name, parent },
        (None, None, _) => KeyPlan::Auto,
    }
}

/// Facilities from a table whose column of names is under `name`.
pub(super) fn facilities(view: &View<'_>, name: &str) -> Option<FacilityPlan> {
    let file = view.written("file")?;
    let datum = view.choice("datum").or_else(|| file.text.starts_with("bundled:").then_some(Datum::Wgs84));
    Some(FacilityPlan {
        file,
        filter: view.written("where"),
        one_of: view.written("one_of"),
        id: view.text("id"),
        longitude: view.text("longitude"),
        latitude: view.text("latitude"),
        name: view.text(name),
        datum,
    })
}

/// The name of a file without folder and ending; of `bundled:NAME`, the name.
fn stem(file: &str) -> String {
    let name = file.strip_prefix("bundled:").unwrap_or(file).rsplit(['/', '\\']).next().unwrap_or(file);
    name.split_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// The key whose value contradicts another, for rules shared by maps and tables.
pub(super) fn both<'a>(view: &View<'a>, one: &str, other: &str) -> Option<Found<'a>> {
    view.get(one).and(view.get(other))
}
