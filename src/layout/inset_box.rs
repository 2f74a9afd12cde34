//! Drawing the South China Sea inset: its ground, its map, its name and its own scale bar.

use super::compose::{Page, Scope};
use super::frame::{Bounds, Frame, FrameCache, FrameMap, project_line};
use super::ink::{BLACK, Block, GREY, Ink, Set, WHITE, line};
use super::map::{MapParts, Role};
use super::room::{Lies, lies, segment_meets};
use super::{Sheet, inset, numbers, scale_bar};
use crate::coverage::Position;
use crate::problem::Problem;
use crate::scale::Paint;
use crate::scene::{Item, Layer, Path, Point, Rect, Shape, Stroke};

/// Draws the inset into a rectangle of the page.
pub(super) fn draw(page: &mut Page, scope: Scope, panel: usize, rect: Rect, prefix: &str, weight: f64) -> Result<(), Problem> {
    let Scope { sheet, cache, ground, ink } = scope;
    let frame = inset::frame(rect);
    let mut paper = Block::default();
    paper.shape(Shape::filled(Path::Rect(rect), Paint::Solid(WHITE)));
    page.add(&format!("{prefix}ground"), "Inset: ground", paper);
    let parts = MapParts {
        sheet,
        panel: &sheet.panels[panel],
        cache,
        prefix: prefix.to_owned(),
        frame,
        role: Role::Inset,
        weight,
        anchors: &ground.anchors,
    };
    let (layers, _) = parts.layers();
    page.layers.extend(layers);
    let (furniture, _) = words(sheet, ink, &frame, &surroundings(sheet, cache, &frame))?;
    page.add(&format!("{prefix}words"), "Inset: name and scale", furniture);
    let neat = Shape::stroked(Path::Rect(rect), Stroke { colour: BLACK, width: 0.15, dashes: vec![] });
    let items = vec![Item::Shape(neat)];
    page.layers.push(Layer { id: format!("{prefix}frame"), name: "Inset: frame".to_owned(), clip: None, items });
    page.furniture.push(("inset", rect));
    page.insets.push(frame);
    Ok(())
}

/// Whether an inset of that size has room for a scale bar of its own.
pub(super) fn holds_bar(scope: Scope, rect: Rect) -> Result<bool, Problem> {
    let Scope { sheet, cache, ink, .. } = scope;
    let frame = inset::frame(rect);
    Ok(words(sheet, ink, &frame, &surroundings(sheet, cache, &frame))?.1)
}

/// All land of the coverage on the inset.
fn surroundings(sheet: &Sheet, cache: &FrameCache, frame: &Frame) -> std::sync::Arc<FrameMap> {
    let all: Vec<usize> = (0..sheet.coverage.areas(sheet.level).len()).collect();
    cache.map(&sheet.coverage, sheet.level, &all, frame)
}

