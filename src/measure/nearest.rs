//! The nearest places, exact by geodesic distance on WGS84.
//!
//! Source: search by chord between geocentric coordinates, answer by Karney's geodesic (see [`super::geodesic`] for the bounds that
//! tie the two together at any distance). Unit: metres. Ties: distances equal to the micrometre are ordered by id, compared as text.
//! Limits: straight over the ellipsoid, without roads, relief or borders.

use super::crowd::Crowd;
use super::geodesic::{self, Place, longest_chord};
use crate::coverage::Position;
use crate::problem::Problem;
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;
use std::fmt::Write as _;

/// Rounding of geocentric coordinates and distances, in metres; added to every bound.
pub(super) const SLACK: f64 = 1e-6;

/// A place found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Index of the place found.
    pub to: usize,
    /// Length of the shortest line to it in metres.
    pub metres: f64,
}

/// An index over places, such as hospitals.
pub struct Index {
    pub(super) places: Vec<Place>,
    /// Position of each place in the order of ids, by which ties are broken.
    pub(super) rank: Vec<u32>,
    tree: RTree<GeomWithData<[f64; 3], u32>>,
}

/// The order of answers: by distance to the micrometre, then by id.
pub(super) fn order(metres: f64, rank: u32) -> (u64, u32) {
    ((metres * 1e6).round() as u64, rank)
}

impl Index {
    /// Makes an index over positions (longitude, latitude in degrees) and their ids. Positions must be finite.
    ///
    /// ```
    /// use caremap::measure::nearest::Index;
    ///
    /// let hospitals = Index::new(&[[116.40, 39.90], [121.47, 31.23]], &["beijing", "shanghai"]);
    /// let hit = hospitals.nearest([117.20, 39.13], 1)[0];
    /// assert_eq!(hit.to, 0);
    /// assert!((hit.metres - 109_762.0).abs() < 1_000.0);
    /// ```
    pub fn new<I: AsRef<str>>(positions: &[Position], ids: &[I]) -> Self {
        let mut by_id: Vec<usize> = (0..positions.len()).collect();
        by_id.sort_by(|&a, &b| ids.get(a).map(AsRef::as_ref).cmp(&ids.get(b).map(AsRef::as_ref)).then(a.cmp(&b)));
        let mut rank = vec![0; positions.len()];
        for (place, &index) in by_id.iter().enumerate() {
            rank[index] = place as u32;
        }
        let places: Vec<Place> = positions.iter().map(|&position| Place::new(position)).collect();
        let items = places.iter().enumerate().map(|(index, place)| GeomWithData::new(place.xyz, index as u32)).collect();
        Self { places, rank, tree: RTree::bulk_load(items) }
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The `k` nearest places, nearest first; fewer where there are fewer. Distances are Karney's.
    pub fn nearest(&self, from: Position, k: usize) -> Vec<Hit> {
        let mut best: Vec<((u64, u32), Hit)> = Vec::with_capacity(k.min(self.len()) + 1);
        if k == 0 {
            return Vec::new();
        }
        let mut limit = f64::INFINITY;
        for (item, chord2) in self.tree.nearest_neighbor_iter_with_distance_2(Place::new(from).xyz) {
            if chord2 > limit * limit {
                break;
            }
            let to = item.data as usize;
            let metres = geodesic::metres(from, self.places[to].position);
            let key = order(metres, self.rank[to]);
            let at = best.partition_point(|(other, _)| *other < key);
            best.insert(at, (key, Hit { to, metres }));
            if best.len() >= k {
                best.truncate(k);
                limit = longest_chord(best[k - 1].1.metres + SLACK) + SLACK;
            }
        }
        best.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The nearest place of each of many, in the order given; none where the index is empty. See [`Crowd::nearest`].
    pub fn nearest_of_each(&self, from: &[Position]) -> Vec<Option<Hit>> {
        if self.is_empty() {
            return vec![None; from.len()];
        }
        Crowd::new(from).nearest(self).into_iter().map(Some).collect()
    }
}

/// A place with its id, as the command `nearest` takes it.
pub trait Named {
    /// The id.
    fn id(&self) -> &str;
    /// Longitude and latitude in degrees, WGS84.
    fn position(&self) -> Position;
}

/// The `k` nearest of `to` for each of `from`, as CSV with the columns `from_id, rank, to_id, distance_m`; rank from 1, metres by
/// Karney's algorithm with six decimals. Where `to` has fewer than `k`, fewer rows are written and a note says so.
pub fn csv<F: Named + Sync, T: Named + Sync>(from: &[F], to: &[T], k: usize) -> Result<crate::problem::Noted<Vec<u8>>, Problem> {
    if to.is_empty() || k == 0 {
        let message = if k == 0 { "The number of nearest places asked for is 0." } else { "There is no place to measure to." };
        return Err(Problem::error("nothing-to-measure", message).help("Give at least one place and ask for at least one."));
    }
    let positions: Vec<Position> = to.iter().map(Named::position).collect();
    let ids: Vec<&str> = to.iter().map(Named::id).collect();
    let index = Index::new(&positions, &ids);
    let quoted: Vec<String> = ids.iter().map(|id| quote(id)).collect();
    let lines: Vec<String> = if k == 1 {
        let starts: Vec<Position> = from.iter().map(Named::position).collect();
        let hits = index.nearest_of_each(&starts);
        from.par_iter()
            .zip(hits)
            .map(|(one, hit)| {
                let exact = hit.map(|hit| Hit { to: hit.to, metres: geodesic::metres(one.position(), positions[hit.to]) });
                rows(one.id(), exact.as_slice(), &quoted)
            })
            .collect()
    } else {
        from.par_iter().map(|one| rows(one.id(), &index.nearest(one.position(), k), &quoted)).collect()
    };
    let mut bytes = b"from_id,rank,to_id,distance_m\n".to_vec();
    bytes.extend(lines.iter().flat_map(|line| line.bytes()));
    let mut noted = crate::problem::Noted::clean(bytes);
    if k > to.len() {
        noted.problems.push(Problem::note(
            "fewer-than-asked",
            format!("{k} nearest places were asked for, but there are only {}.", to.len()),
        ));
    }
    Ok(noted)
}

fn rows(from: &str, hits: &[Hit], quoted: &[String]) -> String {
    let from = quote(from);
    let mut text = String::with_capacity(hits.len() * 48);
    for (rank, hit) in hits.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{from},{},{},{:.6}", rank + 1, quoted[hit.to], hit.metres);
    }
    text
}

/// A field of a CSV file, quoted where it must be (RFC 4180).
fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Places that gather at the antimeridian, at the poles, on a coarse lattice (ties) and anywhere.
    fn anywhere() -> impl Strategy<Value = Position> {
        prop_oneof![
            (-180.0..180.0f64, -90.0..90.0f64).prop_map(|(x, y)| [x, y]),
            (179.0..181.0f64, -2.0..2.0f64).prop_map(|(x, y)| [if x > 180.0 { x - 360.0 } else { x }, y]),
            (-180.0..180.0f64, 89.0..90.0f64).prop_map(|(x, y)| [x, y]),
            (-180.0..180.0f64, -90.0..-89.0f64).prop_map(|(x, y)| [x, y]),
            (-4..5i32, -4..5i32).prop_map(|(x, y)| [f64::from(x) * 45.0, f64::from(y) * 22.5]),
            (73.0..135.0f64, 18.0..53.0f64).prop_map(|(x, y)| [x, y]),
        ]
    }

