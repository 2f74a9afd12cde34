//! A finished picture.

use crate::colour::Colour;
use rayon::prelude::*;

/// A picture of opaque sRGB pixels, row by row from the top left corner, three bytes a pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue of each pixel.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// A picture of one colour.
    pub fn filled(width: u32, height: u32, colour: Colour) -> Self {
        let pixels = width as usize * height as usize;
        Self { width, height, rgb: [colour.r, colour.g, colour.b].repeat(pixels) }
    }

    /// The colour of a pixel; none outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<Colour> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        self.rgb.get(at..at + 3).map(|p| Colour::new(p[0], p[1], p[2]))
    }

    /// The picture at a smaller width, its proportions kept. Each pixel is the mean of exactly the part of the picture it stands
    /// for (in sRGB, as viewers blend). A width that is not smaller gives the picture itself.
    #[must_use]
    pub fn scaled_to_width(&self, width: u32) -> Picture {
        if width >= self.width || width == 0 {
            return self.clone();
        }
        let exact = u64::from(self.height) * u64::from(width);
        let height = ((exact + u64::from(self.width) / 2) / u64::from(self.width)).max(1) as u32;
        let (columns, rows) = (parts(self.width, width), parts(self.height, height));
        let rgb = rows.par_iter().with_min_len(8).flat_map_iter(|row| self.mean_row(row, &columns)).collect();
        Picture { width, height, rgb }
    }

    /// One row of a smaller picture. First whole rows are added up, which is where the work is.
    fn mean_row(&self, row: &[(u32, u64)], columns: &[Vec<(u32, u64)>]) -> Vec<u8> {
        let stride = self.width as usize * 3;
        // A row's weights add up to the height of the picture, so nothing overflows.
        let mut sums = vec![0u32; stride];
        for (y, weight) in row {
            let start = *y as usize * stride;
            for (sum, value) in sums.iter_mut().zip(&self.rgb[start..start + stride]) {
                *sum += u32::from(*value) * *weight as u32;
            }
        }
        let whole = u64::from(self.width) * u64::from(self.height);
        let mean = |column: &Vec<(u32, u64)>, channel: usize| {
            let sum: u64 = column.iter().map(|(x, part)| u64::from(sums[*x as usize * 3 + channel]) * part).sum();
            ((sum + whole / 2) / whole) as u8
        };
        columns.iter().flat_map(|column| [0, 1, 2].map(|channel| mean(column, channel))).collect()
    }
}

/// For each of `to` pixels the pixels of `from` it stands for, with how much of each, in units of 1/`to` pixel.
fn parts(from: u32, to: u32) -> Vec<Vec<(u32, u64)>> {
    let (from, to) = (u64::from(from), u64::from(to));
    (0..to)
        .map(|i| {
            let (start, end) = (i * from, (i + 1) * from);
            (start / to..end.div_ceil(to)).map(|x| (x as u32, end.min((x + 1) * to) - start.max(x * to))).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_picture_holds_the_exact_means() {
        let rgb = [0, 60, 120, 30, 90, 150].iter().flat_map(|v| [*v, *v, 9]).collect();
        let picture = Picture { width: 3, height: 2, rgb };
        let one = picture.scaled_to_width(1);
        assert_eq!((one.width, one.height, one.rgb), (1, 1, vec![75, 75, 9]));
        let two = picture.scaled_to_width(2);
        assert_eq!((two.width, two.height), (2, 1));
        assert_eq!(two.pixel(0, 0), Some(Colour::new(35, 35, 9)));
        assert_eq!(two.pixel(1, 0), Some(Colour::new(115, 115, 9)));
        assert_eq!(picture.scaled_to_width(7), picture);
    }
}
