//! The folder of a gallery through builds: what is written, what goes, what stays, and what is said, whatever is in the way.

#![allow(clippy::unwrap_used)]

mod common;

use common::{TABLE, caremap, err, files_below, fits, out, two_maps};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn outputs_that_cannot_be_written_are_said_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    caremap(folder.path(), &["new", "m"]);
    fs::write(folder.path().join("file"), "").unwrap();
    let build = caremap(folder.path(), &["build", "m", "--out", "file"]);
    assert_eq!(build.status.code(), Some(2));
    assert!(err(&build).contains("not-writable"), "{}", err(&build));
    let only = caremap(folder.path(), &["build", "m", "--only", "physician"]);
    assert!(err(&only).contains("Did you mean physicians?"), "{}", err(&only));
}

#[test]
fn build_draws_only_what_is_asked_for_and_one_failure_does_not_stop_the_rest() {
    let folder = two_maps();
    let only = caremap(folder.path(), &["build", "m", "--only", "b*", "--out", "only"]);
    assert_eq!(only.status.code(), Some(0), "{}", err(&only));
    assert!(out(&only).starts_with("1 map drawn into only, 0 areas without data, 1 warnings, 0 errors, "), "{}", out(&only));
    let pictures: Vec<String> = files_below(&folder.path().join("only/png"));
    assert_eq!(pictures, ["beds.png"]);
    fs::write(folder.path().join("m/bad.toml"), "title = \"bad\"\nlevel = \"province\"\ntable = \"none.csv\"\nvalue = \"v\"\n")
        .unwrap();
    for jobs in ["1", "2"] {
        let all = caremap(folder.path(), &["build", "m", "--out", jobs, "--jobs", jobs]);
        assert_eq!(all.status.code(), Some(2));
        assert!(err(&all).contains("error[file-not-found]: \"none.csv\": There is no such file."), "{}", err(&all));
        assert!(out(&all).starts_with(&format!("2 maps drawn into {jobs}, ")), "{}", out(&all));
    }
    let names = files_below(&folder.path().join("1"));
    assert_eq!(names, files_below(&folder.path().join("2")));
    assert!(names.contains(&"index.html".to_owned()) && names.contains(&"more.html".to_owned()));
    for name in names {
        let read = |jobs: &str| fs::read(folder.path().join(jobs).join(&name)).unwrap();
        assert!(read("1") == read("2"), "{name} depends on --jobs");
    }
}

/// Interrupted at several moments: the shells' exit code, whole files only, nothing temporary left.
#[cfg(unix)]
#[test]
fn an_interrupted_build_leaves_whole_files_only() {
    use std::time::{Duration, Instant};
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("maps");
    let folder = tempfile::tempdir().unwrap();
    for (files, twice) in [(0, false), (5, false), (16, true), (12, false)] {
        let gallery = folder.path().join(files.to_string());
        let known = files == 12;
        if known {
            // A gallery from before: what it has stays until it is drawn anew.
            let words =
                ["build", maps.to_str().unwrap(), "--only", "province_physicians_2018", "--out", gallery.to_str().unwrap()];
            assert_eq!(caremap(folder.path(), &words).status.code(), Some(0));
        }
        let already = if known { files_below(&gallery).len() } else { 0 };
        let mut child = Command::new(env!("CARGO_BIN_EXE_caremap"))
            .args(["build", "--only", "p*", "--jobs", "2", "--out"])
            .args([&gallery, &maps])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // A gallery from before has files already: the first new one says that the build is under way.
        let start = Instant::now();
        let files = files.max(already + 1);
        while (!gallery.is_dir() || files_below(&gallery).len() < files) && start.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let signal = || Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(signal().success());
        if twice {
            std::thread::sleep(Duration::from_millis(50));
            signal();
        }
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(130), "after {files} files");
        for name in files_below(&gallery) {
            let bytes = fs::read(gallery.join(&name)).unwrap();
            let whole = match name.rsplit('.').next().unwrap() {
                "png" => bytes.ends_with(b"IEND\xaeB`\x82"),
                "svg" => bytes.ends_with(b"</svg>\n"),
                "json" => serde_json::from_slice::<Value>(&bytes).is_ok(),
                "html" => bytes.ends_with(b"</html>"),
                "csv" | "js" | "css" => bytes.ends_with(b"\n"),
                _ => false,
            };
            assert!(whole, "{name} is half written or does not belong there");
        }
        // No page without an index, and none that the index does not lead to once the program has ended at its own pace.
        let text = index(&gallery);
        // Where the rows of a map went is told by a page that the map's own leads to.
        let is_map = |name: &String| name.ends_with(".html") && !name.ends_with(".rows.html") && name != "index.html";
        let pages = files_below(&gallery).into_iter().filter(is_map);
        let lost: Vec<String> = pages.filter(|page| !text.contains(&format!("href=\"{page}\""))).collect();
        assert!(twice || lost.is_empty(), "the index does not lead to {lost:?}");
        assert!(text.contains("It has not been drawn yet."), "after {files} files");
        assert!(!known || text.contains("href=\"province_physicians_2018.html\""));
    }
}

