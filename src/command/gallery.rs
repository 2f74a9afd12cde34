//! The folder of a gallery while it is built: every map's files as soon as it is drawn, then the index that leads to them, then what an
//! earlier build left and this one does not write is removed. Whenever the work ends, the index shows what is there.

use caremap::problem::Problem;
use caremap::publish::manifest::{self, Entry, Manifest};
use caremap::publish::{Cover, Files, INDEX, Page, pages, told_with_help};
use caremap::spec::Words;
use caremap::world::{inside, interrupted, prepare_folder, read_file, remove_unchanged, write_whole};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A gallery that is being built.
pub struct Gallery {
    out: PathBuf,
    cover: Cover,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    manifest: Manifest,
    /// What went wrong with the gallery itself, each once.
    problems: Vec<Problem>,
}

impl State {
    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

impl Gallery {
    /// Opens the folder for the maps that are to be drawn: their names and titles. Those that are not there yet are shown as such.
    pub fn open(out: &Path, cover: Cover, maps: &[(&str, Words)]) -> Result<Self, Problem> {
        prepare_folder(out)?;
        let mut state = known(out)?;
        for (id, title) in maps {
            let waiting =
                || Entry { title: title.clone(), problems: vec!["It has not been drawn yet.".to_owned()], ..Entry::default() };
            state.manifest.maps.entry((*id).to_owned()).or_insert_with(waiting);
        }
        let gallery = Self { out: out.to_owned(), cover, state: Mutex::new(state) };
        let mut state = gallery.state();
        let front = state.manifest.front(&gallery.cover);
        gallery.write(&front)?;
        gallery.write_manifest(&state.manifest)?;
        drop(state);
        Ok(gallery)
    }

    /// Puts a map into the gallery: its files, its pages, and the index that leads to them.
    pub fn put(&self, id: &str, title: &Words, figures: Files, of: &[Page]) -> Result<(), Problem> {
        let files = [figures, pages(of, &self.cover.title)].concat();
        let hashes = manifest::hashes(&files);
        match self.write(&files) {
            Ok(()) => {
                let cards = of.iter().map(|page| page.card.clone()).collect();
                let entry = Entry { title: title.clone(), pages: cards, files: hashes, ..Entry::default() };
                self.change(|maps| maps.insert(id.to_owned(), entry).into_iter().collect());
                Ok(())
            }
            Err(problem) => {
                // What has been written of it goes as well.
                let half = Entry { files: hashes, ..Entry::default() };
                let entry = undrawn(title, std::slice::from_ref(&problem));
                self.change(|maps| maps.insert(id.to_owned(), entry).into_iter().chain([half]).collect());
                Err(problem)
            }
        }
    }

    /// Shows a map as not drawn; `files` are what is there to mend it.
    pub fn fail(&self, id: &str, title: &Words, problems: &[Problem], files: Files) {
        let entry = Entry { files: manifest::hashes(&files), ..undrawn(title, problems) };
        if let Err(problem) = self.write(&files) {
            self.state().note(problem);
        }
        self.change(|maps| maps.insert(id.to_owned(), entry).into_iter().collect());
    }

    /// Where a file of the gallery stands, for messages.
    pub fn path(&self, file: &str) -> String {
        self.out.join(file).display().to_string()
    }

    /// Leaves out the maps that the folder no longer has, where the whole folder was drawn; hands back what went wrong with the gallery.
    pub fn finish(self, whole: Option<&BTreeSet<&str>>) -> Vec<Problem> {
        if let Some(ids) = whole.filter(|_| !interrupted()) {
            self.change(|maps| {
                let gone: Vec<String> = maps.keys().filter(|id| !ids.contains(id.as_str())).cloned().collect();
                gone.iter().filter_map(|id| maps.remove(id)).collect()
            });
        }
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).problems
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the maps; `change` hands back the entries that are no longer, whose files go once no page leads to them.
    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Entry>) -> Vec<Entry>) {
        let mut state = self.state();
        let before = change(&mut state.manifest.maps);
        let front: Files = state.manifest.front(&self.cover).into_iter().filter(|(path, _)| path == INDEX).collect();
        if let Err(problem) = self.write(&front) {
            return state.note(problem);
        }
        for problem in self.remove(&before, &state.manifest) {
            state.note(problem);
        }
        if let Err(problem) = self.write_manifest(&state.manifest) {
            state.note(problem);
        }
    }

    /// Removes what earlier entries wrote and no present one does, unless someone else has changed it.
    fn remove(&self, before: &[Entry], manifest: &Manifest) -> Vec<Problem> {
        let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, hash) in before.iter().flat_map(|entry| &entry.files) {
            known.entry(path).or_default().push(hash);
        }
        let used = manifest.all_files();
        let unused = known.into_iter().filter(|(path, _)| !used.contains(path));
        unused.filter_map(|(path, hashes)| self.remove_one(path, &hashes).err()).collect()
    }

    fn remove_one(&self, path: &str, hashes: &[&str]) -> Result<(), Problem> {
        let path = inside(&self.out, path)?;
        if remove_unchanged(&path, hashes)? {
            return Ok(());
        }
        let message = "This file of an earlier build belongs to no map any more, but it was changed since, so it stays.";
        let problem = Problem::warning("changed-since", message).in_file(path.display().to_string());
        Err(problem.help("Move it out of the gallery if you need it, else remove it."))
    }

    fn write(&self, files: &Files) -> Result<(), Problem> {
        files.iter().try_for_each(|(name, bytes)| write_whole(&inside(&self.out, name)?, bytes))
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Problem> {
        write_whole(&self.out.join(manifest::FILE), manifest.json().as_bytes())
    }
}

fn undrawn(title: &Words, problems: &[Problem]) -> Entry {
    Entry { title: title.clone(), problems: problems.iter().map(told_with_help).collect(), ..Entry::default() }
}

/// What the folder says it holds. A folder whose index someone else wrote is not written into.
fn known(out: &Path) -> Result<State, Problem> {
    let (manifest, index) = (out.join(manifest::FILE), out.join(INDEX));
    if manifest.symlink_metadata().is_ok() {
        let shown = manifest.display().to_string();
        let bytes = read_file(&manifest, &shown)?;
        return Ok(match Manifest::read(&bytes) {
            Ok(manifest) => State { manifest, ..State::default() },
            Err(why) => {
                let message =
                    format!("What the gallery held cannot be read ({why}); its old files stay, and its index begins anew.");
                let problem = Problem::warning("manifest-unreadable", message).in_file(shown);
                State { problems: vec![problem.help("Remove the folder and build it whole.")], ..State::default() }
            }
        });
    }
    match index.symlink_metadata() {
        Ok(_) => {
            let message = "The folder has an index.html that this program did not write; it would be lost.";
            let problem = Problem::error("foreign-folder", message).in_file(index.display().to_string());
            Err(problem.help("Give a folder of its own, such as --out gallery, or remove what is there."))
        }
        Err(_) => Ok(State::default()),
    }
}
