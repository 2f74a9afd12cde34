//! `caremap new`: a folder with a first map.

use super::Exit;
use super::shell::Shell;
use caremap::cli::New;
use caremap::problem::Problem;

/// Makes the folder.
pub fn run(_args: &New, shell: &mut Shell) -> Exit {
    shell.fail(Problem::error("not-yet", "This command is not in this version."))
}
