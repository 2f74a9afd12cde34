//! Writes a page as SVG, for print, for editors and for web pages.
//!
//! One user unit is 10 micrometres; places are whole units, so the two areas beside a border and the line drawn on it share every
//! vertex. The same scene and options give the same bytes: numbers have one form, attributes one order, and there is no date.
//!
//! * Layers of the scene are groups with names, which Inkscape and others show as layers, cut to their clip.
//! * Fills of a mosaic are stacked so that no seam shows (see `mosaic.rs`); lines drawn over it are the scene's own.
//! * Text is outlines, the same in every program, or text with a small font embedded ([`TextMode`]). Either way its content is
//!   there for search and for screen readers.
//! * Text from data is escaped, ids hold only ASCII letters, digits, hyphens and underscores.
//!
//! ```
//! use caremap::colour::Colour;
//! use caremap::draw::svg::{SvgOptions, write};
//! use caremap::scene::Scene;
//! let scene = Scene {
//!     width: 84.0,
//!     height: 60.0,
//!     paper: Colour::new(255, 255, 255),
//!     title: "Beds < need".into(),
//!     description: "An empty page.".into(),
//!     layers: Vec::new(),
//! };
//! let svg = write(&scene, &SvgOptions::default());
//! assert!(svg.contains("width=\"84mm\"") && svg.contains("Beds &lt; need"));
//! ```

mod mosaic;
mod path;
mod text;
mod xml;

use crate::coverage::Position;
use crate::scale::{Hatch, Paint};
use crate::scene::{Item, Layer, Path, Point, Scene, Shape, Stroke};
use path::{Spot, Window};
use std::fmt::Write as _;
use xml::{Ids, escaped, plain, units};

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextMode {
    /// As outlines: the same picture everywhere.
    #[default]
    Outlines,
    /// As text, with the glyphs it needs embedded as a font: can be selected, searched and edited.
    Embedded,
}

/// What the SVG is part of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Form {
    /// A file of its own.
    #[default]
    Standalone,
    /// A part of an HTML page. Ids begin with the prefix, which must differ between the figures of a page.
    Inline {
        /// Begins every id.
        prefix: String,
    },
}

/// How a page is written.
#[derive(Debug, Clone, PartialEq)]
pub struct SvgOptions {
    /// How text is written.
    pub text: TextMode,
    /// A file of its own or a part of a page.
    pub form: Form,
    /// Whether areas have shapes of their own that show names and values on hover and by keyboard.
    pub interactive: bool,
    /// Vertices nearer than this to the line without them are left out, in millimetres: a quarter of a pixel at 300 dpi unless given.
    pub tolerance_mm: f64,
    /// Record of how the figure was made, such as JSON, for `<metadata>`.
    pub metadata: Option<String>,
    /// Language of the text, as in `xml:lang`.
    pub language: String,
}

impl Default for SvgOptions {
    fn default() -> Self {
        Self {
            text: TextMode::default(),
            form: Form::default(),
            interactive: false,
            tolerance_mm: 0.02,
            metadata: None,
            language: "zh-Hans".into(),
        }
    }
}

/// Collects the parts of a file.
struct Writer<'a> {
    options: &'a SvgOptions,
    prefix: String,
    ids: Ids,
    defs: String,
    body: String,
    patterns: Vec<(Hatch, String)>,
    used: text::Used,
}

