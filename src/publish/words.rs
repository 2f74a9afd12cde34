//! What a map shows, in a paragraph of Chinese and one of English, computed from the data.

use crate::classify::Method;
use crate::level::Level;
use crate::scale::{Key, Ramp, Reading, Scale, number};
use crate::spec::Words;
use crate::table::Missing;
use std::collections::{BTreeMap, BTreeSet};

/// What the paragraph is computed from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Title of the map.
    pub title: &'a Words,
    /// Level of the areas.
    pub level: Level,
    /// Names of the areas, with their parents where a name alone is not clear. English names may hold Chinese ones.
    pub names: &'a [Words],
    /// The maps: heading and one reading for each name.
    pub panels: &'a [(Words, &'a [Reading])],
    /// The scale; none where areas are not filled by value.
    pub scale: Option<&'a Scale>,
    /// How the classes were found; none for an unclassed scale.
    pub method: Option<Method>,
    /// Why readings are unreliable, in both languages; their own words where none is given.
    pub doubt: Option<&'a Words>,
}

/// How many names are told before "and so many more".
const NAMED: usize = 3;

/// Describes a map in both languages: what is shown and for how many areas, range, classes, highest, lowest, missing, unreliable.
///
/// The text is plain; whoever writes it into a page escapes it.
pub fn paragraph(facts: &Facts<'_>) -> Words {
    let sentences = |tongue| {
        let mut out = vec![opening(facts, tongue)];
        for (heading, readings) in facts.panels {
            out.extend(panel(facts, heading, readings, tongue));
        }
        out.extend(classes(facts, tongue));
        out.extend(missing(facts, tongue));
        out.extend(unreliable(facts, tongue));
        out
    };
    let (zh, mut en) = (sentences(Tongue::Zh).concat(), sentences(Tongue::En).join(" "));
    if facts.names.iter().any(|name| has_han(&name.en) && en.contains(&name.en)) {
        en.push_str(" Areas without an English name are named in Chinese.");
    }
    Words { zh, en }
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
}

/// The language of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Zh,
    En,
}

impl Tongue {
    /// The words of this language, or of the other where there are none.
    fn of(self, words: &Words) -> &str {
        let (first, second) = match self {
            Tongue::Zh => (&words.zh, &words.en),
            Tongue::En => (&words.en, &words.zh),
        };
        if first.trim().is_empty() { second.trim() } else { first.trim() }
    }

    fn pick(self, zh: String, en: String) -> String {
        match self {
            Tongue::Zh => zh,
            Tongue::En => en,
        }
    }

    /// `A、B、C` or `A, B and C`.
    fn list(self, items: &[String]) -> String {
        match (self, items) {
            (Tongue::Zh, items) => items.join("、"),
            (Tongue::En, [all @ .., last]) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
            (Tongue::En, items) => items.join(", "),
        }
    }
}

fn opening(facts: &Facts<'_>, tongue: Tongue) -> String {
    let count = facts.names.len();
    let title = tongue.of(facts.title);
    let areas = areas(facts.level, count, tongue);
    let maps = facts.panels.len();
    match maps {
        0 | 1 => tongue.pick(format!("本图显示{areas}的“{title}”。"), format!("The map shows “{title}” for {areas}.")),
        _ => tongue.pick(
            format!("{maps} 幅地图用同一图例显示{areas}的“{title}”。"),
            format!("{maps} maps on one scale show “{title}” for {areas}."),
        ),
    }
}

/// So many areas of a level.
fn areas(level: Level, count: usize, tongue: Tongue) -> String {
    let (zh, one, many) = match level {
        Level::Province => ("个省级行政区", "province-level area", "province-level areas"),
        Level::Prefecture => ("个地级行政区", "prefecture-level area", "prefecture-level areas"),
        Level::County => ("个县级行政区", "county-level area", "county-level areas"),
        Level::Unit => ("个区域", "area", "areas"),
    };
    let printed = number(count as f64, 0);
    tongue.pick(format!(" {printed} {zh}"), format!("{printed} {}", if count == 1 { one } else { many }))
}

