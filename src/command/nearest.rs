//! `caremap nearest`: the nearest points of one file for each of another.

use super::shell::Shell;
use super::{Exit, read_table, writes_over};
use caremap::cli::Nearest;
use caremap::measure::nearest;
use caremap::problem::{Problem, Severity};
use caremap::read::points::{Fields, Points, from_table, mixing};
use caremap::world::write_whole;
use std::path::Path;

/// Reads both files, measures, writes.
pub fn run(args: &Nearest, shell: &mut Shell) -> Exit {
    if let Some(problem) = writes_over(&args.output, [Path::new(&args.from), Path::new(&args.to)]) {
        return shell.fail(problem);
    }
    let column = |name: &Option<String>| name.clone();
    let from = Fields {
        id: column(&args.from_id),
        longitude: column(&args.from_lon),
        latitude: column(&args.from_lat),
        datum: args.from_datum,
        option: Some("from"),
        ..Fields::default()
    };
    let to = Fields {
        id: column(&args.to_id),
        longitude: column(&args.to_lon),
        latitude: column(&args.to_lat),
        datum: args.to_datum,
        option: Some("to"),
        ..Fields::default()
    };
    // Both are read before giving up, so that the mistakes of both are reported.
    let (from, to) = (points(&args.from, &from, shell), points(&args.to, &to, shell));
    let (Some(from), Some(to)) = (from, to) else { return Exit::Failed };
    if let Some(problem) = mixing(&from, &to) {
        let stops = problem.severity == Severity::Error;
        shell.report(vec![problem]);
        if stops {
            return Exit::Failed;
        }
    }
    let (from, to) = (from.points, to.points);
    if let (true, Ok(asked)) = (!to.is_empty(), usize::try_from(args.k))
        && asked > to.len()
    {
        let message = format!("{asked} nearest points are asked for, and there are {}: each point gets as many.", to.len());
        shell.report(vec![Problem::warning("few-points", message).in_file(&args.to).help("Ask for fewer.")]);
    }
    match nearest::csv(&from, &to, usize::try_from(args.k).unwrap_or(usize::MAX)) {
        Ok(table) => {
            shell.report(table.problems);
            match write_whole(&args.output, &table.value) {
                Ok(()) => shell.verdict(false),
                Err(problem) => shell.fail(problem),
            }
        }
        Err(problem) => shell.fail(problem),
    }
}

fn points(file: &str, fields: &Fields, shell: &mut Shell) -> Option<Points> {
    let table = read_table(file, shell)?;
    match from_table(&table, fields, &|_| true) {
        Ok(points) => {
            shell.report(points.problems);
            Some(points.value)
        }
        Err(problems) => {
            shell.report(problems);
            None
        }
    }
}
