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
    let free = |rect: &Rect, taken: Option<&Rect>| {
        let wide = Rect { x: rect.x - 0.3, y: rect.y - 0.3, width: rect.width + 0.6, height: rect.height + 0.6 };
        !taken.is_some_and(|other| other.overlaps(&wide))
            && lies(&wide, outline.iter().copied()) == Lies::Outside
            && !dashes.iter().flat_map(|d| d.windows(2)).any(|pair| segment_meets(&wide, pair[0], pair[1]))
    };
    // Small type for a small frame, but never below the smallest that can be read.
    let sized = |share: f64, of_width: f64| ink.sized(0.0).max(ink.sized(share).min(frame.rect.width * of_width));
    let size = sized(0.74, 0.085);
    let mut block = Block::default();
    let metres = numbers::round_below(frame.rect.width * 0.3 / frame.scale);
    let label = ink.line(&format!("{} km", numbers::whole((metres / 1000.0) as usize)), size, false)?;
    let bar = Rect { x: 0.0, y: 0.0, width: label.width().max(frame.rect.width * 0.3), height: label.height() + size * 0.35 };
    let bar_at = spots(&frame.rect, &bar, true).into_iter().find(|rect| free(rect, None));
    if let Some(at) = bar_at {
        bar_block(&mut block, frame, &label, at, metres, size);
    }
    let name = ink.line(ink.either("南海诸岛", "South China Sea"), sized(0.8, 0.1), false)?;
    let own = Rect { x: 0.0, y: 0.0, width: name.width(), height: name.height() };
    let name_at = spots(&frame.rect, &own, false).into_iter().find(|rect| free(rect, bar_at.as_ref()));
    if let Some(at) = name_at {
        block.text(&name, at.x, at.y, BLACK);
    }
    Ok((block, bar_at.is_some()))
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
