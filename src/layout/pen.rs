//! Lines of a map: colour, width and dashes of each rank of border, so that no class is taken for another (rules C12 and P7).

use super::border::{Borders, Rank};
use super::frame::{Bounds, FrameMap};
use super::ink::WHITE;
use crate::colour::{Colour, OkLab};
use crate::level::Level;
use crate::scale::Paint;
use crate::scene::{Item, Path, Point, Shape, Stroke};
use std::sync::Arc;

/// Lines of a map, shared by all maps on a frame.
type Lines = Arc<Vec<Vec<Point>>>;

/// Coasts are drawn in the colour of water, so that none is taken for a border.
const COAST: Colour = Colour::new(0x4a, 0x7c, 0x9b);

/// National borders.
const NATIONAL: Colour = grey(0x26);
/// Where the middle area is smaller, dark lines would be most of what is seen.
const DENSE_MM: f64 = 2.6;
/// Where it is smaller still, borders of the level shown are left out: in half of the map they would be most of the ink.
const CROWDED_MM: f64 = 0.9;
/// No line is drawn thinner, in millimetres: what journals ask for at least.
const THINNEST: f64 = 0.1;

/// The pen that draws the borders of one map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// Level of the areas shown.
    pub level: Level,
    /// Share of ordinary widths that lines have.
    pub weight: f64,
}

/// The lines of one rank: id and name of their layer, and what is drawn.
pub(super) struct Ranked {
    pub id: String,
    pub name: String,
    pub items: Vec<Item>,
}

impl Pen {
    /// The borders of a map whose areas have such fills, in the order of drawing.
    pub fn borders(self, map: &FrameMap, fills: &[Option<Paint>]) -> Vec<Ranked> {
        let side = middle_side(map);
        let light: Vec<f64> = fills.iter().map(|fill| fill.map_or(1.0, lightness)).collect();
        let is_own = |rank: &Rank| *rank == Rank::Inner(self.level) || *rank == Rank::Fine;
        let mut ranks: Vec<&Rank> = map.borders.keys().filter(|rank| side >= CROWDED_MM || !is_own(rank)).collect();
        ranks.sort_by_key(|rank| drawing_order(**rank));
        let ranked = |rank: &Rank| {
            let (borders, look) = (&map.borders[rank], self.look(*rank, side < DENSE_MM));
            match look.on_dark {
                // In a crowd a second kind of line would be one too many.
                Some(width) if side >= CROWDED_MM => {
                    let [on_light, on_dark] = by_ground(borders, &light, look.darkest());
                    named(*rank, vec![look.line(&on_light), Look { colour: WHITE, width, ..look }.line(&on_dark)])
                }
                _ => named(*rank, vec![look.line(&borders.lines)]),
            }
        };
        ranks.into_iter().map(ranked).collect()
    }

    /// The borders of land around, on a ground that is light everywhere.
    pub fn context(self, map: &FrameMap) -> Vec<Ranked> {
        map.borders.iter().map(|(rank, borders)| named(*rank, vec![self.look(*rank, false).line(&borders.lines)])).collect()
    }

    /// The dashes of the maritime line, and other national borders that a boundary set gives as lines.
    pub fn national(self, lines: &Lines, width: f64) -> Item {
        Item::Shape(stroked(lines, Stroke { colour: NATIONAL, width: width * self.weight.max(0.7), dashes: vec![] }))
    }

    /// A border that the boundary set calls undefined: dots and dashes, over the whole line that the edge of the areas has there.
    pub fn undefined(self, lines: &Lines) -> Vec<Item> {
        let width = (0.26 * self.weight).max(THINNEST);
        let part = |colour, width, dashes| Item::Shape(stroked(lines, Stroke { colour, width, dashes }));
        vec![part(WHITE, width * 1.4, vec![]), part(NATIONAL, width, vec![1.6, 0.6, 0.01, 0.6])]
    }

