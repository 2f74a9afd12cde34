//! The ellipsoid and its equal-area (authalic) quantities.
//!
//! Formulas: J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395 (1987), equations 3-12, 3-16, 14-15.

/// Equatorial radius of WGS84 in metres.
pub(super) const RADIUS: f64 = 6_378_137.0;

const FLATTENING: f64 = 1.0 / 298.257_223_563;

/// First eccentricity squared.
pub(super) const E2: f64 = FLATTENING * (2.0 - FLATTENING);

fn eccentricity() -> f64 {
    E2.sqrt()
}

/// Snyder's q: twice the area between the equator and a latitude (in radians), a turn and a squared radius taken out.
pub(super) fn q(latitude: f64) -> f64 {
    let e = eccentricity();
    let sine = libm::sin(latitude);
    (1.0 - E2) * (sine / (1.0 - E2 * sine * sine) + libm::atanh(e * sine) / e)
}

/// Radius of the parallel at a latitude (in radians), in equatorial radii.
pub(super) fn m(latitude: f64) -> f64 {
    let sine = libm::sin(latitude);
    libm::cos(latitude) / (1.0 - E2 * sine * sine).sqrt()
}

/// The latitude in radians at which [`q`] has a value, by Newton's method from the sphere.
pub(super) fn latitude_of_q(value: f64) -> f64 {
    let pole = q(std::f64::consts::FRAC_PI_2);
    if value.abs() >= pole * (1.0 - 1e-15) {
        return std::f64::consts::FRAC_PI_2.copysign(value);
    }
    let mut latitude = libm::asin(value / pole);
    for _ in 0..30 {
        let sine = libm::sin(latitude);
        let w = 1.0 - E2 * sine * sine;
        let step = (value - q(latitude)) * w * w / (2.0 * (1.0 - E2) * libm::cos(latitude));
        latitude += step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    latitude
}

/// Radius of curvature along the meridian in metres.
pub(super) fn meridian_radius(latitude: f64) -> f64 {
    let sine = libm::sin(latitude);
    let w = 1.0 - E2 * sine * sine;
    RADIUS * (1.0 - E2) / (w * w.sqrt())
}
