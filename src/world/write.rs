//! Writing files whole or not at all.

use crate::fingerprint::sha256;
use crate::problem::Problem;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Bytes written between two looks at whether the work is abandoned.
const CHUNK: usize = 4 << 20;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Set when the user does not even wait for what is under way.
static ABANDONED: AtomicBool = AtomicBool::new(false);
/// Files begun and not yet finished or cleared away.
static WRITING: AtomicUsize = AtomicUsize::new(0);
static COUNTER: AtomicUsize = AtomicUsize::new(0);

/// Asks everything that is under way to stop; called on Ctrl-C.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::SeqCst);
}

/// Whether the user has asked to stop. Long work looks now and then.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Waits, for a moment at most, until no file is half written. Writers give up at their next look.
pub fn settle() {
    ABANDONED.store(true, Ordering::SeqCst);
    for _ in 0..200 {
        if WRITING.load(Ordering::SeqCst) == 0 {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Counts a writer for as long as it lives.
struct Writing;

impl Writing {
    fn begin() -> Self {
        WRITING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Writes a file whole or not at all: into a new file beside it, then renamed. Makes the folders that are missing.
///
/// A symbolic link at the path is replaced, not followed. A pipe or a device is written into.
///
/// # Errors
///
/// What stands in the way, with the next step. Nothing is left behind.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let at = |error: io::Error| problem(path, &error);
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => return Err(at(io::ErrorKind::IsADirectory.into())),
        Ok(found) if !found.is_file() && !found.is_symlink() => return write_into(path, bytes).map_err(at),
        // Links such as /dev/stdout lead to pipes and devices.
        Ok(found) if found.is_symlink() && fs::metadata(path).is_ok_and(|end| !end.is_file() && !end.is_dir()) => {
            return write_into(path, bytes).map_err(at);
        }
        _ => {}
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(at)?;
    }
    let temporary = temporary(path).ok_or_else(|| at(io::ErrorKind::InvalidFilename.into()))?;
    let _writing = Writing::begin();
    let file = OpenOptions::new().write(true).create_new(true).open(&temporary).map_err(at)?;
    let written = write_all(file, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // The message about the write matters more than one about the clearing up.
        fs::remove_file(&temporary).ok();
        at(error)
    })
}

fn write_into(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.write_all(bytes)
}

fn write_all(mut file: File, bytes: &[u8]) -> io::Result<()> {
    for chunk in bytes.chunks(CHUNK) {
        if ABANDONED.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        file.write_all(chunk)?;
    }
    file.sync_all()
}

/// A name beside the file that no other writer uses.
fn temporary(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    // Long names keep room for the ending: most file systems end at 255 bytes.
    let short: String = name.chars().take(40).collect();
    Some(path.with_file_name(format!(".{short}.{}-{number}.caremap-part", process::id())))
}

fn problem(path: &Path, error: &io::Error) -> Problem {
    let (id, message, help): (_, String, _) = match error.kind() {
        io::ErrorKind::Interrupted => ("interrupted", "Stopped before the file was written.".into(), "Run the command again."),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("disk-full", "The disk is full; the file was not written.".into(), "Free some space, or write elsewhere.")
        }
        io::ErrorKind::ReadOnlyFilesystem => ("not-writable", "The disk is read-only.".into(), "Write elsewhere."),
        io::ErrorKind::PermissionDenied => {
            ("not-writable", "The folder may not be written to.".into(), "Change its permissions, or write elsewhere.")
        }
        io::ErrorKind::IsADirectory => ("not-writable", "This is a folder, not a file.".into(), "Give a file name."),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            ("not-writable", "Part of the path is a file, not a folder.".into(), "Write elsewhere.")
        }
        _ => ("not-writable", format!("The file cannot be written: {error}."), "Write elsewhere."),
    };
    Problem::error(id, message).in_file(path.display().to_string()).help(help)
}

