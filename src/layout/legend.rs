//! The legend: what the fills, symbols and points stand for, built upright or in columns.

use super::ink::{ASCENT, BLACK, Block, GREY, Ink, Set, WHITE, line};
use super::numbers;
use super::{Sheet, SheetPanel};
use crate::colour::Colour;
use crate::problem::Problem;
use crate::scale::{Key, Paint, Ramp, Scale};
use crate::scene::{Path, Point, Rect, Shape, Stroke};
use crate::spec::{Language, Words};

/// One row: a key and what it stands for.
struct Row {
    mark: Mark,
    label: String,
    count: Option<usize>,
}

enum Mark {
    Fill(Paint),
    Dot { colour: Colour, radius: f64 },
}

/// How rows are arranged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arrangement {
    /// One below the other.
    Upright,
    /// The same with long labels on more lines.
    Narrow,
    /// In as many columns as fit into a width.
    Columns(f64),
    /// In columns of so many rows, whatever their width, with a heading no wider than a width.
    Rows(usize, f64),
}

impl Arrangement {
    /// The width there is, where the legend lies below its map.
    fn lying(self) -> Option<f64> {
        match self {
            Arrangement::Upright | Arrangement::Narrow => None,
            Arrangement::Columns(width) | Arrangement::Rows(_, width) => Some(width),
        }
    }
}

/// Builds the legend; none where there is nothing to explain.
pub(super) fn block(sheet: &Sheet, ink: &Ink, arrange: Arrangement) -> Result<Option<Block>, Problem> {
    // On several maps a class has no one number of areas.
    counted_block(sheet, ink, arrange, sheet.panels.len() == 1)
}

fn counted_block(sheet: &Sheet, ink: &Ink, arrange: Arrangement, counted: bool) -> Result<Option<Block>, Problem> {
    let mut parts: Vec<Block> = Vec::new();
    if let Some(scale) = &sheet.scale {
        let rows = fill_rows(sheet, scale, ink, counted);
        // A heading over one number would stand for nothing.
        let counted = rows.len() > 1 && rows.iter().any(|row| row.count.is_some());
        let head = heading(sheet, scale, ink);
        let mut part = head_block(&head, ink, arrange.lying().unwrap_or(f64::INFINITY))?;
        match (&scale.ramp, arrange.lying()) {
            (Ramp::Continuous { .. }, None) => ramp(&mut part, scale, ink)?,
            (Ramp::Continuous { .. }, Some(width)) => lying_ramp(&mut part, scale, ink, width)?,
            (Ramp::Classed { .. }, _) => {}
        }
        rows_block(&mut part, &rows, ink, arrange, counted.then(|| count_word(sheet, ink)))?;
        parts.push(part);
    }
    if let Some(symbols) = &sheet.symbols {
        let largest = symbols.values.iter().flatten().copied().filter(|v| *v > 0.0).fold(0.0, f64::max);
        if largest > 0.0 {
            let sizes: Vec<(f64, f64)> =
                numbers::round_steps(largest).iter().map(|v| (*v, symbols.largest_mm * (v / largest).sqrt())).collect();
            let mut part = head_block(&[ink.words(&symbols.label).to_owned()], ink, f64::INFINITY)?;
            nested(&mut part, &sizes, symbols.colour, ink)?;
            parts.push(part);
        }
    }
    for points in &sheet.points {
        parts.push(points_block(points, ink)?);
    }
    parts.retain(|part| part.width > 0.0);
    if parts.is_empty() {
        return Ok(None);
    }
    let gap = ink.size * 0.7;
    let mut all = Block::default();
    let (mut x, mut y, mut row_height) = (0.0_f64, 0.0_f64, 0.0_f64);
    for part in parts {
        if arrange.lying().is_some_and(|width| x > 0.0 && x + part.width > width) {
            (x, y, row_height) = (0.0, y + row_height + gap, 0.0);
        }
        let (w, h) = (part.width, part.height);
        let part = part.moved(x, y);
        all.items.extend(part.items);
        all.boxes.extend(part.boxes);
        all.grow(&Rect { x, y, width: w, height: h });
        if arrange.lying().is_some() {
            x += w + gap * 3.0;
            row_height = row_height.max(h);
        } else {
            y += h + gap;
        }
    }
    Ok(Some(all))
}

