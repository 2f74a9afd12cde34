//! Points against points: the reading under which points of one name come to lie on each other.

use super::source::{Known, Settled, Source};
use super::verdict::Votes;
use super::{Datum, extent};
use crate::coverage::Position;
use crate::measure::geodesic;
use crate::place::name;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// A pair farther apart than this, in metres, under its best reading is not one place.
const FARTHEST: f64 = 500.0;
/// Share of the votes that is taken to be wrong. Two geocoders put a hospital some hundred metres apart, a third of the smallest shift.
const WRONG: f64 = 0.2;
/// A reading must be nearer than another by this factor for the pair to tell them apart.
const NEARER: f64 = 0.7;

/// The votes of points whose name a point of the reference has too, and the sentence that tells them; none where there is no pair.
/// Positions of `points` are as written, those of `reference` WGS84.
pub fn votes<'a, 'b>(
    points: impl IntoIterator<Item = (&'a str, Position)>,
    reference: impl IntoIterator<Item = (&'b str, Position)>,
    whose: &str,
) -> Option<(Votes, String)> {
    let (points, reference) = (of_one_name(points), of_one_name(reference));
    let mut votes = Votes::new(WRONG);
    let mut all: [Vec<f64>; 3] = Default::default();
    for (name, position) in &points {
        let Some(known) = reference.get(name) else { continue };
        let metres = Datum::ALL.map(|datum| geodesic::metres(extent::to_wgs84(*position, datum, None).0, *known));
        if metres.iter().all(|metres| *metres > FARTHEST) {
            continue;
        }
        votes.count(|a, b| metres[a] < NEARER * metres[b]);
        all.iter_mut().zip(metres).for_each(|(all, metres)| all.push(metres));
    }
    let pairs = all[0].len();
    let [wgs84, gcj02, bd09] = all.map(|metres| super::source::metres(super::source::middle(metres).unwrap_or(0.0)));
    (pairs > 0).then(|| {
        let sentence = format!(
            "{pairs} points have the name of one of {whose}: read as WGS84 the middle one lies {wgs84} from it, as GCJ-02 {gcj02}, as BD-09 {bd09}."
        );
        (votes, sentence)
    })
}

/// A list of named points in WGS84, as far as that is known.
pub struct List<'a> {
    /// What is known of its datum.
    pub source: &'a Source,
    /// The datum its points were moved from.
    pub settled: Settled,
    /// Names and positions.
    pub points: Vec<(&'a str, Position)>,
}

/// What is wrong with two lists of which one lies beside the other as a shifted datum lies beside WGS84. Of lists whose datums are
/// both said it is only a warning.
pub fn mixing(shifted: &List<'_>, other: &List<'_>) -> Option<Problem> {
    let (votes, sentence) = votes(shifted.points.iter().copied(), other.points.iter().copied(), &other.source.file)?;
    let (datum, sure) = votes.decide()?;
    if datum == Datum::Wgs84 || shifted.settled.datum != Datum::Wgs84 {
        return None;
    }
    let message = format!(
        "{} lies beside {} as {} lies beside WGS84 ({sure}). {sentence}",
        shifted.source.file,
        other.source.file,
        datum.title()
    );
    let unsure = shifted.settled.known < Known::Written || other.settled.known < Known::Written;
    let problem = if unsure { Problem::error } else { Problem::warning };
    let help = format!("Write {} if it comes from {}.", shifted.source.declare(datum), datum.whose());
    Some(problem("datum-mixed", message).in_file(&shifted.source.file).help(help))
}

/// Positions by name, of names that occur once and say more than a few letters.
fn of_one_name<'a>(points: impl IntoIterator<Item = (&'a str, Position)>) -> BTreeMap<String, Position> {
    let mut by_name: BTreeMap<String, Option<Position>> = BTreeMap::new();
    for (name, position) in points {
        by_name.entry(name::normal(name)).and_modify(|known| *known = None).or_insert(Some(position));
    }
    by_name
        .into_iter()
        .filter(|(name, _)| name.chars().count() >= 4)
        .filter_map(|(name, position)| Some((name, position?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datum::Confidence;

    #[test]
    fn a_list_of_the_same_places_tells_the_datum() {
        let places: Vec<(String, Position)> =
            (0..20).map(|at| (format!("第{at}人民医院"), [104.0 + f64::from(at) / 2.0, 30.0 + f64::from(at) / 7.0])).collect();
        let known = || places.iter().map(|(name, position)| (name.as_str(), *position));
        for datum in Datum::ALL {
            // Another geocoder's points: a hundred metres off, and one in another campus.
            let other: Vec<(String, Position)> = places
                .iter()
                .enumerate()
                .map(|(at, (name, [x, y]))| {
                    let off = if at == 3 { 0.05 } else { 0.001 };
                    (name.clone(), extent::from_wgs84([x + off, *y], datum))
                })
                .collect();
            let (votes, sentence) =
                votes(other.iter().map(|(name, at)| (name.as_str(), *at)), known(), "the others").expect("pairs");
            assert_eq!(votes.decide(), Some((datum, Confidence::Clear)), "{sentence}");
            assert!(sentence.starts_with("19 points have the name of one of the others: read as WGS84"), "{sentence}");
        }
        assert_eq!(votes([("甲乙丙丁", [104.0, 30.0]); 2], known(), "x"), None);
    }
}
