//! Small multiples: panels in a grid on one scale, with one legend.

use super::compose::{Ground, Laid, Page, Scope};
use super::fit::{Fit, Height, Wanted, fit};
use super::frame::Frame;
use super::ink::{BLACK, Block, GREY, Ink, Set};
use super::legend::Arrangement;
use super::map::{MapParts, Role};
use super::scale_bar::choose;
use super::page::{Drawn, Measured, NotesAt, finish, with_room_for_notes};
use super::single::{inset_size, unplaced};
use super::{Sheet, inset_box, label, legend, notes, scale_bar};
use crate::problem::{Noted, Problem};
use crate::scene::{Item, Layer, Path, Point, Rect, Shape, Stroke};

/// A way to arrange the panels.
struct Grid {
    columns: usize,
    rows: usize,
    /// Width of a panel in millimetres.
    width: f64,
    /// Height of the headings' row.
    heading: f64,
    /// The legends of panels with scales of their own, and the height kept for them below each map.
    own: (Vec<Option<Block>>, f64),
    fit: Fit,
    legend: Option<Block>,
    /// What stands in the free last cell.
    cell: Cell,
    /// Size of a scale bar beside the panels; nothing where it stands in the first panel.
    bar: (f64, f64),
}

/// What stands in a last cell for which there is no map, besides the scale bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Nothing: there is no such cell, or all stands below the maps.
    None,
    Legend,
    Notes,
}

/// Between panels, in millimetres.
const GAP: f64 = 3.0;
/// Above the heading of a panel, in parts of the em.
const LEAD: f64 = 0.5;

pub(super) fn compose(scope: Scope) -> Result<Noted<Laid>, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    with_room_for_notes(scope, |measured| {
        let grid = choose_grid(sheet, ground, ink, &measured)?;
        draw(scope, measured, grid)
    })
}

/// The grid with the largest maps that keeps the page from growing too high.
fn choose_grid(sheet: &Sheet, ground: &Ground, ink: &Ink, measured: &Measured) -> Result<Grid, Problem> {
    let mut best: Option<Grid> = None;
    for columns in 1..=sheet.panels.len().min(8) {
        if let Some(grid) = grid(sheet, ground, ink, measured, columns)? {
            let better = best.as_ref().is_none_or(|other| grid.fit.scale > other.fit.scale * 1.001);
            if better {
                best = Some(grid);
            }
        }
    }
    best.ok_or_else(|| {
        Problem::error("no-room", format!("{} panels find no room on the page.", sheet.panels.len()))
            .help("Give the page more width or height, or fewer panels.")
    })
}

