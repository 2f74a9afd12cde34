//! A grid of population density, cut by the borders of areas.
//!
//! Method: every ring is clipped to the cells (an edge is a straight line in longitude and latitude, as in RFC 7946), and the area of
//! each part is integrated on the WGS84 ellipsoid by Green's theorem, A = -∮ Q(latitude) d(longitude), where Q is the area of the
//! zone below a parallel over one radian. Two-point Gauss integration over an edge inside one cell is exact to 1e-12 for cells of
//! a quarter of a degree, so the parts of a cell add up to the cell. Units: degrees, square kilometres, people per square kilometre.
//! Limits: density is taken as even within a cell.

use super::geodesic::{FLATTENING, MINOR};
use crate::coverage::{Area, Coverage, Position, Ring};
use crate::problem::{Noted, Outcome, Problem};
use crate::table::{Table, number};

/// The largest number of cells a grid may have.
const LARGEST: usize = 50_000_000;

/// A grid of densities: square cells in longitude and latitude, from the south-west corner, row by row to the north.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Western edge in degrees.
    pub west: f64,
    /// Southern edge in degrees.
    pub south: f64,
    /// Side of a cell in degrees.
    pub step: f64,
    /// Cells from west to east.
    pub columns: usize,
    /// Cells from south to north.
    pub rows: usize,
    /// People per square kilometre; 0 where the file has no cell.
    pub density: Vec<f64>,
}

/// The part of a cell, or of a piece of a cell, that lies in an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Centroid on the ellipsoid: longitude and latitude in degrees.
    pub position: Position,
    /// Area in square kilometres.
    pub km2: f64,
    /// People per square kilometre.
    pub density: f64,
}

impl Grid {
    /// Reads a grid from a table with the columns `lon`, `lat` (cell centres, degrees WGS84) and `density_per_km2`.
    ///
    /// # Errors
    ///
    /// Where a column is missing, a cell is not a number or negative, centres do not lie on a square lattice, or two rows are of one cell.
    pub fn from_table(table: &Table) -> Outcome<Grid> {
        let numbers = |name: &str| numbers(table, name).map_err(|problem| vec![problem]);
        let (lon, lat, density) = (numbers("lon")?, numbers("lat")?, numbers("density_per_km2")?);
        Self::from_cells(&lon, &lat, &density).map(Noted::clean).map_err(|(row, message)| {
            let problem = Problem::error("bad-grid", message).in_file(table.place());
            vec![match row.and_then(|row| table.lines.get(row)) {
                Some(&line) => problem.at_line(line),
                None => problem,
            }]
        })
    }

    fn from_cells(lon: &[f64], lat: &[f64], density: &[f64]) -> Result<Grid, (Option<usize>, String)> {
        let step = spacing(lon).into_iter().chain(spacing(lat)).fold(f64::INFINITY, f64::min);
        if !step.is_finite() {
            return Err((None, "The grid needs cells in at least two columns or rows.".to_owned()));
        }
        let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min) - step / 2.0;
        let most = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max) + step / 2.0;
        let (west, south) = (least(lon), least(lat));
        let (wide, high) = ((most(lon) - west) / step, (most(lat) - south) / step);
        if west < -360.0 || most(lon) > 360.0 || south < -90.0 - step || most(lat) > 90.0 + step || wide * high > LARGEST as f64 {
            return Err((None, format!("The grid of {wide:.0} by {high:.0} cells is too large or beyond the Earth.")));
        }
        let (columns, rows) = (wide.round() as usize, high.round() as usize);
        let mut grid = Grid { west, south, step, columns, rows, density: vec![f64::NAN; columns * rows] };
        for (row, ((&x, &y), &value)) in lon.iter().zip(lat).zip(density).enumerate() {
            let (i, j) = ((x - west) / step - 0.5, (y - south) / step - 0.5);
            if (i - i.round()).abs() > 1e-3 || (j - j.round()).abs() > 1e-3 {
                return Err((Some(row), format!("The cell centre {x}, {y} is not on the lattice of {step} degrees.")));
            }
            if value < 0.0 {
                return Err((Some(row), format!("The density {value} is negative.")));
            }
            let cell = &mut grid.density[j.round() as usize * columns + i.round() as usize];
            if !cell.is_nan() {
                return Err((Some(row), format!("The cell at {x}, {y} is given twice.")));
            }
            *cell = value;
        }
        grid.density.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
        Ok(grid)
    }

    /// The parts of an area in the cells, each cell cut into `fine` by `fine` first so that distances within it are told apart.
    /// In the order of rows from the south, then columns from the west. What lies beyond the grid is not in it.
    pub fn parts(&self, coverage: &Coverage, area: &Area, fine: usize) -> Vec<Part> {
        let mut cutter = Cutter::new(self, fine.max(1), coverage, area);
        for polygon in &area.polygons {
            for (number, ring) in polygon.rings().enumerate() {
                cutter.add(coverage, ring, number > 0);
            }
        }
        cutter.parts()
    }
}

