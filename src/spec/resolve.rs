//! From what was written to the [`Plan`]: defaults filled in, contradictions reported.

use super::keys::PRESETS;
use super::rules;
use super::source::Source;
use super::tables::{facilities, tables};
use super::view::{Found, View};
use super::*;
use crate::classify::{Closure, Method};
use crate::colour::Colour;
use crate::problem::Problem;

/// Colour of symbols where none is given.
const SYMBOL_COLOUR: Colour = Colour::new(0xb2, 0x18, 0x2b);
/// Colour of points where none is given.
const POINT_COLOUR: Colour = Colour::new(0x1a, 0x1a, 0x1a);

/// What resolving works with.
pub(super) struct Desk<'a> {
    /// The map file.
    pub source: &'a Source<'a>,
    /// Problems so far.
    pub problems: Vec<Problem>,
}

impl Desk<'_> {
    /// Reports an error at a value.
    pub fn error(&mut self, id: &'static str, at: Found<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(at.source.problem(id, message, at.node.span()).help(help));
    }

    /// Reports an error about a whole table.
    pub fn error_of_table(&mut self, id: &'static str, view: &View<'_>, message: impl Into<String>, help: impl Into<String>) {
        match view.place() {
            Some(found) => self.error(id, found, message, help),
            None => self.error_of_file(id, message, help),
        }
    }

    /// Reports an error about the whole file.
    pub fn error_of_file(&mut self, id: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(self.source.problem(id, message, 0..0).help(help));
    }
}

/// Makes the plan; problems go to the desk, and a plan made in spite of errors is not used.
pub(super) fn plan(map: &View<'_>, atlas: Option<&AtlasSpec>, desk: &mut Desk<'_>) -> Plan {
    rules::check(map, desk);
    let panels = panels(map, desk);
    Plan {
        id: id(desk),
        file: desk.source.file.into(),
        text: desk.source.text.into(),
        atlas: atlas.map(|atlas| (atlas.file.clone(), atlas.text.clone())),
        title: map.own().words_with_en("title", "title_en").unwrap_or_default(),
        subtitle: map.words_with_en("subtitle", "subtitle_en"),
        theme: theme(map, atlas, desk),
        year: year(map),
        level: level(map, desk),
        boundaries: boundaries(map),
        within: map.list_written("within"),
        tables: tables(map, &panels, desk),
        own_scales: !panels.is_empty() && map.text("scales").is_some_and(|word| word == "own"),
        panels,
        index: map.table("index").map(|index| components(&index, desk)).unwrap_or_default(),
        unreliable: map.table("unreliable").and_then(|table| unreliable(&table)),
        classes: classes(map),
        palette: palette(map),
        unit: map.words_with_en("unit", "unit_en").unwrap_or_default(),
        decimals: map.count("decimals"),
        symbols: map.table("symbols").and_then(|table| symbols(&table)),
        points: map.tables("points").iter().filter_map(|table| points(table)).collect(),
        labels: map.table("labels").and_then(|table| labels(&table, desk)),
        page: page(map.table("page")),
        page_at: map.get("page").map(Found::span),
        series: map.choice("series"),
        ranking: map.table("ranking").map(|table| ranking(&table)),
        sources: map.lines_of_all("source"),
        notes: map.lines_of_all("note"),
    }
}

/// The file's name without its ending, which must be fit to name outputs.
fn id(desk: &mut Desk<'_>) -> String {
    let name = desk.source.file.rsplit(['/', '\\']).next().unwrap_or("");
    let id = name.strip_suffix(".toml").unwrap_or(name).to_owned();
    let fit = !id.is_empty() && !id.starts_with('.') && !id.chars().any(|c| c.is_control() || "<>:\"|?*#%".contains(c));
    if !fit {
        let message = format!("The file name {name:?} cannot name outputs.");
        desk.error_of_file("bad-name", message, "Rename it, such as beds_2023.toml.");
    } else if id == "index" || id == "atlas" {
        let message = format!("A map cannot be called {id:?}: the gallery has a page of that name.");
        desk.error_of_file("bad-name", message, "Rename the file.");
    }
    id
}

