//! A sheet with one map.

use super::compose::{Ground, Laid, Page, Scope, margin};
use super::fit::{Fit, Height, Wanted, better, fit};
use super::frame::Frame;
use super::ink::{Block, GREY, Ink};
use super::legend::Arrangement;
use super::map::{MapParts, Role};
use super::scale_bar::choose;
use super::{Sheet, inset, inset_box, label, legend, notes, scale_bar, title};
use crate::problem::{Noted, Problem};
use crate::scene::{Item, Layer, Path, Point, Rect, Shape, Stroke};
use crate::spec::Words;

/// A map may be so many times as high as it is wide.
const HIGHEST: f64 = 1.25;

/// The measured parts of a page before the map is fitted.
pub(super) struct Measured {
    pub margin: f64,
    pub width: f64,
    /// Top of what lies between title and notes.
    pub top: f64,
    /// Room between title and notes, where the page has a height.
    pub height: Option<f64>,
    pub title: Block,
    pub notes: Block,
}

/// Measures title and notes.
pub(super) fn measure(sheet: &Sheet, ink: &Ink, lines: &[String]) -> Result<Measured, Problem> {
    let margin = margin(sheet.page.width_mm);
    let width = sheet.page.width_mm - 2.0 * margin;
    let title = title::block(&sheet.title, sheet.subtitle.as_ref(), ink, width)?;
    let notes = notes::block(lines, ink, width)?;
    let top = margin + if title.height > 0.0 { title.height + ink.size * 0.5 } else { 0.0 };
    let below = margin + if notes.height > 0.0 { notes.height + ink.size * 0.6 } else { 0.0 };
    let height = sheet.page.height_mm.map(|height| height - top - below);
    if height.is_some_and(|height| height < 20.0) {
        let message = format!(
            "Title and notes leave no room for the map on a page of {} x {} mm.",
            sheet.page.width_mm,
            sheet.page.height_mm.unwrap_or_default()
        );
        return Err(Problem::error("page-too-small", message).help("Give the page more height, or shorten title and notes."));
    }
    Ok(Measured { margin, width, top, height, title, notes })
}

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
    let mut lines = notes::lines(sheet, ink, &ground.projection, &[]);
    let mut measured = measure(sheet, ink, &lines)?;
    let mut placed = place(sheet, ground, ink, &measured)?;
    let tiny = inset_scale_note(scope, &placed.fit)?;
    if let Some(words) = tiny {
        lines = notes::lines(sheet, ink, &ground.projection, &[words]);
        measured = measure(sheet, ink, &lines)?;
        placed = place(sheet, ground, ink, &measured)?;
    }
    draw(scope, measured, placed)
}

/// Where the inset is too small to hold a scale bar, the notes say how its scale stands to that of the map.
pub(super) fn inset_scale_note(scope: Scope, fit: &Fit) -> Result<Option<Words>, Problem> {
    let Some(rect) = fit.inset else { return Ok(None) };
    let holds = inset_box::holds_bar(scope, rect)?;
    Ok((!holds).then(|| ratio_words(inset::frame(rect).scale / fit.scale)))
}

fn ratio_words(ratio: f64) -> Words {
    let percent = (ratio * 100.0).round();
    Words {
        zh: format!("南海诸岛插图比例尺为主图的{percent}%"),
        en: format!("The inset of the South China Sea is drawn at {percent} % of the scale of the map"),
    }
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

fn draw(scope: Scope, measured: Measured, placed: Placed) -> Result<Noted<Laid>, Problem> {
    let Scope { sheet, cache, ground, ink } = scope;
    let Measured { margin, width, top, title, notes, .. } = measured;
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
        let labels = label::place(scope, &sheet.panels[0], plan, &frame, &map, &furniture)?;
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
    page.add("title", "Title", title.moved(margin, margin));
    let notes_y = sheet.page.height_mm.map_or(bottom + ink.size * 0.6, |height| height - margin - notes.height);
    let height = sheet.page.height_mm.unwrap_or(notes_y + notes.height + margin);
    page.add("notes", "Notes", notes.moved(margin, notes_y));
    Ok(page.finish(ink, sheet.page.width_mm, height))
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
