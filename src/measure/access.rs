//! Access to facilities: how far people live from the nearest one, for each area.
//!
//! Source: people at places ([`super::people`]) and the nearest facility of each ([`super::nearest`]). Formulas, with w the people of a
//! piece and d its distance: mean = Σ w d / Σ w; median and 90th percentile = the smallest d that at least that share of the people
//! do not exceed; share within t = Σ w [d <= t] / Σ w, the threshold included. Units: people, kilometres along the ellipsoid, shares
//! from 0 to 1. The nearest facility named is the one nearest to most people of the area.
//! Facilities beyond the areas count; people beyond them do not.
//! How firm the mean is: facilities are moved at random (fixed seed, normal with a standard deviation of so many metres along each
//! axis) a number of times; the 5th and 95th percentile of the mean are given beside it.
//! Limits: straight lines, without roads, relief, borders or opening; a facility serves everyone alike.

use super::crowd::Crowd;
use super::geodesic::arc;
use super::nearest::Index;
use super::people::{Demand, Placing, ancestors, ranges};
use crate::coverage::{Area, Coverage, Position};
use crate::level::Level;
use crate::problem::{Noted, Outcome, Problem};
use crate::table::{Cell, Column, Missing, Table};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// A facility.
#[derive(Debug, Clone, PartialEq)]
pub struct Facility {
    /// Id; breaks ties.
    pub id: String,
    /// Name.
    pub name: String,
    /// Longitude and latitude in degrees, WGS84.
    pub position: Position,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Thresholds in kilometres, ascending.
    pub within_km: Vec<f64>,
    /// Standard deviation in metres of the displacement along each axis; 0 for none.
    pub jitter_m: f64,
    /// How often facilities are displaced.
    pub repetitions: usize,
    /// Seed of the displacements.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { within_km: vec![30.0, 50.0, 100.0], jitter_m: 2000.0, repetitions: 20, seed: 1 }
    }
}

/// The distances of all pieces of a [`Demand`], from which tables at any level are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// Kilometres from each piece to its nearest facility.
    km: Vec<f64>,
    /// Index of that facility.
    nearest: Vec<usize>,
    /// Names of the facilities.
    names: Vec<String>,
    /// For each repetition and area: Σ own d, Σ shared d and Σ weight d, in people times kilometres.
    jittered: Vec<Vec<[f64; 3]>>,
}

/// Measures every piece once. Facilities beyond the areas are used like any other.
///
/// # Errors
///
/// Where there is no facility, or an option is no number that can be used.
pub fn reach(demand: &Demand, facilities: &[Facility], options: &Options) -> Result<Reach, Problem> {
    check(facilities, options)?;
    let ids: Vec<&str> = facilities.iter().map(|facility| facility.id.as_str()).collect();
    let positions: Vec<Position> = facilities.iter().map(|facility| facility.position).collect();
    let from: Vec<Position> = demand.pieces.iter().map(|piece| piece.position).collect();
    let crowd = Crowd::new(&from);
    let hits = crowd.nearest(&Index::new(&positions, &ids));
    let (nearest, km) = hits.into_iter().map(|hit| (hit.to, hit.metres / 1000.0)).unzip();
    let repetitions = if options.jitter_m > 0.0 { options.repetitions } else { 0 };
    let ranges = ranges(&demand.pieces, demand.own.len());
    let jittered = (0..repetitions)
        .into_par_iter()
        .map(|repetition| {
            let mut random = Random(options.seed.wrapping_mul(1_000_003).wrapping_add(repetition as u64));
            let moved: Vec<Position> =
                positions.iter().map(|&position| displace(position, options.jitter_m, &mut random)).collect();
            sums(demand, &crowd, &ranges, &Index::new(&moved, &ids))
        })
        .collect();
    Ok(Reach { km, nearest, names: facilities.iter().map(|facility| facility.name.clone()).collect(), jittered })
}

fn check(facilities: &[Facility], options: &Options) -> Result<(), Problem> {
    if facilities.is_empty() {
        return Err(Problem::error("no-facilities", "There is no facility to measure to.")
            .help("Check the file of facilities and its filter."));
    }
    if options.within_km.iter().any(|km| !km.is_finite() || *km < 0.0)
        || options.within_km.windows(2).any(|pair| pair[0] >= pair[1])
    {
        return Err(Problem::error("bad-threshold", "The thresholds in kilometres must be ascending numbers from 0."));
    }
    if !(0.0..=100_000.0).contains(&options.jitter_m) || options.repetitions > 1000 {
        return Err(Problem::error(
            "bad-jitter",
            "The jitter must be between 0 and 100,000 metres, in at most 1,000 repetitions.",
        ));
    }
    Ok(())
}

