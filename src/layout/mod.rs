//! The sheet: map frames, inset, title, legend, scale bar, labels and notes, placed on a page in millimetres.
//!
//! Takes data that is ready to be shown and makes a [`crate::scene::Scene`]. It reads no file and measures nothing but space.
//!
//! ```
//! use caremap::coverage::bundled;
//! use caremap::layout::{Sheet, SheetPanel, sheet};
//! use caremap::level::Level;
//! use caremap::spec::{Language, PagePlan, Words};
//! use std::sync::Arc;
//!
//! let words = |zh: &str, en: &str| Words { zh: zh.to_owned(), en: en.to_owned() };
//! let (level, coverage) = (Level::Province, Arc::new(bundled().clone()));
//! let shown: Vec<usize> = (0..coverage.areas(level).len()).collect();
//! let page = PagePlan {
//!     width_mm: 84.0,
//!     height_mm: None,
//!     dpi: 300.0,
//!     serif: false,
//!     text_pt: 6.5,
//!     outlines: true,
//!     language: Language::Both,
//! };
//! let plain = Sheet {
//!     page,
//!     title: words("省级行政区", "Provinces"),
//!     subtitle: None,
//!     description: "The provinces of China.".to_owned(),
//!     coverage,
//!     level,
//!     panels: vec![SheetPanel { title: Words::default(), scale: None, readings: vec![], titles: vec![] }],
//!     shown: Arc::new(shown),
//!     scale: None,
//!     legend_title: Words::default(),
//!     labels: None,
//!     symbols: None,
//!     points: vec![],
//!     footer: vec![],
//!     unreliable_label: None,
//! };
//! let scene = sheet(&plain).expect("room enough").value;
//! assert_eq!(scene.width, 84.0);
//! assert!(scene.layers.iter().any(|layer| layer.id == "inset-maritime"));
//! ```

pub mod border;
mod compose;
mod fit;
pub mod frame;
mod ink;
mod inset;
mod inset_box;
mod label;
mod legend;
mod map;
mod name;
mod notes;
mod numbers;
mod page;
mod panels;
mod pen;
mod room;
mod scale_bar;
mod single;
mod title;

pub use compose::{Laid, arrange, sheet};
pub use frame::FrameCache;

use crate::colour::Colour;
use crate::coverage::{Coverage, Position};
use crate::level::Level;
use crate::scale::{Reading, Scale};
use crate::spec::{LabelPlan, PagePlan, Words};
use std::sync::Arc;

/// Everything one sheet shows.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The page.
    pub page: PagePlan,
    /// Title.
    pub title: Words,
    /// Subtitle.
    pub subtitle: Option<Words>,
    /// Description in words, for `<desc>`.
    pub description: String,
    /// The boundaries.
    pub coverage: Arc<Coverage>,
    /// Level of the areas that are filled.
    pub level: Level,
    /// Indices of the areas (into `coverage.areas(level)`) that are filled; areas outside are not drawn.
    pub shown: Arc<Vec<usize>>,
    /// The scale of all panels. None where every panel has one of its own, and where areas are not filled by value: a map of points
    /// or symbols over plain land.
    pub scale: Option<Scale>,
    /// The maps; more than one are small multiples on one scale.
    pub panels: Vec<SheetPanel>,
    /// What the legend of the fills is headed.
    pub legend_title: Words,
    /// Labels of the areas.
    pub labels: Option<LabelPlan>,
    /// Symbols at the anchors of areas: what they are called, and radius of the largest in millimetres.
    pub symbols: Option<SheetSymbols>,
    /// Layers of points.
    pub points: Vec<SheetPoints>,
    /// Source and note lines in the order printed.
    pub footer: Vec<Words>,
    /// Why values are unreliable, for the legend row; only where some are.
    pub unreliable_label: Option<Words>,
}

impl Sheet {
    /// The scale of a panel.
    fn scale_of<'a>(&'a self, panel: &'a SheetPanel) -> Option<&'a Scale> {
        panel.scale.as_ref().or(self.scale.as_ref())
    }

    /// Whether any panel is filled by value.
    fn is_filled(&self) -> bool {
        self.panels.iter().any(|panel| self.scale_of(panel).is_some())
    }
}

/// One map of a sheet.
#[derive(Debug, Clone)]
pub struct SheetPanel {
    /// Its heading; empty for a map alone.
    pub title: Words,
    /// A scale of its own, whose legend stands below the map; the sheet's where none is given.
    pub scale: Option<Scale>,
    /// One reading for each of `Sheet::shown`.
    pub readings: Vec<Reading>,
    /// One title for each of `Sheet::shown`: name, value, unit.
    pub titles: Vec<String>,
}

/// Symbols whose area is proportional to a value.
#[derive(Debug, Clone)]
pub struct SheetSymbols {
    /// What people read.
    pub label: Words,
    /// One value for each of `Sheet::shown`; none draws none.
    pub values: Vec<Option<f64>>,
    /// Radius of the symbol of the largest value in millimetres.
    pub largest_mm: f64,
    /// Colour.
    pub colour: Colour,
}

impl SheetSymbols {
    /// Radius of each symbol in millimetres; none for values that draw none.
    pub(crate) fn radii(&self) -> Vec<Option<f64>> {
        let drawn = |value: &Option<f64>| value.filter(|v| *v > 0.0 && v.is_finite());
        let largest = self.values.iter().filter_map(drawn).fold(0.0, f64::max);
        let most = if self.largest_mm.is_finite() { self.largest_mm.clamp(0.0, 100.0) } else { 0.0 };
        self.values.iter().map(|value| drawn(value).map(|v| most * (v / largest).sqrt())).collect()
    }
}

/// A layer of points.
#[derive(Debug, Clone)]
pub struct SheetPoints {
    /// What people read.
    pub label: Words,
    /// Longitude and latitude, WGS84.
    pub positions: Vec<Position>,
    /// Radius of each in millimetres.
    pub radii_mm: Vec<f64>,
    /// Colour of each.
    pub colours: Vec<Colour>,
    /// Rows of the legend where points are coloured by category: name and colour.
    pub categories: Vec<(Words, Colour)>,
    /// Values to show in the legend where points are sized: value and radius in millimetres.
    pub sizes: Vec<(f64, f64)>,
    /// One title for each point.
    pub titles: Vec<String>,
}