    /// How the lines of a rank look. Where areas are small, those of the level shown are white: they part the fills and add no ink.
    fn look(self, rank: Rank, dense: bool) -> Look {
        let own = |level| level == self.level;
        let (colour, width, on_dark) = match rank {
            Rank::Fine => (WHITE, 0.1, None),
            Rank::Inner(level) if own(level) && dense => (WHITE, 0.1, None),
            Rank::Inner(Level::Province) | Rank::Special if own(Level::Province) => (grey(0x60), 0.16, Some(0.16)),
            Rank::Inner(level) if own(level) => (grey(0x80), 0.12, Some(0.12)),
            Rank::Inner(Level::Prefecture) if dense => (grey(0x78), 0.1, Some(0.16)),
            Rank::Inner(Level::Prefecture) => (grey(0x5c), 0.18, Some(0.2)),
            Rank::Inner(_) | Rank::Special => (grey(0x40), 0.18, Some(0.22)),
            Rank::Outer(Level::Province) => (grey(0x40), 0.25, None),
            Rank::Outer(_) => (grey(0x40), 0.22, None),
            Rank::Island => (COAST, 0.1, None),
            Rank::Coast => (COAST, 0.15, None),
            Rank::National => (NATIONAL, 0.26, None),
            Rank::Edge => (grey(0x3c), 0.2, None),
        };
        let width_of = |width: f64| (width * self.weight).max(THINNEST);
        Look {
            colour,
            width: width_of(width),
            on_dark: on_dark.map(width_of),
            contrast: match rank {
                Rank::Inner(level) if own(level) => 0.1,
                // Among small areas of middling colours, white lines of one more width are calmer than grey ones among white.
                Rank::Inner(Level::Prefecture) if dense => 0.28,
                _ => 0.06,
            },
            dashed: rank == Rank::Special,
            opacity: if rank == Rank::Fine { 0.5 } else { 1.0 },
        }
    }
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

    fn line(&self, lines: &Lines) -> Item {
        let dashes = if self.dashed { vec![0.7, 0.45] } else { vec![] };
        let mut shape = stroked(lines, Stroke { colour: self.colour, width: self.width, dashes });
        shape.stroke_opacity = self.opacity;
        Item::Shape(shape)
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
fn by_ground(borders: &Borders, light: &[f64], darkest: f64) -> [Lines; 2] {
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

fn named(rank: Rank, items: Vec<Item>) -> Ranked {
    let (id, name) = layer_names(rank);
    Ranked { id, name, items: items.into_iter().filter(is_drawn).collect() }
}

fn stroked(lines: &Lines, stroke: Stroke) -> Shape {
    Shape::stroked(Path::Lines { parts: Arc::clone(lines), closed: false }, stroke)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pen(level: Level) -> Pen {
        Pen { level, weight: 1.0 }
    }

    /// Every two ranks that meet on one map differ in colour, in dashes, or by a fifth of their width.
    #[test]
    fn ranks_look_different() {
        let ranks = [
            Rank::Inner(Level::Province),
            Rank::Inner(Level::Prefecture),
            Rank::Inner(Level::County),
            Rank::Special,
            Rank::Outer(Level::Province),
            Rank::Coast,
            Rank::National,
        ];
        for dense in [false, true] {
            for (at, one) in ranks.iter().enumerate() {
                for other in &ranks[at + 1..] {
                    let [a, b] = [one, other].map(|rank| pen(Level::County).look(*rank, dense));
                    let widths = a.width.max(b.width) / a.width.min(b.width);
                    assert!(a.colour != b.colour || a.dashed != b.dashed || widths > 1.2, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn no_line_is_thinner_than_print_allows() {
        for rank in [Rank::Fine, Rank::Island, Rank::Coast, Rank::Inner(Level::County), Rank::National] {
            let look = Pen { level: Level::County, weight: 0.5 }.look(rank, true);
            assert!(look.width >= THINNEST, "{rank:?}");
        }
    }

    #[test]
    fn lines_between_dark_fills_are_parted_from_the_others() {
        let line = |x: f64| vec![Point { x, y: 0.0 }, Point { x, y: 1.0 }];
        let borders = Borders {
            lines: Arc::new(vec![line(0.0), line(1.0), line(2.0)]),
            beside: vec![[Some(0), Some(1)], [Some(0), Some(2)], [Some(0), None]],
        };
        let [on_light, on_dark] = by_ground(&borders, &[0.3, 0.35, 0.9], 0.5);
        assert_eq!((on_light.len(), on_dark.as_slice()), (2, [line(0.0)].as_slice()));
        let [all, none] = by_ground(&borders, &[0.8, 0.85, 0.9], 0.5);
        assert!(Arc::ptr_eq(&all, &borders.lines) && none.is_empty());
    }
}