fn grid(sheet: &Sheet, ground: &Ground, ink: &Ink, measured: &Measured, columns: usize) -> Result<Option<Grid>, Problem> {
    let count = sheet.panels.len();
    let rows = count.div_ceil(columns);
    let width = (measured.width - GAP * (columns - 1) as f64) / columns as f64;
    if width < 22.0 {
        return Ok(None);
    }
    let mut heading = 0.0_f64;
    for panel in 0..count {
        heading = heading.max(heading_lines(sheet, ink, panel, width)?.iter().map(|set| set.height() * 1.05).sum());
    }
    heading += if heading > 0.0 { ink.size * LEAD } else { 0.0 };
    let own = legend::panel_blocks(sheet, ink, width)?;
    let own_height = own.iter().flatten().map(|block| block.height + ink.size * 0.8).fold(0.0, f64::max);
    let rough = Frame { projection: ground.projection, scale: 1e-5, origin: Point::default(), rect: Rect::default() };
    let bar = scale_bar::room(ink, bar_width(width), choose(&rough, &ground.places));
    let within = Wanted { bar: Some(bar), inset: inset_size(ground, ink, width, None, (0.18, 6.5)), legend: None };
    let holds_bar = ground.inset && bar.0 > 0.0 && {
        let any = Height::UpTo(width * 1.25);
        let alone = fit(&ground.bounds, &ground.room, width, any, &Wanted { bar: None, ..within });
        let both = fit(&ground.bounds, &ground.room, width, any, &within);
        both.zip(alone).is_some_and(|(both, alone)| both.cost < alone.cost + 0.03)
    };
    let bar = if holds_bar { (0.0, 0.0) } else { bar };
    let free_cell = columns * rows > count;
    let upright = legend::block(sheet, ink, Arrangement::Upright)?;
    let below = legend::block(sheet, ink, Arrangement::Columns(measured.width - bar.0 - GAP * 2.0))?;
    let strip = below.as_ref().map_or(0.0, |block| block.height).max(bar.1) + ink.size * 0.9;
    let most = measured.height.unwrap_or(measured.width * 1.05);
    let wanted = if holds_bar { within } else { Wanted { bar: None, ..within } };
    let height_for = |strip: f64| (most - strip - GAP * (rows - 1) as f64) / rows as f64 - heading - own_height;
    let fit_in = |height: f64| {
        let fits = height > 15.0;
        fits.then(|| fit(&ground.bounds, &ground.room, width, Height::UpTo(height), &wanted)).flatten()
    };
    let made = |fit: Fit, legend: Option<Block>, cell: Cell| {
        Ok(Some(Grid { columns, rows, width, heading, own: (own.clone(), own_height), fit, legend, cell, bar }))
    };
    if let Some(fit) = free_cell.then(|| fit_in(height_for(0.0))).flatten() {
        let room = fit.height + heading + own_height;
        let (content, kind) = match &upright {
            Some(block) => (block.clone(), Cell::Legend),
            None => (notes::block(&measured.paragraphs, ink, width)?, Cell::Notes),
        };
        // Notes at the foot of a cell need a page that ends there.
        let may = kind == Cell::Legend || measured.height.is_none();
        if may && content.width <= width && content.height + bar.1 + ink.size * 1.5 <= room {
            return made(fit, upright, kind);
        }
    }
    match fit_in(height_for(strip)) {
        Some(fit) => made(fit, below, Cell::None),
        None => Ok(None),
    }
}

fn bar_width(width: f64) -> f64 {
    (width * 0.2).clamp(12.0, 40.0)
}

fn heading_lines(sheet: &Sheet, ink: &Ink, panel: usize, width: f64) -> Result<Vec<Set>, Problem> {
    let words = ink.words(&sheet.panels[panel].title);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    ink.balanced(words, ink.sized(1.05), true, width)
}

fn draw(scope: Scope, measured: Measured, grid: Grid) -> Result<Drawn, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    let mut page = Page::new(sheet);
    let cell = |at: usize| {
        let (column, row) = (at % grid.columns, at / grid.columns);
        let x = measured.margin + column as f64 * (grid.width + GAP);
        let y = measured.top + row as f64 * (grid.heading + grid.fit.height + grid.own.1 + GAP);
        Point { x, y }
    };
    // The panel with the fewest labels is told of.
    let mut unnamed = 0;
    for panel in 0..sheet.panels.len() {
        unnamed = unnamed.max(draw_panel(&mut page, scope, &grid, panel, cell(panel))?);
    }
    let grid_bottom = measured.top + grid.rows as f64 * (grid.heading + grid.fit.height + grid.own.1 + GAP) - GAP;
    let last = cell(sheet.panels.len());
    let (legend_at, bar_at) = match grid.cell {
        Cell::None => {
            let y = grid_bottom + ink.size * 0.9;
            (Point { x: measured.margin, y }, Point { x: measured.margin + measured.width - grid.bar.0, y })
        }
        Cell::Legend | Cell::Notes => {
            let top = Point { x: last.x + if grid.cell == Cell::Legend { GAP } else { 0.0 }, y: last.y + grid.heading };
            let legend = grid.legend.as_ref().map_or(0.0, |block| block.height + ink.size * 1.5);
            (top, Point { y: top.y + legend, ..top })
        }
    };
    let legend_height = grid.legend.as_ref().map_or(0.0, |block| block.height);
    if let Some(block) = &grid.legend {
        page.add("legend", "Legend", block.clone().moved(legend_at.x, legend_at.y));
    }
    let notes_at = match grid.cell {
        Cell::Notes => {
            let y = bar_at.y + grid.bar.1 + ink.size;
            NotesAt::Cell(Rect { x: last.x, y, width: grid.width, height: grid_bottom - y })
        }
        Cell::Legend => NotesAt::Below(grid_bottom),
        Cell::None => NotesAt::Below(bar_at.y + legend_height.max(grid.bar.1)),
    };
    if let Some(frame) = page.frames.first().copied().filter(|_| grid.bar.0 > 0.0) {
        let rect = Rect { x: bar_at.x, y: bar_at.y, width: grid.bar.0, height: grid.bar.1 };
        let middle = Point { x: frame.rect.x + frame.rect.width / 2.0, y: frame.rect.y + frame.rect.height / 2.0 };
        let bar = choose(&frame, &ground.places);
        page.add("scale", "Scale bar", scale_bar::block_for(&frame, ink, &rect, bar_width(grid.width), bar, Some(middle))?);
    }
    finish(page, scope, &measured, &grid.fit, unnamed, notes_at)
}

