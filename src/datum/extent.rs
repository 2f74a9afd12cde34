//! Where the map services move points, and where they leave them.
//!
//! GCJ-02 is defined by a formula; which places it is applied to is each service's own choice. All apply it to the mainland and none
//! abroad. About the rest they differ: Google and Apple leave Hong Kong and Macau where they are; Amap counts mainland, Hong Kong and
//! Macau as its own (`CoordinateConverter.isAMapDataAvailable` of its SDK), and Huawei's Map Kit says that it shifts these three and
//! neither Taiwan nor abroad. Baidu says that BD-09 holds in China with Hong Kong, Macau and Taiwan and that it answers in WGS84
//! elsewhere (its coordinate guide for the Android SDK).
//!
//! So here a GCJ-02 point in Hong Kong, Macau or Taiwan is left alone, a BD-09 point there is not, a point abroad never moves, and who
//! reads points is told how many of them lay there. The outlines are the bundled ones, not a box. A coverage is another matter: its
//! vertices all move alike ([`super::to_wgs84`]), or the border that Shenzhen and Hong Kong share would tear.

use super::{Datum, convert};
use crate::coverage::locate::Locator;
use crate::coverage::{Position, bundled};
use crate::level::Level;
use std::sync::OnceLock;

/// Degrees of latitude, about a kilometre, by which a point may lie off the outlines (piers, small islands, simplified coasts).
const MARGIN: f64 = 0.009;

/// Places that are looked at.
const MOST: usize = 500;

/// What is to be said of the place of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It lies in Hong Kong, Macau or Taiwan and was left alone; not every service does so.
    Special,
    /// It lies in Hong Kong or Macau as written and on the mainland once moved, right across the border. It was moved to Shenzhen, for
    /// Hong Kong keeps that strip empty, and left in Macau.
    Unsure,
    /// It lies outside China and was left alone.
    Abroad,
}

/// The WGS84 position of a point given in `datum`, and what is to be said of it. `mainland` says whether its address names a place on
/// the mainland, where that is known; it decides right at the border of Hong Kong or Macau.
///
/// ```
/// use caremap::datum::{Datum, extent::{Doubt, to_wgs84}};
///
/// assert_eq!(to_wgs84([114.17, 22.30], Datum::Gcj02, None), ([114.17, 22.30], Some(Doubt::Special)));
/// assert_eq!(to_wgs84([139.69, 35.69], Datum::Gcj02, None), ([139.69, 35.69], Some(Doubt::Abroad)));
/// assert_eq!(to_wgs84([116.39, 39.91], Datum::Gcj02, None).1, None);
/// ```
pub fn to_wgs84(position: Position, datum: Datum, mainland: Option<bool>) -> (Position, Option<Doubt>) {
    if datum == Datum::Wgs84 {
        return (position, None);
    }
    let moved = convert::to_wgs84(position, datum);
    match (datum, part(moved), part(position)) {
        (Datum::Gcj02, Part::Mainland, Part::HongKong) if mainland.is_none() => (moved, Some(Doubt::Unsure)),
        (Datum::Gcj02, Part::Mainland, Part::Macau) if mainland.is_none() => (position, Some(Doubt::Unsure)),
        (Datum::Gcj02, Part::Mainland, part) if !part.is_special() || mainland == Some(true) => (moved, None),
        (Datum::Bd09, part, _) if part.is_special() || part == Part::Mainland => (moved, None),
        (Datum::Gcj02, moved, written) if moved.is_special() || written.is_special() => (position, Some(Doubt::Special)),
        _ if near_mainland(moved) => (moved, None),
        _ => (position, Some(Doubt::Abroad)),
    }
}

/// The position in `datum` of a WGS84 point, as the service that uses the datum would give it.
pub fn from_wgs84(position: Position, datum: Datum) -> Position {
    let moves = match (datum, part(position)) {
        (Datum::Wgs84, _) => false,
        (_, Part::Mainland) => true,
        (_, Part::Neither) => near_mainland(position),
        (datum, _) => datum == Datum::Bd09,
    };
    if moves { convert::from_wgs84(position, datum) } else { position }
}

