//! Map projections: equal-area conic for China, and an equal-area projection fitted to the frame elsewhere.
//!
//! All are ellipsoidal (WGS84) after Snyder, USGS Professional Paper 1395: Albers conic (chapter 14), Lambert azimuthal
//! (chapter 24), cylindrical (chapter 10). Longitude and latitude are degrees, projected positions metres, y to the north.

mod ellipsoid;

use crate::coverage::Position;
use crate::spec::Words;
use ellipsoid::{RADIUS, latitude_of_q, m, meridian_radius, q};
use std::f64::consts::FRAC_PI_2;

/// A frame in degrees: west, south, east, north. East is larger than 180 where the frame crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

/// An equal-area projection of the ellipsoid.
///
/// ```
/// let albers = caremap::project::Projection::china();
/// let there = albers.forward([116.391, 39.907]);
/// let back = albers.inverse(there).expect("on the map");
/// assert!((back[0] - 116.391).abs() < 1e-9 && (back[1] - 39.907).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    kind: Kind,
    meridian: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Standard parallels in degrees; cone constant n, C and the radius of the parallel at the origin, in equatorial radii.
    Albers { parallels: (f64, f64), n: f64, c: f64, rho0: f64 },
    /// Latitude of the centre in degrees; sine and cosine of its authalic latitude, and Snyder's D.
    Azimuthal { latitude: f64, sine: f64, cosine: f64, d: f64 },
    /// Standard parallel in degrees and scale along the equator.
    Cylindrical { parallel: f64, k0: f64 },
}

impl Projection {
    /// Albers equal-area conic with standard parallels 25° N and 47° N about 105° E, as thematic maps of China use it.
    pub fn china() -> Self {
        Self::albers(25.0, 47.0, 105.0, 0.0)
    }

    /// Albers equal-area conic. Parallels placed symmetrically about the equator make a cylinder.
    pub fn albers(first: f64, second: f64, meridian: f64, origin: f64) -> Self {
        let (phi1, phi2) = (first.to_radians(), second.to_radians());
        let (m1, q1) = (m(phi1), q(phi1));
        let n = if (first - second).abs() < 1e-9 {
            libm::sin(phi1)
        } else {
            let m2 = m(phi2);
            (m1 * m1 - m2 * m2) / (q(phi2) - q1)
        };
        if n.abs() < 1e-3 {
            return Self::cylindrical(first.abs().max(second.abs()), meridian);
        }
        let c = m1 * m1 + n * q1;
        let rho0 = (c - n * q(origin.to_radians())).max(0.0).sqrt() / n;
        Self { kind: Kind::Albers { parallels: (first, second), n, c, rho0 }, meridian }
    }

    /// Lambert azimuthal equal-area about a centre.
    pub fn azimuthal(latitude: f64, meridian: f64) -> Self {
        // The oblique formulas divide by the cosine of the centre; the map may as well be centred a little off a pole.
        let latitude = latitude.clamp(-89.0, 89.0);
        let phi = latitude.to_radians();
        let pole = q(FRAC_PI_2);
        let sine = q(phi) / pole;
        let cosine = (1.0 - sine * sine).sqrt();
        let d = m(phi) / ((pole / 2.0).sqrt() * cosine);
        Self { kind: Kind::Azimuthal { latitude, sine, cosine, d }, meridian }
    }

    /// Cylindrical equal-area, true along one parallel north and south.
    pub fn cylindrical(parallel: f64, meridian: f64) -> Self {
        let parallel = parallel.abs().min(80.0);
        Self { kind: Kind::Cylindrical { parallel, k0: m(parallel.to_radians()) }, meridian }
    }

