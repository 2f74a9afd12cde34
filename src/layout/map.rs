//! The map itself: areas, borders, symbols, points, as layers of the scene.

use super::compose::degrees;
use super::frame::{Borders, Bounds, Frame, FrameCache, FrameMap, Rank, project_line, thin};
use super::inset::{MARITIME, is_for_inset_alone};
use super::ink::WHITE;
use super::{Sheet, SheetPanel, legend};
use crate::colour::{Colour, OkLab};
use crate::level::Level;
use crate::scale::Paint;
use crate::scene::{AreaTitle, Item, Layer, Mosaic, Path, Point, Shape, Stroke};
use std::sync::Arc;

/// Land that is there to show where the data is, and nothing more.
pub(super) const LAND: Colour = Colour::new(0xf0, 0xee, 0xe8);

/// Coasts are drawn in the colour of water, so that none is taken for a border.
const COAST: Colour = Colour::new(0x4a, 0x7c, 0x9b);

/// Where the middle area is smaller, dark lines would be most of what is seen.
const DENSE_MM: f64 = 2.6;
/// Where it is smaller still, borders of the level shown are left out: in half of the map they would be most of the ink.
const CROWDED_MM: f64 = 0.9;
/// No line is drawn thinner, in millimetres: what journals ask for at least.
const THINNEST: f64 = 0.1;

/// Which map of the sheet this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Main,
    Inset,
}

/// Everything the layers of one map are made from.
pub(super) struct MapParts<'a> {
    pub sheet: &'a Sheet,
    pub panel: &'a SheetPanel,
    pub cache: &'a FrameCache,
    /// Before the names of layers: empty, `panel-2-`, `inset-`.
    pub prefix: String,
    pub frame: Frame,
    pub role: Role,
    /// Share of ordinary widths that lines have.
    pub weight: f64,
    /// Anchors of the areas shown.
    pub anchors: &'a [Option<crate::coverage::Position>],
}