/// Range, highest and lowest of one map.
fn panel(facts: &Facts<'_>, heading: &Words, readings: &[Reading], tongue: Tongue) -> Vec<String> {
    let Some(scale) = facts.scale else { return Vec::new() };
    let mut ranked: Vec<(f64, &str)> = readings
        .iter()
        .zip(facts.names)
        .filter_map(|(reading, name)| Some((*reading.value.as_ref().ok().filter(|v| v.is_finite())?, tongue.of(name))))
        .collect();
    // The sort is stable: areas of equal value keep the order of their codes.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let lead = match tongue.of(heading) {
        "" => String::new(),
        heading => tongue.pick(format!("{heading}："), format!("{heading}: ")),
    };
    let unit = Words { zh: scale.unit.0.clone(), en: scale.unit.1.clone() };
    let with_unit = |value: f64| match tongue.of(&unit) {
        "" => print(scale, value),
        unit => joined(&print(scale, value), unit),
    };
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return vec![tongue.pick(format!("{lead}所有区域均无数据。"), format!("{lead}No area has data."))];
    };
    if highest.0 == lowest.0 {
        let value = with_unit(highest.0);
        return vec![match ranked.len() {
            1 => tongue.pick(
                format!("{lead}只有{}有数据：{value}。", highest.1),
                format!("{lead}Only {} has a value: {value}.", highest.1),
            ),
            n => tongue.pick(format!("{lead}{n} 个区域的数值均为 {value}。"), format!("{lead}All {n} values are {value}.")),
        }];
    }
    let mut out = vec![tongue.pick(
        format!("{lead}数值范围为 {} 至 {}。", print(scale, lowest.0), with_unit(highest.0)),
        format!(
            "{lead}{} range from {} to {}.",
            if lead.is_empty() { "Values" } else { "values" },
            print(scale, lowest.0),
            with_unit(highest.0)
        ),
    )];
    if ranked.len() <= 2 * NAMED {
        let all = groups(scale, ranked.iter(), usize::MAX, tongue);
        out.push(tongue.pick(format!("由高到低：{all}。"), format!("From highest to lowest: {all}.")));
    } else {
        let (high, low) = (groups(scale, ranked.iter(), NAMED, tongue), groups(scale, rising(&ranked).iter(), NAMED, tongue));
        out.push(tongue.pick(format!("最高：{high}；最低：{low}。"), format!("Highest: {high}; lowest: {low}.")));
    }
    out
}

/// From lowest to highest; areas of equal value keep the order of their codes.
fn rising<'a>(ranked: &[(f64, &'a str)]) -> Vec<(f64, &'a str)> {
    let mut rising = ranked.to_vec();
    rising.sort_by(|a, b| a.0.total_cmp(&b.0));
    rising
}

/// A value with the decimals of the legend, and with two digits at least: 0.43 is not 0.
fn print(scale: &Scale, value: f64) -> String {
    let two_digits = 1 - libm::floor(libm::log10(value.abs())).clamp(-5.0, 1.0) as i32;
    let decimals = if value.fract() == 0.0 { scale.decimals } else { scale.decimals.max(two_digits.unsigned_abs() as usize) };
    number(value, decimals)
}

/// A number and its unit: no space before a percent or degree sign.
fn joined(value: &str, unit: &str) -> String {
    if unit.starts_with(['%', '‰', '°', '％']) { format!("{value}{unit}") } else { format!("{value} {unit}") }
}

/// Names with their values, equal ones (as printed) together, until at least `enough` are told.
fn groups<'a>(scale: &Scale, ranked: impl Iterator<Item = &'a (f64, &'a str)>, enough: usize, tongue: Tongue) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (told, (value, name)) in ranked.enumerate() {
        let value = print(scale, *value);
        match groups.last_mut() {
            Some((last, names)) if *last == value => names.push(name),
            _ if told >= enough => break,
            _ => groups.push((value, vec![name])),
        }
    }
    let told: Vec<String> = groups.iter().map(|(value, names)| group(value, names, tongue)).collect();
    told.join(if tongue == Tongue::Zh { "，" } else { ", " })
}

/// The areas that share one value.
fn group(value: &str, names: &[&str], tongue: Tongue) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| (*name).to_owned()).collect();
    let more = names.len() - first.len();
    match (names.len(), more) {
        (1, _) => tongue.pick(format!("{}（{value}）", first[0]), format!("{} ({value})", first[0])),
        (_, 0) => {
            tongue.pick(format!("{}（均为 {value}）", tongue.list(&first)), format!("{} ({value} each)", tongue.list(&first)))
        }
        (all, more) => tongue.pick(
            format!("{}等 {all} 个区域（均为 {value}）", tongue.list(&first)),
            format!("{} and {more} more ({value} each)", first.join(", ")),
        ),
    }
}

/// The method, the classes and how many areas each holds.
fn classes(facts: &Facts<'_>, tongue: Tongue) -> Option<String> {
    let scale = facts.scale?;
    let (classes, method) = match (&scale.ramp, facts.method) {
        (Ramp::Classed { classes, .. }, Some(method)) if !classes.is_empty() => (classes, method),
        (Ramp::Continuous { min, max, .. }, _) if min < max => {
            let text = ("颜色随数值连续变化，不分级。", "Colours follow the values without classes.");
            return Some(tongue.pick(text.0.to_owned(), text.1.to_owned()));
        }
        _ => return None,
    };
    let counts = scale.counts(facts.panels.iter().flat_map(|(_, readings)| *readings));
    let rows = scale.legend_rows(&counts);
    let told: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row.key, Key::Zero | Key::Class(_)))
        .map(|row| tongue.pick(format!("{}（{}）", row.label.zh, row.count), format!("{} ({})", row.label.en, row.count)))
        .collect();
    let n = classes.len();
    Some(match tongue {
        Tongue::Zh => format!("按{}分为 {n} 级，括号内为区域数：{}。", method_words(method).zh, told.join("、")),
        Tongue::En if n == 1 => format!("There is 1 class (number of areas in brackets): {}.", told.join(", ")),
        Tongue::En => {
            format!("There are {n} classes by {} (number of areas in brackets): {}.", method_words(method).en, told.join(", "))
        }
    })
}