/// Writes a page.
pub fn write(scene: &Scene, options: &SvgOptions) -> String {
    let prefix = mosaic::prefix(&options.form);
    let mut writer = Writer {
        options,
        prefix,
        ids: Ids::default(),
        defs: String::new(),
        body: String::new(),
        patterns: Vec::new(),
        used: text::Used::default(),
    };
    let [figure, title, description] = ["figure", "figure-title", "figure-desc"].map(|name| writer.id(name));
    for layer in &scene.layers {
        writer.layer(layer);
    }
    let outlines = text::outlines(&writer.used, &writer.prefix);
    let faces = text::faces(&writer.used, &writer.prefix);
    let (width, height) = (units(scene.width), units(scene.height));

    let mut out = String::with_capacity(writer.body.len() + writer.defs.len() + outlines.len() + faces.len() + 2048);
    writer.open_root(&mut out, scene, [&figure, &title, &description]);
    let _ = writeln!(out, "<title id=\"{title}\">{}</title>", escaped(&scene.title));
    let _ = writeln!(out, "<desc id=\"{description}\">{}</desc>", escaped(&scene.description));
    if let Some(record) = &options.metadata {
        let _ = writeln!(out, "<metadata>{}</metadata>", escaped(record));
    }
    if !faces.is_empty() {
        let _ = writeln!(out, "<style>\n{faces}</style>");
    }
    if !(writer.defs.is_empty() && outlines.is_empty()) {
        let _ = writeln!(out, "<defs>\n{}{outlines}</defs>", writer.defs);
    }
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", scene.paper);
    out.push_str(&writer.body);
    out.push_str("</svg>\n");
    out
}

