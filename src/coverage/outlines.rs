//! Territories as a boundary file has them: each area with rings of its own, before neighbours share anything.

use super::Position;

/// The rings of many areas, stored end to end: a position belongs to the ring whose end comes next, a ring to a polygon, a polygon
/// to an area. Flat, because a full-resolution file has millions of positions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outlines {
    /// Every position of every ring, longitude and latitude.
    pub positions: Vec<Position>,
    /// End of each ring in `positions`.
    pub rings: Vec<usize>,
    /// End of each polygon in `rings`; its first ring is the exterior.
    pub polygons: Vec<usize>,
    /// End of each area in `polygons`.
    pub areas: Vec<usize>,
}

/// The half-open stretch that ends at `ends[number]`.
pub(crate) fn stretch(ends: &[usize], number: usize) -> std::ops::Range<usize> {
    let start = if number == 0 { 0 } else { ends[number - 1] };
    start..ends[number]
}

impl Outlines {
    /// Closes a ring of the positions given.
    pub fn ring(&mut self, positions: impl IntoIterator<Item = Position>) {
        self.positions.extend(positions);
        self.rings.push(self.positions.len());
    }

    /// Closes a polygon of the rings since the last one.
    pub fn close_polygon(&mut self) {
        self.polygons.push(self.rings.len());
    }

    /// Closes an area of the polygons since the last one.
    pub fn close_area(&mut self) {
        self.areas.push(self.polygons.len());
    }

    /// How many areas there are.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// Numbers of the positions of an area.
    pub fn positions_of_area(&self, number: usize) -> std::ops::Range<usize> {
        let polygons = stretch(&self.areas, number);
        if polygons.is_empty() {
            return 0..0;
        }
        let rings = stretch(&self.polygons, polygons.start).start..self.polygons[polygons.end - 1];
        if rings.is_empty() {
            return 0..0;
        }
        stretch(&self.rings, rings.start).start..self.rings[rings.end - 1]
    }
}

impl Outlines {
    /// Adds all polygons of `other` as one more area.
    pub(crate) fn append_as_one_area(&mut self, other: Outlines) {
        let (positions, rings) = (self.positions.len(), self.rings.len());
        self.positions.extend(other.positions);
        self.rings.extend(other.rings.into_iter().map(|end| end + positions));
        self.polygons.extend(other.polygons.into_iter().map(|end| end + rings));
        self.close_area();
    }
}
