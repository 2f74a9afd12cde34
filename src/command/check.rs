//! `caremap check`: everything but the drawing.

use super::Exit;
use super::folder::Folder;
use super::shell::Shell;
use caremap::cli::Check;
use caremap::figure::{Proposal, Shared, check_map, proposals};
use caremap::problem::{Problem, Severity};
use caremap::world::{inside, read_file, write_whole};
use std::path::Path;

/// Reads and reports.
pub fn run(args: &Check, shell: &mut Shell) -> Exit {
    let folder = if args.path.is_file() { Folder::of_map(&args.path, shell) } else { Folder::open(&args.path, None, shell) };
    let Some(folder) = folder else { return Exit::Failed };
    let shared = Shared::default();
    let (mut found, mut proposed) = (Vec::new(), Vec::new());
    for map in &folder.maps {
        let problems = match folder.plan(map) {
            Ok(plan) => {
                let problems = [plan.problems, check_map(&plan.value, &folder.world, &shared)].concat();
                proposed.extend(proposals(&plan.value, &problems, &folder.world, &shared));
                problems
            }
            Err(problems) => problems,
        };
        found.push((map.file.as_str(), problems));
    }
    shell.report_maps(found);
    for proposal in &proposed {
        match propose(proposal, &folder.world.base, args.fixes) {
            Ok(said) => shell.say(&said),
            Err(problem) => shell.fail(problem),
        };
    }
    let (maps, errors, warnings) = (folder.maps.len(), shell.count(Severity::Error), shell.count(Severity::Warning));
    shell.say(&format!("checked: {maps}, errors: {errors}, warnings: {warnings}\n"));
    shell.verdict(args.strict)
}

/// Writes proposed fixes beside the map where that is asked for, and says so; a file that is there stays as its author left it.
fn propose(proposal: &Proposal, folder: &Path, write: bool) -> Result<String, Problem> {
    let path = folder.join(&proposal.file);
    let shown = path.display().to_string();
    let count = proposal.count();
    match read_file(&path, &shown) {
        Ok(bytes) if bytes == proposal.text.as_bytes() => Ok(proposal.said(&shown)),
        Ok(_) => Ok(format!("{count} proposed; {shown} is there already and is left as it is\n")),
        Err(_) if write => {
            write_whole(&inside(folder, &proposal.file)?, proposal.text.as_bytes())?;
            Ok(proposal.said(&shown))
        }
        Err(_) => {
            Ok(format!("{count} proposed for names that are nearly those of areas: caremap check --fixes writes {shown}\n"))
        }
    }
}