impl MapParts<'_> {
    fn layer(&self, id: &str, name: &str, items: Vec<Item>) -> Option<Layer> {
        let clip = Some(self.frame.rect);
        let name = if self.role == Role::Inset { format!("{name} (inset)") } else { name.to_owned() };
        (!items.is_empty()).then(|| Layer { id: format!("{}{id}", self.prefix), name, clip, items })
    }

    /// The layers from the ground up, without labels.
    pub fn layers(&self) -> (Vec<Layer>, Arc<FrameMap>) {
        let map = self.cache.map(&self.sheet.coverage, self.sheet.level, &self.sheet.shown, &self.frame);
        let mut layers: Vec<Option<Layer>> = Vec::new();
        if self.role == Role::Inset {
            layers.extend(self.context());
        }
        layers.push(self.layer("areas", "Areas", vec![self.mosaic(&map)]));
        layers.push(self.layer("dots", "Areas too small to see", self.dots(&map)));
        layers.extend(self.borders(&map));
        layers.push(self.layer("maritime", "Maritime line", self.maritime()));
        layers.push(self.layer("symbols", "Symbols", self.symbols()));
        layers.push(self.layer("points", "Points", self.points()));
        (layers.into_iter().flatten().collect(), map)
    }

    fn fills(&self) -> Vec<Option<Paint>> {
        match self.sheet.scale_of(self.panel) {
            Some(scale) => self.panel.readings.iter().map(|reading| Some(scale.paint(reading))).collect(),
            None => vec![Some(Paint::Solid(LAND)); self.sheet.shown.len()],
        }
    }

    fn mosaic(&self, map: &FrameMap) -> Item {
        let areas = self.sheet.coverage.areas(self.sheet.level);
        let code = |at: usize| self.sheet.shown.get(at).and_then(|index| areas.get(*index)).map(|area| area.code.clone());
        // In the inset only areas that stand nowhere else have a title: one a page is enough.
        let is_titled = |at: usize| self.role == Role::Main || self.is_in_inset_alone(map, at);
        let titles = self.panel.titles.iter().enumerate();
        let titles = titles
            .map(|(at, title)| match is_titled(at) {
                true => AreaTitle { code: code(at).unwrap_or_default(), title: title.clone() },
                false => AreaTitle { code: String::new(), title: String::new() },
            })
            .collect();
        let mut fills = self.fills();
        fills.resize(map.mosaic.areas.len(), None);
        Item::Mosaic(Mosaic { geometry: Arc::clone(&map.mosaic), fills, titles })
    }

    /// Whether the inset shows an area of which the main map shows nothing.
    fn is_in_inset_alone(&self, map: &FrameMap, at: usize) -> bool {
        let coverage = &self.sheet.coverage;
        let area = self.sheet.shown.get(at).and_then(|index| coverage.areas(self.sheet.level).get(*index));
        area.is_some_and(|area| {
            map.boxes.get(at).is_some_and(|page| !page.is_empty())
                && area.polygons.iter().all(|polygon| is_for_inset_alone(&area.code, &degrees(coverage, polygon)))
        })
    }

    /// Land of the coverage that is not shown on the sheet, for the inset alone: an inset of islands in an empty sea says nothing.
    fn context(&self) -> Vec<Option<Layer>> {
        let level = self.sheet.coverage.layers.keys().next().copied().unwrap_or(self.sheet.level);
        let all: Vec<usize> = (0..self.sheet.coverage.areas(level).len()).collect();
        if level == self.sheet.level && all == *self.sheet.shown {
            return Vec::new();
        }
        let map = self.cache.map(&self.sheet.coverage, level, &all, &self.frame);
        let fills = vec![Some(Paint::Solid(LAND)); all.len()];
        let mosaic = Mosaic { geometry: Arc::clone(&map.mosaic), fills, titles: Vec::new() };
        let mut layers = vec![self.layer("land", "Land", vec![Item::Mosaic(mosaic)])];
        for (rank, lines) in &map.borders {
            let id = layer_names(*rank).0.replace("borders", "land");
            layers.push(self.layer(&id, "Borders of the land around", vec![Self::line(&self.look(*rank, false), &lines.lines)]));
        }
        layers
    }

    fn dots(&self, map: &FrameMap) -> Vec<Item> {
        let fills = self.fills();
        let dot = |(index, centre): &(usize, Point)| {
            let paint = fills.get(*index).copied().flatten()?;
            Some(Item::Shape(Shape::filled(Path::Circle { centre: *centre, radius: 0.22 }, paint)))
        };
        map.dots.iter().filter_map(dot).collect()
    }

    fn borders(&self, map: &FrameMap) -> Vec<Option<Layer>> {
        let side = middle_side(map);
        let dense = side < DENSE_MM;
        let light: Vec<f64> = self.fills().iter().map(|fill| fill.map_or(1.0, lightness)).collect();
        let mut ranks: Vec<&Rank> = map.borders.keys().collect();
        ranks.sort_by_key(|rank| drawing_order(**rank));
        let is_own = |rank: &Rank| *rank == Rank::Inner(self.sheet.level) || *rank == Rank::Fine;
        ranks.retain(|rank| side >= CROWDED_MM || !is_own(rank));
        let layer = |rank: &Rank| {
            let ((id, name), look) = (layer_names(*rank), self.look(*rank, dense));
            let items = match look.on_dark {
                Some(on_dark) => {
                    let [on_light, on_dark_ground] = by_ground(&map.borders[rank], &light, look.darkest());
                    let turned = Look { colour: WHITE, width: on_dark, ..look };
                    vec![Self::line(&look, &on_light), Self::line(&turned, &on_dark_ground)]
                }
                None => vec![Self::line(&look, &map.borders[rank].lines)],
            };
            self.layer(&id, &name, items.into_iter().filter(is_drawn).collect())
        };
        ranks.into_iter().map(layer).collect()
    }

    /// How the lines of a rank look. Where areas are small, those of the level shown are white: they part the fills and add no ink.
    fn look(&self, rank: Rank, dense: bool) -> Look {
        let own = |level| level == self.sheet.level;
        let (colour, width, on_dark) = match rank {
            Rank::Fine => (WHITE, 0.1, None),
            Rank::Inner(level) if own(level) && dense => (WHITE, 0.1, None),
            Rank::Inner(Level::Province) | Rank::Special if own(Level::Province) => (grey(0x60), 0.16, Some(0.16)),
            Rank::Inner(level) if own(level) => (grey(0x80), 0.12, Some(0.12)),
            Rank::Inner(Level::Prefecture) if dense => (grey(0x78), 0.1, Some(0.18)),
            Rank::Inner(Level::Prefecture) => (grey(0x5c), 0.18, Some(0.2)),
            Rank::Inner(_) | Rank::Special => (grey(0x40), 0.18, Some(0.22)),
            Rank::Outer(Level::Province) => (grey(0x40), 0.25, None),
            Rank::Outer(_) => (grey(0x40), 0.22, None),
            Rank::Island => (COAST, 0.1, None),
            Rank::Coast => (COAST, 0.15, None),
            Rank::National => (grey(0x26), 0.26, None),
            Rank::Edge => (grey(0x3c), 0.2, None),
        };
        let width_of = |width: f64| (width * self.weight).max(THINNEST);
        Look {
            colour,
            width: width_of(width),
            on_dark: on_dark.map(width_of),
            contrast: if matches!(rank, Rank::Inner(level) if own(level)) { 0.17 } else { 0.06 },
            dashed: rank == Rank::Special,
            opacity: if rank == Rank::Fine { 0.5 } else { 1.0 },
        }
    }

    fn line(look: &Look, lines: &Arc<Vec<Vec<Point>>>) -> Item {
        let dashes = if look.dashed { vec![0.7, 0.45] } else { vec![] };
        let mut shape = stroked(lines, Stroke { colour: look.colour, width: look.width, dashes });
        shape.stroke_opacity = look.opacity;
        Item::Shape(shape)
    }

    fn maritime(&self) -> Vec<Item> {
        let mut lines = Vec::new();
        for line in self.sheet.coverage.lines.iter().filter(|line| line.kind == MARITIME) {
            let page: Vec<[f64; 2]> = project_line(&line.positions, &self.frame.projection)
                .into_iter()
                .map(|metres| self.frame.place_metres(metres))
                .map(|p| [p.x, p.y])
                .collect();
            let near = page.iter().any(|p| {
                let r = &self.frame.rect;
                (r.x..=r.right()).contains(&p[0]) && (r.y..=r.bottom()).contains(&p[1])
            });
            if near {
                lines.push(thin(&page, 0.01).into_iter().map(|p| Point { x: p[0], y: p[1] }).collect());
            }
        }
        if lines.is_empty() || !super::inset::is_needed(&self.sheet.coverage, self.sheet.level, &self.sheet.shown) {
            return Vec::new();
        }
        let width = if self.role == Role::Inset { 0.3 } else { 0.35 } * self.weight.max(0.7);
        vec![Item::Shape(stroked(&Arc::new(lines), Stroke { colour: grey(0x26), width, dashes: vec![] }))]
    }

    fn symbols(&self) -> Vec<Item> {
        let Some(symbols) = &self.sheet.symbols else { return Vec::new() };
        let shrink = if self.role == Role::Inset { 0.6 } else { 1.0 };
        let mut list: Vec<(f64, usize, Point)> = Vec::new();
        for (at, radius) in symbols.radii().into_iter().enumerate() {
            if let (Some(radius), Some(Some(anchor))) = (radius, self.anchors.get(at)) {
                list.push((radius, at, self.frame.place(*anchor)));
            }
        }
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let draw = |(radius, at, centre): (f64, usize, Point)| {
            let mut shape = legend::symbol(centre, radius * shrink, symbols.colour);
            shape.title = self.panel.titles.get(at).cloned();
            Item::Shape(shape)
        };
        list.into_iter().filter(|(_, _, centre)| self.is_inside(*centre)).map(draw).collect()
    }

    fn points(&self) -> Vec<Item> {
        let shrink = if self.role == Role::Inset { 0.6 } else { 1.0 };
        let mut items = Vec::new();
        for layer in &self.sheet.points {
            let mut list: Vec<(f64, usize, Point)> = Vec::new();
            for (at, position) in layer.positions.iter().enumerate() {
                let radius = layer.radii_mm.get(at).copied().unwrap_or(0.4).clamp(0.0, 100.0);
                let centre = self.frame.place(*position);
                if radius.is_finite() && self.is_inside(centre) {
                    list.push((radius, at, centre));
                }
            }
            list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (radius, at, centre) in list {
                let colour = layer.colours.get(at).copied().unwrap_or(super::ink::BLACK);
                let mut shape = legend::dot(centre, radius * shrink, colour);
                shape.title = layer.titles.get(at).cloned();
                items.push(Item::Shape(shape));
            }
        }
        items
    }

    fn is_inside(&self, p: Point) -> bool {
        let r = &self.frame.rect;
        p.x > r.x && p.x < r.right() && p.y > r.y && p.y < r.bottom()
    }
}

