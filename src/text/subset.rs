//! Small fonts for embedding in an SVG.
