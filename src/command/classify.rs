//! `caremap classify`: class breaks of one column.

use super::shell::Shell;
use super::{Exit, read_table};
use caremap::classify::{Method, Request, classify};
use caremap::cli::Classify;
use caremap::coverage;
use caremap::level::Level;
use caremap::outputs::Classified;
use caremap::place::key::{Gazetteer, Key, find_level, spots};
use caremap::place::name::is_placeholder;
use caremap::problem::Problem;
use caremap::table::{Missing, Table, formula, number};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Reads, classes, prints.
pub fn run(args: &Classify, shell: &mut Shell) -> Exit {
    if let Some(problem) = contradiction(args) {
        return shell.fail(problem);
    }
    let Some(table) = read_table(&args.table, shell) else { return Exit::Failed };
    let table = match chosen_rows(table, args, shell) {
        Ok(table) => table,
        Err(problem) => return shell.fail(problem),
    };
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

/// The rows that are classed: those of `--where`, without sums and rests.
fn chosen_rows(mut table: Table, args: &Classify, shell: &mut Shell) -> Result<Table, Problem> {
    if let Some(filter) = &args.filter {
        let selected = formula::parse(filter).and_then(|formula| table.select_rows(&formula)).map_err(|error| {
            let problem = Problem::error("bad-formula", format!("--where {filter}: {}", error.message));
            Problem { help: error.help, ..problem }
        })?;
        shell.report(selected.problems);
        table = selected.value;
    }
    let gazetteer = Gazetteer::new(coverage::bundled());
    let found = find_level(&table, &gazetteer).map(|(level, guess)| (level, guess.key));
    let key = found.map(|(_, key)| match key {
        Key::Code(at) | Key::Name(at, _) => at,
    });
    let text = |at: &usize| table.columns[*at].iter().filter(|cell| number(*cell).is_err()).count() * 2 > table.rows();
    let columns: Vec<usize> = key.into_iter().chain((0..table.columns.len()).find(text)).collect();
    let sum_of = |row: usize| columns.iter().map(|at| table.columns[*at].text(row)).find(|text| is_placeholder(text));
    let sums: Vec<(usize, String)> = (0..table.rows()).filter_map(|row| Some((row, sum_of(row)?.trim().to_owned()))).collect();
    note_levels(&table, found, &gazetteer, args, shell);
    if sums.is_empty() {
        return Ok(table);
    }
    let named: Vec<String> = sums.iter().take(5).map(|(row, name)| format!("{name} (line {})", table.lines[*row])).collect();
    let more = if sums.len() > 5 { ", …" } else { "" };
    let (rows, are) = if sums.len() == 1 { ("row", "is") } else { ("rows", "are") };
    let message = format!("{} {rows} of sums or rests {are} left out: {}{more}.", sums.len(), named.join(", "));
    shell.report(vec![Problem::warning("sums-left-out", message).in_file(&args.table)]);
    let keep = |row: &usize| !sums.iter().any(|(sum, _)| sum == row);
    let kept: Vec<usize> = (0..table.rows()).filter(keep).collect();
    Ok(table.rows_at(&kept))
}

/// Provinces beside their prefectures would be classed together.
fn note_levels(table: &Table, found: Option<(Level, Key)>, gazetteer: &Gazetteer<'_>, args: &Classify, shell: &mut Shell) {
    let Some((finest, key)) = found else { return };
    let mut counts: BTreeMap<Level, usize> = BTreeMap::new();
    for (level, _) in spots(table, key, finest, gazetteer).into_iter().flatten() {
        *counts.entry(level).or_default() += 1;
    }
    // Areas that stand at several levels, such as the cities without counties, are no mixture.
    let large = counts.values().filter(|count| **count * 50 > table.rows()).count();
    if large > 1 {
        let parts: Vec<String> = counts.iter().map(|(level, count)| format!("{count} of {level}")).collect();
        let message = format!("Rows of several levels are classed together ({}).", parts.join(", "));
        shell.report(vec![Problem::warning("levels-mixed", message).in_file(&args.table).help("Choose with --where.")]);
    }
}

/// The numbers of the column; cells without one are counted aloud.
fn numbers(table: &Table, args: &Classify, shell: &mut Shell) -> Result<Vec<f64>, Problem> {
    let column = table.find(&args.column).ok_or_else(|| table.unknown_column(&args.column))?;
    let cells: Vec<Result<f64, Missing>> = column.numbers().collect();
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
