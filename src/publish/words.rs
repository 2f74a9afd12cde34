//! What a map shows, in a paragraph of Chinese and one of English, computed from the data.

mod reasons;
mod tongue;

pub use reasons::missing_words;

use crate::classify::Method;
use crate::level::Level;
use crate::scale::{Key, Ramp, Reading, Scale, number};
use crate::spec::Words;
use tongue::{NAMED, Tongue, print, with_unit};

/// What the paragraph is computed from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Title of the map.
    pub title: &'a Words,
    /// Level of the areas.
    pub level: Level,
    /// Names of the areas, with their parents where a name alone is not clear. English names may hold Chinese ones.
    pub names: &'a [Words],
    /// The maps of the figure.
    pub panels: &'a [Part<'a>],
    /// The scale that all maps share; none where each has its own, or none is filled by value.
    pub scale: Option<&'a Scale>,
    /// How the classes were found; none for an unclassed scale.
    pub method: Option<Method>,
    /// Why readings are unreliable, in both languages; their own words where none is given.
    pub doubt: Option<&'a Words>,
}

/// One map of a figure.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Heading; empty for a map alone.
    pub heading: &'a Words,
    /// One reading for each name.
    pub readings: &'a [Reading],
    /// A scale of its own.
    pub scale: Option<&'a Scale>,
}

/// Describes a map in both languages: what is shown and for how many areas, range, classes, highest, lowest, missing, unreliable.
///
/// The text is plain; whoever writes it into a page escapes it.
pub fn paragraph(facts: &Facts<'_>) -> Words {
    let sentences = |tongue| {
        let mut out = vec![opening(facts, tongue)];
        for part in facts.panels {
            out.extend(panel(facts, part, tongue));
            out.extend(part.scale.and_then(|scale| classes(facts, scale, std::slice::from_ref(part), tongue)));
        }
        out.extend(facts.scale.and_then(|scale| classes(facts, scale, facts.panels, tongue)));
        out.extend(reasons::missing(facts, tongue));
        out.extend(reasons::unreliable(facts, tongue));
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

fn opening(facts: &Facts<'_>, tongue: Tongue) -> String {
    let count = facts.names.len();
    let title = tongue.of(facts.title);
    let areas = areas(facts.level, count, tongue);
    let maps = facts.panels.len();
    match (maps, facts.scale) {
        (0 | 1, _) => tongue.pick(format!("本图显示{areas}的“{title}”。"), format!("The map shows “{title}” for {areas}.")),
        (_, None) => tongue.pick(
            format!("{maps} 幅地图各用自己的图例显示{areas}的“{title}”。"),
            format!("{maps} maps, each on a scale of its own, show “{title}” for {areas}."),
        ),
        (_, Some(_)) => tongue.pick(
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
fn panel(facts: &Facts<'_>, part: &Part<'_>, tongue: Tongue) -> Vec<String> {
    let Some(scale) = part.scale.or(facts.scale) else { return Vec::new() };
    let mut ranked: Vec<(f64, &str)> = part
        .readings
        .iter()
        .zip(facts.names)
        .filter_map(|(reading, name)| Some((*reading.value.as_ref().ok().filter(|v| v.is_finite())?, tongue.of(name))))
        .collect();
    // The sort is stable: areas of equal value keep the order of their codes.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let lead = match tongue.of(part.heading) {
        "" => String::new(),
        heading => tongue.pick(format!("{heading}："), format!("{heading}: ")),
    };
    let (Some(highest), Some(lowest)) = (ranked.first(), ranked.last()) else {
        return vec![tongue.pick(format!("{lead}所有区域均无数据。"), format!("{lead}No area has data."))];
    };
    if highest.0 == lowest.0 {
        let value = with_unit(&print(scale, highest.0), scale, tongue);
        return vec![match ranked.len() {
            1 => tongue.pick(
                format!("{lead}只有{}有数据：{value}。", highest.1),
                format!("{lead}Only {} has a value: {value}.", highest.1),
            ),
            n => tongue.pick(format!("{lead}{n} 个区域的数值均为 {value}。"), format!("{lead}All {n} values are {value}.")),
        }];
    }
    let (low, high) = (print(scale, lowest.0), print(scale, highest.0));
    let values = if lead.is_empty() { "Values" } else { "values" };
    let mut out = vec![tongue.pick(
        format!("{lead}数值范围为{}。", spaced(&with_unit(&format!("{low} 至 {high}"), scale, tongue))),
        format!("{lead}{values} range from {}.", with_unit(&format!("{low} to {high}"), scale, tongue)),
    )];
    if ranked.len() <= 2 * NAMED {
        let all = groups(scale, ranked.iter(), usize::MAX, tongue);
        out.push(tongue.pick(format!("由高到低：{all}。"), format!("From highest to lowest: {all}.")));
    } else {
        let (high, low) = (groups(scale, ranked.iter(), NAMED, tongue), groups(scale, rising(&ranked).iter(), NAMED, tongue));
        out.push(tongue.pick(format!("最高：{high}；最低：{low}。"), format!("Highest: {high}. Lowest: {low}.")));
    }
    out
}

/// From lowest to highest; areas of equal value keep the order of their codes.
fn rising<'a>(ranked: &[(f64, &'a str)]) -> Vec<(f64, &'a str)> {
    let mut rising = ranked.to_vec();
    rising.sort_by(|a, b| a.0.total_cmp(&b.0));
    rising
}

/// A space before a number, none before a Chinese word.
fn spaced(text: &str) -> String {
    if text.starts_with('每') { text.to_owned() } else { format!(" {text}") }
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
    told.join(if tongue == Tongue::Zh { "，" } else { tongue.gap(&told) })
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
            format!("{} and {more} more ({value} each)", first.join(tongue.gap(&first))),
        ),
    }
}

/// The method, the classes and how many areas each holds.
fn classes(facts: &Facts<'_>, scale: &Scale, parts: &[Part<'_>], tongue: Tongue) -> Option<String> {
    let (classes, method) = match (&scale.ramp, facts.method) {
        (Ramp::Classed { classes, .. }, Some(method)) if !classes.is_empty() => (classes, method_words(method)),
        (Ramp::Continuous { min, max, .. }, _) if min < max => {
            let text = ("颜色随数值连续变化，不分级。", "Colours follow the values without classes.");
            return Some(tongue.pick(text.0.to_owned(), text.1.to_owned()));
        }
        _ => return None,
    };
    let rows = scale.legend_rows(&scale.counts(parts.iter().flat_map(|part| part.readings)));
    let count = |count: usize| number(count as f64, 0);
    let told: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row.key, Key::Zero | Key::Class(_)))
        .map(|row| {
            tongue.pick(format!("{}（{}）", row.label.zh, count(row.count)), format!("{} ({})", row.label.en, count(row.count)))
        })
        .collect();
    let zero = rows.iter().any(|row| row.key == Key::Zero);
    let n = classes.len();
    let brackets = match parts.len() {
        0 | 1 => ("括号内为区域数", "number of areas in brackets"),
        _ => ("括号内为各图区域数之和", "number of areas over all maps in brackets"),
    };
    Some(match tongue {
        Tongue::Zh => {
            let zero = if zero { "零值单列，其余" } else { "" };
            format!("{zero}按{}分为 {n} 级，{}：{}。", method.zh, brackets.0, told.join("、"))
        }
        Tongue::En => {
            let zero = if zero { "Zero stands alone; for the rest there" } else { "There" };
            let all = if n == 1 { "is 1 class".to_owned() } else { format!("are {n} classes by {}", method.en) };
            format!("{zero} {all} ({}): {}.", brackets.1, told.join(", "))
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
