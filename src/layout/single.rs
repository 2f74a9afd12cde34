//! A sheet with one map.

use super::compose::{Ground, Laid, Page, Scope};
use super::fit::{Fit, Height, Wanted, better, fit};
use super::frame::Frame;
use super::ink::{Block, GREY, Ink};
use super::legend::Arrangement;
use super::map::{MapParts, Role};
use super::page::{Drawn, Measured, finish, with_room_for_notes};
use super::scale_bar::choose;
use super::{Sheet, inset, inset_box, label, legend, scale_bar};
use crate::problem::{Noted, Problem};
use crate::scene::{Item, Layer, Path, Point, Rect, Shape, Stroke};

/// A map may be so many times as high as it is wide.
const HIGHEST: f64 = 1.25;

/// A map that found its place, and where its legend stands.
struct Placed {
    fit: Fit,
    /// A legend below the map.
    below: Option<Block>,
    /// A legend on the map.
    upon: Option<Block>,
}

pub(super) fn compose(scope: Scope) -> Result<Noted<Laid>, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    with_room_for_notes(scope, |measured| {
        let placed = place(sheet, ground, ink, &measured)?;
        draw(scope, measured, placed)
    })
}

/// Size of the inset for a frame.
pub(super) fn inset_size(
    ground: &Ground,
    ink: &Ink,
    width: f64,
    height: Option<f64>,
    (national_share, least): (f64, f64),
) -> Option<(f64, f64)> {
    let aspect = inset::aspect();
    let share = if ground.bounds.width() > 2.0e6 { national_share } else { 0.22 };
    let wide = (width * share).clamp(least, 42.0).min(height.map_or(f64::INFINITY, |h| h * 0.36 * aspect));
    // In a small inset the name would hide islands or dashes: it gets a strip of its own below them.
    let strip = if wide < 22.0 { inset_box::name_height(ink, wide) + 1.0 } else { 0.0 };
    ground.inset.then(|| (wide, wide / aspect + strip))
}

fn bar_width(width: f64) -> f64 {
    (width * 0.2).clamp(12.0, 45.0)
}

fn place(sheet: &Sheet, ground: &Ground, ink: &Ink, measured: &Measured) -> Result<Placed, Problem> {
    let width = measured.width;
    let height = |taken: f64| measured.height.map_or(Height::UpTo(width * HIGHEST), |h| Height::Fixed(h - taken));
    let rough = Frame { projection: ground.projection, scale: 1e-5, origin: Point::default(), rect: Rect::default() };
    let bar = scale_bar::room(ink, bar_width(width), choose(&rough, &ground.places));
    let wanted = |legend: Option<&Block>| Wanted {
        legend: legend.map(|block| (block.width, block.height)),
        inset: inset_size(ground, ink, width, measured.height, (0.18, 16.5)),
        bar: (bar.0 > 0.0).then_some(bar),
    };
    let mut upright = legend::block(sheet, ink, Arrangement::Upright)?;
    let mut upon = fit(&ground.bounds, &ground.room, width, height(0.0), &wanted(upright.as_ref()));
    if !upon.is_some_and(|fit| fit.usual && fit.cost < 0.02) {
        // Long labels on more lines may let the legend into its corner.
        let narrow = legend::block(sheet, ink, Arrangement::Narrow)?;
        if narrow.as_ref().map(|block| block.width) != upright.as_ref().map(|block| block.width) {
            let other = fit(&ground.bounds, &ground.room, width, height(0.0), &wanted(narrow.as_ref()));
            let chosen = better(upon, other);
            if chosen.map(|fit| fit.legend) != upon.map(|fit| fit.legend) {
                (upon, upright) = (chosen, narrow);
            }
        }
    }
    if let Some(fit) = upon.filter(|fit| fit.cost < 0.1 || upright.is_none()) {
        return Ok(Placed { fit, below: None, upon: upright });
    }
    let columns = legend::block(sheet, ink, Arrangement::Columns(width))?;
    let taken = columns.as_ref().map_or(0.0, |block| block.height + ink.size * 0.8);
    let below = fit_below(ground, width, height(taken), &wanted(None));
    match (upon, below) {
        (Some(upon), Some(below)) if upon.cost > below.cost + taken / width * 0.8 => {
            Ok(Placed { fit: below, below: columns, upon: None })
        }
        (Some(fit), _) => Ok(Placed { fit, below: None, upon: upright }),
        (None, Some(fit)) => Ok(Placed { fit, below: columns, upon: None }),
        (None, None) => Err(Problem::error("no-room", "Legend, inset and scale bar find no room beside the map.")
            .help("Give the page more width or height, or a smaller text size.")),
    }
}

