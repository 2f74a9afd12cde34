//! Points against boundaries: the reading under which points lie inside the areas that they name.
//!
//! Most points lie where a shift of half a kilometre changes nothing. Those near a border decide: read in the wrong datum they come to
//! lie in the neighbouring county. Points of one border share its errors, so each border has a few votes and no more.

use super::verdict::Votes;
use super::{Datum, extent};
use crate::coverage::Position;
use crate::coverage::locate::Locator;
use crate::level::Level;
use crate::place::code::six_digits;
use crate::place::key::{Gazetteer, Spot};
use crate::place::mention::Mentions;
use crate::place::name::Form;
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// Points that are looked at; more of them are sampled evenly.
const MOST: usize = 5_000;
/// Votes that the points between the same areas have together.
const PER_BORDER: usize = 5;
/// Share of the votes that is taken to be wrong. Of the bundled hospitals, read as they are and shifted, 5 to 11 % are.
const WRONG: f64 = 0.15;
/// Rows of which a column is judged.
const SAMPLE: usize = 200;

/// A point and the area that its row names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Named {
    /// Row of the table, from 0.
    pub row: usize,
    /// The area.
    pub spot: Spot,
    /// Longitude and latitude as written.
    pub position: Position,
}

/// What the columns of a table say of where its rows belong.
pub struct Columns<'a> {
    table: &'a Table,
    mentions: &'a Mentions<'a>,
    gazetteer: &'a Gazetteer<'a>,
    /// Columns whose cells are names of areas, from the large to the small.
    areas: Vec<usize>,
    /// Columns whose cells mention areas, those that do most often first.
    texts: Vec<usize>,
    /// Columns of codes.
    codes: Vec<usize>,
}

