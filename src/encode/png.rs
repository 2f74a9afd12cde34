//! PNG, without loss, the same bytes for any number of threads.
//!
//! Maps are flat colour, so rows are stored unfiltered, which is both smaller and faster for them, and with a palette where the
//! picture has at most 256 colours. The rows are compressed in strips of a fixed size, several at a time.
//! Format: Portable Network Graphics (PNG) Specification, third edition, W3C 2025.

use crate::draw::raster::Picture;
use flate2::{Compress, Compression, Crc, FlushCompress};
use rayon::prelude::*;

/// How hard to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// For pictures to be kept.
    #[default]
    Balanced,
    /// For pictures to be looked at once, and for thumbnails.
    Fast,
}

/// Bytes of pixels in one strip. Part of the format of our files: another number gives other (equally good) bytes.
const STRIP: usize = 1 << 20;

/// Encodes a picture that is to be printed at `dpi` pixels an inch, with texts such as `("Title", "…")` about it. Keywords are those
/// of the specification: Title, Author, Description, Copyright, Software, Source, Comment.
///
/// ```
/// use caremap::colour::Colour;
/// use caremap::draw::raster::Picture;
/// use caremap::encode::png::encode;
///
/// let bytes = encode(&Picture::filled(4, 3, Colour::new(255, 0, 0)), 300.0, &[("Title", "床位")]);
/// assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
/// ```
pub fn encode(picture: &Picture, dpi: f64, texts: &[(&str, &str)]) -> Vec<u8> {
    encode_with(picture, dpi, texts, Effort::Balanced)
}