/// Builds the legends of panels with scales of their own, as wide as a panel and all with as many rows; none for panels on the sheet's
/// scale.
pub(super) fn panel_blocks(sheet: &Sheet, ink: &Ink, width: f64, counted: bool) -> Result<Vec<Option<Block>>, Problem> {
    const MOST_COLUMNS: usize = 8;
    let rows = |panel: &SheetPanel| {
        panel.scale.as_ref().map_or(0, |scale| fill_rows(&alone(sheet, panel, scale), scale, ink, counted).len())
    };
    let most = sheet.panels.iter().map(rows).max().unwrap_or(0);
    let mut blocks = Vec::new();
    for columns in (1..=MOST_COLUMNS).rev() {
        let arrange = Arrangement::Rows(most.div_ceil(columns).max(1), width);
        let block = |panel: &SheetPanel| {
            panel.scale.as_ref().map_or(Ok(None), |scale| counted_block(&alone(sheet, panel, scale), ink, arrange, counted))
        };
        blocks = sheet.panels.iter().map(block).collect::<Result<Vec<_>, _>>()?;
        if blocks.iter().flatten().all(|block| block.width <= width) {
            break;
        }
    }
    Ok(blocks)
}

/// A sheet of one panel on a scale of its own.
fn alone(sheet: &Sheet, panel: &SheetPanel, scale: &Scale) -> Sheet {
    let panels = vec![panel.clone()];
    Sheet { scale: Some(scale.clone()), panels, symbols: None, points: Vec::new(), ..sheet.clone() }
}

fn heading(sheet: &Sheet, scale: &Scale, ink: &Ink) -> Vec<String> {
    let unit = ink.words(&Words { zh: scale.unit.0.clone(), en: scale.unit.1.clone() }).to_owned();
    let title = ink.words(&sheet.legend_title);
    let first = match (title.is_empty(), unit.is_empty()) {
        (true, _) => unit.clone(),
        (false, true) => title.to_owned(),
        (false, false) if ink.language == Language::En => format!("{title} ({unit})"),
        (false, false) => format!("{title}（{unit}）"),
    };
    vec![first]
}

fn count_word(sheet: &Sheet, ink: &Ink) -> &'static str {
    use crate::level::Level;
    match sheet.level {
        Level::Province => ink.either("省数", "no."),
        Level::Prefecture => ink.either("市数", "no."),
        Level::County => ink.either("县数", "no."),
        Level::Unit => ink.either("个数", "no."),
    }
}

fn head_block(lines: &[String], ink: &Ink, width: f64) -> Result<Block, Problem> {
    let mut block = Block::default();
    let mut y = 0.0;
    let widest = width.min(ink.size * 17.0);
    for text in lines.iter().filter(|text| !text.is_empty()) {
        for set in ink.wrapped(text, ink.sized(1.0), true, widest)? {
            block.text(&set, 0.0, y, BLACK);
            y += set.height() * 1.05;
        }
    }
    block.height = y + ink.size * 0.2;
    Ok(block)
}

/// Rows of the fills: highest class first, then zero, then the kinds of missing, then the hatch; only what is on the map.
fn fill_rows(sheet: &Sheet, scale: &Scale, ink: &Ink, counted: bool) -> Vec<Row> {
    let readings = || sheet.panels.iter().flat_map(|panel| &panel.readings);
    let (mut values, missing): (Vec<_>, Vec<_>) = scale
        .legend_rows(&scale.counts(readings()))
        .into_iter()
        .partition(|row| matches!(row.key, Key::Zero | Key::Class(_) | Key::Continuous));
    values.reverse();
    let mut rows: Vec<Row> = values
        .into_iter()
        .chain(missing)
        .map(|row| Row {
            mark: Mark::Fill(row.paint),
            label: ink.words(&row.label).to_owned(),
            count: counted.then_some(row.count),
        })
        .collect();
    let unreliable = readings().filter(|reading| reading.value.is_ok() && reading.unreliable.is_some()).count();
    if let (Some(words), true) = (&sheet.unreliable_label, unreliable > 0) {
        let fill = Paint::Hatch(scale.hatch_over(WHITE));
        rows.push(Row { mark: Mark::Fill(fill), label: ink.words(words).to_owned(), count: counted.then_some(unreliable) });
    }
    rows
}

