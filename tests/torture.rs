//! Files with one fault each, and what the program says about them. Every `.txt` under `tests/inputs/torture/` begins with a command as it
//! is typed; what follows is what the program must say and the exit code it must end with. `BLESS=1` rewrites what follows: read the
//! difference.

#![allow(clippy::unwrap_used)]

mod common;

use common::{caremap, err, files_below, out};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of cases: those of formats that a build of the program may lack apart.
const FOLDERS: &[&str] = &[
    "boundaries",
    "tables",
    "points",
    "maps",
    #[cfg(not(any(feature = "arrow", feature = "gpkg")))]
    "formats_left_out",
    #[cfg(feature = "gpkg")]
    "geopackage",
    #[cfg(feature = "arrow")]
    "geoparquet",
];

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs/torture")
}

/// The cases of a folder: the files that end in `.txt`.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    cases.sort();
    cases
}

/// A copy of a folder, in which commands may write what they like.
fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in files_below(folder) {
        let to = copy.path().join(&name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(folder.join(&name), to).unwrap();
    }
    copy
}

/// The command on the first line of a case.
fn command(case: &str) -> &str {
    case.lines().next().and_then(|line| line.strip_prefix("$ caremap ")).expect("a case begins with $ caremap")
}

/// What a case must be: its command, the messages or, where there is none, the report, and the exit code.
fn transcript(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    let output = caremap(folder, &words);
    let messages = err(&output);
    let said = if messages.is_empty() { out(&output) } else { messages };
    assert!(!said.contains("panicked"), "{command}: {said}");
    format!("$ caremap {command}\n{said}exit code {}\n", output.status.code().expect("the program ends by itself"))
}

#[test]
fn every_fault_has_its_message() {
    let wrong: String = std::thread::scope(|scope| {
        let folders: Vec<_> = FOLDERS.iter().map(|name| scope.spawn(move || differences(&inputs().join(name)))).collect();
        folders.into_iter().map(|folder| folder.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "messages differ (BLESS=1 rewrites them):\n{wrong}");
}

/// The cases of a folder that are not as expected.
fn differences(folder: &Path) -> String {
    let (copy, mut wrong) = (copy(folder), String::new());
    for path in cases(folder) {
        let case = fs::read_to_string(&path).unwrap();
        let found = transcript(copy.path(), command(&case));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &found).unwrap();
        } else if case != found {
            wrong += &format!("{}:\n{found}\n", path.display());
        }
    }
    let left = files_below(copy.path());
    assert_eq!(files_below(folder), left, "{}: a command that fails or only looks leaves nothing behind", folder.display());
    wrong
}

#[test]
fn every_message_says_what_to_do() {
    let mut without = String::new();
    for path in FOLDERS.iter().flat_map(|name| cases(&inputs().join(name))) {
        let case = fs::read_to_string(&path).unwrap();
        for message in case.split("\n\n").filter(|part| part.contains("error[") || part.contains("warning[")) {
            if !message.contains("= help: ") || !message.contains("--> ") {
                without += &format!("{}:\n{message}\n", path.display());
            }
        }
    }
    assert!(without.is_empty(), "a message names no place or no next step:\n{without}");
}

#[test]
fn every_file_belongs_to_a_case() {
    let folders = ["boundaries", "tables", "points", "maps", "formats_left_out", "geopackage", "geoparquet"];
    let cases: Vec<PathBuf> = folders.iter().flat_map(|name| cases(&inputs().join(name))).collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    let text: String = cases.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let named: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("$ caremap ")).collect();
    assert_eq!(named.len(), cases.len(), "two cases have one command");
    for folder in folders {
        // A file is named by a command or by a map, or stands beside one that is.
        let folder = inputs().join(folder);
        let files = files_below(&folder);
        let maps =
            files.iter().filter(|name| name.ends_with(".toml")).filter_map(|name| fs::read_to_string(folder.join(name)).ok());
        let maps: String = maps.collect();
        for name in files.iter().filter(|name| !name.ends_with(".txt")) {
            let stem = name.split('.').next().unwrap();
            assert!(named.iter().any(|command| command.contains(stem)) || maps.contains(stem), "{}/{name}", folder.display());
        }
    }
}