/// The name 南海诸岛 and the scale bar, where they cover neither land nor line; and whether both found a place.
fn words(sheet: &Sheet, ink: &Ink, frame: &Frame, map: &FrameMap) -> Result<(Block, bool), Problem> {
    // Lines above, below and left of the frame cannot tell whether a place in it is land: `lies` looks to the right.
    let mut outline = map.mosaic_outline();
    outline.retain(|line| {
        let page = Bounds::of(line.iter());
        page.max[0] >= frame.rect.x && page.max[1] >= frame.rect.y && page.min[1] <= frame.rect.bottom()
    });
    let dashes: Vec<Vec<Position>> = sheet
        .coverage
        .lines
        .iter()
        .map(|l| {
            project_line(&l.positions, &frame.projection).into_iter().map(|m| frame.place_metres(m)).map(|p| [p.x, p.y]).collect()
        })
        .collect();
    let free = |rect: &Rect, taken: &[Rect]| {
        let wide = Rect { x: rect.x - 0.3, y: rect.y - 0.3, width: rect.width + 0.6, height: rect.height + 0.6 };
        !taken.iter().any(|other| other.overlaps(&wide))
            && lies(&wide, outline.iter().copied()) == Lies::Outside
            && !dashes.iter().flat_map(|d| d.windows(2)).any(|pair| segment_meets(&wide, pair[0], pair[1]))
    };
    let size = sized(ink, 0.74, frame.rect.width * 0.085);
    let mut block = Block::default();
    let mut taken: Vec<Rect> = Vec::new();
    for lines in name(ink, frame.rect.width)? {
        let width = lines.iter().map(Set::width).fold(0.0, f64::max);
        let own = Rect { x: 0.0, y: 0.0, width, height: lines.iter().map(Set::height).sum() };
        let Some(at) = spots(&frame.rect, &own, false).into_iter().find(|rect| free(rect, &taken)) else { continue };
        let mut y = at.y;
        for set in &lines {
            block.text(set, at.right() - set.width(), y, BLACK);
            y += set.height();
        }
        taken.push(at);
        break;
    }
    let metres = numbers::round_below(frame.rect.width * 0.3 / frame.scale);
    let label = ink.line(&format!("{} km", numbers::whole((metres / 1000.0) as usize)), size, false)?;
    let bar = Rect { x: 0.0, y: 0.0, width: label.width().max(frame.rect.width * 0.3), height: label.height() + size * 0.35 };
    // Name and bar would be read as one word if they nearly touched.
    let bar_at = spots(&frame.rect, &bar, true)
        .into_iter()
        .find(|rect| free(rect, &taken) && !taken.iter().any(|other| other.overlaps(&rect.inset(-0.8))));
    if let Some(at) = bar_at {
        bar_block(&mut block, frame, &label, at, metres, size);
        taken.push(at);
    }
    if frame.rect.width >= NAMED_FROM {
        for (zh, en, west, south, east, north) in ISLANDS {
            let set = ink.line(ink.either(zh, en), ink.sized(0.0), false)?;
            let corners = [frame.place([west, south]), frame.place([east, north])];
            let group = Rect {
                x: corners[0].x,
                y: corners[1].y,
                width: corners[1].x - corners[0].x,
                height: corners[0].y - corners[1].y,
            };
            let inside = |rect: &Rect| {
                rect.x > frame.rect.x + 0.4
                    && rect.right() < frame.rect.right() - 0.4
                    && rect.y > frame.rect.y + 0.4
                    && rect.bottom() < frame.rect.bottom() - 0.4
            };
            let at = beside(&group, set.width(), set.size).into_iter().find(|rect| inside(rect) && free(rect, &taken));
            if let Some(at) = at {
                // The letters' own height is enough here: lines of one word cannot touch each other.
                block.items.push(Item::Text(set.at(at.x, at.y + set.size * 0.86, GREY, None)));
                block.boxes.push((set.line.content.clone(), at));
                taken.push(at);
            }
        }
    }
    Ok((block, bar_at.is_some()))
}

/// Islands are named in an inset at least so wide, in millimetres.
const NAMED_FROM: f64 = 24.0;

/// The islands that a public map names (rule C5), with the box of each in degrees: west, south, east, north.
const ISLANDS: [(&str, &str, f64, f64, f64, f64); 6] = [
    ("曾母暗沙", "Zengmu Ansha", 112.0, 3.7, 112.6, 4.1),
    ("黄岩岛", "Huangyan Dao", 117.6, 15.0, 117.95, 15.3),
    ("东沙群岛", "Dongsha Is.", 116.6, 20.5, 117.0, 20.85),
    ("西沙群岛", "Xisha Is.", 111.1, 15.7, 112.9, 17.2),
    ("中沙群岛", "Zhongsha Is.", 113.7, 15.3, 115.0, 16.3),
    ("南沙群岛", "Nansha Is.", 112.5, 9.0, 115.0, 11.6),
];