/// Draws one panel, and tells how many of its areas have no label.
fn draw_panel(page: &mut Page, scope: Scope, grid: &Grid, panel: usize, corner: Point) -> Result<usize, Problem> {
    let Scope { sheet, cache, ground, ink } = scope;
    let number = panel + 1;
    let rect = Rect { x: corner.x, y: corner.y + grid.heading, width: grid.width, height: grid.fit.height };
    let origin = Point { x: rect.x + grid.fit.origin.x, y: rect.y + grid.fit.origin.y };
    let frame = Frame { projection: ground.projection, scale: grid.fit.scale, origin, rect };
    let weight = (grid.width / 160.0).clamp(0.5, 1.0);
    let prefix = format!("panel-{number}-");
    let parts = MapParts {
        sheet,
        panel: &sheet.panels[panel],
        cache,
        prefix: prefix.clone(),
        frame,
        role: Role::Main,
        weight,
        anchors: &ground.anchors,
    };
    let (layers, map) = parts.layers();
    page.layers.extend(layers);
    let mut furniture = Vec::new();
    if let Some(local) = grid.fit.inset {
        let at = Rect { x: local.x + rect.x, y: local.y + rect.y, ..local };
        furniture.push(at);
        inset_box::draw(page, scope, panel, at, &format!("{prefix}inset-"), weight)?;
    }
    if let Some(local) = grid.fit.bar {
        let at = Rect { x: local.x + rect.x, y: local.y + rect.y, ..local };
        furniture.push(at);
        if panel == 0 {
            let bar = choose(&frame, &ground.places);
            page.furniture.push(("scale bar", at));
            page.add("scale", "Scale bar", scale_bar::block(&frame, ink, &at, bar_width(grid.width), bar)?);
        }
    }
    let mut unnamed = 0;
    if let Some(plan) = &sheet.labels {
        let labels = label::place(scope, &sheet.panels[panel], plan, &frame, &map, &furniture)?;
        unnamed = labels.unplaced.len();
        page.problems.extend(unplaced(&labels.unplaced));
        page.add(&format!("{prefix}labels"), "Labels", Block { items: labels.items, boxes: labels.boxes, ..Block::default() });
    }
    if ground.inset {
        let neat = Shape::stroked(Path::Rect(rect), Stroke { colour: GREY, width: 0.12, dashes: vec![] });
        page.layers.push(Layer {
            id: format!("{prefix}frame"),
            name: "Frame".to_owned(),
            clip: None,
            items: vec![Item::Shape(neat)],
        });
    }
    let mut block = Block::default();
    let mut y = ink.size * LEAD;
    for set in heading_lines(sheet, ink, panel, grid.width)? {
        block.text(&set, 0.0, y, BLACK);
        y += set.height() * 1.05;
    }
    page.add(&format!("{prefix}heading"), "Heading", block.moved(corner.x, corner.y));
    if let Some(block) = &grid.own.0[panel] {
        page.add(&format!("{prefix}legend"), "Legend", block.clone().moved(rect.x, rect.bottom() + ink.size * 0.5));
    }
    page.frames.push(frame);
    Ok(unnamed)
}
