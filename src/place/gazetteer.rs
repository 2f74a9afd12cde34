//! The areas of a coverage, found by code and by name in every form that leaves no doubt.

use super::code;
use super::name::{self, Form, Kind, Tongue, WORDS, Written};
use crate::coverage::{Area, Coverage};
use crate::level::Level;
use std::collections::HashMap;
use std::sync::OnceLock;

/// An area by level and position in that level.
pub type Spot = (Level, usize);

/// An area that a text names, and the form in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// The form.
    pub form: Form,
    /// The area.
    pub spot: Spot,
}

/// A name that an area had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The full name.
    pub name: String,
    /// First and last year in which it held.
    pub years: (u16, u16),
    /// Code of the one area that its bearer has become.
    pub code: String,
}

/// The areas of a coverage by code and by name.
pub struct Gazetteer<'a> {
    coverage: &'a Coverage,
    by_code: HashMap<&'a str, Vec<Spot>>,
    former: &'a [Former],
    /// Made when a name is first asked for: tables with codes need none.
    by_name: OnceLock<Names>,
}

/// Names in letters, and the areas that have them.
#[derive(Default)]
struct Names {
    /// Full names as they are compared first; they may hold marks and blanks of a user's own.
    exact: HashMap<String, Vec<Spot>>,
    /// Every other form.
    forms: HashMap<String, Vec<Entry>>,
}

/// One form of an area's name.
#[derive(Debug, Clone, Copy)]
struct Entry {
    spot: Spot,
    form: Form,
    /// Kind of the area.
    kind: Kind,
    /// Whether the form may stand alone.
    alone: bool,
    /// Whether a word for the kind may follow.
    takes_kind: bool,
}

impl<'a> Gazetteer<'a> {
    /// Indexes a coverage.
    pub fn new(coverage: &'a Coverage) -> Self {
        let mut by_code = HashMap::<&str, Vec<Spot>>::new();
        for (&level, areas) in &coverage.layers {
            for (at, area) in areas.iter().enumerate() {
                by_code.entry(area.code.as_str()).or_default().push((level, at));
            }
        }
        Self { coverage, by_code, former: &[], by_name: OnceLock::new() }
    }

    /// Adds names that areas had before.
    #[must_use]
    pub fn with_former(mut self, former: &'a [Former]) -> Self {
        self.former = former;
        self.by_name = OnceLock::new();
        self
    }

