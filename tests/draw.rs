//! Pictures: exact fills without seams, lines, text, reference pictures.

use caremap::colour::Colour;
use caremap::coverage::{ArcRef, Arcs, Polygon};
use caremap::draw::raster::{Picture, RunCache, draw};
use caremap::encode::png;
use caremap::scale::{Hatch, Paint};
use caremap::scene::{Item, Layer, Mosaic, MosaicGeometry, Path, Point, Rect, Scene, Shape, Stroke};
use caremap::text::{Anchor, Family, Style, fonts};
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

fn encode(picture: &Picture, dpi: f64, texts: &[(&str, &str)]) -> Vec<u8> {
    png::encode(picture, dpi, texts).expect("a whole picture")
}

fn drawn(scene: &Scene, dpi: f64) -> Picture {
    draw(scene, dpi, &RunCache::new()).expect("a small picture")
}

/// An arc of a ring with the corners where it begins and ends.
type Edge = (ArcRef, (usize, usize), (usize, usize));

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
        let mut edges: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
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
    fn polygons(&self, arcs: &Arcs, mut edges: Vec<Edge>) -> Vec<Polygon> {
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
            stroke_opacity: numbers[13],
            title: None,
        });
        let rect = Rect { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] };
        let mut page = scene(20.0, 10.0, WHITE, vec![
            mosaic(&geometry, vec![Some(Paint::Hatch(hatch))]),
            shape(Path::Lines { parts: vec![vec![], vec![point(1)], (0..20).map(point).collect()].into(), closed: true }),
            shape(Path::Lines { parts: Arc::new(vec![(5..30).map(point).collect()]), closed: false }),
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
        let path = Path::Lines { parts: vec![part].into(), closed: false };
        let picture = drawn(&scene(20.0, 14.0, BLACK, vec![Item::Shape(Shape::stroked(path, stroke))]), ONE_A_MM);
        let expected = numbers(&line["shares"]);
        let off: Vec<f64> =
            pixels(&picture).zip(&expected).map(|((_, _, c), share)| (f64::from(c.r) / 255.0 - share).abs()).collect();
        let (most, sum) = (off.iter().fold(0.0f64, |a, b| a.max(*b)), off.iter().sum::<f64>());
        let total: f64 = expected.iter().sum();
        println!("width {}: at most {most:.3}, together {:.4} of the line", line["width"], sum / total);
        assert!(most < 0.12 && sum / total < 0.06, "width {}: {most} {}", line["width"], sum / total);
    }
}

fn solid(r: u8, g: u8, b: u8) -> Option<Paint> {
    Some(Paint::Solid(Colour::new(r, g, b)))
}

