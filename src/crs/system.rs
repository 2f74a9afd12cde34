//! A coordinate system that is understood, what it means for positions, and the way to WGS84.

use super::datum::{self, Datum};
use super::{NAMELESS, Written, projjson};
use crate::coverage::Position;
use proj4rs::Proj;
use proj4rs::transform::{Transform, TransformClosure};
use rayon::prelude::*;

/// Longest text of a system that is read, in bytes; those of the EPSG register have up to 5,000.
const LONGEST: usize = 1 << 16;
/// Deepest brackets of it; a compound system of WKT 2 has nine.
const DEEPEST: usize = 32;
/// Positions of one thread's turn.
const TURN: usize = 1 << 14;
/// Steps in a degree to which transformed positions are rounded: 0.1 mm on the ground.
const STEPS: f64 = 1e9;

/// A coordinate system that is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Its name, with the code where it has one.
    pub name: String,
    /// The PROJ string.
    pub proj: String,
    /// What is known of its datum, for [`System::fate`].
    datum: Datum,
}

/// What becomes of positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// They are longitudes and latitudes that need no change.
    Kept,
    /// They are transformed.
    Transformed,
}

impl System {
    /// Understands what is written.
    ///
    /// # Errors
    ///
    /// Its name, where it is not a system this program knows.
    pub fn of(written: &Written) -> Result<Self, String> {
        match written {
            Written::Unsaid => Self::of_code(4326),
            Written::Code(code) => Self::of_code(*code),
            Written::Wkt(text) => Self::of_wkt(text),
            Written::Proj(text) => Ok(Self::new(text.clone(), text.clone(), "")),
            Written::Json(json) => Self::of_json(json),
            Written::Name(name) => Err(name.clone()),
        }
    }

    fn of_code(code: u32) -> Result<Self, String> {
        let name = format!("EPSG:{code}");
        let found = u16::try_from(code).ok().and_then(crs_definitions::from_code).ok_or_else(|| name.clone())?;
        Ok(Self::new(name, found.proj4.into(), datum::of_code(found.code, found.proj4)))
    }

    fn of_json(json: &serde_json::Value) -> Result<Self, String> {
        let name = projjson::name(json);
        if let Some(Ok(system)) = projjson::code(json).map(Self::of_code) {
            return Ok(Self { name: format!("{name} ({})", system.name), ..system });
        }
        projjson::wkt(json).ok_or_else(|| name.to_string()).and_then(|wkt| Self::of_wkt(&wkt))
    }

