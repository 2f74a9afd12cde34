//! The whole line, from a plan to the files of a map.
//!
//! Boundaries, tables and facilities are read once a run ([`Shared`]), joined and evaluated, classed, laid out and drawn. A series is
//! one such line with many pages on one scale.

mod data;
mod datums;
mod gaps;
mod load;
mod once;
mod page;
mod place;
mod proposals;
mod ranking;
mod record;
mod sheet;
mod units;

pub use crate::publish::Page;
pub use proposals::{Proposal, proposals};

use crate::coverage::Coverage;
use crate::draw::raster::{self, RunCache};
use crate::draw::svg::{self, Form, SvgOptions, TextMode};
use crate::encode::png;
use crate::layout::{FrameCache, Laid};
use crate::level::Level;
use crate::measure::access::Reach;
use crate::problem::{Noted, Outcome, Problem, Severity};
use crate::publish::record::Input;
use crate::publish::{self, Cover, Files};
use crate::read::points::Points;
use crate::read::table::ReadOptions;
use crate::spec::{AtlasSpec, Boundaries, Language, Plan, Words};
use crate::world::{World, interrupted};
use data::Data;
use datums::Known;
use load::{Kept, Loaded, People};
use once::Once;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Width of the small pictures of the index, in pixels.
const THUMBNAIL: u32 = 480;

type FileKey = (ReadOptions, String, [Option<String>; 2]);
type PeopleKey = (String, (String, String, String), String);
type ReadBoundaries = (Arc<Coverage>, Vec<Input>, Vec<Problem>, Arc<Known>);

/// Work shared by the maps of one run: what one has read, measured or placed, the others use. One world to one of these.
#[derive(Debug, Default)]
pub struct Shared {
    china: OnceLock<Arc<Coverage>>,
    coverages: Once<(Boundaries, Level), Kept<ReadBoundaries>>,
    files: Once<FileKey, Kept<Loaded>>,
    points: Once<String, Outcome<Points>>,
    people: Once<PeopleKey, Kept<People>>,
    reaches: Once<String, Kept<Arc<Reach>>>,
    frames: FrameCache,
    runs: RunCache,
}

/// A map, or a series of maps, drawn.
#[derive(Debug, Clone)]
pub struct Built {
    /// Path in the gallery and bytes of each file.
    pub files: Files,
    /// How many maps were drawn.
    pub maps: usize,
    /// Areas shown without data, over all maps.
    pub areas_without_data: usize,
    /// The pages for the index.
    pub pages: Vec<Page>,
}

/// A figure's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    Png,
    /// Shapes.
    Svg,
}

/// A plan with its data, ready to be laid out.
struct Prepared<'a> {
    plan: &'a Plan,
    coverage: Arc<Coverage>,
    data: Data,
    scales: sheet::Scales,
    points: Vec<crate::layout::SheetPoints>,
    shown: Vec<usize>,
    problems: Vec<Problem>,
}

/// One page: of a map alone, or of a series.
struct Leaf {
    id: String,
    place: Option<Words>,
    shown: Vec<usize>,
}

/// Draws a map and its files for the gallery.
///
/// # Errors
///
/// Everything that stands in the way, with its place in the map file or in the file at fault.
pub fn build_map(plan: &Plan, world: &dyn World, shared: &Shared) -> Outcome<Built> {
    let prepared = prepare(plan, world, shared)?;
    let leaves = leaves(&prepared)?;
    let drawn: Vec<Outcome<page::Drawn>> = leaves
        .par_iter()
        .map(|leaf| match interrupted() {
            true => Err(vec![Problem::error("interrupted", "Stopped before the map was drawn.").help("Run the command again.")]),
            false => page::draw(&prepared, leaf, shared),
        })
        .collect();
    let mut built = Built { files: page::ledgers(&prepared), maps: 0, areas_without_data: 0, pages: Vec::new() };
    let mut problems = prepared.problems.clone();
    for one in drawn {
        let page::Drawn { page, files, areas_without_data } =
            one.map_err(|problems| once_each(plan, problems))?.drain_into(&mut problems);
        built.files.extend(files);
        built.pages.push(page);
        built.areas_without_data += areas_without_data;
        built.maps += 1;
    }
    Ok(Noted { value: built, problems: once_each(plan, problems) })
}

/// Figures of one map, and the reports of joins that left rows over.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// One figure for each format asked for.
    pub figures: Vec<Vec<u8>>,
    /// Ending of the file's name and bytes of each report, such as `join-1.csv`.
    pub reports: Vec<(String, Vec<u8>)>,
}

