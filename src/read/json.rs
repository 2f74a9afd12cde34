//! What is wrong with a JSON file, in words; and its parts, read where they stand.

pub(crate) mod part;

use crate::problem::Problem;
use serde_json::error::Category;

/// The text of a file without its byte-order mark; `format` is what the file should be.
pub(crate) fn body<'a>(bytes: &'a [u8], file: &str, format: &str) -> Result<&'a [u8], Problem> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if body.iter().all(u8::is_ascii_whitespace) {
        let problem = Problem::error("empty-file", "The file is empty.").in_file(file);
        return Err(problem.help(format!("Give a {format} file of areas.")));
    }
    Ok(body)
}

/// The problem of a file that is not JSON, or not the JSON that is wanted, with line and column.
pub(crate) fn problem(error: &serde_json::Error, bytes: &[u8], file: &str) -> Problem {
    let (line, column) = (error.line(), error.column());
    let start = line_start(bytes, line);
    let at = (start + column.saturating_sub(1)).min(bytes.len());
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or(&words);
    let mut problem = match error.classify() {
        Category::Eof => {
            Problem::error("truncated-json", format!("The file ends in the middle, at column {column}: it is cut short."))
                .help("Download or export it again, and compare its size.")
        }
        Category::Syntax => Problem::error("bad-json", format!("Not valid JSON at column {column}: {words}.")),
        Category::Data | Category::Io => Problem::error("wrong-format", format!("Column {column}: {words}.")),
    };
    let near = &bytes[at.saturating_sub(1)..bytes.len().min(at + 12)];
    if ["NaN", "Infinity", "nan", "inf", "Nan"].iter().any(|word| contains(near, word)) {
        problem = problem.help("JSON has no NaN or infinity; export the file without such coordinates.");
    } else if words.contains("out of range") {
        problem = problem.help("The number is too large to be a coordinate.");
    } else if problem.help.is_none() {
        problem = problem.help("Boundaries are GeoJSON or TopoJSON; caremap inspect FILE says what a file holds.");
    }
    problem.in_file(file).at_line(line.max(1)).at_span(at..(at + 1).min(bytes.len().max(at)))
}

/// Pictures and archives are known by their first bytes.
pub(crate) fn other_format(bytes: &[u8], file: &str) -> Option<Problem> {
    const STARTS: [(&[u8], &str); 8] = [
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"\x00\x00\x27\x0A", "a shapefile"),
        (b"SQLite format 3", "a GeoPackage"),
    ];
    let (_, what) = STARTS.iter().find(|(start, _)| bytes.starts_with(start))?;
    let problem = Problem::error("wrong-format", format!("This is {what}, not GeoJSON or TopoJSON."));
    Some(problem.in_file(file).help("Unpack it or export the areas as GeoJSON, then caremap inspect FILE says what it holds."))
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
