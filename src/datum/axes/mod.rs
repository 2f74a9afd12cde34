//! Coordinates that are no longitudes and latitudes in degrees, or not in that order: found by what makes them right.
//!
//! Each way in which coordinates go wrong has one undoing. Where the numbers as written put points nowhere and undoing one mistake puts
//! them into China, or into the very areas that their rows name, that was the mistake. A turned sign and packed minutes give places
//! that exist (100° W 40° N is in Nebraska), so only the named areas convict them.

mod words;

use crate::coverage::Position;
use crate::coverage::locate::Locator;
use crate::level::Level;
use crate::place::key::{Gazetteer, Spot};

/// Of ten points so many must come right by the undoing of a mistake.
const RIGHT: usize = 9;
/// Of ten points so many at most may be right as written.
const WRONG: usize = 1;
/// Points that are looked at.
const MOST: usize = 2_000;
/// Least number of points by which a fault is told that gives places that exist.
const FEWEST: usize = 5;
/// Metres of a degree along the equator of Web Mercator.
const MERCATOR_DEGREE: f64 = 6_378_137.0 * std::f64::consts::PI / 180.0;

/// A mistake in all coordinates of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Latitudes stand where longitudes should.
    Swapped,
    /// Longitudes west that should be east.
    West,
    /// Latitudes south that should be north.
    South,
    /// Both signs are turned.
    BothSigns,
    /// Whole numbers: degrees times 10 to this power.
    Scaled(u32),
    /// Metres of Web Mercator (EPSG:3857).
    Mercator,
    /// Metres of a Gauss-Krüger zone whose number stands before the easting: the zone's width in degrees, its number.
    Gauss(u32, u32),
    /// The same with northing and easting exchanged.
    GaussSwapped(u32, u32),
    /// Metres of a zone whose number is not said.
    Metres,
    /// Degrees that were taken for metres of Web Mercator and turned into degrees once more.
    TwiceUnprojected,
    /// Minutes and seconds written as the decimals of degrees: 39.5430 for 39°54'30".
    PackedSeconds,
    /// Minutes written as the decimals of degrees: 39.545 for 39°54.5'.
    PackedMinutes,
    /// Degrees and minutes in one number: 3954.5 for 39°54.5'.
    Nmea,
}

/// A fault of a file, and how many of its points say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The fault.
    pub fault: Fault,
    /// Points looked at.
    pub points: usize,
    /// Of these, right as written.
    pub as_written: usize,
    /// Of these, right once it is undone.
    pub undone: usize,
    /// Whether right means inside the area that the row names, not only inside China.
    pub named: bool,
}

/// The mistake in coordinates as written (x where the longitude should be, y where the latitude), if there is one. Each goes with the
/// area that its row names, where it names one.
///
/// ```
/// use caremap::{coverage::bundled, datum::axes::{Fault, fault}, place::key::Gazetteer};
///
/// let gazetteer = Gazetteer::new(bundled());
/// let found = fault(&[([39.9, 116.4], None), ([31.2, 121.5], None)], &gazetteer).unwrap();
/// assert_eq!((found.fault, found.undone), (Fault::Swapped, 2));
/// assert_eq!(fault(&[([116.4, 39.9], None)], &gazetteer), None);
/// ```
pub fn fault(points: &[(Position, Option<Spot>)], gazetteer: &Gazetteer<'_>) -> Option<Found> {
    let step = points.len().div_ceil(MOST).max(1);
    let points: Vec<(Position, Option<Spot>)> =
        points.iter().copied().step_by(step).filter(|(at, _)| *at != [0.0, 0.0]).collect();
    let judge = Judge::new(gazetteer);
    let count = |undo: &dyn Fn(Position) -> Option<Position>, named: bool| {
        let right = |(at, spot): &&(Position, Option<Spot>)| {
            undo(*at).is_some_and(|at| judge.is_right(at, if named { *spot } else { None }))
        };
        points.iter().filter(|(_, spot)| !named || spot.is_some()).filter(right).count()
    };
    let whole = |fault: Fault, named: bool| {
        let all = points.iter().filter(|(_, spot)| !named || spot.is_some()).count();
        let (as_written, undone) = (count(&Some, named), count(&|at| undo(fault, at), named));
        let found = Found { fault, points: all, as_written, undone, named };
        (all > 0 && undone * 10 >= all * RIGHT && as_written * 10 <= all * WRONG).then_some(found)
    };
    let impossible = points.iter().filter(|(at, _)| is_nowhere(*at)).count() * 10 >= points.len() * RIGHT && !points.is_empty();
    if impossible {
        let zones = zones(&points);
        let ways =
            [Fault::Swapped, Fault::Mercator, Fault::TwiceUnprojected, Fault::Nmea].into_iter().chain((4..=7).map(Fault::Scaled));
        return best(ways.chain(zones).filter_map(|fault| whole(fault, false))).or_else(|| metres(&points));
    }
    let possible = [Fault::West, Fault::South, Fault::BothSigns];
    best(possible.into_iter().filter_map(|fault| whole(fault, true)).filter(|found| found.points >= FEWEST))
        .or_else(|| packed(&points, &judge))
}

