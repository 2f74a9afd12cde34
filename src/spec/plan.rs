//! The plan of a map: everything decided, nothing left to ask. Made from what the author wrote by [`super`], obeyed by every later stage.

use crate::classify::{Closure, Method};
use crate::colour::Colour;
use crate::level::Level;
use crate::place::through::Carry;
use crate::problem::Problem;
use std::ops::Range;

/// A sentence or a word in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English; empty where the author gave none.
    pub en: String,
}

/// A piece of the author's text and where it stands in the map file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Its bytes in the map file. Bytes past the end of the map file, less its length and one, are bytes of the atlas file.
    pub span: Range<usize>,
}

impl Written {
    /// The place of a part of the text: exact where the text is written letter by letter, else the whole.
    pub fn part(&self, part: Range<usize>) -> Range<usize> {
        let exact = self.span.len() == self.text.len() && part.end <= self.text.len();
        if exact { self.span.start + part.start..self.span.start + part.end } else { self.span.clone() }
    }
}

/// One map, or one series of maps, with nothing left to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// File name without ending; names the outputs.
    pub id: String,
    /// Path of the map file, for messages.
    pub file: String,
    /// Text of the map file, for excerpts in messages.
    pub text: String,
    /// Path and text of the atlas file whose settings stand behind the map's; see [`Plan::locate`].
    pub atlas: Option<(String, String)>,
    /// Title.
    pub title: Words,
    /// Subtitle.
    pub subtitle: Option<Words>,
    /// Theme the gallery files it under, such as `access`.
    pub theme: Words,
    /// Year the figures hold for, as printed.
    pub year: Option<String>,
    /// Level of the areas that are filled.
    pub level: Level,
    /// Boundary file: `bundled:china`, or a path, with the names of its fields.
    pub boundaries: Boundaries,
    /// Codes of provinces or prefectures the map is limited to; empty for all.
    pub within: Vec<Written>,
    /// The tables, in the order given.
    pub tables: Vec<TablePlan>,
    /// One map for each. More than one makes small multiples with one scale; none is a map of points or symbols over plain land.
    pub panels: Vec<Panel>,
    /// Whether each panel has a scale of its own, as different indicators need.
    pub own_scales: bool,
    /// Composite index, whose columns `index_score`, `index_rank` and `index_COMPONENT` formulas may use.
    pub index: Vec<IndexComponent>,
    /// Formula that is true where the value should not be leaned on, and why it should not.
    pub unreliable: Option<(Written, Words)>,
    /// How values become classes.
    pub classes: ClassPlan,
    /// How classes become colours.
    pub palette: PalettePlan,
    /// Unit of the value.
    pub unit: Words,
    /// Decimals to print; found from the breaks where none is given.
    pub decimals: Option<usize>,
    /// Symbols sized by a formula, drawn at the areas' anchors.
    pub symbols: Option<SymbolPlan>,
    /// Points on top.
    pub points: Vec<PointPlan>,
    /// Labels of areas.
    pub labels: Option<LabelPlan>,
    /// Page.
    pub page: PagePlan,
    /// Where the page is described, as in [`Written::span`]; none where it is that of no setting.
    pub page_at: Option<Range<usize>>,
    /// One page for each area of this level, each showing the areas within it.
    pub series: Option<Level>,
    /// Ranked table of the first so many areas.
    pub ranking: Option<RankingPlan>,
    /// Source lines.
    pub sources: Vec<Words>,
    /// Note lines.
    pub notes: Vec<Words>,
}

impl Plan {
    /// Names the file, line and bytes of a piece of this map's text, be it in the map file or in its atlas.
    pub fn locate(&self, problem: Problem, span: Range<usize>) -> Problem {
        let past = self.text.len() + 1;
        let (file, text, base) = match &self.atlas {
            Some((file, text)) if span.start >= past => (file, text, past),
            _ => (&self.file, &self.text, 0),
        };
        let span = span.start - base..span.end.saturating_sub(base);
        problem.in_file(file).at_line(super::source::line_of(text, span.start)).at_span(span)
    }
}

/// Where boundaries come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Boundaries {
    /// `bundled:china` or a path.
    pub file: String,
    /// Property that holds the code; found by name where none is given.
    pub code: Option<String>,
    /// Property that holds the name; found by name where none is given.
    pub name: Option<String>,
    /// `wgs84`, `gcj02` or `bd09`, where the author says so.
    pub datum: Option<crate::datum::Datum>,
    /// Year whose areas the file has; found from their codes where none is given.
    pub year: Option<u16>,
    /// Which layer of the file holds the areas; the first with areas where none is given.
    pub layer: Option<String>,
    /// The coordinate system, where the file does not say it or says it wrong.
    pub crs: Option<String>,
    /// The encoding of a shapefile's text, where nothing says it or it is said wrong.
    pub encoding: Option<String>,
}

/// A table and how its rows find their areas.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePlan {
    /// Name for formulas, `name.column`, and for messages.
    pub name: String,
    /// Where the rows come from.
    pub source: TableSource,
    /// Which rows count; all where none is given.
    pub filter: Option<Written>,
    /// How rows find their areas.
    pub key: KeyPlan,
    /// Columns that may be added up where several rows belong to one area.
    pub sum: Vec<Written>,
    /// Column of which shares and rates are a part: those of several rows are weighted by it.
    pub base: Option<Written>,
    /// How its codes are carried to the year of the areas.
    pub carry: Carry,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum TableSource {
    /// A delimited text file.
    File {
        /// Path or `bundled:NAME`.
        file: Written,
        /// Lines to skip before the heading.
        skip: usize,
        /// Patch file with corrections.
        patch: Option<String>,
        /// File of proposed names that the author kept.
        fixes: Option<String>,
    },
    /// Nearest facility, measured for people in grid cells.
    Access(AccessPlan),
    /// Number of facilities in each area (column `count`).
    Count(FacilityPlan),
}