/// A row with its text set.
struct SetRow<'a> {
    row: &'a Row,
    label: Vec<Set>,
    count: Option<Set>,
}

fn rows_block(block: &mut Block, rows: &[Row], ink: &Ink, arrange: Arrangement, counted: Option<&str>) -> Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let size = ink.sized(0.95);
    let (swatch, gap) = (size * 2.2, size * 0.5);
    let longest = ink.size * if arrange == Arrangement::Narrow { 8.0 } else { 13.0 };
    let mut set = Vec::new();
    for row in rows {
        let label = ink.wrapped(&row.label, size, false, longest)?;
        let count = row.count.map(|count| ink.line(&numbers::whole(count), ink.sized(0.86), false)).transpose()?;
        set.push(SetRow { row, label, count });
    }
    let count_head = counted.map(|text| ink.line(text, ink.sized(0.86), false)).transpose()?;
    let upright = arrange.lying().is_none();
    let widest = |sets: &mut dyn Iterator<Item = &Set>| sets.map(Set::width).fold(0.0, f64::max);
    // Width of one column of rows: key, label, count.
    let cell = |rows: &[SetRow]| {
        let label = widest(&mut rows.iter().flat_map(|r| &r.label));
        let count = widest(&mut rows.iter().flat_map(|r| &r.count).chain(count_head.iter().filter(|_| upright)));
        swatch + gap + label + if count > 0.0 { size * 0.9 + count } else { 0.0 }
    };
    let between = size * 1.5;
    let total = |per: usize| set.chunks(per).map(|rows| cell(rows) + between).sum::<f64>() - between;
    let per_column = match arrange {
        Arrangement::Upright | Arrangement::Narrow => rows.len(),
        Arrangement::Columns(width) => (1..=rows.len()).find(|per| total(*per) <= width).unwrap_or(rows.len()),
        Arrangement::Rows(rows, _) => rows,
    };
    let mut top = block.height;
    if let (true, Some(head)) = (upright, &count_head) {
        // On the base line of the heading where there is room beside it, else on a line of its own.
        let (width, heading) = (cell(&set), block.width);
        let beside =
            heading + size * 0.8 + head.width() <= width && !block.boxes.is_empty() && block.items.len() == block.boxes.len();
        let last = block.boxes.last().map_or(top, |(_, rect)| rect.y);
        let y = if beside { last + (ink.sized(1.0) - head.size) * ASCENT } else { top };
        block.text(head, width - head.width(), y, GREY);
        top = if beside { top } else { top + head.height() * 1.05 };
    }
    let row_height = |r: &SetRow| (size * 1.5).max(r.label.iter().map(|l| l.height() * 1.05).sum::<f64>() + size * 0.15);
    let mut x = 0.0;
    for column in set.chunks(per_column) {
        let cell = cell(column);
        let mut y = top;
        for r in column {
            let height = row_height(r);
            mark(block, &r.row.mark, Rect { x, y: y + (height - size * 1.16) / 2.0, width: swatch, height: size * 1.16 });
            let text_height: f64 = r.label.iter().map(|l| l.height() * 1.05).sum();
            let mut text_y = y + (height - text_height) / 2.0;
            for label in &r.label {
                block.text(label, x + swatch + gap, text_y, BLACK);
                text_y += label.height() * 1.05;
            }
            if let Some(count) = &r.count {
                // On the base line of the label where that is one line.
                let middle = y + (height - count.height()) / 2.0;
                let base = y + (height - text_height) / 2.0 + (size - count.size) * ASCENT;
                block.text(count, x + cell - count.width(), if r.label.len() == 1 { base } else { middle }, GREY);
            }
            y += height;
        }
        block.grow(&Rect { x, y: top, width: cell, height: y - top });
        x += cell + between;
    }
    Ok(())
}