impl Writer<'_> {
    fn open_root(&self, out: &mut String, scene: &Scene, [figure, title, description]: [&str; 3]) {
        let standalone = self.options.form == Form::Standalone;
        if standalone {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        }
        // An image has no parts for a screen reader; a figure whose areas can be reached does.
        let role = if self.options.interactive { "graphics-document group" } else { "img" };
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
        if standalone {
            out.push_str(" xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" version=\"1.1\"");
        }
        let language = escaped(&self.options.language);
        let lang = if standalone { "xml:lang" } else { "lang" };
        let _ = writeln!(
            out,
            " id=\"{figure}\" class=\"{}\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {} {}\" {lang}=\"{language}\" role=\"{role}\" aria-labelledby=\"{title} {description}\">",
            mosaic::class(&self.options.form),
            plain(scene.width, 2),
            plain(scene.height, 2),
            units(scene.width),
            units(scene.height)
        );
    }

    fn id(&mut self, name: &str) -> String {
        let prefix = self.prefix.clone();
        self.ids.make(&prefix, name)
    }

    fn thinned(&self, positions: impl IntoIterator<Item = Position>) -> Vec<Spot> {
        path::thinned(positions, self.options.tolerance_mm * xml::UNITS)
    }

    fn layer(&mut self, layer: &Layer) {
        let id = self.id(&layer.id);
        let _ = write!(self.body, "<g id=\"{id}\"");
        if self.options.form == Form::Standalone {
            let _ = write!(self.body, " inkscape:groupmode=\"layer\" inkscape:label=\"{}\"", escaped(&layer.name));
        }
        if let Some(clip) = layer.clip {
            let clip_id = self.id(&format!("clip-{}", layer.id));
            let [x, y, width, height] = [clip.x, clip.y, clip.width, clip.height].map(units);
            let _ = writeln!(
                self.defs,
                "<clipPath id=\"{clip_id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>"
            );
            let _ = write!(self.body, " clip-path=\"url(#{clip_id})\"");
        }
        self.body.push_str(">\n");
        let window = layer.clip.map(Window::around);
        for item in &layer.items {
            match item {
                Item::Mosaic(mosaic) => mosaic::write(self, mosaic, window),
                Item::Shape(shape) => self.shape(shape, window),
                Item::Text(text) => text::write(self, text),
            }
        }
        self.body.push_str("</g>\n");
    }

    fn shape(&mut self, shape: &Shape, window: Option<Window>) {
        if let Some(Paint::Hatch(hatch)) = &shape.fill {
            // The ground first, then the lines over it, then the line along the edge.
            let ground = Shape { fill: Some(Paint::Solid(hatch.ground)), stroke: None, title: None, ..shape.clone() };
            self.element(&ground, &hatch.ground.to_string(), window);
            let pattern = format!("url(#{})", self.pattern(hatch));
            self.element(shape, &pattern, window);
            return;
        }
        let fill = match shape.fill {
            Some(Paint::Solid(colour)) => colour.to_string(),
            _ => "none".to_owned(),
        };
        self.element(shape, &fill, window);
    }

    fn element(&mut self, shape: &Shape, fill: &str, window: Option<Window>) {
        let mut look = format!(" fill=\"{fill}\"");
        if fill != "none" && shape.fill_opacity < 1.0 {
            let _ = write!(look, " fill-opacity=\"{}\"", plain(shape.fill_opacity.max(0.0), 3));
        }
        if let Some(stroke) = &shape.stroke {
            push_stroke(&mut look, stroke);
            if shape.stroke_opacity < 1.0 {
                let _ = write!(look, " stroke-opacity=\"{}\"", plain(shape.stroke_opacity.max(0.0), 3));
            }
        }
        let end = match &shape.title {
            Some(title) => ["><title>".to_owned(), escaped(title), "</title>".to_owned()].concat(),
            None => String::new(),
        };
        let close = |body: &mut String, name: &str| {
            let _ = if end.is_empty() { writeln!(body, "/>") } else { writeln!(body, "{end}</{name}>") };
        };
        match &shape.path {
            Path::Circle { centre, radius } => {
                let [x, y, r] = [centre.x, centre.y, radius.max(0.0)].map(units);
                let _ = write!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{look}");
                close(&mut self.body, "circle");
            }
            Path::Rect(rect) => {
                let [x, y, width, height] = [rect.x, rect.y, rect.width.max(0.0), rect.height.max(0.0)].map(units);
                let _ = write!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{look}");
                close(&mut self.body, "rect");
            }
            Path::Lines { parts, closed } => {
                if fill != "none" {
                    look.push_str(" fill-rule=\"evenodd\"");
                }
                for data in self.lines(parts, *closed, shape.fill.is_some(), window) {
                    let _ = write!(self.body, "<path d=\"{data}\"{look}");
                    close(&mut self.body, "path");
                }
            }
        }
    }

    /// Path data of a shape's lines. Filled shapes stay whole, since holes must stay with their outlines.
    fn lines(&self, parts: &[Vec<Point>], closed: bool, filled: bool, window: Option<Window>) -> Vec<String> {
        let spots: Vec<Vec<Spot>> =
            parts.iter().map(|part| self.thinned(part.iter().map(|p| [p.x, p.y]))).filter(|part| !part.is_empty()).collect();
        if !filled {
            return path::stroked(&spots, closed, window);
        }
        let mut data = String::new();
        spots.iter().for_each(|part| path::line(&mut data, part, closed));
        if data.is_empty() { Vec::new() } else { vec![data] }
    }

    /// The pattern of a hatch's lines, fixed to the page: the middle of one line passes through the corner of the page. The line lies in
    /// the middle of the tile, since browsers cut off what lies before the tile's corner, also where `y` moves the tile.
    fn pattern(&mut self, hatch: &Hatch) -> String {
        if let Some((_, id)) = self.patterns.iter().find(|(known, _)| known == hatch) {
            return id.clone();
        }
        let id = self.id("hatch");
        let [spacing, half, width] = [hatch.spacing, hatch.spacing / 2.0, hatch.width].map(|mm| units(mm.max(0.01)));
        let _ = writeln!(
            self.defs,
            "<pattern id=\"{id}\" patternUnits=\"userSpaceOnUse\" width=\"{spacing}\" height=\"{spacing}\" patternTransform=\"rotate({}) translate(0 -{half})\"><path d=\"M0 {half}h{spacing}\" stroke=\"{}\" stroke-width=\"{width}\"/></pattern>",
            plain(-hatch.angle, 2),
            hatch.line
        );
        self.patterns.push((*hatch, id.clone()));
        id
    }
}

fn push_stroke(look: &mut String, stroke: &Stroke) {
    let _ = write!(
        look,
        " stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"",
        stroke.colour,
        units(stroke.width.max(0.0))
    );
    if !stroke.dashes.is_empty() {
        let dashes: Vec<String> = stroke.dashes.iter().map(|dash| units(dash.max(0.0))).collect();
        let _ = write!(look, " stroke-dasharray=\"{}\"", dashes.join(" "));
    }
}
