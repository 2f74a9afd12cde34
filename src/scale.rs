//! The scale: classes, colours and the kinds of missing. The map and its legend read the same one, so they cannot disagree.

use crate::classify::Classes;
use crate::colour::Colour;
use crate::table::{Missing, Value};

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
    /// What a value counts as. A number outside the breaks counts as missing, since no class may claim it.
    pub fn key(&self, value: &Value) -> Key {
        match value {
            Ok(number) if *number == 0.0 && self.zero.is_some() => Key::Zero,
            Ok(number) => match &self.ramp {
                Ramp::Classed { classes, .. } => classes.class_of(*number).map_or(Key::NoData, Key::Class),
                Ramp::Continuous { min, max, .. } if (*min..=*max).contains(number) => Key::Continuous,
                Ramp::Continuous { .. } => Key::NoData,
            },
            Err(Missing::NotApplicable(_)) => Key::NotApplicable,
            Err(_) => Key::NoData,
        }
    }
}
