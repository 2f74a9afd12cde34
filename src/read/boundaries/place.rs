//! Where the positions of a file lie: its coordinate system, and what is no place on the earth.

use crate::coverage::Position;
use crate::coverage::outlines::Outlines;
use crate::crs::{Failure, Fate, NAMELESS, System, Written};
use crate::problem::{Noted, Outcome, Problem};
use crate::read::areas::{shorten, subject};
use crate::read::features::{Features, Fields, Properties};

/// Brings the positions to longitudes and latitudes of WGS84.
pub(crate) fn in_wgs84(mut features: Features, fields: &Fields) -> Outcome<Features> {
    let Noted { value: system, mut problems } = system(&features.crs, fields).map_err(|problem| vec![problem])?;
    let (fate, remark) = system.fate().map_err(|message| vec![refused(message)])?;
    problems.extend(
        remark.map(
            |remark| {
                if remark.is_warning {
                    Problem::warning("crs", remark.text).help("Too little to see on a map of a country or a province; for more, convert the file with a program that knows the shift.")
                } else {
                    Problem::note("crs", remark.text)
                }
            },
        ),
    );
    if fate == Fate::Transformed {
        transform(&system, &mut features)?;
    }
    let misplaced = misplaced(&features.outlines, &features.properties);
    if misplaced.is_empty() { Ok(Noted { value: features, problems }) } else { Err(misplaced) }
}

/// The system the positions are in: what the author says, else what the file says, else WGS84.
pub(crate) fn system(found: &Written, fields: &Fields) -> Result<Noted<System>, Problem> {
    let unknown = |name: String| {
        let problem = match name.as_str() {
            NAMELESS => Problem::error("crs", "What the file says of its coordinate system is in no form that is known."),
            name => Problem::error("crs", format!("The coordinate system \"{name}\" is not known to this program.")),
        };
        problem.help("Say which it is in the map file: boundaries = { file = \"…\", crs = \"EPSG:…\" }; or convert the file first: ogr2ogr -t_srs EPSG:4326 out.geojson in.shp")
    };
    let Some(asked) = &fields.crs else {
        return System::of(found).map(Noted::clean).map_err(unknown);
    };
    let asked = System::of(&Written::of_name(asked)).map_err(unknown)?;
    let mut problems = Vec::new();
    if *found != Written::Unsaid && System::of(found).is_ok_and(|found| found.proj != asked.proj) {
        let said = System::of(found).map_or_else(|name| name, |found| found.name);
        let message = format!("The file says it is in {said}; it is read as {}, as crs says.", asked.name);
        problems.push(Problem::warning("crs", message));
    }
    Ok(Noted { value: asked, problems })
}

fn refused(message: String) -> Problem {
    let help = "Convert it to WGS84 with a program that knows the shift; or, if the boundaries may lie some hundred metres off, say crs = \"EPSG:4326\".";
    Problem::error("crs", message).help(help)
}

/// Moves every position, or names the first feature that has one outside the system.
fn transform(system: &System, features: &mut Features) -> Result<(), Vec<Problem>> {
    system.to_wgs84(&mut features.outlines.positions).map_err(|failure| {
        let problem = match failure {
            Failure::System(why) => {
                Problem::error("crs", format!("The file is in {}, which is not worked on: {why}.", system.name))
                    .help("Convert it first: ogr2ogr -t_srs EPSG:4326 out.geojson in.shp")
            }
            Failure::Position(at) => {
                let position = features.outlines.positions[at];
                let [x, y] = position.map(short);
                let help = match position {
                    [x, y] if x.abs() <= 180.0 && y.abs() <= 90.0 => {
                        "The position looks like longitude and latitude. If it is, say so in the map file: boundaries = { file = \"…\", crs = \"EPSG:4326\" }."
                    }
                    _ => "The file is in another system than it says, or the feature is damaged.",
                };
                let area = (0..features.outlines.len()).find(|area| features.outlines.positions_of_area(*area).contains(&at));
                let message = format!("The position ({x}, {y}) has no place in {}.", system.name);
                Problem::error("bad-position", message)
                    .about(subject(&features.properties, area.unwrap_or(0)))
                    .help(help)
            }
        };
        vec![problem]
    })
}

/// Features with a position that is no longitude and latitude.
pub(super) fn misplaced(outlines: &Outlines, properties: &[Properties]) -> Vec<Problem> {
    let is_wrong = |[x, y]: &Position| !(x.abs() <= 180.0 && y.abs() <= 90.0);
    if !outlines.positions.iter().any(is_wrong) {
        return Vec::new();
    }
    let wrong = (0..outlines.len()).filter_map(|area| {
        let position = *outlines.positions[outlines.positions_of_area(area)].iter().find(|position| is_wrong(position))?;
        let ([x, y], (how, help)) = (position.map(short), wrong_how(position));
        let problem = Problem::error("bad-position", format!("The position ({x}, {y}) {how}."));
        Some(problem.about(subject(properties, area)).help(help))
    });
    alike(wrong.collect(), outlines.len())
}

/// Where every area has the same mistake, it is said once, about the first.
fn alike(mut wrong: Vec<Problem>, areas: usize) -> Vec<Problem> {
    let is_one = wrong.iter().all(|problem| problem.help == wrong[0].help);
    if is_one && wrong.len() == areas && areas > 1 {
        wrong.truncate(1);
        wrong[0].message.push_str(&format!(" So it is in all {areas} areas."));
    }
    shorten(wrong)
}

/// A number of a page's width for a message: plain where it is of the size of metres on the earth.
pub(crate) fn short(number: f64) -> String {
    if number.abs() < 1e9 { number.to_string() } else { format!("{number:e}") }
}

pub(crate) fn wrong_how([x, y]: Position) -> (&'static str, String) {
    let (how, help) = if !x.is_finite() || !y.is_finite() {
        ("is not finite", "Export the file without such coordinates.")
    } else if x.abs() <= 90.0 && y.abs() <= 180.0 {
        (
            "has longitude and latitude swapped, it seems",
            "Export the file with the longitude (73 to 135 in China) before the latitude (3 to 54).",
        )
    } else if x.abs() > 1000.0 || y.abs() > 1000.0 {
        return ("is not in degrees; the file seems to be in metres of a map projection", projected_help([x, y]));
    } else {
        ("lies outside the earth: longitudes go to 180, latitudes to 90", "Correct the feature in the file.")
    };
    (how, help.into())
}

/// What a projected position without a system may be: the false eastings of Gauss-Krüger grids begin with the number of the zone.
fn projected_help([x, y]: Position) -> String {
    let zone = (x / 1e6).floor();
    let (code, name) = match zone {
        _ if !(1.5e6..6.5e6).contains(&y) => (None, String::new()),
        13.0..=23.0 => (Some(4491.0 + zone - 13.0), format!("CGCS2000, 6-degree zone {zone}")),
        25.0..=45.0 => (Some(4513.0 + zone - 25.0), format!("CGCS2000, 3-degree zone {zone}")),
        8.0..13.0 => (Some(3857.0), "web Mercator".into()),
        _ => (None, String::new()),
    };
    match code {
        Some(code) => format!("If it is {name}, say so in the map file: boundaries = {{ file = \"…\", crs = \"EPSG:{code}\" }}."),
        None => "Ask who made the file for its coordinate system and say it in the map file, such as boundaries = { file = \"…\", crs = \"EPSG:4547\" }.".into(),
    }
}
