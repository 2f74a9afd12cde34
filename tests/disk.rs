//! Places that cannot be written to: the message names the file and the next step, and nothing half written stays.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use common::{caremap, err, files_below, two_maps};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program where no file may grow over so many kilobytes, as on a disk that runs full.
fn on_a_small_disk(folder: &Path, kilobytes: usize, words: &str) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" {words}");
    let mut command = Command::new("bash");
    command.current_dir(folder).env("NO_COLOR", "1").args(["-c", &script, env!("CARGO_BIN_EXE_caremap")]);
    command.output().expect("bash is there")
}

#[test]
fn a_build_that_runs_out_of_disk_leaves_whole_files_only() {
    let folder = two_maps();
    let built = on_a_small_disk(folder.path(), 24, "build m --out g");
    assert_eq!(built.status.code(), Some(2), "{}", err(&built));
    assert!(err(&built).contains("error[not-writable]: The file cannot be written: File too large"), "{}", err(&built));
    for name in files_below(&folder.path().join("g")) {
        assert!(!name.contains("caremap-part"), "{name}");
        let bytes = fs::read(folder.path().join("g").join(&name)).unwrap();
        let whole = match name.rsplit('.').next() {
            Some("png") => bytes.ends_with(b"IEND\xaeB`\x82"),
            Some("svg") => bytes.ends_with(b"</svg>\n"),
            Some("html") => bytes.ends_with(b"</html>"),
            _ => !bytes.is_empty(),
        };
        assert!(whole, "{name} is cut short");
    }
}

#[test]
fn tables_that_do_not_fit_are_not_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..500).map(|row| format!("{row},{},{}\n", 100.0 + f64::from(row) / 100.0, 30)).collect();
    fs::write(folder.path().join("a.csv"), format!("id,lon,lat\n{rows}")).unwrap();
    let words = "nearest --from a.csv --to a.csv --from-datum wgs84 --to-datum wgs84 --k 9 -o o.csv";
    let measured = on_a_small_disk(folder.path(), 8, words);
    assert_eq!(measured.status.code(), Some(2), "{}", err(&measured));
    assert!(err(&measured).contains("--> o.csv"), "{}", err(&measured));
    assert_eq!(files_below(folder.path()), ["a.csv"]);
    for device in ["/dev/full"].into_iter().filter(|device| Path::new(device).exists()) {
        let words = words.replace("o.csv", device);
        let measured = caremap(folder.path(), &words.split(' ').collect::<Vec<_>>());
        assert_eq!(measured.status.code(), Some(2));
        assert!(err(&measured).contains("error[disk-full]: The disk is full; the file was not written."), "{}", err(&measured));
    }
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    let folder = two_maps();
    fs::create_dir(folder.path().join("kept")).unwrap();
    fs::set_permissions(folder.path().join("kept"), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write everywhere but into the kernel's own files.
    let is_free = fs::write(folder.path().join("kept/probe"), "").is_ok();
    let place = if is_free { "/sys" } else { "kept" };
    for words in [format!("build m --out {place}/gallery"), format!("render m/beds.toml -o {place}/beds.png")] {
        let output = caremap(folder.path(), &words.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{words}: {}", err(&output));
        assert!(err(&output).contains("error[not-writable]: "), "{words}: {}", err(&output));
        assert!(err(&output).contains(place) && err(&output).contains("= help: "), "{words}: {}", err(&output));
    }
    fs::set_permissions(folder.path().join("kept"), fs::Permissions::from_mode(0o755)).unwrap();
}
