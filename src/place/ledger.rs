//! The ledger of a join: every row, every area, and the totals before and after.

use super::name::Form;
use crate::level::Level;
use crate::problem::{Problem, listed};
use crate::table::fixes::Fix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowOutcome {
    /// It belongs to an area of the map.
    Matched,
    /// Its unit goes on under another name.
    Renamed,
    /// Its unit goes on under another code.
    Recoded,
    /// Its unit became part of an area of the map.
    Merged,
    /// Its unit's land went to several areas, and its counts are divided among them.
    Split,
    /// A statistical unit whose counts are divided over the counties of its prefecture.
    Shared,
    /// It belongs to an area of a finer level, which is part of an area of the map.
    RolledUp,
    /// It belongs to an area of the map to which another row belongs as well.
    Duplicate,
    /// Its area is in the boundary set, but not on this map.
    NotShown,
    /// Its own area is not in the boundary set; the prefecture it lies in is.
    PrefectureOnly,
    /// Its own area is not in the boundary set, nor is its prefecture; its province is.
    ProvinceOnly,
    /// It belongs to an area of a coarser level than the map's, such as a sum row.
    CoarserLevel,
    /// A row of the whole area stands beside it, so it is not added again.
    Superseded,
    /// Its name is a word such as 合计 that is never an area.
    Placeholder,
    /// Its name fits several areas, and no parent tells which.
    Ambiguous,
    /// Its key is empty.
    NoKey,
    /// No area has its code or name.
    Unmatched,
}

impl RowOutcome {
    /// Whether the row's numbers reach an area.
    pub fn is_used(self) -> bool {
        self.is_one_to_one()
            || matches!(
                self,
                RowOutcome::Merged | RowOutcome::Split | RowOutcome::Shared | RowOutcome::RolledUp | RowOutcome::Duplicate
            )
    }

    /// Whether the row's unit is an area of the map, and no other row's should be.
    pub fn is_one_to_one(self) -> bool {
        matches!(self, RowOutcome::Matched | RowOutcome::Renamed | RowOutcome::Recoded)
    }

    /// Whether somebody should look at it.
    pub fn is_lost(self) -> bool {
        matches!(
            self,
            RowOutcome::PrefectureOnly
                | RowOutcome::ProvinceOnly
                | RowOutcome::Ambiguous
                | RowOutcome::NoKey
                | RowOutcome::Unmatched
        )
    }

    /// English and Chinese words for a count of such rows.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            RowOutcome::Matched => ("matched", "匹配"),
            RowOutcome::Renamed => ("renamed since", "后更名"),
            RowOutcome::Recoded => ("under another code since", "后改码"),
            RowOutcome::Merged => ("merged into an area since", "后并入他地"),
            RowOutcome::Split => ("divided among several areas", "按权重拆分到多地"),
            RowOutcome::Shared => ("shared out over the prefecture's counties", "按人口分摊到所在地级各县"),
            RowOutcome::RolledUp => ("added up to a coarser level", "汇总到上级"),
            RowOutcome::Duplicate => ("sharing an area with another row", "与其他行同属一地"),
            RowOutcome::NotShown => ("outside this map", "不在本图范围"),
            RowOutcome::PrefectureOnly => ("known at prefecture level only", "仅能归到地级"),
            RowOutcome::ProvinceOnly => ("known at province level only", "仅能归到省级"),
            RowOutcome::CoarserLevel => ("of a coarser level", "属于更高层级"),
            RowOutcome::Superseded => ("already contained in another row", "已含在上级行中"),
            RowOutcome::Placeholder => ("sums or rests", "合计或其他"),
            RowOutcome::Ambiguous => ("ambiguous", "名称不唯一"),
            RowOutcome::NoKey => ("without a key", "缺少代码或名称"),
            RowOutcome::Unmatched => ("unmatched", "未匹配"),
        }
    }
}

