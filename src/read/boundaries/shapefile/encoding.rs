//! In which encoding the text of a shapefile is: what the author says, the `.cpg` file, the byte for the language in the header, and
//! else the text itself.

use crate::problem::{Noted, Outcome, Problem};
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8};

/// An encoding and its name as it was said.
pub(super) struct Found {
    pub name: String,
    encoding: &'static Encoding,
}

impl Found {
    fn new(encoding: &'static Encoding) -> Self {
        Self { name: if encoding == GB18030 { "GB18030".into() } else { encoding.name().to_string() }, encoding }
    }

    /// The text of a cell. A character that the end of the cell cuts in two is left out.
    pub fn decode(&self, cell: &[u8]) -> String {
        let (text, _) = self.encoding.decode_without_bom_handling(cell);
        text.trim_end_matches('\u{fffd}').trim_matches(|c: char| c.is_whitespace() || c == '\0').to_string()
    }

    /// Whether every cell is text in this encoding; one that fills its column may end in half a character.
    fn fits<'c>(&self, cells: impl Iterator<Item = (&'c [u8], usize)>) -> bool {
        let is_whole = |cell: &[u8]| self.encoding.decode_without_bom_handling_and_without_replacement(cell).is_some();
        let longest_rest = |cell: &[u8], length: usize| if cell.len() + 3 > length { 3.min(cell.len()) } else { 0 };
        cells.into_iter().all(|(cell, length)| {
            cell.is_ascii() || (0..=longest_rest(cell, length)).any(|rest| is_whole(&cell[..cell.len() - rest]))
        })
    }
}

/// Finds the encoding of `cells`, each given with the length of its column.
pub(super) fn find<'c, I: Iterator<Item = (&'c [u8], usize)>>(
    cells: &dyn Fn() -> I,
    cpg: Option<&[u8]>,
    language: u8,
    asked: Option<&str>,
) -> Outcome<Found> {
    if let Some(asked) = asked {
        let help = "Say its usual name, such as GBK, UTF-8 or Big5.";
        let unknown = || vec![Problem::error("unknown-encoding", format!("There is no encoding \"{asked}\".")).help(help)];
        return labelled(asked).map(Found::new).map(Noted::clean).ok_or_else(unknown);
    }
    let said =
        cpg.map(|text| String::from_utf8_lossy(text).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_string());
    let mut problems = Vec::new();
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        match labelled(&said).map(Found::new) {
            Some(found) if found.fits(cells()) => return Ok(Noted::clean(found)),
            _ => {
                let message = format!("The .cpg file says the text is in \"{said}\", which it is not; it is looked at instead.");
                let help = "Look at the names that inspect shows; where they are wrong, say boundaries = { file = \"…\", encoding = \"GBK\" } in the map file.";
                problems.push(Problem::warning("encoding", message).help(help));
            }
        }
    }
    let marked = match language {
        0x4D | 0x7A => Some(GB18030),
        0x4F | 0x78 => Some(BIG5),
        0x13 | 0x7B => Some(SHIFT_JIS),
        0x4E | 0x79 => Some(EUC_KR),
        _ => None,
    };
    if let Some(found) = marked.map(Found::new).filter(|found| found.fits(cells())) {
        return Ok(Noted { value: found, problems });
    }
    let fitting = [UTF_8, GB18030].map(Found::new).into_iter().find(|found| found.fits(cells()));
    let Some(found) = fitting else {
        let message = "The text of the attributes is neither UTF-8 nor GB18030, and nothing beside it says what it is.";
        problems.push(
            Problem::error("bad-encoding", message)
                .help("Say it in the map file: boundaries = { file = \"…\", encoding = \"Big5\" }."),
        );
        problems.rotate_right(1);
        return Err(problems);
    };
    if !cells().all(|(cell, _)| cell.is_ascii()) {
        let message = format!("Nothing says the encoding of the attributes; as {} all of them are text.", found.name);
        problems.push(Problem::note("encoding", message));
    }
    Ok(Noted { value: found, problems })
}

/// The encoding of a label: `UTF-8`, `936`, `CP936`, `ANSI 1252`, `GB2312`. What is called GBK is read as GB18030, which includes it.
fn labelled(label: &str) -> Option<&'static Encoding> {
    let upper = label.to_uppercase();
    let digits: String = upper.chars().filter(char::is_ascii_digit).collect();
    let found = match digits.as_str() {
        "936" | "54936" => Some(GB18030),
        "950" => Some(BIG5),
        "932" => Some(SHIFT_JIS),
        "949" => Some(EUC_KR),
        "65001" => Some(UTF_8),
        "88591" => Encoding::for_label(b"iso-8859-1"),
        _ if upper == "UTF8" => Some(UTF_8),
        "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
            Encoding::for_label(format!("windows-{digits}").as_bytes())
        }
        _ => None,
    };
    let found = found.or_else(|| Encoding::for_label(label.as_bytes()))?;
    Some(if found == encoding_rs::GBK { GB18030 } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(cells: &[&[u8]], cpg: Option<&str>, language: u8, asked: Option<&str>) -> Result<(String, usize), &'static str> {
        let all = || cells.iter().map(|cell| (*cell, 10));
        match find(&all, cpg.map(str::as_bytes), language, asked) {
            Ok(noted) => Ok((noted.value.name, noted.problems.len())),
            Err(problems) => Err(problems[0].id),
        }
    }

    #[test]
    fn what_is_said_comes_before_what_is_seen() {
        let gbk: &[&[u8]] = &[b"\xb1\xb1\xbe\xa9", b"plain"];
        let utf8: &[&[u8]] = &["北京".as_bytes()];
        let is = |name: &str, problems: usize| Ok((name.to_string(), problems));
        assert_eq!(name_of(gbk, Some("936"), 0, None), is("GB18030", 0));
        assert_eq!(name_of(gbk, Some("GBK\r\n"), 0, None), is("GB18030", 0));
        assert_eq!(name_of(gbk, None, 0x4D, None), is("GB18030", 0));
        assert_eq!(name_of(gbk, None, 0x57, None), is("GB18030", 1), "said, because it was looked at");
        assert_eq!(name_of(gbk, Some("UTF-8"), 0, None), is("GB18030", 2), "the .cpg is wrong");
        assert_eq!(name_of(gbk, None, 0, Some("Big5")), is("Big5", 0));
        assert_eq!(name_of(utf8, None, 0x4D, None), is("GB18030", 0), "six bytes of UTF-8 are three characters of GBK");
        assert_eq!(name_of(utf8, None, 0, None), is("UTF-8", 1));
        assert_eq!(name_of(&[b"plain"], None, 0, None), is("UTF-8", 0));
        assert_eq!(name_of(&[b"\xff\xff\xff\xff"], None, 0, None), Err("bad-encoding"));
        assert_eq!(name_of(gbk, None, 0, Some("Klingon")), Err("unknown-encoding"));
    }

    #[test]
    fn half_a_character_at_the_end_of_a_full_cell_is_left_out() {
        let cut = &"新疆维吾尔".as_bytes()[..10];
        assert_eq!(name_of(&[cut], None, 0, None), Ok(("UTF-8".into(), 1)));
        assert_eq!(Found::new(UTF_8).decode(cut), "新疆维");
        assert_eq!(Found::new(GB18030).decode(b"\xb1\xb1\xbe"), "北");
    }
}