/// Whether a look is worth its time: where most coordinates lie nowhere or outside China, or where all could be packed minutes.
pub fn is_suspicious(points: impl Iterator<Item = Position> + Clone) -> bool {
    let (mut all, mut outside) = (0_usize, 0_usize);
    for [x, y] in points.clone().filter(|at| *at != [0.0, 0.0]) {
        all += 1;
        outside += usize::from(!((73.0..136.0).contains(&x) && (3.0..54.0).contains(&y)));
    }
    all > 0
        && (outside * 10 >= all * RIGHT
            || (all >= FEWEST && points.into_iter().all(|at| at.iter().all(|part| are_minutes(*part)))))
}

/// Whether the decimals of a number could be minutes.
fn are_minutes(part: f64) -> bool {
    (part.abs().fract() * 100.0 + 1e-9) < 60.0
}

/// The fault that explains most points; of equals the simplest.
fn best(found: impl Iterator<Item = Found>) -> Option<Found> {
    found.max_by_key(|found| (found.undone, std::cmp::Reverse(found.fault)))
}

/// Whether there are no such places, or none where anybody lives: off the earth, right where the equator meets the prime meridian,
/// or in the Arctic, where western China comes to lie when its coordinates are exchanged.
fn is_nowhere([x, y]: Position) -> bool {
    !(x.abs() <= 180.0 && y.abs() <= 90.0)
        || (x.abs() < 0.01 && y.abs() < 0.01)
        || ((15.0..55.0).contains(&x) && (73.0..=90.0).contains(&y))
}

/// Minutes packed into decimals never reach .60, and they put points beside the areas that they name.
fn packed(points: &[(Position, Option<Spot>)], judge: &Judge<'_>) -> Option<Found> {
    let named: Vec<(Position, Spot)> = points.iter().filter_map(|(at, spot)| Some((*at, (*spot)?))).collect();
    if named.len() < FEWEST || !points.iter().all(|(at, _)| at.iter().all(|part| are_minutes(*part))) {
        return None;
    }
    let right = |undo: &dyn Fn(Position) -> Option<Position>| {
        named.iter().filter(|(at, spot)| undo(*at).is_some_and(|at| judge.is_inside(at, *spot))).count()
    };
    let as_written = right(&Some);
    let of = |fault: Fault| Found { fault, points: named.len(), as_written, undone: right(&|at| undo(fault, at)), named: true };
    // Points that are up to 40 minutes off often stay in their province, so the majority asked for is one over the reading as written.
    best([of(Fault::PackedSeconds), of(Fault::PackedMinutes)].into_iter()).filter(|found| {
        found.undone * 10 >= found.points * 8
            && found.undone >= found.as_written + FEWEST
            && found.undone * 2 >= found.as_written * 3
    })
}

/// Projected coordinates of which no zone is told.
fn metres(points: &[(Position, Option<Spot>)]) -> Option<Found> {
    let is_easting = |x: f64| (100_000.0..900_000.0).contains(&x);
    let is_northing = |y: f64| (300_000.0..6_200_000.0).contains(&y);
    let all = points.iter().all(|([x, y], _)| (is_easting(*x) && is_northing(*y)) || (is_easting(*y) && is_northing(*x)));
    all.then_some(Found { fault: Fault::Metres, points: points.len(), as_written: 0, undone: 0, named: false })
}

/// The Gauss-Krüger zones whose numbers stand before the eastings or northings.
fn zones(points: &[(Position, Option<Spot>)]) -> Vec<Fault> {
    let Some(([x, y], _)) = points.get(points.len() / 2) else { return Vec::new() };
    let zone = |part: f64| match (part / 1e6).floor() {
        number if (13.0..24.0).contains(&number) => Some((6, number as u32)),
        number if (25.0..46.0).contains(&number) => Some((3, number as u32)),
        _ => None,
    };
    let straight = zone(*x).map(|(width, number)| Fault::Gauss(width, number));
    straight.into_iter().chain(zone(*y).map(|(width, number)| Fault::GaussSwapped(width, number))).collect()
}

