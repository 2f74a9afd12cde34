//! Pictures: exact fills without seams, lines, text, reference pictures.

use caremap::colour::Colour;
use caremap::coverage::{ArcRef, Arcs, Polygon};
use caremap::draw::raster::{Picture, RunCache, draw};
use caremap::scale::{Hatch, Paint};
use caremap::scene::{Item, Layer, Mosaic, MosaicGeometry, Path, Point, Rect, Scene, Shape, Stroke};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const WHITE: Colour = Colour::new(255, 255, 255);
const BLACK: Colour = Colour::new(0, 0, 0);
const RED: Colour = Colour::new(255, 0, 0);
/// One pixel a millimetre.
const ONE_A_MM: f64 = 25.4;

fn scene(width: f64, height: f64, paper: Colour, items: Vec<Item>) -> Scene {
    let layer = Layer { id: "all".into(), name: "All".into(), clip: None, items };
    Scene { width, height, paper, title: String::new(), description: String::new(), layers: vec![layer] }
}

fn mosaic(geometry: &Arc<MosaicGeometry>, fills: Vec<Option<Paint>>) -> Item {
    Item::Mosaic(Mosaic { geometry: Arc::clone(geometry), fills, titles: Vec::new() })
}

fn drawn(scene: &Scene, dpi: f64) -> Picture {
    draw(scene, dpi, &RunCache::new()).expect("a small picture")
}

/// A random partition of a rectangle: each cell of a grid carries a label, an area is all cells of a label (islands, holes and
/// T-junctions come of themselves), inner corners are shaken, and borders wiggle.
#[derive(Debug, Clone)]
struct Partition {
    columns: usize,
    rows: usize,
    labels: Vec<usize>,
    shake: Vec<(f64, f64)>,
    wiggle: Vec<f64>,
    /// Left, top, width and height in millimetres.
    frame: [f64; 4],
    clockwise: bool,
}

fn partition() -> impl Strategy<Value = Partition> {
    (2usize..9, 2usize..9, 2usize..12, any::<bool>()).prop_flat_map(|(columns, rows, labels, clockwise)| {
        let cells = columns * rows;
        (
            prop::collection::vec(0..labels, cells),
            prop::collection::vec((-0.49..0.49f64, -0.49..0.49f64), (columns + 1) * (rows + 1)),
            prop::collection::vec(-1.0..1.0f64, 64),
            (0.3..3.0f64, 0.3..3.0f64, 3.0..30.0f64, 3.0..30.0f64),
        )
            .prop_map(move |(labels, shake, wiggle, f)| Partition {
                columns,
                rows,
                labels,
                shake,
                wiggle,
                frame: [f.0, f.1, f.2, f.3],
                clockwise,
            })
    })
}

impl Partition {
    fn corner(&self, x: usize, y: usize) -> [f64; 2] {
        let on_edge = x == 0 || y == 0 || x == self.columns || y == self.rows;
        let (dx, dy) = if on_edge { (0.0, 0.0) } else { self.shake[y * (self.columns + 1) + x] };
        let (fx, fy) = ((x as f64 + dx) / self.columns as f64, (y as f64 + dy) / self.rows as f64);
        [self.frame[0] + self.frame[2] * fx, self.frame[1] + self.frame[3] * fy]
    }

    fn label(&self, x: i64, y: i64) -> Option<usize> {
        let inside = x >= 0 && y >= 0 && x < self.columns as i64 && y < self.rows as i64;
        inside.then(|| self.labels[y as usize * self.columns + x as usize])
    }

