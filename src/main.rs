//! The program: reads the command line, runs it, prints what was noticed, and sets the exit code.

fn main() {}