/// The position that a mistake was made of; good to a few hundred metres for projected coordinates, which are to be told, not used.
fn undo(fault: Fault, [x, y]: Position) -> Option<Position> {
    let found = match fault {
        Fault::Swapped => [y, x],
        Fault::West => [-x, y],
        Fault::South => [x, -y],
        Fault::BothSigns => [-x, -y],
        Fault::Scaled(power) => [x, y].map(|part| part / 10f64.powi(power as i32)),
        Fault::Mercator => [x / MERCATOR_DEGREE, gudermann(y / MERCATOR_DEGREE)],
        Fault::TwiceUnprojected => [x * MERCATOR_DEGREE, inverse_gudermann(y) * MERCATOR_DEGREE],
        Fault::Gauss(width, zone) => gauss(x, y, width, zone),
        Fault::GaussSwapped(width, zone) => gauss(y, x, width, zone),
        Fault::PackedSeconds => [x, y].map(|part| {
            let minutes = part.abs().fract() * 100.0;
            part.signum() * (part.abs().trunc() + minutes.trunc() / 60.0 + minutes.fract() / 36.0)
        }),
        Fault::PackedMinutes => [x, y].map(|part| part.signum() * (part.abs().trunc() + part.abs().fract() / 0.6)),
        Fault::Nmea => [x, y].map(|part| (part / 100.0).trunc() + (part % 100.0) / 60.0),
        Fault::Metres => return None,
    };
    found.iter().all(|part| part.is_finite()).then_some(found)
}

/// Latitude at a height of the Mercator map, both in degrees.
fn gudermann(height: f64) -> f64 {
    libm::atan(libm::sinh(height.to_radians())).to_degrees()
}

fn inverse_gudermann(latitude: f64) -> f64 {
    libm::asinh(libm::tan(latitude.to_radians())).to_degrees()
}

/// Gauss-Krüger back to degrees, by the footpoint latitude alone.
fn gauss(easting: f64, northing: f64, width: u32, zone: u32) -> Position {
    let meridian = if width == 3 { 3.0 * f64::from(zone) } else { 6.0 * f64::from(zone) - 3.0 };
    let rectifying = northing / 6_367_449.0;
    let latitude = rectifying + 0.002_518_8 * libm::sin(2.0 * rectifying);
    let east = easting - f64::from(zone) * 1e6 - 500_000.0;
    [meridian + (east / (6_388_000.0 * libm::cos(latitude))).to_degrees(), latitude.to_degrees()]
}

/// Tells right places from wrong ones.
struct Judge<'a> {
    gazetteer: &'a Gazetteer<'a>,
    provinces: Locator<'a>,
    prefectures: Locator<'a>,
    counties: Locator<'a>,
}

impl<'a> Judge<'a> {
    fn new(gazetteer: &'a Gazetteer<'a>) -> Self {
        let coverage = gazetteer.coverage();
        let [provinces, prefectures, counties] =
            [Level::Province, Level::Prefecture, Level::County].map(|level| Locator::new(coverage, level));
        Self { gazetteer, provinces, prefectures, counties }
    }

    /// Whether a place lies in the very area named.
    fn is_inside(&self, at: Position, (level, area): Spot) -> bool {
        let locator = match level {
            Level::County => &self.counties,
            Level::Prefecture => &self.prefectures,
            _ => &self.provinces,
        };
        locator.locate(at) == Some(area)
    }

    /// Whether a place lies in the prefecture or province named, or, where none is named, in any.
    fn is_right(&self, at: Position, named: Option<Spot>) -> bool {
        match named.map(|spot| (self.gazetteer.lift(spot, Level::Prefecture), self.gazetteer.lift(spot, Level::Province))) {
            Some((Some(prefecture), _)) => self.prefectures.locate(at) == Some(prefecture),
            Some((None, Some(province))) => self.provinces.locate(at) == Some(province),
            _ => self.provinces.locate(at).is_some(),
        }
    }
}

