//! Boundaries as a coverage: every border stored once, every ring a list of signed arc numbers.
//!
//! Neighbours share their arcs, so a border is simplified once and drawn once, counties dissolve to prefectures and provinces by
//! leaving arcs out, and gaps cannot open.

pub mod borders;
pub mod build;
pub mod check;
pub mod coast;
mod conflict;
pub mod dissolve;
mod english;
pub mod geometry;
pub mod import;
mod lines;
pub mod locate;
pub mod outlines;
pub mod quantise;
pub mod repair;
pub mod simplify;
pub mod write;

pub(crate) use conflict::distance;

use crate::level::Level;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

/// Longitude and latitude in degrees, WGS84, in the order of RFC 7946; or x and y once projected.
pub type Position = [f64; 2];

/// The lines of a coverage, stored end to end in one list of positions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arcs {
    positions: Vec<Position>,
    /// End of each arc in `positions`; an arc starts where the one before it ends.
    ends: Vec<usize>,
}

impl Arcs {
    /// Adds an arc and returns its number.
    pub fn push(&mut self, arc: impl IntoIterator<Item = Position>) -> usize {
        self.positions.extend(arc);
        self.ends.push(self.positions.len());
        self.ends.len() - 1
    }

    /// Arcs from positions end to end and the end of each.
    pub(crate) fn from_parts(positions: Vec<Position>, ends: Vec<usize>) -> Self {
        Self { positions, ends }
    }

    /// How many arcs there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Leaves only the first `count` arcs.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.positions.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// The positions of one arc.
    pub fn get(&self, number: usize) -> &[Position] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.positions[start..self.ends[number]]
    }

    /// The number of the arc that holds the position of this number.
    pub(crate) fn arc_of(&self, position: usize) -> usize {
        self.ends.partition_point(|end| *end <= position)
    }

    /// All arcs in order.
    pub fn iter(&self) -> impl Iterator<Item = &[Position]> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// Every position of every arc.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The same arcs with every position moved; a border moves once for both its neighbours.
    #[must_use]
    pub fn map(&self, move_position: impl Fn(Position) -> Position + Sync) -> Arcs {
        let moved = self.positions.par_iter().with_min_len(4096).map(|position| move_position(*position));
        Arcs { positions: moved.collect(), ends: self.ends.clone() }
    }
}

/// An arc as a ring uses it: forwards, or reversed. As in TopoJSON, `!n` (negative) is arc `n` reversed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcRef(pub i32);

impl ArcRef {
    /// Arc `number` from its first position to its last.
    pub fn forwards(number: usize) -> Self {
        Self(number as i32)
    }

    /// The number of the arc.
    pub fn number(self) -> usize {
        if self.0 < 0 { !self.0 as usize } else { self.0 as usize }
    }

    /// Whether the arc is walked from its last position to its first.
    pub fn is_reversed(self) -> bool {
        self.0 < 0
    }

    /// The same arc the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self(!self.0)
    }
}

/// A closed line: the arcs in order, each ending where the next begins.
pub type Ring = Vec<ArcRef>;

/// One exterior ring (anticlockwise) and its holes (clockwise).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polygon {
    /// The outer ring.
    pub exterior: Ring,
    /// The holes.
    pub holes: Vec<Ring>,
}

impl Polygon {
    /// The exterior and then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }
}

/// One administrative unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Six-digit GB/T 2260 code, or the id of a user's own unit. Always text.
    pub code: String,
    /// Full name in Chinese (or as the boundary file has it).
    pub name: String,
    /// English name where one is known.
    pub name_en: Option<String>,
    /// Code of the area one level up in the same coverage.
    pub parent: Option<String>,
    /// Its territory.
    pub polygons: Vec<Polygon>,
}

/// A line that is not a border of an area, such as a dash of the maritime line.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundaryLine {
    /// What it is; `maritime` for the dashes in the South China Sea, `undefined` for a border that is drawn with dots and dashes.
    pub kind: String,
    /// Its positions.
    pub positions: Vec<Position>,
}

/// Where a boundary set comes from and what holds for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// Source line to be printed on the map, Chinese.
    pub source_zh: String,
    /// The same in English.
    pub source_en: String,
    /// Notice that must be printed with it, such as 示意图，未经审核.
    pub notice_zh: Option<String>,
    /// The same in English.
    pub notice_en: Option<String>,
    /// Year the areas hold for.
    pub vintage: Option<u16>,
    /// SHA-256 of the file it was read from, in hexadecimal.
    pub sha256: String,
}

