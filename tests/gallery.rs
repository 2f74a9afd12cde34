//! The gallery: what its pages say, that hostile names are inert, and that every link leads somewhere.

#![allow(clippy::unwrap_used)]

use caremap::classify::{Closure, Method};
use caremap::level::Level;
use caremap::publish::record::{ClassRecord, Input, Record};
use caremap::publish::words::{Facts, Part, paragraph};
use caremap::publish::{Card, Cover, Page, Picture, Ranking, Series, Undrawn, ValueCell, ValueRow, Values};
use caremap::publish::{front, gallery, stem, values_csv};
use caremap::scale::{self, Ramp, Reading, Scale};
use caremap::spec::{ClassPlan, PalettePlan, Words};
use caremap::table::Missing;
use std::collections::BTreeSet;

const HOSTILE: &str = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>";

fn words(zh: &str, en: &str) -> Words {
    Words { zh: zh.to_owned(), en: en.to_owned() }
}

fn readings(values: &[Result<f64, Missing>]) -> Vec<Reading> {
    values.iter().map(|value| Reading { value: value.clone(), unreliable: None }).collect()
}

fn scale_of(readings: &[Reading], classes: usize, unit: &Words) -> Scale {
    let values: Vec<_> = readings.iter().map(|reading| reading.value.clone()).collect();
    let plan =
        ClassPlan { method: Some(Method::Quantile), classes, breaks: vec![], closure: Closure::Left, zero: false, pivot: None };
    let palette = PalettePlan::Named { name: "ylgnbu".to_owned(), reverse: false };
    scale::build(&values, &plan, &palette, unit, None).value
}

fn described(readings: &[Reading], names: &[&str], level: Level, unit: &Words) -> Words {
    let names: Vec<Words> = names.iter().map(|name| words(name, name)).collect();
    paragraph(&Facts {
        title: &words("每千人床位", "Beds per 1,000 people"),
        level,
        names: &names,
        panels: &[Part { heading: &Words::default(), readings, scale: None }],
        scale: Some(&scale_of(readings, 2, unit)),
        method: Some(Method::Quantile),
        doubt: None,
    })
}

#[test]
fn the_paragraph_says_range_classes_highest_lowest_and_missing() {
    let mut data = readings(&[
        Ok(3.0),
        Ok(4.5),
        Ok(9.5),
        Ok(4.5),
        Ok(6.0),
        Ok(7.0),
        Ok(8.0),
        Err(Missing::NoRow),
        Err(Missing::Marked("—".to_owned())),
    ]);
    data[0].unreliable = Some("few people asked".to_owned());
    let names = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬"];
    let said = described(&data, &names, Level::Province, &words("张", "beds"));
    assert_eq!(
        said.en,
        "The map shows “Beds per 1,000 people” for 9 province-level areas. Values range from 3.0 to 9.5 beds. Highest: 丙 (9.5), 庚 (8.0), \
         己 (7.0). Lowest: 甲 (3.0), 乙 and 丁 (4.5 each). There are 2 classes by quantiles (number of areas in brackets): 3.0 – <6.0 (3), \
         6.0 – 9.5 (4). Without a value: 辛 (no row in the table); 壬 (marked “—”). 1 value is unreliable and hatched, for the reason “few people asked”: 甲. \
         Areas without an English name are named in Chinese."
    );
    assert_eq!(
        said.zh,
        "本图显示 9 个省级行政区的“每千人床位”。数值范围为 3.0 至 9.5 张。最高：丙（9.5），庚（8.0），己（7.0）；最低：甲（3.0），乙、丁（均为 4.5）。\
         按分位数法分为 2 级，括号内为区域数：3.0 – <6.0（3）、6.0 – 9.5（4）。无数值：辛（表中无此区域）；壬（标记为“—”）。\
         图中以斜线标出的 1 个数值不可靠，原因为“few people asked”：甲。"
    );
}

