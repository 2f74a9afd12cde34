//! Colours: palettes, perceptual space, colour-vision simulation, contrast.

//!
//! ```
//! let five = caremap::colour::colours("ylgnbu", 5, false)?;
//! assert_eq!(five[0].to_string(), "#ffffcc");
//! # Ok::<(), caremap::problem::Problem>(())
//! ```

mod contrast;
mod oklab;
mod palette;
mod vision;

pub use contrast::{contrast, ink_on};
pub use oklab::{OkLab, difference, mix};
pub use palette::{DEFAULT_DIVERGING, DEFAULT_SEQUENTIAL, Kind, Palette, along, colours, palette, palettes};
pub use vision::{NEAR, Vision, apart, check};

use std::fmt;

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Colour {
    /// White, the colour of paper.
    pub const WHITE: Colour = Colour::new(255, 255, 255);
    /// Black.
    pub const BLACK: Colour = Colour::new(0, 0, 0);

    /// A colour from its three channels.
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self::new(channel(0)?, channel(2)?, channel(4)?))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}
