//! What people with a colour-vision deficiency, and a grey printer, see of a row of colours.

use super::oklab::{from_linear, linear};
use super::{Colour, OkLab};
use crate::problem::Problem;

/// Neighbouring classes closer than this (ΔE-OK) are hard to tell apart.
pub const NEAR: f64 = 0.04;

/// A way of seeing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vision {
    /// All three kinds of cones.
    Normal,
    /// No long-wave cones: about 1 % of men.
    Protan,
    /// No middle-wave cones: about 1 % of men, and most of the milder cases.
    Deutan,
    /// No short-wave cones: rare.
    Tritan,
    /// A grey print or photocopy.
    Grey,
}

impl Vision {
    /// All ways of seeing.
    pub const ALL: [Vision; 5] = [Vision::Normal, Vision::Protan, Vision::Deutan, Vision::Tritan, Vision::Grey];

    /// Where it matters, in words.
    fn words(self) -> &'static str {
        match self {
            Vision::Normal => "in normal sight",
            Vision::Protan => "without red cones (protanopia)",
            Vision::Deutan => "without green cones (deuteranopia)",
            Vision::Tritan => "without blue cones (tritanopia)",
            Vision::Grey => "in a grey print",
        }
    }

    /// The matrix for linear light: Machado, Oliveira and Fernandes 2009, severity 1; for grey the luminance of sRGB.
    fn matrix(self) -> [[f64; 3]; 3] {
        match self {
            Vision::Normal => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Vision::Protan => {
                [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]]
            }
            Vision::Deutan => {
                [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]]
            }
            Vision::Tritan => {
                [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]]
            }
            Vision::Grey => [[0.2126, 0.7152, 0.0722]; 3],
        }
    }

    /// A colour as seen.
    pub fn sees(self, colour: Colour) -> OkLab {
        let light = linear(colour);
        from_linear(self.matrix().map(|row| (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]).clamp(0.0, 1.0)))
    }
}

/// How far apart two colours are (ΔE-OK) in the sight in which they are nearest.
pub fn apart(one: Colour, other: Colour) -> f64 {
    Vision::ALL.into_iter().map(|sight| sight.sees(one).distance(sight.sees(other))).fold(f64::INFINITY, f64::min)
}

/// Warns of neighbouring classes that look alike: one warning for each sight, naming the nearest pair (classes from 1).
///
/// `mirrored` leaves grey prints out, since both arms of a diverging scale have the same lightness on purpose.
pub fn check(colours: &[Colour], mirrored: bool) -> Vec<Problem> {
    let nearest = |sight: Vision| {
        let pairs = colours.windows(2).map(|pair| sight.sees(pair[0]).distance(sight.sees(pair[1])));
        pairs.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, distance)| *distance < NEAR)
    };
    let sights = Vision::ALL.into_iter().filter(|sight| !(mirrored && *sight == Vision::Grey));
    sights
        .filter_map(|sight| {
            let (first, distance) = nearest(sight)?;
            let message = format!(
                "Classes {} ({}) and {} ({}) look alike {}: ΔE {distance:.3}, {NEAR} is wanted.",
                first + 1,
                colours[first],
                first + 2,
                colours[first + 1],
                sight.words()
            );
            Some(
                Problem::warning("colours-alike", message)
                    .help("Use fewer classes, or a palette such as \"ylgnbu\", \"batlow\" or \"rdbu\"."),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_and_green_are_near_for_a_deuteranope_only() {
        let (red, green) = (Colour::new(0xc0, 0x50, 0x30), Colour::new(0x7c, 0x7c, 0x00));
        assert!(super::super::difference(red, green) > 0.1);
        assert!(Vision::Deutan.sees(red).distance(Vision::Deutan.sees(green)) < 0.07);
        let problems = check(&[Colour::new(200, 80, 80), Colour::new(201, 82, 80)], false);
        assert_eq!(problems.len(), 5);
        assert!(problems[0].message.starts_with("Classes 1 (#c85050) and 2 (#c95250) look alike in normal sight: ΔE 0.00"));
    }

    #[test]
    fn white_stays_white() {
        for sight in Vision::ALL {
            assert!(sight.sees(Colour::WHITE).distance(Colour::WHITE.into()) < 1e-3, "{sight:?}");
        }
    }
}
