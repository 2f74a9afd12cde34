//! Boundary files of every format: what a file is, its content tells; which files belong to it, its name.
//!
//! A reader of a format is a function of bytes that finds features ([`Features`]: rings and properties as they stand in the file, and what
//! the file says of its coordinate system). Everything after that is the same for all: positions are brought to WGS84, codes and names
//! found, and borders that two areas give alike shared.

mod archive;
pub(crate) mod build;
mod flatgeobuf;
#[cfg(feature = "gpkg")]
mod geopackage;
#[cfg(feature = "arrow")]
mod geoparquet;
pub(crate) mod place;
mod report;
mod shapefile;
mod source;
#[cfg(any(feature = "arrow", feature = "gpkg"))]
mod wkb;

pub(crate) use report::field_reports;
pub use report::{About, FieldReport, SystemReport};
pub use source::{Beside, Source};

use super::features::{Features, Fields};
use super::{geojson, records, topojson};
use crate::coverage::Coverage;
use crate::problem::{Noted, Outcome, Problem, in_file};
use crate::world::World;

/// A boundary file, read.
#[derive(Debug, Clone)]
pub struct Boundaries {
    /// Its areas.
    pub coverage: Coverage,
    /// What kind of file it is and what it says of itself.
    pub about: About,
}

/// The formats, by what their files begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Shapefile,
    FlatGeobuf,
    GeoPackage,
    GeoParquet,
    Archive,
}

impl Format {
    /// The format of a file that begins with `bytes`. Whatever is nothing else is taken for JSON, whose reader says what is wrong.
    fn of(bytes: &[u8]) -> Self {
        let starts: [(&[u8], Format); 6] = [
            (shapefile::MAGIC, Format::Shapefile),
            (flatgeobuf::MAGIC, Format::FlatGeobuf),
            (b"SQLite format 3\0", Format::GeoPackage),
            (b"PAR1", Format::GeoParquet),
            (b"PK\x03\x04", Format::Archive),
            // An archive of nothing.
            (b"PK\x05\x06", Format::Archive),
        ];
        starts.iter().find(|(start, _)| bytes.starts_with(start)).map_or(Format::Json, |(_, format)| *format)
    }
}

/// Whether a file is one of boundaries, and not a table: by how it begins, or by its ending where that is no telling.
pub fn is_boundaries(bytes: &[u8], file: &str) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let named = ["geojson", "geojsonl", "topojson"].contains(&ending.as_str());
    match Format::of(bytes) {
        Format::Json if !named && records::are_records(bytes) => false,
        Format::Json if matches!(start.first(), Some(b'{' | b'[' | 0x1E)) => true,
        // Spreadsheets are archives too, and Parquet files may be plain tables.
        Format::Json | Format::Archive => {
            ["json", "geojson", "geojsonl", "ndjson", "topojson", "zip", "shp", "fgb", "gpkg"].contains(&ending.as_str())
        }
        #[cfg(feature = "arrow")]
        Format::GeoParquet => geoparquet::has_geometries(bytes),
        _ => true,
    }
}

/// What the reader of a format finds.
#[derive(Debug, Default)]
struct Found {
    features: Features,
    format: &'static str,
    /// Names of the layers with features, where the format has such.
    layers: Vec<String>,
    /// The layer that was read.
    layer: Option<String>,
    /// The encoding of the text, where the format leaves it open.
    encoding: Option<String>,
}

impl Found {
    fn of(format: &'static str, features: Features) -> Self {
        Self { features, format, ..Self::default() }
    }
}

/// Reads the areas of a boundary file, with the files beside it that belong to it.
///
/// ```
/// use caremap::read::{boundaries::read_file, features::Fields};
/// use caremap::world::Memory;
///
/// let text = r#"{"type": "Feature", "properties": {"code": "A"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}"#;
/// let world = Memory([("a.geojson".into(), text.into())].into());
/// let read = read_file("a.geojson", &world, &Fields::default()).expect("a sound file").value;
/// assert_eq!((read.about.format.as_str(), read.about.fields[0].name.as_str()), ("GeoJSON", "code"));
/// ```
///
/// # Errors
///
/// All that stands in the way: the file, its format, its coordinate system, its geometries, its codes.
pub fn read_file(file: &str, world: &dyn World, fields: &Fields) -> Outcome<Boundaries> {
    let source = Source::open(file, world).map_err(|problem| vec![problem])?;
    read(&source, file, fields)
}

/// The same of bytes in memory.
///
/// # Errors
///
/// As [`read_file`].
pub fn read(source: &Source<'_>, file: &str, fields: &Fields) -> Outcome<Boundaries> {
    let Noted { value: (about, coverage), problems } = inspect(source, file, fields)?;
    match coverage {
        Some(coverage) => Ok(Noted { value: Boundaries { coverage, about }, problems }),
        None => Err(problems),
    }
}

