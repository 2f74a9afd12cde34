//! The map itself: areas, borders, symbols, points, as layers of the scene.

use super::compose::degrees;
use super::frame::{Frame, FrameCache, FrameMap, project_line, thin};
use super::inset::{MARITIME, is_for_inset_alone};
use super::pen::Pen;
use super::{Sheet, SheetPanel, legend};
use crate::colour::Colour;
use crate::scale::Paint;
use crate::scene::{AreaTitle, Item, Layer, Mosaic, Path, Point, Shape};
use std::sync::Arc;

/// Land that is there to show where the data is, and nothing more.
pub(super) const LAND: Colour = Colour::new(0xf0, 0xee, 0xe8);

/// Kind of the lines of a coverage along which the border of the country is undefined.
const UNDEFINED: &str = "undefined";

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
        let borders = self.pen().borders(&map, &self.fills());
        layers.extend(borders.into_iter().map(|ranked| self.layer(&ranked.id, &ranked.name, ranked.items)));
        layers.push(self.layer("borders-undefined", "Undefined borders", self.undefined()));
        layers.push(self.layer("maritime", "Maritime line", self.maritime()));
        layers.push(self.layer("symbols", "Symbols", self.symbols()));
        layers.push(self.layer("points", "Points", self.points()));
        (layers.into_iter().flatten().collect(), map)
    }

    fn pen(&self) -> Pen {
        Pen { level: self.sheet.level, weight: self.weight }
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
        for ranked in self.pen().context(&map) {
            let id = ranked.id.replace("borders", "land");
            layers.push(self.layer(&id, "Borders of the land around", ranked.items));
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

    fn maritime(&self) -> Vec<Item> {
        if !super::inset::is_needed(&self.sheet.coverage, self.sheet.level, &self.sheet.shown) {
            return Vec::new();
        }
        let width = if self.role == Role::Inset { 0.3 } else { 0.35 };
        self.lines_of(MARITIME).map(|lines| self.pen().national(&lines, width)).into_iter().collect()
    }

    fn undefined(&self) -> Vec<Item> {
        self.lines_of(UNDEFINED).map(|lines| self.pen().undefined(&lines)).unwrap_or_default()
    }

    /// The lines of a kind that reach into the frame; none where none does.
    fn lines_of(&self, kind: &str) -> Option<Arc<Vec<Vec<Point>>>> {
        let mut lines = Vec::new();
        for line in self.sheet.coverage.lines.iter().filter(|line| line.kind == kind) {
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
        (!lines.is_empty()).then(|| Arc::new(lines))
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