/// What a method of classing is called in running text.
pub fn method_words(method: Method) -> Words {
    let (zh, en) = match method {
        Method::Quantile => ("分位数法", "quantiles"),
        Method::Equal => ("等间距法", "equal intervals"),
        Method::Pretty => ("整数间距法", "round breaks"),
        Method::Fisher => ("自然断点法（Fisher-Jenks）", "natural breaks (Fisher-Jenks)"),
        Method::Stddev => ("标准差法", "standard deviations from the mean"),
        Method::Headtail => ("头尾断点法", "head/tail breaks"),
        Method::Box => ("箱形图法", "quartiles and fences of the box plot"),
        Method::Maximum => ("最大间隔法", "the widest gaps"),
        Method::Geometric => ("几何级数法", "a geometric row"),
        Method::Log => ("对数间距法", "logarithmic breaks"),
        Method::Manual => ("给定断点", "given breaks"),
    };
    Words { zh: zh.to_owned(), en: en.to_owned() }
}

/// Why a value is missing, in both languages.
pub fn missing_words(missing: &Missing) -> Words {
    let (zh, en) = match missing {
        Missing::NoRow => ("表中无此区域".to_owned(), "no row in the table".to_owned()),
        Missing::Empty => ("单元格为空".to_owned(), "empty cell".to_owned()),
        Missing::Marked(mark) => (format!("标记为“{mark}”"), format!("marked “{mark}”")),
        Missing::SpreadsheetError(text) => (format!("表格错误 {text}"), format!("spreadsheet error {text}")),
        Missing::NotANumber(text) => (format!("不是数字：“{text}”"), format!("not a number: “{text}”")),
        Missing::OutOfRange(text) => (format!("超出范围：{text}"), format!("out of range: {text}")),
        Missing::DivisionByZero => ("除数为零".to_owned(), "division by zero".to_owned()),
        Missing::Undefined(text) => (format!("无定义：{text}"), format!("undefined: {text}")),
        Missing::NotApplicable(text) => (format!("不适用：{text}"), format!("not applicable: {text}")),
    };
    Words { zh, en }
}

/// Areas without a value, by reason.
fn missing(facts: &Facts<'_>, tongue: Tongue) -> Option<String> {
    let mut reasons: BTreeMap<&Missing, BTreeSet<usize>> = BTreeMap::new();
    for (_, readings) in facts.panels {
        for (at, reading) in readings.iter().enumerate().take(facts.names.len()) {
            if let Err(missing) = &reading.value {
                reasons.entry(missing).or_default().insert(at);
            }
        }
    }
    let told: Vec<String> = reasons
        .iter()
        .map(|(missing, at)| {
            let names: Vec<String> = at.iter().map(|at| tongue.of(&facts.names[*at]).to_owned()).collect();
            let (names, reason) = (some(&names, tongue), missing_words(missing));
            tongue.pick(format!("{names}（{}）", reason.zh), format!("{names} ({})", reason.en))
        })
        .collect();
    match told.as_slice() {
        [] => None,
        told => Some(tongue.pick(format!("无数值：{}。", told.join("；")), format!("Without a value: {}.", told.join("; ")))),
    }
}

/// Areas whose values should not be leaned on, by reason.
fn unreliable(facts: &Facts<'_>, tongue: Tongue) -> Option<String> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, readings) in facts.panels {
        for (reading, name) in readings.iter().zip(facts.names) {
            if let (Ok(_), Some(reason)) = (&reading.value, &reading.unreliable) {
                reasons.entry(reason).or_default().push(tongue.of(name).to_owned());
            }
        }
    }
    let all: usize = reasons.values().map(Vec::len).sum();
    let told: Vec<String> = reasons
        .iter()
        .map(|(reason, names)| {
            let names = some(names, tongue);
            let reason = facts.doubt.map_or(*reason, |words| tongue.of(words));
            if reason.is_empty() { names } else { tongue.pick(format!("{names}（{reason}）"), format!("{names} ({reason})")) }
        })
        .collect();
    (all > 0).then(|| {
        tongue.pick(
            format!("图中以斜线标出的 {all} 个数值不可靠：{}。", told.join("；")),
            format!(
                "{} unreliable and hatched: {}.",
                if all == 1 { "1 value is".to_owned() } else { format!("{all} values are") },
                told.join("; ")
            ),
        )
    })
}

/// The first names, and how many more there are.
fn some(names: &[String], tongue: Tongue) -> String {
    const TOLD: usize = 5;
    match names.len() {
        n if n <= TOLD => tongue.list(names),
        n => tongue.pick(
            format!("{}等 {n} 个", names[..NAMED].join("、")),
            format!("{} and {} more", names[..NAMED].join(", "), n - NAMED),
        ),
    }
}