/// What a file holds, and its areas. Where the areas cannot be built the problems say why, and what it holds is told all the same.
///
/// # Errors
///
/// A file whose format cannot be read.
pub fn inspect(source: &Source<'_>, file: &str, fields: &Fields) -> Outcome<(About, Option<Coverage>)> {
    let format = Format::of(&source.bytes);
    if format == Format::Json {
        match inspect_json(source, file, fields) {
            Ok(Noted { value: Some(found), problems }) => return Ok(Noted { value: found, problems }),
            Ok(_) => {}
            Err(problems) => return Err(problems),
        }
    }
    let Noted { value: found, mut problems } = in_file(find(format, source, file, fields), file)?;
    let mut about = About::of(&found, fields);
    let coverage = match build::coverage(&source.bytes, file, found.features, fields) {
        Ok(noted) => {
            let (coverage, repairs) = noted.drain_into(&mut problems);
            about.repairs = Some(repairs);
            Some(coverage)
        }
        Err(found) => {
            problems.extend(found);
            problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
            None
        }
    };
    Ok(Noted { value: (about, coverage), problems })
}

/// TopoJSON shares its borders already, so that it goes another way; nothing for other JSON.
fn inspect_json(source: &Source<'_>, file: &str, fields: &Fields) -> Outcome<Option<(About, Option<Coverage>)>> {
    if !topojson::is_topology(&source.bytes) {
        return Ok(Noted::clean(None));
    }
    let Noted { value: (coverage, about), problems } = topojson::inspect(&source.bytes, file, fields)?;
    Ok(Noted { value: Some((about, Some(coverage))), problems })
}

/// The features of a file.
fn find(format: Format, source: &Source<'_>, file: &str, fields: &Fields) -> Outcome<Found> {
    let found = match format {
        Format::Json => find_json(source, file),
        Format::Shapefile => shapefile::find(source, fields),
        Format::FlatGeobuf => flatgeobuf::find(source),
        #[cfg(feature = "gpkg")]
        Format::GeoPackage => geopackage::find(source, fields),
        #[cfg(not(feature = "gpkg"))]
        Format::GeoPackage => Err(vec![without_feature("GeoPackage", "gpkg")]),
        #[cfg(feature = "arrow")]
        Format::GeoParquet => geoparquet::find(source),
        #[cfg(not(feature = "arrow"))]
        Format::GeoParquet => Err(vec![without_feature("Parquet", "arrow")]),
        Format::Archive => archive::find(source, file, fields),
    };
    let Noted { value: found, mut problems } = found?;
    if let (Some(asked), None) = (&fields.layer, &found.layer) {
        let message = format!("A file of the format {} has no layers; layer = \"{asked}\" is passed over.", found.format);
        problems.push(Problem::warning("no-layers", message).help("Remove layer, or name another file."));
    }
    Ok(Noted { value: found, problems })
}

fn find_json(source: &Source<'_>, file: &str) -> Outcome<Found> {
    let Noted { value: (features, is_sequence), problems } = geojson::found(&source.bytes, file)?;
    let format = if is_sequence { "newline-delimited GeoJSON" } else { "GeoJSON" };
    Ok(Noted { value: Found::of(format, features), problems })
}

/// The error of a format that this program was built without.
#[cfg(not(all(feature = "arrow", feature = "gpkg")))]
fn without_feature(format: &str, feature: &str) -> Problem {
    let message = format!("This is a {format} file, which this build of the program does not read.");
    let help =
        format!("Convert it: ogr2ogr out.geojson in; or build the program with it: cargo install --path . --features {feature}");
    Problem::error("feature-needed", message).help(help)
}

/// The layer asked for, or the first that may hold areas; that it was chosen among several is said.
fn choose_layer<'l, L>(
    layers: &'l [L],
    name: impl Fn(&L) -> &str,
    may_hold_areas: impl Fn(&L) -> bool,
    fields: &Fields,
) -> Outcome<&'l L> {
    let list = |layers: &[&L]| layers.iter().map(|layer| format!("\"{}\"", name(layer))).collect::<Vec<_>>().join(", ");
    if let Some(asked) = &fields.layer {
        let found = layers.iter().find(|layer| name(layer) == asked);
        let help = || format!("Its layers are: {}.", list(&layers.iter().collect::<Vec<_>>()));
        let unknown = || vec![Problem::error("unknown-layer", format!("The file has no layer \"{asked}\".")).help(help())];
        return found.map(Noted::clean).ok_or_else(unknown);
    }
    let candidates: Vec<&L> = layers.iter().filter(|layer| may_hold_areas(layer)).collect();
    let Some(first) = candidates.first() else {
        let problem = Problem::error("no-areas", "The file has no layer of areas.");
        return Err(vec![problem.help("Give a file with at least one layer of Polygon or MultiPolygon features.")]);
    };
    let mut problems = Vec::new();
    if candidates.len() > 1 {
        let message = format!("The file has {} layers of areas; the first, \"{}\", is read.", candidates.len(), name(first));
        let help = format!(
            "Say which one: boundaries = {{ file = \"…\", layer = \"…\" }} in the map file. They are: {}.",
            list(&candidates)
        );
        problems.push(Problem::warning("several-layers", message).help(help));
    }
    Ok(Noted { value: first, problems })
}
