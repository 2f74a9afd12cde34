//! From rings that repeat their neighbours' borders to arcs that neighbours share.
//!
//! The method is that of topojson and mapshaper: positions that are equal bit for bit get one number; a position whose two
//! neighbours are not the same in every ring that visits it is a junction; rings are cut at junctions; equal pieces are stored once.

use super::outlines::{Outlines, stretch};
use super::repair::{Repairs, clean};
use super::{ArcRef, Arcs, Polygon, Position, Ring};
use std::collections::HashMap;

/// Arcs, and the polygons of each area over them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Built {
    /// Every border once.
    pub arcs: Arcs,
    /// The polygons of each area, in the order of the outlines.
    pub areas: Vec<Vec<Polygon>>,
    /// What was mended on the way.
    pub repairs: Repairs,
}

/// Builds shared arcs. Rings are cleaned first: see [`Repairs`].
///
/// Positions must be finite; there may be up to 2^31 of them.
pub fn build(mut outlines: Outlines) -> Built {
    let repairs = clean(&mut outlines);
    let numbers = Numbers::new(&outlines.positions);
    let is_junction = junctions(&outlines, &numbers);
    let mut cutter = Cutter {
        outlines: &outlines,
        numbers: &numbers,
        is_junction: &is_junction,
        arcs: Arcs::default(),
        known: HashMap::new(),
    };
    let areas = (0..outlines.areas.len())
        .map(|area| {
            stretch(&outlines.areas, area)
                .filter_map(|polygon| {
                    let mut rings = stretch(&outlines.polygons, polygon).map(|ring| cutter.cut(ring));
                    let exterior = rings.next()?;
                    Some(Polygon { exterior, holes: rings.collect() })
                })
                .collect()
        })
        .collect();
    let mut arcs = cutter.arcs;
    arcs.positions.shrink_to_fit();
    Built { arcs, areas, repairs }
}

/// A number for each distinct position.
struct Numbers {
    /// The number of each position of the outlines.
    of: Vec<u32>,
    /// How many distinct positions there are.
    distinct: usize,
}

impl Numbers {
    fn new(positions: &[Position]) -> Self {
        let slots = (positions.len() * 3 / 2).next_power_of_two().max(16);
        let mask = slots - 1;
        // A slot holds one more than the index of the first position with its value; 0 is free.
        let mut table = vec![0u32; slots];
        let mut of = vec![0u32; positions.len()];
        let mut distinct = 0;
        for (index, position) in positions.iter().enumerate() {
            let mut slot = hash(*position) as usize & mask;
            loop {
                let first = table[slot];
                if first == 0 {
                    table[slot] = index as u32 + 1;
                    of[index] = distinct;
                    distinct += 1;
                    break;
                }
                if positions[first as usize - 1] == *position {
                    of[index] = of[first as usize - 1];
                    break;
                }
                slot = (slot + 1) & mask;
            }
        }
        Self { of, distinct: distinct as usize }
    }
}

/// Mixes the bits of a position (multiplication and xor-shift, after splitmix64). Adding zero makes -0 and 0 alike.
fn hash([x, y]: Position) -> u64 {
    let mut mixed = (x + 0.0).to_bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y + 0.0).to_bits().rotate_left(32);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Which distinct positions are junctions.
fn junctions(outlines: &Outlines, numbers: &Numbers) -> Vec<bool> {
    const UNSEEN: (u32, u32) = (u32::MAX, u32::MAX);
    let mut neighbours = vec![UNSEEN; numbers.distinct];
    let mut is_junction = vec![false; numbers.distinct];
    for ring in 0..outlines.rings.len() {
        let ring = &numbers.of[stretch(&outlines.rings, ring)];
        for (at, &here) in ring.iter().enumerate() {
            let before = ring[if at == 0 { ring.len() - 1 } else { at - 1 }];
            let after = ring[if at + 1 == ring.len() { 0 } else { at + 1 }];
            let pair = (before.min(after), before.max(after));
            let seen = &mut neighbours[here as usize];
            if *seen == UNSEEN {
                *seen = pair;
            } else if *seen != pair {
                is_junction[here as usize] = true;
            }
        }
    }
    is_junction
}

struct Cutter<'a> {
    outlines: &'a Outlines,
    numbers: &'a Numbers,
    is_junction: &'a [bool],
    arcs: Arcs,
    /// Arc by the first step along it, from either end: between junctions there is one way only.
    known: HashMap<(u32, u32), ArcRef>,
}

impl Cutter<'_> {
    /// Cuts ring `ring` at its junctions and returns it as arcs.
    fn cut(&mut self, ring: usize) -> Ring {
        let range = stretch(&self.outlines.rings, ring);
        let numbers = &self.numbers.of[range.clone()];
        let cuts: Vec<usize> = (0..numbers.len()).filter(|at| self.is_junction[numbers[*at] as usize]).collect();
        if cuts.is_empty() {
            // Every ring that visits these positions is this one; starting at the smallest number, all of them agree on the arc.
            let start = (0..numbers.len()).min_by_key(|at| numbers[*at]).unwrap_or(0);
            return vec![self.arc(range, start, numbers.len())];
        }
        let following = cuts.iter().skip(1).copied().chain([cuts[0] + numbers.len()]);
        cuts.iter().zip(following).map(|(start, end)| self.arc(range.clone(), *start, end - start)).collect()
    }

    /// The arc that begins at `start` of the ring and takes `steps` steps.
    fn arc(&mut self, ring: std::ops::Range<usize>, start: usize, steps: usize) -> ArcRef {
        let numbers = &self.numbers.of[ring.clone()];
        let count = numbers.len();
        let number = |at: usize| numbers[at % count];
        let first_step = (number(start), number(start + 1));
        if let Some(known) = self.known.get(&first_step) {
            return *known;
        }
        let last_step = (number(start + steps), number(start + steps - 1));
        let positions = &self.outlines.positions[ring];
        let arc = ArcRef::forwards(self.arcs.push((start..=start + steps).map(|at| positions[at % count])));
        self.known.insert(first_step, arc);
        self.known.insert(last_step, arc.reversed());
        arc
    }
}