#[test]
fn the_paragraph_is_right_for_ties_and_for_few_values() {
    let none = Words::default();
    let ties = readings(&[Ok(0.0), Ok(0.0), Ok(0.0), Ok(0.0), Ok(0.0), Ok(1.0), Ok(2.0), Ok(3.0)]);
    let said = described(&ties, &["a", "b", "c", "d", "e", "f", "g", "h"], Level::Unit, &words("％", "%")).en;
    assert!(said.contains("range from 0 to 3%. Highest: h (3), g (2), f (1). Lowest: a, b, c and 2 more (0 each)."), "{said}");
    let equal = described(&readings(&[Ok(2.0), Ok(2.0)]), &["a", "b"], Level::County, &none);
    assert!(equal.en.contains("for 2 county-level areas. All 2 values are 2."), "{}", equal.en);
    let one = described(&readings(&[Ok(2.0), Err(Missing::Empty)]), &["a", "b"], Level::Prefecture, &none);
    assert!(one.en.contains("Only a has a value: 2. There is 1 class"), "{}", one.en);
    let nothing = described(&readings(&[Err(Missing::Empty)]), &["a"], Level::Prefecture, &none);
    assert_eq!(
        nothing.en,
        "The map shows “Beds per 1,000 people” for 1 prefecture-level area. No area has data. Without a value: a (empty cell)."
    );
    let few = described(&readings(&[Ok(2.0), Ok(1.0)]), &["a", "b"], Level::Prefecture, &none);
    assert!(few.en.contains("From highest to lowest: a (2), b (1)."), "{}", few.en);
}

/// A page with a chequered map of so many areas, some of whose names are hostile.
fn page(id: &str, side: usize, series: Option<Series>) -> Page {
    let count = side * side;
    let names: Vec<String> = (0..count).map(|i| if i == 1 { HOSTILE.to_owned() } else { format!("第{}区", i + 1) }).collect();
    let data: Vec<Reading> = (0..count)
        .map(|i| Reading {
            value: if i % 13 == 5 { Err(Missing::NoRow) } else { Ok(((i * 7919) % 1000) as f64 / 10.0) },
            unreliable: (i % 17 == 3).then(|| "小样本 small sample".to_owned()),
        })
        .collect();
    let unit = words("张/千人", "beds per 1,000");
    let scale = scale_of(&data, 5, &unit);
    let title = words("每千人口床位数", "Beds per 1,000 people");
    let said = paragraph(&Facts {
        title: &title,
        level: Level::County,
        names: &names.iter().map(|name| words(name, name)).collect::<Vec<_>>(),
        panels: &[Part { heading: &Words::default(), readings: &data, scale: None }],
        scale: Some(&scale),
        method: Some(Method::Quantile),
        doubt: None,
    });
    let mut record = Record::new(id, Level::County);
    record.inputs.push(Input::of("beds.csv", b"code,beds\n"));
    if let Ramp::Classed { classes, colours } = &scale.ramp {
        record.classes = vec![ClassRecord::of(Method::Quantile, classes, colours)];
    }
    let card = Card {
        id: id.to_owned(),
        title: title.clone(),
        subtitle: Some(words("2020 年，按县级行政区", "2020, by county")),
        theme: words("资源", "Resources"),
        level: Level::County,
        year: Some("2020".to_owned()),
        thumbnail: Picture { file: format!("thumbs/{id}.png"), width: 480, height: 360, bytes: 20_000 },
        series,
    };
    Page {
        card,
        svg: svg(side, &names, &data, &scale),
        picture: Picture { file: format!("{id}.png"), width: 2008, height: 1500, bytes: 812_345 },
        svg_file: (format!("{id}.svg"), 1_234_567),
        values: values(&names, &data, &scale, &unit),
        record,
        words: said,
        method: vec![words("床位数除以常住人口。", "Beds over residents."), words(HOSTILE, HOSTILE)],
        sources: vec![words("第七次全国人口普查，2020。", "Seventh national census, 2020.")],
        ranking: Some(Ranking {
            title: words("最缺床位的区域", "Areas with fewest beds"),
            columns: vec![words("区域", "Area"), words("床位", "Beds")],
            rows: vec![vec![words(&names[2], ""), words("1.2", "")], vec![words(HOSTILE, HOSTILE), words("1.3", "")]],
        }),
        warnings: vec![words(HOSTILE, &format!("{HOSTILE}: There is no such area. (beds.csv, line 3)"))],
        ledgers: Vec::new(),
    }
}