/// Words of the theme: by name from the atlas where it lists themes.
fn theme(map: &View<'_>, atlas: Option<&AtlasSpec>, desk: &mut Desk<'_>) -> Words {
    let Some(words) = map.words("theme") else { return Words { zh: "其他".into(), en: "Other".into() } };
    let themes = atlas.map_or(&[][..], |atlas| &atlas.themes);
    if let Some((_, known)) = themes.iter().find(|(name, _)| *name == words.zh) {
        return known.clone();
    }
    if let (false, Some(found)) = (themes.is_empty() || !words.en.is_empty(), map.get("theme")) {
        let names: Vec<_> = themes.iter().map(|(name, _)| name.as_str()).collect();
        let help = match crate::problem::nearest_spelling(&words.zh, names.iter().copied()) {
            Some(near) => format!("Did you mean {near:?}?"),
            None => format!("Known: {}. Or write {{ zh = \"…\", en = \"…\" }}.", names.join(", ")),
        };
        desk.error("unknown-word", found, format!("The atlas has no theme {:?}.", words.zh), help);
    }
    words
}

fn year(map: &View<'_>) -> Option<String> {
    let whole = map.count("year").map(|year| year.to_string());
    whole.or_else(|| map.text("year"))
}

fn level(map: &View<'_>, desk: &mut Desk<'_>) -> Level {
    let own_boundaries = map.table("boundaries").and_then(|table| table.text("file")).is_some_and(|file| file != "bundled:china");
    if map.get("level").is_none() && !own_boundaries {
        let help = "Add level = \"province\", \"prefecture\" or \"county\".";
        desk.error_of_file("missing-key", "The map has no level.", help);
    }
    map.choice("level").unwrap_or(Level::Unit)
}

fn boundaries(map: &View<'_>) -> Boundaries {
    let bundled = Boundaries { file: "bundled:china".into(), ..Boundaries::default() };
    map.table("boundaries").map_or(bundled, |table| Boundaries {
        file: table.text("file").unwrap_or_else(|| "bundled:china".into()),
        code: table.text("code"),
        name: table.text("name"),
        datum: table.choice("datum"),
        year: table.count("year").and_then(|year| u16::try_from(year).ok()),
        layer: table.text("layer"),
        crs: table.text("crs"),
        encoding: table.text("encoding"),
    })
}

/// The panels; the map's own formula is a panel without heading. None where nothing is filled by value.
fn panels(map: &View<'_>, desk: &mut Desk<'_>) -> Vec<Panel> {
    // Beside table = "…", where is a filter of that table, applied as it is read.
    let filter = if map.own().get("table").is_some() { None } else { map.written("where") };
    let value = map.written("value");
    let views = map.tables("panels");
    if views.is_empty() {
        return value.map(|value| Panel { title: Words::default(), value, filter }).into_iter().collect();
    }
    let mut panels = Vec::new();
    for view in &views {
        let title = view.words_with_en("title", "title_en").unwrap_or_default();
        match view.written("value").or_else(|| value.clone()) {
            Some(value) => panels.push(Panel { title, value, filter: view.written("where").or_else(|| filter.clone()) }),
            None => {
                let message = format!("The panel {:?} has no value, and the map has none for all panels.", title.zh);
                let help = "Add value = \"…\" above [[panels]], or in each.";
                desk.error_of_table("missing-key", view, message, help);
            }
        }
    }
    panels
}

fn components(index: &View<'_>, desk: &mut Desk<'_>) -> Vec<IndexComponent> {
    let mut components: Vec<IndexComponent> = Vec::new();
    for view in index.tables("components") {
        let (Some(name), Some(value)) = (view.text("name"), view.written("value")) else { continue };
        if let (Some(found), true) = (view.get("name"), components.iter().any(|other| other.name == name)) {
            desk.error("repeated-name", found, format!("Two components are called {name:?}."), "Give each its own name.");
        }
        components.push(IndexComponent {
            label: view.words("label").unwrap_or_else(|| Words { zh: name.clone(), en: name.clone() }),
            name,
            value,
            weight: view.number("weight").unwrap_or(1.0),
            larger_is_worse: view.text("worse").is_none_or(|word| word == "larger"),
            unit: view.words("unit").unwrap_or_default(),
            decimals: view.count("decimals").unwrap_or(1),
        });
    }
    components
}

fn unreliable(table: &View<'_>) -> Option<(Written, Words)> {
    let reason = table.words("reason").unwrap_or_else(|| Words { zh: "数值不可靠".into(), en: "Unreliable".into() });
    Some((table.written("where")?, reason))
}

