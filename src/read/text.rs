//! Bytes to text: by byte-order mark, else UTF-8, else GB18030, else refused. Never guessed from letter statistics, never repaired.

use crate::problem::Problem;
use encoding_rs::{DecoderResult, GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::fmt;

/// The largest text file that is read.
pub const LARGEST_FILE: usize = 1 << 30;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// How many characters outside ASCII at the beginning make a file UTF-8 beyond doubt, so that a bad byte later is damage.
const SURELY_UTF8: usize = 4;

/// How the bytes of a file stood for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte-order mark.
    Utf8Marked,
    /// GB18030, which includes GBK and GB 2312.
    Gb18030,
    /// UTF-16, least significant byte first, with a byte-order mark.
    Utf16Le,
    /// UTF-16, most significant byte first, with a byte-order mark.
    Utf16Be,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Marked => "UTF-8 with byte-order mark",
            Encoding::Gb18030 => "GB18030",
            Encoding::Utf16Le => "UTF-16 little-endian",
            Encoding::Utf16Be => "UTF-16 big-endian",
        })
    }
}

/// The text of a file and how it was encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte-order mark.
    pub text: String,
    /// How it was encoded.
    pub encoding: Encoding,
}

/// Decodes the bytes of a text file.
///
/// Errors: `empty-file`, `too-large`, `not-text` (a spreadsheet, an archive, a NUL byte), `bad-encoding` (with the byte and the
/// line), `misplaced-byte-order-mark`.
///
/// ```
/// use caremap::read::text::{Encoding, decode};
/// let decoded = decode(b"\xb1\xb1\xbe\xa9", "city.csv").expect("GB18030 for Beijing");
/// assert_eq!((decoded.text.as_str(), decoded.encoding), ("北京", Encoding::Gb18030));
/// ```
pub fn decode<'a>(bytes: impl Into<Cow<'a, [u8]>>, file: &str) -> Result<Decoded, Problem> {
    let bytes = bytes.into();
    if bytes.is_empty() {
        return Err(Problem::error("empty-file", "The file is empty.")
            .in_file(file)
            .help("Check that it was saved or downloaded whole."));
    }
    if bytes.len() > LARGEST_FILE {
        let message = format!("The file has {} bytes; the most that is read is {LARGEST_FILE}.", bytes.len());
        return Err(Problem::error("too-large", message).in_file(file).help("Split it, or keep only the columns you need."));
    }
    if let Some(kind) = foreign_kind(&bytes) {
        return Err(Problem::error("not-text", format!("The file is {kind}, not text."))
            .in_file(file)
            .help("Open it in the program that made it, or in a spreadsheet, and save the sheet as CSV."));
    }
    let decoded = decode_unchecked(bytes, file)?;
    check_characters(&decoded, file)?;
    Ok(decoded)
}

fn decode_unchecked(bytes: Cow<'_, [u8]>, file: &str) -> Result<Decoded, Problem> {
    if bytes.starts_with(UTF8_MARK) {
        let mut bytes = bytes.into_owned();
        bytes.drain(..UTF8_MARK.len());
        return match String::from_utf8(bytes) {
            Ok(text) => Ok(Decoded { text, encoding: Encoding::Utf8Marked }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err(damaged_utf8(error.as_bytes(), at, UTF8_MARK.len(), file))
            }
        };
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return whole(UTF_16LE, rest, 2, Encoding::Utf16Le, file);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return whole(UTF_16BE, rest, 2, Encoding::Utf16Be, file);
    }
    // Bytes that are handed over become the text, without a second copy in memory.
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) => Ok(Decoded { text, encoding: Encoding::Utf8 }),
        Err(error) => {
            let bytes = error.as_bytes();
            let valid = &bytes[..error.utf8_error().valid_up_to()];
            let wide = valid.iter().filter(|byte| **byte >= 0xc0).count();
            if wide >= SURELY_UTF8 {
                return Err(damaged_utf8(bytes, valid.len(), 0, file));
            }
            if let Some(problem) = unmarked_utf16(bytes) {
                return Err(problem.in_file(file));
            }
            whole(GB18030, bytes, 0, Encoding::Gb18030, file).map_err(|problem| match wide {
                0 => problem,
                _ => damaged_utf8(bytes, valid.len(), 0, file),
            })
        }
    }
}

/// Decodes all of it without replacing anything, or says where that fails.
fn whole(
    encoding: &'static encoding_rs::Encoding,
    bytes: &[u8],
    mark: usize,
    name: Encoding,
    file: &str,
) -> Result<Decoded, Problem> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len().saturating_mul(4));
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(Decoded { text, encoding: name }),
        (DecoderResult::Malformed(length, after), read) => {
            let at = mark + read.saturating_sub(usize::from(length) + usize::from(after));
            let line = 1 + text.matches('\n').count();
            let message = if name == Encoding::Gb18030 {
                format!("Byte {at} is neither UTF-8 nor GB18030 text.")
            } else {
                format!("Byte {at} is not {name} text, as the byte-order mark promises.")
            };
            Err(bad_encoding(message, line, file))
        }
        (DecoderResult::OutputFull, read) => {
            Err(bad_encoding(format!("The text from byte {} does not fit in memory.", mark + read), 1, file))
        }
    }
}

fn damaged_utf8(bytes: &[u8], at: usize, mark: usize, file: &str) -> Problem {
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    let why = if bytes.len() - at < 4 {
        " The file ends in the middle of a character."
    } else if GB18030.decode_without_bom_handling(&bytes[at..bytes.len().min(at + 2)]).1 {
        ""
    } else {
        " From there on it may be GB18030: two files pasted together."
    };
    bad_encoding(format!("The file is UTF-8 text, but byte {} is not.{why}", at + mark), line, file)
}