/// Draws one figure for each format, in their order. A series gives its first page.
///
/// # Errors
///
/// As [`build_map`].
pub fn render_map(plan: &Plan, world: &dyn World, shared: &Shared, formats: &[Format]) -> Outcome<Rendered> {
    let prepared = prepare(plan, world, shared)?;
    let leaves = leaves(&prepared)?;
    let mut problems = prepared.problems.clone();
    if leaves.len() > 1 {
        let message = format!("The map is a series of {} pages; only the first, {}, is rendered.", leaves.len(), leaves[0].id);
        let problem = Problem::warning("series-rendered-once", message).in_file(&plan.file);
        problems.push(problem.help("caremap build draws them all."));
    }
    let laid = page::lay_out(&prepared, &leaves[0], shared).map_err(|problems| once_each(plan, problems))?;
    let (laid, _) = laid.drain_into(&mut problems);
    let mut figures = Vec::new();
    for format in formats {
        figures.push(match format {
            Format::Png => picture(plan, &laid, shared).map_err(|problem| vec![problem])?.1,
            Format::Svg => standalone_svg(plan, &laid).into_bytes(),
        });
    }
    let value = Rendered { figures, reports: page::leftovers(&prepared) };
    Ok(Noted { value, problems: once_each(plan, problems) })
}

/// Reads everything a map needs and lays it out without drawing: what is wrong, and what will be said beside the map.
pub fn check_map(plan: &Plan, world: &dyn World, shared: &Shared) -> Vec<Problem> {
    let checked = prepare(plan, world, shared).and_then(|prepared| {
        let mut problems = prepared.problems.clone();
        for leaf in leaves(&prepared)? {
            page::lay_out(&prepared, &leaf, shared)?.drain_into(&mut problems);
        }
        Ok(once_each(plan, problems))
    });
    checked.unwrap_or_else(|problems| once_each(plan, problems))
}

/// What the first page of a gallery says of an atlas.
pub fn cover(atlas: Option<&AtlasSpec>) -> Cover {
    let title = Words { zh: "地图集".into(), en: "Maps".into() };
    let Some(atlas) = atlas else { return Cover { title, ..Cover::default() } };
    let themes = atlas.themes.iter().map(|(_, words)| words.clone()).collect();
    Cover { title: if atlas.title == Words::default() { title } else { atlas.title.clone() }, about: atlas.about.clone(), themes }
}

/// The names of the pages that a map may have: its own, and for a series one for each area of the series' level. Boundaries that cannot
/// be read give none; drawing the map will say so.
pub fn page_ids(plan: &Plan, world: &dyn World, shared: &Shared) -> Vec<String> {
    let Some(level) = plan.series else { return vec![plan.id.clone()] };
    let coverage = load::coverage(&plan.boundaries, plan.level, world, shared);
    let areas = coverage.iter().flat_map(|(coverage, ..)| coverage.areas(level)).map(|area| leaf_id(plan, &area.code));
    std::iter::once(plan.id.clone()).chain(areas).collect()
}

fn leaf_id(plan: &Plan, code: &str) -> String {
    format!("{}-{code}", plan.id)
}

/// Maps that would write the files of another: the place of each in the list, and why. The first of the list keeps its names.
/// Each map comes with the names of its pages ([`page_ids`]).
pub fn clashes(maps: &[(&str, Vec<String>)]) -> Vec<(usize, Problem)> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (at, (id, pages)) in maps.iter().enumerate() {
        // Some disks do not tell capitals from small letters.
        let stems = pages.iter().map(|page| publish::stem(page).to_lowercase());
        let names: Vec<String> = stems.flat_map(|stem| std::iter::once(stem.clone()).chain(beside(&stem))).collect();
        match names.iter().find_map(|name| taken.get(name)) {
            Some(first) => {
                let message = format!("\"{id}\" would write the same files as \"{}\", which keeps its names.", maps[*first].0);
                clashes.push((at, Problem::error("names-clash", message).help("Rename one of the two map files.")));
            }
            None => taken.extend(names.into_iter().map(|name| (name, at))),
        }
    }
    clashes
}

/// The map beside which a file of that name stands: `beds` for `beds.ranking` and `beds.join-1`.
fn beside(stem: &str) -> Option<String> {
    let (map, what) = stem.rsplit_once('.')?;
    (what == "ranking" || what.starts_with("join-")).then(|| map.to_owned())
}

