//! Which rings of a shape are exteriors, and which are whose holes.
//!
//! A shapefile stores the rings of a shape one after the other and means the way they run to tell exteriors from holes; many files
//! have it wrong. What contains what does not depend on it: a ring inside an even number of others is an exterior, any other a hole of
//! the innermost ring around it.

use crate::coverage::Position;
use std::collections::BTreeSet;

/// How many edges of a ring are asked where they lie; more than one, because an edge may lie on another ring.
const ASKED: usize = 5;

/// The rings of each polygon, its exterior first, in the order of the file.
pub(super) fn polygons(rings: &[Vec<Position>]) -> Vec<Vec<usize>> {
    if rings.len() < 2 {
        return (0..rings.len()).map(|ring| vec![ring]).collect();
    }
    let around = containers(rings);
    let is_exterior = |ring: usize| around[ring].len().is_multiple_of(2);
    let mut polygons: Vec<Vec<usize>> = (0..rings.len()).filter(|ring| is_exterior(*ring)).map(|ring| vec![ring]).collect();
    for hole in (0..rings.len()).filter(|ring| !is_exterior(*ring)) {
        let owner = around[hole].iter().filter(|ring| is_exterior(**ring)).max_by_key(|ring| around[**ring].len());
        match polygons.iter_mut().find(|polygon| Some(&polygon[0]) == owner) {
            Some(polygon) => polygon.push(hole),
            None => polygons.push(vec![hole]),
        }
    }
    polygons.sort_by_key(|polygon| polygon[0]);
    polygons
}

/// An edge of a ring, from its lower to its upper end, so that both rings along it compute the same numbers.
#[derive(Clone, Copy)]
struct Edge {
    low: Position,
    high: Position,
    ring: usize,
}

impl Edge {
    /// Where the edge meets a parallel.
    fn meets(&self, y: f64) -> f64 {
        self.low[0] + (y - self.low[1]) / (self.high[1] - self.low[1]) * (self.high[0] - self.low[0])
    }
}

/// The edges of a ring but the level ones, which no parallel crosses.
fn edges(ring: &[Position], number: usize) -> impl Iterator<Item = Edge> {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).filter(|(a, b)| a[1] != b[1]).map(move |(a, b)| {
        let (low, high) = if a[1] < b[1] { (*a, *b) } else { (*b, *a) };
        Edge { low, high, ring: number }
    })
}

/// The rings around each ring: those whose edges a ray to the west from a place on it crosses an odd number of times.
fn containers(rings: &[Vec<Position>]) -> Vec<BTreeSet<usize>> {
    let mut all: Vec<Edge> = rings.iter().enumerate().flat_map(|(number, ring)| edges(ring, number)).collect();
    all.sort_by(|a, b| a.low[1].total_cmp(&b.low[1]));
    let mut answers = vec![None; rings.len()];
    let mut standing: Vec<Edge> = Vec::new();
    let mut rest = all.iter().peekable();
    for (edge, y) in questions(rings) {
        while let Some(reached) = rest.next_if(|edge| edge.low[1] <= y) {
            standing.push(*reached);
        }
        standing.retain(|edge| edge.high[1] > y);
        if answers[edge.ring].is_none() {
            answers[edge.ring] = answer(&standing, edge, y);
        }
    }
    // A ring that lies on others all along stands for itself.
    answers.into_iter().map(Option::unwrap_or_default).collect()
}

/// Some edges of every ring, each with the parallel through its middle, from south to north.
fn questions(rings: &[Vec<Position>]) -> Vec<(Edge, f64)> {
    let mut questions = Vec::new();
    for (number, ring) in rings.iter().enumerate() {
        let step = (ring.len() / ASKED).max(1);
        let middle = |edge: Edge| (edge, edge.low[1] + (edge.high[1] - edge.low[1]) / 2.0);
        questions.extend(edges(ring, number).step_by(step).map(middle).filter(|(edge, y)| *y > edge.low[1] && *y < edge.high[1]));
    }
    questions.sort_by(|a, b| a.1.total_cmp(&b.1));
    questions
}

/// The rings around the middle of an edge; none where it lies on another ring.
fn answer(standing: &[Edge], asked: Edge, y: f64) -> Option<BTreeSet<usize>> {
    let x = asked.meets(y);
    let mut around = BTreeSet::new();
    for edge in standing.iter().filter(|edge| edge.ring != asked.ring) {
        let meets = edge.meets(y);
        if meets == x {
            return None;
        }
        if meets < x && !around.remove(&edge.ring) {
            around.insert(edge.ring);
        }
    }
    Some(around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn square(x: f64, y: f64, size: f64, clockwise: bool) -> Vec<Position> {
        let mut ring = vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]];
        if clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn islands_in_lakes_are_exteriors_whichever_way_they_run() {
        for turn in [false, true] {
            let rings = [
                square(4.0, 4.0, 2.0, turn),
                square(0.0, 0.0, 10.0, turn),
                square(2.0, 2.0, 6.0, turn),
                square(20.0, 0.0, 1.0, !turn),
            ];
            assert_eq!(polygons(&rings), [vec![0], vec![1, 2], vec![3]]);
        }
    }

    #[test]
    fn neighbours_and_holes_that_touch_are_told_apart() {
        let beside = [square(0.0, 0.0, 1.0, true), square(1.0, 0.0, 1.0, true), square(0.0, 1.0, 1.0, true)];
        assert_eq!(polygons(&beside), [vec![0], vec![1], vec![2]]);
        // A hole that touches the outside at a corner.
        let pinched = [square(0.0, 0.0, 4.0, true), vec![[0.0, 0.0], [1.0, 2.0], [2.0, 1.0], [0.0, 0.0]]];
        assert_eq!(polygons(&pinched), [vec![0, 1]]);
        let twice = [square(0.0, 0.0, 1.0, true), square(0.0, 0.0, 1.0, true)];
        assert_eq!(polygons(&twice).len(), 2);
    }

    proptest! {
        /// Nested squares in any order: odd ones are holes of the one around.
        #[test]
        fn nested_squares_alternate(order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(), turns in any::<u8>()) {
            let rings: Vec<_> = order
                .iter()
                .map(|depth| square(*depth as f64, *depth as f64, 20.0 - 2.0 * *depth as f64, turns & (1 << depth) != 0))
                .collect();
            for polygon in polygons(&rings) {
                prop_assert_eq!(order[polygon[0]] % 2, 0);
                prop_assert!(polygon.len() <= 2);
                for hole in &polygon[1..] {
                    prop_assert_eq!(order[*hole], order[polygon[0]] + 1);
                }
            }
        }

        #[test]
        fn every_ring_is_used_once(numbers in proptest::collection::vec(proptest::collection::vec((-9i8..9, -9i8..9), 0..9), 0..9)) {
            let rings: Vec<Vec<Position>> =
                numbers.iter().map(|ring| ring.iter().map(|(x, y)| [f64::from(*x), f64::from(*y)]).collect()).collect();
            let mut used: Vec<usize> = polygons(&rings).into_iter().flatten().collect();
            used.sort_unstable();
            prop_assert_eq!(used, (0..rings.len()).collect::<Vec<_>>());
        }
    }
}
