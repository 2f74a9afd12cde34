//! Areas that a text names, such as the address or the name of a hospital.
//!
//! An address goes from the large to the small: 广东省深圳市南山区… Names are read from its beginning, the longest first, each inside the
//! one before. Only names in full count (and what addresses write for them: 大理州, 新疆自治区), for 中山路 is a street in every city and
//! 北京大学 has a hospital in Shenzhen; 广东深圳南山区 counts because a full name inside follows at once. A name that several areas have
//! counts where what was named before leaves one of them. No guess is made: what is not named for certain is not named.

use super::key::{Gazetteer, Spot};
use super::name;
use crate::level::Level;
use std::collections::{BTreeMap, HashMap};

/// Finds the areas of a coverage in texts.
///
/// ```
/// use caremap::{coverage::bundled, level::Level, place::{key::Gazetteer, mention::Mentions}};
///
/// let gazetteer = Gazetteer::new(bundled());
/// let mentions = Mentions::new(&gazetteer);
/// let spot = mentions.find("北京市朝阳区工体南路8号").unwrap();
/// assert_eq!((spot.0, gazetteer.area(spot).code.as_str()), (Level::County, "110105"));
/// assert_eq!(mentions.find("北京大学第六医院"), None);
/// ```
pub struct Mentions<'a> {
    gazetteer: &'a Gazetteer<'a>,
    full: Names,
    short: Names,
}

/// Names by their first letter, the longest first, each with the areas that have it.
type Names = HashMap<char, Vec<(Vec<char>, Vec<Spot>)>>;

/// What stands at a place of a text.
enum Found {
    /// The name of one area, and how many letters it has.
    Area(Spot, usize),
    /// A name that several areas have, or one elsewhere.
    Unclear(usize),
    Nothing,
}

impl<'a> Mentions<'a> {
    /// Indexes the names of a coverage's areas.
    pub fn new(gazetteer: &'a Gazetteer<'a>) -> Self {
        let (mut full, mut short) = (BTreeMap::<String, Vec<Spot>>::new(), BTreeMap::<String, Vec<Spot>>::new());
        for (&level, areas) in &gazetteer.coverage().layers {
            for (at, area) in areas.iter().enumerate() {
                for form in full_forms(&area.name) {
                    full.entry(form).or_default().push((level, at));
                }
                if matches!(level, Level::Province | Level::Prefecture) {
                    short.entry(name::stem(&area.name)).or_default().push((level, at));
                }
            }
        }
        Self { gazetteer, full: by_first_letter(full), short: by_first_letter(short) }
    }

    /// The smallest area that the text names.
    pub fn find(&self, text: &str) -> Option<Spot> {
        self.find_within(text, None)
    }

    /// The smallest area that the text names, of those inside `outer`; `outer` itself where the text names none.
    pub fn find_within(&self, text: &str, outer: Option<Spot>) -> Option<Spot> {
        let letters: Vec<char> = name::normal(text).chars().collect();
        let (mut within, mut at, mut adjacent) = (outer, 0, true);
        while at < letters.len() && within.is_none_or(|(level, _)| level < Level::County) {
            let rest = &letters[at..];
            let found = if adjacent { self.opening(rest, within) } else { None };
            match found.map_or_else(|| self.full_name(rest, within, adjacent), |(spot, length)| Found::Area(spot, length)) {
                Found::Area(spot, length) => {
                    (within, adjacent) = (Some(spot), true);
                    at += length;
                }
                Found::Unclear(length) => {
                    adjacent = false;
                    at += length;
                }
                Found::Nothing => {
                    adjacent = false;
                    at += 1;
                }
            }
        }
        within
    }

    /// The longest full name with which the letters begin. A name of two letters (东区) counts only right after the area around it.
    fn full_name(&self, letters: &[char], within: Option<Spot>, adjacent: bool) -> Found {
        let mut names = beginning(&self.full, letters).filter(|(name, _)| name.len() > 2 || (adjacent && within.is_some()));
        let Some((name, spots)) = names.next() else { return Found::Nothing };
        self.only(spots, within).map_or(Found::Unclear(name.len()), |spot| Found::Area(spot, name.len()))
    }

    /// A province or prefecture by its short name, where the name of an area inside it follows at once.
    fn opening(&self, letters: &[char], within: Option<Spot>) -> Option<(Spot, usize)> {
        beginning(&self.short, letters).find_map(|(name, spots)| {
            let spot = self.only(spots, within)?;
            let rest = &letters[name.len()..];
            let full = matches!(self.full_name(rest, Some(spot), true), Found::Area(..));
            (full || self.opening(rest, Some(spot)).is_some()).then_some((spot, name.len()))
        })
    }

    /// The one of the areas that lies within; the outermost where one holds all the others (北京市 is a province and a prefecture).
    fn only(&self, spots: &[Spot], within: Option<Spot>) -> Option<Spot> {
        let lies_in = |spot: Spot, outer: Spot| spot.0 > outer.0 && self.gazetteer.lift(spot, outer.0) == Some(outer.1);
        let inside: Vec<Spot> = spots.iter().copied().filter(|spot| within.is_none_or(|outer| lies_in(*spot, outer))).collect();
        let first = *inside.iter().min()?;
        inside.iter().all(|spot| *spot == first || lies_in(*spot, first)).then_some(first)
    }
}