fn fit_below(ground: &Ground, width: f64, height: Height, wanted: &Wanted) -> Option<Fit> {
    if matches!(height, Height::Fixed(h) if h < 20.0) {
        return None;
    }
    fit(&ground.bounds, &ground.room, width, height, wanted)
}

fn draw(scope: Scope, measured: Measured, placed: Placed) -> Result<Drawn, Problem> {
    let Scope { sheet, cache, ground, ink } = scope;
    let Measured { margin, width, top, .. } = measured;
    let fit = placed.fit;
    let rect = Rect { x: margin, y: top, width, height: fit.height };
    let origin = Point { x: fit.origin.x + rect.x, y: fit.origin.y + rect.y };
    let frame = Frame { projection: ground.projection, scale: fit.scale, origin, rect };
    let on_page = |local: Rect| Rect { x: local.x + rect.x, y: local.y + rect.y, ..local };
    let weight = (width / 160.0).clamp(0.6, 1.4);
    let mut page = Page::new(sheet);
    let parts = MapParts {
        sheet,
        panel: &sheet.panels[0],
        cache,
        prefix: String::new(),
        frame,
        role: Role::Main,
        weight,
        anchors: &ground.anchors,
    };
    let (layers, map) = parts.layers();
    page.layers.extend(layers);
    let mut unnamed = 0;
    for (name, local) in [("legend", fit.legend), ("scale bar", fit.bar)] {
        if let Some(local) = local {
            page.furniture.push((name, on_page(local)));
        }
    }
    if let Some(local) = fit.inset {
        inset_box::draw(&mut page, scope, 0, on_page(local), "inset-", weight.min(0.8))?;
    }
    if let Some(plan) = &sheet.labels {
        let furniture: Vec<Rect> = page.furniture.iter().map(|(_, rect)| *rect).collect();
        let labels = label::place(label::Setting {
            scope,
            panel: &sheet.panels[0],
            plan,
            frame: &frame,
            map: &map,
            furniture: &furniture,
        })?;
        unnamed = labels.unplaced.len();
        page.problems.extend(unplaced(&labels.unplaced));
        let block = Block { items: labels.items, boxes: labels.boxes, ..Block::default() };
        page.add("labels", "Labels", block);
    }
    if let (Some(block), Some(local)) = (placed.upon, fit.legend) {
        let at = on_page(local);
        page.add("legend", "Legend", block.moved(at.x, at.y));
    }
    if let Some(local) = fit.bar {
        let bar = choose(&frame, &ground.places);
        page.add("scale", "Scale bar", scale_bar::block(&frame, ink, &on_page(local), bar_width(width), bar)?);
    }
    if ground.inset {
        let neat = Shape::stroked(Path::Rect(rect), Stroke { colour: GREY, width: 0.15, dashes: vec![] });
        page.layers.push(Layer { id: "frame".to_owned(), name: "Frame".to_owned(), clip: None, items: vec![Item::Shape(neat)] });
    }
    let mut bottom = rect.bottom();
    if let Some(block) = placed.below {
        let y = bottom + ink.size * 0.8;
        bottom = y + block.height;
        page.add("legend", "Legend", block.moved(margin, y));
    }
    for (name, furniture) in &page.furniture {
        if ground.is_covered(sheet, &frame, furniture) {
            let message = format!("The {name} covers territory (rule C10 of the public-map rules).");
            page.problems.push(Problem::warning("covers-territory", message).help("Give the page more room."));
        }
    }
    page.frames.push(frame);
    finish(page, scope, &measured, &fit, unnamed, bottom)
}

pub(super) fn unplaced(names: &[String]) -> Option<Problem> {
    if names.is_empty() {
        return None;
    }
    const MOST: usize = 40;
    let mut list = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        list.push_str(&format!(" and {} more", names.len() - MOST));
    }
    let message = format!("{} areas have no label, for want of room: {list}.", names.len());
    Some(Problem::note("labels-without-room", message).help("Use a larger page, smaller text, or fewer areas."))
}
