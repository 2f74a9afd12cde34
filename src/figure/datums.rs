//! The datums of a map's boundaries and points, and the refusal to mix them.

use crate::coverage::Coverage;
use crate::datum::source::{self, Kind, Settled, Source};
use crate::datum::{Datum, borders, from_wgs84, to_wgs84};
use crate::problem::{Noted, Outcome, Problem};
use crate::read::points::Points;
use crate::spec::{Boundaries, FacilityPlan, Plan};

/// What is known of the datum of a map's boundaries.
#[derive(Debug, Clone)]
pub(super) struct Known {
    source: Source,
    settled: Settled,
}

impl Known {
    /// The bundled boundaries are WGS84 by their making.
    pub(super) fn bundled() -> Self {
        let source = Source {
            file: "bundled:china".into(),
            kind: Kind::Boundaries,
            declared: Some(Datum::Wgs84),
            written: None,
            verdict: None,
            places: Vec::new(),
            way: String::new(),
        };
        Self { source, settled: Settled { datum: Datum::Wgs84, known: source::Known::Own } }
    }
}

/// Boundaries that were read as what is declared, or else as WGS84, moved to WGS84 from what they are.
pub(super) fn boundaries(mut coverage: Coverage, plan: &Boundaries) -> Outcome<(Coverage, Known)> {
    let read_as = plan.datum.unwrap_or(Datum::Wgs84);
    if let Some(problem) = borders::fault(&coverage, &plan.file) {
        return Err(vec![problem]);
    }
    let source = borders::source(&coverage.arcs, &plan.file, plan.datum);
    let (settled, problems) = source.settle().map_err(|problem| vec![problem])?;
    if settled.datum != read_as {
        let right = |position| to_wgs84(from_wgs84(position, read_as), settled.datum);
        coverage.arcs = coverage.arcs.map(right);
        coverage.lines.iter_mut().flat_map(|line| &mut line.positions).for_each(|position| *position = right(*position));
    }
    Ok(Noted { value: (coverage, Known { source, settled }), problems })
}

/// Refuses points whose datum nobody knows, and those that would be mixed with boundaries of another.
pub(super) fn compare(plan: &Plan, of: &FacilityPlan, points: &Points, boundaries: &Known) -> Result<(), Vec<Problem>> {
    let problem = match points.settled.known {
        source::Known::Assumed => Some(unknown(of, points)),
        _ => source::mixing((&points.source, points.settled), (&boundaries.source, boundaries.settled)),
    };
    match problem {
        Some(problem) => Err(vec![plan.locate(problem, of.file.span.clone())]),
        None => Ok(()),
    }
}

fn unknown(of: &FacilityPlan, points: &Points) -> Problem {
    let evidence = points.source.verdict.as_ref().map(|verdict| verdict.told()).unwrap_or_default();
    let message = format!(
        "The datum of {} is not said and its points do not show it, and points of different datums lie hundreds of metres apart. {evidence}",
        of.file.text
    );
    let help =
        "Add datum = \"wgs84\" (GPS, OpenStreetMap), \"gcj02\" (Amap, Tencent) or \"bd09\" (Baidu), whichever the file is in.";
    Problem::error("missing-datum", message.trim_end()).help(help)
}