impl<'a> Columns<'a> {
    /// Judges the columns of a table by what stands in them.
    pub fn new(table: &'a Table, gazetteer: &'a Gazetteer<'a>, mentions: &'a Mentions<'a>) -> Self {
        let rows = sample(table.rows(), SAMPLE);
        let (mut areas, mut texts, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for (at, column) in table.columns.iter().enumerate() {
            let cells: Vec<String> =
                rows.iter().map(|row| column.text(*row).into_owned()).filter(|text| !text.is_empty()).collect();
            let share = |holds: &dyn Fn(&str) -> bool| cells.iter().filter(|text| holds(text)).count() * 100 / cells.len().max(1);
            let levels: Vec<Level> = cells.iter().filter_map(|text| named(gazetteer, text)).collect();
            if levels.len() * 2 >= cells.len().max(1) {
                areas.push((levels[levels.len() / 2], at));
            } else if share(&|text| text.chars().count() >= 6 && six_digits(text).is_some()) >= 90 {
                codes.push(at);
            } else {
                let mentioned = share(&|text| mentions.find(text).is_some());
                texts.extend((mentioned >= 10).then_some((std::cmp::Reverse(mentioned), at)));
            }
        }
        areas.sort();
        texts.sort();
        let second = |list: Vec<(Level, usize)>| list.into_iter().map(|(_, at)| at).collect();
        Self { table, mentions, gazetteer, areas: second(areas), texts: texts.into_iter().map(|(_, at)| at).collect(), codes }
    }

    /// The smallest area that a row names for certain; none where its columns contradict each other.
    pub fn spot(&self, row: usize) -> Option<Spot> {
        let text = |at: &usize| self.table.columns[*at].text(row);
        let joined: String = self.areas.iter().map(text).collect();
        let outer = self.mentions.find(&joined);
        let mut found: Vec<Spot> = outer.into_iter().collect();
        for at in &self.texts {
            let text = text(at);
            found.extend(self.mentions.find_within(&text, outer));
            found.extend(self.mentions.find(&text));
        }
        for at in &self.codes {
            found.extend(six_digits(&text(at)).and_then(|code| self.gazetteer.by_code(&code, Level::County)));
        }
        let smallest = *found.iter().max_by_key(|spot| spot.0)?;
        let province = |spot: Spot| self.gazetteer.lift(spot, Level::Province);
        found.iter().all(|spot| province(*spot) == province(smallest)).then_some(smallest)
    }
}

/// The level of the area whose name in full the text is.
fn named(gazetteer: &Gazetteer<'_>, text: &str) -> Option<Level> {
    gazetteer.named(text).iter().filter(|found| found.form == Form::FullName).map(|found| found.spot.0).min()
}

/// At most `most` of so many rows, evenly.
fn sample(rows: usize, most: usize) -> Vec<usize> {
    let step = rows.div_ceil(most).max(1);
    (0..rows).step_by(step).collect()
}

/// The points whose rows name an area, with it. Each point is its row and its coordinates as written.
pub fn named_points(table: &Table, points: &[(usize, Position)], gazetteer: &Gazetteer<'_>) -> Vec<Named> {
    let mentions = Mentions::new(gazetteer);
    let columns = Columns::new(table, gazetteer, &mentions);
    let of = |at: usize| {
        let (row, position) = points[at];
        Some(Named { row, spot: columns.spot(row)?, position })
    };
    sample(points.len(), MOST).into_iter().filter_map(of).collect()
}

/// Whether each of some rows names a place on the mainland; none where it names none.
pub fn on_mainland(table: &Table, rows: &[usize]) -> Vec<Option<bool>> {
    let gazetteer = Gazetteer::new(crate::coverage::bundled());
    let mentions = Mentions::new(&gazetteer);
    let columns = Columns::new(table, &gazetteer, &mentions);
    rows.iter().map(|row| columns.spot(*row).map(|spot| is_mainland(spot, &gazetteer))).collect()
}

fn is_mainland(spot: Spot, gazetteer: &Gazetteer<'_>) -> bool {
    !["71", "81", "82"].iter().any(|special| gazetteer.area(spot).code.starts_with(special))
}

/// The votes of points that name their areas, and the sentence that tells them.
pub fn votes(named: &[Named], gazetteer: &Gazetteer<'_>) -> (Votes, String) {
    let locators: BTreeMap<Level, Locator<'_>> =
        gazetteer.coverage().layers.keys().map(|level| (*level, Locator::new(gazetteer.coverage(), *level))).collect();
    let (mut votes, mut seen, mut borders) = (Votes::new(WRONG), BTreeSet::new(), BTreeMap::<_, usize>::new());
    let mut nowhere = 0;
    for point in named {
        if !seen.insert((point.position.map(f64::to_bits), point.spot)) {
            continue;
        }
        let mainland = is_mainland(point.spot, gazetteer);
        let places = Datum::ALL.map(|datum| extent::to_wgs84(point.position, datum, Some(mainland)).0);
        let Some((level, wanted, found)) = told(point.spot, places, gazetteer, &locators) else {
            nowhere += 1;
            continue;
        };
        let fits = found.map(|area| area == Some(wanted));
        if fits[0] == fits[1] && fits[1] == fits[2] {
            continue;
        }
        let border = borders.entry((level, BTreeSet::from(found))).or_default();
        *border += 1;
        if *border <= PER_BORDER {
            votes.count(|a, b| fits[a] && !fits[b]);
        }
    }
    let sentence = sentence(&votes, named.len(), nowhere, borders.values().any(|points| *points > PER_BORDER));
    (votes, sentence)
}

/// The finest level at which one of the readings lies in the area that the point names: the level, that area, and where each lies.
fn told(
    spot: Spot,
    places: [Position; 3],
    gazetteer: &Gazetteer<'_>,
    locators: &BTreeMap<Level, Locator<'_>>,
) -> Option<(Level, usize, [Option<usize>; 3])> {
    [Level::Unit, Level::County, Level::Prefecture, Level::Province].into_iter().filter(|level| *level <= spot.0).find_map(
        |level| {
            let wanted = gazetteer.lift(spot, level)?;
            let found = places.map(|place| locators.get(&level).and_then(|locator| locator.locate(place)));
            found.contains(&Some(wanted)).then_some((level, wanted, found))
        },
    )
}

fn sentence(votes: &Votes, named: usize, nowhere: usize, capped: bool) -> String {
    if named == 0 {
        return "No point names the area it lies in, in words or by a code, so the boundaries cannot tell.".into();
    }
    let (best, second) = votes.leading();
    let (fit, against) = (votes.between(best, second), votes.between(second, best));
    let (a, b) = (best.title(), second.title());
    let mut text = format!("{named} points name the area they lie in.");
    text += &match fit + against {
        0 => " None of them lies near enough to a border to tell the datums apart.".to_owned(),
        all => {
            format!(" Of {all} that lie in different areas read as {a} or as {b}, {fit} fit {a} and {against} {b}.")
        }
    };
    if capped {
        text += &format!(" (Of many along one border {PER_BORDER} count.)");
    }
    if nowhere > 0 {
        text += &format!(" {nowhere} lie outside their area however they are read.");
    }
    text
}
