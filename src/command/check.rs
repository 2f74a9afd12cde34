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
    let mut found = Vec::new();
    for map in &folder.maps {
        let problems = match folder.plan(map) {
            Ok(plan) => {
                let mut problems = [plan.problems, check_map(&plan.value, &folder.world, &shared)].concat();
                let proposed = proposals(&plan.value, &problems, &folder.world, &shared);
                problems.extend(proposed.iter().map(|proposal| propose(proposal, &folder.world.base, args.fixes)));
                problems
            }
            Err(problems) => problems,
        };
        found.push((map.file.as_str(), problems));
    }
    shell.report_maps(found);
    let (maps, errors, warnings) = (folder.maps.len(), shell.count(Severity::Error), shell.count(Severity::Warning));
    shell.say(&format!("checked: {maps}, errors: {errors}, warnings: {warnings}\n"));
    shell.verdict(args.strict)
}

/// Writes proposed fixes beside the map where that is asked for; a file that is there stays as its author left it.
fn propose(proposal: &Proposal, folder: &Path, write: bool) -> Problem {
    let path = folder.join(&proposal.file);
    let shown = path.display().to_string();
    let word = if proposal.fixes == 1 { "fix is" } else { "fixes are" };
    let message = format!("{} {word} proposed for names that are nearly those of areas", proposal.fixes);
    match read_file(&path, &shown) {
        Ok(bytes) if bytes == proposal.text.as_bytes() => proposal.note(&shown),
        Ok(_) => Problem::note("fixes-proposed", format!("{message}; the file is there already and is left as it is."))
            .in_file(shown)
            .help("Rename it or add to it what a new one would say: caremap build writes one into the gallery."),
        Err(_) if write => match inside(folder, &proposal.file).and_then(|path| write_whole(&path, proposal.text.as_bytes())) {
            Ok(()) => proposal.note(&shown),
            Err(problem) => problem,
        },
        Err(_) => Problem::note("fixes-proposed", format!("{message}.")).in_file(shown).help(
            "caremap check --fixes writes them there, for you to look through; nothing of it is used before a map names it.",
        ),
    }
}
