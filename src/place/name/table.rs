//! What the program knows of names: the tables in `assets/names`, which its `SOURCES.md` explains.

use std::collections::HashMap;
use std::sync::OnceLock;

static NAMES: &str = include_str!("../../../assets/names/names.csv");
static VARIANTS: &str = include_str!("../../../assets/names/variants.csv");
static PEOPLES: &str = include_str!("../../../assets/names/peoples.csv");

/// Forms of one name, several in a cell of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forms {
    usual: &'static str,
    pinyin: &'static str,
    misread: &'static str,
    short: &'static str,
}

impl Forms {
    /// Usual English names, and the romanisation of names that are not Chinese; without the kind, best first.
    pub fn usual(&self) -> impl Iterator<Item = &'static str> + use<> {
        several(self.usual)
    }

    /// How the name without its kind is read, in pinyin without tones.
    pub fn pinyin(&self) -> impl Iterator<Item = &'static str> + use<> {
        several(self.pinyin)
    }

    /// Pinyin that its characters suggest and that is wrong.
    pub fn misread(&self) -> Option<&'static str> {
        (!self.misread.is_empty()).then_some(self.misread)
    }

    /// Customary short names that do not come of leaving the kind out.
    pub fn short(&self) -> impl Iterator<Item = &'static str> + use<> {
        several(self.short)
    }
}

fn several(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').filter(|form| !form.is_empty())
}

/// The rows of a table without quotes, below its heading.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

/// The forms of an area's name: those of its code where it has some of its own, else those of its full name.
pub fn forms(code: &str, name: &str) -> Option<Forms> {
    static TABLE: OnceLock<HashMap<&str, Forms>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let row = |row: Vec<&'static str>| match row.as_slice() {
            [name, usual, pinyin, misread, short] => Some((*name, Forms { usual, pinyin, misread, short })),
            _ => None,
        };
        rows(NAMES).filter_map(row).collect()
    });
    table.get(code).or_else(|| table.get(name)).copied()
}

/// The simplified character for a traditional one or a variant.
pub fn simplified(character: char) -> Option<char> {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let first = |cell: Option<&&str>| cell.and_then(|cell| cell.chars().next());
        rows(VARIANTS).filter_map(|row| Some((first(row.first())?, first(row.get(1))?))).collect()
    });
    table.get(&character).copied()
}

/// A people as names of autonomous areas have it, and its name in Latin letters.
pub struct People {
    /// In Chinese.
    pub chinese: &'static str,
    /// In the letters of [`super::Written`].
    pub latin: Vec<String>,
}

/// The peoples, longer names before shorter ones that they end in.
pub fn peoples() -> &'static [People] {
    static TABLE: OnceLock<Vec<People>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let people = |row: Vec<&'static str>| {
            let latin = row.get(1).map_or(Vec::new(), |latin| several(latin).map(super::latin_letters).collect());
            Some(People { chinese: row.first()?, latin })
        };
        rows(PEOPLES).filter_map(people).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_whole() {
        let lines = |table: &str| table.lines().count() - 1;
        assert_eq!(rows(NAMES).filter(|row| row.len() == 5).count(), lines(NAMES));
        assert_eq!(rows(VARIANTS).filter(|row| row.len() == 2).count(), lines(VARIANTS));
        assert_eq!(peoples().len(), lines(PEOPLES));
        assert_eq!(simplified('臺'), Some('台'));
        assert_eq!(forms("", "陕西省").map(|forms| forms.usual().next()), Some(Some("Shaanxi")));
    }
}