/// Makes a folder and proves that files can be written in it, so that a bad path fails before the work.
///
/// # Errors
///
/// What stands in the way, with the next step.
pub fn prepare_folder(folder: &Path) -> Result<(), Problem> {
    let at = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            let problem = Problem::error("not-writable", "This is a file, or lies below one, not a folder.");
            problem.in_file(folder.display().to_string()).help("Give a folder, such as --out gallery.")
        }
        _ => problem(folder, &error),
    };
    fs::create_dir_all(folder).map_err(at)?;
    let probe = temporary(&folder.join("probe")).ok_or_else(|| at(io::ErrorKind::InvalidFilename.into()))?;
    OpenOptions::new().write(true).create_new(true).open(&probe).map_err(at)?;
    fs::remove_file(&probe).map_err(at)
}

/// Removes a file that has one of the hashes, and says whether it is gone now. A file that holds something else, a link or a folder stays.
///
/// # Errors
///
/// What stands in the way, with the next step.
pub fn remove_unchanged(path: &Path, hashes: &[&str]) -> Result<bool, Problem> {
    let at = |error: io::Error| {
        let message = format!("The file of an earlier build cannot be removed: {error}.");
        Problem::error("not-removable", message).in_file(path.display().to_string()).help("Remove it by hand.")
    };
    match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(true),
        Err(error) => return Err(at(error)),
        Ok(found) if !found.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let bytes = fs::read(path).map_err(at)?;
    if !hashes.contains(&sha256(&bytes).as_str()) {
        return Ok(false);
    }
    fs::remove_file(path).map_err(at)?;
    Ok(true)
}

/// A path inside a folder; nothing that would lead out of it.
///
/// # Errors
///
/// A path that is empty, absolute, or goes up.
pub fn inside(folder: &Path, relative: &str) -> Result<PathBuf, Problem> {
    let plain = |part| matches!(part, Component::Normal(_));
    if relative.is_empty() || relative.contains(['\\', '\0', ':']) || !Path::new(relative).components().all(plain) {
        let problem = Problem::error("path-outside", format!("The output {relative:?} would lie outside {}.", folder.display()));
        return Err(problem.help("Rename the map file."));
    }
    Ok(folder.join(relative))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_whole_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/图.png");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["图.png"]);
        let long = folder.path().join("图".repeat(80) + ".png");
        write_whole(&long, b"x").unwrap();
    }

    #[test]
    fn what_stands_in_the_way_is_said_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "kept").unwrap();
        let below = write_whole(&file.join("x.png"), b"x").unwrap_err();
        assert_eq!((below.id, below.message.as_str()), ("not-writable", "Part of the path is a file, not a folder."));
        let over = write_whole(folder.path(), b"x").unwrap_err();
        assert_eq!(over.message, "This is a folder, not a file.");
        let longest = write_whole(&folder.path().join("x".repeat(300)), b"x").unwrap_err();
        assert_eq!(longest.id, "not-writable");
        assert_eq!(names(folder.path()), ["file"]);
        assert_eq!(fs::read(&file).unwrap(), b"kept");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said() {
        assert_eq!(write_whole(Path::new("/dev/full"), b"x").unwrap_err().id, "disk-full");
        assert!(Path::new("/dev/full").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, link) = (folder.path().join("kept"), folder.path().join("link"));
        fs::write(&kept, "kept").unwrap();
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert_eq!((fs::read(&kept).unwrap().as_slice(), fs::read(&link).unwrap().as_slice()), (&b"kept"[..], &b"new"[..]));
    }

    #[test]
    fn only_what_is_unchanged_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "abc").unwrap();
        assert!(!remove_unchanged(&path, &[&sha256(b"other")]).unwrap() && path.exists());
        assert!(!remove_unchanged(folder.path(), &[&sha256(b"abc")]).unwrap());
        assert!(remove_unchanged(&path, &[&sha256(b"other"), &sha256(b"abc")]).unwrap() && !path.exists());
        assert!(remove_unchanged(&path, &[]).unwrap());
    }

    #[test]
    fn outputs_stay_in_their_folder() {
        let folder = Path::new("gallery");
        assert_eq!(inside(folder, "maps/a.png").unwrap(), Path::new("gallery/maps/a.png"));
        for path in ["", "/etc/x", "../x", "a/../../x", "a\\b", "c:x", "a\0b", "."] {
            assert_eq!(inside(folder, path).unwrap_err().id, "path-outside", "{path:?}");
        }
    }
}