    /// Every unit edge between two labels as an arc, with what lies on both sides of it (left when walked forwards, y up).
    fn geometry(&self) -> MosaicGeometry {
        let mut arcs = Arcs::default();
        let mut edges: BTreeMap<usize, Vec<(ArcRef, (usize, usize), (usize, usize))>> = BTreeMap::new();
        for y in 0..=self.rows {
            for x in 0..=self.columns {
                let (cx, cy) = (x as i64, y as i64);
                let right = (x < self.columns).then_some(((x + 1, y), self.label(cx, cy - 1), self.label(cx, cy)));
                let down = (y < self.rows).then_some(((x, y + 1), self.label(cx, cy), self.label(cx - 1, cy)));
                for (end, one, other) in [right, down].into_iter().flatten() {
                    if one == other {
                        continue;
                    }
                    let number = arcs.push(self.border((x, y), end, one.is_some() && other.is_some()));
                    let arc = ArcRef::forwards(number);
                    if let Some(label) = one {
                        edges.entry(label).or_default().push((arc, (x, y), end));
                    }
                    if let Some(label) = other {
                        edges.entry(label).or_default().push((arc.reversed(), end, (x, y)));
                    }
                }
            }
        }
        let areas = edges.into_values().map(|edges| self.polygons(&arcs, edges)).collect();
        MosaicGeometry { arcs, areas }
    }

    fn border(&self, from: (usize, usize), to: (usize, usize), inner: bool) -> Vec<[f64; 2]> {
        let (a, b) = (self.corner(from.0, from.1), self.corner(to.0, to.1));
        let mut out = vec![a];
        for i in 1..7 {
            let t = f64::from(i) / 7.0;
            let wiggle = self.wiggle[(from.0 * 31 + from.1 * 17 + i as usize) % 64] * 0.001 * f64::from(u8::from(inner));
            out.push([a[0] + (b[0] - a[0]) * t + wiggle, a[1] + (b[1] - a[1]) * t - wiggle]);
        }
        out.push(b);
        out
    }

    /// Links directed edges to rings; rings that wind one way are outer ones, the others holes (of the first, which is as good).
    fn polygons(&self, arcs: &Arcs, mut edges: Vec<(ArcRef, (usize, usize), (usize, usize))>) -> Vec<Polygon> {
        let (mut outer, mut holes) = (Vec::new(), Vec::new());
        while let Some((arc, start, mut at)) = edges.pop() {
            let mut ring = vec![arc];
            while at != start {
                let next = edges.iter().position(|e| e.1 == at).expect("an edge goes on from every corner");
                let (arc, _, end) = edges.swap_remove(next);
                ring.push(arc);
                at = end;
            }
            let places = caremap::coverage::ring_positions(arcs, &ring);
            let turn: f64 = places.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum();
            if self.clockwise {
                ring = ring.into_iter().rev().map(ArcRef::reversed).collect();
            }
            if turn < 0.0 { outer.push(ring) } else { holes.push(ring) }
        }
        let mut polygons: Vec<Polygon> = outer.into_iter().map(|exterior| Polygon { exterior, holes: Vec::new() }).collect();
        polygons[0].holes = holes;
        polygons
    }

    fn page(&self) -> (f64, f64) {
        (self.frame[0] * 2.0 + self.frame[2], self.frame[1] * 2.0 + self.frame[3])
    }

    /// Whether a pixel lies wholly inside the partition.
    fn holds(&self, x: u32, y: u32, dpi: f64) -> bool {
        let mm = 25.4 / dpi;
        let (slack, [left, top, width, height]) = (1e-3 * mm, self.frame);
        f64::from(x) * mm >= left + slack
            && f64::from(x + 1) * mm <= left + width - slack
            && f64::from(y) * mm >= top + slack
            && f64::from(y + 1) * mm <= top + height - slack
    }
}