/// As [`encode`], choosing how hard to compress.
pub fn encode_with(picture: &Picture, dpi: f64, texts: &[(&str, &str)], effort: Effort) -> Vec<u8> {
    let indexed = index(picture);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    header.extend(picture.width.to_be_bytes());
    header.extend(picture.height.to_be_bytes());
    header.extend([8, if indexed.is_some() { 3 } else { 2 }, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    if let Some(per_metre) = per_metre(dpi) {
        chunk(&mut out, b"pHYs", &[&per_metre.to_be_bytes()[..], &per_metre.to_be_bytes()[..], &[1]].concat());
    }
    for (keyword, text) in texts {
        text_chunk(&mut out, keyword, text);
    }
    if let Some((palette, _)) = &indexed {
        chunk(&mut out, b"PLTE", palette.as_flattened());
    }
    let (pixels, stride) = match &indexed {
        Some((_, pixels)) => (pixels, picture.width as usize),
        None => (&picture.rgb, picture.width as usize * 3),
    };
    chunk(&mut out, b"IDAT", &compress(pixels, stride, effort));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn per_metre(dpi: f64) -> Option<u32> {
    let value = (dpi / 0.0254).round();
    (value >= 1.0 && value <= f64::from(i32::MAX)).then_some(value as u32)
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(crc.sum().to_be_bytes());
}

/// A text of plain ASCII as `tEXt`, any other as `iTXt`. Keywords must be 1 to 79 letters and spaces; others are left out.
fn text_chunk(out: &mut Vec<u8>, keyword: &str, text: &str) {
    let usable = !keyword.is_empty() && keyword.len() < 80 && keyword.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    if !usable || keyword.trim() != keyword {
        return;
    }
    let text = text.replace('\0', "\u{fffd}");
    if text.is_ascii() {
        chunk(out, b"tEXt", &[keyword.as_bytes(), &[0], text.as_bytes()].concat());
    } else {
        chunk(out, b"iTXt", &[keyword.as_bytes(), &[0, 0, 0, 0, 0], text.as_bytes()].concat());
    }
}

/// The colours in order of appearance, and each pixel as the number of its colour, where there are at most 256.
fn index(picture: &Picture) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    const SLOTS: usize = 1024;
    let mut slots: Vec<Option<([u8; 3], u8)>> = vec![None; SLOTS];
    let mut colours: Vec<[u8; 3]> = Vec::new();
    let mut pixels = Vec::new();
    let mut last: Option<([u8; 3], u8)> = None;
    for pixel in picture.rgb.chunks_exact(3) {
        let colour = [pixel[0], pixel[1], pixel[2]];
        if let Some((_, number)) = last.filter(|(known, _)| *known == colour) {
            pixels.push(number);
            continue;
        }
        let hash = u32::from_le_bytes([colour[0], colour[1], colour[2], 0]).wrapping_mul(0x9e37_79b1) >> 22;
        let mut slot = hash as usize % SLOTS;
        while slots[slot].is_some_and(|(known, _)| known != colour) {
            slot = (slot + 1) % SLOTS;
        }
        let entry = match slots[slot] {
            Some(entry) => entry,
            None if colours.len() == 256 => return None,
            None => {
                colours.push(colour);
                (colour, (colours.len() - 1) as u8)
            }
        };
        slots[slot] = Some(entry);
        last = Some(entry);
        pixels.push(entry.1);
    }
    Some((colours, pixels))
}

/// One zlib stream of unfiltered rows (RFC 1950, RFC 1951): strips end on byte boundaries by an empty stored block.
fn compress(pixels: &[u8], stride: usize, effort: Effort) -> Vec<u8> {
    let rows = (STRIP / (stride + 1)).max(1);
    let strips: Vec<&[u8]> = pixels.chunks((rows * stride).max(1)).collect();
    let packed: Vec<(Vec<u8>, Adler)> =
        strips.par_iter().enumerate().map(|(i, strip)| pack(strip, stride, effort, i + 1 == strips.len())).collect();
    let mut out = vec![0x78, 0x9c];
    let mut sum = Adler::default();
    for (bytes, part) in &packed {
        out.extend(bytes);
        sum = sum.followed_by(part);
    }
    out.extend(sum.value().to_be_bytes());
    out
}

fn pack(strip: &[u8], stride: usize, effort: Effort, last: bool) -> (Vec<u8>, Adler) {
    let mut rows = Vec::with_capacity(strip.len() + strip.len() / stride.max(1) + 1);
    for row in strip.chunks(stride.max(1)) {
        rows.push(0);
        rows.extend(row);
    }
    // Measured on county maps: level 2 is three times as fast as 6 and 3 % larger, level 1 twice as fast again and 20 % larger.
    let level = match effort {
        Effort::Balanced => 2,
        Effort::Fast => 1,
    };
    let mut deflate = Compress::new(Compression::new(level), false);
    let mut out = Vec::with_capacity(rows.len() / 8 + 1024);
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    loop {
        let taken = deflate.total_in() as usize;
        // The memory compressor has no way to fail; were it to, the strip ends here and a reader notices by the checksum.
        let Ok(_) = deflate.compress_vec(&rows[taken..], &mut out, flush) else { break };
        if out.len() < out.capacity() {
            break;
        }
        out.reserve(out.capacity());
    }
    (out, Adler::of(&rows))
}

/// Adler-32 of RFC 1950, and of two parts joined.
#[derive(Debug, Clone, Copy)]
struct Adler {
    a: u64,
    b: u64,
    length: u64,
}

const BASE: u64 = 65_521;

impl Default for Adler {
    fn default() -> Self {
        Self { a: 1, b: 0, length: 0 }
    }
}

impl Adler {
    fn of(bytes: &[u8]) -> Self {
        let (mut a, mut b) = (1u64, 0u64);
        for block in bytes.chunks(4096) {
            let (mut sum, mut weighted) = (0u64, 0u64);
            for (byte, weight) in block.iter().zip((1..=block.len() as u64).rev()) {
                sum += u64::from(*byte);
                weighted += u64::from(*byte) * weight;
            }
            b = (b + a * block.len() as u64 + weighted) % BASE;
            a = (a + sum) % BASE;
        }
        Self { a, b, length: bytes.len() as u64 }
    }

    fn followed_by(&self, next: &Adler) -> Adler {
        let before = (self.a + BASE - 1) % BASE;
        Adler {
            a: (before + next.a) % BASE,
            b: (self.b + next.b + next.length % BASE * before) % BASE,
            length: self.length + next.length,
        }
    }

    fn value(&self) -> u32 {
        (self.b << 16 | self.a) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adler_agrees_with_the_standard_and_joins() {
        assert_eq!(Adler::of(b"Wikipedia").value(), 0x11e6_0398);
        let bytes: Vec<u8> = (0..40_000u32).map(|i| (i * 7 % 251) as u8).collect();
        let (front, back) = bytes.split_at(12_345);
        assert_eq!(Adler::of(front).followed_by(&Adler::of(back)).value(), Adler::of(&bytes).value());
    }

    #[test]
    fn a_palette_is_used_only_where_it_loses_nothing() {
        let picture = |colours: u32| {
            let rgb = (0..300u32 * 2).flat_map(|i| [(i % colours) as u8, (i % colours / 256) as u8, 7]).collect();
            Picture { width: 300, height: 2, rgb }
        };
        assert_eq!(index(&picture(256)).map(|i| i.0.len()), Some(256));
        assert_eq!(index(&picture(257)), None);
    }
}