fn mark(block: &mut Block, mark: &Mark, rect: Rect) {
    match mark {
        Mark::Fill(paint) => {
            let mut shape = Shape::filled(Path::Rect(rect), *paint);
            shape.stroke = Some(Stroke { colour: Colour::new(0x8c, 0x8c, 0x8c), width: 0.1, dashes: vec![] });
            block.shape(shape);
        }
        Mark::Dot { colour, radius } => {
            let centre = Point { x: rect.x + rect.width / 2.0, y: rect.y + rect.height / 2.0 };
            block.shape(dot(centre, *radius, *colour));
        }
    }
    block.grow(&rect);
}

/// A point symbol as map and legend draw it.
pub(super) fn dot(centre: Point, radius: f64, colour: Colour) -> Shape {
    let mut shape = Shape::filled(Path::Circle { centre, radius }, Paint::Solid(colour));
    shape.stroke = Some(Stroke { colour: WHITE, width: (radius * 0.2).clamp(0.1, 0.2), dashes: vec![] });
    shape
}

/// A proportional symbol as map and legend draw it.
pub(super) fn symbol(centre: Point, radius: f64, colour: Colour) -> Shape {
    let mut shape = Shape::filled(Path::Circle { centre, radius }, Paint::Solid(colour));
    shape.fill_opacity = 0.72;
    shape.stroke = Some(Stroke { colour: WHITE, width: 0.15, dashes: vec![] });
    shape
}

/// Circles standing in one another on a common foot, each with a line to its value.
fn nested(block: &mut Block, sizes: &[(f64, f64)], colour: Colour, ink: &Ink) -> Result<(), Problem> {
    let largest = sizes.iter().map(|s| s.1).fold(0.0, f64::max);
    let size = ink.sized(0.95);
    let labels: Vec<Set> =
        sizes.iter().map(|(value, _)| ink.line(&numbers::short(*value), size, false)).collect::<Result<_, _>>()?;
    let top = block.height + size * 0.8;
    let foot = top + 2.0 * largest;
    let text_x = 2.0 * largest + size * 1.1;
    // Labels stand at the tops of their circles, pushed down where two would touch.
    let mut next = f64::NEG_INFINITY;
    for ((_, radius), label) in sizes.iter().zip(&labels) {
        let y = foot - 2.0 * radius;
        let mut shape = symbol(Point { x: largest, y: foot - radius }, *radius, colour);
        shape.fill_opacity = 0.35;
        shape.stroke = Some(Stroke { colour, width: 0.18, dashes: vec![] });
        block.shape(shape);
        let text_y = (y - label.height() / 2.0).max(next);
        next = text_y + label.height();
        let middle = text_y + label.height() / 2.0;
        let stroke = Stroke { colour: GREY, width: 0.1, dashes: vec![] };
        let path = vec![
            Point { x: largest, y },
            Point { x: largest * 2.0 + size * 0.2, y },
            Point { x: text_x - size * 0.2, y: middle },
        ];
        block.shape(Shape::stroked(Path::Lines { parts: vec![path].into(), closed: false }, stroke));
        block.text(label, text_x, text_y, BLACK);
    }
    block.grow(&Rect { x: 0.0, y: top, width: 2.0 * largest, height: 2.0 * largest + 0.2 });
    Ok(())
}

fn points_block(points: &super::SheetPoints, ink: &Ink) -> Result<Block, Problem> {
    let label = ink.words(&points.label).to_owned();
    let radius = points.radii_mm.first().copied().unwrap_or(0.5).clamp(0.25, 2.0);
    let colour = points.colours.first().copied().unwrap_or(BLACK);
    let mut block = Block::default();
    let sized = points.sizes.len() > 1;
    if points.categories.is_empty() && !sized {
        // The number is one of points, and must not be read as one of the areas counted beside the classes.
        let count = numbers::whole(points.positions.len());
        let label = if ink.language == Language::En { format!("{label} ({count})") } else { format!("{label}（{count}）") };
        let rows = [Row { mark: Mark::Dot { colour, radius }, label, count: None }];
        rows_block(&mut block, &rows, ink, Arrangement::Upright, None)?;
        return Ok(block);
    }
    block = head_block(&[label], ink, f64::INFINITY)?;
    let radius = if sized { ink.size * 0.35 } else { radius };
    let rows: Vec<Row> = points
        .categories
        .iter()
        .map(|(words, colour)| Row {
            mark: Mark::Dot { colour: *colour, radius },
            label: ink.words(words).to_owned(),
            count: None,
        })
        .collect();
    rows_block(&mut block, &rows, ink, Arrangement::Upright, None)?;
    if sized {
        let mut sizes = points.sizes.clone();
        sizes.sort_by(|a, b| b.1.total_cmp(&a.1));
        nested(&mut block, &sizes, if points.categories.is_empty() { colour } else { GREY }, ink)?;
    }
    Ok(block)
}