/// Places around a group of islands, near ones first: below, above, right, left, and between these.
fn beside(group: &Rect, width: f64, height: f64) -> Vec<Rect> {
    const TURNS: [(f64, f64); 16] = [
        (0.0, 1.0),
        (0.0, -1.0),
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.5, 1.0),
        (-0.5, 1.0),
        (0.5, -1.0),
        (-0.5, -1.0),
        (1.0, 1.0),
        (-1.0, 1.0),
        (1.0, -1.0),
        (-1.0, -1.0),
        (1.0, 0.5),
        (1.0, -0.5),
        (-1.0, 0.5),
        (-1.0, -0.5),
    ];
    let middle = Point { x: group.x + group.width / 2.0, y: group.y + group.height / 2.0 };
    let mut list = Vec::new();
    for gap in [0.35, 0.8, 1.4, 2.2, 3.2] {
        let (dx, dy) = (group.width / 2.0 + width / 2.0 + gap, group.height / 2.0 + height / 2.0 + gap);
        for (across, down) in TURNS {
            let (x, y) = (middle.x + across * dx - width / 2.0, middle.y + down * dy - height / 2.0);
            list.push(Rect { x, y, width, height });
        }
    }
    list
}

/// Small type for a small frame, but never below the smallest that can be read.
fn sized(ink: &Ink, share: f64, most: f64) -> f64 {
    ink.sized(0.0).max(ink.sized(share).min(most))
}

/// Ways to set the name, best first: on one line, on two, smaller.
fn name(ink: &Ink, width: f64) -> Result<Vec<Vec<Set>>, Problem> {
    let text = ink.either("南海诸岛", "South China Sea");
    let mut ways = Vec::new();
    for size in [name_size(ink, width), ink.sized(0.0)] {
        let line = ink.line(text, size, false)?;
        let half = line.width() * 0.7;
        ways.push(vec![line]);
        ways.push(ink.balanced(text, size, false, half)?);
    }
    Ok(ways)
}

fn name_size(ink: &Ink, width: f64) -> f64 {
    sized(ink, 0.8, width * 0.1)
}

/// Height of the line that names an inset so many millimetres wide.
pub(super) fn name_height(ink: &Ink, width: f64) -> f64 {
    name_size(ink, width) * 1.12
}

fn bar_block(block: &mut Block, frame: &Frame, label: &Set, at: Rect, metres: f64, size: f64) {
    let foot = Point { x: at.x + at.width / 2.0, y: at.bottom() - 0.1 };
    let Some(width) = scale_bar::width_at(frame, foot, metres) else { return };
    let (left, right) = (foot.x - width / 2.0, foot.x + width / 2.0);
    let stroke = Stroke { colour: BLACK, width: 0.15, dashes: vec![] };
    block.shape(Shape::stroked(line(Point { x: left, y: foot.y }, Point { x: right, y: foot.y }), stroke.clone()));
    for x in [left, right] {
        block.shape(Shape::stroked(line(Point { x, y: foot.y }, Point { x, y: foot.y - size * 0.3 }), stroke.clone()));
    }
    block.text(label, at.x + (at.width - label.width()) / 2.0, at.y - size * 0.05, GREY);
}

/// Places inside the inset, from the bottom up, from the left or from the right.
fn spots(frame: &Rect, size: &Rect, from_left: bool) -> Vec<Rect> {
    let margin = 0.7;
    let (across, down) = (frame.width - size.width - 2.0 * margin, frame.height - size.height - 2.0 * margin);
    if across < 0.0 || down < 0.0 {
        return Vec::new();
    }
    let mut list = Vec::new();
    for row in 0..=16 {
        for column in 0..=12 {
            let share = f64::from(column) / 12.0;
            let x = frame.x + margin + across * if from_left { share } else { 1.0 - share };
            list.push(Rect { x, y: frame.y + margin + down * (1.0 - f64::from(row) / 16.0), ..*size });
        }
    }
    list
}
