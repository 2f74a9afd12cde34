//! What the SVG of a page holds: exact small files, well-formed for any names, and fills that leave no seam.
//!
//! The files under `tests/scenes` are what the scenes below must give, byte for byte. After an intended change run the tests with
//! `CAREMAP_BLESS=1`, look at the files, and commit them.

#![allow(clippy::unwrap_used)]

use caremap::colour::Colour;
use caremap::coverage::{ArcRef, Arcs, Polygon};
use caremap::draw::svg::{Form, SvgOptions, TextMode, write};
use caremap::scale::{Hatch, Paint};
use caremap::scene::{AreaTitle, Item, Layer, Mosaic, MosaicGeometry, Path, Point, Rect, Scene, Shape, Stroke, Text};
use caremap::text::{Anchor, Family, Style, fonts};
use proptest::prelude::*;
use std::sync::Arc;

const BLACK: Colour = Colour::new(0, 0, 0);
const WHITE: Colour = Colour::new(255, 255, 255);
const PALE: Colour = Colour::new(222, 235, 247);
const DEEP: Colour = Colour::new(49, 130, 189);

fn scene(layers: Vec<Layer>) -> Scene {
    Scene { width: 20.0, height: 20.0, paper: WHITE, title: "格 & grid".into(), description: "Squares.".into(), layers }
}

fn layer(id: &str, items: Vec<Item>) -> Layer {
    Layer { id: id.into(), name: format!("Layer {id}"), clip: None, items }
}

/// A grid of `across` by `down` areas over shared arcs, every inner corner moved by `shift`, in steps of 2 mm from (1, 1).
fn grid(across: usize, down: usize, shift: impl Fn(usize, usize) -> (f64, f64)) -> MosaicGeometry {
    let corner = |x: usize, y: usize| {
        let inner = x > 0 && y > 0 && x < across && y < down;
        let (dx, dy) = if inner { shift(x, y) } else { (0.0, 0.0) };
        [1.0 + 2.0 * x as f64 + dx, 1.0 + 2.0 * y as f64 + dy]
    };
    let mut arcs = Arcs::default();
    let mut level = vec![vec![0; across]; down + 1];
    for (y, row) in level.iter_mut().enumerate() {
        for (x, arc) in row.iter_mut().enumerate() {
            *arc = arcs.push([corner(x, y), corner(x + 1, y)]);
        }
    }
    let mut upright = vec![vec![0; across + 1]; down];
    for (y, row) in upright.iter_mut().enumerate() {
        for (x, arc) in row.iter_mut().enumerate() {
            *arc = arcs.push([corner(x, y), corner(x, y + 1)]);
        }
    }
    let ring = |x: usize, y: usize| {
        let [top, right, bottom, left] = [level[y][x], upright[y][x + 1], level[y + 1][x], upright[y][x]].map(ArcRef::forwards);
        vec![top, right, bottom.reversed(), left.reversed()]
    };
    let cells = (0..down).flat_map(|y| (0..across).map(move |x| (x, y)));
    let areas = cells.map(|(x, y)| vec![Polygon { exterior: ring(x, y), holes: Vec::new() }]).collect();
    MosaicGeometry { arcs, areas }
}

fn mosaic(geometry: MosaicGeometry, fills: Vec<Option<Paint>>, name: &str) -> Mosaic {
    let titles = (0..fills.len()).map(|n| AreaTitle { code: format!("{}", 110000 + n), title: format!("{name} {n}") }).collect();
    Mosaic { geometry: Arc::new(geometry), fills, titles }
}

fn label(text: &str, x: f64, y: f64, halo: Option<(Colour, f64)>) -> Text {
    fonts().set(text, &Style::new(Family::Sans, 3.0)).unwrap().placed(x, y, Anchor::Start, BLACK, halo)
}

