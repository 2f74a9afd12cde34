//! The files of the history: one record a line, and the links between them.

use super::{History, Move, Record, prefecture};
use crate::level::Level;
use crate::problem::Problem;
use std::collections::BTreeMap;

/// A successor as written: the code, and the year where it is not that of the record's end.
struct Successor {
    code: String,
    year: Option<u16>,
}

impl History {
    /// Reads the lists and the units that they lack. Columns are those of the source: 代码, 一级行政区, 二级行政区, 名称, 级别, 状态,
    /// 启用时间, 变更/弃用时间, 新代码; the additions have 所在代码 and 来源 after them.
    ///
    /// # Errors
    ///
    /// A line that is no record, with its number.
    pub fn read(lists: &[u8], additions: &[u8]) -> Result<History, Problem> {
        let mut records = Vec::new();
        let mut successors = Vec::new();
        for (file, bytes) in [("area_codes_history", lists), ("area_codes_additions", additions)] {
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
            let mut reader = csv::Reader::from_reader(bytes);
            for (at, line) in reader.records().enumerate() {
                let wrong = || Problem::error("bad-history", "The line is no record of a code.").in_file(file).at_line(at + 2);
                let (record, of) = line.ok().and_then(|line| record(&line)).ok_or_else(wrong)?;
                records.push(record);
                successors.push(of);
            }
        }
        Ok(link(records, &successors))
    }
}

fn record(line: &csv::StringRecord) -> Option<(Record, Vec<Successor>)> {
    let text = |at: usize| line.get(at).map(str::trim);
    let some = |at: usize| text(at).filter(|text| !text.is_empty()).map(str::to_owned);
    let level = match text(4)? {
        "省级" => Level::Province,
        "地级" => Level::Prefecture,
        "县级" => Level::County,
        _ => return None,
    };
    let record = Record {
        code: text(0).filter(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()))?.to_owned(),
        province: text(1)?.to_owned(),
        prefecture: text(2)?.trim_start_matches("直辖").to_owned(),
        name: text(3)?.to_owned(),
        level,
        first: text(6)?.parse().ok()?,
        end: some(7).map(|year| year.parse()).transpose().ok()?,
        within: some(9),
        source: some(10),
    };
    let successors = text(8)?.split(';').filter(|part| !part.is_empty()).map(successor).collect::<Option<_>>()?;
    Some((record, successors))
}

fn successor(written: &str) -> Option<Successor> {
    let (code, year) = match written.split_once('[') {
        Some((code, rest)) => (code, Some(rest.strip_suffix(']')?.parse().ok()?)),
        None => (written, None),
    };
    (code.len() == 6).then(|| Successor { code: code.to_owned(), year })
}

/// Finds the records that follow each other.
fn link(records: Vec<Record>, successors: &[Vec<Successor>]) -> History {
    let mut of_code: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        of_code.entry(record.code.clone()).or_default().push(at);
    }
    for of in of_code.values_mut() {
        of.sort_by_key(|at| records[*at].first);
    }
    let count = records.len();
    let mut history = History {
        records,
        of_code,
        next: vec![Vec::new(); count],
        by_counties: vec![false; count],
        previous: vec![Vec::new(); count],
        moves: Vec::new(),
        moves_of: vec![Vec::new(); count],
    };
    for (at, written) in successors.iter().enumerate() {
        follow(&mut history, at, written);
    }
    prefecture::link(&mut history);
    for at in 0..count {
        for next in history.next[at].clone() {
            history.previous[next].push(at);
        }
    }
    history.moves.sort();
    history.moves.dedup();
    for (number, one) in history.moves.iter().enumerate() {
        history.moves_of[one.from].push(number);
        history.moves_of[one.to].push(number);
    }
    history
}

/// The successors and moves that a record names; a code that goes on under another name without naming itself follows itself.
fn follow(history: &mut History, at: usize, written: &[Successor]) {
    let end = history.records[at].end;
    for successor in written {
        match (successor.year, end) {
            (Some(year), _) => {
                if let Some(to) = history.at(&successor.code, year) {
                    history.moves.push(Move { year, from: at, to, county: None });
                }
            }
            (None, Some(end)) => {
                let next = history.at(&successor.code, end);
                history.next[at].extend(next);
            }
            (None, None) => {}
        }
    }
    if let (true, Some(end)) = (history.next[at].is_empty(), end) {
        let itself = history.at(&history.records[at].code, end);
        history.next[at].extend(itself);
    }
    history.next[at].sort_unstable();
    history.next[at].dedup();
}
