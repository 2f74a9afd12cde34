//! `caremap classify`: class breaks of one column.

use super::shell::Shell;
use super::{Exit, read_table};
use caremap::classify::{Method, Request, classify};
use caremap::cli::Classify;
use caremap::outputs::Classified;
use caremap::problem::Problem;
use caremap::table::{Missing, Table, number};
use std::fmt::Write;

/// Reads, classes, prints.
pub fn run(args: &Classify, shell: &mut Shell) -> Exit {
    if let Some(problem) = contradiction(args) {
        return shell.fail(problem);
    }
    let Some(table) = read_table(&args.table, shell) else { return Exit::Failed };
    let values = match numbers(&table, args, shell) {
        Ok(values) => values,
        Err(problem) => return shell.fail(problem),
    };
    let request = Request {
        breaks: args.breaks.clone(),
        closure: args.closure,
        ..Request::new(args.method, usize::try_from(args.classes).unwrap_or(usize::MAX))
    };
    let classes = classify(&values, &request);
    shell.report(classes.problems);
    let classified = Classified::from(classes.value);
    match (args.json, serde_json::to_value(&classified)) {
        (true, Ok(json)) => shell.say_json(&json),
        _ => shell.say(&rows(&classified)),
    }
}

fn contradiction(args: &Classify) -> Option<Problem> {
    let manual = args.method == Method::Manual;
    let breaks = !args.breaks.is_empty();
    let problem = match (manual, breaks) {
        (true, false) => Problem::error("contradiction", "--method manual needs breaks.").help("Add --breaks 0,10,20."),
        (false, true) => Problem::error("contradiction", "--breaks are given, so they cannot be found.")
            .help("Add --method manual, or remove --breaks."),
        _ if breaks && args.breaks.iter().any(|value| !value.is_finite()) => {
            Problem::error("out-of-range", "A break is not a finite number.").help("Give numbers such as --breaks 0,10,20.")
        }
        _ => return None,
    };
    Some(problem)
}

/// The numbers of the column; cells without one are counted aloud.
fn numbers(table: &Table, args: &Classify, shell: &mut Shell) -> Result<Vec<f64>, Problem> {
    let column = table.find(&args.column).ok_or_else(|| table.unknown_column(&args.column))?;
    let cells: Vec<Result<f64, Missing>> = column.cells.iter().map(number).collect();
    let text = cells.iter().filter(|cell| matches!(cell, Err(Missing::NotANumber(_)))).count();
    let missing = cells.iter().filter(|cell| cell.is_err()).count();
    let at = |problem: Problem| problem.in_file(&args.table).in_column(&args.column);
    if missing == cells.len() {
        let problem = Problem::error("no-values", "The column holds no number.");
        return Err(at(problem).help("caremap inspect shows what the columns hold."));
    }
    if text > 0 {
        let problem =
            Problem::warning("not-a-number", format!("{text} cells hold text where numbers are wanted; they are left out."));
        shell.report(vec![at(problem).help("caremap inspect shows what the columns hold.")]);
    }
    if missing > text {
        shell.report(vec![at(Problem::note(
            "missing-cells",
            format!("{} cells hold nothing; they are left out.", missing - text),
        ))]);
    }
    Ok(cells.into_iter().filter_map(Result::ok).collect())
}

/// One line a class: bounds and count.
fn rows(classified: &Classified) -> String {
    let mut text = String::new();
    let last = classified.counts.len().saturating_sub(1);
    let left = classified.closure == caremap::classify::Closure::Left;
    for (i, (bounds, count)) in classified.breaks.windows(2).zip(&classified.counts).enumerate() {
        let open = if left || i == 0 { '[' } else { '(' };
        let close = if !left || i == last { ']' } else { ')' };
        // Writing into a String does not fail.
        writeln!(text, "{open}{}, {}{close}\t{count}", bounds[0], bounds[1]).ok();
    }
    writeln!(text, "gvf\t{:.6}", classified.gvf).ok();
    text
}
