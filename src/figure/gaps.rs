//! Areas of a map that have no value: said once for the map, whatever tables it is made of.

use crate::coverage::Coverage;
use crate::problem::Problem;
use crate::publish::words::missing_words;
use crate::scale::Reading;
use crate::spec::Plan;
use crate::table::Missing;

/// Taiwan, Hong Kong and Macau: national statistics publish them apart, so that they are blank on most maps.
const PUBLISHED_APART: [&str; 3] = ["71", "81", "82"];
/// Areas named in a message.
const NAMED: usize = 5;

/// A warning that names areas without a value, and a note where Taiwan, Hong Kong and Macau are among them.
pub(super) fn gaps(plan: &Plan, coverage: &Coverage, shown: &[usize], panels: &[Vec<Reading>]) -> Vec<Problem> {
    let areas = coverage.areas(plan.level);
    let missing = |area: usize| panels.iter().find_map(|panel| panel[area].value.as_ref().err());
    let blank: Vec<(usize, &Missing)> = shown.iter().filter_map(|area| Some((*area, missing(*area)?))).collect();
    let bundled = plan.boundaries.file.starts_with("bundled:");
    let is_apart = |(area, why): &(usize, &Missing)| {
        bundled && **why == Missing::NoRow && PUBLISHED_APART.iter().any(|code| areas[*area].code.starts_with(code))
    };
    let (apart, others): (Vec<_>, Vec<_>) = blank.into_iter().partition(is_apart);
    let mut problems = Vec::new();
    if let Some((_, reason)) = others.first() {
        let name = |(area, why): &(usize, &Missing)| {
            let why = if why == reason { String::new() } else { format!(" ({})", missing_words(why).en) };
            format!("{} {}{why}", areas[*area].code, areas[*area].name)
        };
        let names: Vec<String> = others.iter().take(NAMED).map(name).collect();
        let more = if others.len() > NAMED { ", …" } else { "" };
        let message = format!(
            "{} of {} areas have no value ({}): {}{more}.",
            others.len(),
            shown.len(),
            missing_words(reason).en,
            names.join(", ")
        );
        let problem = Problem::warning("areas-without-value", message);
        problems.push(problem.help("They are drawn as no data; the account of the join lists them all."));
    }
    if !apart.is_empty() {
        let message = format!("{} areas of Taiwan, Hong Kong and Macau have no value; they are drawn as no data.", apart.len());
        problems.push(Problem::note("published-apart", message));
    }
    problems.into_iter().map(|problem| problem.in_file(&plan.file)).collect()
}
