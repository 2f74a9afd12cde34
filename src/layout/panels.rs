//! Small multiples: panels in a grid on one scale, with one legend.

use super::compose::{Ground, Laid, Page, Scope};
use super::fit::{Fit, Height, Wanted, fit};
use super::frame::Frame;
use super::ink::{BLACK, Block, GREY, Ink, Set};
use super::legend::Arrangement;
use super::map::{MapParts, Role};
use super::scale_bar::choose;
use super::single::{Measured, inset_scale_note, inset_size, measure, unplaced};
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
    /// Whether the legend stands in the free last cell.
    in_cell: bool,
    /// Size of a scale bar beside the panels; nothing where it stands in the first panel.
    bar: (f64, f64),
}

const GAP: f64 = 3.0;

pub(super) fn compose(scope: Scope) -> Result<Noted<Laid>, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    let first = measure(sheet, ink, &notes::lines(sheet, ink, &ground.projection, &[]))?;
    let grid = choose_grid(sheet, ground, ink, &first)?;
    let Some(ratio) = inset_scale_note(scope, &grid.fit)? else {
        return draw(scope, first, grid);
    };
    let measured = measure(sheet, ink, &notes::lines(sheet, ink, &ground.projection, &[ratio]))?;
    let grid = choose_grid(sheet, ground, ink, &measured)?;
    draw(scope, measured, grid)
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
    let own: Vec<Option<Block>> =
        (0..count).map(|panel| legend::panel_block(sheet, panel, ink, width)).collect::<Result<_, _>>()?;
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
    let in_cell = free_cell.then(|| fit_in(height_for(0.0))).flatten().filter(|fit| {
        let needed = upright.as_ref().map_or(0.0, |block| block.height) + bar.1 + ink.size * 1.5;
        needed <= fit.height + heading && upright.as_ref().is_none_or(|block| block.width <= width)
    });
    if let Some(fit) = in_cell {
        let own = (own, own_height);
        return Ok(Some(Grid { columns, rows, width, heading, own, fit, legend: upright, in_cell: true, bar }));
    }
    let fit = fit_in(height_for(strip));
    Ok(fit.map(|fit| Grid { columns, rows, width, heading, own: (own, own_height), fit, legend: below, in_cell: false, bar }))
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

fn draw(scope: Scope, measured: Measured, grid: Grid) -> Result<Noted<Laid>, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    let mut page = Page::new(sheet);
    let cell = |at: usize| {
        let (column, row) = (at % grid.columns, at / grid.columns);
        let x = measured.margin + column as f64 * (grid.width + GAP);
        let y = measured.top + row as f64 * (grid.heading + grid.fit.height + grid.own.1 + GAP);
        Point { x, y }
    };
    for panel in 0..sheet.panels.len() {
        draw_panel(&mut page, scope, &grid, panel, cell(panel))?;
    }
    let grid_bottom = measured.top + grid.rows as f64 * (grid.heading + grid.fit.height + grid.own.1 + GAP) - GAP;
    let mut bottom = grid_bottom;
    let bar_at = if grid.in_cell {
        let corner = cell(sheet.panels.len());
        let x = corner.x + GAP;
        let top = corner.y + grid.heading;
        let legend_height = grid.legend.as_ref().map_or(0.0, |block| block.height + ink.size * 1.5);
        if let Some(block) = &grid.legend {
            page.add("legend", "Legend", block.clone().moved(x, top));
        }
        Point { x, y: top + legend_height }
    } else {
        let y = grid_bottom + ink.size * 0.9;
        let high = grid.legend.as_ref().map_or(0.0, |block| block.height).max(grid.bar.1);
        bottom = y + high;
        if let Some(block) = &grid.legend {
            page.add("legend", "Legend", block.clone().moved(measured.margin, y));
        }
        Point { x: measured.margin + measured.width - grid.bar.0, y }
    };
    if let Some(frame) = page.frames.first().copied().filter(|_| grid.bar.0 > 0.0) {
        let rect = Rect { x: bar_at.x, y: bar_at.y, width: grid.bar.0, height: grid.bar.1 };
        let middle = Point { x: frame.rect.x + frame.rect.width / 2.0, y: frame.rect.y + frame.rect.height / 2.0 };
        let bar = choose(&frame, &ground.places);
        page.add("scale", "Scale bar", scale_bar::block_for(&frame, ink, &rect, bar_width(grid.width), bar, Some(middle))?);
    }
    page.add("title", "Title", measured.title.moved(measured.margin, measured.margin));
    let own = sheet.page.height_mm;
    let notes_y = own.map_or(bottom + ink.size * 0.6, |height| height - measured.margin - measured.notes.height);
    let height = own.unwrap_or(notes_y + measured.notes.height + measured.margin);
    page.add("notes", "Notes", measured.notes.moved(measured.margin, notes_y));
    Ok(page.finish(ink, sheet.page.width_mm, height))
}

fn draw_panel(page: &mut Page, scope: Scope, grid: &Grid, panel: usize, corner: Point) -> Result<(), Problem> {
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
    if let Some(plan) = &sheet.labels {
        let labels = label::place(scope, &sheet.panels[panel], plan, &frame, &map, &furniture)?;
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
    let mut y = 0.0;
    for set in heading_lines(sheet, ink, panel, grid.width)? {
        block.text(&set, 0.0, y, BLACK);
        y += set.height() * 1.05;
    }
    page.add(&format!("{prefix}heading"), "Heading", block.moved(corner.x, corner.y));
    if let Some(block) = &grid.own.0[panel] {
        page.add(&format!("{prefix}legend"), "Legend", block.clone().moved(rect.x, rect.bottom() + ink.size * 0.5));
    }
    page.frames.push(frame);
    Ok(())
}
