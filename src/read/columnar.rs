//! Tables in Parquet and Arrow IPC: columns with types, read as the text that a table keeps. Groups are laid flat under names with a
//! point, as in JSON records; lists and bytes are refused by name.

use super::delimited::{MOST_CELLS, MOST_COLUMNS};
use super::format::TableFormat;
use super::rows::Rows;
use crate::problem::Problem;
use crate::table::sheet::SheetBuilder;
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_ipc::reader::FileReader;
use arrow_schema::{DataType, Schema};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Errors = Vec<Problem>;

/// Reads the rows of a file. The first stands on line 2, below the names.
///
/// Errors: `bad-table`, `nested-list`, `too-large`.
pub(super) fn rows(bytes: &[u8], format: TableFormat) -> Result<Rows, Errors> {
    // The libraries check what they read, but not everywhere: a damaged page or offset makes them index beyond their end. They hold no
    // state that outlives the call, and the program is built to unwind.
    let read = catch_unwind(AssertUnwindSafe(|| match format {
        TableFormat::Arrow => of_arrow(bytes),
        _ => of_parquet(bytes),
    }));
    read.unwrap_or_else(|_| Err(unsound("it is damaged")))
}

fn unsound(why: impl Display) -> Errors {
    vec![Problem::error("bad-table", format!("The file cannot be read: {why}.")).help("Get it again, and compare its size.")]
}

fn nested(name: &str, what: &str) -> Errors {
    let message = format!("Column \"{name}\" holds {what}, and a cell holds one thing.");
    vec![Problem::error("nested-list", message).help("Take the column out, or make a column of each part.")]
}

/// Refuses more cells than a table holds.
fn check_size(rows: usize, columns: usize) -> Result<(), Errors> {
    if columns <= MOST_COLUMNS && rows.saturating_mul(columns) <= MOST_CELLS {
        return Ok(());
    }
    let message = format!("The table is too large: at most {MOST_COLUMNS} columns and {MOST_CELLS} cells are read.");
    Err(vec![Problem::error("too-large", message).help("Keep only the columns and rows you need.")])
}

fn headed(builder: SheetBuilder) -> Rows {
    Rows { sheet: builder.finish(), headed: true, ..Rows::default() }
}

fn of_parquet(bytes: &[u8]) -> Result<Rows, Errors> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(unsound)?;
    let about = reader.metadata().file_metadata();
    check_size(usize::try_from(about.num_rows()).unwrap_or(usize::MAX), about.schema_descr().num_columns())?;
    let mut builder = SheetBuilder::default();
    let mut line = 1;
    for row in reader.get_row_iter(None).map_err(unsound)? {
        let mut cells = Vec::new();
        flatten("", &row.map_err(unsound)?, &mut cells)?;
        if line == 1 {
            cells.iter().for_each(|(name, _)| builder.cell(name));
            builder.end_row(line);
        }
        line += 1;
        cells.iter().for_each(|(_, text)| builder.cell(text));
        builder.end_row(line);
    }
    Ok(headed(builder))
}

/// The cells of a row and their names.
fn flatten(before: &str, row: &Row, cells: &mut Vec<(String, String)>) -> Result<(), Errors> {
    for (name, field) in row.get_column_iter() {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        let text = match field {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::Float(number) => number.to_string(),
            Field::Double(number) => number.to_string(),
            Field::Group(inner) => {
                flatten(&name, inner, cells)?;
                continue;
            }
            Field::ListInternal(_) | Field::MapInternal(_) => return Err(nested(&name, "lists")),
            Field::Bytes(_) => return Err(nested(&name, "bytes")),
            other => other.to_string(),
        };
        cells.push((name, text));
    }
    Ok(())
}

fn of_arrow(bytes: &[u8]) -> Result<Rows, Errors> {
    let reader = FileReader::try_new(Cursor::new(bytes), None).map_err(unsound)?;
    let schema = reader.schema();
    let mut builder = SheetBuilder::default();
    let mut line = 1;
    let names = columns(&RecordBatch::new_empty(schema.clone()), &schema)?;
    names.iter().for_each(|(name, _)| builder.cell(name));
    builder.end_row(line);
    for batch in reader {
        let batch = batch.map_err(unsound)?;
        check_size(line.saturating_add(batch.num_rows()), names.len())?;
        let columns = columns(&batch, &schema)?;
        let options = FormatOptions::default().with_null("");
        let texts: Vec<ArrayFormatter<'_>> = columns
            .iter()
            .map(|(_, array)| ArrayFormatter::try_new(array, &options))
            .collect::<Result<_, _>>()
            .map_err(unsound)?;
        for row in 0..batch.num_rows() {
            line += 1;
            for text in &texts {
                builder.cell(&text.value(row).try_to_string().map_err(unsound)?);
            }
            builder.end_row(line);
        }
    }
    Ok(headed(builder))
}

/// The columns of a batch with their names.
fn columns(batch: &RecordBatch, schema: &Schema) -> Result<Vec<(String, ArrayRef)>, Errors> {
    let mut columns = Vec::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        add_column(field.name(), array, &mut columns)?;
    }
    Ok(columns)
}

fn add_column(name: &str, array: &ArrayRef, columns: &mut Vec<(String, ArrayRef)>) -> Result<(), Errors> {
    match array.data_type() {
        DataType::Struct(fields) => {
            let parts = array.as_struct();
            for (field, part) in fields.iter().zip(parts.columns()) {
                add_column(&format!("{name}.{}", field.name()), part, columns)?;
            }
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::Map(..)
        | DataType::Union(..) => return Err(nested(name, "lists")),
        DataType::Binary | DataType::LargeBinary | DataType::FixedSizeBinary(_) | DataType::BinaryView => {
            return Err(nested(name, "bytes"));
        }
        _ => columns.push((name.to_owned(), array.clone())),
    }
    Ok(())
}