    fn of_wkt(text: &str) -> Result<Self, String> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
        let quoted = text.split('"').nth(1).unwrap_or(NAMELESS).to_string();
        if text.len() > LONGEST || depth(text) > DEEPEST {
            return Err(quoted);
        }
        if let Some(proj) = extension(text) {
            return Ok(Self::new(quoted, proj.to_string(), named_datum(text)));
        }
        let proj = proj4wkt::wkt_to_projstring(text).map_err(|_| quoted.clone())?;
        // The PROJ string of a geographic system has no unit; degrees is what it means.
        if proj.starts_with("+proj=longlat") && !text.contains("0.01745329") {
            return Err(quoted);
        }
        Ok(Self::new(quoted, proj, named_datum(text)))
    }

    fn new(name: String, proj: String, datum: &str) -> Self {
        let datum = Datum::judge(&proj, &name, datum);
        Self { name, proj, datum }
    }

    /// What becomes of positions, and what the reader of the map should know of it: nothing where they are in WGS84 already.
    ///
    /// # Errors
    ///
    /// Why nobody can say where the positions lie.
    pub fn fate(&self) -> Result<(Fate, Option<Remark>), String> {
        let name = &self.name;
        let is_kept = self.is_geographic() && !self.datum.is_shifted();
        let (fate, done) = if is_kept { (Fate::Kept, "read as WGS84") } else { (Fate::Transformed, "transformed to WGS84") };
        let text = match self.datum {
            Datum::Wgs84 if is_kept => return Ok((fate, None)),
            Datum::Wgs84 => format!("The file is in {name}; it is {done}."),
            Datum::Cgcs2000 if name == "EPSG:4490" => {
                "The file is in CGCS2000 (EPSG:4490), which agrees with WGS84 to centimetres; it is read as WGS84.".into()
            }
            Datum::Cgcs2000 => {
                format!("The file is in {name}, on CGCS2000, which agrees with WGS84 to centimetres; it is {done}.")
            }
            Datum::Geocentric => {
                format!("The file is in {name}, whose datum agrees with WGS84 to within about 2 metres; it is {done}.")
            }
            Datum::Shifted(off) => {
                format!("The file is in {name}; it is {done} by the shift that is published with it, right to {off}.")
            }
            Datum::Beijing1954 => format!(
                "The file is in {name}, on the Beijing 1954 datum, whose shift is published for some regions only; it is {done} by one of them, right to about 20 metres."
            ),
            Datum::Unpublished(datum) => format!(
                "The file is in {name}, on the {datum} datum, whose shift to WGS84 is not public; it is {done} without one, and lies up to about 150 metres off."
            ),
            Datum::Unknown => {
                return Err(format!("The file is in {name}, on a datum whose shift to WGS84 this program does not know."));
            }
        };
        let is_warning = self.datum.is_shifted() || matches!(self.datum, Datum::Unpublished(_));
        Ok((fate, Some(Remark { is_warning, text })))
    }

    fn is_geographic(&self) -> bool {
        let plain = ["+proj=longlat", "+proj=latlong", "+proj=lonlat", "+proj=latlon"];
        plain.iter().any(|word| self.proj.contains(word)) && !self.proj.contains("+pm=")
    }

    /// Moves positions to longitudes and latitudes of WGS84, in degrees, rounded to 1e-9 of a degree.
    ///
    /// `proj4rs` takes its sines from the machine's mathematical library, and those of two machines may differ in the last bit, some
    /// nanometres on the ground. Rounded, the two agree but for one position in a hundred thousand or so, which then differs by
    /// 0.1 mm: less than any drawing shows, and two areas that share a position still share it.
    ///
    /// # Errors
    ///
    /// The number of the first position that has no place in the system, or the reason why the system cannot be worked on.
    pub fn to_wgs84(&self, positions: &mut [Position]) -> Result<(), Failure> {
        let unusable = |error: proj4rs::errors::Error| Failure::System(error.to_string());
        let from = Proj::from_proj_string(&self.plain_proj()).map_err(unusable)?;
        let to = Proj::from_proj_string("+proj=longlat +datum=WGS84").map_err(unusable)?;
        let unit = if from.is_latlong() { std::f64::consts::PI / 180.0 } else { 1.0 };
        let moved = positions.par_chunks_mut(TURN).enumerate().map(|(turn, positions)| {
            positions.iter_mut().enumerate().try_for_each(|(number, position)| {
                let mut point = Point(position.map(|number| number * unit));
                let failed = Failure::Position(turn * TURN + number);
                proj4rs::transform::transform(&from, &to, &mut point).map_err(|_| failed.clone())?;
                let there = point.0.map(|angle| (angle.to_degrees() * STEPS).round() / STEPS);
                if there.iter().any(|number| !number.is_finite()) {
                    return Err(failed);
                }
                *position = there;
                Ok(())
            })
        });
        // The first failure in the order of the file, whatever thread met one first.
        let failures: Vec<Failure> = moved.filter_map(Result::err).collect();
        failures.into_iter().next().map_or(Ok(()), Err)
    }

    /// The PROJ string without a shift of nothing, which would only cost time, and with that of Beijing 1954.
    fn plain_proj(&self) -> String {
        let mut words: Vec<&str> = self.proj.split_whitespace().collect();
        if datum::shift(&self.proj).is_some_and(|numbers| numbers.iter().all(|number| *number == 0.0)) {
            words.retain(|word| !word.starts_with("+towgs84="));
        }
        let mut plain = words.join(" ");
        if self.datum == Datum::Beijing1954 && datum::shift(&self.proj).is_none() {
            plain.push_str(datum::BEIJING_SHIFT);
        }
        plain
    }
}

/// What the reader of a map should know of the way to WGS84.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Whether positions may be off by more than a few metres.
    pub is_warning: bool,
    /// One sentence.
    pub text: String,
}

/// Why positions could not be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The system cannot be worked on, and why.
    System(String),
    /// The position of this number has no place in the system.
    Position(usize),
}

/// A position while it is transformed.
struct Point(Position);

impl Transform for Point {
    fn transform_coordinates<F: TransformClosure>(&mut self, f: &mut F) -> proj4rs::errors::Result<()> {
        let (x, y, _) = f(self.0[0], self.0[1], 0.0)?;
        self.0 = [x, y];
        Ok(())
    }
}

/// The deepest brackets of a text.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'(' => now += 1,
            b']' | b')' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

/// The PROJ string that GDAL adds where well-known text of the first version cannot say it. Web Mercator is one such: by its
/// parameters alone it would be the Mercator of the ellipsoid, 20 km off.
fn extension(text: &str) -> Option<&str> {
    let at = text.find("EXTENSION[\"PROJ4\"")?;
    text[at..].split('"').nth(3).filter(|proj| proj.starts_with('+'))
}

/// The name of the datum in well-known text, which names the datum before all vertical ones.
fn named_datum(text: &str) -> &str {
    let keyword = ["DATUM[", "ENSEMBLE[", "TRF["].iter().filter_map(|word| text.find(word)).min();
    keyword.and_then(|at| text[at..].split('"').nth(1)).unwrap_or("")
}