fn stroked(lines: &Arc<Vec<Vec<Point>>>, stroke: Stroke) -> Shape {
    Shape::stroked(Path::Lines { parts: Arc::clone(lines), closed: false }, stroke)
}

/// How the lines of a rank look.
#[derive(Debug, Clone, Copy)]
struct Look {
    colour: Colour,
    width: f64,
    /// Width of the white line in its place where the colour would not show on the fills beside it.
    on_dark: Option<f64>,
    /// How much lighter than the colour a ground must be. Where two kinds of lines would mix, the dark one is kept as long as can be.
    contrast: f64,
    dashed: bool,
    opacity: f64,
}

impl Look {
    /// Lightness of the darkest ground on which the colour shows.
    fn darkest(&self) -> f64 {
        OkLab::from(self.colour).l + self.contrast
    }
}

/// Lightness of a fill, from 0 to 1.
fn lightness(paint: Paint) -> f64 {
    let ground = match paint {
        Paint::Solid(colour) => colour,
        Paint::Hatch(hatch) => hatch.ground,
    };
    OkLab::from(ground).l
}

/// The lines beside a light fill, and those between two dark ones.
fn by_ground(borders: &Borders, light: &[f64], darkest: f64) -> [Arc<Vec<Vec<Point>>>; 2] {
    let ground = |beside: &[Option<usize>; 2]| {
        beside.map(|area| area.and_then(|area| light.get(area)).copied().unwrap_or(1.0)).into_iter().fold(0.0, f64::max)
    };
    let is_dark: Vec<bool> = borders.beside.iter().map(|beside| ground(beside) < darkest).collect();
    if !is_dark.contains(&true) {
        return [Arc::clone(&borders.lines), Arc::default()];
    }
    [false, true].map(|dark| {
        let chosen = borders.lines.iter().zip(&is_dark).filter(|(_, is_dark)| **is_dark == dark);
        Arc::new(chosen.map(|(line, _)| line.clone()).collect())
    })
}

