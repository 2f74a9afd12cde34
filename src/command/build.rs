//! `caremap build`: every map of a folder into a gallery.

use super::Exit;
use super::folder::{Folder, MapFile};
use super::gallery::Gallery;
use super::progress::bar;
use super::shell::Shell;
use caremap::cli::Build;
use caremap::figure::{self, Built, Shared};
use caremap::problem::{Noted, Problem, Severity};
use caremap::publish::Files;
use caremap::spec::{Plan, Words};
use caremap::world::interrupted;
use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;

/// A map that is to be drawn.
struct Wanted<'a> {
    map: &'a MapFile,
    title: Words,
    plan: Result<Noted<Plan>, Vec<Problem>>,
}

/// What became of one map.
struct Done {
    problems: Vec<Problem>,
    maps: usize,
    without_data: usize,
    /// What is said of proposed fixes.
    proposed: Vec<String>,
}

impl Done {
    fn nothing(problems: Vec<Problem>) -> Self {
        Self { problems, maps: 0, without_data: 0, proposed: Vec::new() }
    }
}

/// Draws, writes, sums up.
pub fn run(args: &Build, shell: &mut Shell) -> Exit {
    let start = Instant::now();
    let Some(folder) = Folder::open(&args.dir, args.only.as_deref(), shell) else { return Exit::Failed };
    if let Some(problem) = out_of_place(&args.dir, &args.out) {
        return shell.fail(problem);
    }
    let shared = Shared::default();
    let wanted = wanted(&folder, &shared);
    // A bad path fails now, not after the work.
    let titles: Vec<(&str, Words)> = wanted.iter().map(|wanted| (wanted.map.id.as_str(), wanted.title.clone())).collect();
    let gallery = match Gallery::open(&args.out, figure::cover(folder.atlas.as_ref()), &titles) {
        Ok(gallery) => gallery,
        Err(problem) => return shell.fail(problem),
    };
    let done = match draw_all(&wanted, &folder, &gallery, &shared, args, shell.shows_progress()) {
        Ok(done) => done,
        Err(problem) => return shell.fail(problem),
    };
    let maps: usize = done.iter().map(|done| done.maps).sum();
    let without_data: usize = done.iter().map(|done| done.without_data).sum();
    let proposed: Vec<String> = done.iter().flat_map(|done| done.proposed.clone()).collect();
    shell.report_maps(wanted.iter().zip(done).map(|(wanted, done)| (wanted.map.file.as_str(), done.problems)).collect());
    let whole = args.only.is_none().then(|| titles.iter().map(|(id, _)| *id).collect());
    shell.report(gallery.finish(whole.as_ref()));
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

/// The maps with their plans. One that would write the files of another has none.
fn wanted<'a>(folder: &'a Folder, shared: &Shared) -> Vec<Wanted<'a>> {
    let mut wanted: Vec<Wanted<'_>> = folder
        .maps
        .iter()
        .map(|map| {
            let plan = folder.plan(map);
            let title = plan.as_ref().map(|plan| plan.value.title.clone()).unwrap_or_default();
            Wanted { map, title, plan }
        })
        .collect();
    let pages = |wanted: &Wanted<'a>| match &wanted.plan {
        Ok(plan) => figure::page_ids(&plan.value, &folder.world, shared),
        Err(_) => Vec::new(),
    };
    let names: Vec<(&str, Vec<String>)> = wanted.iter().map(|wanted| (wanted.map.id.as_str(), pages(wanted))).collect();
    for (at, problem) in figure::clashes(&names) {
        wanted[at].plan = Err(vec![problem.in_file(&wanted[at].map.file)]);
    }
    wanted
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
fn draw_all(
    wanted: &[Wanted<'_>],
    folder: &Folder,
    gallery: &Gallery,
    shared: &Shared,
    args: &Build,
    progress: bool,
) -> Result<Vec<Done>, Problem> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.map_or(0, usize::from)).build();
    let pool =
        pool.map_err(|error| Problem::error("no-threads", format!("Work cannot be started: {error}.")).help("Give --jobs 1."))?;
    let bar = bar(wanted.len(), progress);
    let done = pool.install(|| {
        let one = |wanted: &Wanted<'_>| {
            bar.set_message(wanted.map.id.clone());
            let done = draw(wanted, folder, gallery, shared);
            bar.inc(1);
            done
        };
        wanted.par_iter().map(one).collect()
    });
    bar.finish_and_clear();
    Ok(done)
}

/// One map, from its plan to its files.
fn draw(wanted: &Wanted<'_>, folder: &Folder, gallery: &Gallery, shared: &Shared) -> Done {
    if interrupted() {
        return Done::nothing(Vec::new());
    }
    let plan = match &wanted.plan {
        Ok(plan) => plan,
        Err(problems) => {
            gallery.fail(&wanted.map.id, &wanted.title, &errors(problems), Files::new());
            return Done::nothing(problems.clone());
        }
    };
    let built = figure::build_map(&plan.value, &folder.world, shared);
    let found = match &built {
        Ok(built) => &built.problems,
        Err(errors) => errors,
    };
    // Proposed fixes stand with the accounts of the joins, also where the map could not be drawn for the names in it.
    let proposals = figure::proposals(&plan.value, found, &folder.world, shared);
    let fixes: Files = proposals.iter().map(|one| (format!("data/{}", one.file), one.text.clone().into_bytes())).collect();
    let said = proposals.iter().zip(&fixes).map(|(one, (path, _))| one.said(&gallery.path(path)));
    let done = put(wanted, gallery, built, fixes.clone());
    Done { problems: [plan.problems.clone(), done.problems].concat(), proposed: said.collect(), ..done }
}

/// Puts what was drawn into the gallery, or what stands in its way.
fn put(wanted: &Wanted<'_>, gallery: &Gallery, built: Result<Noted<Built>, Vec<Problem>>, fixes: Files) -> Done {
    let (id, title) = (&wanted.map.id, &wanted.title);
    match built {
        Ok(Noted { value: Built { files, maps, areas_without_data, pages }, mut problems }) => {
            match gallery.put(id, title, [files, fixes].concat(), &pages) {
                Ok(()) => Done { problems, maps, without_data: areas_without_data, proposed: Vec::new() },
                Err(problem) => {
                    problems.push(problem);
                    Done::nothing(problems)
                }
            }
        }
        // What was stopped is not wrong: what the gallery has of it stays.
        Err(problems) if interrupted() => Done::nothing(problems),
        Err(problems) => {
            gallery.fail(id, title, &errors(&problems), fixes);
            Done::nothing(problems)
        }
    }
}

fn errors(problems: &[Problem]) -> Vec<Problem> {
    problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect()
}
