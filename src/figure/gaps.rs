//! Areas of a map that have no value: said once for the map, whatever tables it is made of.

use crate::coverage::Coverage;
use crate::problem::{Problem, listed};
use crate::publish::words::missing_words;
use crate::scale::{Reading, number};
use crate::spec::{Plan, Words};
use crate::table::Missing;

/// Taiwan, Hong Kong and Macau: national statistics publish them apart, so that they are blank on most maps.
const PUBLISHED_APART: [&str; 3] = ["71", "81", "82"];
/// What is told of them.
pub(super) const IDS: [&str; 2] = ["areas-without-value", "published-apart"];
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
        let reason = missing_words(reason);
        let name = |(area, why): &(usize, &Missing), pick: fn(&Words) -> &str, brackets: [&str; 2]| {
            let why = match missing_words(why) {
                why if why == reason => String::new(),
                why => format!("{}{}{}", brackets[0], pick(&why), brackets[1]),
            };
            format!("{} {}{why}", areas[*area].code, areas[*area].name)
        };
        let names = |pick: fn(&Words) -> &str, brackets| -> Vec<String> {
            others.iter().map(|other| name(other, pick, brackets)).collect()
        };
        let (en, _) = listed(&names(|words| &words.en, [" (", ")"]), NAMED);
        let (_, zh) = listed(&names(|words| &words.zh, ["（", "）"]), NAMED);
        let (count, all) = (number(others.len() as f64, 0), number(shown.len() as f64, 0));
        let verb = if others.len() == 1 { "has" } else { "have" };
        let problem =
            Problem::warning("areas-without-value", format!("{count} of {all} areas {verb} no value ({}): {en}.", reason.en));
        let problem = problem.zh(format!("{all} 个区域中有 {count} 个无数值（{}）：{zh}。", reason.zh));
        problems.push(problem.help("They are drawn as no data; the account of the join lists them all."));
    }
    if !apart.is_empty() {
        let message = format!("{} areas of Taiwan, Hong Kong and Macau have no value; they are drawn as no data.", apart.len());
        problems.push(Problem::note("published-apart", message));
    }
    problems.into_iter().map(|problem| problem.in_file(&plan.file)).collect()
}