/// A page with one of everything that is drawn.
fn sampler() -> Scene {
    let wiggle = (0..64).map(|i| f64::from(i * 29 % 64) / 32.0 - 1.0).collect();
    let shake = (0..35).map(|i| (f64::from(i * 13 % 35) / 37.0 - 0.47, f64::from(i * 22 % 35) / 37.0 - 0.47)).collect();
    let labels = vec![0, 0, 1, 2, 2, 3, 0, 1, 4, 2, 3, 3, 5, 4, 4, 3, 6, 6, 6, 4, 7, 6, 5, 6];
    let p = Partition { columns: 6, rows: 4, labels, shake, wiggle, frame: [4.0, 8.0, 52.0, 28.0], clockwise: false };
    let geometry = Arc::new(p.geometry());
    let borders = geometry.arcs.iter().map(|arc| arc.iter().map(|p| Point { x: p[0], y: p[1] }).collect()).collect();
    let hatch = |angle| {
        let (ground, line) = (Colour::new(240, 240, 240), Colour::new(120, 120, 120));
        Some(Paint::Hatch(Hatch { ground, line, spacing: 1.2, width: 0.3, angle }))
    };
    let fills = vec![
        solid(33, 102, 172),
        solid(103, 169, 207),
        hatch(45.0),
        solid(253, 219, 199),
        hatch(45.0),
        solid(178, 24, 43),
        None,
        hatch(120.0),
    ];
    let grey = Colour::new(90, 90, 90);
    let line = |colour, width, dashes: &[f64]| Stroke { colour, width, dashes: dashes.to_vec() };
    let circle = |x, y, radius| Path::Circle { centre: Point { x, y }, radius };
    let dot = |x, y, radius| Shape {
        fill_opacity: 0.7,
        stroke: Some(line(WHITE, 0.2, &[])),
        ..Shape::filled(circle(x, y, radius), Paint::Solid(grey))
    };
    let dashed = vec![vec![Point { x: 2.0, y: 38.0 }, Point { x: 30.0, y: 36.5 }, Point { x: 58.0, y: 38.5 }]];
    let star = (0..5).map(|i| {
        let angle = f64::from(i * 2) * std::f64::consts::TAU / 5.0;
        Point { x: 52.0 + 3.0 * libm::sin(angle), y: 4.2 - 3.0 * libm::cos(angle) }
    });
    let text = |content: &str, style: Style, x: f64, y: f64, halo| {
        let line = fonts().set(content, &style).expect("bundled characters");
        Item::Text(line.placed(x, y, Anchor::Start, BLACK, halo))
    };
    let frame = Rect { x: 3.0, y: 7.0, width: 40.3, height: 30.0 };
    let map = Layer {
        id: "map".into(),
        name: "Map".into(),
        clip: Some(frame),
        items: vec![
            mosaic(&geometry, fills),
            Item::Shape(Shape::stroked(Path::Lines { parts: Arc::new(borders), closed: false }, line(WHITE, 0.25, &[]))),
            Item::Shape(dot(12.0, 14.0, 2.2)),
            Item::Shape(dot(14.5, 15.0, 1.1)),
            text("石家庄市 Shijiazhuang", Style::points(Family::Sans, 7.0), 9.0, 22.0, Some((WHITE, 0.35))),
        ],
    };
    let furniture = Layer {
        id: "furniture".into(),
        name: "Furniture".into(),
        clip: None,
        items: vec![
            Item::Shape(Shape::stroked(Path::Rect(frame), line(BLACK, 0.1, &[]))),
            text("每千人口床位数 2013", Style::points(Family::Serif, 9.0), 3.0, 5.0, None),
            Item::Shape(Shape::stroked(
                Path::Lines { parts: dashed.into(), closed: false },
                line(Colour::new(200, 0, 0), 0.4, &[2.0, 1.2, 0.0, 1.2]),
            )),
            Item::Shape(Shape::filled(
                Path::Lines { parts: Arc::new(vec![star.collect()]), closed: true },
                Paint::Solid(Colour::new(200, 0, 0)),
            )),
        ],
    };
    Scene { layers: vec![map, furniture], ..scene(60.0, 40.0, WHITE, vec![]) }
}

/// Compares with the picture kept under tests/pictures, to the byte. `BLESS=1` keeps the new one.
fn assert_as_kept(name: &str, picture: &Picture) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = root.join("tests/pictures").join(format!("{name}.png"));
    if std::env::var_os("BLESS").is_some() {
        let bytes = encode(picture, 96.0, &[]);
        assert!(bytes.len() <= 20 * 1024, "{name}: {} bytes are too many to keep", bytes.len());
        return std::fs::write(&kept, bytes).expect("the folder of pictures can be written");
    }
    let before = decode(&std::fs::read(&kept).expect("a kept picture; BLESS=1 makes it"));
    let folder = root.join("target/diff").join(name);
    if before != *picture {
        write_difference(&folder, &before, picture);
    }
    assert!(before == *picture, "{name} is drawn differently; see {}, and keep it with BLESS=1 if it is right", folder.display());
}

fn write_difference(folder: &std::path::Path, before: &Picture, picture: &Picture) {
    std::fs::create_dir_all(folder).expect("target can be written");
    let differ = |(i, value): (usize, &u8)| 255 - value.abs_diff(before.rgb.get(i).copied().unwrap_or(0));
    let diff = Picture { rgb: picture.rgb.iter().enumerate().map(differ).collect(), ..*picture };
    for (which, picture) in [("before", before), ("after", picture), ("diff", &diff)] {
        std::fs::write(folder.join(format!("{which}.png")), encode(picture, 96.0, &[])).expect("target can be written");
    }
}

fn decode(bytes: &[u8]) -> Picture {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut rgb).expect("whole");
    reader.finish().expect("a sound end");
    assert_eq!(info.color_type, ::png::ColorType::Rgb);
    Picture { width: info.width, height: info.height, rgb }
}