fn by_first_letter(names: BTreeMap<String, Vec<Spot>>) -> Names {
    let mut by_letter = Names::new();
    for (name, spots) in names {
        let letters: Vec<char> = name.chars().collect();
        if let Some(first) = letters.first() {
            by_letter.entry(*first).or_default().push((letters, spots));
        }
    }
    by_letter.values_mut().for_each(|names| names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len())));
    by_letter
}

/// The names with which the letters begin, the longest first.
fn beginning<'n>(names: &'n Names, letters: &'n [char]) -> impl Iterator<Item = (&'n [char], &'n [Spot])> {
    let of_letter = letters.first().and_then(|first| names.get(first)).into_iter().flatten();
    of_letter.filter(|(name, _)| letters.starts_with(name)).map(|(name, spots)| (name.as_slice(), spots.as_slice()))
}

/// A name in full, and as addresses write the long ones.
fn full_forms(full: &str) -> Vec<String> {
    let normal = name::normal(full);
    let kind = ["自治区", "自治州", "自治县", "自治旗"].iter().position(|kind| normal.ends_with(kind));
    let written = kind.map(|kind| name::stem(full) + ["自治区", "州", "县", "旗"][kind]);
    let mut forms = vec![normal];
    forms.extend(written.filter(|form| form.chars().count() >= 3));
    forms.dedup();
    forms.retain(|form| form.chars().count() >= 2);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::bundled;

    fn named(texts: &[&str]) -> Vec<String> {
        let gazetteer = Gazetteer::new(bundled());
        let mentions = Mentions::new(&gazetteer);
        let word = |spot: Option<Spot>| spot.map_or_else(String::new, |spot| gazetteer.area(spot).code.clone());
        texts.iter().map(|text| word(mentions.find(text))).collect()
    }

    #[test]
    fn addresses_name_their_smallest_area() {
        let texts = [
            "广东省深圳市南山区桃园路89号",
            "广东深圳南山区",
            "深圳市南山区",
            " 广东省 深圳市",
            "新疆自治区喀什地区疏附县",
            "大理州人民医院",
        ];
        assert_eq!(named(&texts), ["440305", "440305", "440305", "440300", "653121", "532900"]);
    }

    #[test]
    fn streets_and_universities_are_no_areas() {
        let texts = ["上海市中山北路3671弄", "北京大学深圳医院", "天津市河西区平江道23号", "华中科技大学", "南京路100号", ""];
        assert_eq!(named(&texts), ["310000", "", "120103", "", "", ""]);
    }

    #[test]
    fn a_name_of_several_areas_needs_the_one_around_it() {
        let texts = ["朝阳区", "长春市朝阳区", "攀枝花市东区", "北京市某医院东区", "杭州市下城区", "吉林省吉林市船营区"];
        assert_eq!(named(&texts), ["", "220104", "510402", "110000", "330100", "220204"]);
    }

    #[test]
    fn another_column_can_say_what_lies_around() {
        let gazetteer = Gazetteer::new(bundled());
        let mentions = Mentions::new(&gazetteer);
        let changchun = mentions.find("长春市").expect("a city");
        let code = |spot: Option<Spot>| spot.map(|spot| gazetteer.area(spot).code.as_str());
        assert_eq!(code(mentions.find_within("朝阳区前进大街", Some(changchun))), Some("220104"));
        assert_eq!(code(mentions.find_within("前进大街", Some(changchun))), Some("220100"));
    }

    /// An independent search (SOURCES.md of the data) found 1,289 rows whose address names a province, two of them wrong, and that
    /// 97.1 % of the points lie in the county that the address names.
    #[test]
    fn most_hospitals_lie_in_the_county_of_their_address() {
        let file = crate::world::bundled("hospitals_cn_3a").expect("bundled");
        let table = crate::read::table::read_table(file, "h.csv", &Default::default()).expect("a table").value;
        let gazetteer = Gazetteer::new(bundled());
        let mentions = Mentions::new(&gazetteer);
        let text = |row: usize, name: &str| table.column(name).expect("a column").text(row).into_owned();
        let (mut counties, mut right, mut provinces, mut right_province) = (0, 0, 0, 0);
        for row in (0..table.rows()).filter(|row| text(*row, "usable") == "1") {
            let Some(spot) = mentions.find(&text(row, "address")) else { continue };
            let code = text(row, "adcode");
            provinces += 1;
            let province = gazetteer.lift(spot, Level::Province).map(|at| gazetteer.area((Level::Province, at)).code.clone());
            right_province += usize::from(province.is_some_and(|province| province[..2] == code[..2]));
            if spot.0 == Level::County {
                counties += 1;
                right += usize::from(gazetteer.area(spot).code == code);
            }
        }
        assert!(provinces >= 1_300 && right_province + 2 >= provinces, "{right_province} of {provinces}");
        assert!(counties >= 600 && right * 100 >= counties * 96, "{right} of {counties}");
    }
}
