//! `caremap join`: a table brought to areas, and the account of it.

use super::shell::Shell;
use super::{Exit, read_table, writes_over};
use caremap::cli::Join;
use caremap::coverage::{self, Coverage};
use caremap::level::Level;
use caremap::place::join::{Joined, Request, join};
use caremap::place::report::{Columns, Report, csv};
use caremap::place::through::Carry;
use caremap::problem::{Place, Problem};
use caremap::read::boundaries;
use caremap::read::features::Fields;
use caremap::spec::{KeyPlan, Written};
use caremap::table::Table;
use caremap::world::{Disk, write_whole};
use std::borrow::Cow;
use std::path::Path;

/// Reads, joins, writes, tells.
pub fn run(args: &Join, shell: &mut Shell) -> Exit {
    if let Some(problem) = writes_over(&args.output, [Path::new(&args.table), Path::new(&args.to)]) {
        return shell.fail(problem);
    }
    let (table, areas) = (read_table(&args.table, shell), areas(&args.to, shell));
    let (Some(table), Some((coverage, level))) = (table, areas) else { return Exit::Failed };
    let joined = joined(args, &table, &coverage, level, shell);
    let columns = Columns { sum: &args.sum, rate: &args.rate };
    match csv(&table, &joined, &coverage, &columns) {
        Ok(written) => {
            shell.report(written.problems);
            if let Err(problem) = write_whole(&args.output, &written.value) {
                return shell.fail(problem);
            }
        }
        Err(problems) => {
            shell.report(problems);
            return Exit::Failed;
        }
    }
    match (args.json, serde_json::to_value(Report::of(&joined))) {
        (true, Ok(json)) => shell.say_json(&json),
        _ => shell.say(&told(&joined)),
    };
    shell.verdict(args.strict)
}

/// The bundled areas of a level, or those of a file.
fn areas(to: &str, shell: &mut Shell) -> Option<(Cow<'static, Coverage>, Level)> {
    if let Some(level) = [Level::Province, Level::Prefecture, Level::County].into_iter().find(|level| level.word() == to) {
        return Some((Cow::Borrowed(coverage::bundled()), level));
    }
    match boundaries::read_file(to, &Disk::default(), &Fields::default()) {
        Ok(read) => {
            shell.report(read.problems);
            let coverage = read.value.coverage;
            let level = coverage.layers.keys().copied().max().unwrap_or(Level::Unit);
            Some((Cow::Owned(coverage), level))
        }
        Err(problems) => {
            shell.report(problems);
            None
        }
    }
}

fn joined(args: &Join, table: &Table, coverage: &Coverage, level: Level, shell: &mut Shell) -> Joined {
    let written = |text: &String| Written { text: text.clone(), span: 0..0 };
    let holds_codes = |name: &String| {
        let six = |cell: &str| caremap::place::code::six_digits(cell).is_some();
        table.find(name).is_some_and(|column| (0..table.rows()).filter(|row| six(&column.text(*row))).count() * 2 > table.rows())
    };
    let key = match (&args.key, &args.parent) {
        (None, _) => KeyPlan::Auto,
        (Some(column), None) if level == Level::Unit || holds_codes(column) => KeyPlan::Code(written(column)),
        (Some(column), parent) => KeyPlan::Name { name: written(column), parent: parent.as_ref().map(written) },
    };
    let carry = Carry { table_year: args.table_year, area_year: args.boundary_year, split: args.split, zones: args.zones };
    let request = Request { table, key: &key, level, coverage, shown: None, sum: &args.sum, carry: Some(carry) };
    let joined = join(&request);
    shell.report(joined.problems.into_iter().map(typed).collect());
    joined.value
}

/// What was typed stands in no file.
fn typed(problem: Problem) -> Problem {
    Problem { place: Place { span: None, ..problem.place }, ..problem }
}

/// How rows were matched, what became of them, and the totals.
fn told(joined: &Joined) -> String {
    let ledger = &joined.ledger;
    let mut lines = vec![ledger.key.clone(), ledger.years.clone(), ledger.sentence_en(), ledger.sentence_zh()];
    for (column, sums) in Report::of(joined).totals {
        let number = |number: Option<f64>| number.map_or("out of range".to_owned(), |number| number.to_string());
        lines.push(format!(
            "{column}: before {} = after {} + unmatched {} + dropped {}",
            number(sums.before),
            number(sums.after),
            sums.unmatched,
            sums.dropped
        ));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n") + "\n"
}
