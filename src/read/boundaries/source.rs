//! The bytes of a boundary file and of the files that belong to it.

use crate::problem::Problem;
use crate::world::World;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Endings of the files beside a shapefile: attributes, index, coordinate system, encoding.
const BESIDE: [&str; 4] = ["dbf", "shx", "prj", "cpg"];

/// A boundary file in memory.
#[derive(Debug, Clone, Default)]
pub struct Source<'a> {
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// The files beside it that belong to it, by their endings in small letters.
    pub beside: BTreeMap<&'static str, Beside<'a>>,
}

/// A file beside another.
#[derive(Debug, Clone, Default)]
pub struct Beside<'a> {
    /// Its name, as messages and records call it.
    pub name: String,
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Source<'a> {
    /// A file that stands alone.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), beside: BTreeMap::new() }
    }

    /// Reads a file and those beside it.
    ///
    /// # Errors
    ///
    /// A file that cannot be read. Of those beside it, none needs to be there.
    pub fn open(file: &str, world: &dyn World) -> Result<Source<'static>, Problem> {
        let mut source = Source { bytes: world.read(file)?, beside: BTreeMap::new() };
        let stem = file.rsplit_once('.').filter(|(_, ending)| ending.eq_ignore_ascii_case("shp"));
        for (ending, (stem, _)) in BESIDE.iter().flat_map(|ending| stem.map(|stem| (*ending, stem))) {
            for name in [format!("{stem}.{ending}"), format!("{stem}.{}", ending.to_uppercase())] {
                match world.read(&name) {
                    Ok(bytes) => {
                        source.beside.insert(ending, Beside { name, bytes });
                        break;
                    }
                    Err(problem) if problem.id == "file-not-found" => {}
                    Err(problem) => return Err(problem),
                }
            }
        }
        Ok(source)
    }

    /// The bytes of the file beside it of an ending.
    pub(super) fn part(&self, ending: &str) -> Option<&[u8]> {
        self.beside.get(ending).map(|beside| beside.bytes.as_ref())
    }

    /// Adds a file of an ending that belongs to boundary files; others are passed over.
    pub(super) fn put(&mut self, ending: &str, name: &str, bytes: Vec<u8>) {
        if let Some(ending) = BESIDE.into_iter().find(|known| known.eq_ignore_ascii_case(ending)) {
            self.beside.insert(ending, Beside { name: name.into(), bytes: Cow::Owned(bytes) });
        }
    }
}