/// Σ own d, Σ shared d and Σ weight d of each area for one set of facilities; distances from chords, to 3e-6 of their length.
fn sums(demand: &Demand, crowd: &Crowd, ranges: &[Range<usize>], moved: &Index) -> Vec<[f64; 3]> {
    let chords = crowd.chords(moved);
    let sum = |range: &Range<usize>| {
        demand.pieces[range.clone()].iter().zip(&chords[range.clone()]).fold([0.0; 3], |[own, shared, weight], (piece, chord)| {
            let km = arc(*chord) / 1000.0;
            [own + piece.own * km, shared + piece.shared * km, weight + piece.weight * km]
        })
    };
    ranges.iter().map(sum).collect()
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Two independent normal numbers (Box and Muller 1958).
    fn normals(&mut self) -> [f64; 2] {
        let radius = (-2.0 * libm::log(self.unit())).sqrt();
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * self.unit());
        [radius * cos, radius * sin]
    }
}

/// A position moved at random; east and north are taken on a sphere, which is enough for noise.
fn displace(position: Position, metres: f64, random: &mut Random) -> Position {
    const METRES_PER_DEGREE: f64 = 111_195.0;
    let [east, north] = random.normals();
    let shrink = libm::cos(position[1].to_radians()).max(0.01);
    let latitude = (position[1] + metres * north / METRES_PER_DEGREE).clamp(-90.0, 90.0);
    [position[0] + metres * east / METRES_PER_DEGREE / shrink, latitude]
}

/// Measures access for the areas of a level: [`reach`] and [`table`] in one.
///
/// # Errors
///
/// As [`reach`].
pub fn measure(coverage: &Coverage, level: Level, demand: &Demand, facilities: &[Facility], options: &Options) -> Outcome<Table> {
    let reach = reach(demand, facilities, options).map_err(|problem| vec![problem])?;
    Ok(table(coverage, level, demand, &reach, options))
}

/// The table of a level: one row for each of its areas, with the columns `code`, `name`, `people`, `distance_mean_km`,
/// `distance_median_km`, `distance_p90_km`, `share_within_Tkm` for each threshold, `people_beyond_Tkm` for the largest, `nearest_name`,
/// and with jitter `distance_mean_low_km`, `distance_mean_high_km` and `distance_mean_shift_km` (mean absolute change of the mean).
///
/// Areas coarser than the demand's are added up from its pieces, with the people counted for them as a whole.
pub fn table(coverage: &Coverage, level: Level, demand: &Demand, reach: &Reach, options: &Options) -> Noted<Table> {
    let areas = coverage.areas(level);
    let groups = groups(coverage, level, demand.level);
    let ranges = ranges(&demand.pieces, demand.own.len());
    let rows: Vec<Row> = areas
        .par_iter()
        .map(|area| {
            let members = groups.get(area.code.as_str()).map_or(&[][..], Vec::as_slice);
            row(area, level, demand, reach, options, members, &ranges)
        })
        .collect();
    let mut problems = notes(areas, &rows, options);
    problems.extend(unplaced(demand));
    Noted { value: columns(areas, &rows, options), problems }
}

/// The areas of the demand within each area of a level, by code.
fn groups(coverage: &Coverage, level: Level, fine: Level) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, area) in coverage.areas(fine).iter().enumerate() {
        let codes = ancestors(coverage, area);
        // The last match: an area that stands at several levels under one code is its own ancestor.
        if let Some(code) =
            codes.iter().rev().find(|code| coverage.areas(level).binary_search_by(|area| area.code.cmp(code)).is_ok())
        {
            groups.entry(code.clone()).or_default().push(index);
        }
    }
    groups
}

/// The figures of one area.
#[derive(Default)]
struct Row {
    people: Option<u64>,
    by_density: bool,
    figures: Option<Figures>,
}

struct Figures {
    mean: f64,
    median: f64,
    p90: f64,
    shares: Vec<f64>,
    nearest: String,
    /// Low, high, shift.
    jitter: Option<[f64; 3]>,
}

