//! A ZIP archive with a boundary file in it, as publishers pack shapefiles: one member and those beside it are taken out.

use super::source::Source;
use super::{Format, Found, choose_layer, find as find_in, shapefile};
use crate::problem::{Noted, Outcome, Problem};
use crate::read::features::Fields;
use std::borrow::Cow;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most bytes that a member may hold when it is unpacked.
const LARGEST: u64 = 1 << 30;
/// Most times that a member may be larger than what is packed; boundaries are some ten times larger, what is made to fill a disk a thousand
/// times. A small one may be as large as `SMALL` whatever is packed.
const MOST_TIMES: u64 = 200;
const SMALL: u64 = 16 << 20;
/// Most members that are looked at.
const MOST_MEMBERS: usize = 10_000;
/// Endings of boundary files.
const ENDINGS: [&str; 7] = ["shp", "geojson", "json", "topojson", "gpkg", "fgb", "parquet"];

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// A file in the archive.
struct Member {
    at: usize,
    /// Its path without the ending.
    stem: String,
    ending: String,
    /// The last part of the stem, by which the author may ask for it.
    name: String,
    /// Whether it is a shapefile of points or lines.
    is_foreign: bool,
}

/// Reads the features of the member asked for, or of the first boundary file.
pub(super) fn find(source: &Source<'_>, file: &str, fields: &Fields) -> Outcome<Found> {
    let damaged = |why: String| {
        let why = why.replace("Could not find EOCD", "its list of files is missing, so it is cut short");
        let problem = Problem::error("bad-archive", format!("The archive cannot be unpacked: {why}."));
        vec![problem.help("Get it again, or unpack it and name the file in it.")]
    };
    let mut archive = ZipArchive::new(Cursor::new(source.bytes.as_ref())).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > MOST_MEMBERS {
        return Err(damaged(format!("it has {} files", archive.len())));
    }
    let mut members = members(&mut archive).map_err(damaged)?;
    let (boundaries, beside): (Vec<Member>, Vec<Member>) =
        members.drain(..).partition(|member| ENDINGS.contains(&member.ending.as_str()));
    if boundaries.is_empty() {
        let problem = Problem::error("wrong-format", "The ZIP archive holds no boundary file.");
        return Err(vec![problem.help("Give one with a shapefile, GeoJSON, TopoJSON, GeoPackage or FlatGeobuf in it.")]);
    }
    let is_named = boundaries.iter().any(|member| Some(&member.name) == fields.layer.as_ref());
    // A layer that is no file of the archive may be one inside a GeoPackage.
    let is_inside = !is_named && boundaries.iter().any(|member| member.ending == "gpkg");
    let of_archive = Fields { layer: fields.layer.clone().filter(|_| !is_inside), ..Fields::default() };
    let chosen = choose_layer(&boundaries, |member| &member.name, |member| !member.is_foreign, &of_archive)?;
    let Noted { value: member, mut problems } = chosen;
    let inner = take_out(&mut archive, member, &beside).map_err(damaged)?;
    let format = Format::of(&inner.bytes);
    if format == Format::Archive || (format == Format::Json && crate::read::topojson::is_topology(&inner.bytes)) {
        return Err(damaged(format!("\"{}\" in it has to be unpacked first", member.name)));
    }
    let of_member = Fields { layer: fields.layer.clone().filter(|_| is_inside), ..fields.clone() };
    let found = find_in(format, &inner, file, &of_member)?.drain_into(&mut problems);
    let layers =
        if found.layers.is_empty() { boundaries.iter().map(|member| member.name.clone()).collect() } else { found.layers };
    let layer = found.layer.or_else(|| Some(member.name.clone()));
    Ok(Noted { value: Found { layers, layer, ..found }, problems })
}

/// The files of the archive, in the order of their names.
fn members(archive: &mut Archive<'_>) -> Result<Vec<Member>, String> {
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|error| error.to_string())?;
        let path = path_of(file.name_raw());
        let Some((stem, ending)) = path.rsplit_once('.') else { continue };
        let name = stem.rsplit('/').next().unwrap_or(stem).to_string();
        if file.is_dir() || path.starts_with("__MACOSX/") || name.starts_with('.') {
            continue;
        }
        let ending = ending.to_lowercase();
        let mut start = [0; 36];
        let is_foreign = ending == "shp" && file.read_exact(&mut start).is_ok() && !shapefile::may_hold_areas(&start);
        members.push(Member { at, stem: stem.to_string(), ending, name, is_foreign });
    }
    members.sort_by(|a, b| (&a.stem, &a.ending).cmp(&(&b.stem, &b.ending)));
    Ok(members)
}

/// The path of a member: UTF-8, else GB18030, which Chinese archivers write without saying so.
fn path_of(raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).map_or_else(|_| encoding_rs::GB18030.decode_without_bom_handling(raw).0, Cow::Borrowed);
    text.replace('\\', "/")
}

/// Unpacks a member and those beside it.
fn take_out(archive: &mut Archive<'_>, member: &Member, beside: &[Member]) -> Result<Source<'static>, String> {
    let mut source = Source { bytes: Cow::Owned(unpacked(archive, member.at)?), ..Source::default() };
    for other in beside.iter().filter(|other| other.stem == member.stem) {
        let bytes = unpacked(archive, other.at)?;
        source.put(&other.ending, &format!("{}.{}", other.name, other.ending), bytes);
    }
    Ok(source)
}

fn unpacked(archive: &mut Archive<'_>, at: usize) -> Result<Vec<u8>, String> {
    let file = archive.by_index(at).map_err(|error| error.to_string())?;
    // What a member says of its size is not believed; it is read up to the limit.
    let limit = file.compressed_size().saturating_mul(MOST_TIMES).clamp(SMALL, LARGEST);
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("a file in it would take more than {} MB, which is more than boundaries need", limit >> 20));
    }
    Ok(bytes)
}