fn values(names: &[String], data: &[Reading], scale: &Scale, unit: &Words) -> Values {
    let rows = scale.legend_rows(&scale.counts(data));
    let cell = |reading: &Reading| ValueCell {
        number: reading.value.clone().ok(),
        printed: reading.value.as_ref().map_or("no data".to_owned(), |v| scale::number(*v, scale.decimals)),
        class: rows.iter().find(|row| row.key == scale.key(&reading.value)).map(|row| row.label.en.clone()).unwrap_or_default(),
        unreliable: reading.unreliable.clone(),
    };
    let rows = names.iter().zip(data).enumerate();
    Values {
        columns: vec![Words::default()],
        unit: unit.clone(),
        inputs: Vec::new(),
        rows: rows
            .map(|(i, (name, reading))| ValueRow {
                code: format!("{:06}", 110_000 + i),
                name: name.clone(),
                name_en: name.clone(),
                within: "河北省".to_owned(),
                cells: vec![cell(reading)],
            })
            .collect(),
    }
}

fn svg(side: usize, names: &[String], data: &[Reading], scale: &Scale) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let step = 160.0 / side as f64;
    let mut out = String::from(
        "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 170 127\" role=\"img\" aria-label=\"map\"><title>map</title><g id=\"areas\">",
    );
    for (i, (name, reading)) in names.iter().zip(data).enumerate() {
        let (x, y) = ((i % side) as f64 * step + 5.0, (i / side) as f64 * step * 0.72 + 5.0);
        let colour = match scale.paint(reading) {
            scale::Paint::Solid(colour) => colour,
            scale::Paint::Hatch(hatch) => hatch.ground,
        };
        let value = reading.value.as_ref().map_or("no data".to_owned(), |v| scale::number(*v, scale.decimals));
        out.push_str(&format!(
            "<path d=\"M{x:.3} {y:.3}h{step:.3}v{:.3}h-{step:.3}z\" fill=\"{colour}\"><title>{} {value}</title></path>",
            step * 0.72,
            escaped(name)
        ));
    }
    out + "</g></svg>"
}

fn pages() -> Vec<Page> {
    let series = |place: &str, en: &str| {
        Some(Series {
            id: "distance".to_owned(), title: words("到医院的距离", "Distance to hospital"), place: words(place, en)
        })
    };
    let mut second = page("minutes 分钟#1", 6, None);
    second.card.theme = words("可及性", "Access");
    second.card.level = Level::Prefecture;
    second.card.year = Some("2014, 2019".to_owned());
    let mut index = page("index", 4, None);
    index.card.title = words(HOSTILE, HOSTILE);
    vec![
        page("beds", 20, None),
        second,
        index,
        page("distance-hebei", 5, series("河北省", "Hebei")),
        page("distance-shanxi", 5, series("山西省", "Shanxi")),
        page("distance-liaoning", 5, series("辽宁省", "Liaoning")),
    ]
}

fn cover() -> Cover {
    Cover {
        title: words("中国医疗资源图集", "Atlas of medical resources"),
        about: words("哪里有床位。", "Where the beds are."),
        themes: vec![words("可及性", "Access"), words("资源", "Resources"), words("无图", "Without maps")],
    }
}

#[test]
fn hostile_text_is_inert_and_every_link_leads_to_a_file() {
    let pages = pages();
    let files = gallery(&pages, &cover());
    let mut known: BTreeSet<String> = files.iter().map(|(path, _)| path.clone()).collect();
    assert_eq!(known.len(), files.len());
    for page in &pages {
        known.extend([page.picture.file.clone(), page.card.thumbnail.file.clone(), page.svg_file.0.clone()]);
    }
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains("<script>") && !text.contains("<img src=x"), "{path}");
        assert_eq!(text.matches("<script").count(), 1, "{path}");
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"zh-CN\">"), "{path}");
        for link in text.split("href=\"").skip(1).chain(text.split("src=\"").skip(1)) {
            let link = link.split('"').next().unwrap();
            let target = decoded(link);
            assert!(link.starts_with('#') || known.contains(&target), "{path}: {link}");
        }
    }
    write_for_browsers(&files, &pages);
}

