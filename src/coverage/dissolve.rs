//! Joining areas by leaving out the arcs between them.

use super::repair::doubled_area;
use super::{ArcRef, Arcs, Polygon, Position, Ring, ring_positions};
use std::collections::BTreeMap;

/// The territory of several areas of one coverage as one: arcs walked both ways are inner borders and left out.
pub fn dissolve<'a>(arcs: &Arcs, polygons: impl IntoIterator<Item = &'a Polygon>) -> Vec<Polygon> {
    assemble(arcs, rings_of(arcs, outer_arcs(polygons)))
}

/// Rings about the empty places that the polygons enclose, holes of the whole and gaps that touch its edge at nodes; anticlockwise.
pub(super) fn voids<'a>(arcs: &Arcs, polygons: impl IntoIterator<Item = &'a Polygon>) -> Vec<Ring> {
    let void_on_the_left = outer_arcs(polygons).into_iter().map(ArcRef::reversed).collect();
    let rings = rings_of(arcs, void_on_the_left);
    rings.into_iter().filter(|ring| doubled_area(&ring_positions(arcs, ring)) > 0.0).collect()
}

/// Arcs with the territory on one side only, in order of their numbers.
fn outer_arcs<'a>(polygons: impl IntoIterator<Item = &'a Polygon>) -> Vec<ArcRef> {
    let mut balance: BTreeMap<usize, i32> = BTreeMap::new();
    for arc in polygons.into_iter().flat_map(Polygon::rings).flatten() {
        *balance.entry(arc.number()).or_default() += if arc.is_reversed() { -1 } else { 1 };
    }
    balance
        .into_iter()
        .filter(|(_, balance)| *balance != 0)
        .map(|(number, balance)| if balance > 0 { ArcRef::forwards(number) } else { ArcRef::forwards(number).reversed() })
        .collect()
}

/// Bits of a position, to find arcs by their ends.
fn key([x, y]: Position) -> [u64; 2] {
    [(x + 0.0).to_bits(), (y + 0.0).to_bits()]
}

/// First and last position of an arc as it is walked.
fn ends(arcs: &Arcs, arc: ArcRef) -> (Position, Position) {
    let positions = arcs.get(arc.number());
    let (first, last) = (positions[0], positions[positions.len() - 1]);
    if arc.is_reversed() { (last, first) } else { (first, last) }
}

/// The second position of an arc as it is walked.
fn second(arcs: &Arcs, arc: ArcRef) -> Position {
    let positions = arcs.get(arc.number());
    if arc.is_reversed() { positions[positions.len() - 2] } else { positions[1] }
}

/// Chains arcs, each with the territory on its left, to rings. Where several ways go on from a node, the one that keeps to the same
/// wedge of territory is taken, and a ring that comes back to a node it has visited is closed there; so rings touch at nodes at most.
fn rings_of(arcs: &Arcs, outer: Vec<ArcRef>) -> Vec<Ring> {
    let mut starts: BTreeMap<[u64; 2], Vec<ArcRef>> = BTreeMap::new();
    for arc in &outer {
        starts.entry(key(ends(arcs, *arc).0)).or_default().push(*arc);
    }
    let mut rings = Vec::new();
    for first in outer {
        let Some(first) = take(&mut starts, arcs, first) else { continue };
        let mut walk = vec![first];
        loop {
            let last = walk[walk.len() - 1];
            let node = key(ends(arcs, last).1);
            if let Some(start) = walk.iter().position(|arc| key(ends(arcs, *arc).0) == node) {
                rings.push(walk.split_off(start));
                if walk.is_empty() {
                    break;
                }
                continue;
            }
            let next = starts.get(&node).and_then(|ways| tightest(arcs, last, ways)).and_then(|arc| take(&mut starts, arcs, arc));
            match next {
                Some(arc) => walk.push(arc),
                // Cannot be where every area is closed; an open chain encloses nothing.
                None => break,
            }
        }
    }
    rings
}

/// Takes an arc off the list, if it is still there.
fn take(starts: &mut BTreeMap<[u64; 2], Vec<ArcRef>>, arcs: &Arcs, arc: ArcRef) -> Option<ArcRef> {
    let ways = starts.get_mut(&key(ends(arcs, arc).0))?;
    let at = ways.iter().position(|way| *way == arc)?;
    Some(ways.remove(at))
}

/// Of the ways on from the end of `arrived`, the first met turning clockwise from the way back: the territory lies between them.
fn tightest(arcs: &Arcs, arrived: ArcRef, ways: &[ArcRef]) -> Option<ArcRef> {
    if ways.len() < 2 {
        return ways.first().copied();
    }
    let node = ends(arcs, arrived).1;
    let direction = |to: Position| libm::atan2(to[1] - node[1], to[0] - node[0]);
    let back = direction(second(arcs, arrived.reversed()));
    let turn = |arc: &ArcRef| {
        let turn = back - direction(second(arcs, *arc));
        if turn <= 0.0 { turn + std::f64::consts::TAU } else { turn }
    };
    ways.iter().copied().min_by(|a, b| turn(a).total_cmp(&turn(b)).then(a.cmp(b)))
}

/// Sorts rings into exteriors and holes, and gives each hole to the smallest exterior about it. Largest polygon first.
pub(super) fn assemble(arcs: &Arcs, rings: Vec<Ring>) -> Vec<Polygon> {
    let mut exteriors: Vec<Drawn> = Vec::new();
    let mut holes: Vec<Drawn> = Vec::new();
    for ring in rings {
        let positions = ring_positions(arcs, &ring);
        let area = doubled_area(&positions);
        if area > 0.0 {
            exteriors.push(Drawn { ring, positions, area });
        } else if area < 0.0 {
            holes.push(Drawn { ring, positions, area });
        }
    }
    exteriors.sort_by(|a, b| b.area.total_cmp(&a.area).then_with(|| a.ring.cmp(&b.ring)));
    holes.sort_by(|a, b| a.area.total_cmp(&b.area).then_with(|| a.ring.cmp(&b.ring)));
    let mut held: Vec<Vec<Ring>> = vec![Vec::new(); exteriors.len()];
    for hole in holes {
        // A hole shares nodes at most with its exterior, so the middle of a segment tells.
        let [a, b] = [hole.positions[0], hole.positions[1]];
        let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
        let about = exteriors.iter().rposition(|exterior| exterior.area > -hole.area && is_inside(&exterior.positions, middle));
        if let Some(number) = about {
            held[number].push(hole.ring);
        }
    }
    exteriors.into_iter().zip(held).map(|(drawn, holes)| Polygon { exterior: drawn.ring, holes }).collect()
}

struct Drawn {
    ring: Ring,
    positions: Vec<Position>,
    area: f64,
}

/// Whether a position is inside a closed ring, by the number of borders west of it.
pub(super) fn is_inside(ring: &[Position], [x, y]: Position) -> bool {
    let mut inside = false;
    for pair in ring.windows(2) {
        let ([x1, y1], [x2, y2]) = (pair[0], pair[1]);
        if (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 {
            inside = !inside;
        }
    }
    inside
}
