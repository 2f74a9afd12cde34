//! JSON records: an array of objects, an object with one such array, or one object a line. What they hold in one another is laid flat
//! under names with a point: `{"beds": {"total": 12}}` is the column `beds.total`.

mod kind;

pub(super) use kind::{are_records, is_json};

use super::delimited::{MOST_CELLS, MOST_COLUMNS};
use super::rows::Rows;
use super::text::{Encoding, decode};
use crate::problem::{Noted, Outcome, Problem, listed};
use crate::table::sheet::SheetBuilder;
use kind::{Kind, kind};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Faults named one by one.
const NAMED: usize = 10;

/// Reads the records of a file.
///
/// Errors: those of [`decode`], `bad-json`, `not-records`, `nested-list`, `too-large`.
pub(super) fn rows(bytes: Cow<'_, [u8]>, file: &str) -> Outcome<(Rows, Encoding)> {
    if kind(&bytes) == Kind::Geographic {
        let problem = Problem::error("not-records", "The file holds features with geometries, not a table.");
        return Err(vec![problem.help("Name it under boundaries, or save its properties as CSV.")]);
    }
    let decoded = decode(bytes, file).map_err(|problem| vec![problem])?;
    let text = decoded.text.as_str();
    let mut problems = Vec::new();
    let records = find(text, &mut problems).map_err(|problem| vec![problem])?;
    let mut gathered = Gathered::default();
    let mut line = 1;
    let mut counted = 0;
    for record in records {
        // Every record is a piece of the text, later than the one before it.
        let at = (record.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line += text.get(counted..at).map_or(0, |passed| passed.bytes().filter(|byte| *byte == b'\n').count());
        counted = at.max(counted);
        gathered.add(record, line);
    }
    let rows = gathered.finish()?;
    Ok(Noted { value: (rows, decoded.encoding), problems })
}

/// The pieces of the text that are records.
fn find<'t>(text: &'t str, problems: &mut Vec<Problem>) -> Result<Vec<&'t str>, Problem> {
    let pieces = |list: Vec<&'t RawValue>| list.into_iter().map(RawValue::get).collect();
    if text.trim_start().starts_with('[') {
        return serde_json::from_str::<Vec<&RawValue>>(text).map(pieces).map_err(|error| bad_json(&error));
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let first = match values.next() {
        Some(Ok(first)) => first.get(),
        Some(Err(error)) => return Err(bad_json(&error)),
        None => return Err(Problem::error("empty-table", "The file holds no record.").help("Check that it was saved whole.")),
    };
    let rest: Vec<&str> =
        values.map(|value| value.map(RawValue::get)).collect::<Result<_, _>>().map_err(|error| bad_json(&error))?;
    if !rest.is_empty() {
        return Ok(std::iter::once(first).chain(rest).collect());
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(first).map_err(|error| bad_json(&error))?;
    let is_list = |value: &RawValue| value.get().starts_with('[') && kind(value.get().as_bytes()) == Kind::Records;
    let (lists, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, value)| is_list(value));
    match lists.as_slice() {
        [(name, list)] => {
            if !others.is_empty() {
                let names: Vec<String> = others.into_iter().map(|(name, _)| format!("\"{name}\"")).collect();
                let message = format!("The records of \"{name}\" are read; beside them stand {}.", listed(&names, NAMED).0);
                problems.push(Problem::note("beside-records", message));
            }
            serde_json::from_str::<Vec<&RawValue>>(list.get()).map(pieces).map_err(|error| bad_json(&error))
        }
        // One object alone is a record of a file with one object a line.
        [] if !others.is_empty() => Ok(vec![first]),
        [] => Err(not_records("an empty object")),
        several => {
            let names: Vec<String> = several.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            Err(not_records(&format!("an object with several lists of records: {}", listed(&names, NAMED).0)))
        }
    }
}

fn bad_json(error: &serde_json::Error) -> Problem {
    let why = error.to_string();
    let why = why.split(" at line ").next().unwrap_or(&why);
    Problem::error("bad-json", format!("The file is not well-formed JSON: {why} (column {}).", error.column()))
        .at_line(error.line())
        .help("Check that it was saved whole.")
}

fn not_records(what: &str) -> Problem {
    Problem::error("not-records", format!("The file is {what}, which is no table."))
        .help("A table is a list of objects with the same names: [{\"code\": \"110101\", \"beds\": 12}, …].")
}

/// Records on their way into a sheet. Names may come later than the first record, so that the rows are kept until all are known.
#[derive(Default)]
struct Gathered {
    names: Vec<String>,
    known: BTreeMap<String, usize>,
    /// Line, and cells with their column.
    rows: Vec<(usize, Vec<(usize, String)>)>,
    cells: usize,
    errors: Vec<Problem>,
    faults: usize,
}

