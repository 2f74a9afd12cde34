//! Features while a file is read, one after the other, and what is wrong with them.

use super::areas::subject;
use super::features::{Features, Properties};
use crate::coverage::outlines::Outlines;
use crate::problem::{Noted, Outcome, Problem};

/// How many features of one fault are named.
const LISTED: usize = 20;

/// What a feature is, once its rings are in the outlines.
pub(crate) enum Shape {
    /// Areas.
    Areas,
    /// It has no territory.
    Nothing,
    /// It is or holds something of this kind, which is left out.
    Foreign(String),
    /// It is not sound: the fault, and what to do.
    Unsound(String, &'static str),
}

/// The features read so far.
#[derive(Default)]
pub(crate) struct Gathering {
    pub features: Features,
    /// Kinds that are no areas, with the number of the feature.
    foreign: Vec<(usize, String)>,
    unsound: Vec<(usize, String, &'static str)>,
    without: Vec<usize>,
}

impl Gathering {
    /// Where the rings of the next feature go.
    pub fn outlines(&mut self) -> &mut Outlines {
        &mut self.features.outlines
    }

    /// Closes a feature whose rings are in the outlines.
    pub fn close(&mut self, properties: Properties, shape: Shape) {
        let number = self.features.properties.len();
        match shape {
            Shape::Areas => {}
            Shape::Nothing => self.without.push(number),
            Shape::Foreign(kind) => self.foreign.push((number, kind)),
            Shape::Unsound(message, help) => self.unsound.push((number, message, help)),
        }
        self.features.properties.push(properties);
        self.features.outlines.close_area();
    }

    /// The features, or why they are no boundaries.
    pub fn finish(self) -> Outcome<Features> {
        let about = |problem: Problem, number: usize| problem.about(subject(&self.features.properties, number));
        let mut errors = Vec::new();
        let mut problems = Vec::new();
        if self.features.properties.is_empty() {
            errors.push(Problem::error("no-areas", "The file holds no feature.").help("Give a file with at least one area."));
        }
        for (number, message, help) in self.unsound.iter().take(LISTED) {
            errors.push(about(Problem::error("wrong-geometry", message.clone()).help(*help), *number));
        }
        if let Some((number, kind)) = self.foreign.first() {
            if self.features.outlines.positions.is_empty() {
                errors.push(about(not_areas(kind), *number));
            } else {
                let count = self.foreign.len();
                let message = format!("Shapes that are points or lines, not areas, are left out: {count}, the first a {kind}.");
                let help = "Take such features out of the file, or see that each area is a Polygon or MultiPolygon.";
                problems.push(about(Problem::warning("wrong-geometry", message).help(help), *number));
            }
        }
        for number in self.without.iter().take(LISTED) {
            let problem = Problem::warning("no-geometry", "The feature has no geometry.");
            problems.push(about(problem.help("Export the file again with the geometries of all features."), *number));
        }
        if errors.is_empty() {
            return Ok(Noted { value: self.features, problems });
        }
        errors.extend(problems);
        Err(errors)
    }
}

/// The error of a file without areas.
pub(crate) fn not_areas(kind: &str) -> Problem {
    Problem::error("wrong-geometry", format!("The file holds {kind} features, not areas."))
        .help("Boundaries are Polygon or MultiPolygon features; points belong under [points].")
}