/// Facilities: a file of points.
#[derive(Debug, Clone, PartialEq)]
pub struct FacilityPlan {
    /// Path or `bundled:NAME`.
    pub file: Written,
    /// Which rows count.
    pub filter: Option<Written>,
    /// Column by which only the first row of each group is kept (`-1` or empty: alone).
    pub one_of: Option<Written>,
    /// Column names; found by name where none is given.
    pub id: Option<String>,
    /// Longitude.
    pub longitude: Option<String>,
    /// Latitude.
    pub latitude: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Datum of the coordinates, where the author says it; else the file says it or its coordinates show it.
    pub datum: Option<crate::datum::Datum>,
}

/// What `measure = "access"` needs.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessPlan {
    /// The facilities.
    pub facilities: FacilityPlan,
    /// Grid of people: path or `bundled:NAME`, longitude, latitude of cell centres and density.
    pub grid: String,
    /// Table of people by area to which the cells are rescaled, and its columns of code and people.
    pub population: (String, String, String),
    /// Patch file with corrections to that table.
    pub population_patch: Option<String>,
    /// Thresholds in kilometres for shares and counts of people.
    pub within_km: Vec<f64>,
    /// Standard deviation in metres of the jitter by which facilities are moved to see how firm the answer is; 0 for none.
    pub jitter_m: f64,
}

/// How rows find their areas.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyPlan {
    /// By a column of codes.
    Code(Written),
    /// By a column of full names, within a parent named by another column where given.
    Name {
        /// Column of names.
        name: Written,
        /// Column of the parents' names.
        parent: Option<Written>,
    },
    /// Found by looking at the table.
    Auto,
}

/// One map of small multiples.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Its heading; empty for a map alone.
    pub title: Words,
    /// Its formula.
    pub value: Written,
    /// Which rows of the tables count for this panel alone, such as `year == 2014`.
    pub filter: Option<Written>,
}

/// One component of a composite index: the formula's rank among all areas, from 0 (best) to 100 (worst).
#[derive(Debug, Clone, PartialEq)]
pub struct IndexComponent {
    /// Name in formulas: `index_NAME`.
    pub name: String,
    /// What people read.
    pub label: Words,
    /// The formula.
    pub value: Written,
    /// Weight; the index is the weighted mean.
    pub weight: f64,
    /// Whether a larger value is worse.
    pub larger_is_worse: bool,
    /// Unit of the formula.
    pub unit: Words,
    /// Decimals to print.
    pub decimals: usize,
}

/// How values become classes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassPlan {
    /// The method; none for an unclassed scale.
    pub method: Option<Method>,
    /// How many classes to make.
    pub classes: usize,
    /// Breaks for `manual`, smallest and largest included or left open.
    pub breaks: Vec<f64>,
    /// On which side a class includes its break.
    pub closure: Closure,
    /// Whether zero is a class of its own.
    pub zero: bool,
    /// Value about which the scale diverges.
    pub pivot: Option<f64>,
}

/// How classes become colours.
#[derive(Debug, Clone, PartialEq)]
pub enum PalettePlan {
    /// A palette by name.
    Named {
        /// The name.
        name: String,
        /// Whether its order is turned round.
        reverse: bool,
    },
    /// The author's own colours, first class first.
    Own(Vec<Colour>),
}

/// Symbols sized by a formula.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolPlan {
    /// The formula; the area of the symbol is proportional to it.
    pub value: Written,
    /// What people read.
    pub label: Words,
    /// Radius of the largest symbol in millimetres.
    pub largest_mm: f64,
    /// Colour.
    pub colour: Colour,
}

/// A layer of points.
#[derive(Debug, Clone, PartialEq)]
pub struct PointPlan {
    /// The points.
    pub facilities: FacilityPlan,
    /// What people read.
    pub label: Words,
    /// Radius in millimetres.
    pub radius_mm: f64,
    /// Colour.
    pub colour: Colour,
    /// Column whose value sizes the points (area proportional), where given.
    pub size: Option<Written>,
    /// Column whose text colours the points, where given.
    pub category: Option<Written>,
}

/// Labels of areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelPlan {
    /// Whether the value is written under the name.
    pub values: bool,
    /// Smallest and preferred size in points.
    pub size_pt: (u32, u32),
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct PagePlan {
    /// Width in millimetres.
    pub width_mm: f64,
    /// Height in millimetres; found from the map where none is given.
    pub height_mm: Option<f64>,
    /// Dots per inch of the PNG.
    pub dpi: f64,
    /// Whether text is set in serif.
    pub serif: bool,
    /// Size of ordinary text in points.
    pub text_pt: f64,
    /// Whether SVG text is drawn as outlines rather than as text with an embedded font.
    pub outlines: bool,
    /// Language of the sheet: both, Chinese, or English.
    pub language: Language,
}

/// Language of the words on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese, with the title in English below.
    Both,
    /// Chinese alone.
    Zh,
    /// English alone (names of areas as the boundaries have them).
    En,
}

/// A ranked table.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingPlan {
    /// How many areas.
    pub count: usize,
    /// Whether the largest value comes first.
    pub largest_first: bool,
}