impl fmt::Display for RowOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RowOutcome::Matched => "matched",
            RowOutcome::Renamed => "renamed",
            RowOutcome::Recoded => "recoded",
            RowOutcome::Merged => "merged",
            RowOutcome::Split => "split",
            RowOutcome::Shared => "shared",
            RowOutcome::RolledUp => "rolled-up",
            RowOutcome::Duplicate => "duplicate",
            RowOutcome::NotShown => "not-shown",
            RowOutcome::PrefectureOnly => "prefecture-only",
            RowOutcome::ProvinceOnly => "province-only",
            RowOutcome::CoarserLevel => "coarser-level",
            RowOutcome::Superseded => "superseded",
            RowOutcome::Placeholder => "placeholder",
            RowOutcome::Ambiguous => "ambiguous",
            RowOutcome::NoKey => "no-key",
            RowOutcome::Unmatched => "unmatched",
        })
    }
}

/// What an area got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AreaOutcome {
    /// One row of its own.
    Matched,
    /// Several rows, or rows of its parts, which are added up.
    Aggregated,
    /// Parts of rows that were divided, perhaps beside rows of its own: an estimate.
    Estimated,
    /// Several rows of its own, and nothing says that they may be added up.
    Duplicate,
    /// No row.
    NoRow,
}

impl fmt::Display for AreaOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AreaOutcome::Matched => "matched",
            AreaOutcome::Aggregated => "aggregated",
            AreaOutcome::Estimated => "estimated",
            AreaOutcome::Duplicate => "duplicate",
            AreaOutcome::NoRow => "no-row",
        })
    }
}

/// An area that a row may have meant. Proposed, never used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Near {
    /// Code of the area.
    pub code: String,
    /// Its name.
    pub name: String,
    /// From 0 to 100.
    pub score: u32,
    /// Why it is proposed.
    pub reason: String,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowEntry {
    /// Line of the file, from 1.
    pub line: usize,
    /// Its key as written.
    pub key: String,
    /// What else the row calls itself, where the table has a column of names beside the key.
    pub name: Option<String>,
    /// What became of it.
    pub outcome: RowOutcome,
    /// Code of the area it belongs to, or of the prefecture or province it is known to lie in.
    pub area: Option<String>,
    /// Name of that area.
    pub area_name: Option<String>,
    /// The form in which the key names the area; none where the key is a code or names none.
    #[serde(default)]
    pub form: Option<Form>,
    /// What became of its unit between the year of the table and that of the areas; none where nothing did.
    #[serde(default)]
    pub history: Option<String>,
    /// Areas among which its counts are divided; empty where they are not.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Areas it may have meant.
    pub near: Vec<Near>,
}

/// An area that has a part of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Code of the area.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its weight among the parts: square metres or people.
    pub weight: u64,
}

/// One area of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AreaEntry {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it got.
    pub outcome: AreaOutcome,
    /// Lines of its rows.
    pub lines: Vec<usize>,
}

/// The total of a column before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// The column.
    pub column: String,
    /// Total of all rows; none where it is out of range.
    pub before: Option<f64>,
    /// Total of the rows that reached an area.
    pub after: Option<f64>,
    /// Total of the rows of each outcome. They add up to `before`.
    pub by_outcome: BTreeMap<RowOutcome, Option<f64>>,
    /// Rows without a number in this column.
    pub missing: usize,
    /// Whether `before` equals the totals of all outcomes together, and `after` the areas' totals, to the last digit.
    pub agrees: bool,
}

/// The account of a join.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// The table.
    pub table: String,
    /// The file it was read from.
    #[serde(default)]
    pub file: String,
    /// Level of the areas.
    pub level: Level,
    /// How rows were matched, as a sentence.
    pub key: String,
    /// From which year to which codes were carried, and what the years are known from; empty where they were not.
    #[serde(default)]
    pub years: String,
    /// Number of rows of each outcome.
    pub counts: BTreeMap<RowOutcome, usize>,
    /// Number of areas of each outcome.
    pub area_counts: BTreeMap<AreaOutcome, usize>,
    /// Number of rows whose key names their area in each form; empty where the key is a code.
    #[serde(default)]
    pub forms: BTreeMap<Form, usize>,
    /// Every row.
    pub rows: Vec<RowEntry>,
    /// Every area of the map.
    pub areas: Vec<AreaEntry>,
    /// Totals of the columns that are added up.
    pub totals: Vec<Total>,
    /// What is proposed for rows that lead nowhere or where another row leads. Nothing of it is used.
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

