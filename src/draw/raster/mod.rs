//! Draws a [`Scene`] as pixels.
//!
//! Fills are exact: every pixel takes from every area the share that the area covers, and the shares of neighbours add up to the
//! whole pixel, so no seam can show. Glyphs are filled so as well: 256 levels instead of the 16 of tiny-skia's sampling.
//! Lines are tiny-skia's. Everything is blended in sRGB, as viewers blend.

mod cache;
mod cells;
mod glyphs;
mod ink;
mod picture;
mod runs;
mod shape;
mod stroke;

pub use cache::RunCache;
pub use picture::Picture;

use crate::problem::Problem;
use crate::scene::{Item, Layer, Mosaic, Rect, Scene};
use cells::PixelRect;
use ink::Ink;

/// The most pixels a picture may have: an A0 sheet at 300 dpi has 139 million.
const MOST_PIXELS: f64 = 200e6;

/// The most pixels a side may have.
const MOST_A_SIDE: f64 = 65_000.0;

/// Millimetres in an inch.
const INCH: f64 = 25.4;

/// Draws a scene at `dpi` pixels an inch.
///
/// What areas cover which pixels is remembered in `cache`, so that the next map on the same frame is drawn much faster. The picture
/// is the same, byte for byte, whatever the cache holds and however many threads there are.
///
/// # Errors
///
/// `picture-size` where the page or the resolution is not a positive number or the picture would be too large.
///
/// ```
/// use caremap::colour::Colour;
/// use caremap::draw::raster::{RunCache, draw};
/// use caremap::scene::Scene;
///
/// let paper = Colour::new(255, 255, 255);
/// let scene = Scene { width: 25.4, height: 12.7, paper, title: "".into(), description: "".into(), layers: vec![] };
/// let picture = draw(&scene, 100.0, &RunCache::new())?;
/// assert_eq!((picture.width, picture.height), (100, 50));
/// # Ok::<(), caremap::problem::Problem>(())
/// ```
pub fn draw(scene: &Scene, dpi: f64, cache: &RunCache) -> Result<Picture, Problem> {
    let (width, height) = size(scene.width, scene.height, dpi)?;
    let mut picture = Picture::filled(width, height, scene.paper);
    let scale = dpi / INCH;
    for layer in &scene.layers {
        let clip = clip(layer, scale, &picture);
        if !clip.is_empty() {
            draw_layer(&mut picture, layer, scale, clip, cache);
        }
    }
    Ok(picture)
}

/// The size in pixels of a page of `width` by `height` millimetres at `dpi` pixels an inch.
///
/// # Errors
///
/// As [`draw`].
pub fn size(width: f64, height: f64, dpi: f64) -> Result<(u32, u32), Problem> {
    let (across, down) = ((width * dpi / INCH).round(), (height * dpi / INCH).round());
    if !(across >= 1.0 && down >= 1.0) {
        let message = format!("A page of {width} x {height} mm at {dpi} dpi has no pixels.");
        return Err(Problem::error("picture-size", message).help("Give a page and a resolution greater than zero."));
    }
    if across * down > MOST_PIXELS || across.max(down) > MOST_A_SIDE {
        let message = format!(
            "A page of {width} x {height} mm at {dpi} dpi would be a picture of {across} x {down} pixels; \
             at most 200 million in all and 65,000 a side are drawn."
        );
        return Err(Problem::error("picture-size", message).help("Lower the dpi or the size of the page, or write SVG."));
    }
    Ok((across as u32, down as u32))
}

/// The clip of a layer in whole pixels: its edges at the nearest sides of pixels.
fn clip(layer: &Layer, scale: f64, picture: &Picture) -> PixelRect {
    let side = |mm: f64, most: u32| ((mm * scale).round().clamp(0.0, f64::from(most))) as u32;
    let all = Rect { x: 0.0, y: 0.0, width: f64::INFINITY, height: f64::INFINITY };
    let rect = layer.clip.unwrap_or(all);
    PixelRect {
        left: side(rect.x, picture.width),
        top: side(rect.y, picture.height),
        right: side(rect.right(), picture.width),
        bottom: side(rect.bottom(), picture.height),
    }
}

fn draw_layer(picture: &mut Picture, layer: &Layer, scale: f64, clip: PixelRect, cache: &RunCache) {
    for item in &layer.items {
        match item {
            Item::Mosaic(mosaic) => draw_mosaic(picture, mosaic, scale, clip, cache),
            Item::Shape(shape) => shape::draw(picture, shape, scale, clip, cache),
            Item::Text(text) => glyphs::draw(picture, text, scale, clip),
        }
    }
}

fn draw_mosaic(picture: &mut Picture, mosaic: &Mosaic, scale: f64, clip: PixelRect, cache: &RunCache) {
    let inks = Ink::all(&mosaic.fills, scale);
    cache.runs(&mosaic.geometry, scale, clip).colour(picture, &inks);
}
