//! Small fonts for embedding in an SVG.

use super::face::Fonts;
use crate::scene::FontId;
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

impl Fonts {
    /// A font with these characters alone, each drawn by the glyph given: a TrueType file for `@font-face`, with the copyright and
    /// the licence of the whole font. None where the font cannot be cut, which the bundled fonts never show.
    ///
    /// The subsetter writes fonts for PDF, which need no character map; the map and the `OS/2` table that browsers ask for are added.
    pub fn subset(&self, font: FontId, glyphs: &BTreeMap<char, u32>) -> Option<Vec<u8>> {
        let bytes = self.bytes(font);
        let mut remapper = GlyphRemapper::new();
        let mut map = Vec::with_capacity(glyphs.len());
        for (character, glyph) in glyphs {
            map.push((u32::from(*character), u32::from(remapper.remap(u16::try_from(*glyph).ok()?))));
        }
        let cut = subsetter::subset(bytes, 0, &remapper).ok()?;
        let mut tables: BTreeMap<[u8; 4], Vec<u8>> = tables(&cut)?.into_iter().map(|(tag, data)| (tag, data.to_vec())).collect();
        tables.insert(*b"OS/2", tables_of(bytes, *b"OS/2")?.to_vec());
        tables.insert(*b"cmap", character_map(&map));
        tables.entry(*b"post").or_insert_with(|| [&[0, 3, 0, 0][..], &[0; 28]].concat());
        Some(assembled(tables))
    }
}

fn tables_of(font: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    tables(font)?.into_iter().find(|(tag, _)| *tag == wanted).map(|(_, data)| data)
}

/// The tables of an sfnt file.
fn tables(font: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    let count = usize::from(u16::from_be_bytes(font.get(4..6)?.try_into().ok()?));
    let number = |at: usize| Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?) as usize);
    (0..count)
        .map(|entry| {
            let record = 12 + 16 * entry;
            let tag: [u8; 4] = font.get(record..record + 4)?.try_into().ok()?;
            let (start, length) = (number(record + 8)?, number(record + 12)?);
            Some((tag, font.get(start..start.checked_add(length)?)?))
        })
        .collect()
}

/// A `cmap` with one subtable of format 12, for Unicode (platform 3, encoding 10).
fn character_map(map: &[(u32, u32)]) -> Vec<u8> {
    let groups = map.len() as u32;
    let mut table = Vec::new();
    for word in [0u16, 1, 3, 10] {
        table.extend(word.to_be_bytes());
    }
    table.extend(12u32.to_be_bytes());
    table.extend(12u16.to_be_bytes());
    table.extend(0u16.to_be_bytes());
    for word in [16 + 12 * groups, 0, groups] {
        table.extend(word.to_be_bytes());
    }
    for (character, glyph) in map {
        for word in [*character, *character, *glyph] {
            table.extend(word.to_be_bytes());
        }
    }
    table
}

/// An sfnt file of these tables, with its checksums.
fn assembled(mut tables: BTreeMap<[u8; 4], Vec<u8>>) -> Vec<u8> {
    if let Some(adjustment) = tables.get_mut(b"head").and_then(|head| head.get_mut(8..12)) {
        adjustment.fill(0);
    }
    let count = tables.len() as u16;
    let largest = 15 - count.leading_zeros() as u16;
    let range = 16u16 << largest;
    let mut file = Vec::new();
    file.extend(0x0001_0000u32.to_be_bytes());
    for word in [count, range, largest, count * 16 - range] {
        file.extend(word.to_be_bytes());
    }
    let mut start = 12 + 16 * tables.len();
    for (tag, data) in &tables {
        file.extend(tag);
        for word in [checksum(data), start as u32, data.len() as u32] {
            file.extend(word.to_be_bytes());
        }
        start += data.len().next_multiple_of(4);
    }
    let mut head = None;
    for (tag, data) in &tables {
        if tag == b"head" {
            head = Some(file.len());
        }
        file.extend(data);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBAu32.wrapping_sub(checksum(&file));
    if let Some(place) = head.and_then(|head| file.get_mut(head + 8..head + 12)) {
        place.copy_from_slice(&adjustment.to_be_bytes());
    }
    file
}

fn checksum(data: &[u8]) -> u32 {
    data.chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_be_bytes(word)
        })
        .fold(0, u32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::super::{Family, Style, fonts};
    use super::*;
    use skrifa::{Font, GlyphId};

    #[test]
    fn a_subset_maps_its_characters_to_the_same_outlines() {
        let glyphs: BTreeMap<char, u32> = "浉河区 Ab1·".chars().map(|c| (c, fonts().glyph(FontId::Serif, c).unwrap())).collect();
        let bytes = fonts().subset(FontId::Serif, &glyphs).unwrap();
        assert!(bytes.len() < 20_000, "{}", bytes.len());
        assert_eq!(checksum(&bytes), 0xB1B0_AFBA);
        let font = Font::new(bytes, 0).unwrap();
        for (character, glyph) in glyphs {
            let small = font.charmap().map_unicode(character).unwrap();
            let whole = &fonts().face(FontId::Serif).font;
            assert_eq!(font.glyph_metrics().h_advance(small), whole.glyph_metrics().h_advance(GlyphId::new(glyph)));
            let extents = |font: &Font, id| font.glyph_metrics().extents(id).map(|e| (e.x_bearing, e.width, e.height));
            assert_eq!(extents(&font, small), extents(whole, GlyphId::new(glyph)), "{character}");
        }
        assert!(font.charmap().map_unicode('X').is_none());
        assert!(fonts().set("浉", &Style::new(Family::Serif, 1.0)).is_ok());
    }
}