/// `%XX` back to bytes.
fn decoded(link: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = link.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    String::from_utf8(bytes).unwrap()
}

/// Leaves the gallery in the target folder, for looking at it and for tests in a browser.
fn write_for_browsers(files: &[(String, Vec<u8>)], pages: &[Page]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    for (path, bytes) in files {
        write(path, bytes);
    }
    for page in pages {
        write(&page.svg_file.0, page.svg.as_bytes());
        for picture in [&page.picture, &page.card.thumbnail] {
            write(&picture.file, &flat_png(picture.width, picture.height));
        }
    }
}

fn flat_png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let shades: Vec<u8> = (0..width * height).map(|i| 160 + ((i % width) * 80 / width) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&shades).unwrap();
    out
}

#[test]
fn names_of_files_are_safe() {
    assert_eq!(stem("../../etc/passwd"), "-..-etc-passwd");
    assert_eq!(stem("index"), "index-map");
    assert_eq!(stem("床位 2020"), "床位-2020");
    assert_eq!(stem("..."), "map");
}

#[test]
fn values_are_written_for_spreadsheets_and_programs() {
    let cell =
        ValueCell { number: Some(0.1 + 0.2), printed: "0.3".to_owned(), class: "0.1 – <0.5".to_owned(), unreliable: None };
    let missing = ValueCell { number: None, printed: "empty cell".to_owned(), class: "No data".to_owned(), unreliable: None };
    let row = |name: &str, cell: ValueCell| ValueRow {
        code: "010000".to_owned(),
        name: name.to_owned(),
        name_en: "Jia".to_owned(),
        within: String::new(),
        cells: vec![cell],
    };
    let values = Values {
        columns: vec![Words::default()],
        unit: Words::default(),
        rows: vec![row("甲, \"乙\"", cell), row("=HYPERLINK(1)", missing)],
        inputs: vec![("beds".to_owned(), vec!["3".to_owned(), "[empty cell]".to_owned()])],
    };
    assert_eq!(
        values_csv(&values),
        "\u{feff}code,name,name_en,within,value,class,missing,unreliable,beds\r\n\
         010000,\"甲, \"\"乙\"\"\",Jia,,0.3,0.1 – <0.5,,,3\r\n\
         010000,'=HYPERLINK(1),Jia,,,No data,empty cell,,[empty cell]\r\n"
    );
}

#[test]
fn two_galleries_are_the_same_to_the_byte() {
    assert_eq!(gallery(&pages(), &cover()), gallery(&pages(), &cover()));
}

#[test]
fn the_index_keeps_the_order_of_the_themes_and_says_what_is_not_drawn() {
    let pages = pages();
    let cards: Vec<&Card> = pages.iter().map(|page| &page.card).collect();
    let undrawn = [
        Undrawn { id: "broken".into(), title: words("坏图", HOSTILE), says: vec![format!("There is no {HOSTILE}.")] },
        Undrawn { id: "unread".into(), title: Words::default(), says: Vec::new() },
    ];
    let files = front(&cards, &undrawn, &cover());
    let text = String::from_utf8(files.into_iter().find(|(path, _)| path == "index.html").unwrap().1).unwrap();
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in the index"));
    // 可及性 comes second among the maps and first in the atlas.
    assert!(at("<h2><span lang=\"zh-CN\">可及性") < at("<h2><span lang=\"zh-CN\">资源"));
    assert!(at("哪里有床位") < at("Where the beds are."));
    assert!(at("Not drawn (2)") < at("坏图") && at("坏图") < at("<code>broken</code>") && at("<li>unread</li>") > 0);
    assert!(!text.contains("<script>") && !text.contains("<img src=x"));
    // Headings go down one step at a time.
    let levels: Vec<u32> = text.match_indices("<h").filter_map(|(at, _)| text[at + 2..at + 3].parse().ok()).collect();
    assert!(levels[0] == 1 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    let whole = front(&cards, &[], &Cover::default());
    assert!(!String::from_utf8_lossy(&whole[2].1).contains("Not drawn"));
}
