//! Text: bundled fonts, fallback by glyph, shaping, widths before drawing.
