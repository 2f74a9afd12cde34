//! A folder of map files, opened: what it holds and what its maps share.

use super::shell::Shell;
use caremap::problem::{Outcome, Problem, nearest_spelling};
use caremap::spec::{AtlasSpec, Plan, read_atlas, read_map};
use caremap::world::{self, Disk};
use std::path::{Path, PathBuf};

/// Maps and what they share.
pub struct Folder {
    /// Where the maps find their files.
    pub world: Disk,
    /// What they share.
    pub atlas: Option<AtlasSpec>,
    /// The map files.
    pub maps: Vec<MapFile>,
}

/// A map file as text.
pub struct MapFile {
    /// Name without ending.
    pub id: String,
    /// Path, for messages.
    pub file: String,
    /// The text, or why it cannot be read.
    pub text: Result<String, Problem>,
}

/// How a file is read: one that was found in a folder, or one that was named.
type Read = fn(&Path, &str) -> Result<Vec<u8>, Problem>;

impl Folder {
    /// Opens a folder; problems that leave nothing to do are reported, and nothing comes back.
    pub fn open(dir: &Path, only: Option<&str>, shell: &mut Shell) -> Option<Self> {
        match world::map_files(dir).and_then(|files| chosen(dir, files, only)) {
            Ok(files) => Self::with(dir, &files, world::read_found, shell),
            Err(problem) => {
                shell.report(vec![problem]);
                None
            }
        }
    }

    /// Opens one map with the atlas beside it.
    pub fn of_map(map: &Path, shell: &mut Shell) -> Option<Self> {
        let dir = map.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::with(dir, &[map.to_owned()], world::read_file, shell)
    }

    fn with(dir: &Path, files: &[PathBuf], read: Read, shell: &mut Shell) -> Option<Self> {
        let atlas_file = dir.join("atlas.toml");
        let atlas = match atlas_file.symlink_metadata().is_ok() {
            true => Some(read_shared(&atlas_file, shell)?),
            false => None,
        };
        let maps = files.iter().map(|path| map_file(path, read, shell)).collect();
        Some(Self { world: Disk { base: dir.to_owned() }, atlas, maps })
    }

    /// The plan of a map.
    pub fn plan(&self, map: &MapFile) -> Outcome<Plan> {
        match &map.text {
            Ok(text) => read_map(text, &map.file, self.atlas.as_ref()),
            Err(problem) => Err(vec![problem.clone()]),
        }
    }
}

/// The atlas's own mistakes would be those of every map, so they end the command.
fn read_shared(path: &Path, shell: &mut Shell) -> Option<AtlasSpec> {
    let map = map_file(path, world::read_found, shell);
    match map.text.map_err(|problem| vec![problem]).and_then(|text| read_atlas(&text, &map.file)) {
        Ok(noted) => {
            shell.report(noted.problems);
            Some(noted.value)
        }
        Err(problems) => {
            shell.report(problems);
            None
        }
    }
}

fn map_file(path: &Path, read: Read, shell: &mut Shell) -> MapFile {
    let file = path.display().to_string();
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let text = read(path, &file).and_then(|bytes| utf8(bytes, &file));
    shell.remember(&file, text.as_deref().unwrap_or(""));
    MapFile { id, file, text }
}

fn utf8(bytes: Vec<u8>, file: &str) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let problem = Problem::error("not-utf8", "A map file must be UTF-8, and this line is not.").in_file(file).at_line(line);
        problem.help("Save the file as UTF-8. Tables may be GB18030; map files may not.")
    })
}

/// The maps that `--only` names.
fn chosen(dir: &Path, files: Vec<PathBuf>, only: Option<&str>) -> Result<Vec<PathBuf>, Problem> {
    let shown = dir.display().to_string();
    if files.is_empty() {
        let problem = Problem::error("no-maps", "There is no map file in this folder.").in_file(shown);
        return Err(problem.help("Make one with caremap new DIR --table FILE."));
    }
    let Some(pattern) = only else { return Ok(files) };
    let names: Vec<String> =
        files.iter().map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned()).collect();
    let chosen: Vec<PathBuf> =
        files.iter().zip(&names).filter(|(_, name)| matches(pattern, name)).map(|(path, _)| path.clone()).collect();
    if chosen.is_empty() {
        let help = match nearest_spelling(pattern, names.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean {near}?"),
            None => format!("There are: {}.", names.join(", ")),
        };
        return Err(Problem::error("no-maps", format!("No map file matches {pattern:?}.")).in_file(shown).help(help));
    }
    Ok(chosen)
}

/// Whether a name matches a pattern in which `*` stands for any letters and `?` for one. An ending `.toml` may be given.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.strip_suffix(".toml").unwrap_or(pattern).chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[n] => {
                p += 1;
                n += 1;
            }
            // Back to the last star, which takes one letter more.
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name) in
            [("*", ""), ("beds*", "beds_2013"), ("*床*", "每千人床位"), ("?eds", "beds"), ("a*b*c", "axbybzc"), ("a.toml", "a")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("", "a"), ("beds", "beds_2013"), ("?", ""), ("a*b", "abc")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
