//! OKLab (Ottosson 2020, <https://bottosson.github.io/posts/oklab/>): a space in which distances follow what people see.

use super::Colour;

/// A colour in OKLab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OkLab {
    /// Lightness from 0 to 1.
    pub l: f64,
    /// Green to red.
    pub a: f64,
    /// Blue to yellow.
    pub b: f64,
}

impl From<Colour> for OkLab {
    fn from(colour: Colour) -> Self {
        from_linear(linear(colour))
    }
}

impl OkLab {
    /// The nearest colour a screen can show, channel by channel.
    pub fn colour(self) -> Colour {
        let l = self.l + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b;
        let m = self.l - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b;
        let s = self.l - 0.089_484_177_5 * self.a - 1.291_485_548_0 * self.b;
        let (l, m, s) = (l * l * l, m * m * m, s * s * s);
        coded([
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ])
    }

    /// How far apart two colours look: ΔE-OK, about 0.02 for a difference just noticed, 1 from black to white.
    pub fn distance(self, other: OkLab) -> f64 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        (l * l + a * a + b * b).sqrt()
    }
}

/// How far apart two colours look: ΔE-OK.
pub fn difference(one: Colour, other: Colour) -> f64 {
    OkLab::from(one).distance(other.into())
}

/// The colour `share` of the way from one to another, in OKLab.
pub fn mix(one: Colour, other: Colour, share: f64) -> Colour {
    let (a, b) = (OkLab::from(one), OkLab::from(other));
    let between = |from: f64, to: f64| from + (to - from) * share;
    OkLab { l: between(a.l, b.l), a: between(a.a, b.a), b: between(a.b, b.b) }.colour()
}

/// OKLab of linear light.
pub(super) fn from_linear([r, g, b]: [f64; 3]) -> OkLab {
    let l = libm::cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
    let m = libm::cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
    let s = libm::cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
    OkLab {
        l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    }
}

/// Linear light of a colour, each channel from 0 to 1 (IEC 61966-2-1).
pub(super) fn linear(colour: Colour) -> [f64; 3] {
    [colour.r, colour.g, colour.b].map(|channel| {
        let coded = f64::from(channel) / 255.0;
        if coded <= 0.04045 { coded / 12.92 } else { libm::pow((coded + 0.055) / 1.055, 2.4) }
    })
}

/// The colour of linear light; what a screen cannot show is clipped.
pub(super) fn coded(light: [f64; 3]) -> Colour {
    let [r, g, b] = light.map(|channel| {
        let channel = channel.clamp(0.0, 1.0);
        let coded = if channel <= 0.003_130_8 { channel * 12.92 } else { 1.055 * libm::pow(channel, 1.0 / 2.4) - 0.055 };
        libm::round(coded * 255.0) as u8
    });
    Colour::new(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grey_and_many_colours_come_back() {
        for r in (0..=255).step_by(5) {
            for (g, b) in [(r, r), (255 - r, r / 2), (17, 200)] {
                let colour = Colour::new(r, g, b);
                assert_eq!(OkLab::from(colour).colour(), colour);
            }
        }
    }

    #[test]
    fn values_are_ottosson_s() {
        let red = OkLab::from(Colour::new(255, 0, 0));
        assert!(
            (red.l - 0.627_955).abs() < 1e-5 && (red.a - 0.224_863).abs() < 1e-5 && (red.b - 0.125_846).abs() < 1e-5,
            "{red:?}"
        );
        assert!((OkLab::from(Colour::WHITE).l - 1.0).abs() < 1e-6);
    }
}
