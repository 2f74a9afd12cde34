//! The commands, one thin file each, and the only place beside `main.rs` that prints.

mod audit;
mod boundaries;
mod build;
mod check;
mod classify;
mod codes;
mod first_map;
mod folder;
mod gallery;
mod inspect;
mod join;
mod make;
mod nearest;
mod progress;
mod render;
mod shell;

use caremap::cli::{Boundaries, Cli, Schema, Task, completions, man};
use caremap::problem::Problem;
use caremap::read::table::{self, ReadOptions};
use caremap::table::Table;
use caremap::world::{self, Disk, World};
use serde_json::Value;
use shell::Shell;
use std::io::Write;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is there.
    Done,
    /// It is there, but `--strict` counts its warnings as failure.
    Warned,
    /// It is not, or not all of it.
    Failed,
    /// Ctrl-C; the shells' number for it.
    Interrupted,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Warned => 1,
            Exit::Failed => 2,
            Exit::Interrupted => 130,
        }
    }
}

/// Ctrl-C asks the work to stop at a good place; a second one does not wait for it.
pub fn stop_on_interrupt() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    let handler = || {
        if ASKED.swap(true, Ordering::SeqCst) {
            world::settle();
            process::exit(i32::from(Exit::Interrupted.code()));
        }
        world::interrupt();
        writeln!(std::io::stderr(), "Stopping after what is under way; Ctrl-C again stops at once.").ok();
    };
    // Without a handler Ctrl-C still stops the program, only less tidily.
    ctrlc::set_handler(handler).ok();
}

/// Runs what was typed, and hands back the exit code.
pub fn run(cli: &Cli) -> u8 {
    let mut shell = Shell::new(&cli.general);
    let exit = match &cli.command {
        Task::New(new) => make::run(new, &mut shell),
        Task::Build(args) => build::run(args, &mut shell),
        Task::Render(args) => render::run(args, &mut shell),
        Task::Check(args) => check::run(args, &mut shell),
        Task::Schema(args) => schema(args, &mut shell),
        Task::Completions { shell: name } => shell.say_bytes(&completions(*name)),
        Task::Man => page(&mut shell),
        Task::Classify(args) => classify::run(args, &mut shell),
        Task::Nearest(args) => nearest::run(args, &mut shell),
        Task::Codes(args) => codes::run(args, &mut shell),
        Task::Join(args) => join::run(args, &mut shell),
        Task::Audit(args) => audit::run(args, &mut shell),
        Task::Boundaries { task: Boundaries::Import(args) } => boundaries::run(args, &mut shell),
        Task::Inspect(args) => inspect::run(args, &mut shell),
    };
    shell.close();
    if world::interrupted() { Exit::Interrupted.code() } else { exit.code() }
}

fn schema(args: &Schema, shell: &mut Shell) -> Exit {
    shell.say_json(&match args {
        Schema { outputs: true, .. } => caremap::outputs::schema(),
        Schema { atlas: true, .. } => caremap::spec::atlas_schema(),
        _ => caremap::spec::map_schema(),
    })
}

fn page(shell: &mut Shell) -> Exit {
    match man() {
        Ok(page) => shell.say_bytes(&page),
        Err(error) => shell.fail(Problem::error("man", format!("The manual page cannot be made: {error}."))),
    }
}

/// A table named on the command line; what is noticed is reported.
fn read_table(file: &str, shell: &mut Shell) -> Option<Table> {
    let options = ReadOptions { name: file.to_owned(), ..ReadOptions::default() };
    let read = Disk::default().read(file).map_err(|problem| vec![problem]);
    match read.and_then(|bytes| table::read_table(bytes, file, &options)) {
        Ok(table) => {
            shell.report(table.problems);
            Some(table.value)
        }
        Err(problems) => {
            shell.report(problems);
            None
        }
    }
}

/// The refusal to write over something that is read.
fn writes_over<'a>(output: &Path, inputs: impl IntoIterator<Item = &'a Path>) -> Option<Problem> {
    let output_file = output.canonicalize().ok()?;
    let input = inputs.into_iter().find(|input| input.canonicalize().is_ok_and(|input| input == output_file))?;
    let message = format!("The output is {} itself, which is read; it would be lost.", input.display());
    Some(Problem::error("output-is-input", message).in_file(output.display().to_string()).help("Give the output another name."))
}

/// JSON as it is printed: indented, ending with a line feed.
fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