fn numbers(table: &Table, name: &str) -> Result<Vec<f64>, Problem> {
    let column = table.find(name).ok_or_else(|| {
        table.unknown_column(name).help("A grid of people has the columns lon, lat (centres of cells) and density_per_km2.")
    })?;
    let value = |(row, cell)| {
        number(cell).map_err(|reason| {
            let message = format!("The cell holds no number ({reason}).");
            Problem::error("bad-grid", message).in_file(table.place()).at_line(table.lines[row]).in_column(name)
        })
    };
    column.iter().enumerate().map(value).collect()
}

/// The smallest step between different values.
fn spacing(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|&step| step > 1e-7).min_by(f64::total_cmp)
}

/// The area of the ellipsoid between the equator and a parallel, over one radian of longitude, in square kilometres.
pub fn zone_km2(latitude: f64) -> f64 {
    let eccentricity = (FLATTENING * (2.0 - FLATTENING)).sqrt();
    let sin = libm::sin(latitude.to_radians());
    let es = eccentricity * sin;
    MINOR * MINOR / 2e6 * (sin / (1.0 - es * es) + libm::atanh(es) / eccentricity)
}

/// Zone areas within one row of cells, as a polynomial of the height above its southern edge: five times as fast as [`zone_km2`].
struct Zone {
    /// Coefficients of the powers 1 to 4; 0 at the southern edge.
    coefficients: [f64; 4],
}

impl Zone {
    fn new(south: f64, step: f64) -> Self {
        let base = zone_km2(south);
        let [a, b, c, d] = [0.25, 0.5, 0.75, 1.0].map(|t| zone_km2(south + t * step) - base);
        // The polynomial of degree 4 through the five places; off by less than 1e-13 of a row of a quarter of a degree.
        let coefficients = [
            16.0 * a - 12.0 * b + 16.0 / 3.0 * c - d,
            (-208.0 * a + 228.0 * b - 112.0 * c + 22.0 * d) / 3.0,
            96.0 * a - 128.0 * b + 224.0 / 3.0 * c - 16.0 * d,
            (-128.0 * a + 192.0 * b - 128.0 * c + 32.0 * d) / 3.0,
        ];
        Self { coefficients }
    }

    /// Area between the southern edge and height `t` (0 to 1) of the row.
    fn below(&self, t: f64) -> f64 {
        let [a, b, c, d] = self.coefficients;
        t * (a + t * (b + t * (c + t * d)))
    }
}

/// Area and first moments of the parts of one area.
struct Cutter<'a> {
    grid: &'a Grid,
    fine: usize,
    /// First column and row of the window, in fine cells, and its size.
    window: [usize; 4],
    zones: Vec<Zone>,
    /// For each cell of the window: area, moment of x in the cell (0 to 1), moment of the zone below.
    moments: Vec<[f64; 3]>,
}