fn pixels(picture: &Picture) -> impl Iterator<Item = (u32, u32, Colour)> + '_ {
    let all = (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y)));
    all.filter_map(|(x, y)| picture.pixel(x, y).map(|colour| (x, y, colour)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_background_shows_between_areas_of_one_colour(p in partition(), dpi in prop::sample::select(vec![72.0, 96.0, 150.0, 301.7, 600.0, 1200.0])) {
        let dpi = if dpi > 400.0 && p.frame[2] * p.frame[3] > 200.0 { dpi / 4.0 } else { dpi };
        let geometry = Arc::new(p.geometry());
        let colour = Colour::new(13, 201, 77);
        let fills = vec![Some(Paint::Solid(colour)); geometry.areas.len()];
        let (width, height) = p.page();
        let picture = drawn(&scene(width, height, RED, vec![mosaic(&geometry, fills)]), dpi);
        let mut seen = 0;
        for (x, y, pixel) in pixels(&picture).filter(|(x, y, _)| p.holds(*x, *y, dpi)) {
            prop_assert_eq!(pixel, colour, "at {},{}", x, y);
            seen += 1;
        }
        prop_assert!(seen > 0);
    }

    #[test]
    fn pixels_mix_only_the_colours_of_areas(p in partition()) {
        // Colours that add up to 300: so does every mix of them, to within rounding. The background does not.
        let geometry = Arc::new(p.geometry());
        let colour = |i: usize| Colour::new((i * 37 % 140) as u8, 100, (200 - i * 37 % 140) as u8);
        let fills = (0..geometry.areas.len()).map(|i| Some(Paint::Solid(colour(i)))).collect();
        let (width, height) = p.page();
        let picture = drawn(&scene(width, height, BLACK, vec![mosaic(&geometry, fills)]), 110.0);
        for (x, y, c) in pixels(&picture).filter(|(x, y, _)| p.holds(*x, *y, 110.0)) {
            let sum = i32::from(c.r) + i32::from(c.g) + i32::from(c.b);
            prop_assert!((sum - 300).abs() <= 1 && c.g == 100, "{} at {},{}", c, x, y);
        }
    }

    #[test]
    fn a_mirrored_page_gives_a_mirrored_picture(mut p in partition()) {
        let side = (p.frame[2].max(p.frame[3]) + 6.0).ceil();
        p.frame[0] = (side - p.frame[2]) / 2.0;
        let there = p.geometry();
        let back = MosaicGeometry { arcs: there.arcs.map(|[x, y]| [side - x, y]), areas: there.areas.clone() };
        let turned = MosaicGeometry { arcs: there.arcs.map(|[x, y]| [y, x]), areas: there.areas.clone() };
        let fills: Vec<_> = (0..there.areas.len()).map(|i| Some(Paint::Solid(Colour::new((i * 20) as u8, 80, 9)))).collect();
        let [there, back, turned] =
            [there, back, turned].map(|g| drawn(&scene(side, side, WHITE, vec![mosaic(&Arc::new(g), fills.clone())]), 4.0 * ONE_A_MM));
        for (x, y, colour) in pixels(&there) {
            for other in [back.pixel(there.width - 1 - x, y), turned.pixel(y, x)] {
                prop_assert!(near(colour, other.expect("same size"), 1), "at {},{}", x, y);
            }
        }
    }

    #[test]
    fn hostile_shapes_do_not_panic(numbers in prop::collection::vec(hostile_number(), 40), dpi in prop::sample::select(vec![3.0, 72.0, 300.0])) {
        let point = |i: usize| Point { x: numbers[i % 40], y: numbers[(i * 7 + 3) % 40] };
        let stroke = Stroke { colour: RED, width: numbers[5], dashes: vec![numbers[6], numbers[7], numbers[8]] };
        let hatch = Hatch { ground: WHITE, line: BLACK, spacing: numbers[9], width: numbers[10], angle: numbers[11] };
        let mut arcs = Arcs::default();
        for i in 0..4 {
            arcs.push((0..i * 3).map(|j| [numbers[(i * 5 + j) % 40], numbers[(i * 11 + j * 3) % 40]]));
        }
        let ring = |ids: &[i32]| ids.iter().map(|i| ArcRef(*i)).collect::<Vec<_>>();
        let polygon = Polygon { exterior: ring(&[1, 2, !3, 900, i32::MIN]), holes: vec![ring(&[0]), vec![], ring(&[!2, !2])] };
        let geometry = Arc::new(MosaicGeometry { arcs, areas: vec![vec![polygon], vec![], vec![Polygon::default()]] });
        let shape = |path: Path| Item::Shape(Shape {
            path,
            fill: Some(Paint::Hatch(hatch)),
            fill_opacity: numbers[12],
            stroke: Some(stroke.clone()),
            title: None,
        });
        let rect = Rect { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] };
        let mut page = scene(20.0, 10.0, WHITE, vec![
            mosaic(&geometry, vec![Some(Paint::Hatch(hatch))]),
            shape(Path::Lines { parts: vec![vec![], vec![point(1)], (0..20).map(point).collect()], closed: true }),
            shape(Path::Lines { parts: vec![(5..30).map(point).collect()], closed: false }),
            shape(Path::Circle { centre: point(3), radius: numbers[4] }),
            shape(Path::Rect(rect)),
        ]);
        drawn(&page, dpi);
        page.layers[0].clip = Some(rect);
        drawn(&page, dpi);
    }
}

