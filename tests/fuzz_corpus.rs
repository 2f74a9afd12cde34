//! What the fuzz targets have found, and what they begin with, given to every reader once more. The functions are those of the targets.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "fuzz/readers.rs"]
mod readers;

use readers::READERS;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest that a reader may take for one input; the fuzz targets allow ten seconds.
const LONGEST: Duration = Duration::from_secs(60);

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn no_kept_input_stops_its_reader() {
    for (name, read) in READERS {
        let files = files(&inputs().join("fuzz").join(name));
        assert!(!files.is_empty(), "{name} has no inputs");
        for file in files {
            let data = fs::read(&file).unwrap();
            let begun = Instant::now();
            assert!(catch_unwind(|| read(&data)).is_ok(), "{} makes its reader panic", file.display());
            assert!(begun.elapsed() < LONGEST, "{} took {:?}", file.display(), begun.elapsed());
        }
    }
}

#[test]
fn no_file_of_one_fault_stops_any_reader() {
    for folder in ["boundaries", "tables", "points", "maps", "geopackage", "geoparquet"] {
        for file in files(&inputs().join("torture").join(folder)) {
            let data = fs::read(&file).unwrap();
            for (name, read) in READERS {
                assert!(catch_unwind(|| read(&data)).is_ok(), "{} makes the reader {name} panic", file.display());
            }
        }
    }
}

#[test]
fn every_reader_has_its_target_and_its_inputs() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let names = |folder: PathBuf| -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().into())
            .collect();
        names.sort();
        names
    };
    let readers: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names(fuzz.join("fuzz_targets")), readers);
    assert_eq!(names(inputs().join("fuzz")), readers);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for reader in readers {
        assert!(manifest.contains(&format!("name = \"{reader}\"\npath = \"fuzz_targets/{reader}.rs\"")), "{reader}");
        let target = fs::read_to_string(fuzz.join(format!("fuzz_targets/{reader}.rs"))).unwrap();
        assert!(target.contains(&format!("readers::{reader}(data)")), "{reader}");
    }
}
