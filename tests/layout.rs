//! What a finished sheet must satisfy: nothing overlaps, nothing is cut, no territory is covered, and the rules for maps of China.

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
        .map(|(title, readings)| SheetPanel { title: words(title, title), readings, titles: titles.clone() })
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
    arrange(sheet, &CACHE).unwrap_or_else(|problems| panic!("{problems:?}"))
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
    list
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

/// Draws every sheet of the gallery for the eye: `cargo test --test layout draw -- --ignored`, into the folder CAREMAP_SHEETS names.
#[test]
#[ignore = "for the eye"]
fn draw_for_the_eye() {
    let folder = std::path::PathBuf::from(std::env::var_os("CAREMAP_SHEETS").expect("CAREMAP_SHEETS names a folder"));
    let only = std::env::var("CAREMAP_ONLY").unwrap_or_default();
    for (preset_name, ..) in PRESETS {
        for (name, sheet) in gallery(preset_name) {
            let file = format!("{name}-{preset_name}.png");
            if !only.is_empty() && !only.split(',').any(|part| file.contains(part)) {
                continue;
            }
            let laid = laid(&sheet);
            for problem in &laid.problems {
                println!("{file}: {problem}");
            }
            let picture =
                caremap::draw::raster::draw(&laid.value.scene, 300.0, &caremap::draw::raster::RunCache::default()).unwrap();
            std::fs::write(folder.join(file), caremap::encode::png::encode(&picture, 300.0, &[])).unwrap();
        }
    }
}