fn hostile_number() -> impl Strategy<Value = f64> {
    let odd = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 1e18, -1e9, 1e-300, 0.0, -0.0, f64::MIN_POSITIVE];
    prop_oneof![2 => prop::sample::select(odd), 3 => -30.0..60.0f64, 1 => 0.0..0.01f64]
}

fn near(a: Colour, b: Colour, by: u8) -> bool {
    a.r.abs_diff(b.r) <= by && a.g.abs_diff(b.g) <= by && a.b.abs_diff(b.b) <= by
}

#[test]
fn shares_agree_with_geos() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("oracle/coverage.json")).expect("the oracle");
    let numbers = |value: &serde_json::Value| -> Vec<f64> {
        value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
    };
    for area in oracle["areas"].as_array().expect("areas") {
        let mut arcs = Arcs::default();
        let mut polygons = Vec::new();
        for polygon in area["polygons"].as_array().expect("polygons") {
            let mut rings = polygon.as_array().expect("rings").iter().map(|ring| {
                let mut places: Vec<[f64; 2]> =
                    ring.as_array().expect("a ring").iter().map(|p| [p[0].as_f64().unwrap(), p[1].as_f64().unwrap()]).collect();
                places.push(places[0]);
                vec![ArcRef::forwards(arcs.push(places))]
            });
            polygons.push(Polygon { exterior: rings.next().expect("an outer ring"), holes: rings.collect() });
        }
        let geometry = Arc::new(MosaicGeometry { arcs, areas: vec![polygons] });
        let picture = drawn(&scene(20.0, 14.0, BLACK, vec![mosaic(&geometry, vec![Some(Paint::Solid(WHITE))])]), ONE_A_MM);
        for ((x, y, colour), share) in pixels(&picture).zip(numbers(&area["shares"])) {
            let off = (f64::from(colour.r) - share * 255.0).abs();
            assert!(off < 0.6, "{}: {} for {} at {x},{y}", area["name"], colour.r, share * 255.0);
        }
    }
    for line in oracle["lines"].as_array().expect("lines") {
        let part = line["points"].as_array().expect("points").iter();
        let part = part.map(|p| Point { x: p[0].as_f64().unwrap(), y: p[1].as_f64().unwrap() }).collect();
        let stroke = Stroke { colour: WHITE, width: line["width"].as_f64().unwrap(), dashes: Vec::new() };
        let path = Path::Lines { parts: vec![part], closed: false };
        let picture = drawn(&scene(20.0, 14.0, BLACK, vec![Item::Shape(Shape::stroked(path, stroke))]), ONE_A_MM);
        let expected = numbers(&line["shares"]);
        let off: Vec<f64> =
            pixels(&picture).zip(&expected).map(|((_, _, c), share)| (f64::from(c.r) / 255.0 - share).abs()).collect();
        let (most, sum) = (off.iter().fold(0.0f64, |a, b| a.max(*b)), off.iter().sum::<f64>());
        let total: f64 = expected.iter().sum();
        println!("width {}: at most {most:.3}, together {:.4} of the line", line["width"], sum / total);
        assert!(most < 0.4 && sum / total < 0.06, "width {}: {most} {}", line["width"], sum / total);
    }
}
