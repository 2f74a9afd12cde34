//! Many places that all ask for their nearest at once: people in cells of a grid.
//!
//! They are halved into boxes once; a box keeps only those of the places it is measured to that can be nearest to one of its points, so
//! what is sure for a box is not asked again for each point. The boxes can be asked again when the places measured to have moved.

use super::geodesic::{self, NEAR_ERROR, Place, chord_squared, longest_chord, longest_geodesic, near_metres};
use super::nearest::{Hit, Index, SLACK, order};
use crate::coverage::Position;
use rayon::prelude::*;

/// A box with this many places or fewer is not halved.
const LEAF: usize = 16;
/// A box with more places than this is worth a second thread.
const FORK: usize = 8192;

/// Places that ask, arranged in boxes.
pub struct Crowd {
    /// The places in the order of the boxes.
    places: Vec<Place>,
    /// For each of them its number in the order given.
    given: Vec<u32>,
    root: Option<Block>,
}

/// The ball around some places, and its two halves.
struct Block {
    middle: [f64; 3],
    radius: f64,
    halves: Option<Box<[Block; 2]>>,
}

impl Crowd {
    /// Arranges places (longitude, latitude in degrees; finite).
    pub fn new(from: &[Position]) -> Self {
        let mut queue: Vec<(Place, u32)> =
            from.par_iter().enumerate().map(|(number, &position)| (Place::new(position), number as u32)).collect();
        let root = (!queue.is_empty()).then(|| arrange(&mut queue));
        let (places, given) = queue.into_iter().unzip();
        Self { places, given, root }
    }

    /// The nearest place of each, in the order given. The index must not be empty.
    ///
    /// The place is exact; the distance is within [`NEAR_ERROR`] (see [`geodesic::near_metres`]).
    pub fn nearest(&self, index: &Index) -> Vec<Hit> {
        self.ask(index, Hit { to: 0, metres: f64::NAN }, &|place, candidates| answer(index, place, candidates))
    }

    /// The shortest chord of each to a place of the index, in metres and in the order given, for estimates.
    pub fn chords(&self, index: &Index) -> Vec<f64> {
        let squared = |place: &Place, to: u32| chord_squared(place.xyz, index.places[to as usize].xyz);
        self.ask(index, f64::NAN, &|place, candidates| {
            candidates.iter().map(|&to| squared(place, to)).fold(f64::INFINITY, f64::min).sqrt()
        })
    }

    fn ask<T: Copy + Send>(&self, index: &Index, none: T, answer: &(dyn Fn(&Place, &[u32]) -> T + Sync)) -> Vec<T> {
        let mut answers = vec![none; self.places.len()];
        if let (Some(root), false) = (&self.root, index.is_empty()) {
            let all: Vec<u32> = (0..index.len() as u32).collect();
            descend(index, root, &self.places, &mut answers, &all, answer);
        }
        let mut in_order = vec![none; answers.len()];
        for (&number, &answer) in self.given.iter().zip(&answers) {
            in_order[number as usize] = answer;
        }
        in_order
    }
}

/// Halves places at the median of the widest axis until few are left.
fn arrange(queue: &mut [(Place, u32)]) -> Block {
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for (place, _) in queue.iter() {
        for axis in 0..3 {
            low[axis] = low[axis].min(place.xyz[axis]);
            high[axis] = high[axis].max(place.xyz[axis]);
        }
    }
    let middle = [0, 1, 2].map(|axis| 0.5 * (low[axis] + high[axis]));
    let radius = chord_squared(middle, high).sqrt();
    if queue.len() <= LEAF {
        return Block { middle, radius, halves: None };
    }
    let axis = (0..3).fold(0, |widest, axis| if high[axis] - low[axis] > high[widest] - low[widest] { axis } else { widest });
    let half = queue.len() / 2;
    // Numbers settle equal coordinates, so that the arrangement is the same on every run.
    queue.select_nth_unstable_by(half, |a, b| a.0.xyz[axis].total_cmp(&b.0.xyz[axis]).then(a.1.cmp(&b.1)));
    let (left, right) = queue.split_at_mut(half);
    let (left, right) =
        if right.len() > FORK { rayon::join(|| arrange(left), || arrange(right)) } else { (arrange(left), arrange(right)) };
    Block { middle, radius, halves: Some(Box::new([left, right])) }
}

