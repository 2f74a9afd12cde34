//! English names of the bundled areas. They lie beside the boundaries, not in them, so that the size of the boundary file decides
//! nothing but lines.

use super::Coverage;
use std::collections::HashMap;

/// Codes and English names, one a line, below a heading.
static NAMES: &str = include_str!("../../assets/names/areas_en.csv");

/// Gives each area that has none its English name.
pub(super) fn add(coverage: &mut Coverage) {
    let names: HashMap<&str, &str> = NAMES.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
    for area in coverage.layers.values_mut().flatten().filter(|area| area.name_en.is_none()) {
        area.name_en = names.get(area.code.as_str()).map(ToString::to_string);
    }
}

#[cfg(test)]
mod tests {
    use crate::coverage::bundled;

    #[test]
    fn every_bundled_area_has_an_english_name() {
        for area in bundled().layers.values().flatten() {
            let english = area.name_en.as_deref().unwrap_or_default();
            assert!(english.starts_with(|c: char| c.is_ascii_uppercase()) && !english.contains(['"', ',']), "{area:?}");
        }
    }

    #[test]
    fn english_names_follow_the_rule_that_make_py_states() {
        let english = |code: &str| {
            let of_code = bundled().layers.values().flatten().find(|area| area.code == code);
            of_code.and_then(|area| area.name_en.as_deref()).unwrap_or_default()
        };
        for (code, name) in [
            ("330100", "Hangzhou"),
            ("330106", "Xihu District"),
            ("320583", "Kunshan"),
            ("330523", "Anji County"),
            ("310115", "Pudong New Area"),
            ("152900", "Alxa League"),
            ("152921", "Alxa Left Banner"),
            ("542500", "Ngari Prefecture"),
            ("222400", "Yanbian Autonomous Prefecture"),
            ("622927", "Jishishan Autonomous County"),
            ("429021", "Shennongjia Forestry District"),
            ("520203", "Liuzhi Special District"),
            ("341500", "Lu'an"),
            ("220200", "Jilin City"),
            ("610500", "Weinan"),
            ("810010", "Tsuen Wan District"),
            ("820001", "Our Lady of Fatima Parish"),
        ] {
            assert_eq!(english(code), name, "{code}");
        }
    }
}