    /// The area at a spot.
    pub fn area(&self, spot: Spot) -> &'a Area {
        &self.coverage.areas(spot.0)[spot.1]
    }

    /// The coverage it indexes.
    pub fn coverage(&self) -> &'a Coverage {
        self.coverage
    }

    /// The area with exactly this code: at `level`, else at the nearest finer level, else at the nearest coarser one.
    pub fn by_code(&self, code: &str, level: Level) -> Option<Spot> {
        nearest_level(self.by_code.get(code)?, level)
    }

    /// The area with this code at this very level.
    pub fn at_level(&self, code: &str, level: Level) -> Option<usize> {
        self.by_code.get(code)?.iter().find(|spot| spot.0 == level).map(|spot| spot.1)
    }

    /// The areas that a text names, at whatever level and with the areas they lie in before or after the name; each once. The first
    /// form that fits an area counts. A text such as 吉林 names areas of two levels, 朝阳区 two of one: which is meant, a level, a
    /// parent or a column decides, not this.
    ///
    /// ```
    /// use caremap::{coverage, place::gazetteer::Gazetteer};
    /// let gazetteer = Gazetteer::new(coverage::bundled());
    /// let codes = |text: &str| -> Vec<&str> { gazetteer.named(text).iter().map(|found| gazetteer.area(found.spot).code.as_str()).collect() };
    /// assert_eq!(codes("浙江省杭州市西湖区"), ["330106"]);
    /// assert_eq!(codes("Suzhou"), ["320500", "341300", "620902"]);
    /// assert!(codes("西湖").len() > 1 && codes("合计").is_empty());
    /// ```
    pub fn named(&self, text: &str) -> Vec<Match> {
        if name::is_placeholder(text) {
            return Vec::new();
        }
        let written = Written::of(text);
        let whole = self.whole(&written.letters, written.replaced);
        if let Some(spots) = self.names().exact.get(&name::normal(text)) {
            let full = spots.iter().map(|spot| Match { form: Form::FullName, spot: *spot });
            // Another area may have had the same name before.
            return once(full.chain(whole.into_iter().filter(|found| found.form == Form::FormerName)).collect());
        }
        let current = whole.iter().any(|found| found.form != Form::FormerName);
        let composed = if current { Vec::new() } else { self.composed(&written, 0, written.letters.len(), 3) };
        once(whole.into_iter().chain(composed).collect())
    }

    /// The areas that the beginning of a text names, and the rest of the text: 河南省 and 荣阳市.
    pub fn headed(&self, text: &str) -> Option<(Vec<Spot>, String)> {
        let written = Written::of(text);
        let end = written.letters.len();
        let splits: Vec<usize> = splits(&written, 0, end).collect();
        splits.into_iter().rev().find_map(|split| {
            let rest = written.letters[split..end].to_string();
            let spots: Vec<Spot> = self.part(&written, 0, split).iter().map(|found| found.spot).collect();
            (!spots.is_empty() && rest.chars().count() >= 2).then_some((spots, rest))
        })
    }

    /// A name with its parents before it, or after a mark behind it; or the same name in two scripts.
    fn composed(&self, written: &Written, start: usize, end: usize, depth: usize) -> Vec<Match> {
        let mut found = Vec::new();
        for split in splits(written, start, end).filter(|_| depth > 0) {
            let marked = written.cuts.binary_search(&split).is_ok();
            let mut left = self.part(written, start, split);
            if left.is_empty() && !marked {
                continue;
            }
            let inner = end - skip_kind(&written.letters[split..end]).len();
            let mut right = self.part(written, inner, end);
            if marked && is_latin(&written.letters[..split]) != is_latin(&written.letters[..end]) {
                let both: Vec<Match> =
                    left.iter().filter(|one| right.iter().any(|other| other.spot == one.spot)).copied().collect();
                if !both.is_empty() {
                    return both;
                }
            }
            right.extend(self.composed(written, inner, end, depth - 1));
            if marked {
                left.extend(self.composed(written, start, split, depth - 1));
                found.extend(left.iter().filter(|name| right.iter().any(|parent| self.is_in(name.spot, parent.spot))));
            }
            found.extend(right.iter().filter(|name| left.iter().any(|parent| self.is_in(name.spot, parent.spot))));
        }
        once(found)
    }

    /// What a part of a text names by itself. The one character of a province is too little there.
    fn part(&self, written: &Written, start: usize, end: usize) -> Vec<Match> {
        let mut found = self.whole(&written.letters[start..end], written.replaced);
        found.retain(|found| found.form != Form::Abbreviation);
        found
    }

    /// The areas that letters name by themselves, without parents.
    fn whole(&self, letters: &str, replaced: bool) -> Vec<Match> {
        let forms = &self.names().forms;
        let mut found = Vec::new();
        let mut take = |entry: &Entry, form: Form| {
            let chinese = matches!(form, Form::FullName | Form::ShortName);
            found.push(Match { form: if chinese && replaced { Form::Traditional } else { form }, spot: entry.spot });
        };
        for entry in forms.get(letters).into_iter().flatten().filter(|entry| entry.alone) {
            take(entry, entry.form);
        }
        let latin = is_latin(letters);
        for word in WORDS.iter().filter(|word| latin != (word.tongue == Tongue::Chinese)) {
            let Some(stem) = letters.strip_suffix(word.text).filter(|stem| !stem.is_empty()) else { continue };
            let fits = |entry: &&Entry| entry.takes_kind && word.kinds.contains(&entry.kind);
            let form = |entry: &Entry| match word.tongue {
                Tongue::Chinese => entry.form,
                Tongue::Pinyin => Form::Pinyin,
                Tongue::English => Form::English,
            };
            for entry in forms.get(stem).into_iter().flatten().filter(fits) {
                take(entry, form(entry));
            }
            self.with_peoples(stem, word.kinds, &mut |entry| take(entry, form(entry)));
        }
        self.with_peoples(letters, &[], &mut |entry| take(entry, entry.form));
        once(found)
    }

    /// Names of autonomous areas that end in some of their peoples: 延边朝鲜族, Guangxi Zhuang. Without kinds, any kind fits.
    fn with_peoples(&self, stem: &str, kinds: &[Kind], take: &mut dyn FnMut(&Entry)) {
        let mut rest = stem;
        let mut of_area: Vec<&str> = Vec::new();
        while let Some((shorter, people)) = without_last_people(rest) {
            rest = shorter;
            of_area.extend(people);
            let has = |entry: &Entry| of_area.iter().all(|people| self.area(entry.spot).name.contains(people));
            let fits = |entry: &&Entry| entry.takes_kind && (kinds.is_empty() || kinds.contains(&entry.kind)) && has(entry);
            self.names().forms.get(rest).into_iter().flatten().filter(fits).for_each(&mut *take);
        }
    }

    fn names(&self) -> &Names {
        self.by_name.get_or_init(|| Names::of(self))
    }

    /// The area of `level` that contains this one; itself where it is of that level. By parents, else by code.
    pub fn lift(&self, spot: Spot, level: Level) -> Option<usize> {
        let mut spot = spot;
        while spot.0 > level {
            let area = self.area(spot);
            let up = coarser(spot.0)?;
            let derived = || if up == Level::Province { code::province_of(&area.code) } else { code::prefecture_of(&area.code) };
            let by_parent = area.parent.as_deref().and_then(|parent| self.at_level(parent, up));
            spot = (up, by_parent.or_else(|| self.at_level(&derived()?, up))?);
        }
        (spot.0 == level).then_some(spot.1)
    }

    /// Whether an area lies in another one of a coarser level.
    pub fn is_in(&self, spot: Spot, outer: Spot) -> bool {
        outer.0 < spot.0 && spot.0 != Level::Unit && self.lift(spot, outer.0) == Some(outer.1)
    }

    /// Whether two spots are one unit that stands at two levels: 北京市 as province and as prefecture, 东莞市 as prefecture and county.
    pub fn is_same_unit(&self, one: Spot, other: Spot) -> bool {
        let same_name = || self.area(one).name == self.area(other).name;
        one == other || (same_name() && (self.is_in(one, other) || self.is_in(other, one)))
    }

    /// The area with those it lies in, largest first; a name that two levels share once.
    pub fn full_path(&self, spot: Spot) -> String {
        let mut names = vec![self.area(spot).name.as_str()];
        let mut level = spot.0;
        while let Some(up) = coarser(level) {
            if let Some(at) = self.lift(spot, up) {
                names.push(&self.area((up, at)).name);
            }
            level = up;
        }
        names.dedup();
        names.reverse();
        names.concat()
    }
}