impl Origin {
    /// Where the borders come from and the year their areas hold for, in Chinese and in English; empty where neither is known.
    pub fn printed(&self) -> [String; 2] {
        let year = |text: String, before: &str| match (before.is_empty(), self.vintage) {
            (_, None) => String::new(),
            (true, Some(_)) => text.trim_start_matches(['，', ',', ' ']).to_owned(),
            (false, Some(_)) => text,
        };
        let vintage = self.vintage.unwrap_or_default();
        let zh = year(format!("，{vintage} 年行政区划"), &self.source_zh);
        let en = year(format!(", areas as of {vintage}"), &self.source_en);
        [format!("{}{zh}", self.source_zh), format!("{}{en}", self.source_en)]
    }
}

/// Areas at one or several levels over one set of arcs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// Every border once.
    pub arcs: Arcs,
    /// The areas of each level, sorted by code.
    pub layers: BTreeMap<Level, Vec<Area>>,
    /// Lines that belong to no area.
    pub lines: Vec<BoundaryLine>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Coverage {
    /// The areas of a level, sorted by code; empty where the coverage has no such level.
    pub fn areas(&self, level: Level) -> &[Area] {
        self.layers.get(&level).map_or(&[], Vec::as_slice)
    }

    /// An area and those it lies in, the area itself first. A unit that stands at two levels, such as a city without counties, is
    /// there twice. Empty where the level has no area of that code.
    ///
    /// ```
    /// use caremap::{coverage, level::Level};
    ///
    /// let names = coverage::bundled().lineage(Level::County, "130638").into_iter().map(|area| area.name.as_str());
    /// assert_eq!(names.collect::<Vec<_>>(), ["雄县", "保定市", "河北省"]);
    /// ```
    pub fn lineage(&self, level: Level, code: &str) -> Vec<&Area> {
        let mut lineage: Vec<&Area> = Vec::new();
        let mut wanted = Some(code);
        for level in
            [Level::Unit, Level::County, Level::Prefecture, Level::Province].into_iter().skip_while(|finer| *finer != level)
        {
            let Some(code) = wanted else { break };
            let areas = self.areas(level);
            if let Ok(at) = areas.binary_search_by(|area| area.code.as_str().cmp(code)) {
                wanted = areas[at].parent.as_deref();
                lineage.push(&areas[at]);
            }
        }
        lineage
    }

    /// The positions of a ring, each shared end once; the first position is repeated at the end.
    pub fn ring_positions(&self, ring: &[ArcRef]) -> Vec<Position> {
        ring_positions(&self.arcs, ring)
    }
}

/// The positions of a ring over `arcs`, each shared end once; the first position is repeated at the end.
pub fn ring_positions(arcs: &Arcs, ring: &[ArcRef]) -> Vec<Position> {
    let mut positions: Vec<Position> = Vec::new();
    for arc_ref in ring {
        let arc = arcs.get(arc_ref.number());
        let skip = usize::from(!positions.is_empty());
        if arc_ref.is_reversed() {
            positions.extend(arc.iter().rev().skip(skip));
        } else {
            positions.extend(arc.iter().skip(skip));
        }
    }
    positions
}

/// The TopoJSON of the bundled boundaries of China. It lies in the program deflated (by the build script) and is unpacked once.
pub fn bundled_topojson() -> &'static [u8] {
    static TOPOJSON: OnceLock<Vec<u8>> = OnceLock::new();
    static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/china.topojson.zlib"));
    TOPOJSON.get_or_init(|| {
        let mut topojson = Vec::with_capacity(PACKED.len() * 4);
        let unpacked = flate2::read::ZlibDecoder::new(PACKED).read_to_end(&mut topojson);
        unpacked.expect("the build script packed it, and a test compares it with the file");
        topojson
    })
}

/// The bundled boundaries of China at three levels, with the maritime line. Read once.
///
/// ```
/// use caremap::{coverage, level::Level};
///
/// let china = coverage::bundled();
/// assert_eq!(china.areas(Level::Province).len(), 34);
/// ```
pub fn bundled() -> &'static Coverage {
    static CHINA: OnceLock<Coverage> = OnceLock::new();
    CHINA.get_or_init(|| {
        let read = crate::read::topojson::read_bundled(bundled_topojson(), "bundled:china");
        let read = read.map(|noted| noted.value);
        let mut china = read.expect("the bundled boundaries were written by this program and are read in a test");
        english::add(&mut china);
        china
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_packed_is_the_file() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/boundaries/china.topojson");
        assert_eq!(super::bundled_topojson(), std::fs::read(file).expect("the file is in the repository"));
    }
}