fn expect(name: &str, svg: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenes").join(name);
    if std::env::var_os("CAREMAP_BLESS").is_some() {
        std::fs::write(&path, svg).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap();
    assert!(wanted == svg, "{name} changed:\n{svg}");
    well_formed(svg).unwrap();
}

#[test]
fn a_mosaic_is_stacked_hatched_and_titled() {
    let hatch = Hatch { ground: PALE, line: BLACK, spacing: 0.8, width: 0.1, angle: 45.0 };
    let fills = [Some(Paint::Solid(PALE)), Some(Paint::Solid(DEEP)), Some(Paint::Hatch(hatch)), None];
    let fills = mosaic(grid(2, 2, |_, _| (0.3, 0.2)), fills.to_vec(), "<区>");
    let mut areas = layer("areas", vec![Item::Mosaic(fills)]);
    areas.clip = Some(Rect { x: 0.5, y: 0.5, width: 4.0, height: 4.0 });
    let svg = write(&scene(vec![areas]), &SvgOptions { interactive: true, ..SvgOptions::default() });
    expect("mosaic.svg", &svg);
}

#[test]
fn shapes_have_fills_lines_dashes_and_titles() {
    let stroke = Stroke { colour: DEEP, width: 0.1, dashes: vec![1.0, 0.5] };
    let triangle = vec![Point { x: 1.0, y: 1.0 }, Point { x: 4.0, y: 1.0 }, Point { x: 4.0, y: 4.0 }];
    let circle = Path::Circle { centre: Point { x: 10.0, y: 5.125 }, radius: 1.5 };
    let items = vec![
        Item::Shape(Shape::stroked(Path::Lines { parts: vec![triangle].into(), closed: true }, stroke.clone())),
        Item::Shape(Shape {
            fill_opacity: 0.5,
            stroke: Some(stroke),
            stroke_opacity: 0.25,
            title: Some("A & B".into()),
            ..Shape::filled(circle, Paint::Solid(PALE))
        }),
        Item::Shape(Shape::filled(Path::Rect(Rect { x: 1.0, y: 8.0, width: 3.0, height: 2.0 }), Paint::Solid(DEEP))),
    ];
    let options = SvgOptions {
        form: Form::Inline { prefix: "m 1".into() },
        metadata: Some("{\"a\": \"<\"}".into()),
        ..SvgOptions::default()
    };
    expect("shapes.svg", &write(&scene(vec![layer("shapes", items)]), &options));
}

#[test]
fn text_is_outlines_or_text_with_its_font() {
    let page = scene(vec![layer(
        "text",
        vec![Item::Text(label("浉河 3%", 1.0, 5.0, None)), Item::Text(label("河", 1.0, 10.0, Some((WHITE, 0.2))))],
    )]);
    expect("text-outlines.svg", &write(&page, &SvgOptions::default()));
    let embedded = write(&page, &SvgOptions { text: TextMode::Embedded, ..SvgOptions::default() });
    expect("text-embedded.svg", &embedded);
    assert!(embedded.contains(">浉河 3%</text>") && embedded.contains("@font-face"));
}

#[test]
fn two_inline_figures_share_no_id() {
    let page = scene(vec![layer("areas", vec![Item::Text(label("河", 1.0, 5.0, Some((WHITE, 0.2))))])]);
    let ids = |prefix: &str| -> Vec<String> {
        let svg = write(&page, &SvgOptions { form: Form::Inline { prefix: prefix.into() }, ..SvgOptions::default() });
        svg.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let (first, second) = (ids("a"), ids("b"));
    assert!(!first.is_empty() && first.iter().all(|id| id.starts_with("a-")));
    assert!(first.iter().all(|id| !second.contains(id)));
}

#[test]
fn an_unclassed_mosaic_is_drawn_area_by_area_inside_its_outline() {
    let fills = (0..36).map(|n| Some(Paint::Solid(Colour::new(n * 7, 100, 50)))).collect();
    let page = scene(vec![layer("areas", vec![Item::Mosaic(mosaic(grid(6, 6, |_, _| (0.0, 0.0)), fills, "x"))])]);
    let svg = write(&page, &SvgOptions { interactive: true, ..SvgOptions::default() });
    well_formed(&svg).unwrap();
    assert_eq!(svg.matches("<use xlink:href=\"#shape-").count(), 3 * 36);
    assert_eq!(svg.matches("data-code=").count(), 36);
    let outline = svg.split("<clipPath").nth(1).unwrap().split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(doubled_area(&rings(outline)).abs(), 2 * 1200 * 1200);
}

/// The corners of a closed line, in units.
type Ring = Vec<(i64, i64)>;

/// The colours and rings of the stacked layers, lowest first.
fn stack(svg: &str) -> Vec<(String, Vec<Ring>)> {
    let group = svg.split("<g fill-rule=\"evenodd\">\n").nth(1).unwrap().split("</g>").next().unwrap();
    let mut layers: Vec<(String, Vec<Ring>)> = Vec::new();
    for path in group.lines() {
        let mut parts = path.split('"');
        let (colour, data) = (parts.nth(1).unwrap().to_owned(), parts.nth(1).unwrap());
        layers.push((colour, rings(data)));
    }
    layers
}

/// Rings of path data that has only `M`, `l` and `z`.
fn rings(data: &str) -> Vec<Ring> {
    data.split('M').skip(1).map(ring).collect()
}

fn ring(part: &str) -> Ring {
    let spaced = part.trim_end_matches('z').replace('l', " ").replace('-', " -");
    let numbers: Vec<i64> = spaced.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let mut at = (0, 0);
    let step = |pair: &[i64]| {
        at = (at.0 + pair[0], at.1 + pair[1]);
        at
    };
    numbers.chunks(2).map(step).collect()
}

fn doubled_area(rings: &[Ring]) -> i64 {
    let cross = |ring: &[(i64, i64)], n: usize| {
        let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
        a.0 * b.1 - b.0 * a.1
    };
    rings.iter().map(|ring| (0..ring.len()).map(|n| cross(ring, n)).sum::<i64>()).sum()
}

/// Even-odd.
fn holds(rings: &[Ring], (x, y): (f64, f64)) -> bool {
    let mut inside = false;
    for ring in rings {
        for n in 0..ring.len() {
            let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
            let (ax, ay, bx, by) = (a.0 as f64, a.1 as f64, b.0 as f64, b.1 as f64);
            if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                inside = !inside;
            }
        }
    }
    inside
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each layer holds exactly the areas of its colour and of all colours after it. So on a border between two areas the lower
    /// layer has no edge, and a viewer that blends edges has nothing of the paper to blend with.
    #[test]
    fn layers_hold_their_areas_and_all_that_come_after(
        classes in prop::collection::vec(0usize..5, 24),
        shifts in prop::collection::vec((-0.7f64..0.7, -0.7f64..0.7), 35),
    ) {
        let geometry = grid(6, 4, |x, y| shifts[y * 7 + x]);
        let middles: Vec<(f64, f64)> = geometry.areas.iter().map(|polygons| {
            let corners = caremap::coverage::ring_positions(&geometry.arcs, &polygons[0].exterior);
            let mean = |axis: usize| corners[..4].iter().map(|c| c[axis]).sum::<f64>() / 4.0;
            (mean(0) * 100.0 + 0.013, mean(1) * 100.0 + 0.017)
        }).collect();
        let colour = |class: usize| Colour::new(250 - 40 * class as u8, 250 - 40 * class as u8, 255);
        let fills = classes.iter().map(|class| Some(Paint::Solid(colour(*class)))).collect();
        let page = scene(vec![layer("areas", vec![Item::Mosaic(mosaic(geometry, fills, "x"))])]);
        let options = SvgOptions { interactive: true, ..SvgOptions::default() };
        let svg = write(&page, &options);
        prop_assert_eq!(&svg, &write(&page, &options));
        let layers = stack(&svg);
        for (number, (_, rings)) in layers.iter().enumerate() {
            for (area, middle) in middles.iter().enumerate() {
                let own = layers.iter().position(|(c, _)| *c == colour(classes[area]).to_string()).unwrap();
                prop_assert_eq!(holds(rings, *middle), own >= number, "layer {} area {}", number, area);
            }
        }
        // The areas on top share every rounded vertex: their sizes add up to the whole without remainder.
        let areas = svg.split("<g class=\"areas\"").nth(1).unwrap();
        let each: i64 = areas.split("<path d=\"").skip(1).map(|d| doubled_area(&rings(d.split('"').next().unwrap())).abs()).sum();
        prop_assert_eq!(each, 2 * 1200 * 800);
        prop_assert_eq!(doubled_area(&layers[0].1).abs(), each);
    }

    #[test]
    fn any_names_give_a_well_formed_file(title in "\\PC{0,30}|[\u{0}-\u{1f}<>&\"'\\]a-]{0,30}", code in "\\PC{0,12}|[ <\"#\u{7}]{0,9}", metadata in ".{0,30}") {
        let mut map = mosaic(grid(1, 1, |_, _| (0.0, 0.0)), vec![Some(Paint::Solid(PALE))], &title);
        map.titles[0].code = code.clone();
        let mut page = scene(vec![layer(&code, vec![Item::Mosaic(map)])]);
        page.title = title.clone();
        page.description = title.clone();
        page.layers[0].name = title;
        let options = SvgOptions { interactive: true, metadata: Some(metadata), form: Form::Standalone, language: code, ..SvgOptions::default() };
        prop_assert_eq!(well_formed(&write(&page, &options)), Ok(()));
    }
}

#[test]
fn places_that_are_no_numbers_do_not_break_the_file() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300];
    let points = bad.iter().map(|x| Point { x: *x, y: *x }).collect::<Vec<_>>();
    let mut geometry = MosaicGeometry::default();
    geometry.arcs.push(bad.iter().map(|x| [*x, -*x]));
    geometry.areas = vec![vec![Polygon { exterior: vec![ArcRef(0), ArcRef(99), ArcRef(-77)], holes: vec![vec![]] }], vec![]];
    let stroke = Stroke { colour: BLACK, width: f64::NAN, dashes: vec![f64::NAN, -1.0] };
    let items = vec![
        Item::Mosaic(Mosaic { geometry: Arc::new(geometry), fills: vec![Some(Paint::Solid(DEEP)); 5], titles: Vec::new() }),
        Item::Shape(Shape::stroked(Path::Lines { parts: vec![points, vec![]].into(), closed: true }, stroke)),
        Item::Shape(Shape::filled(Path::Circle { centre: Point { x: f64::NAN, y: 0.0 }, radius: -1.0 }, Paint::Solid(DEEP))),
    ];
    let mut clipped = layer("bad", items);
    clipped.clip = Some(Rect { x: f64::NAN, y: 0.0, width: -1.0, height: f64::INFINITY });
    let svg = write(&scene(vec![clipped]), &SvgOptions { interactive: true, tolerance_mm: f64::NAN, ..SvgOptions::default() });
    well_formed(&svg).unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf\""));
}