impl Names {
    fn of(gazetteer: &Gazetteer<'_>) -> Self {
        let mut names = Self::default();
        for (&level, areas) in &gazetteer.coverage.layers {
            for (at, area) in areas.iter().enumerate() {
                names.add(area, (level, at));
            }
        }
        for former in gazetteer.former {
            for spot in gazetteer.by_code.get(former.code.as_str()).into_iter().flatten() {
                let entry = Entry { spot: *spot, form: Form::FormerName, kind: Kind::Unsaid, alone: true, takes_kind: false };
                names.put(Written::of(&former.name).letters, entry);
            }
        }
        names
    }

    fn add(&mut self, area: &Area, spot: Spot) {
        self.exact.entry(name::normal(&area.name)).or_default().push(spot);
        let letters = Written::of(&area.name).letters;
        let (stem, kind) = name::split(&letters);
        let entry = |form, alone, takes_kind| Entry { spot, form, kind, alone, takes_kind };
        let stem = if kind.is_autonomous() || stem.ends_with('族') { name::without_peoples(stem) } else { stem };
        // One character alone is no name: 东 for 东区.
        let long = stem.chars().count() >= 2;
        self.put(letters.clone(), entry(Form::FullName, true, false));
        if kind != Kind::Unsaid {
            self.put(stem.to_string(), entry(Form::ShortName, long, true));
        }
        for key in area.name_en.iter().flat_map(|english| name::latin_keys(english)) {
            self.put(key, entry(Form::English, true, false));
        }
        let Some(forms) = name::forms(&area.code, &area.name) else { return };
        for short in forms.short() {
            let form = if short.chars().count() == 1 { Form::Abbreviation } else { Form::ShortName };
            self.put(Written::of(short).letters, entry(form, true, false));
        }
        let usual = forms.usual().map(|latin| (latin, Form::English));
        for (latin, form) in usual.chain(forms.pinyin().map(|latin| (latin, Form::Pinyin))) {
            for key in name::latin_keys(latin) {
                self.put(key, entry(form, long, true));
            }
        }
    }

