//! What the columns of a table are, told by their headings and by what stands in them.

use crate::place::name;
use crate::table::{Column, Table};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, or numbers and text.
    Text,
    /// Codes, longitudes, ranks: numbers that neither count nor measure.
    Label,
    /// Years.
    Year,
    /// Whole numbers that count something.
    Count,
    /// Parts of one, or of a hundred, by the heading or by the numbers.
    Share,
    /// A quotient of two quantities.
    Rate,
    /// Index of inequality.
    Index(Index),
    /// Other numbers.
    Number,
}

/// Indices of inequality, and what they are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Index {
    Gini,
    Hoover,
    Theil,
    Mld,
    Mean,
    Deviation,
}

/// A column and its numbers.
pub(super) struct Read<'a> {
    pub column: &'a Column,
    pub kind: Kind,
    /// Words of the heading in small letters.
    pub words: Vec<String>,
    pub numbers: Vec<Option<f64>>,
    /// The most decimals that a number of it is written with.
    pub decimals: i32,
}

impl Read<'_> {
    pub(super) fn name(&self) -> &str {
        &self.column.name
    }

    pub(super) fn number(&self, row: usize) -> Option<f64> {
        self.numbers.get(row).copied().flatten()
    }

    /// The numbers that there are.
    pub(super) fn filled(&self) -> impl Iterator<Item = f64> + '_ {
        self.numbers.iter().flatten().copied()
    }

    /// Numbers that measure or count something.
    pub(super) fn is_quantity(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::Label | Kind::Year)
    }

    /// Half a unit of the last decimal.
    pub(super) fn rounding(&self) -> f64 {
        0.5 * 10.0_f64.powi(-self.decimals)
    }

    pub(super) fn says(&self, words: &[&str]) -> bool {
        says(&self.words, self.name(), words)
    }
}

/// Reads every column of a table.
pub(super) fn read(table: &Table) -> Vec<Read<'_>> {
    table.columns.iter().map(one).collect()
}

fn one(column: &Column) -> Read<'_> {
    let numbers: Vec<Option<f64>> = column.numbers().map(Result::ok).collect();
    let texts = column.iter().filter(|cell| !cell.text().trim().is_empty()).count();
    let found = numbers.iter().flatten().count();
    let words = words(&column.name);
    let is_text = found == 0 || found * 10 < texts * 8;
    let decimals = if is_text { 0 } else { column.iter().map(|cell| decimals(&cell.text())).max().unwrap_or(0) };
    let kind = if is_text { Kind::Text } else { kind(&words, column, &numbers) };
    Read { column, kind, words, numbers, decimals }
}

/// Decimals of a number as written, at most ten.
fn decimals(text: &str) -> i32 {
    let after = text.trim().split_once('.').map_or("", |(_, after)| after);
    let digits = after.chars().take_while(char::is_ascii_digit).collect::<String>();
    digits.trim_end_matches('0').len().min(10) as i32
}

/// Words of a heading: `physicians_per_1000` has three.
pub(super) fn words(heading: &str) -> Vec<String> {
    let normal = name::normal(&heading.replace(|c: char| c.is_whitespace(), "_"));
    normal.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether one of the words stands in a heading: as a word of its own, or, in Chinese, anywhere.
fn says(found: &[String], heading: &str, wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| match wanted.is_ascii() {
        true => found.iter().any(|word| word == wanted),
        false => heading.contains(wanted),
    })
}

fn kind(words: &[String], column: &Column, numbers: &[Option<f64>]) -> Kind {
    let says = |wanted: &[&str]| says(words, &column.name, wanted);
    let values: Vec<f64> = numbers.iter().flatten().copied().collect();
    let share_of =
        |holds: &dyn Fn(f64) -> bool| values.iter().filter(|value| holds(**value)).count() as f64 / values.len() as f64;
    let whole = share_of(&|value| value.fract() == 0.0);
    if says(&["year", "年份", "年度"]) && share_of(&|value| (1900.0..=2100.0).contains(&value)) > 0.9 {
        return Kind::Year;
    }
    let label = [
        "code",
        "adcode",
        "id",
        "row",
        "rank",
        "lon",
        "lat",
        "longitude",
        "latitude",
        "lng",
        "x",
        "y",
        "代码",
        "编码",
        "经度",
        "纬度",
        "序号",
        "排名",
        "邮编",
        "电话",
    ];
    if says(&label) || says(&["wgs84", "gcj02", "bd09"]) {
        return Kind::Label;
    }
    if let Some(index) = index(&says) {
        return Kind::Index(index);
    }
    if says(&["pct", "percent", "percentage", "share", "占比", "比重", "比例", "百分"]) {
        return Kind::Share;
    }
    if says(&["per", "rate", "ratio", "率", "每", "密度", "density", "dens", "人均"]) || column.name.contains("/") {
        return Kind::Rate;
    }
    if values.len() >= 20 && whole < 0.9 && share_of(&|value| (0.0..=1.0).contains(&value)) > 0.97 {
        return Kind::Share;
    }
    let largest = values.iter().copied().fold(0.0, f64::max);
    if whole >= 0.9 && largest > 1.0 { Kind::Count } else { Kind::Number }
}

fn index(says: &dyn Fn(&[&str]) -> bool) -> Option<Index> {
    if says(&["term", "terms"]) {
        return None;
    }
    let known: [(&[&str], Index); 6] = [
        (&["gini", "基尼"], Index::Gini),
        (&["hoover", "胡佛"], Index::Hoover),
        (&["theil", "泰尔"], Index::Theil),
        (&["mld"], Index::Mld),
        (&["mean", "average", "均值", "平均值"], Index::Mean),
        (&["std", "sd", "标准差"], Index::Deviation),
    ];
    known.iter().find(|(words, _)| says(words)).map(|(_, index)| *index)
}

/// The middle of some numbers; none of none.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A number with at most six significant digits, in groups of three where it is large.
pub(super) fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        let digits = format!("{:.0}", number.abs());
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        return if number < 0.0 { format!("-{grouped}") } else { grouped };
    }
    let magnitude = if number == 0.0 { 0 } else { libm::log10(number.abs()).floor() as i32 };
    let decimals = (4 - magnitude).clamp(0, 12) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
