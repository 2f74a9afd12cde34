//! The page around the maps: title above, notes below, and the room between them.

use super::compose::{Laid, Page, Scope, margin};
use super::fit::Fit;
use super::ink::{Block, Ink};
use super::{Sheet, inset, inset_box, notes, title};
use crate::problem::{Noted, Problem};
use crate::spec::Words;

/// The measured parts of a page before the map is fitted.
pub(super) struct Measured {
    pub margin: f64,
    pub width: f64,
    /// Top of what lies between title and notes.
    pub top: f64,
    /// Room between title and notes, where the page has a height.
    pub height: Option<f64>,
    pub title: Block,
    /// Height of the notes.
    notes: f64,
}

/// Measures title and notes.
fn measure(sheet: &Sheet, ink: &Ink, paragraphs: &[Vec<String>]) -> Result<Measured, Problem> {
    let margin = margin(sheet.page.width_mm);
    let width = sheet.page.width_mm - 2.0 * margin;
    let title = title::block(&sheet.title, sheet.subtitle.as_ref(), ink, width)?;
    let notes = notes::block(paragraphs, ink, width)?;
    let top = margin + if title.height > 0.0 { title.height + ink.size * 0.6 } else { 0.0 };
    let below = margin + if notes.height > 0.0 { notes.height + ink.size * 0.6 } else { 0.0 };
    let height = sheet.page.height_mm.map(|height| height - top - below);
    if height.is_some_and(|height| height < 20.0) {
        let message = format!(
            "Title and notes leave no room for the map on a page of {} x {} mm.",
            sheet.page.width_mm,
            sheet.page.height_mm.unwrap_or_default()
        );
        return Err(Problem::error("page-too-small", message).help("Give the page more height, or shorten title and notes."));
    }
    Ok(Measured { margin, width, top, height, title, notes: notes.height })
}

/// A page that is drawn, with what its notes had to say, and whether the room kept for them was enough.
pub(super) struct Drawn {
    pub laid: Noted<Laid>,
    pub said: Vec<Words>,
    pub fits: bool,
}

/// Lays a page out. What the notes have to say is known only when the map stands; where they need more room than was kept for them, it
/// is laid out again.
pub(super) fn with_room_for_notes(
    scope: Scope,
    mut draw: impl FnMut(Measured) -> Result<Drawn, Problem>,
) -> Result<Noted<Laid>, Problem> {
    const MOST: usize = 8;
    let Scope { sheet, ground, ink, .. } = scope;
    let mut said = Vec::new();
    for _ in 0..MOST {
        let drawn = draw(measure(sheet, ink, &notes::paragraphs(sheet, ink, &ground.projection, &said))?)?;
        if drawn.fits {
            return Ok(drawn.laid);
        }
        said = drawn.said;
    }
    let message = "The notes below the map and the room they leave it do not settle.";
    Err(Problem::error("page-too-small", message).help("Give the page more height, or leave out its labels."))
}

/// Adds title and notes and finishes the page. The notes stand below what ends at `bottom`, or at the foot of a page of fixed height.
pub(super) fn finish(
    mut page: Page,
    scope: Scope,
    measured: &Measured,
    fit: &Fit,
    unnamed: usize,
    bottom: f64,
) -> Result<Drawn, Problem> {
    let Scope { sheet, ground, ink, .. } = scope;
    let margin = measured.margin;
    page.add("title", "Title", measured.title.clone().moved(margin, margin));
    let unnamed = (unnamed > 0).then(|| notes::unnamed(unnamed, sheet.level));
    let said: Vec<Words> = inset_scale_note(scope, fit)?.into_iter().chain(unnamed).collect();
    let paragraphs = notes::paragraphs(sheet, ink, &ground.projection, &said);
    let notes = notes::block(&paragraphs, ink, measured.width)?;
    let foot = sheet.page.height_mm.map(|height| height - margin - notes.height);
    let fits = foot.is_none() || notes.height <= measured.notes + 1e-9;
    let y = foot.unwrap_or(bottom + ink.size * 0.6);
    let height = sheet.page.height_mm.unwrap_or(y + notes.height + margin);
    page.add("notes", "Notes", notes.moved(margin, y));
    Ok(Drawn { laid: page.finish(ink, sheet.page.width_mm, height), said, fits })
}

/// Where the inset is too small to hold a scale bar, the notes say how its scale stands to that of the map.
fn inset_scale_note(scope: Scope, fit: &Fit) -> Result<Option<Words>, Problem> {
    let Some(rect) = fit.inset else { return Ok(None) };
    let holds = inset_box::holds_bar(scope, rect)?;
    Ok((!holds).then(|| ratio_words(inset::frame(rect).scale / fit.scale)))
}

fn ratio_words(ratio: f64) -> Words {
    let percent = (ratio * 100.0).round();
    Words {
        zh: format!("南海诸岛插图比例尺为主图的{percent}%"),
        en: format!("The inset of the South China Sea is drawn at {percent} % of the scale of the map"),
    }
}