fn descend<T: Send>(
    index: &Index,
    block: &Block,
    places: &[Place],
    answers: &mut [T],
    candidates: &[u32],
    answer: &(dyn Fn(&Place, &[u32]) -> T + Sync),
) {
    let kept = if candidates.len() > 1 { prune(index, block, candidates) } else { candidates.to_vec() };
    let halves = block.halves.as_ref().filter(|_| kept.len() > 1 || places.len() > FORK);
    let Some(halves) = halves else {
        for (place, to) in places.iter().zip(answers) {
            *to = answer(place, &kept);
        }
        return;
    };
    let half = places.len() / 2;
    let (left, right) = places.split_at(half);
    let (left_answers, right_answers) = answers.split_at_mut(half);
    let mut left = || descend(index, &halves[0], left, left_answers, &kept, answer);
    let mut right = || descend(index, &halves[1], right, right_answers, &kept, answer);
    if places.len() > 2 * FORK {
        rayon::join(left, right);
    } else {
        left();
        right();
    }
}

/// The candidates that can be nearest to a place of the block.
fn prune(index: &Index, block: &Block, candidates: &[u32]) -> Vec<u32> {
    let chords: Vec<f64> = candidates.iter().map(|&to| chord_squared(block.middle, index.places[to as usize].xyz)).collect();
    let shortest = chords.iter().fold(f64::INFINITY, |a, &b| a.min(b)).sqrt();
    // Whatever is nearest by chord to a place of the block is at most so far from it along the ground; what is farther by chord is out.
    let limit = longest_chord(longest_geodesic(shortest + block.radius) + SLACK) + block.radius + SLACK;
    let limit2 = limit * limit;
    candidates.iter().zip(&chords).filter(|&(_, &chord2)| chord2 <= limit2).map(|(&to, _)| to).collect()
}

fn answer(index: &Index, from: &Place, candidates: &[u32]) -> Hit {
    let (mut first, mut shortest) = (0, f64::INFINITY);
    for &to in candidates {
        let chord2 = chord_squared(from.xyz, index.places[to as usize].xyz);
        if chord2 < shortest {
            (first, shortest) = (to, chord2);
        }
    }
    let hit = Hit { to: first as usize, metres: near_metres(from, &index.places[first as usize]) };
    if candidates.len() > 1 { settle(index, from, hit, candidates) } else { hit }
}

/// Looks at those whose chord is too near the shortest to be sure by chord alone.
fn settle(index: &Index, from: &Place, hit: Hit, candidates: &[u32]) -> Hit {
    let limit = longest_chord(hit.metres + NEAR_ERROR + SLACK) + SLACK;
    let place = |to: u32| &index.places[to as usize];
    let rivals: Vec<(u32, f64)> = candidates
        .iter()
        .filter(|&&to| chord_squared(from.xyz, place(to).xyz) <= limit * limit)
        .map(|&to| (to, near_metres(from, place(to))))
        .collect();
    if rivals.len() < 2 {
        return hit;
    }
    let least = rivals.iter().fold(f64::INFINITY, |a, b| a.min(b.1));
    // Where the fast formula cannot tell them apart, Karney's does.
    let close: Vec<&(u32, f64)> = rivals.iter().filter(|rival| rival.1 <= least + 2.0 * NEAR_ERROR + SLACK).collect();
    if let [&(to, metres)] = close[..] {
        return Hit { to: to as usize, metres };
    }
    let exact = |to: u32| order(geodesic::metres(from.position, place(to).position), index.rank[to as usize]);
    close.into_iter().min_by_key(|(to, _)| exact(*to)).map_or(hit, |&(to, metres)| Hit { to: to as usize, metres })
}