/// The same thing said by several panels or pages is said once, under the name of the map.
fn once_each(plan: &Plan, problems: Vec<Problem>) -> Vec<Problem> {
    let mut seen = std::collections::BTreeSet::new();
    let named = problems.into_iter().map(|problem| match (&problem.place.file, problem.place.span.clone()) {
        (Some(_), _) => problem,
        (None, Some(span)) => plan.locate(problem, span),
        (None, None) => place::locate(plan, problem),
    });
    named.filter(|problem| seen.insert(problem.to_string())).collect()
}

fn prepare<'a>(plan: &'a Plan, world: &dyn World, shared: &Shared) -> Kept<Prepared<'a>> {
    gather(plan, world, shared).map_err(|problems| once_each(plan, problems))
}

fn gather<'a>(plan: &'a Plan, world: &dyn World, shared: &Shared) -> Kept<Prepared<'a>> {
    let (coverage, boundaries, mut problems, _) = load::coverage(&plan.boundaries, plan.level, world, shared)?;
    let within: Vec<String> = plan.within.iter().map(|written| written.text.clone()).collect();
    let shown = data::shown(plan, &coverage, &within)?;
    let mut data = data::gather(plan, &coverage, &shown, world, shared)?;
    let (points, inputs) = sheet::points(plan, &coverage, &shown, world, shared, &mut problems)?;
    data.inputs.extend(inputs);
    data.inputs.extend(boundaries);
    // Under their own names: the folder they lie in is the machine's business.
    data.inputs.push(Input::of(format!("{}.toml", plan.id), plan.text.as_bytes()));
    data.inputs.extend(plan.atlas.iter().map(|(_, text)| Input::of("atlas.toml", text.as_bytes())));
    data.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    data.inputs.dedup();
    problems.append(&mut data.problems);
    problems.extend(gaps::gaps(plan, &coverage, &shown, &data.panels));
    let scales = sheet::scales(plan, &data, &shown, &mut problems);
    match problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(problems),
        false => Ok(Prepared { plan, coverage, data, scales, points, shown, problems }),
    }
}

/// The pages of a plan.
fn leaves(prepared: &Prepared<'_>) -> Kept<Vec<Leaf>> {
    let plan = prepared.plan;
    let Some(level) = plan.series else {
        return Ok(vec![Leaf { id: plan.id.clone(), place: None, shown: prepared.shown.clone() }]);
    };
    let areas = prepared.coverage.areas(plan.level);
    let has_value = |area: &usize| prepared.data.panels.iter().any(|panel| panel[*area].value.is_ok());
    let mut leaves = Vec::new();
    for outer in prepared.coverage.areas(level) {
        let lies_in = |area: &&usize| data::lies_in(&prepared.coverage, plan.level, &areas[**area].code, &outer.code);
        let shown: Vec<usize> = prepared.shown.iter().filter(lies_in).copied().collect();
        // A page on which every area is blank would show nothing.
        if shown.iter().any(has_value) {
            let place = Words { zh: outer.name.clone(), en: outer.name_en.clone().unwrap_or_default() };
            leaves.push(Leaf { id: leaf_id(plan, &outer.code), place: Some(place), shown });
        }
    }
    if leaves.is_empty() {
        let problem = Problem::error("empty-series", format!("No {level} has an area with a value."));
        return Err(vec![problem.in_file(&plan.file).help("Check the join: caremap check says what was matched.")]);
    }
    Ok(leaves)
}

/// The picture and its PNG.
fn picture(plan: &Plan, laid: &Laid, shared: &Shared) -> Result<(raster::Picture, Vec<u8>), Problem> {
    let picture = raster::draw(&laid.scene, plan.page.dpi, &shared.runs)?;
    let texts = [
        ("Title", laid.scene.title.as_str()),
        ("Description", laid.scene.description.as_str()),
        ("Software", concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
    ];
    let bytes = png::encode(&picture, plan.page.dpi, &texts)?;
    Ok((picture, bytes))
}

fn standalone_svg(plan: &Plan, laid: &Laid) -> String {
    svg::write(&laid.scene, &svg_options(plan, Form::Standalone, None))
}

fn svg_options(plan: &Plan, form: Form, metadata: Option<String>) -> SvgOptions {
    let language = if plan.page.language == Language::En { "en" } else { "zh-Hans" };
    let text = if plan.page.outlines { TextMode::Outlines } else { TextMode::Embedded };
    SvgOptions { text, form, metadata, language: language.into(), ..SvgOptions::default() }
}