    /// The equal-area projection that suits a frame: conic with parallels a sixth of the height from its edges, azimuthal near
    /// the poles and for wide frames, cylindrical along the equator and for the whole world.
    pub fn fitted(extent: Extent) -> Self {
        let meridian = wrap((extent.west + extent.east) / 2.0);
        let (width, height) = (extent.east - extent.west, extent.north - extent.south);
        let middle = (extent.south + extent.north) / 2.0;
        let sixth = height / 6.0;
        let (first, second) = (extent.south + sixth, extent.north - sixth);
        if width > 180.0 {
            Self::cylindrical(37.5, meridian)
        } else if extent.north > 78.0 || extent.south < -78.0 || (width > 60.0 && height > 60.0) {
            Self::azimuthal(middle, meridian)
        } else if middle.abs() < 8.0 || (extent.south < 0.0 && extent.north > 0.0 && middle.abs() < 15.0) {
            Self::cylindrical(extent.south.abs().max(extent.north.abs()) * 0.6, meridian)
        } else {
            Self::albers(first, second, meridian, 0.0)
        }
    }

    /// Metres on the map of a longitude and latitude.
    pub fn forward(&self, position: Position) -> Position {
        let lambda = wrap(position[0] - self.meridian).to_radians();
        let phi = position[1].clamp(-90.0, 90.0).to_radians();
        match self.kind {
            Kind::Albers { n, c, rho0, .. } => {
                let rho = (c - n * q(phi)).max(0.0).sqrt() / n;
                let theta = n * lambda;
                [RADIUS * rho * libm::sin(theta), RADIUS * (rho0 - rho * libm::cos(theta))]
            }
            Kind::Azimuthal { sine, cosine, d, .. } => {
                let pole = q(FRAC_PI_2);
                let sine_beta = q(phi) / pole;
                let cosine_beta = (1.0 - sine_beta * sine_beta).max(0.0).sqrt();
                let toward = cosine_beta * libm::cos(lambda);
                let b = (pole / (1.0 + sine * sine_beta + cosine * toward).max(1e-12)).sqrt() * RADIUS;
                [b * d * cosine_beta * libm::sin(lambda), b / d * (cosine * sine_beta - sine * toward)]
            }
            Kind::Cylindrical { k0, .. } => [RADIUS * k0 * lambda, RADIUS * q(phi) / (2.0 * k0)],
        }
    }

    /// Longitude and latitude of a place on the map; none beyond the edge of the world.
    pub fn inverse(&self, [x, y]: Position) -> Option<Position> {
        let (x, y) = (x / RADIUS, y / RADIUS);
        let pole = q(FRAC_PI_2);
        let (lambda, q_there) = match self.kind {
            Kind::Albers { n, c, rho0, .. } => {
                let sign = 1.0_f64.copysign(n);
                let rho2 = x * x + (rho0 - y) * (rho0 - y);
                (libm::atan2(sign * x, sign * (rho0 - y)) / n, (c - rho2 * n * n) / n)
            }
            Kind::Azimuthal { sine, cosine, d, .. } => {
                let rho = libm::hypot(x / d, d * y);
                if rho < 1e-15 {
                    (0.0, pole * sine)
                } else {
                    let half = rho / (2.0 * pole).sqrt();
                    if half > 1.0 {
                        return None;
                    }
                    let angle = 2.0 * libm::asin(half);
                    let (s, c) = (libm::sin(angle), libm::cos(angle));
                    let east = libm::atan2(x * s, d * rho * cosine * c - d * d * y * sine * s);
                    (east, pole * (c * sine + d * y * s * cosine / rho))
                }
            }
            Kind::Cylindrical { k0, .. } => (x / k0, 2.0 * y * k0),
        };
        let beyond = lambda.abs() > std::f64::consts::PI * (1.0 + 1e-12) || q_there.abs() > pole * (1.0 + 1e-12);
        (!beyond).then(|| [wrap(lambda.to_degrees() + self.meridian), latitude_of_q(q_there).to_degrees()])
    }

