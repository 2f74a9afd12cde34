//! The formulas of GCJ-02 and BD-09, both ways.
//!
//! The forward formulas are those published with the open converters (`eviltransform`, MIT; `coordtransform`, MIT). The way back is
//! found by iterating the forward formula, to far below a millimetre.

use super::Datum;
use crate::coverage::Position;
use std::f64::consts::PI;

/// Semi-major axis of the Krasovsky 1940 ellipsoid in metres, which the shift is defined on.
const KRASOVSKY_AXIS: f64 = 6_378_245.0;
/// Square of its first eccentricity, as published with the formula.
const KRASOVSKY_ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// Box of longitudes and of latitudes outside which the services do not shift.
const SHIFTED: [[f64; 2]; 2] = [[72.004, 137.8347], [0.8293, 55.8271]];
/// Degrees by which no place in the box is moved, by either service.
const FARTHEST: f64 = 0.05;
/// Iterations of the inverse; each gains more than two digits, so the limit is never met by real places.
const MOST_ITERATIONS: usize = 30;
/// The inverse stops once a step is below this many degrees, about a micrometre.
const CLOSE_ENOUGH: f64 = 1e-11;

/// A position in degrees moved from one datum to another, by the formulas alone: they know no border of China but a box around it, so
/// that the vertices that neighbours share move alike. Points are moved by [`super::extent::to_wgs84`]. Positions outside the box,
/// or not finite, come back as they are.
///
/// ```
/// use caremap::datum::{Datum, convert};
///
/// let baidu = convert([116.404, 39.915], Datum::Gcj02, Datum::Bd09);
/// assert!((baidu[0] - 116.410_37).abs() < 1e-5 && (baidu[1] - 39.921_34).abs() < 1e-5);
/// ```
pub fn convert(position: Position, from: Datum, to: Datum) -> Position {
    match (from, to) {
        (Datum::Gcj02, Datum::Bd09) if is_shifted(place_of(position)) => ripple(position),
        (Datum::Bd09, Datum::Gcj02) => {
            let amap = before_ripple(position);
            if is_shifted(place_of(amap)) { amap } else { position }
        }
        _ if from == to => position,
        (Datum::Gcj02, Datum::Bd09) => position,
        _ => from_wgs84(to_wgs84(position, from), to),
    }
}

/// The WGS84 position of a place given in `datum`, degrees. Positions outside the shifted box, or not finite, come back as they are.
pub fn to_wgs84(position: Position, datum: Datum) -> Position {
    let place = match datum {
        Datum::Wgs84 => return position,
        Datum::Gcj02 => place_of(position),
        Datum::Bd09 => place_of(before_ripple(position)),
    };
    // Whether there is a shift is a question of where the place lies, not of where it was moved.
    if is_shifted(place) { place } else { position }
}

/// The position in `datum` of a WGS84 place, degrees. Positions outside the shifted box, or not finite, come back as they are.
pub fn from_wgs84(position: Position, datum: Datum) -> Position {
    match datum {
        Datum::Gcj02 if is_shifted(position) => shift(position),
        Datum::Bd09 if is_shifted(position) => ripple(shift(position)),
        _ => position,
    }
}

fn is_shifted([longitude, latitude]: Position) -> bool {
    let [[west, east], [south, north]] = SHIFTED;
    (west..=east).contains(&longitude) && (south..=north).contains(&latitude)
}

/// Whether a place in the box may have been moved here.
fn is_near_shifted([longitude, latitude]: Position) -> bool {
    let [[west, east], [south, north]] = SHIFTED;
    (west - FARTHEST..=east + FARTHEST).contains(&longitude) && (south - FARTHEST..=north + FARTHEST).contains(&latitude)
}

/// WGS84 to GCJ-02.
fn shift(position: Position) -> Position {
    let [east, north] = offset(position);
    [position[0] + east, position[1] + north]
}

/// GCJ-02 to WGS84: the place whose shifted position is the one given. The shift changes by less than one part in a hundred from
/// place to place, so taking it off again and again converges.
fn place_of(position: Position) -> Position {
    solve(position, position, shift)
}

/// BD-09 to GCJ-02; the published inverse is off by up to a metre.
fn before_ripple(position: Position) -> Position {
    solve(position, [position[0] - BAIDU_SHIFT[0], position[1] - BAIDU_SHIFT[1]], ripple)
}

