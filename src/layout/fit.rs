//! Fitting: how large the map can be, and where legend, inset and scale bar find free room.

use super::frame::Bounds;
use super::room::Room;
use crate::scene::{Point, Rect};

/// Between the map and the edge of its frame, in millimetres.
const PADDING: f64 = 1.5;
/// Between territory and anything laid beside it, in millimetres.
pub(super) const CLEAR: f64 = 1.2;

/// Between what is laid on the frame, in millimetres.
const APART: f64 = 2.0;
/// Between the edge of the frame and legend or scale bar, in millimetres.
const EDGE: f64 = 1.6;

/// What wants a place on the frame: width and height in millimetres.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted {
    pub legend: Option<(f64, f64)>,
    /// The inset stands in a lower corner of the frame.
    pub inset: Option<(f64, f64)>,
    pub bar: Option<(f64, f64)>,
}

/// How high the frame is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Height {
    /// As given.
    Fixed(f64),
    /// As the map needs, at most this.
    UpTo(f64),
}

/// Where everything stands, in millimetres from the frame's upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    /// Millimetres for a projected metre.
    pub scale: f64,
    /// Where the projected origin stands.
    pub origin: Point,
    pub height: f64,
    pub legend: Option<Rect>,
    pub inset: Option<Rect>,
    pub bar: Option<Rect>,
    /// What was given up: 0 where the map is as large as it can be.
    pub cost: f64,
    /// Whether legend and inset stand where readers of national maps look for them.
    pub usual: bool,
}

/// Maps of one atlas should look like siblings: a map may become so much smaller to have legend and inset in the usual corners.
const FOR_USUAL: f64 = 0.06;