impl Ledger {
    /// As JSON, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a ledger holds only text and finite numbers")
    }

    /// As CSV: rows first, then areas without one.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut write = |record: [&str; 11]| writer.write_record(record).expect("writing to memory cannot fail");
        write(["kind", "line", "key", "name", "outcome", "area", "area_name", "form", "history", "parts", "near"]);
        for row in &self.rows {
            let near: Vec<String> =
                row.near.iter().map(|near| format!("{} {} ({})", near.code, near.name, near.reason)).collect();
            let (line, outcome, near) = (row.line.to_string(), row.outcome.to_string(), near.join("; "));
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            let (name, area, area_name) = (text(&row.name), text(&row.area), text(&row.area_name));
            let form = row.form.map_or(String::new(), |form| form.to_string());
            let parts: Vec<String> =
                row.parts.iter().map(|part| format!("{} {} ({})", part.code, part.name, part.weight)).collect();
            let (history, parts) = (text(&row.history), parts.join("; "));
            write(["row", &line, &row.key, &name, &outcome, &area, &area_name, &form, &history, &parts, &near]);
        }
        for area in &self.areas {
            let lines: Vec<String> = area.lines.iter().map(usize::to_string).collect();
            write(["area", &lines.join(" "), "", "", &area.outcome.to_string(), &area.code, &area.name, "", "", "", ""]);
        }
        let bytes = writer.into_inner().expect("writing to memory cannot fail");
        String::from_utf8(bytes).expect("only text was written")
    }

    /// How many rows had this outcome.
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.counts.get(&outcome).copied().unwrap_or(0)
    }

    /// The rows of an outcome.
    pub fn rows_that(&self, outcome: RowOutcome) -> impl Iterator<Item = &RowEntry> {
        self.rows.iter().filter(move |row| row.outcome == outcome)
    }

    /// One sentence in English.
    pub fn sentence_en(&self) -> String {
        let parts: Vec<String> = self.counts.iter().map(|(outcome, count)| format!("{count} {}", outcome.words().0)).collect();
        let without = self.area_counts.get(&AreaOutcome::NoRow).copied().unwrap_or(0);
        let rows = self.rows.len();
        format!("{}: of {rows} rows, {}; of {} areas, {without} without a row.", self.table, parts.join(", "), self.areas.len())
    }

    /// One sentence in Chinese.
    pub fn sentence_zh(&self) -> String {
        let parts: Vec<String> = self.counts.iter().map(|(outcome, count)| format!("{}{count}行", outcome.words().1)).collect();
        let without = self.area_counts.get(&AreaOutcome::NoRow).copied().unwrap_or(0);
        format!(
            "{}：共{}行，{}；共{}个区域，其中{without}个无数据行。",
            self.table,
            self.rows.len(),
            parts.join("，"),
            self.areas.len()
        )
    }

    /// What should be told about it: rows that reached no area, areas without a row, totals that do not agree.
    pub fn problems(&self, file: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        for outcome in self.counts.keys().filter(|outcome| outcome.is_lost()) {
            problems.push(self.lost_rows(*outcome, file));
        }
        for (outcome, id) in [(RowOutcome::Superseded, "rows-superseded"), (RowOutcome::CoarserLevel, "rows-of-coarser-level")] {
            if self.count(outcome) > 0 {
                let message = format!("{} {}: {}.", rows_are(self.count(outcome)), outcome.words().0, self.examples(outcome).0);
                problems.push(Problem::note(id, message).in_file(file));
            }
        }
        problems.extend(self.forms_note(file));
        let without: Vec<&AreaEntry> = self.areas.iter().filter(|area| area.outcome == AreaOutcome::NoRow).collect();
        if !without.is_empty() {
            let names: Vec<String> = without.iter().map(|area| format!("{} {}", area.code, area.name)).collect();
            let have = if without.len() == 1 { "has" } else { "have" };
            let message = format!("{} of {} areas {have} no row: {}.", without.len(), self.areas.len(), listed(&names, 5).0);
            // Another table may have them; what the map lacks in the end is warned of there.
            problems.push(Problem::note("areas-without-row", message).in_file(file));
        }
        for total in self.totals.iter().filter(|total| !total.agrees) {
            let message = "The totals before and after the join do not agree.";
            problems.push(Problem::error("totals-differ", message).in_file(file).in_column(&total.column));
        }
        problems
    }

    /// In which forms the names are written, with an example of each; nothing where all are full names.
    fn forms_note(&self, file: &str) -> Option<Problem> {
        let parts: Vec<String> = self
            .forms
            .iter()
            .filter(|(form, _)| **form != Form::FullName)
            .map(|(form, count)| {
                let words = if *count == 1 { form.words().0 } else { form.words().1 };
                let example = self.rows.iter().find(|row| row.form == Some(*form)).map_or(String::new(), |row| {
                    let text = |part: &Option<String>| part.clone().unwrap_or_default();
                    format!(" ({} for {} {})", crate::table::shorten(&row.key), text(&row.area), text(&row.area_name))
                });
                format!("{count} {words}{example}")
            })
            .collect();
        let message = format!("Not every row has the full name of its area: {}.", parts.join(", "));
        (!parts.is_empty()).then(|| Problem::note("name-forms", message).in_file(file))
    }

    fn lost_rows(&self, outcome: RowOutcome, file: &str) -> Problem {
        let (id, help) = match outcome {
            RowOutcome::PrefectureOnly => ("rows-prefecture-only", "They count on maps by prefecture and by province."),
            RowOutcome::ProvinceOnly => ("rows-province-only", "They count on maps by province."),
            RowOutcome::Ambiguous => {
                ("rows-ambiguous", "Name the column that holds their parent, or write the parent before the name.")
            }
            RowOutcome::NoKey => ("rows-without-key", "Give each row a code or a name; leave rows of sums out by `where`."),
            _ => ("rows-unmatched", "See the ledger for what they may have meant; correct them by a patch."),
        };
        let (examples, examples_zh) = self.examples(outcome);
        let message = format!("{} {}: {examples}.", rows_are(self.count(outcome)), outcome.words().0);
        let zh = format!("{} 行{}：{examples_zh}。", self.count(outcome), outcome.words().1);
        let near = self.rows_that(outcome).any(|row| !row.near.is_empty()) && outcome == RowOutcome::PrefectureOnly;
        let help =
            if near { format!("{help} Where a county was meant, correct the row by a patch file.") } else { help.to_owned() };
        let problem = Problem::warning(id, message).zh(zh).in_file(file).help(help);
        match self.rows_that(outcome).next() {
            Some(row) => problem.at_line(row.line),
            None => problem,
        }
    }

    /// The first five rows of an outcome, with what they may have meant, in both languages.
    fn examples(&self, outcome: RowOutcome) -> (String, String) {
        let short = |row: &RowEntry| {
            let name = row.name.as_deref().map_or(String::new(), |name| format!(" {}", crate::table::shorten(name)));
            let near = match row.near.as_slice() {
                [] => String::new(),
                several if outcome == RowOutcome::Ambiguous => {
                    let names: Vec<String> = several.iter().map(|near| format!("{} {}", near.code, near.name)).collect();
                    format!(" (fits {})", names.join(", "))
                }
                [first, ..] => format!(" (perhaps {} {})", first.code, first.name),
            };
            format!("{}{name}{near}", crate::table::shorten(&row.key))
        };
        listed(&self.rows_that(outcome).map(short).collect::<Vec<_>>(), 5)
    }
}

/// "1 row is", "2 rows are".
fn rows_are(count: usize) -> String {
    if count == 1 { "1 row is".into() } else { format!("{count} rows are") }
}
