//! Units by name.

use super::{History, Record};
use crate::place::name;
use std::collections::HashSet;
use std::sync::OnceLock;

/// A unit that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Six digits.
    pub code: String,
    /// The names above it and its own.
    pub full_name: String,
    /// The years of its record, such as `1981 to 2009`.
    pub years: String,
}

impl History {
    /// Whether any unit ever had this name, in full or without the word for its kind: much sooner known than which.
    pub fn has_name(written: &str) -> bool {
        static NAMES: OnceLock<HashSet<String>> = OnceLock::new();
        let forms = |record: &Record| [name::normal(&record.name), name::stem(&record.name)];
        NAMES.get_or_init(|| History::bundled().records.iter().flat_map(forms).collect()).contains(&name::normal(written))
    }

    /// The units that a name means in a year: by full name, else by name without the words for the kind of area. Names of the
    /// areas above may stand before it, alone or with `/` or blanks between: 洛阳市/孟津县, 河南洛阳孟津县. Where no unit has the name
    /// in that year, those that have it in another.
    pub fn find(&self, written: &str, year: u16) -> Vec<Candidate> {
        let mut parts: Vec<String> =
            written.split(['/', ' ', '\u{3000}']).map(name::normal).filter(|part| !part.is_empty()).collect();
        let Some(own) = parts.pop() else { return Vec::new() };
        if name::is_placeholder(&own) {
            return Vec::new();
        }
        let all: Vec<&Record> = self.records.iter().collect();
        let now: Vec<&Record> = all.iter().copied().filter(|record| record.is_in_force(year)).collect();
        let found = [now, all].into_iter().map(|records| meant(&records, &own, &parts)).find(|found| !found.is_empty());
        let mut candidates: Vec<Candidate> = found.unwrap_or_default().into_iter().map(candidate).collect();
        candidates.sort_by(|a, b| a.code.cmp(&b.code));
        // Other years of the same code are the same unit.
        candidates.dedup_by(|a, b| a.code == b.code);
        candidates
    }
}

fn candidate(record: &Record) -> Candidate {
    Candidate { code: record.code.clone(), full_name: record.full_name(), years: record.years() }
}

/// The records meant, by the first of these that any fits: the full name; the full name after those of the areas above; the same
/// two without the words for the kind.
fn meant<'a>(records: &[&'a Record], own: &str, above: &[String]) -> Vec<&'a Record> {
    type Form = fn(&str) -> String;
    for form in [name::normal as Form, name::stem as Form] {
        let alone = |record: &&&Record| form(&record.name) == *own && lies_in(record, above);
        let joined = |record: &&&Record| {
            let rest = own.strip_suffix(form(&record.name).as_str());
            rest.is_some_and(|rest| !rest.is_empty() && is_above(record, rest)) && lies_in(record, above)
        };
        for found in [records.iter().filter(alone).collect::<Vec<_>>(), records.iter().filter(joined).collect()] {
            if !found.is_empty() {
                return found.into_iter().copied().collect();
            }
        }
    }
    Vec::new()
}

/// Whether every name given is that of an area above.
fn lies_in(record: &Record, above: &[String]) -> bool {
    above.iter().all(|wanted| parents(record).iter().any(|parent| parent == wanted) || is_above(record, wanted))
}

/// Whether a text is the names of areas above, one after the other.
fn is_above(record: &Record, text: &str) -> bool {
    let (province, prefecture) = (forms(&record.province), forms(&record.prefecture));
    let after = province.iter().filter_map(|form| text.strip_prefix(form.as_str())).chain([text]);
    after.into_iter().any(|rest| rest.is_empty() || prefecture.iter().any(|form| form == rest))
}

fn parents(record: &Record) -> Vec<String> {
    [forms(&record.province), forms(&record.prefecture)].concat()
}

/// Full and short, but nothing for an area that has no name or stands for itself.
fn forms(name: &str) -> Vec<String> {
    if name.is_empty() { Vec::new() } else { vec![name::normal(name), name::stem(name)] }
}
