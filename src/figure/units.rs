//! The unit that a table gives for its column beside the one that the map prints.

use crate::problem::Problem;
use crate::read::unit;
use crate::spec::{Panel, Plan};
use crate::table::{Table, formula};

/// What is to be said where the map shows a column as it stands: that the table knows its unit, or that the two are of different size.
pub(super) fn compare<'t>(plan: &Plan, panel: &Panel, mut tables: impl Iterator<Item = &'t Table>) -> Option<Problem> {
    let formula = formula::parse(&panel.value.text).ok()?;
    let names = formula.names();
    let [name] = names.as_slice() else { return None };
    if panel.value.text.trim().trim_matches('`') != name.text {
        return None;
    }
    let column = tables.find_map(|table| table.find(&name.text))?;
    let (said, printed) = (column.unit.as_deref()?, plan.unit.zh.as_str());
    if printed.is_empty() {
        let message = format!("The table gives \"{}\" in {said}, and the map prints no unit.", column.name);
        let problem = plan.locate(Problem::note("unit-known", message), panel.value.span.clone());
        return Some(problem.help(format!("Add unit = \"{said}\".")));
    }
    let message = format!("The table gives \"{}\" in {said}, and the map prints {printed}.", column.name);
    let zh = format!("表中“{}”的单位是{said}，图上印的是{printed}。", column.name);
    let problem = plan.locate(Problem::warning("unit-differs", message).zh(zh), panel.value.span.clone());
    unit::differ_in_scale(said, printed).then(|| problem.help("Correct unit, or convert the value in the formula."))
}