impl<'a> Cutter<'a> {
    fn new(grid: &'a Grid, fine: usize, coverage: &Coverage, area: &Area) -> Self {
        let step = grid.step / fine as f64;
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for ring in area.polygons.iter().map(|polygon| &polygon.exterior) {
            for arc in ring {
                for position in coverage.arcs.get(arc.number()) {
                    for axis in 0..2 {
                        low[axis] = low[axis].min(position[axis]);
                        high[axis] = high[axis].max(position[axis]);
                    }
                }
            }
        }
        // `as` saturates: an empty or distant area gives an empty window.
        let first = |low: f64, origin: f64| ((low - origin) / step).floor().max(0.0) as usize;
        let end = |high: f64, origin: f64, count: usize| (((high - origin) / step).ceil().max(0.0) as usize).min(count * fine);
        let (column, row) = (first(low[0], grid.west), first(low[1], grid.south));
        let width = end(high[0], grid.west, grid.columns).saturating_sub(column);
        let height = end(high[1], grid.south, grid.rows).saturating_sub(row);
        let zones = (0..height).map(|y| Zone::new(grid.south + (row + y) as f64 * step, step)).collect();
        Self { grid, fine, window: [column, row, width, height], zones, moments: vec![[0.0; 3]; width * height] }
    }

    fn step(&self) -> f64 {
        self.grid.step / self.fine as f64
    }

    /// Adds a ring; holes count negative, whichever way they turn.
    fn add(&mut self, coverage: &Coverage, ring: &Ring, hole: bool) {
        let [column, row, width, height] = self.window;
        let step = self.step();
        let mut points: Vec<[f64; 2]> = coverage
            .ring_positions(ring)
            .iter()
            .map(|p| [(p[0] - self.grid.west) / step - column as f64, (p[1] - self.grid.south) / step - row as f64])
            .collect();
        points.pop();
        if points.len() < 3 || width * height == 0 {
            return;
        }
        let sign = if (turn(&points) > 0.0) == hole { -1.0 } else { 1.0 };
        let points = clip(&clip(&clip(&clip(&points, 0, 0.0, 1.0), 0, width as f64, -1.0), 1, 0.0, 1.0), 1, height as f64, -1.0);
        self.split(&points, [0, width], [0, height], sign);
    }

    /// Halves a ring until each piece lies in one cell.
    fn split(&mut self, ring: &[[f64; 2]], columns: [usize; 2], rows: [usize; 2], sign: f64) {
        if ring.len() < 3 {
            return;
        }
        let (wide, high) = (columns[1] - columns[0], rows[1] - rows[0]);
        if wide <= 1 && high <= 1 {
            self.integrate(ring, columns[0], rows[0], sign);
        } else if wide >= high {
            let middle = columns[0] + wide / 2;
            self.split(&clip(ring, 0, middle as f64, -1.0), [columns[0], middle], rows, sign);
            self.split(&clip(ring, 0, middle as f64, 1.0), [middle, columns[1]], rows, sign);
        } else {
            let middle = rows[0] + high / 2;
            self.split(&clip(ring, 1, middle as f64, -1.0), columns, [rows[0], middle], sign);
            self.split(&clip(ring, 1, middle as f64, 1.0), columns, [middle, rows[1]], sign);
        }
    }

