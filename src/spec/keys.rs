//! What may stand in a map file: every key, what it holds, its default, and what it is for.
//!
//! The reader, the JSON schema and the messages all read these tables, so they cannot disagree.

/// What a key holds.
#[derive(Debug)]
pub(super) enum Kind {
    /// Text that is not empty.
    Text,
    /// Text, or Chinese and English in `{ zh = "…", en = "…" }`.
    Words,
    /// A formula over columns.
    Formula,
    /// A whole number between two others.
    Whole(i64, i64),
    /// A finite number between two others.
    Number(f64, f64),
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of a palette.
    Palette,
    /// `#rrggbb`.
    Colour,
    /// A six-digit code in quotes.
    Code,
    /// A year: a whole number or text.
    Year,
    /// A list; one alone may stand without brackets.
    List(&'static Kind),
    /// `[name]`.
    Table(&'static Shape),
    /// `[[name]]`, any number of times.
    Tables(&'static Shape),
    /// `[name]`, or short: the value of the key named.
    Short(&'static Shape, &'static str),
    /// `[name]` with keys of the author's own choosing.
    Named(&'static Kind),
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// As written.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the table is of no use without it.
    pub required: bool,
    /// The default as JSON; empty where there is none.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// The keys of one table.
#[derive(Debug)]
pub(super) struct Shape {
    /// Name, for messages and for the schema.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Shape {
    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: false, default: "", about }
}

const fn must(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: true, default: "", about }
}

const fn or(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Key {
    Key { name, kind, required: false, default, about }
}

pub(super) const LEVELS: &[&str] = &["province", "prefecture", "county", "unit"];
pub(super) const METHODS: &[&str] =
    &["quantile", "equal", "pretty", "fisher", "stddev", "headtail", "box", "maximum", "geometric", "log", "manual", "unclassed"];
pub(super) const CLOSURES: &[&str] = &["left", "right"];
pub(super) const DATUMS: &[&str] = &["wgs84", "gcj02", "bd09"];
pub(super) const SPLITS: &[&str] = &["refuse", "area", "people"];
pub(super) const ZONES: &[&str] = &["leave", "share"];
pub(super) const MEASURES: &[&str] = &["access", "count"];
pub(super) const SCALES: &[&str] = &["shared", "own"];
pub(super) const LANGUAGES: &[&str] = &["both", "zh", "en"];
/// Page presets: name, width, height where fixed, dots per inch and text size.
pub(super) const PRESETS: &[(&str, f64, Option<f64>, f64, f64)] =
    &[("170mm", 170.0, None, 300.0, 8.0), ("84mm", 84.0, None, 300.0, 7.0), ("slide", 254.0, Some(142.875), 192.0, 14.0)];
const PRESET_NAMES: &[&str] = &["170mm", "84mm", "slide"];

const TITLE: Key = must("title", Kind::Words, "Title, as printed above the map.");
const TITLE_EN: Key = key("title_en", Kind::Text, "Title in English; or write title = { zh = \"…\", en = \"…\" }.");

/// A map file.
pub(super) static MAP: Shape = Shape {
    name: "map",
    about: "A map: title, level, table and value are enough.",
    keys: &[
        TITLE,
        TITLE_EN,
        key("subtitle", Kind::Words, "Line under the title."),
        key("subtitle_en", Kind::Text, "Subtitle in English."),
        key(
            "theme",
            Kind::Words,
            "Theme the gallery files the map under: a name from [themes] of atlas.toml, or words of your own.",
        ),
        key("year", Kind::Year, "Year the figures hold for, as printed."),
        must("level", Kind::Choice(LEVELS), "Level of the areas that are filled; unit for areas of a boundary file of your own."),
        key(
            "table",
            Kind::Text,
            "The table: a path from this file, or bundled:NAME. For several, or for settings, write [[tables]].",
        ),
        key(
            "tables",
            Kind::Tables(&TABLE),
            "The tables that formulas use. Those of atlas.toml join where a formula names them, or use lists them.",
        ),
        key("use", Kind::List(&Kind::Text), "Names of tables of atlas.toml to use even though no formula says name.column."),
        key("code", Kind::Text, "Column of codes in table; found by looking where neither code nor area is given."),
        key("area", Kind::Text, "Column of area names in table, where it has no codes."),
        key("parent", Kind::Text, "Column with the name of the area above, beside area."),
        key("sum", Kind::List(&Kind::Text), "Columns of table that may be added up where several rows belong to one area."),
        key(
            "base",
            Kind::Text,
            "Column of table of which shares and rates are a part (people): those of several rows are weighted by it; TABLE.COLUMN for another table.",
        ),
        key("table_year", Kind::Whole(1981, 2025), "Year whose codes table has; found from the codes where not given."),
        or(
            "split",
            Kind::Choice(SPLITS),
            "\"refuse\"",
            "Counts of a unit that several areas hold by now: refuse leaves them out and says so; area and people divide them by land or people.",
        ),
        or(
            "zones",
            Kind::Choice(ZONES),
            "\"leave\"",
            "Development zones and other units of statistics alone: leave counts them for their prefecture; share divides them over its counties by people.",
        ),
        key("skip", Kind::Whole(0, 10_000), "Lines of table to skip before the heading."),
        key(
            "patch",
            Kind::Text,
            "CSV of corrections to table. First the table's own columns that find the row, such as code; then column, old, new, source.",
        ),
        key("fixes", Kind::Text, "TOML of proposed names for table, as caremap wrote it and you have kept it."),
        key("where", Kind::Formula, "Which rows of the tables count, such as year == 2014."),
        key("value", Kind::Formula, "What the map shows: a formula over columns, such as beds / population * 1000."),
        key("panels", Kind::Tables(&PANEL), "Small multiples: several maps with one scale."),
        or(
            "scales",
            Kind::Choice(SCALES),
            "\"shared\"",
            "shared: the panels have one scale, to be compared; own: each its own, for different indicators.",
        ),
        key("index", Kind::Table(&INDEX), "A composite index of ranks; formulas may use index_score, index_rank and index_NAME."),
        key("unit", Kind::Words, "Unit of the value, as printed at the legend."),
        key("unit_en", Kind::Text, "Unit in English."),
        key("decimals", Kind::Whole(0, 6), "Decimals to print; found from the breaks where not given."),
        or("classes", Kind::Whole(2, 12), "5", "How many classes to make."),
        or(
            "method",
            Kind::Choice(METHODS),
            "\"quantile\"",
            "How breaks are found. stddev, headtail and box choose how many themselves; unclassed shades without breaks.",
        ),
        key(
            "breaks",
            Kind::List(&Kind::Number(-1e300, 1e300)),
            "Your own breaks, ascending, from the smallest value to the largest; means method = \"manual\".",
        ),
        or(
            "closure",
            Kind::Choice(CLOSURES),
            "\"left\"",
            "left: a class holds its lower break, [a, b); right: its upper one, (a, b].",
        ),
        or("zero", Kind::Flag, "false", "Whether zero is a class of its own."),
        key("pivot", Kind::Number(-1e300, 1e300), "Value about which the scale diverges, such as 0 for gains and losses."),
        key("palette", Kind::Palette, "Palette by name. A sequential one where not given, a diverging one where pivot is given."),
        or("reverse", Kind::Flag, "false", "Whether the palette's order is turned round."),
        key("colours", Kind::List(&Kind::Colour), "Your own colours, first class first, in place of palette."),
        key("unreliable", Kind::Short(&UNRELIABLE, "where"), "Where the value should not be leaned on: hatched."),
        key("symbols", Kind::Short(&SYMBOLS, "value"), "Circles at the middle of areas, their area in proportion to a value."),
        key("points", Kind::Tables(&POINTS), "Layers of points on top, such as hospitals."),
        key("labels", Kind::Short(&LABELS, "show"), "Names of areas on the map; labels = true for the defaults."),
        key("within", Kind::List(&Kind::Code), "Codes of the provinces or prefectures the map is limited to."),
        key("series", Kind::Choice(&["province", "prefecture"]), "One page for each area of this level."),
        key("ranking", Kind::Short(&RANKING, "count"), "Ranked table of the first so many areas."),
        key("boundaries", Kind::Short(&BOUNDARIES, "file"), "Boundaries other than the bundled ones of China."),
        key("page", Kind::Short(&PAGE, "preset"), "The page: a preset, or a table of settings."),
        key("source", Kind::List(&Kind::Words), "Where the data come from, one line each. Those of atlas.toml follow."),
        key("note", Kind::List(&Kind::Words), "What a reader must know, one line each. Those of atlas.toml follow."),
    ],
};

/// `atlas.toml`. Beside these keys it may hold those of [`SHARED`], which its maps inherit.
pub(super) static ATLAS: Shape = Shape {
    name: "atlas",
    about: "What all maps of a folder share. A map that gives a key itself keeps its own; sources and notes are added; tables of a settings group merge key by key.",
    keys: &[
        must("title", Kind::Words, "Title of the atlas."),
        TITLE_EN,
        key("about", Kind::Words, "A paragraph for the first page of the gallery."),
        key(
            "themes",
            Kind::Named(&Kind::Words),
            "Themes in the order of the gallery: access = { zh = \"可及性\", en = \"Access\" }.",
        ),
        key("theme", Kind::Words, "Theme of maps that name none."),
        key("year", Kind::Year, "Year of maps that name none."),
        key("level", Kind::Choice(LEVELS), "Level of maps that name none."),
        key("tables", Kind::Tables(&TABLE), "Tables that the maps may use by name."),
        key("classes", Kind::Whole(2, 12), "How many classes to make."),
        key("method", Kind::Choice(METHODS), "How breaks are found."),
        key("closure", Kind::Choice(CLOSURES), "On which side a class includes its break."),
        key("palette", Kind::Palette, "Palette of maps without a pivot."),
        key("boundaries", Kind::Short(&BOUNDARIES, "file"), "Boundaries other than the bundled ones of China."),
        key("labels", Kind::Short(&LABELS, "show"), "Names of areas on the maps."),
        key("page", Kind::Short(&PAGE, "preset"), "The page."),
        key("source", Kind::List(&Kind::Words), "Source lines, added after each map's own."),
        key("note", Kind::List(&Kind::Words), "Note lines, added after each map's own."),
    ],
};

static TABLE: Shape = Shape {
    name: "table",
    about: "A table: a file, or a measure that makes one.",
    keys: &[
        key("name", Kind::Text, "What formulas call it, name.column; the file's name where not given."),
        key("file", Kind::Text, "A path from the map file, or bundled:NAME."),
        key(
            "measure",
            Kind::Choice(MEASURES),
            "access: distance from people to the nearest facility; count: facilities in each area (column count).",
        ),
        key("where", Kind::Formula, "Which rows count."),
        key("code", Kind::Text, "Column of codes; found by looking where neither code nor area is given."),
        key("area", Kind::Text, "Column of area names."),
        key("parent", Kind::Text, "Column with the name of the area above, beside area."),
        key("sum", Kind::List(&Kind::Text), "Columns that may be added up where several rows belong to one area."),
        key(
            "base",
            Kind::Text,
            "Column of which shares and rates are a part (people): those of several rows are weighted by it; TABLE.COLUMN for another table.",
        ),
        key("table_year", Kind::Whole(1981, 2025), "Year whose codes the table has; found from the codes where not given."),
        or(
            "split",
            Kind::Choice(SPLITS),
            "\"refuse\"",
            "Counts of a unit that several areas hold by now: refuse leaves them out and says so; area and people divide them by land or people.",
        ),
        or(
            "zones",
            Kind::Choice(ZONES),
            "\"leave\"",
            "Development zones and other units of statistics alone: leave counts them for their prefecture; share divides them over its counties by people.",
        ),
        key("skip", Kind::Whole(0, 10_000), "Lines to skip before the heading."),
        key(
            "patch",
            Kind::Text,
            "CSV of corrections. First the table's own columns that find the row, such as code; then column, old, new, source.",
        ),
        key("fixes", Kind::Text, "TOML of proposed names, as caremap wrote it and you have kept it."),
        key("facilities", Kind::Short(&FACILITIES, "file"), "Where care is, for a measure."),
        or(
            "grid",
            Kind::Text,
            "\"bundled:population_grid\"",
            "Cells of people for measure = \"access\": longitude, latitude of the centre, density.",
        ),
        key(
            "population",
            Kind::Table(&POPULATION),
            "People of each area, to which the cells are rescaled. Census of 2020 where not given.",
        ),
        or(
            "within_km",
            Kind::List(&Kind::Number(0.001, 20_000.0)),
            "[30, 50, 100]",
            "Distances for shares of people within reach, in kilometres.",
        ),
        or(
            "jitter_m",
            Kind::Number(0.0, 100_000.0),
            "2000",
            "Standard deviation in metres by which facilities are moved to see how firm the answer is; 0 for none.",
        ),
    ],
};

static FACILITIES: Shape = Shape {
    name: "facilities",
    about: "A file of points.",
    keys: &[
        must("file", Kind::Text, "A path from the map file, or bundled:NAME."),
        key("where", Kind::Formula, "Which rows count."),
        key("one_of", Kind::Text, "Column by which only the first row of each group is kept (-1 or empty: alone)."),
        key("id", Kind::Text, "Column of ids; found by name where not given."),
        key("longitude", Kind::Text, "Column of longitudes; found by name where not given."),
        key("latitude", Kind::Text, "Column of latitudes; found by name where not given."),
        key("label", Kind::Text, "Column of names; found by name where not given."),
        key(
            "datum",
            Kind::Choice(DATUMS),
            "Datum of the coordinates; where it is not said, the file says it or its points must show it.",
        ),
    ],
};

static POPULATION: Shape = Shape {
    name: "population",
    about: "A table of people by area.",
    keys: &[
        or("file", Kind::Text, "\"bundled:census2020_population\"", "A path from the map file, or bundled:NAME."),
        or("code", Kind::Text, "\"CODE\"", "Column of codes."),
        or("people", Kind::Text, "\"POPU\"", "Column of people."),
        key("patch", Kind::Text, "File with corrections; that of the bundled census where file is not given."),
    ],
};

static PANEL: Shape = Shape {
    name: "panel",
    about: "One map of small multiples.",
    keys: &[
        must("title", Kind::Words, "Heading of the panel."),
        key("title_en", Kind::Text, "Heading in English."),
        key("value", Kind::Formula, "Its formula; the map's own where not given."),
        key("where", Kind::Formula, "Which rows count for this panel, such as year == 2014."),
    ],
};

static INDEX: Shape = Shape {
    name: "index",
    about: "A composite index: the weighted mean of ranks from 0 (best) to 100 (worst).",
    keys: &[must("components", Kind::Tables(&COMPONENT), "What the index is made of.")],
};

static COMPONENT: Shape = Shape {
    name: "component",
    about: "One component of the index.",
    keys: &[
        must("name", Kind::Text, "Name in formulas: index_NAME."),
        key("label", Kind::Words, "What people read; the name where not given."),
        must("value", Kind::Formula, "The formula."),
        or("weight", Kind::Number(0.000_001, 1e6), "1", "Weight in the mean."),
        or("worse", Kind::Choice(&["larger", "smaller"]), "\"larger\"", "Which values are worse."),
        key("unit", Kind::Words, "Unit of the formula."),
        or("decimals", Kind::Whole(0, 6), "1", "Decimals to print."),
    ],
};

static UNRELIABLE: Shape = Shape {
    name: "unreliable",
    about: "Areas whose value should not be leaned on.",
    keys: &[
        must("where", Kind::Formula, "True where the value is unreliable, such as sample < 50."),
        or("reason", Kind::Words, "{\"zh\": \"数值不可靠\", \"en\": \"Unreliable\"}", "Why, for the legend."),
    ],
};

static SYMBOLS: Shape = Shape {
    name: "symbols",
    about: "Circles whose area is in proportion to a value.",
    keys: &[
        must("value", Kind::Formula, "The formula."),
        key("label", Kind::Words, "What people read at the legend; the formula where not given."),
        or("largest_mm", Kind::Number(0.2, 50.0), "5", "Radius of the largest circle in millimetres."),
        or("colour", Kind::Colour, "\"#b2182b\"", "Colour."),
    ],
};

static POINTS: Shape = Shape {
    name: "points",
    about: "A layer of points.",
    keys: &[
        must("file", Kind::Text, "A path from the map file, or bundled:NAME."),
        key("where", Kind::Formula, "Which rows count."),
        key("one_of", Kind::Text, "Column by which only the first row of each group is kept (-1 or empty: alone)."),
        key("id", Kind::Text, "Column of ids; found by name where not given."),
        key("longitude", Kind::Text, "Column of longitudes; found by name where not given."),
        key("latitude", Kind::Text, "Column of latitudes; found by name where not given."),
        key("name", Kind::Text, "Column of names; found by name where not given."),
        key(
            "datum",
            Kind::Choice(DATUMS),
            "Datum of the coordinates; where it is not said, the file says it or its points must show it.",
        ),
        must("label", Kind::Words, "What people read at the legend."),
        or("radius_mm", Kind::Number(0.05, 50.0), "0.5", "Radius in millimetres; of the largest where size is given."),
        or("colour", Kind::Colour, "\"#1a1a1a\"", "Colour."),
        key("size", Kind::Text, "Column whose value sizes the points."),
        key("category", Kind::Text, "Column whose text colours the points."),
    ],
};

static LABELS: Shape = Shape {
    name: "labels",
    about: "Names of areas.",
    keys: &[
        or("show", Kind::Flag, "true", "Whether names are written."),
        or("values", Kind::Flag, "false", "Whether the value is written under the name."),
        or("smallest_pt", Kind::Whole(4, 40), "5", "Smallest size in points."),
        or("size_pt", Kind::Whole(4, 40), "7", "Preferred size in points."),
    ],
};

static RANKING: Shape = Shape {
    name: "ranking",
    about: "A ranked table.",
    keys: &[
        or("count", Kind::Whole(1, 10_000), "20", "How many areas."),
        or("first", Kind::Choice(&["largest", "smallest"]), "\"largest\"", "Which values come first."),
    ],
};

static BOUNDARIES: Shape = Shape {
    name: "boundaries",
    about: "A boundary file: GeoJSON, TopoJSON, Shapefile, FlatGeobuf, GeoPackage or GeoParquet.",
    keys: &[
        or("file", Kind::Text, "\"bundled:china\"", "A path from the map file, or bundled:china."),
        key("code", Kind::Text, "Property that holds the code; found by name where not given."),
        key("name", Kind::Text, "Property that holds the name; found by name where not given."),
        key(
            "datum",
            Kind::Choice(DATUMS),
            "Datum of the coordinates; where it is not said, the borders show it, else it is taken as WGS84 and a note says so.",
        ),
        key("year", Kind::Whole(1981, 2025), "Year whose areas the file has; found from their codes where not given."),
        key("layer", Kind::Text, "Which layer of the file holds the areas; the first with areas where not given."),
        key("crs", Kind::Text, "Coordinate system, such as \"EPSG:4527\", where the file does not say it or says it wrong."),
        key("encoding", Kind::Text, "Encoding of a shapefile's text, such as \"GBK\", where it is not said or said wrong."),
    ],
};

static PAGE: Shape = Shape {
    name: "page",
    about: "The page, its text and its language.",
    keys: &[
        or(
            "preset",
            Kind::Choice(PRESET_NAMES),
            "\"170mm\"",
            "170mm: full text width at 300 dpi; 84mm: one column at 300 dpi; slide: 16:9, 1920 x 1080 pixels.",
        ),
        key("width_mm", Kind::Number(40.0, 1200.0), "Width in millimetres; the preset's where not given."),
        key("height_mm", Kind::Number(30.0, 1700.0), "Height in millimetres; found from the map where not given."),
        key("dpi", Kind::Number(50.0, 1200.0), "Dots per inch of the PNG; the preset's where not given."),
        or("font", Kind::Choice(&["sans", "serif"]), "\"sans\"", "Typeface of the sheet."),
        key("text_pt", Kind::Number(4.0, 40.0), "Size of ordinary text in points; the preset's where not given."),
        or(
            "language",
            Kind::Choice(LANGUAGES),
            "\"both\"",
            "both: Chinese with the title in English below; zh: Chinese alone; en: English alone.",
        ),
        or(
            "svg_text",
            Kind::Choice(&["outlines", "embedded"]),
            "\"outlines\"",
            "Text of the SVG: outlines, or text with an embedded font.",
        ),
    ],
};
