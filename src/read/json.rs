//! What is wrong with a JSON file, in words; and its parts, read where they stand.

pub(crate) mod part;

use crate::problem::Problem;
use serde_json::error::Category;

/// The text of a file without its byte-order mark; `format` is what the file should be.
pub(crate) fn body<'a>(bytes: &'a [u8], file: &str, format: &str) -> Result<&'a [u8], Problem> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = body.trim_ascii_start();
    let problem = match start.first() {
        None => Problem::error("empty-file", "The file is empty.").help(format!("Give a {format} file of areas.")),
        Some(b'{' | b'[' | 0x1E) => return Ok(body),
        // What has a format of its own is named by the reader.
        Some(_) if other_format(bytes, file).is_some() => return Ok(body),
        Some(_) => {
            no_json(start, format).at_line(1 + body[..body.len() - start.len()].iter().filter(|byte| **byte == b'\n').count())
        }
    };
    Err(problem.in_file(file))
}

/// The problem of a file that does not begin as JSON does.
fn no_json(start: &[u8], format: &str) -> Problem {
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") || start.iter().take(64).any(|byte| *byte == 0) {
        let problem = Problem::error("wrong-format", "The file is UTF-16 text or no text at all; JSON is UTF-8.");
        return problem.help("Save it as UTF-8 in the program that made it.");
    }
    let words: String = String::from_utf8_lossy(&start[..start.len().min(80)]).chars().take(20).collect();
    // What steers a terminal is no part of a message.
    let words: String = words.lines().next().unwrap_or("").trim_end().chars().filter(|c| !c.is_control()).collect();
    let message = format!("The file begins with \"{words}\", and {format} with {{.");
    let problem = Problem::error("wrong-format", message);
    match words.starts_with('<') {
        true => problem.help("This looks like a web page or XML: a download may have failed. Get the file again."),
        false => problem.help("If it is a table, name it .csv; boundaries are exported as GeoJSON, such as by QGIS or ogr2ogr."),
    }
}

/// The problem of a file that is not JSON, or not the JSON that is wanted, with line and column.
pub(crate) fn problem(error: &serde_json::Error, bytes: &[u8], file: &str) -> Problem {
    let (line, column) = (error.line(), error.column());
    let start = line_start(bytes, line);
    let at = (start + column.saturating_sub(1)).min(bytes.len());
    let words = error.to_string();
    let words = in_words(words.split(" at line ").next().unwrap_or(&words));
    let problem = match error.classify() {
        Category::Eof => {
            Problem::error("truncated-json", format!("The file ends in the middle, at column {column}: it is cut short."))
        }
        Category::Syntax => Problem::error("bad-json", format!("Not valid JSON at column {column}: {words}.")),
        Category::Data | Category::Io => Problem::error("wrong-format", format!("Column {column}: {words}.")),
    };
    let near = &bytes[at.saturating_sub(1)..bytes.len().min(at + 12)];
    let help = match error.classify() {
        Category::Eof => "Download or export it again, and compare its size.",
        _ if std::str::from_utf8(bytes).is_err() => {
            "The text is not UTF-8 as JSON must be, perhaps GBK: export it again with UTF-8 as its encoding."
        }
        _ if ["NaN", "Infinity", "nan", "inf", "Nan"].iter().any(|word| contains(near, word)) => {
            "JSON has no NaN or infinity; export the file without such coordinates."
        }
        _ if words.contains("out of range") => "The number is too large to be a coordinate.",
        Category::Syntax if near.contains(&b'\'') => "JSON puts names and text between double quotes: let a program write it.",
        Category::Syntax => "Mend it there, or export the file again.",
        Category::Data | Category::Io => {
            "Export the file again as GeoJSON (RFC 7946) or TopoJSON, such as by QGIS, ogr2ogr or mapshaper."
        }
    };
    problem.help(help).in_file(file).at_line(line.max(1)).at_span(at..(at + 1).min(bytes.len().max(at)))
}

/// What the JSON reader says, in the words of JSON.
fn in_words(said: &str) -> String {
    if said.starts_with("recursion limit") {
        return "lists stand in lists more than a hundred deep".to_string();
    }
    let said =
        said.replace("invalid type: map", "invalid type: an object").replace("invalid type: sequence", "invalid type: a list");
    said.replace("invalid type: ", "found ").replace("key must be a string", "a name without double quotes")
}

/// Pictures and archives are known by their first bytes.
pub(crate) fn other_format(bytes: &[u8], file: &str) -> Option<Problem> {
    const STARTS: [(&[u8], &str); 9] = [
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"\x00\x00\x27\x0A", "a shapefile"),
        (b"SQLite format 3", "a GeoPackage"),
        (b"fgb", "a FlatGeobuf file of another version than 3"),
    ];
    let (_, what) = STARTS.iter().find(|(start, _)| bytes.starts_with(start))?;
    let problem = Problem::error("wrong-format", format!("This is {what}, not GeoJSON or TopoJSON."));
    Some(problem.in_file(file).help("Unpack it, or export the areas as GeoJSON."))
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

fn line_start(bytes: &[u8], line: usize) -> usize {
    if line <= 1 {
        return 0;
    }
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2).map_or(bytes.len(), |(at, _)| at + 1)
}