#[test]
fn the_sampler_is_drawn_as_kept() {
    assert_as_kept("sampler", &drawn(&sampler(), 96.0));
    assert_as_kept("sampler-small", &drawn(&sampler(), 300.0).scaled_to_width(160));
}

#[test]
fn nothing_is_drawn_outside_the_clip_of_a_layer() {
    let mut page = sampler();
    page.layers.truncate(1);
    let picture = drawn(&page, 150.0);
    let px = |mm: f64| (mm * 150.0 / 25.4_f64).round() as u32;
    let outside = |x, y| x < px(3.0) || y < px(7.0) || x >= px(43.3) || y >= px(37.0);
    assert!(pixels(&picture).all(|(x, y, colour)| !outside(x, y) || colour == WHITE));
    assert!(pixels(&picture).any(|(x, _, colour)| x == px(43.3) - 1 && colour != WHITE));
}

#[test]
fn threads_and_a_warm_cache_change_no_byte() {
    let page = sampler();
    let with = |threads: usize, cache: &RunCache| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| encode(&draw(&page, 600.0, cache).expect("drawn"), 600.0, &[]))
    };
    let (one, two) = (RunCache::new(), RunCache::new());
    let first = with(1, &one);
    assert!(first == with(2, &two) && first == with(2, &one) && first == with(1, &two));
    assert!(decode(&first) == draw(&page, 600.0, &RunCache::new()).expect("drawn"));
}

#[test]
fn png_says_its_resolution_and_texts_and_loses_nothing() {
    let picture = drawn(&sampler(), 200.0);
    let bytes = encode(&picture, 300.0, &[("Title", "床位"), ("Software", "caremap"), ("", "x"), ("Bad\0", "y")]);
    assert!(decode(&bytes) == picture);
    let reader = ::png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().expect("a PNG");
    let info = reader.info();
    assert_eq!(info.pixel_dims.map(|d| (d.xppu, d.yppu)), Some((11_811, 11_811)));
    assert_eq!(info.uncompressed_latin1_text.len(), 1);
    assert_eq!(info.utf8_text[0].get_text().ok().as_deref(), Some("床位"));
    let flat = Picture::filled(900, 3000, RED);
    assert!(decode(&encode(&flat, f64::NAN, &[])) == flat);
    assert!(png::encode(&Picture { height: 4000, ..flat }, 300.0, &[]).is_err());
}

/// Lines that cross within one path are one line: where they meet, half opacity is laid on once.
#[test]
fn a_line_of_half_opacity_is_half_way_to_its_colour() {
    let across = vec![Point { x: 0.0, y: 5.0 }, Point { x: 20.0, y: 5.0 }];
    let down = vec![Point { x: 10.0, y: 0.0 }, Point { x: 10.0, y: 10.0 }];
    let path = Path::Lines { parts: vec![across, down].into(), closed: false };
    let mut shape = Shape::stroked(path, Stroke { colour: BLACK, width: 4.0, dashes: vec![] });
    shape.stroke_opacity = 0.5;
    let picture = drawn(&scene(20.0, 10.0, WHITE, vec![Item::Shape(shape)]), ONE_A_MM);
    let half = Some(Colour::new(127, 127, 127));
    assert_eq!([(3, 5), (10, 5), (10, 1)].map(|(x, y)| picture.pixel(x, y)), [half; 3]);
    assert_eq!(picture.pixel(3, 1), Some(WHITE));
}

#[test]
fn a_page_too_large_is_refused_with_the_next_step() {
    let page = scene(1000.0, 1000.0, WHITE, vec![]);
    let problem = draw(&page, 600.0, &RunCache::new()).expect_err("558 million pixels");
    assert_eq!(
        problem.to_string(),
        "error: A page of 1000 x 1000 mm at 600 dpi would be a picture of 23622 x 23622 pixels; at most 200 million in all \
         and 65,000 a side are drawn. Lower the dpi or the size of the page, or write SVG."
    );
    for (width, dpi) in [(f64::NAN, 300.0), (100.0, f64::INFINITY), (-1.0, 300.0), (100.0, 0.0), (0.001, 72.0)] {
        let page = scene(width, 100.0, WHITE, vec![]);
        assert_eq!(draw(&page, dpi, &RunCache::new()).expect_err("no picture").id, "picture-size");
    }
}