fn manifest(gallery: &Path) -> Value {
    serde_json::from_slice(&fs::read(gallery.join("gallery.json")).unwrap()).unwrap()
}

/// The files that a gallery says it holds, with itself.
fn listed(gallery: &Path) -> Vec<String> {
    let manifest = manifest(gallery);
    let keys = |files: &Value| files.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let of_maps = manifest["maps"].as_object().unwrap().values().flat_map(|map| keys(&map["files"]));
    let all: BTreeSet<String> = of_maps.chain(keys(&manifest["files"])).chain(["gallery.json".to_owned()]).collect();
    all.into_iter().collect()
}

fn index(gallery: &Path) -> String {
    fs::read_to_string(gallery.join("index.html")).unwrap()
}

#[test]
fn a_gallery_says_what_it_holds() {
    let folder = two_maps();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g"]).status.code(), Some(0));
    let gallery = folder.path().join("g");
    let schema = &caremap::outputs::schema()["gallery"];
    assert!(fits(&manifest(&gallery), schema, schema));
    assert_eq!(listed(&gallery), files_below(&gallery));
    for (path, hash) in manifest(&gallery)["maps"]["beds"]["files"].as_object().unwrap() {
        assert_eq!(Some(caremap::fingerprint::sha256(&fs::read(gallery.join(path)).unwrap()).as_str()), hash.as_str(), "{path}");
    }
    let before = fs::read(gallery.join("gallery.json")).unwrap();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g"]).status.code(), Some(0));
    assert!(fs::read(gallery.join("gallery.json")).unwrap() == before);
}

#[test]
fn what_an_earlier_build_left_goes_and_what_others_wrote_stays() {
    let folder = two_maps();
    let gallery = folder.path().join("g");
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g"]).status.code(), Some(0));
    fs::write(gallery.join("CNAME"), "maps.example").unwrap();
    fs::write(gallery.join("svg/more.svg"), "drawn over by hand").unwrap();
    fs::remove_file(folder.path().join("m/more.toml")).unwrap();
    let again = caremap(folder.path(), &["build", "m", "--out", "g"]);
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    let said = err(&again);
    assert!(said.contains("warning[changed-since]: This file of an earlier build belongs to no map any more"), "{said}");
    assert!(said.contains("g/svg/more.svg"), "{said}");
    let mut expected = listed(&gallery);
    expected.extend(["CNAME".to_owned(), "svg/more.svg".to_owned()]);
    expected.sort();
    assert_eq!(files_below(&gallery), expected);
    assert!(!expected.contains(&"more.html".to_owned()) && !index(&gallery).contains("more"));
    assert_eq!(fs::read_to_string(gallery.join("svg/more.svg")).unwrap(), "drawn over by hand");
    // Said once: the file is the user's now.
    assert!(!err(&caremap(folder.path(), &["build", "m", "--out", "g"])).contains("changed-since"));
}

#[test]
fn a_map_that_fails_is_shown_as_failed_until_it_is_mended() {
    let folder = two_maps();
    let (gallery, map) = (folder.path().join("g"), folder.path().join("m/more.toml"));
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g"]).status.code(), Some(0));
    let good = fs::read_to_string(&map).unwrap();
    fs::write(&map, good.replace("床位数", "床位")).unwrap();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g"]).status.code(), Some(2));
    let text = index(&gallery);
    assert!(text.contains("Not drawn (1)") && text.contains("<code>more</code>"), "{text}");
    assert!(text.contains("more.toml, line 4)") && text.contains("Did you mean"), "{text}");
    assert!(!gallery.join("more.html").exists() && !gallery.join("png/more.png").exists());
    assert_eq!(listed(&gallery), files_below(&gallery));
    fs::write(&map, "tilte = 1\n").unwrap();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g", "--only", "more"]).status.code(), Some(2));
    assert!(index(&gallery).contains("<li>more<p") && index(&gallery).contains("href=\"beds.html\""), "{}", index(&gallery));
    fs::write(&map, good).unwrap();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "g", "--only", "more"]).status.code(), Some(0));
    let text = index(&gallery);
    assert!(!text.contains("Not drawn") && text.contains("href=\"beds.html\"") && text.contains("href=\"more.html\""), "{text}");
    let whole = fs::read(gallery.join("gallery.json")).unwrap();
    assert_eq!(caremap(folder.path(), &["build", "m", "--out", "fresh"]).status.code(), Some(0));
    assert!(fs::read(folder.path().join("fresh/gallery.json")).unwrap() == whole);
}