/// The better of two fits: the smaller cost, with a bonus for the usual places.
pub(super) fn better(a: Option<Fit>, b: Option<Fit>) -> Option<Fit> {
    let price = |fit: &Fit| fit.cost - if fit.usual { FOR_USUAL } else { 0.0 };
    match (a, b) {
        (Some(a), Some(b)) => Some(if price(&b) < price(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

struct Candidate {
    cost: f64,
    scale: f64,
    height: f64,
    left: f64,
    top: f64,
}

/// The fit that gives up least; none where no place is found with the map at half its size.
pub(super) fn fit(bounds: &Bounds, room: &Room, width: f64, height: Height, wanted: &Wanted) -> Option<Fit> {
    // A frame with the inset ends just below Hainan: what lies further south belongs to the inset.
    let (extras, step) = if wanted.inset.is_some() { (4, 0.005) } else { (24, 0.0125) };
    let mut candidates = candidates(bounds, width, height, (extras, step * width));
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let with = |inset, legend: &[Corner], anywhere| {
        candidates.iter().find_map(|candidate| place(candidate, bounds, room, width, wanted, (inset, legend, anywhere)))
    };
    let first = |inset| with(inset, &[Corner::LowerLeft, Corner::LowerRight, Corner::UpperLeft, Corner::UpperRight], true);
    // Readers look for the inset at the lower right; it goes to the left only where it finds no room there.
    let right = first(Corner::LowerRight);
    if wanted.inset.is_none() {
        return right;
    }
    let usual = with(Corner::LowerRight, &[Corner::LowerLeft], false).map(|fit| Fit { usual: true, ..fit });
    better(right, usual).or_else(|| first(Corner::LowerLeft))
}

/// Ways to set the map into the frame; one of free height may be higher than the map by so many steps less one, of so many millimetres.
fn candidates(bounds: &Bounds, width: f64, height: Height, (extras, step): (u32, f64)) -> Vec<Candidate> {
    let most_height = match height {
        Height::Fixed(height) | Height::UpTo(height) => height,
    };
    let inner = (width - 2.0 * PADDING, most_height - 2.0 * PADDING);
    let most = (inner.0 / bounds.width().max(1e-6)).min(inner.1 / bounds.height().max(1e-6));
    let mut list = Vec::new();
    for shrink in 0..48 {
        let scale = most * libm::pow(0.985, f64::from(shrink));
        let shrunk = most / scale - 1.0;
        let (map_width, map_height) = (bounds.width() * scale, bounds.height() * scale);
        let slack = inner.0 - map_width;
        let across: &[(f64, f64)] =
            if slack > 0.5 { &[(0.5, 0.0), (0.0, 0.004), (1.0, 0.008), (0.25, 0.006), (0.75, 0.01)] } else { &[(0.5, 0.0)] };
        for (share, off_middle) in across {
            let left = PADDING + slack * share;
            match height {
                Height::Fixed(height) => {
                    let slack = inner.1 - map_height;
                    for (share, off) in [(0.5, 0.0), (0.0, 0.004), (1.0, 0.006)] {
                        let cost = shrunk + off_middle + off;
                        list.push(Candidate { cost, scale, height, left, top: PADDING + slack * share });
                    }
                }
                Height::UpTo(most_height) => {
                    for extra in 0..extras {
                        let more = f64::from(extra) * step;
                        let height = map_height + 2.0 * PADDING + more;
                        if height <= most_height + 1e-9 {
                            let cost = shrunk + off_middle + more / width * 1.1;
                            list.push(Candidate { cost, scale, height, left, top: PADDING });
                        }
                    }
                }
            }
        }
    }
    list
}

/// The inset's corner, and where the legend may stand: these corners, or anywhere along the sides too.
type Where<'a> = (Corner, &'a [Corner], bool);

fn place(candidate: &Candidate, bounds: &Bounds, room: &Room, width: f64, wanted: &Wanted, whereto: Where) -> Option<Fit> {
    let (inset_corner, legend_corners, anywhere) = whereto;
    let scale = candidate.scale;
    let origin = Point { x: candidate.left - bounds.min[0] * scale, y: candidate.top + bounds.max[1] * scale };
    let frame = Rect { x: 0.0, y: 0.0, width, height: candidate.height };
    let is_free = |rect: &Rect| {
        let around =
            Rect { x: rect.x - CLEAR, y: rect.y - CLEAR, width: rect.width + 2.0 * CLEAR, height: rect.height + 2.0 * CLEAR };
        room.is_free(&Bounds {
            min: [(around.x - origin.x) / scale, (origin.y - around.bottom()) / scale],
            max: [(around.right() - origin.x) / scale, (origin.y - around.y) / scale],
        })
    };
    let mut taken: Vec<Rect> = Vec::new();
    let mut find = |size: Option<(f64, f64)>, list: &dyn Fn(f64, f64) -> Vec<Rect>| -> Option<Option<Rect>> {
        let Some((w, h)) = size else { return Some(None) };
        let stands = |rect: &Rect| !taken.iter().any(|other| near(rect, other)) && is_free(rect);
        let rect = list(w, h).into_iter().find(stands)?;
        taken.push(rect);
        Some(Some(rect))
    };
    let inset = find(wanted.inset, &|w, h| places(&frame, w, h, &[inset_corner], false, 0.0))?;
    let legend = find(wanted.legend, &|w, h| places(&frame, w, h, legend_corners, anywhere, EDGE))?;
    let bar = find(wanted.bar, &|w, h| {
        let mut list = legend.map_or_else(Vec::new, |legend| beside(&legend, &frame, w, h));
        list.extend(places(&frame, w, h, &[Corner::LowerLeft, Corner::LowerRight], true, EDGE));
        // In the usual places legend, inset and bar all stand on the foot of the frame.
        list.retain(|rect| anywhere || rect.bottom() > frame.height - 2.0 * EDGE);
        list
    })?;
    Some(Fit { scale, origin, height: candidate.height, legend, inset, bar, cost: candidate.cost, usual: false })
}

/// Whether two rectangles come nearer than [`APART`].
fn near(a: &Rect, b: &Rect) -> bool {
    // What stands exactly so far apart is apart, whatever its last digit.
    a.inset(-APART + 1e-6).overlaps(b)
}

/// Places for the scale bar that make one group with the legend: below it, at its side where it stands on the foot of the frame, or
/// above it.
fn beside(legend: &Rect, frame: &Rect, width: f64, height: f64) -> Vec<Rect> {
    let below = Rect { x: legend.x.min(frame.width - width - EDGE), y: legend.bottom() + APART, width, height };
    let y = legend.bottom() - height;
    let right = |gap: f64| Rect { x: legend.right() + gap, y, width, height };
    let left = Rect { x: legend.x - 2.0 * APART - width, ..right(0.0) };
    let inside = |rect: &Rect| {
        rect.x >= EDGE && rect.y >= EDGE && rect.right() <= frame.width - EDGE && rect.bottom() <= frame.height - EDGE
    };
    let on_foot = legend.bottom() > frame.height - height;
    let above = Rect { x: below.x, y: legend.y - APART - height, width, height };
    let list = if on_foot { vec![right(3.0 * APART), right(APART), left, above] } else { vec![below, above] };
    list.into_iter().filter(inside).collect()
}

#[derive(Clone, Copy)]
enum Corner {
    LowerLeft,
    LowerRight,
    UpperLeft,
    UpperRight,
}

/// Places in the corners given first, then along the lower edge, the sides and the upper edge.
fn places(frame: &Rect, width: f64, height: f64, corners: &[Corner], anywhere: bool, margin: f64) -> Vec<Rect> {
    let (right, bottom) = (frame.width - width - margin, frame.height - height - margin);
    if right < margin || bottom < margin {
        return Vec::new();
    }
    let rect = |x: f64, y: f64| Rect { x, y, width, height };
    let mut list: Vec<Rect> = corners
        .iter()
        .map(|corner| match corner {
            Corner::LowerLeft => rect(margin, bottom),
            Corner::LowerRight => rect(right, bottom),
            Corner::UpperLeft => rect(margin, margin),
            Corner::UpperRight => rect(right, margin),
        })
        .collect();
    if anywhere {
        let steps = |from: f64, to: f64| (0..300).map(move |at| from + 2.0 * f64::from(at)).take_while(move |x| *x < to);
        list.extend(steps(margin, right).map(|x| rect(x, bottom)));
        list.extend([rect(margin, margin), rect(right, margin)]);
        list.extend(steps(margin, bottom).map(|y| rect(margin, bottom + margin - y)));
        list.extend(steps(margin, bottom).map(|y| rect(right, bottom + margin - y)));
        list.extend(steps(margin, right).map(|x| rect(x, margin)));
    }
    list
}