    fn integrate(&mut self, ring: &[[f64; 2]], column: usize, row: usize, sign: f64) {
        const NODES: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];
        let zone = &self.zones[row];
        let (x0, y0) = (column as f64, row as f64);
        let mut sum = [0.0; 3];
        let mut from = ring[ring.len() - 1];
        for &to in ring {
            let dx = to[0] - from[0];
            if dx != 0.0 {
                for t in NODES {
                    let x = from[0] - x0 + t * dx;
                    let q = zone.below(from[1] - y0 + t * (to[1] - from[1]));
                    sum[0] -= 0.5 * dx * q;
                    sum[1] -= 0.5 * dx * q * x;
                    sum[2] -= 0.25 * dx * q * q;
                }
            }
            from = to;
        }
        let scale = sign * self.step().to_radians();
        let cell = &mut self.moments[row * self.window[2] + column];
        for (total, part) in cell.iter_mut().zip(sum) {
            *total += scale * part;
        }
    }

    fn parts(self) -> Vec<Part> {
        let [column, row, width, _] = self.window;
        let step = self.step();
        let mut parts = Vec::new();
        for (number, &[km2, x, q]) in self.moments.iter().enumerate() {
            let (i, j) = (number % width, number / width);
            let whole = self.zones[j].below(1.0);
            // What is left where outer ring and hole cancel is rounding, not land.
            if km2 <= 1e-11 * whole * step {
                continue;
            }
            let lon = self.grid.west + ((column + i) as f64 + (x / km2).clamp(0.0, 1.0)) * step;
            let lat = self.grid.south + ((row + j) as f64 + (q / km2 / whole).clamp(0.0, 1.0)) * step;
            let density = self.grid.density[(row + j) / self.fine * self.grid.columns + (column + i) / self.fine];
            parts.push(Part { position: [lon, lat], km2, density });
        }
        parts
    }
}

/// Twice the area in the plane, positive where the ring turns anticlockwise.
fn turn(ring: &[[f64; 2]]) -> f64 {
    let origin = ring[0];
    let at = |i: usize| [ring[i % ring.len()][0] - origin[0], ring[i % ring.len()][1] - origin[1]];
    (0..ring.len()).map(|i| at(i)[0] * at(i + 1)[1] - at(i + 1)[0] * at(i)[1]).sum()
}

