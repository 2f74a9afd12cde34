//! What a gallery holds: every map with its pages, and every file with its hash. It stands in the gallery itself, so that the next
//! build knows which files are its own, may draw some of the maps anew, and shows those that could not be drawn.

use super::{Card, Cover, Files, Undrawn, front};
use crate::fingerprint::sha256;
use crate::spec::Words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where it stands in the gallery. Maps write no `.json` there.
pub const FILE: &str = "gallery.json";

/// Version of the manifest's form; grows when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// What a gallery holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Version of this form.
    pub format: u32,
    /// Name and version of the program, such as `caremap 0.1.0`.
    pub program: String,
    /// The maps, by the name of the map file without its ending.
    pub maps: BTreeMap<String, Entry>,
    /// Files that belong to no map, with their hashes.
    pub files: BTreeMap<String, String>,
}

/// One map, or one series of maps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Title; empty where the map file could not be read.
    pub title: Words,
    /// What lists say of its pages, in their order; none where it is not drawn.
    pub pages: Vec<Card>,
    /// Why it is not drawn.
    pub problems: Vec<String>,
    /// Path in the gallery and SHA-256 of each of its files.
    pub files: BTreeMap<String, String>,
}

impl Default for Manifest {
    fn default() -> Self {
        let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned();
        Self { format: FORMAT, program, maps: BTreeMap::new(), files: BTreeMap::new() }
    }
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// Why it cannot be used, as half a sentence.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let found: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match found.format {
            FORMAT => Ok(Self { program: Self::default().program, ..found }),
            other => Err(format!("it is of the form {other}, and this program knows {FORMAT}")),
        }
    }

    /// The manifest as JSON, two spaces deep, with a line feed at the end.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest holds nothing that JSON cannot: its keys are text");
        text.push('\n');
        text
    }

    /// The first page and what it needs, of all maps that are drawn, with those that are not. Their hashes are kept.
    pub fn front(&mut self, cover: &Cover) -> Files {
        let cards: Vec<&Card> = self.maps.values().flat_map(|entry| &entry.pages).collect();
        let undrawn: Vec<Undrawn> = self
            .maps
            .iter()
            .filter(|(_, entry)| entry.pages.is_empty())
            .map(|(id, entry)| Undrawn { id: id.clone(), title: entry.title.clone(), says: entry.problems.clone() })
            .collect();
        let files = front(&cards, &undrawn, cover);
        self.files = hashes(&files);
        files
    }

    /// Every file of the gallery.
    pub fn all_files(&self) -> BTreeSet<&str> {
        let of_maps = self.maps.values().flat_map(|entry| entry.files.keys());
        of_maps.chain(self.files.keys()).map(String::as_str).collect()
    }
}

/// Path and hash of each file.
pub fn hashes(files: &Files) -> BTreeMap<String, String> {
    files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::INDEX;
    use super::*;

    #[test]
    fn a_manifest_comes_back_from_its_json() {
        let mut manifest = Manifest::default();
        let entry = Entry { problems: vec!["There is no such file.".into()], ..Entry::default() };
        manifest.maps.insert("beds".into(), entry);
        let page = manifest.front(&Cover::default()).into_iter().find(|(path, _)| path == INDEX).unwrap();
        assert!(String::from_utf8(page.1).unwrap().contains("There is no such file."));
        assert_eq!(Manifest::read(manifest.json().as_bytes()), Ok(manifest.clone()));
        assert_eq!(manifest.all_files().len(), 3);
        let newer = manifest.json().replacen("1", "2", 1);
        assert_eq!(Manifest::read(newer.as_bytes()).unwrap_err(), "it is of the form 2, and this program knows 1");
        assert!(Manifest::read(b"{").is_err());
    }
}
