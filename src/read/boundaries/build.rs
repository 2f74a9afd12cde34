//! From the features of a file, whatever its format, to a coverage.

use super::place;
use crate::coverage::build::{Built, build};
use crate::coverage::check::check;
use crate::coverage::repair::Repairs;
use crate::coverage::{Coverage, sha256};
use crate::datum::{Datum, to_wgs84};
use crate::problem::{Noted, Outcome, Problem, Severity};
use crate::read::areas::{Chosen, join_duplicates};
use crate::read::features::{Features, Fields};

/// Builds the coverage of the features of a file, and checks it. The fingerprint is that of the file's bytes.
pub(crate) fn coverage(bytes: &[u8], file: &str, features: Features, fields: &Fields) -> Outcome<(Coverage, Repairs)> {
    let (built, sha256) = rayon::join(|| unchecked(features, fields), || sha256(bytes));
    let in_file = |problems: Vec<Problem>| problems.into_iter().map(|problem| problem.in_file(file)).collect::<Vec<_>>();
    let Noted { value: (mut coverage, repairs), mut problems } = built.map_err(in_file)?;
    coverage.origin.sha256 = sha256;
    problems.extend(check(&coverage, fields.level).problems(&coverage, fields.level));
    Ok(Noted { value: (coverage, repairs), problems: in_file(problems) })
}

fn unchecked(features: Features, fields: &Fields) -> Outcome<(Coverage, Repairs)> {
    let Noted { value: features, mut problems } = place::in_wgs84(features, fields)?;
    let chosen = Chosen::find(&features, fields)?.drain_into(&mut problems);
    let mut areas = chosen.areas(&features.properties)?;
    let Built { arcs, areas: polygons, repairs } = build(features.outlines);
    for (area, polygons) in areas.iter_mut().zip(polygons) {
        area.polygons = polygons;
    }
    problems.extend(mended(&repairs));
    let arcs = if fields.datum == Datum::Wgs84 { arcs } else { arcs.map(|position| to_wgs84(position, fields.datum)) };
    let mut coverage = Coverage { arcs, ..Coverage::default() };
    let joined = join_duplicates(&coverage, areas);
    problems.extend(joined.problems);
    coverage.layers.insert(fields.level, joined.value);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        // What stops the reading comes first.
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        return Err(problems);
    }
    Ok(Noted { value: (coverage, repairs), problems })
}

/// What was mended, as problems.
fn mended(repairs: &Repairs) -> impl Iterator<Item = Problem> {
    let done = repairs.list().into_iter().filter(|(count, _)| *count > 0);
    done.map(|(count, what)| Problem::note("repaired", format!("{count} {what}.")))
}