#[test]
fn nothing_outside_the_gallery_and_nothing_of_others_is_touched() {
    let folder = two_maps();
    let gallery = folder.path().join("g");
    fs::create_dir(&gallery).unwrap();
    fs::write(gallery.join("index.html"), "my own page").unwrap();
    let refused = caremap(folder.path(), &["build", "m", "--out", "g"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("error[foreign-folder]: The folder has an index.html that this program did not write"));
    assert_eq!(files_below(&gallery), ["index.html"]);
    assert_eq!(fs::read_to_string(gallery.join("index.html")).unwrap(), "my own page");

    fs::remove_file(gallery.join("index.html")).unwrap();
    fs::write(folder.path().join("kept"), "abc").unwrap();
    let hash = caremap::fingerprint::sha256(b"abc");
    let hostile = format!(
        r#"{{"format":1,"program":"x","maps":{{"old":{{"title":{{"zh":"","en":""}},"pages":[],"problems":[],"files":{{"../kept":"{hash}"}}}}}},"files":{{}}}}"#
    );
    fs::write(gallery.join("gallery.json"), hostile).unwrap();
    let built = caremap(folder.path(), &["build", "m", "--out", "g"]);
    assert!(err(&built).contains("would lie outside"), "{}", err(&built));
    assert!(folder.path().join("kept").exists());

    fs::write(gallery.join("gallery.json"), "{").unwrap();
    let built = caremap(folder.path(), &["build", "m", "--out", "g"]);
    assert_eq!(built.status.code(), Some(0));
    assert!(err(&built).contains("warning[manifest-unreadable]"), "{}", err(&built));
    assert_eq!(listed(&gallery), files_below(&gallery));
}

/// A map of the table of [`two_maps`].
fn map(title: &str) -> String {
    format!(
        "title = {title:?}\nlevel = \"province\"\ntable = \"beds.csv\"\nvalue = \"床位数\"\nwithin = [\"110000\", \"120000\"]\nclasses = 2\npage = \"84mm\"\n"
    )
}

#[cfg(unix)]
#[test]
fn whatever_lies_among_the_maps_the_others_are_drawn() {
    use std::os::unix::fs::symlink;
    let folder = two_maps();
    let at = |name: &str| folder.path().join("m").join(name);
    fs::write(at("beds.csv"), TABLE).unwrap();
    fs::create_dir(at("folder.toml")).unwrap();
    symlink(at("loop.toml"), at("loop.toml")).unwrap();
    symlink("/dev/zero", at("zero.toml")).unwrap();
    fs::write(at("binary.toml"), b"title = \"\xff\xfe\"\n").unwrap();
    fs::write(at("index.toml"), map("An index of its own")).unwrap();
    fs::write(at("床位 <b>&\"1\".toml"), map("床位")).unwrap();
    fs::write(at("床位 2020 &c.toml"), map("床位 <b>")).unwrap();
    fs::write(at("MORE.toml"), map("Loud")).unwrap();
    fs::write(at("beds.ranking.toml"), map("Ranked")).unwrap();
    let built = caremap(folder.path(), &["build", "m", "--out", "m/gallery"]);
    let said = err(&built);
    assert_eq!(built.status.code(), Some(2), "{said}");
    for (file, words) in [
        ("m/folder.toml", "This is a folder, not a file."),
        ("m/loop.toml", "This is a link that leads to no file."),
        ("m/zero.toml", "This is a pipe or a device, not a file."),
        ("m/binary.toml:1", "A map file must be UTF-8, and this line is not."),
        ("m/more.toml", "\"more\" would write the same files as \"MORE\", which keeps its names."),
        ("m/beds.toml", "\"beds\" would write the same files as \"beds.ranking\", which keeps its names."),
        ("m/index.toml", "A map cannot be called \"index\": the gallery has a page of that name."),
        ("m/床位 <b>&\"1\".toml", "cannot name outputs."),
    ] {
        let found = said.split("error[").any(|one| one.contains(file) && one.contains(words) && one.contains("help: "));
        assert!(found, "{file}: {words}\n{said}");
    }
    assert_eq!(said.matches("error[").count(), 8, "{said}");
    assert!(out(&built).starts_with("3 maps drawn into m/gallery, "), "{}", out(&built));
    let gallery = folder.path().join("m/gallery");
    for page in ["beds.ranking.html", "MORE.html", "床位-2020--c.html"] {
        assert!(gallery.join(page).is_file(), "{page}: {:?}", files_below(&gallery));
    }
    let text = index(&gallery);
    assert!(text.contains("Not drawn (8)") && !text.contains("<b>"), "{text}");
    assert_eq!(listed(&gallery), files_below(&gallery));
}
