//! The program: reads the command line, runs it, prints what was noticed, and sets the exit code.

mod command;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = caremap::cli::Cli::parse();
    command::stop_on_interrupt();
    ExitCode::from(command::run(&cli))
}
