//! Palettes by name: ColorBrewer's tables, designed for each number of classes, and the continuous ones of Matplotlib and Crameri.

use super::{Colour, mix};
use crate::problem::{Problem, nearest_spelling};
use std::sync::OnceLock;

/// The palette of a scale from low to high.
pub const DEFAULT_SEQUENTIAL: &str = "ylgnbu";
/// The palette of a scale with a pivot.
pub const DEFAULT_DIVERGING: &str = "rdbu";

/// What a palette is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From low to high; light to dark.
    Sequential,
    /// From a light middle to two dark ends.
    Diverging,
    /// Categories without order.
    Qualitative,
}

/// A palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// Its name, lower case.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Colours from low to high, one list for each number of classes it was designed for, the shortest first; a continuous palette has
    /// one long list.
    pub tables: Vec<Vec<Colour>>,
}

/// A list this long is a continuous palette.
const CONTINUOUS: usize = 32;

/// All palettes, in the order of their files.
pub fn palettes() -> &'static [Palette] {
    static PALETTES: OnceLock<Vec<Palette>> = OnceLock::new();
    PALETTES.get_or_init(|| {
        let files = [
            include_str!("../../assets/palettes/colorbrewer.txt"),
            include_str!("../../assets/palettes/matplotlib.txt"),
            include_str!("../../assets/palettes/crameri.txt"),
        ];
        let mut all: Vec<Palette> = Vec::new();
        for line in files.iter().flat_map(|file| file.lines()) {
            let Some((name, kind, table)) = read_line(line) else { continue };
            match all.last_mut().filter(|last| last.name == name) {
                Some(last) => last.tables.push(table),
                None => all.push(Palette { name, kind, tables: vec![table] }),
            }
        }
        all
    })
}

/// Reads `name kind count #rrggbb ...`; none for a comment.
fn read_line(line: &'static str) -> Option<(&'static str, Kind, Vec<Colour>)> {
    let mut words = line.split_whitespace();
    let name = words.next().filter(|name| *name != "#")?;
    let kind = match words.next()? {
        "sequential" => Kind::Sequential,
        "diverging" => Kind::Diverging,
        _ => Kind::Qualitative,
    };
    Some((name, kind, words.skip(1).filter_map(Colour::parse).collect()))
}

/// The palette of that name, without regard to case.
pub fn palette(name: &str) -> Result<&'static Palette, Problem> {
    let wanted = name.to_lowercase();
    palettes().iter().find(|palette| palette.name == wanted).ok_or_else(|| {
        let help = match nearest_spelling(&wanted, palettes().iter().map(|palette| palette.name)) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => {
                "Some palettes: ylgnbu, blues, oranges, viridis, batlow, lajolla; diverging: rdbu, brbg, puor, vik.".to_owned()
            }
        };
        Problem::error("unknown-palette", format!("There is no palette called \"{name}\".")).help(help)
    })
}

/// So many colours of a palette, from low to high, or from high to low where reversed.
///
/// A table designed for that number is used as it is; other numbers are interpolated in OKLab.
pub fn colours(name: &str, count: usize, reverse: bool) -> Result<Vec<Colour>, Problem> {
    let palette = palette(name)?;
    let mut colours = palette.classes(count);
    if reverse {
        colours.reverse();
    }
    Ok(colours)
}

impl Palette {
    /// So many colours from low to high.
    pub fn classes(&self, count: usize) -> Vec<Colour> {
        if let Some(table) = self.tables.iter().find(|table| table.len() == count && count < CONTINUOUS) {
            return table.clone();
        }
        let Some(longest) = self.tables.last() else { return Vec::new() };
        if self.kind == Kind::Qualitative {
            return longest.iter().copied().cycle().take(count).collect();
        }
        let (from, to) = self.reach(count);
        match count {
            1 => vec![along(longest, if self.kind == Kind::Diverging { 0.5 } else { 0.6 })],
            _ => (0..count).map(|i| along(longest, from + (to - from) * i as f64 / (count - 1) as f64)).collect(),
        }
    }

    /// The evenly spaced colours of an unclassed scale.
    pub fn stops(&self) -> Vec<Colour> {
        self.tables.last().cloned().unwrap_or_default()
    }

    /// The part of the palette used for so many classes: few classes need no extremes, and the very light end of a continuous palette
    /// would look like paper.
    fn reach(&self, count: usize) -> (f64, f64) {
        let continuous = self.stops().len() >= CONTINUOUS;
        match (self.kind, count) {
            (_, 2) => (0.2, 0.8),
            (Kind::Diverging, 3..5) => (0.15, 0.85),
            (Kind::Diverging, _) if continuous => (0.06, 0.94),
            (Kind::Sequential, _) if continuous => (0.06, 0.95),
            _ => (0.0, 1.0),
        }
    }
}

/// The colour at a share from 0 to 1 along evenly spaced colours; grey where there are none.
pub fn along(stops: &[Colour], share: f64) -> Colour {
    let Some(last) = stops.len().checked_sub(1) else { return Colour::new(128, 128, 128) };
    let at = (share.clamp(0.0, 1.0) * last as f64).min(last as f64);
    let low = at as usize;
    let rest = at - low as f64;
    if rest == 0.0 || low >= last { stops[low.min(last)] } else { mix(stops[low], stops[low + 1], rest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::OkLab;

    #[test]
    fn all_palettes_are_read_whole() {
        for palette in palettes() {
            assert!(!palette.tables.is_empty(), "{}", palette.name);
            for count in 1..=12 {
                assert_eq!(palette.classes(count).len(), count, "{}", palette.name);
            }
        }
        assert_eq!(palettes().iter().map(|p| p.tables.iter().map(Vec::len).sum::<usize>()).sum::<usize>(), include_total());
    }

    /// Colours in the files, counted in another way.
    fn include_total() -> usize {
        ["colorbrewer", "matplotlib", "crameri"]
            .iter()
            .map(|name| std::fs::read_to_string(format!("assets/palettes/{name}.txt")).unwrap().matches(" #").count())
            .sum()
    }

    #[test]
    fn sequential_palettes_run_from_light_to_dark() {
        for palette in palettes().iter().filter(|palette| palette.kind == Kind::Sequential) {
            for count in 2..=9 {
                let lightness: Vec<f64> = palette.classes(count).into_iter().map(|colour| OkLab::from(colour).l).collect();
                assert!(lightness.windows(2).all(|pair| pair[0] > pair[1]), "{} {count} {lightness:?}", palette.name);
            }
        }
    }

    #[test]
    fn the_defaults_are_told_apart_by_everyone() {
        for count in 2..=7 {
            let colours = colours(DEFAULT_SEQUENTIAL, count, false).unwrap();
            assert!(crate::colour::check(&colours, false).is_empty(), "{count}");
        }
        for count in 2..=10 {
            let colours = colours(DEFAULT_DIVERGING, count, false).unwrap();
            assert!(crate::colour::check(&colours, true).is_empty(), "{count} {:?}", crate::colour::check(&colours, true));
        }
    }

    #[test]
    fn a_wrong_name_gets_a_suggestion() {
        let problem = colours("ylgnbuu", 5, false).unwrap_err();
        assert_eq!(problem.to_string(), "error: There is no palette called \"ylgnbuu\". Did you mean \"ylgnbu\"?");
        assert!(palette("YlGnBu").is_ok());
        assert!(palette("nothing-like-it").unwrap_err().help.is_some());
    }
}