/// Whether some of the places, at most a few hundred of which are looked at, lie where a service moves points.
pub fn is_moved(places: &[Position]) -> bool {
    let step = places.len().div_ceil(MOST).max(1);
    let moves =
        |place: &Position| convert::from_wgs84(*place, Datum::Bd09) != *place && from_wgs84(*place, Datum::Bd09) != *place;
    places.iter().step_by(step).any(moves)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Mainland,
    HongKong,
    Macau,
    Taiwan,
    Neither,
}

impl Part {
    fn is_special(self) -> bool {
        matches!(self, Part::HongKong | Part::Macau | Part::Taiwan)
    }
}

fn part(position: Position) -> Part {
    static PROVINCES: OnceLock<Locator<'static>> = OnceLock::new();
    let provinces = PROVINCES.get_or_init(|| Locator::new(bundled(), Level::Province));
    match provinces.locate(position).map(|at| &bundled().areas(Level::Province)[at].code[..2]) {
        Some("71") => Part::Taiwan,
        Some("81") => Part::HongKong,
        Some("82") => Part::Macau,
        Some(_) => Part::Mainland,
        None => Part::Neither,
    }
}

/// Whether the mainland is within the margin, looked for in sixteen places around.
fn near_mainland([x, y]: Position) -> bool {
    let around = (0..16).map(|at| {
        let (sine, cosine) = libm::sincos(f64::from(at % 8) * std::f64::consts::FRAC_PI_4);
        let far = if at < 8 { MARGIN / 2.0 } else { MARGIN };
        [x + far * sine, y + far * cosine]
    });
    around.into_iter().any(|position| part(position) == Part::Mainland)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mainland_moves_and_its_neighbours_do_not() {
        for (place, moves) in [
            ([114.06, 22.54], true),   // Shenzhen
            ([114.16, 22.28], false),  // Hong Kong, Central
            ([113.54, 22.19], false),  // Macau
            ([121.52, 25.04], false),  // Taipei
            ([106.98, 48.0], false),   // Ulan Bator, in the published box
            ([105.85, 21.03], false),  // Hanoi, in the box as well
            ([126.98, 37.57], false),  // Seoul, too
            ([109.51, 18.25], true),   // Sanya
            ([120.353, 36.059], true), // the end of Qingdao's pier
        ] {
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let special = part(place).is_special();
                let shifted = from_wgs84(place, datum);
                assert_eq!(shifted != place, moves || (special && datum == Datum::Bd09), "{datum} {place:?}");
                let (back, _) = to_wgs84(shifted, datum, None);
                assert!((back[0] - place[0]).abs() < 1e-9 && (back[1] - place[1]).abs() < 1e-9, "{datum} {place:?} {back:?}");
            }
        }
    }

    #[test]
    fn right_at_the_border_the_address_decides() {
        // In Luohu and across the river from it, both of which Amap would write so.
        let luohu = [114.12, 22.54];
        let given = convert::from_wgs84(luohu, Datum::Gcj02);
        assert_eq!(part(given), Part::HongKong);
        let (back, doubt) = to_wgs84(given, Datum::Gcj02, None);
        assert!((back[0] - luohu[0]).abs() < 1e-9 && doubt == Some(Doubt::Unsure));
        assert_eq!(to_wgs84(given, Datum::Gcj02, Some(true)), (back, None));
        assert_eq!(to_wgs84(given, Datum::Gcj02, Some(false)), (given, Some(Doubt::Special)));
        // In the north of Macau, as written; moved, it lies in Zhuhai.
        let macau = [113.545, 22.212];
        assert_eq!(part(convert::to_wgs84(macau, Datum::Gcj02)), Part::Mainland);
        assert_eq!(to_wgs84(macau, Datum::Gcj02, None), (macau, Some(Doubt::Unsure)));
    }
}
