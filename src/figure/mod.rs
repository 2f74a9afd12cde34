//! From a plan to the files of a map.

use crate::problem::{Noted, Outcome, Problem};
use crate::spec::{AtlasSpec, Plan, Words};
use crate::world::World;

/// Work shared by the maps of one run.
#[derive(Debug, Default)]
pub struct Shared {}

/// A page of the gallery.
#[derive(Debug, Clone)]
pub struct Page {
    /// Name of the map.
    pub id: String,
    /// Its title.
    pub title: Words,
}

/// A map, or a series of maps, drawn.
#[derive(Debug, Clone)]
pub struct Built {
    /// Path in the gallery and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
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

/// Draws a map and its files for the gallery.
pub fn build_map(plan: &Plan, _world: &dyn World, _shared: &Shared) -> Outcome<Built> {
    Err(vec![not_yet(plan)])
}

/// Draws one figure for each format, in their order.
pub fn render_map(plan: &Plan, _world: &dyn World, _shared: &Shared, _formats: &[Format]) -> Outcome<Vec<Vec<u8>>> {
    Err(vec![not_yet(plan)])
}

/// Reads everything a map needs and reports what is wrong, without drawing.
pub fn check_map(_plan: &Plan, _world: &dyn World, _shared: &Shared) -> Vec<Problem> {
    Vec::new()
}

/// The pages that lead to the maps.
pub fn gallery(_atlas: Option<&AtlasSpec>, _pages: Vec<Page>) -> Outcome<Vec<(String, Vec<u8>)>> {
    Ok(Noted::clean(Vec::new()))
}

fn not_yet(plan: &Plan) -> Problem {
    Problem::error("not-yet", "Drawing is not in this version.").in_file(&plan.file)
}
