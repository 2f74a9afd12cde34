//! What lies on either side of each arc, and so which areas are neighbours and what rank each border has.

use super::{Coverage, Polygon};
use crate::level::Level;

/// The areas on the left and on the right of an arc, by their numbers in a level.
pub type Sides = [Option<usize>; 2];

/// The areas of `level` on either side of each arc, in the order of the arcs; left as the arc runs, then right.
pub fn sides(coverage: &Coverage, level: Level) -> Vec<Sides> {
    let mut sides = vec![[None, None]; coverage.arcs.len()];
    for (number, area) in coverage.areas(level).iter().enumerate() {
        for arc in area.polygons.iter().flat_map(Polygon::rings).flatten() {
            // Areas that overlap claim the same side; the smaller code has it.
            sides[arc.number()][usize::from(arc.is_reversed())].get_or_insert(number);
        }
    }
    sides
}

/// The neighbours of each area of a level, by number, sorted: areas that share a border, not only a corner.
///
/// ```
/// use caremap::{coverage::{bundled, borders}, level::Level};
///
/// let china = bundled();
/// let neighbours = borders::neighbours(china, Level::Province);
/// let names: Vec<&str> = neighbours[0].iter().map(|n| china.areas(Level::Province)[*n].name.as_str()).collect();
/// assert_eq!(names, ["天津市", "河北省"]);
/// ```
pub fn neighbours(coverage: &Coverage, level: Level) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); coverage.areas(level).len()];
    for side in sides(coverage, level) {
        if let [Some(left), Some(right)] = side
            && left != right
        {
            neighbours[left].push(right);
            neighbours[right].push(left);
        }
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    neighbours
}

/// The rank of a border, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The edge of the whole coverage: coasts and the border of the country.
    Edge,
    /// Between areas of this level, and of no coarser one.
    Inner(Level),
}

/// The rank of each arc, in the order of the arcs; `None` for an arc that no area of the coverage uses.
pub fn ranks(coverage: &Coverage) -> Vec<Option<Rank>> {
    let mut ranks = vec![None; coverage.arcs.len()];
    // From the finest level to the coarsest, so that the coarsest border an arc is part of decides.
    for level in coverage.layers.keys().rev() {
        for (rank, side) in ranks.iter_mut().zip(sides(coverage, *level)) {
            match side {
                [None, None] => {}
                [Some(left), Some(right)] if left == right => {}
                [Some(_), Some(_)] => *rank = Some(Rank::Inner(*level)),
                _ => *rank = Some(Rank::Edge),
            }
        }
    }
    ranks
}
