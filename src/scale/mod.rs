//! The scale: classes, colours and the kinds of missing. The map and its legend read the same one, so they cannot disagree.

//!
//! ```
//! use caremap::classify::{Closure, Method};
//! use caremap::scale;
//! use caremap::spec::{ClassPlan, PalettePlan, Words};
//!
//! let plan = ClassPlan {
//!     method: Some(Method::Equal), classes: 2, breaks: vec![], closure: Closure::Left, zero: false, pivot: None,
//! };
//! let palette = PalettePlan::Named { name: "ylgnbu".to_owned(), reverse: false };
//! let built = scale::build(&[Ok(0.0), Ok(2.5), Ok(10.0)], &plan, &palette, &Words::default(), None);
//! let rows = built.value.legend_rows(&Default::default());
//! assert_eq!(rows[0].label.en, "0 – <5");
//! assert_eq!(rows[1].label.en, "5 – 10");
//! ```

mod build;
mod legend;
mod number;
mod rounding;

pub use build::build;
pub use legend::LegendRow;
pub use number::{number, settled};

use crate::classify::Classes;
use crate::colour::{self, Colour};
use crate::table::{Missing, Value};
use std::collections::BTreeMap;

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Paint {
    /// One colour.
    Solid(Colour),
    /// Parallel lines over a ground.
    Hatch(Hatch),
}

/// Parallel lines over a ground, fixed to the page so that neighbours line up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hatch {
    /// Colour between the lines.
    pub ground: Colour,
    /// Colour of the lines.
    pub line: Colour,
    /// Distance between the middles of two lines, in millimetres.
    pub spacing: f64,
    /// Width of a line, in millimetres.
    pub width: f64,
    /// Direction of the lines in degrees, anticlockwise from the right.
    pub angle: f64,
}

/// One indicator value of an area as the map shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The value, or why there is none.
    pub value: Value,
    /// Why the value should not be leaned on, where it should not.
    pub unreliable: Option<String>,
}

/// How numbers become colours.
#[derive(Debug, Clone, PartialEq)]
pub enum Ramp {
    /// One colour a class.
    Classed {
        /// The classes.
        classes: Classes,
        /// As many colours as classes.
        colours: Vec<Colour>,
    },
    /// A colour for every value between `min` and `max`, interpolated in OKLab between the stops.
    Continuous {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// Value of the middle stop, where the scale diverges.
        pivot: Option<f64>,
        /// Evenly spaced colours.
        stops: Vec<Colour>,
    },
}

/// Classes, colours and the kinds of missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// How numbers become colours.
    pub ramp: Ramp,
    /// Fill of areas whose value is exactly zero, where zero is a class of its own.
    pub zero: Option<Colour>,
    /// Fill of areas without data.
    pub no_data: Paint,
    /// Fill of areas to which the measure does not apply.
    pub not_applicable: Paint,
    /// Colour of the hatch over areas whose value is unreliable.
    pub unreliable: Colour,
    /// Unit of the values, Chinese and English.
    pub unit: (String, String),
    /// Decimals to print.
    pub decimals: usize,
    /// Whether all values are whole numbers, so that a class may be printed as `10 – 19`.
    pub whole: bool,
}

/// What a legend row, and the counts beside it, stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The areas whose value is exactly zero.
    Zero,
    /// The areas of a class, by its number from 0.
    Class(usize),
    /// The areas of an unclassed scale.
    Continuous,
    /// The areas without data.
    NoData,
    /// The areas to which the measure does not apply.
    NotApplicable,
}

impl Scale {
    /// What a value counts as, by its first twelve digits (see [`settled`]). A number outside the breaks counts as missing, since no
    /// class may claim it.
    pub fn key(&self, value: &Value) -> Key {
        match value.as_ref().map(|number| settled(*number)) {
            Ok(0.0) if self.zero.is_some() => Key::Zero,
            Ok(number) => match &self.ramp {
                Ramp::Classed { classes, .. } => classes.class_of(number).map_or(Key::NoData, Key::Class),
                Ramp::Continuous { min, max, .. } if (*min..=*max).contains(&number) => Key::Continuous,
                Ramp::Continuous { .. } => Key::NoData,
            },
            Err(Missing::NotApplicable(_)) => Key::NotApplicable,
            Err(_) => Key::NoData,
        }
    }

    /// How many areas stand behind each key.
    pub fn counts<'a>(&self, readings: impl IntoIterator<Item = &'a Reading>) -> BTreeMap<Key, usize> {
        let mut counts = BTreeMap::new();
        for reading in readings {
            *counts.entry(self.key(&reading.value)).or_insert(0) += 1;
        }
        counts
    }

    /// How an area is filled: the colour of its value, under a hatch where the value is unreliable.
    pub fn paint(&self, reading: &Reading) -> Paint {
        let paint = match (self.key(&reading.value), &reading.value) {
            (Key::Continuous, Ok(number)) => Paint::Solid(self.colour_at(*number)),
            (key, _) => self.paint_of(key),
        };
        match (paint, &reading.unreliable) {
            (Paint::Solid(ground), Some(_)) if reading.value.is_ok() => Paint::Hatch(self.hatch_over(ground)),
            (paint, _) => paint,
        }
    }

    /// The fill of a key; of a continuous scale its middle colour.
    pub fn paint_of(&self, key: Key) -> Paint {
        match (key, &self.ramp) {
            (Key::Zero, _) => self.zero.map_or(self.no_data, Paint::Solid),
            (Key::Class(class), Ramp::Classed { colours, .. }) => colours.get(class).map_or(self.no_data, |c| Paint::Solid(*c)),
            (Key::Continuous, Ramp::Continuous { stops, .. }) => Paint::Solid(colour::along(stops, 0.5)),
            (Key::NotApplicable, _) => self.not_applicable,
            _ => self.no_data,
        }
    }

    /// The hatch that says "unreliable" over a ground: its own colour, or white where that would hardly show.
    pub fn hatch_over(&self, ground: Colour) -> Hatch {
        let line = if colour::contrast(self.unreliable, ground) >= 2.0 { self.unreliable } else { Colour::WHITE };
        Hatch { ground, line, spacing: 0.9, width: 0.2, angle: 45.0 }
    }

    /// The colour of a number on a continuous scale: both halves of a diverging one reach equally far from the pivot.
    pub fn colour_at(&self, number: f64) -> Colour {
        match &self.ramp {
            Ramp::Continuous { min, max, pivot, stops } => colour::along(stops, share(*min, *max, *pivot, number)),
            Ramp::Classed { .. } => match self.paint_of(self.key(&Ok(number))) {
                Paint::Solid(colour) => colour,
                Paint::Hatch(hatch) => hatch.ground,
            },
        }
    }
}

/// Where a number stands along a continuous ramp, from 0 to 1.
fn share(min: f64, max: f64, pivot: Option<f64>, number: f64) -> f64 {
    let part = |low: f64, high: f64| if high > low { (number - low) / (high - low) } else { 0.5 };
    match pivot {
        Some(pivot) => {
            let reach = (max - pivot).abs().max((pivot - min).abs());
            part(pivot - reach, pivot + reach)
        }
        None => part(min, max),
    }
}