impl Gathered {
    fn add(&mut self, record: &str, line: usize) {
        let object = match serde_json::from_str::<Value>(record) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return self.fault(not_records("a list with things in it that are no objects").at_line(line)),
            Err(error) => return self.fault(bad_json(&error).at_line(line)),
        };
        let mut cells = Vec::with_capacity(object.len());
        self.flatten("", &object, &mut cells, line);
        self.cells += cells.len();
        self.rows.push((line, cells));
    }

    fn flatten(&mut self, before: &str, object: &Map<String, Value>, cells: &mut Vec<(usize, String)>, line: usize) {
        for (name, value) in object {
            let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
            let text = match value {
                Value::Object(inner) => {
                    self.flatten(&name, inner, cells, line);
                    continue;
                }
                Value::Array(_) => {
                    let message = format!("\"{name}\" holds a list, and a cell holds one thing.");
                    self.fault(
                        Problem::error("nested-list", message)
                            .at_line(line)
                            .help("Take the list out, or make a column of each part."),
                    );
                    continue;
                }
                Value::Null => String::new(),
                Value::Bool(yes) => yes.to_string(),
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.clone(),
            };
            let next = self.names.len();
            let column = *self.known.entry(name.clone()).or_insert(next);
            if column == next {
                self.names.push(name);
            }
            cells.push((column, text));
        }
    }

    fn fault(&mut self, problem: Problem) {
        self.faults += 1;
        if self.errors.len() < NAMED {
            self.errors.push(problem);
        }
    }

    /// The rows under a heading of all names.
    fn finish(mut self) -> Result<Rows, Vec<Problem>> {
        if self.faults > self.errors.len() {
            let message = format!("{} more records have such faults.", self.faults - self.errors.len());
            self.errors.push(Problem::error("not-records", message));
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        if self.names.len() > MOST_COLUMNS || self.rows.len().saturating_mul(self.names.len()) > MOST_CELLS {
            let message = format!("The table is too large: at most {MOST_COLUMNS} columns and {MOST_CELLS} cells are read.");
            return Err(vec![Problem::error("too-large", message).help("Keep only what you need.")]);
        }
        let mut builder = SheetBuilder::default();
        self.names.iter().for_each(|name| builder.cell(name));
        builder.end_row(self.rows.first().map_or(1, |(line, _)| *line));
        for (line, mut cells) in self.rows {
            cells.sort_by_key(|(column, _)| *column);
            let mut cells = cells.into_iter().peekable();
            for column in 0..self.names.len() {
                let text = cells.next_if(|(at, _)| *at == column).map(|(_, text)| text).unwrap_or_default();
                builder.cell(&text);
                while cells.next_if(|(at, _)| *at == column).is_some() {}
            }
            builder.end_row(line);
        }
        Ok(Rows { sheet: builder.finish(), headed: true, ..Rows::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let sheet = rows(text.as_bytes().into(), "t.json").expect("records").value.0.sheet;
        sheet.rows().map(|row| row.cells().map(str::to_owned).collect()).collect()
    }

    fn error(text: &str) -> String {
        rows(text.as_bytes().into(), "t.json").map(|_| ()).expect_err("refused")[0].to_string()
    }

    #[test]
    fn objects_are_laid_flat_and_missing_names_are_empty() {
        let expected = [["code", "beds.total", "beds.open", "name"], ["110101", "12", "true", ""], ["110102", "", "", "西城区"]];
        for text in [
            "[{\"code\": 110101, \"beds\": {\"total\": 12, \"open\": true}},\n{\"name\": \"西城区\", \"code\": \"110102\", \"beds\": {\"total\": null}}]",
            "{\"code\": 110101, \"beds\": {\"total\": 12, \"open\": true}}\n{\"name\": \"西城区\", \"code\": \"110102\"}",
        ] {
            assert_eq!(cells(text), expected, "{text}");
        }
        let wrapped = rows(br#"{"unit": "x", "data": [{"a": 1}]}"#[..].into(), "t.json").expect("records");
        assert_eq!(wrapped.problems[0].message, "The records of \"data\" are read; beside them stand \"unit\".");
        assert_eq!(wrapped.value.0.sheet.lines(), [1, 1]);
    }

    #[test]
    fn what_is_no_table_says_where_and_why() {
        assert!(error("[{\"a\": 1},\n{\"a\": [1]}]").starts_with("error: \"a\" holds a list"));
        assert!(error("[1, 2]").contains("things in it that are no objects"));
        assert!(error("{\"a\": [{\"x\": 1}], \"b\": [{\"x\": 1}]}").contains("several lists of records: \"a\", \"b\""));
        assert!(error("[{\"a\": 1},\n{\"a\" 1}]").contains("not well-formed JSON"));
    }

    proptest! {
        #[test]
        fn any_text_is_records_or_an_error(text in "[\\[\\]{}:,\"a1\n ]{0,60}") {
            let _ = is_json(text.as_bytes(), "t.json");
            let _ = rows(text.as_bytes().into(), "t.json");
        }
    }
}
