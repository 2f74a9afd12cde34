//! `caremap audit`: what cannot be right in a table.

use super::{Exit, read_table, shell::Shell};
use caremap::audit::{self, Context, Finding, Severity};
use caremap::cli::Audit;
use caremap::coverage;
use caremap::outputs::Audited;
use caremap::read::table::{self, ReadOptions};
use caremap::table::Table;
use caremap::world::{self, Disk, World};
use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// Reads, audits, prints.
pub fn run(args: &Audit, shell: &mut Shell) -> Exit {
    let Some(table) = read_table(&args.table, shell) else { return Exit::Failed };
    let beside = |name: &str| beside(&args.table, name);
    let context = Context { coverage: Some(coverage::bundled()), beside: Some(&beside) };
    let found = Audited::new(args.table.clone(), table.rows(), audit::audit(&table, &context));
    let is_grave = found.findings.iter().any(|finding| finding.severity < Severity::Look);
    let said = match (args.json, serde_json::to_value(&found)) {
        (true, Ok(json)) => shell.say_json(&json),
        _ => shell.say(&told(&found)),
    };
    if args.strict && is_grave && said == Exit::Done { Exit::Warned } else { said }
}

/// A table that the audited one names: in the same folder, else inside the program.
fn beside(file: &str, name: &str) -> Option<Table> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let bytes = match file.starts_with("bundled:") {
        false => Disk { base: folder.to_owned() }.read(name).ok(),
        true => None,
    };
    let stem = Path::new(name).file_stem()?.to_str()?;
    let bytes = bytes.or_else(|| world::bundled(stem).map(Cow::Borrowed))?;
    table::read_table(bytes, name, &ReadOptions::default()).ok().map(|noted| noted.value)
}

/// The findings as text, and how many there are. Writing into a String does not fail.
fn told(found: &Audited) -> String {
    let mut text = String::new();
    for finding in &found.findings {
        writeln!(text, "{finding}").ok();
    }
    let count = |severity| found.findings.iter().filter(|finding: &&Finding| finding.severity == severity).count();
    let [impossible, unlikely, look] = [Severity::Impossible, Severity::VeryUnlikely, Severity::Look].map(count);
    let rows = if found.rows == 1 { "1 row".to_owned() } else { format!("{} rows", found.rows) };
    writeln!(text, "{}: {rows}; {impossible} impossible, {unlikely} very unlikely, {look} to look at.", found.file).ok();
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}
