//! Small multiples: panels in a grid on one scale, with one legend.

use super::compose::{Ground, Laid, Page, Scope};
use super::fit::{Fit, Height, Wanted, fit};
use super::frame::Frame;
use super::ink::{BLACK, Block, GREY, Ink, Set};
use super::legend::Arrangement;
use super::map::{MapParts, Role};
use super::page::{Drawn, Measured, finish, with_room_for_notes};
use super::scale_bar::choose;
use super::single::{inset_size, unplaced};
use super::{Sheet, inset_box, label, legend, scale_bar};
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
    /// What stands in a last cell for which there is no map.
    in_cell: InCell,
    /// Whether the scale bar stands beside the last of the panels' own legends.
    beside_own: bool,
    /// Size of a scale bar beside the panels; nothing where it stands in the first panel.
    bar: (f64, f64),
    /// Share of the page between title and notes that the boxes of the maps fill.
    filled: f64,
}

impl Grid {
    /// Whether a last cell has neither map nor legend.
    fn has_hole(&self, panels: usize) -> bool {
        self.columns * self.rows > panels && self.in_cell == InCell::Nothing
    }
}

/// What stands in a last cell for which there is no map; the rest of legend and scale bar stands below the maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InCell {
    Nothing,
    Legend,
    LegendAndBar,
}

/// The most that panels with legends of their own take of the height of a page, in millimetres.
const LONGEST_MM: f64 = 235.0;
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

/// The grid with large maps on a page well filled. One with an empty cell is taken only where any other has much smaller maps.
fn choose_grid(sheet: &Sheet, ground: &Ground, ink: &Ink, measured: &Measured) -> Result<Grid, Problem> {
    let mut grids: Vec<Grid> = Vec::new();
    // The numbers of areas are the first thing that a page too small can spare.
    for counted in [true, false] {
        for columns in 1..=sheet.panels.len().min(8) {
            grids.extend(grid(sheet, ground, ink, measured, columns, counted)?);
        }
        if !grids.is_empty() {
            break;
        }
    }
    let largest = grids.iter().map(|grid| grid.fit.scale).fold(0.0, f64::max);
    let is_whole = |grid: &Grid| !grid.has_hole(sheet.panels.len()) && grid.fit.scale > 0.62 * largest;
    let whole = grids.iter().any(is_whole);
    let chosen = grids.into_iter().filter(|grid| !whole || is_whole(grid)).reduce(|best, grid| {
        let worth = |grid: &Grid| grid.fit.scale * grid.filled;
        if worth(&grid) > worth(&best) * 1.001 { grid } else { best }
    });
    chosen.ok_or_else(|| {
        Problem::error("no-room", format!("{} panels find no room on the page.", sheet.panels.len()))
            .help("Give the page more width or height, or fewer panels.")
    })
}