fn row(
    area: &Area,
    level: Level,
    demand: &Demand,
    reach: &Reach,
    options: &Options,
    members: &[usize],
    ranges: &[Range<usize>],
) -> Row {
    let own: Vec<u64> = members.iter().filter_map(|&member| demand.own[member]).collect();
    let coarse = level != demand.level;
    let within: u64 =
        demand.within.iter().filter(|(code, _)| coarse && is_within(code, &area.code)).map(|(_, people)| people).sum();
    let people = (!own.is_empty() || within > 0).then(|| own.iter().sum::<u64>() + within);
    // What counts: own people, with those of whole prefectures in coarser areas; the grid alone where no row speaks of the area.
    let by_density = !coarse && members.iter().all(|&member| demand.by_density[member]);
    let pick = |[own, shared, weight]: [f64; 3]| match (by_density, coarse) {
        (true, _) => weight,
        (false, true) => own + shared,
        (false, false) => own,
    };
    let weight = |index: usize| {
        let piece = &demand.pieces[index];
        pick([piece.own, piece.shared, piece.weight])
    };
    let pieces: Vec<(f64, usize, f64)> = members
        .iter()
        .flat_map(|&member| ranges[member].clone())
        .map(|index| (reach.km[index], index, weight(index)))
        .filter(|piece| piece.2 > 0.0)
        .collect();
    if pieces.is_empty() {
        return Row { people, by_density, figures: None };
    }
    let total: f64 = pieces.iter().map(|piece| piece.2).sum();
    let mean = pieces.iter().map(|piece| piece.0 * piece.2).sum::<f64>() / total;
    let means: Vec<f64> =
        reach.jittered.iter().map(|areas| members.iter().map(|&member| pick(areas[member])).sum::<f64>() / total).collect();
    Row { people, by_density, figures: Some(figures(pieces, total, mean, reach, options, &means)) }
}

/// Whether the unit of a code is the area itself or one of its parts, by the digits of GB/T 2260.
fn is_within(unit: &str, area: &str) -> bool {
    let stem = area.strip_suffix("0000").or_else(|| area.strip_suffix("00")).unwrap_or(area);
    unit.starts_with(stem)
}

fn figures(
    mut pieces: Vec<(f64, usize, f64)>,
    total: f64,
    mean: f64,
    reach: &Reach,
    options: &Options,
    means: &[f64],
) -> Figures {
    let mut by_facility: BTreeMap<usize, f64> = BTreeMap::new();
    for &(_, index, weight) in &pieces {
        *by_facility.entry(reach.nearest[index]).or_insert(0.0) += weight;
    }
    let most =
        by_facility.iter().fold((0, f64::NEG_INFINITY), |best, (&to, &people)| if people > best.1 { (to, people) } else { best });
    pieces.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let within = |km: f64| pieces.iter().filter(|piece| piece.0 <= km).map(|piece| piece.2).sum::<f64>() / total;
    let share = |km: f64| if pieces.iter().all(|piece| piece.0 <= km) { 1.0 } else { within(km) };
    Figures {
        mean,
        median: quantile(&pieces, total, 0.5),
        p90: quantile(&pieces, total, 0.9),
        shares: options.within_km.iter().map(|&km| share(km)).collect(),
        nearest: reach.names[most.0].clone(),
        jitter: spread(mean, means),
    }
}

/// The smallest distance that at least `share` of the people do not exceed; pieces sorted by distance.
fn quantile(pieces: &[(f64, usize, f64)], total: f64, share: f64) -> f64 {
    let mut sum = 0.0;
    for piece in pieces {
        sum += piece.2;
        if sum >= share * total {
            return piece.0;
        }
    }
    pieces.last().map_or(f64::NAN, |piece| piece.0)
}

/// The 5th and 95th percentile of the means under jitter (linear between order statistics), and their mean distance from the mean.
fn spread(mean: f64, means: &[f64]) -> Option<[f64; 3]> {
    let mut sorted = means.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let low = place.floor() as usize;
        sorted[low] + (place - low as f64) * (sorted[(low + 1).min(last)] - sorted[low])
    };
    let shift = means.iter().map(|other| (other - mean).abs()).sum::<f64>() / means.len() as f64;
    Some([at(0.05), at(0.95), shift])
}

