//! `caremap check`: everything but the drawing.

use super::Exit;
use super::folder::Folder;
use super::shell::Shell;
use caremap::cli::Check;
use caremap::figure::{Shared, check_map};
use caremap::problem::Severity;

/// Reads and reports.
pub fn run(args: &Check, shell: &mut Shell) -> Exit {
    let folder = if args.path.is_file() { Folder::of_map(&args.path, shell) } else { Folder::open(&args.path, None, shell) };
    let Some(folder) = folder else { return Exit::Failed };
    let shared = Shared::default();
    let mut found = Vec::new();
    for map in &folder.maps {
        let problems = match folder.plan(map) {
            Ok(plan) => [plan.problems, check_map(&plan.value, &folder.world, &shared)].concat(),
            Err(problems) => problems,
        };
        found.push((map.file.as_str(), problems));
    }
    shell.report_maps(found);
    let (maps, errors, warnings) = (folder.maps.len(), shell.count(Severity::Error), shell.count(Severity::Warning));
    shell.say(&format!("checked: {maps}, errors: {errors}, warnings: {warnings}\n"));
    shell.verdict(args.strict)
}