fn grid(
    sheet: &Sheet,
    ground: &Ground,
    ink: &Ink,
    measured: &Measured,
    columns: usize,
    counted: bool,
) -> Result<Option<Grid>, Problem> {
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
    let own = legend::panel_blocks(sheet, ink, width, counted)?;
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
    // Beside the last of the panels' own legends there may be room for the bar.
    let beside_own = below.is_none()
        && own.last().is_some_and(|own| own.as_ref().is_some_and(|own| own.width + GAP + bar.0 <= width && own.height >= bar.1));
    let strip = below.as_ref().map_or(0.0, |block| block.height).max(bar.1) + ink.size * 0.9;
    let strip = if beside_own { 0.0 } else { strip };
    // Panels with legends of their own are maps of their own, and may stand one below the other over a whole page of a journal.
    let highest = if own_height > 0.0 { (measured.width * 2.4).min(LONGEST_MM) } else { measured.width * 1.05 };
    let most = measured.height.unwrap_or(highest);
    let wanted = if holds_bar { within } else { Wanted { bar: None, ..within } };
    let height_for = |strip: f64| (most - strip - GAP * (rows - 1) as f64) / rows as f64 - heading - own_height;
    let fit_in = |height: f64| {
        let fits = height > 15.0;
        fits.then(|| fit(&ground.bounds, &ground.room, width, Height::UpTo(height), &wanted)).flatten()
    };
    let made = |fit: Fit, legend: Option<Block>, in_cell: InCell, strip: f64| {
        // A frame much wider than its map says that there should be more columns.
        if ground.bounds.width() * fit.scale < 0.55 * width && columns < count {
            return Ok(None);
        }
        let height = rows as f64 * (heading + fit.height + own_height) + GAP * (rows - 1) as f64 + strip;
        let map = ground.bounds.width() * ground.bounds.height() * fit.scale * fit.scale;
        let filled = count as f64 * map / (measured.width * height);
        let own = (own.clone(), own_height);
        Ok(Some(Grid { columns, rows, width, heading, own, fit, legend, in_cell, beside_own, bar, filled }))
    };
    if free_cell {
        let below_cell = if bar.1 > 0.0 { bar.1 + ink.size * 0.9 } else { 0.0 };
        for (in_cell, strip, more) in
            [(InCell::LegendAndBar, 0.0, bar.1 + ink.size * 1.5), (InCell::Legend, below_cell, ink.size * 0.2)]
        {
            let Some(fit) = fit_in(height_for(strip)) else { continue };
            let holds = |block: &Block| block.width <= width && block.height + more <= fit.height + heading - ink.size * LEAD;
            if upright.as_ref().is_some_and(holds) {
                return made(fit, upright, in_cell, strip);
            }
        }
    }
    match fit_in(height_for(strip)) {
        Some(fit) => made(fit, below, InCell::Nothing, strip),
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
    let legend_height = grid.legend.as_ref().map_or(0.0, |block| block.height);
    let below = grid_bottom + if grid.beside_own { 0.0 } else { ink.size * 0.9 };
    let bar_x = measured.margin + measured.width - grid.bar.0;
    let bar_below = Point { x: bar_x, y: if grid.beside_own { grid_bottom - grid.bar.1 } else { below } };
    let last = cell(sheet.panels.len());
    let top = Point { x: last.x + GAP, y: last.y + grid.heading };
    let (legend_at, bar_at, bottom) = match grid.in_cell {
        InCell::LegendAndBar => (top, Point { y: top.y + legend_height + ink.size * 1.5, ..top }, grid_bottom),
        // A cell that holds no more than the legend lends it the row of the headings as well.
        InCell::Legend => (
            Point { y: last.y + ink.size * LEAD, ..top },
            bar_below,
            if grid.bar.1 > 0.0 { below + grid.bar.1 } else { grid_bottom },
        ),
        InCell::Nothing if grid.beside_own => (bar_below, bar_below, grid_bottom),
        InCell::Nothing => (Point { x: measured.margin, y: below }, bar_below, below + legend_height.max(grid.bar.1)),
    };
    if let Some(block) = &grid.legend {
        page.add("legend", "Legend", block.clone().moved(legend_at.x, legend_at.y));
    }
    if let Some(frame) = page.frames.first().copied().filter(|_| grid.bar.0 > 0.0) {
        let rect = Rect { x: bar_at.x, y: bar_at.y, width: grid.bar.0, height: grid.bar.1 };
        let middle = Point { x: frame.rect.x + frame.rect.width / 2.0, y: frame.rect.y + frame.rect.height / 2.0 };
        let bar = choose(&frame, &ground.places);
        page.add("scale", "Scale bar", scale_bar::block_for(&frame, ink, &rect, bar_width(grid.width), bar, Some(middle))?);
    }
    finish(page, scope, &measured, &grid.fit, unnamed, bottom)
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
        let labels = label::place(label::Setting {
            scope,
            panel: &sheet.panels[panel],
            plan,
            frame: &frame,
            map: &map,
            furniture: &furniture,
        })?;
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