/// UTF-16 of which nothing says so: every second byte of its ASCII characters, such as line ends, is nothing.
fn unmarked_utf16(bytes: &[u8]) -> Option<Problem> {
    let nothing = bytes.iter().take(4096).filter(|byte| **byte == 0).count();
    (nothing * 8 > bytes.len().min(4096)).then(|| {
        let message = "Every few bytes are NUL: this is UTF-16 text without the byte-order mark that says so, or no text at all.";
        Problem::error("not-text", message).at_line(1).help("Open the file in the program that made it and save it as UTF-8.")
    })
}

/// Whether most of the first characters outside ASCII are none of GB 2312, which has nearly all that Chinese text is written in.
pub(super) fn is_rare(text: &str) -> bool {
    let (mut all, mut rare) = (0, 0);
    for character in text.chars().filter(|c| !c.is_ascii()).take(1_000) {
        let written = encoding_rs::GBK.encode(character.encode_utf8(&mut [0; 4])).0.into_owned();
        all += 1;
        rare += usize::from(!matches!(written.as_slice(), [0xa1..=0xf7, 0xa1..=0xfe]));
    }
    rare * 2 > all
}

fn bad_encoding(message: String, line: usize, file: &str) -> Problem {
    Problem::error("bad-encoding", message)
        .in_file(file)
        .at_line(line)
        .help("Open the file in the program that made it and save it as UTF-8.")
}

fn check_characters(decoded: &Decoded, file: &str) -> Result<(), Problem> {
    if decoded.text.is_empty() {
        let problem = Problem::error("empty-file", "The file holds a byte-order mark and nothing else.");
        return Err(problem.in_file(file).help("Check that it was saved or downloaded whole."));
    }
    let line_of = |at: usize| 1 + decoded.text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
    if let Some(at) = decoded.text.find('\u{feff}') {
        let message = format!("A byte-order mark stands at byte {at} of the text; it belongs only at the very beginning.");
        let problem = Problem::error("misplaced-byte-order-mark", message).in_file(file).at_line(line_of(at));
        return Err(problem.help("Two files may have been pasted together; delete the mark."));
    }
    if let Some(at) = decoded.text.find('\0') {
        let message = format!("A NUL byte stands at byte {at}, so this is not a text file.");
        let problem = Problem::error("not-text", message).in_file(file).at_line(line_of(at));
        return Err(
            problem.help("If it is UTF-16, save it with a byte-order mark or as UTF-8; if it is damaged, fetch it again.")
        );
    }
    Ok(())
}

/// What a file is by its first bytes, where these are known not to begin text.
fn foreign_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"<!DOCTYPE html", "a web page (HTML)"),
        (b"<!doctype html", "a web page (HTML)"),
        (b"<html", "a web page (HTML)"),
        (b"<HTML", "a web page (HTML)"),
        (b"<table", "a web page (HTML)"),
        (b"<?xml", "XML"),
        (b"PK\x03\x04", "a ZIP archive or a spreadsheet (XLSX, ODS)"),
        (b"\xd0\xcf\x11\xe0", "an old spreadsheet (XLS)"),
        (b"\x1f\x8b", "compressed (gzip)"),
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "a PNG picture"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3", "a database (GeoPackage, SQLite)"),
    ];
    let start = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes).trim_ascii_start();
    KINDS.iter().find(|(known, _)| start.starts_with(known)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes, "t.csv").expect_err("must be refused").to_string()
    }

    #[test]
    fn each_encoding_is_found() {
        let utf16le: Vec<u8> = b"\xff\xfe".iter().copied().chain("北京,1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let utf16be: Vec<u8> = b"\xfe\xff".iter().copied().chain("北京,1\n".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let (gb, _, _) = GB18030.encode("北京,1\n");
        for (bytes, encoding) in [
            ("北京,1\n".as_bytes().to_vec(), Encoding::Utf8),
            ("\u{feff}北京,1\n".as_bytes().to_vec(), Encoding::Utf8Marked),
            (gb.to_vec(), Encoding::Gb18030),
            (utf16le, Encoding::Utf16Le),
            (utf16be, Encoding::Utf16Be),
        ] {
            let decoded = decode(&bytes, "t.csv").expect("readable");
            assert_eq!((decoded.text.as_str(), decoded.encoding), ("北京,1\n", encoding));
        }
    }

    #[test]
    fn what_cannot_be_text_is_refused_with_its_place() {
        assert_eq!(message(b""), "error: t.csv: The file is empty. Check that it was saved or downloaded whole.");
        assert!(message(b"\xef\xbb\xbf").contains("byte-order mark and nothing else"));
        assert!(message(b"a,b\n1,\xff\n").starts_with("error: t.csv:2: Byte 6 is neither UTF-8 nor GB18030 text."));
        assert!(
            message("省,值\n北京,1\n".as_bytes().iter().copied().chain([0xe5, 0x8c]).collect::<Vec<_>>().as_slice()).starts_with(
                "error: t.csv:3: The file is UTF-8 text, but byte 17 is not. The file ends in the middle of a character."
            )
        );
        assert!(message("a\n\u{feff}b".as_bytes()).starts_with("error: t.csv:2: A byte-order mark stands at byte 2"));
        assert!(message(b"a\n\0b").starts_with("error: t.csv:2: A NUL byte stands at byte 2"));
        assert!(message(b"PK\x03\x04xx").contains("spreadsheet (XLSX, ODS), not text. Open it in the program"));
        assert!(message(b"\xff\xfea").starts_with("error: t.csv:1: Byte 2 is not UTF-16"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes, "t.csv");
        }
    }
}
