//! What kind of table a file is, told by its content.

use super::records;
use super::workbook;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// The kinds of table files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableFormat {
    /// Delimited text: CSV, TSV and their kin.
    Text,
    /// A workbook of Excel since 2007.
    Xlsx,
    /// A binary workbook of Excel since 2007.
    Xlsb,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// A workbook of LibreOffice and others (OpenDocument).
    Ods,
    /// JSON records.
    Json,
    /// Parquet.
    Parquet,
    /// Arrow IPC, as files of the endings `.arrow` and `.feather` are.
    Arrow,
}

impl TableFormat {
    /// The format of a file that begins with `bytes`; whatever is nothing else is taken for text.
    pub(super) fn of(bytes: &[u8], file: &str) -> Self {
        match bytes {
            [b'P', b'K', 3, 4, ..] => workbook::package::format(bytes).unwrap_or(TableFormat::Text),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => TableFormat::Xls,
            [b'P', b'A', b'R', b'1', ..] => TableFormat::Parquet,
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => TableFormat::Arrow,
            _ if records::is_json(bytes, file) => TableFormat::Json,
            _ => TableFormat::Text,
        }
    }

    /// Whether the file is made of sheets.
    pub fn is_workbook(self) -> bool {
        matches!(self, TableFormat::Xlsx | TableFormat::Xlsb | TableFormat::Xls | TableFormat::Ods)
    }
}

impl fmt::Display for TableFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TableFormat::Text => "delimited text",
            TableFormat::Xlsx => "XLSX workbook",
            TableFormat::Xlsb => "XLSB workbook",
            TableFormat::Xls => "XLS workbook",
            TableFormat::Ods => "ODS workbook",
            TableFormat::Json => "JSON records",
            TableFormat::Parquet => "Parquet",
            TableFormat::Arrow => "Arrow IPC",
        })
    }
}
