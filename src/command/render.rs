//! `caremap render`: one map to one or more figures.

use super::folder::Folder;
use super::shell::Shell;
use super::{Exit, writes_over};
use caremap::cli::Render;
use caremap::figure::{Format, Proposal, Shared, proposals, render_map};
use caremap::problem::Problem;
use caremap::spec::{Plan, TableSource};
use caremap::world::write_whole;
use std::path::{Path, PathBuf};

/// Draws and writes.
pub fn run(args: &Render, shell: &mut Shell) -> Exit {
    let formats: Result<Vec<Format>, Problem> = args.output.iter().map(|path| format_of(path)).collect();
    let formats = match formats {
        Ok(formats) => formats,
        Err(problem) => return shell.fail(problem),
    };
    let atlas = args.map.with_file_name("atlas.toml");
    let inputs = || [args.map.as_path(), atlas.as_path()];
    if let Some(problem) = args.output.iter().find_map(|path| writes_over(path, inputs())) {
        return shell.fail(problem);
    }
    let Some(folder) = Folder::of_map(&args.map, shell) else { return Exit::Failed };
    for map in &folder.maps {
        let drawn = folder.plan(map).and_then(|plan| {
            shell.report(plan.problems);
            let files = files_of(&plan.value, &folder.world.base);
            let over = args.output.iter().find_map(|path| writes_over(path, files.iter().map(PathBuf::as_path)));
            if let Some(problem) = over {
                return Err(vec![problem]);
            }
            let shared = Shared::default();
            let drawn = render_map(&plan.value, &folder.world, &shared, &formats);
            let found = drawn.as_ref().map_or_else(|problems| problems, |drawn| &drawn.problems);
            write_proposals(args, &proposals(&plan.value, found, &folder.world, &shared), shell)?;
            drawn
        });
        match drawn {
            Ok(drawn) => {
                shell.report(drawn.problems);
                let written = args.output.iter().zip(&drawn.value.figures).try_for_each(|(path, bytes)| write_whole(path, bytes));
                let reported = written.and_then(|()| write_reports(args, &drawn.value.reports, shell));
                shell.report(reported.err().into_iter().collect());
            }
            Err(problems) => shell.report(problems),
        }
    }
    shell.verdict(args.strict)
}

/// What the joins left over stands beside the first figure: `figure.join-1.csv`.
fn write_reports(args: &Render, reports: &[(String, Vec<u8>)], shell: &mut Shell) -> Result<(), Problem> {
    let Some(first) = args.output.first() else { return Ok(()) };
    for (ending, bytes) in reports {
        let path = first.with_extension(ending);
        write_whole(&path, bytes)?;
        let problem = Problem::note("join-report", "What became of every row is written here.");
        shell.report(vec![problem.in_file(path.display().to_string())]);
    }
    Ok(())
}

/// Proposed fixes stand beside the first figure.
fn write_proposals(args: &Render, proposals: &[Proposal], shell: &mut Shell) -> Result<(), Vec<Problem>> {
    let Some(first) = args.output.first() else { return Ok(()) };
    for proposal in proposals {
        let path = first.with_file_name(&proposal.file);
        write_whole(&path, proposal.text.as_bytes()).map_err(|problem| vec![problem])?;
        shell.say(&proposal.said(&path.display().to_string()));
    }
    Ok(())
}

/// The tables and boundaries that a map reads.
fn files_of(plan: &Plan, base: &Path) -> Vec<PathBuf> {
    let tables = plan.tables.iter().filter_map(|table| match &table.source {
        TableSource::File { file, .. } => Some(file.text.as_str()),
        _ => None,
    });
    tables.chain([plan.boundaries.file.as_str()]).map(|file| base.join(file)).collect()
}

/// The format by the ending.
fn format_of(path: &Path) -> Result<Format, Problem> {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some("png") => Ok(Format::Png),
        Some("svg") => Ok(Format::Svg),
        _ => {
            let problem = Problem::error("unknown-format", "The figure's name must end with .png or .svg.");
            Err(problem.in_file(path.display().to_string()).help("Such as -o figure.png."))
        }
    }
}