/// Points that lie outside the area they name and would lie inside if one mistake of their row were undone: the number of the point in
/// the list, and the mistake.
pub fn odd_rows(points: &[(Position, Spot)], gazetteer: &Gazetteer<'_>) -> Vec<(usize, Fault)> {
    let judge = Judge::new(gazetteer);
    let mistake = |(at, spot): &(Position, Spot)| {
        if judge.is_right(*at, Some(*spot)) {
            return None;
        }
        let faults = [Fault::Swapped, Fault::West, Fault::South, Fault::BothSigns];
        faults.into_iter().find(|fault| undo(*fault, *at).is_some_and(|undone| judge.is_right(undone, Some(*spot))))
    };
    points.iter().enumerate().filter_map(|(number, point)| Some((number, mistake(point)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::bundled;

    /// Places all over China with the county they lie in.
    fn places(gazetteer: &Gazetteer<'_>) -> Vec<(Position, Option<Spot>)> {
        let counties = gazetteer.coverage().areas(Level::County);
        let inside = |at: usize| crate::coverage::geometry::interior_point(gazetteer.coverage(), &counties[at]);
        (0..counties.len()).step_by(29).filter_map(|at| Some((inside(at)?, Some((Level::County, at))))).collect()
    }

    /// Gauss-Krüger of the 3-degree zone, by the series of Snyder 1987 (formulas 8-9 to 8-11) on the sphere of the same rectifying
    /// radius; a few kilometres off at most, which is enough here.
    fn to_gauss([longitude, latitude]: Position, zone: u32) -> Position {
        let (phi, lambda) = (latitude.to_radians(), (longitude - 3.0 * f64::from(zone)).to_radians());
        let b = phi.cos() * lambda.sin();
        [
            f64::from(zone) * 1e6 + 500_000.0 + 6_367_449.0 / 2.0 * ((1.0 + b) / (1.0 - b)).ln(),
            6_367_449.0 * (phi.tan() / lambda.cos()).atan(),
        ]
    }

    #[test]
    fn every_mistake_is_found_by_its_undoing() {
        let gazetteer = Gazetteer::new(bundled());
        let places = places(&gazetteer);
        let pack = |part: f64| part.trunc() + part.fract() * 0.6;
        let seconds = |part: f64| {
            let minutes = part.fract() * 60.0;
            part.trunc() + minutes.trunc() / 100.0 + minutes.fract() * 0.6 / 100.0
        };
        let mercator = |[x, y]: Position| [x * MERCATOR_DEGREE, inverse_gudermann(y) * MERCATOR_DEGREE];
        let twice = |[x, y]: Position| [x / MERCATOR_DEGREE, gudermann(y / MERCATOR_DEGREE)];
        type Way<'a> = (Fault, &'a dyn Fn(Position) -> Position);
        let ways: [Way<'_>; 10] = [
            (Fault::Swapped, &|[x, y]| [y, x]),
            (Fault::West, &|[x, y]| [-x, y]),
            (Fault::South, &|[x, y]| [x, -y]),
            (Fault::BothSigns, &|[x, y]| [-x, -y]),
            (Fault::Scaled(6), &|at| at.map(|part| (part * 1e6).round())),
            (Fault::Mercator, &mercator),
            (Fault::TwiceUnprojected, &twice),
            (Fault::PackedMinutes, &|at| at.map(pack)),
            (Fault::PackedSeconds, &|at| at.map(seconds)),
            (Fault::Nmea, &|at| at.map(|part| part.trunc() * 100.0 + part.fract() * 60.0)),
        ];
        assert_eq!(fault(&places, &gazetteer), None);
        for (expected, spoil) in ways {
            let spoilt: Vec<_> = places.iter().map(|(at, spot)| (spoil(*at), *spot)).collect();
            assert!(is_suspicious(spoilt.iter().map(|(at, _)| *at)), "{expected:?}");
            let found = fault(&spoilt, &gazetteer);
            // Packed seconds read as packed minutes are less than a minute off, so the two are one to most points.
            let packed = |fault: Fault| matches!(fault, Fault::PackedMinutes | Fault::PackedSeconds);
            assert!(
                found.is_some_and(|found| found.fault == expected || (packed(found.fault) && packed(expected))),
                "{expected:?} {found:?}"
            );
        }
    }

    #[test]
    fn gauss_zones_are_told_by_their_numbers() {
        let gazetteer = Gazetteer::new(bundled());
        let hebei: Vec<Position> = (0..20).map(|at| [115.0 + f64::from(at) / 15.0, 38.0 + f64::from(at) / 9.0]).collect();
        let spoilt: Vec<_> = hebei.iter().map(|at| (to_gauss(*at, 39), None)).collect();
        let found = fault(&spoilt, &gazetteer).expect("found");
        assert_eq!(found.fault, Fault::Gauss(3, 39));
        assert!(found.help("").contains("EPSG:4527 if it is CGCS2000"), "{}", found.help(""));
        let swapped: Vec<_> = spoilt.iter().map(|([x, y], _)| ([*y, *x], None)).collect();
        assert_eq!(fault(&swapped, &gazetteer).map(|found| found.fault), Some(Fault::GaussSwapped(3, 39)));
        let bare: Vec<_> = spoilt.iter().map(|([x, y], _)| ([*x - 39e6, *y], None)).collect();
        assert_eq!(fault(&bare, &gazetteer).map(|found| found.fault), Some(Fault::Metres));
    }

    #[test]
    fn foreign_and_honest_points_are_not_accused() {
        let gazetteer = Gazetteer::new(bundled());
        let nebraska = vec![([-100.0, 40.0], None); 20];
        let europe = vec![([2.35, 48.85], None), ([13.4, 52.5], None)];
        let rounded = vec![
            ([116.4, 39.5], None),
            ([121.5, 31.2], None),
            ([114.1, 22.5], None),
            ([113.3, 23.1], None),
            ([104.1, 30.5], None),
        ];
        for points in [nebraska, europe, rounded, vec![([0.0, 0.0], None); 5], Vec::new()] {
            assert_eq!(fault(&points, &gazetteer), None, "{points:?}");
        }
    }
}