/// The position that `forward` moves to the one given, from a first guess; the position itself far from the shifted box.
fn solve(position: Position, mut guess: Position, forward: fn(Position) -> Position) -> Position {
    if !is_near_shifted(position) {
        return position;
    }
    for _ in 0..MOST_ITERATIONS {
        let there = forward(guess);
        let step = [there[0] - position[0], there[1] - position[1]];
        guess = [guess[0] - step[0], guess[1] - step[1]];
        if step[0].abs().max(step[1].abs()) < CLOSE_ENOUGH {
            break;
        }
    }
    guess
}

/// The shift at a place, in degrees of longitude and latitude.
fn offset([longitude, latitude]: Position) -> [f64; 2] {
    let (x, y) = (longitude - 105.0, latitude - 35.0);
    let root = x.abs().sqrt();
    let (across, up) = (Waves::new(x), Waves::new(y));
    let shared = (20.0 * across.sixfold() + 20.0 * across.twofold()) * 2.0 / 3.0;
    let mut east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared;
    east += (20.0 * across.whole.0 + 40.0 * across.third) * 2.0 / 3.0;
    east += (150.0 * across.twelfth + 300.0 * across.thirtieth) * 2.0 / 3.0;
    let mut north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared;
    north += (20.0 * up.whole.0 + 40.0 * up.third) * 2.0 / 3.0;
    north += (160.0 * up.twelfth + 320.0 * up.thirtieth) * 2.0 / 3.0;

    let radians = latitude / 180.0 * PI;
    let (sine, cosine) = libm::sincos(radians);
    let square = 1.0 - KRASOVSKY_ECCENTRICITY_SQUARED * sine * sine;
    let meridian = KRASOVSKY_AXIS * (1.0 - KRASOVSKY_ECCENTRICITY_SQUARED) / (square * square.sqrt());
    let parallel = KRASOVSKY_AXIS / square.sqrt() * cosine;
    [east * 180.0 / (parallel * PI), north * 180.0 / (meridian * PI)]
}

/// Sines of π times a number and of parts of it. Only two are worked out, the others follow by the formulas for double and triple
/// angles: most of the time of a conversion is spent here, and the loss, 1e-14 of waves of 30 metres, is nothing.
struct Waves {
    thirtieth: f64,
    twelfth: f64,
    third: f64,
    /// Sine and cosine.
    whole: (f64, f64),
}

impl Waves {
    fn new(x: f64) -> Self {
        let (thirtieth, _) = libm::sincos(x / 30.0 * PI);
        let twelfth = libm::sincos(x / 12.0 * PI);
        let third = double(double(twelfth));
        Self { thirtieth, twelfth: twelfth.0, third: third.0, whole: triple(third) }
    }

    fn twofold(&self) -> f64 {
        double(self.whole).0
    }

    fn sixfold(&self) -> f64 {
        triple(double(self.whole)).0
    }
}

/// Sine and cosine of twice an angle.
fn double((sine, cosine): (f64, f64)) -> (f64, f64) {
    (2.0 * sine * cosine, 1.0 - 2.0 * sine * sine)
}

/// Sine and cosine of three times an angle.
fn triple((sine, cosine): (f64, f64)) -> (f64, f64) {
    (sine * (3.0 - 4.0 * sine * sine), cosine * (4.0 * cosine * cosine - 3.0))
}

/// Baidu's shift: a constant one, and a ripple in polar coordinates about the origin.
const BAIDU_SHIFT: [f64; 2] = [0.0065, 0.006];
/// Frequency of the ripple.
const BAIDU_RIPPLE: f64 = PI * 3000.0 / 180.0;

/// GCJ-02 to BD-09.
fn ripple([x, y]: Position) -> Position {
    let radius = (x * x + y * y).sqrt() + 0.000_02 * libm::sin(y * BAIDU_RIPPLE);
    let angle = libm::atan2(y, x) + 0.000_003 * libm::cos(x * BAIDU_RIPPLE);
    [radius * libm::cos(angle) + BAIDU_SHIFT[0], radius * libm::sin(angle) + BAIDU_SHIFT[1]]
}