/// Whether an item has anything to draw.
fn is_drawn(item: &Item) -> bool {
    !matches!(item, Item::Shape(Shape { path: Path::Lines { parts, .. }, .. }) if parts.is_empty())
}

const fn grey(value: u8) -> Colour {
    Colour::new(value, value, value)
}

/// Low ranks first, so that a higher border lies over the ends of lower ones.
fn drawing_order(rank: Rank) -> (u8, std::cmp::Reverse<Level>) {
    let (step, level) = match rank {
        Rank::Island => (0, Level::Province),
        Rank::Coast => (1, Level::Province),
        Rank::Fine => (2, Level::Unit),
        Rank::Inner(level) => (3, level),
        Rank::Special => (4, Level::Province),
        Rank::Outer(level) => (5, level),
        Rank::Edge | Rank::National => (6, Level::Province),
    };
    (step, std::cmp::Reverse(level))
}

/// Id and name of the layer of a rank.
fn layer_names(rank: Rank) -> (String, String) {
    let (id, name) = match rank {
        Rank::Inner(level) => return (format!("borders-{level}"), format!("Borders: {level}")),
        Rank::Outer(level) => return (format!("borders-outer-{level}"), format!("Borders to a {level} that is not shown")),
        Rank::Fine => ("borders-fine", "Borders of small areas"),
        Rank::Special => ("borders-special", "Borders of special administrative regions"),
        Rank::Island => ("borders-islands", "Coast of islands"),
        Rank::Coast => ("borders-coast", "Coast"),
        Rank::National => ("borders-national", "National border"),
        Rank::Edge => ("borders-edge", "Edge of the boundary set"),
    };
    (id.to_owned(), name.to_owned())
}

/// Side of the middle area in millimetres: half of the areas are smaller.
fn middle_side(map: &FrameMap) -> f64 {
    let mut sides: Vec<f64> = map.boxes.iter().filter(|page| !page.is_empty()).map(Bounds::mean_side).collect();
    sides.sort_by(f64::total_cmp);
    sides.get(sides.len() / 2).copied().unwrap_or(0.0)
}