    fn put(&mut self, letters: String, entry: Entry) {
        if !letters.is_empty() {
            self.forms.entry(letters).or_default().push(entry);
        }
    }
}

/// Letters without the people, or the "and", that they end in; and that people in Chinese.
fn without_last_people(letters: &str) -> Option<(&str, Option<&'static str>)> {
    let long = |rest: &&str| rest.chars().count() >= 2;
    if !is_latin(letters) {
        let cut =
            |people: &'static name::People| Some((letters.strip_suffix(people.chinese).filter(long)?, Some(people.chinese)));
        return name::peoples().iter().find_map(cut);
    }
    if let Some(rest) = letters.strip_suffix("and").filter(long) {
        return Some((rest, None));
    }
    let longest = |people: &'static name::People| {
        let fits = people.latin.iter().filter_map(|latin| letters.strip_suffix(latin.as_str()).filter(long));
        fits.min_by_key(|rest| rest.len()).map(|rest| (rest, Some(people.chinese.trim_end_matches('族'))))
    };
    name::peoples().iter().filter_map(longest).min_by_key(|(rest, _)| rest.len())
}

/// Each area once, in its best form; in the order of levels and codes.
fn once(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|found| (found.spot, found.form));
    found.dedup_by_key(|found| found.spot);
    found
}

fn is_latin(letters: &str) -> bool {
    letters.bytes().next_back().is_some_and(|byte| byte.is_ascii())
}

/// Where a text may be parted: at a mark, and between Chinese characters.
fn splits(written: &Written, start: usize, end: usize) -> impl Iterator<Item = usize> {
    let letters = &written.letters[start..end];
    let mut before_is_latin = true;
    letters.char_indices().filter_map(move |(at, c)| {
        let split = start + at;
        let between = at > 0 && !before_is_latin && !c.is_ascii();
        before_is_latin = c.is_ascii();
        (at > 0 && (between || written.cuts.binary_search(&split).is_ok())).then_some(split)
    })
}

/// Leaves out the words for "directly under it" between a parent and a name: 北京市市辖区朝阳区.
fn skip_kind(letters: &str) -> &str {
    let words = ["市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "省直辖", "直辖"];
    let rest = words.iter().find_map(|word| letters.strip_prefix(word));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(letters)
}

/// The spot at a level; where there is none, at the nearest finer level, then coarser.
pub fn nearest_level(spots: &[Spot], level: Level) -> Option<Spot> {
    let finer = spots.iter().filter(|spot| spot.0 >= level).min_by_key(|spot| spot.0);
    finer.or_else(|| spots.iter().max_by_key(|spot| spot.0)).copied()
}

/// The level above.
pub fn coarser(level: Level) -> Option<Level> {
    match level {
        Level::County => Some(Level::Prefecture),
        Level::Prefecture => Some(Level::Province),
        Level::Province | Level::Unit => None,
    }
}