/// A continuous ramp with ticks at round values, largest on top.
fn ramp(block: &mut Block, scale: &Scale, ink: &Ink) -> Result<(), Problem> {
    let Ramp::Continuous { min, max, .. } = &scale.ramp else { return Ok(()) };
    const STEPS: usize = 64;
    let size = ink.sized(0.95);
    let (width, height) = (size * 2.2, size * 10.0);
    let top = block.height + size * 0.6;
    for step in 0..STEPS {
        let share = 1.0 - (step as f64 + 0.5) / STEPS as f64;
        let colour = scale.colour_at(min + share * (max - min));
        // Each slice reaches to the foot, so no seam can open between two.
        let y = top + height * step as f64 / STEPS as f64;
        block.shape(Shape::filled(Path::Rect(Rect { x: 0.0, y, width, height: top + height - y }), Paint::Solid(colour)));
    }
    let grey = Stroke { colour: GREY, width: 0.1, dashes: vec![] };
    block.shape(Shape::stroked(Path::Rect(Rect { x: 0.0, y: top, width, height }), grey.clone()));
    for (value, text) in scale.ticks(5) {
        let y = if max > min { top + height * (max - value) / (max - min) } else { top + height / 2.0 };
        let label = ink.line(&text, size, false)?;
        block.shape(Shape::stroked(line(Point { x: width, y }, Point { x: width + size * 0.35, y }), grey.clone()));
        block.text(&label, width + size * 0.6, y - label.height() / 2.0, BLACK);
    }
    block.grow(&Rect { x: 0.0, y: top, width, height: height + size * 0.6 });
    Ok(())
}

/// A continuous ramp that lies under the map, smallest on the left.
fn lying_ramp(block: &mut Block, scale: &Scale, ink: &Ink, widest: f64) -> Result<(), Problem> {
    let Ramp::Continuous { min, max, .. } = &scale.ramp else { return Ok(()) };
    const STEPS: usize = 96;
    let size = ink.sized(0.95);
    let (width, height) = ((widest * 0.6).min(size * 22.0), size * 1.16);
    let top = block.height + size * 0.2;
    for step in 0..STEPS {
        let share = (step as f64 + 0.5) / STEPS as f64;
        let x = width * step as f64 / STEPS as f64;
        let colour = scale.colour_at(min + share * (max - min));
        block.shape(Shape::filled(Path::Rect(Rect { x, y: top, width: width - x, height }), Paint::Solid(colour)));
    }
    let grey = Stroke { colour: GREY, width: 0.1, dashes: vec![] };
    block.shape(Shape::stroked(Path::Rect(Rect { x: 0.0, y: top, width, height }), grey.clone()));
    let ticks = scale.ticks(5);
    let mut taken: Vec<(f64, f64)> = Vec::new();
    // Both ends first: they must be read; what would touch them is left out.
    let order = [0, ticks.len().saturating_sub(1)].into_iter().chain(1..ticks.len().saturating_sub(1));
    for (value, text) in order.filter_map(|at| ticks.get(at)) {
        let x = if max > min { width * (value - min) / (max - min) } else { width / 2.0 };
        let label = ink.line(text, size, false)?;
        let left = (x - label.width() / 2.0).clamp(0.0, (width - label.width()).max(0.0));
        let right = left + label.width();
        if taken.iter().any(|(from, to)| left < to + size * 0.4 && *from < right + size * 0.4) {
            continue;
        }
        taken.push((left, right));
        let foot = top + height;
        block.shape(Shape::stroked(line(Point { x, y: foot }, Point { x, y: foot + size * 0.3 }), grey.clone()));
        block.text(&label, left, foot + size * 0.4, BLACK);
    }
    block.grow(&Rect { x: 0.0, y: top, width, height: height + size * 1.9 });
    Ok(())
}