/// What a reader should know: areas without an answer, and how much the answer moves.
fn notes(areas: &[Area], rows: &[Row], options: &Options) -> Vec<Problem> {
    let mut notes = Vec::new();
    let named = |which: &dyn Fn(&Row) -> bool| -> Vec<String> {
        areas.iter().zip(rows).filter(|(_, row)| which(row)).map(|(area, _)| format!("{} {}", area.code, area.name)).collect()
    };
    let mut note = |id, names: Vec<String>, what: &str| {
        if !names.is_empty() {
            notes.push(Problem::note(id, format!("{} areas {what}: {}.", names.len(), list(&names))));
        }
    };
    note("no-people", named(&|row| row.figures.is_none()), "have no count of people, so no distance");
    let by_density = named(&|row| row.by_density && row.figures.is_some());
    note(
        "by-density",
        by_density,
        "have no count of people of their own; their distances are weighted by the density grid alone",
    );
    if let Some(shift) = median_shift(rows) {
        let message = format!(
            "When facilities are moved at random by a standard deviation of {} m along each axis, the mean distance of the median area moves by {shift:.3} km.",
            options.jitter_m
        );
        notes.push(Problem::note("jitter", message));
    }
    notes
}

/// Names, the first twenty of them.
fn list(names: &[String]) -> String {
    const LISTED: usize = 20;
    let shown = names[..names.len().min(LISTED)].join(", ");
    if names.len() > LISTED { format!("{shown} and {} more", names.len() - LISTED) } else { shown }
}

fn median_shift(rows: &[Row]) -> Option<f64> {
    let mut shifts: Vec<f64> = rows.iter().filter_map(|row| Some(row.figures.as_ref()?.jitter?[2])).collect();
    shifts.sort_by(f64::total_cmp);
    let last = shifts.len().checked_sub(1)?;
    Some(0.5 * (shifts[last / 2] + shifts[last.div_ceil(2)]))
}

fn unplaced(demand: &Demand) -> Option<Problem> {
    let people = demand.sum(|placing| *placing == Placing::Nowhere);
    (people > 0).then(|| Problem::warning("people-unplaced", format!("{people} people belong to no area and are in no figure.")))
}

fn columns(areas: &[Area], rows: &[Row], options: &Options) -> Table {
    let mut table =
        Table { name: "access".to_owned(), file: String::new(), columns: Vec::new(), lines: (1..=areas.len()).collect() };
    let mut add = |name: String, cells: Vec<Cell>| table.columns.push(Column::new(name, cells));
    add("code".to_owned(), areas.iter().map(|area| Cell::Text(area.code.clone())).collect());
    add("name".to_owned(), areas.iter().map(|area| Cell::Text(area.name.clone())).collect());
    add(
        "people".to_owned(),
        rows.iter().map(|row| row.people.map_or(Cell::Missing(Missing::NoRow), |n| Cell::Number(n as f64))).collect(),
    );
    let figure = |pick: &dyn Fn(&Figures) -> Option<f64>| -> Vec<Cell> {
        let none = || Cell::Missing(Missing::NoRow);
        rows.iter().map(|row| row.figures.as_ref().and_then(pick).map_or_else(none, Cell::Number)).collect()
    };
    add("distance_mean_km".to_owned(), figure(&|f| Some(f.mean)));
    add("distance_median_km".to_owned(), figure(&|f| Some(f.median)));
    add("distance_p90_km".to_owned(), figure(&|f| Some(f.p90)));
    for (number, km) in options.within_km.iter().enumerate() {
        add(format!("share_within_{km}km"), figure(&|f| Some(f.shares[number])));
    }
    if let Some(km) = options.within_km.last() {
        let beyond = |row: &Row| match (&row.figures, row.people) {
            (Some(figures), Some(people)) => Cell::Number(people as f64 * (1.0 - figures.shares[figures.shares.len() - 1])),
            _ => Cell::Missing(Missing::NoRow),
        };
        add(format!("people_beyond_{km}km"), rows.iter().map(beyond).collect());
    }
    let name = |row: &Row| match &row.figures {
        Some(figures) => Cell::Text(figures.nearest.clone()),
        None => Cell::Missing(Missing::NoRow),
    };
    add("nearest_name".to_owned(), rows.iter().map(name).collect());
    if options.jitter_m > 0.0 && options.repetitions > 0 {
        for (number, name) in ["distance_mean_low_km", "distance_mean_high_km", "distance_mean_shift_km"].into_iter().enumerate()
        {
            add(name.to_owned(), figure(&|f| Some(f.jitter?[number])));
        }
    }
    table
}