    /// Point scale at a place: how much longer the map is than the ground along the meridian and along the parallel.
    pub fn point_scale(&self, position: Position) -> (f64, f64) {
        const STEP: f64 = 1e-4;
        let latitude = position[1].clamp(-89.99, 89.99);
        let phi = latitude.to_radians();
        let apart = |a: Position, b: Position| {
            let (a, b) = (self.forward(a), self.forward(b));
            libm::hypot(a[0] - b[0], a[1] - b[1]) / (2.0 * STEP.to_radians())
        };
        let north = apart([position[0], latitude + STEP], [position[0], latitude - STEP]) / meridian_radius(phi);
        let east = apart([position[0] + STEP, latitude], [position[0] - STEP, latitude]) / (RADIUS * m(phi));
        (north, east)
    }

    /// Longitude of the meridian that is drawn upright.
    pub fn meridian(&self) -> f64 {
        self.meridian
    }

    /// The projection as a PROJ string on the WGS84 ellipsoid, for other programs. The origin of the axes is the projection's own.
    pub fn proj(&self) -> String {
        let meridian = self.meridian;
        let kind = match self.kind {
            Kind::Albers { parallels: (first, second), .. } => {
                format!("+proj=aea +lat_1={first} +lat_2={second} +lon_0={meridian}")
            }
            Kind::Azimuthal { latitude, .. } => format!("+proj=laea +lat_0={latitude} +lon_0={meridian}"),
            Kind::Cylindrical { parallel, .. } => format!("+proj=cea +lat_ts={parallel} +lon_0={meridian}"),
        };
        format!("{kind} +ellps=WGS84 +units=m")
    }

    /// Name and parameters for the notes.
    pub fn name(&self) -> Words {
        let meridian = self.meridian;
        match self.kind {
            Kind::Albers { parallels: (first, second), .. } => Words {
                zh: format!(
                    "阿尔伯斯等积圆锥投影（中央经线{}，标准纬线{}、{}）",
                    longitude_text(meridian),
                    latitude_text(first),
                    latitude_text(second)
                ),
                en: format!(
                    "Albers equal-area conic (central meridian {}, standard parallels {} and {})",
                    longitude_text(meridian),
                    latitude_text(first),
                    latitude_text(second)
                ),
            },
            Kind::Azimuthal { latitude, .. } => Words {
                zh: format!("兰勃特等积方位投影（中心{}，{}）", longitude_text(meridian), latitude_text(latitude)),
                en: format!("Lambert azimuthal equal-area (centre {}, {})", longitude_text(meridian), latitude_text(latitude)),
            },
            Kind::Cylindrical { parallel, .. } => Words {
                zh: format!("等积圆柱投影（中央经线{}，标准纬线{}）", longitude_text(meridian), latitude_text(parallel)),
                en: format!(
                    "Equal-area cylindrical (central meridian {}, standard parallel {})",
                    longitude_text(meridian),
                    latitude_text(parallel)
                ),
            },
        }
    }
}

/// A longitude brought between -180 and 180.
pub fn wrap(longitude: f64) -> f64 {
    if (-180.0..=180.0).contains(&longitude) {
        return longitude;
    }
    let turned = (longitude + 180.0) % 360.0;
    (if turned < 0.0 { turned + 360.0 } else { turned }) - 180.0
}

/// `105°E`, with a tenth of a degree where it is not whole.
pub fn longitude_text(longitude: f64) -> String {
    degrees(longitude, "E", "W")
}

/// `25°N`, with a tenth of a degree where it is not whole.
pub fn latitude_text(latitude: f64) -> String {
    degrees(latitude, "N", "S")
}

fn degrees(value: f64, positive: &str, negative: &str) -> String {
    let tenths = (value.abs() * 10.0).round() / 10.0;
    let side = if tenths == 0.0 {
        ""
    } else if value < 0.0 {
        negative
    } else {
        positive
    };
    format!("{tenths}°{side}")
}

#[cfg(test)]
mod tests;