/// A small check of XML 1.0: tags balance, attributes are quoted and unique, no character or reference is out of place.
fn well_formed(xml: &str) -> Result<(), String> {
    if let Some(bad) = xml.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{7f}'..='\u{9f}')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    }) {
        return Err(format!("U+{:04X}", bad as u32));
    }
    let xml = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap_or(xml);
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        references(&rest[..start])?;
        if rest[..start].contains('>') {
            return Err(format!("a stray > in {}", &rest[..start]));
        }
        let end = start + rest[start..].find('>').ok_or("a tag without an end")?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop();
            if opened != Some(name) {
                return Err(format!("</{name}> closes {opened:?}"));
            }
            continue;
        }
        let name = tag.split([' ', '/', '\n']).next().unwrap_or_default();
        attributes(tag[name.len()..].trim_end_matches('/'))?;
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() && rest.trim().is_empty() { Ok(()) } else { Err(format!("{open:?} left open, then {rest:?}")) }
}

fn attributes(text: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").ok_or_else(|| format!("no value in {rest}"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("no end in {rest}"))?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:_".contains(&b)) || seen.contains(&name) {
            return Err(format!("attribute {name:?}"));
        }
        seen.push(name);
        references(value)?;
        rest = after.trim_start();
    }
    Ok(())
}

fn references(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        if !["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| part.starts_with(name)) {
            return Err(format!("&{part}"));
        }
    }
    Ok(())
}