    fn brute(from: Position, to: &[Position], index: &Index) -> Vec<Hit> {
        let mut hits: Vec<Hit> = to.iter().enumerate().map(|(to, &p)| Hit { to, metres: geodesic::metres(from, p) }).collect();
        hits.sort_by_key(|hit| order(hit.metres, index.rank[hit.to]));
        hits
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn nearest_equals_brute_force(
            from in prop::collection::vec(anywhere(), 1..60),
            to in prop::collection::vec(anywhere(), 1..40),
            k in 1..6usize,
        ) {
            let ids: Vec<String> = (0..to.len()).map(|i| ((i * 7919) % 1009).to_string()).collect();
            let index = Index::new(&to, &ids);
            for (&start, bulk) in from.iter().zip(index.nearest_of_each(&from)) {
                let truth = brute(start, &to, &index);
                prop_assert_eq!(index.nearest(start, k), truth[..k.min(to.len())].to_vec());
                let bulk = bulk.unwrap();
                prop_assert_eq!(bulk.to, truth[0].to);
                prop_assert!((bulk.metres - truth[0].metres).abs() < geodesic::NEAR_ERROR);
            }
        }
    }

    #[test]
    fn equal_distances_go_by_id_as_text() {
        let index = Index::new(&[[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]], &["9", "10", "a"]);
        assert_eq!(index.nearest([0.0, 0.0], 9).iter().map(|hit| hit.to).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(index.nearest_of_each(&[[0.0, 0.0]])[0].unwrap().to, 1);
        assert!(Index::new::<&str>(&[], &[]).nearest([0.0, 0.0], 1).is_empty());
    }

    impl Named for (&str, Position) {
        fn id(&self) -> &str {
            self.0
        }
        fn position(&self) -> Position {
            self.1
        }
    }

    #[test]
    fn the_file_lists_what_there_is() {
        let from = [("a,b", [0.0, 0.0]), ("c", [179.9, 0.0])];
        let to = [("x", [0.0, 1.0]), ("y\"z", [-179.9, 0.0])];
        let noted = csv(&from, &to, 3).unwrap();
        let text = String::from_utf8(noted.value).unwrap();
        assert_eq!(
            text,
            "from_id,rank,to_id,distance_m\n\"a,b\",1,x,110574.388558\n\"a,b\",2,\"y\"\"z\",20003008.421509\n\
             c,1,\"y\"\"z\",22263.898159\nc,2,x,19893008.626556\n"
        );
        assert_eq!(noted.problems[0].message, "3 nearest places were asked for, but there are only 2.");
        let first = csv(&from, &to, 1).unwrap();
        assert_eq!(first.value.iter().filter(|byte| **byte == b'\n').count(), 3);
        assert!(first.problems.is_empty());
        assert_eq!(csv(&from, &to[..0], 1).unwrap_err().id, "nothing-to-measure");
        assert_eq!(csv(&from, &to, 0).unwrap_err().id, "nothing-to-measure");
    }
}
