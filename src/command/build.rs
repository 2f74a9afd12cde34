//! `caremap build`: every map of a folder into a gallery.

use super::Exit;
use super::folder::{Folder, MapFile};
use super::progress::bar;
use super::shell::Shell;
use caremap::cli::Build;
use caremap::figure::{self, Built, Page, Shared};
use caremap::problem::{Problem, Severity};
use caremap::world::{inside, interrupted, write_whole};
use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;

/// What became of one map.
struct Done {
    problems: Vec<Problem>,
    pages: Vec<Page>,
    maps: usize,
    without_data: usize,
    /// What is said of proposed fixes.
    proposed: Vec<String>,
}

impl Done {
    fn failed(problems: Vec<Problem>) -> Self {
        Self { problems, pages: Vec::new(), maps: 0, without_data: 0, proposed: Vec::new() }
    }
}

/// Draws, writes, sums up.
pub fn run(args: &Build, shell: &mut Shell) -> Exit {
    let start = Instant::now();
    let Some(folder) = Folder::open(&args.dir, args.only.as_deref(), shell) else { return Exit::Failed };
    if let Some(problem) = out_of_place(&args.dir, &args.out) {
        return shell.fail(problem);
    }
    let clashes = figure::clashes(folder.maps.iter().map(|map| map.id.as_str()));
    if !clashes.is_empty() {
        shell.report(clashes);
        return Exit::Failed;
    }
    // A bad path fails now, not after the work.
    if let Err(problem) = caremap::world::prepare_folder(&args.out) {
        return shell.fail(problem);
    }
    let done = match draw_all(&folder, args, shell.shows_progress()) {
        Ok(done) => done,
        Err(problem) => return shell.fail(problem),
    };
    let maps: usize = done.iter().map(|done| done.maps).sum();
    let without_data: usize = done.iter().map(|done| done.without_data).sum();
    let (mut pages, mut problems, mut proposed) = (Vec::new(), Vec::new(), Vec::new());
    for (map, one) in folder.maps.iter().zip(done) {
        proposed.extend(one.proposed);
        problems.push((map.file.as_str(), one.problems));
        pages.extend(one.pages);
    }
    shell.report_maps(problems);
    if !interrupted() && !pages.is_empty() {
        write_gallery(&folder, pages, args, shell);
    }
    for said in &proposed {
        shell.say(said);
    }
    let (warnings, errors) = (shell.count(Severity::Warning), shell.count(Severity::Error));
    let seconds = start.elapsed().as_secs_f64();
    let out = args.out.display();
    shell.say(&format!(
        "{maps} {} drawn into {out}, {without_data} areas without data, {warnings} warnings, {errors} errors, {seconds:.1} s\n",
        if maps == 1 { "map" } else { "maps" }
    ));
    shell.verdict(args.strict)
}

/// The gallery in the folder of the maps, or in one that holds it, would mix what is written with what is read.
fn out_of_place(dir: &Path, out: &Path) -> Option<Problem> {
    let (dir_path, out_path) = (dir.canonicalize().ok()?, out.canonicalize().ok()?);
    let message = match dir_path {
        same if same == out_path => "The gallery would be written among the maps it is drawn from.".to_owned(),
        inner if inner.starts_with(&out_path) => {
            format!("The gallery would be written around the folder of the maps, {}.", dir.display())
        }
        _ => return None,
    };
    let problem = Problem::error("output-is-input", message).in_file(out.display().to_string());
    Some(problem.help("Give a folder of its own, such as --out gallery."))
}

/// Draws the maps side by side; what becomes of each is in the order of their names, whatever the number of jobs.
fn draw_all(folder: &Folder, args: &Build, progress: bool) -> Result<Vec<Done>, Problem> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.map_or(0, usize::from)).build();
    let pool =
        pool.map_err(|error| Problem::error("no-threads", format!("Work cannot be started: {error}.")).help("Give --jobs 1."))?;
    let (bar, shared) = (bar(folder.maps.len(), progress), Shared::default());
    let done = pool.install(|| {
        let one = |map: &MapFile| {
            bar.set_message(map.id.clone());
            let done = if interrupted() { Done::failed(Vec::new()) } else { draw(map, folder, &shared, &args.out) };
            bar.inc(1);
            done
        };
        folder.maps.par_iter().map(one).collect()
    });
    bar.finish_and_clear();
    Ok(done)
}

/// One map, from its text to its files.
fn draw(map: &MapFile, folder: &Folder, shared: &Shared, out: &Path) -> Done {
    let plan = match folder.plan(map) {
        Ok(plan) => plan,
        Err(problems) => return Done::failed(problems),
    };
    let mut problems = plan.problems;
    let built = figure::build_map(&plan.value, &folder.world, shared);
    let found = match &built {
        Ok(built) => &built.problems,
        Err(errors) => errors,
    };
    let proposed = write_proposals(&figure::proposals(&plan.value, found, &folder.world, shared), out, &mut problems);
    let drawn = match built {
        Ok(built) => {
            problems.extend(built.problems);
            let Built { files, maps, areas_without_data, pages } = built.value;
            match write_all(out, &files) {
                Ok(()) => Done { problems, pages, maps, without_data: areas_without_data, proposed: Vec::new() },
                Err(problem) => {
                    problems.push(problem);
                    Done::failed(problems)
                }
            }
        }
        Err(errors) => {
            problems.extend(errors);
            Done::failed(problems)
        }
    };
    Done { proposed, ..drawn }
}

/// Proposed fixes stand with the accounts of the joins, also where the map could not be drawn for the names in it.
fn write_proposals(proposals: &[figure::Proposal], out: &Path, problems: &mut Vec<Problem>) -> Vec<String> {
    let write = |proposal: &figure::Proposal| {
        let path = inside(out, &format!("data/{}", proposal.file))?;
        write_whole(&path, proposal.text.as_bytes())?;
        Ok(proposal.said(&path.display().to_string()))
    };
    let written: Vec<Result<String, Problem>> = proposals.iter().map(write).collect();
    written.into_iter().filter_map(|said| said.map_err(|problem| problems.push(problem)).ok()).collect()
}

fn write_all(out: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    files.iter().try_for_each(|(name, bytes)| write_whole(&inside(out, name)?, bytes))
}

fn write_gallery(folder: &Folder, pages: Vec<Page>, args: &Build, shell: &mut Shell) {
    match figure::gallery(folder.atlas.as_ref(), pages) {
        Ok(files) => {
            shell.report(files.problems);
            if let Err(problem) = write_all(&args.out, &files.value) {
                shell.report(vec![problem]);
            }
        }
        Err(problems) => shell.report(problems),
    }
}