/// The part of a ring on one side of a line across `axis`: `side` 1 keeps what is above `at`, -1 what is below. Pieces stay joined by
/// edges along the line, which are walked once each way and cancel in the integrals (Sutherland and Hodgman 1974).
fn clip(ring: &[[f64; 2]], axis: usize, at: f64, side: f64) -> Vec<[f64; 2]> {
    let mut kept = Vec::with_capacity(ring.len() + 4);
    let Some(&last) = ring.last() else { return kept };
    let mut from = last;
    let mut from_in = (from[axis] - at) * side >= 0.0;
    for &to in ring {
        let to_in = (to[axis] - at) * side >= 0.0;
        if from_in != to_in {
            // Always from the lower end, so that both neighbours of a border cut it at the same place.
            let (low, high) = if from[axis] < to[axis] { (from, to) } else { (to, from) };
            let t = (at - low[axis]) / (high[axis] - low[axis]);
            let mut cut = [at; 2];
            cut[1 - axis] = low[1 - axis] + t * (high[1 - axis] - low[1 - axis]);
            kept.push(cut);
        }
        if to_in {
            kept.push(to);
        }
        (from, from_in) = (to, to_in);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{ArcRef, Polygon};
    use crate::level::Level;
    use proptest::prelude::*;

    fn grid(step: f64) -> Grid {
        let count = (20.0 / step).round() as usize;
        Grid { west: 100.0, south: 30.0, step, columns: count, rows: count, density: vec![2.0; count * count] }
    }

    /// A coverage of rings, each an area of its own; a ring inside another may be its hole.
    fn coverage(rings: &[Vec<Position>], holes: &[Vec<Position>]) -> Coverage {
        let mut coverage = Coverage::default();
        let mut ring = |positions: &Vec<Position>| {
            let closed = positions.iter().copied().chain(positions.first().copied());
            vec![ArcRef::forwards(coverage.arcs.push(closed))]
        };
        let areas = rings
            .iter()
            .enumerate()
            .map(|(i, positions)| Area {
                code: format!("{i:06}"),
                name: String::new(),
                name_en: None,
                parent: None,
                polygons: vec![Polygon { exterior: ring(positions), holes: holes.iter().map(&mut ring).collect() }],
            })
            .collect();
        coverage.layers.insert(Level::County, areas);
        coverage
    }

    fn total(parts: &[Part]) -> f64 {
        parts.iter().map(|part| part.km2).sum()
    }

    #[test]
    fn the_zones_make_the_whole_earth() {
        let earth = 4.0 * std::f64::consts::PI * zone_km2(90.0);
        assert!((earth - 510_065_621.724).abs() < 1e-2, "{earth}");
    }

    #[test]
    fn a_box_is_its_zones_and_its_centroid_the_middle() {
        let coverage = coverage(&[vec![[101.1, 31.3], [104.2, 31.3], [104.2, 35.9], [101.1, 35.9]]], &[]);
        let parts = grid(0.25).parts(&coverage, &coverage.areas(Level::County)[0], 1);
        let truth = 3.1f64.to_radians() * (zone_km2(35.9) - zone_km2(31.3));
        assert!((total(&parts) / truth - 1.0).abs() < 1e-12);
        let inner =
            parts.iter().find(|part| (part.position[0] - 102.125).abs() < 1e-9 && (part.position[1] - 33.125).abs() < 1e-3);
        assert!((inner.unwrap().km2 / (0.25f64.to_radians() * (zone_km2(33.25) - zone_km2(33.0))) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn two_neighbours_fill_their_box(
            wiggle in prop::collection::vec((100.5..119.5f64, 0.0..1.0f64), 1..40),
            fine in 1..5usize,
        ) {
            // A wiggly border, shared, from the south to the north of a box.
            let mut ys: Vec<f64> = wiggle.iter().map(|w| 31.0 + 18.0 * w.1).collect();
            ys.sort_by(f64::total_cmp);
            let mut border: Vec<Position> = vec![[110.0, 30.5]];
            border.extend(wiggle.iter().zip(&ys).map(|(w, &y)| [w.0, y]));
            border.push([110.0, 49.5]);
            let left = border.iter().copied().chain([[100.5, 49.5], [100.5, 30.5]]).collect();
            let right = border.iter().rev().copied().chain([[119.5, 30.5], [119.5, 49.5]]).collect();
            let coverage = coverage(&[left, right], &[]);
            let grid = grid(0.5);
            let sum: f64 = coverage.areas(Level::County).iter().map(|area| total(&grid.parts(&coverage, area, fine))).sum();
            let truth = 19f64.to_radians() * (zone_km2(49.5) - zone_km2(30.5));
            prop_assert!((sum / truth - 1.0).abs() < 1e-11, "{sum} {truth}");
        }
    }

    #[test]
    fn a_hole_is_taken_out_whichever_way_it_turns() {
        let square = |w: f64, s: f64, e: f64, n: f64| vec![[w, s], [e, s], [e, n], [w, n]];
        let mut hole = square(102.3, 32.3, 103.1, 33.7);
        for _ in 0..2 {
            let coverage = coverage(&[square(101.0, 31.0, 105.0, 36.0)], &[hole.clone()]);
            let parts = grid(0.5).parts(&coverage, &coverage.areas(Level::County)[0], 2);
            let truth =
                4f64.to_radians() * (zone_km2(36.0) - zone_km2(31.0)) - 0.8f64.to_radians() * (zone_km2(33.7) - zone_km2(32.3));
            assert!((total(&parts) / truth - 1.0).abs() < 1e-12);
            hole.reverse();
        }
    }

    #[test]
    fn a_bad_lattice_is_an_error() {
        let read = |lon: &[f64], lat: &[f64], density: &[f64]| Grid::from_cells(lon, lat, density);
        assert!(read(&[1.0, 2.0, 2.0], &[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]).is_ok());
        assert_eq!(read(&[1.0, 2.0, 3.4], &[1.0, 1.0, 1.0], &[1.0; 3]).unwrap_err().0, Some(2));
        assert_eq!(read(&[1.0, 2.0, 2.0], &[1.0, 1.0, 1.0], &[1.0; 3]).unwrap_err().0, Some(2));
        assert_eq!(read(&[1.0, 2.0], &[1.0, 1.0], &[1.0, -1.0]).unwrap_err().0, Some(1));
        assert!(read(&[0.0, 1e-6, 350.0], &[-80.0, 80.0, 3.0], &[1.0; 3]).is_err());
        assert!(read(&[], &[], &[]).is_err());
    }
}