fn classes(map: &View<'_>) -> ClassPlan {
    let breaks: Vec<f64> = map.list("breaks").into_iter().filter_map(|found| super::check::number(found.node)).collect();
    let unclassed = map.text("method").is_some_and(|method| method == "unclassed");
    let found = if breaks.is_empty() { map.choice("method") } else { Some(Method::Manual) };
    let asked = map.count("classes").unwrap_or(5);
    ClassPlan {
        method: if unclassed { None } else { Some(found.unwrap_or(Method::Quantile)) },
        classes: if breaks.len() > 1 { breaks.len() - 1 } else { asked },
        breaks,
        closure: map.choice("closure").unwrap_or(Closure::Left),
        zero: map.flag("zero").unwrap_or(false),
        pivot: map.number("pivot"),
    }
}

fn palette(map: &View<'_>) -> PalettePlan {
    let own: Vec<Colour> =
        map.list("colours").into_iter().filter_map(|found| Colour::parse(found.node.get_ref().as_str()?)).collect();
    if !own.is_empty() {
        return PalettePlan::Own(own);
    }
    // The atlas gives the palette of ordinary maps; a map with a pivot needs a diverging one, which only it can name.
    let diverging = map.number("pivot").is_some();
    let named = if diverging { map.own().text("palette") } else { map.text("palette") };
    let default = if diverging { DEFAULT_DIVERGING } else { DEFAULT_SEQUENTIAL };
    PalettePlan::Named { name: named.unwrap_or_else(|| default.into()), reverse: map.flag("reverse").unwrap_or(false) }
}

fn symbols(table: &View<'_>) -> Option<SymbolPlan> {
    let value = table.written("value")?;
    Some(SymbolPlan {
        label: table.words("label").unwrap_or_else(|| Words { zh: value.text.clone(), en: String::new() }),
        value,
        largest_mm: table.number("largest_mm").unwrap_or(5.0),
        colour: colour(table).unwrap_or(SYMBOL_COLOUR),
    })
}

fn points(table: &View<'_>) -> Option<PointPlan> {
    Some(PointPlan {
        facilities: facilities(table, "name")?,
        label: table.words("label").unwrap_or_default(),
        radius_mm: table.number("radius_mm").unwrap_or(0.5),
        colour: colour(table).unwrap_or(POINT_COLOUR),
        size: table.written("size"),
        category: table.written("category"),
    })
}

fn colour(table: &View<'_>) -> Option<Colour> {
    Colour::parse(&table.text("colour")?)
}

fn labels(table: &View<'_>, desk: &mut Desk<'_>) -> Option<LabelPlan> {
    let shown = table.flag("show").unwrap_or(true);
    let values = table.flag("values").unwrap_or(false);
    let size = table.count("size_pt").unwrap_or(7);
    let smallest = table.count("smallest_pt").unwrap_or(size.min(5));
    if let (true, Some(found)) = (smallest > size, table.get("smallest_pt")) {
        let message = format!("The smallest size, {smallest} pt, is larger than the preferred size, {size} pt.");
        desk.error("contradiction", found, message, "Make it smaller, or raise size_pt.");
    }
    let points = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    shown.then(|| LabelPlan { values, size_pt: (points(smallest), points(size)) })
}

fn page(table: Option<View<'_>>) -> PagePlan {
    let text = |name| table.as_ref().and_then(|table| table.text(name));
    let number = |name| table.as_ref().and_then(|table| table.number(name));
    let preset = text("preset");
    let (_, width, height, dpi, text_pt) =
        *PRESETS.iter().find(|(name, ..)| preset.as_deref() == Some(name)).unwrap_or(&PRESETS[0]);
    PagePlan {
        width_mm: number("width_mm").unwrap_or(width),
        height_mm: number("height_mm").or(height),
        dpi: number("dpi").unwrap_or(dpi),
        serif: text("font").is_some_and(|font| font == "serif"),
        text_pt: number("text_pt").unwrap_or(text_pt),
        outlines: text("svg_text").is_none_or(|word| word == "outlines"),
        language: table.as_ref().and_then(|table| table.choice("language")).unwrap_or(Language::Both),
    }
}

fn ranking(table: &View<'_>) -> RankingPlan {
    RankingPlan {
        count: table.count("count").unwrap_or(20),
        largest_first: table.text("first").is_none_or(|word| word == "largest"),
    }
}
