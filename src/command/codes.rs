//! `caremap codes`: what became of areas between two years.

use super::Exit;
use super::shell::Shell;
use caremap::cli::Codes;
use caremap::place::code::six_digits;
use caremap::place::history::{Candidate, Carried, Change, History, Kind, Unit};
use caremap::problem::Problem;
use std::fmt::Write;

/// Units named in a message.
const NAMED: usize = 10;

/// Looks up, follows, prints.
pub fn run(args: &Codes, shell: &mut Shell) -> Exit {
    let history = History::bundled();
    let (mut codes, mut ambiguous) = (Vec::new(), Vec::new());
    for unit in &args.units {
        match code_of(unit, args.from, history) {
            Ok(code) => codes.push(code),
            Err(problem) => ambiguous.push(problem),
        }
    }
    if !ambiguous.is_empty() {
        shell.report(ambiguous);
        return Exit::Failed;
    }
    let carried: Result<Vec<Carried>, Problem> = codes.iter().map(|code| history.carry(code, args.from, args.to)).collect();
    let carried = match carried {
        Ok(carried) => carried,
        Err(problem) => return shell.fail(problem),
    };
    shell.report(carried.iter().filter_map(|one| unknown(one, history, args.from)).collect());
    match (args.json, serde_json::to_value(&carried)) {
        (true, Ok(json)) => shell.say_json(&json),
        _ => shell.say(&told(&carried)),
    }
}

/// The code that was typed, or that of the one unit with the name typed; what nobody has stays as it was typed.
fn code_of(written: &str, year: u16, history: &History) -> Result<String, Problem> {
    if six_digits(written).is_some() {
        return Ok(written.to_owned());
    }
    match history.find(written, year).as_slice() {
        [] => Ok(written.to_owned()),
        [one] => Ok(one.code.clone()),
        several => Err(ambiguous(written, year, several)),
    }
}

fn ambiguous(written: &str, year: u16, units: &[Candidate]) -> Problem {
    let told = |unit: &Candidate| format!("{} {}", unit.code, unit.full_name);
    let named: Vec<String> = units.iter().take(NAMED).map(told).collect();
    let more = if units.len() > NAMED { format!(" and {} more", units.len() - NAMED) } else { String::new() };
    let message = format!("{} units have the name {written} in {year}: {}{more}.", units.len(), named.join("; "));
    let example = units[0].full_name.replace(' ', "/");
    Problem::error("ambiguous-name", message).help(format!("Give the code, or the parent before the name: {example}."))
}

/// A warning for a code or name that no list has.
fn unknown(carried: &Carried, history: &History, year: u16) -> Option<Problem> {
    let change = carried.changes.iter().find(|change| change.kind == Kind::Unknown)?;
    if six_digits(&carried.code).is_some() {
        let message = format!("{}: {}", carried.code, change.note.as_deref().unwrap_or_default());
        return Some(Problem::warning("unknown-code", message));
    }
    let names: Vec<&str> = history.in_force(year).map(|record| record.name.as_str()).collect();
    let problem = Problem::warning("unknown-name", format!("No area is or was called {}.", carried.code));
    Some(match caremap::problem::nearest_spelling(&carried.code, names) {
        Some(near) => problem.help(format!("Did you mean {near}?")),
        None => problem.help("Give the full name, or the six-digit code."),
    })
}

/// One line a code, what happened below it.
fn told(carried: &[Carried]) -> String {
    let head = |one: &Carried| format!("{} {}", one.code, one.name.as_deref().unwrap_or_default()).trim_end().to_owned();
    let widest = carried.iter().map(|one| width(&head(one))).max().unwrap_or(0);
    let mut text = String::new();
    for one in carried {
        let units = one.result.iter().zip(&one.result_names).map(|(code, name)| Unit { code: code.clone(), name: name.clone() });
        let result = if one.result.is_empty() { "–".to_owned() } else { named(&units.collect::<Vec<_>>()) };
        let head = head(one);
        let gap = " ".repeat(widest - width(&head));
        // Writing into a String does not fail.
        writeln!(text, "{head}{gap}  {} → {}  {result}", one.year_from, one.year_to).ok();
        for change in &one.changes {
            writeln!(text, "    {}", line(change)).ok();
        }
    }
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

fn line(change: &Change) -> String {
    let (en, zh) = change.kind.words();
    let from = change.from.as_ref().map(|unit| named(std::slice::from_ref(unit))).unwrap_or_default();
    let units = match (change.kind, from.is_empty(), change.to.is_empty()) {
        (Kind::Same, ..) | (_, false, true) => from,
        (_, true, _) => named(&change.to),
        _ => format!("{from} → {}", named(&change.to)),
    };
    let note = change.note.as_deref().map(|note| format!("  ({})", note.trim_end_matches('.'))).unwrap_or_default();
    format!("{}  {en:<12} {zh}{}  {units}{note}", change.year, " ".repeat(10_usize.saturating_sub(width(zh))))
}

fn named(units: &[Unit]) -> String {
    let named: Vec<String> = units.iter().map(|unit| format!("{} {}", unit.code, unit.name).trim_end().to_owned()).collect();
    named.join(", ")
}

/// Columns of a terminal: two for a Chinese character.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 2 } else { 1 }).sum()
}
