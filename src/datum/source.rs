//! The datum of each file of a map, how it is known, and the refusal to mix.

use super::verdict::{Confidence, Verdict};
use super::{Datum, convert};
use crate::coverage::Position;
use crate::problem::Problem;

/// Positions of which the middle one stands for a file, where it is said how far a shift is.
pub(crate) const PLACES: usize = 500;

/// What a file is, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Points, such as facilities.
    Points,
    /// Boundaries.
    Boundaries,
}

/// What is said of a file's datum, and what its coordinates show.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The file, as the author names it.
    pub file: String,
    /// What it is.
    pub kind: Kind,
    /// Datum that the author declares.
    pub declared: Option<Datum>,
    /// Datum that the file itself says, such as by the names of its columns.
    pub written: Option<Datum>,
    /// What the coordinates show; none where they were not looked at.
    pub verdict: Option<Verdict>,
    /// Some of its positions as written.
    pub places: Vec<Position>,
    /// How the author would declare it, such as `datum = "gcj02"` with `{}` for the word.
    pub way: String,
}

/// How the datum of a file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// It is not: WGS84 is assumed.
    Assumed,
    /// Its coordinates show it.
    Inferred,
    /// The file says it.
    Written,
    /// The author says it.
    Declared,
    /// The file comes with the program.
    Own,
}

/// A file's datum once settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The datum.
    pub datum: Datum,
    /// How it is known.
    pub known: Known,
}

impl Source {
    /// Settles the datum: what is declared, else what the file says, else what its coordinates show, else WGS84. What is said and
    /// what is shown are compared.
    ///
    /// # Errors
    ///
    /// Where what is said cannot be true: the author and the file say different things and the coordinates do not bear the author out,
    /// or the coordinates clearly show another datum.
    pub fn settle(&self) -> Result<(Settled, Vec<Problem>), Problem> {
        let shown = self.verdict.as_ref().and_then(|verdict| Some((verdict.datum?, verdict.confidence)));
        match (self.declared, self.written, shown) {
            (Some(declared), Some(written), shown) if declared != written => self.contradicted(declared, written, shown),
            (Some(said), _, Some((datum, sure))) | (None, Some(said), Some((datum, sure))) if said != datum => {
                let problem = self.disproved(said, datum, sure);
                let known = if self.declared.is_some() { Known::Declared } else { Known::Written };
                if sure == Confidence::Clear { Err(problem) } else { Ok((Settled { datum: said, known }, vec![problem])) }
            }
            (Some(datum), _, _) => Ok((Settled { datum, known: Known::Declared }, Vec::new())),
            (None, Some(datum), _) => Ok((Settled { datum, known: Known::Written }, Vec::new())),
            (None, None, Some((datum, sure))) => {
                Ok((Settled { datum, known: Known::Inferred }, vec![self.inferred(datum, sure)]))
            }
            (None, None, None) => {
                Ok((Settled { datum: Datum::Wgs84, known: Known::Assumed }, self.assumed().into_iter().collect()))
            }
        }
    }

    fn contradicted(
        &self,
        declared: Datum,
        written: Datum,
        shown: Option<(Datum, Confidence)>,
    ) -> Result<(Settled, Vec<Problem>), Problem> {
        let message = format!("The datum is declared as {}, but the file itself says {}.", declared.title(), written.title());
        if shown.is_some_and(|(datum, _)| datum == declared) {
            let message = format!("{message} Its coordinates bear the declaration out: {}", self.evidence());
            let help = "Correct the names of the columns, so that the next reader is not misled.";
            let problem = Problem::warning("datum-written-wrong", message).in_file(&self.file).help(help);
            return Ok((Settled { datum: declared, known: Known::Declared }, vec![problem]));
        }
        let help = "Name the columns and the datum that belong together; data of different datums are not mixed.";
        Err(Problem::error("datum-conflict", message).in_file(&self.file).help(help))
    }

    /// What is said of the datum is not what the coordinates show.
    fn disproved(&self, said: Datum, shown: Datum, sure: Confidence) -> Problem {
        let how = if self.declared.is_some() { "declared as" } else { "by its columns in" };
        let (metres, direction) = self.offset(said, shown);
        let message = format!(
            "The file is {how} {}, but its coordinates look like {} ({}): read as {}, {} lie about {metres} {direction} of where they \
             belong. {}",
            said.title(),
            shown.title(),
            shown.whose(),
            said.title(),
            self.they(),
            self.evidence()
        );
        let problem = if sure == Confidence::Clear { Problem::error } else { Problem::warning };
        problem("datum-disproved", message).in_file(&self.file).help(format!("Write {}.", self.declare(shown)))
    }

    fn inferred(&self, datum: Datum, sure: Confidence) -> Problem {
        let message = format!(
            "Nothing says which datum {} are in; they are read as {}, which their coordinates show ({sure}). {}",
            self.they(),
            datum.title(),
            self.evidence()
        );
        let help = format!("Write {} to confirm it.", self.declare(datum));
        let problem = if datum == Datum::Wgs84 { Problem::note } else { Problem::warning };
        problem("datum-inferred", message).in_file(&self.file).help(help)
    }

    /// Where nothing was looked at, nothing can be said.
    fn assumed(&self) -> Option<Problem> {
        self.verdict.as_ref()?;
        let message = format!(
            "Nothing says which datum {} are in, and the coordinates do not tell; they are read as WGS84. {}",
            self.they(),
            self.evidence()
        );
        let help = format!(
            "Declare it: {}; coordinates from Amap or Tencent are GCJ-02 (\"gcj02\"), from Baidu BD-09 (\"bd09\"), both hundreds of metres off.",
            self.declare(Datum::Wgs84)
        );
        // GeoJSON and TopoJSON are WGS84 by their standards, and readers of other formats say themselves where the system is not said;
        // tables of points have no such rule.
        let problem = match self.kind {
            Kind::Points => Problem::warning,
            Kind::Boundaries => Problem::note,
        };
        Some(problem("datum-assumed", message).in_file(&self.file).help(help))
    }

    /// The datum and how it is known, for people: a phrase without a full stop.
    pub fn told(&self) -> String {
        let shown = self.verdict.as_ref().map(|verdict| (verdict.datum, verdict.confidence));
        let who = match self.kind {
            Kind::Points => "the points",
            Kind::Boundaries => "the borders",
        };
        let said = match (self.declared, self.written) {
            (Some(datum), _) => Some(format!("{}, declared", datum.title())),
            (None, Some(datum)) => Some(format!("{}, by the names of its columns", datum.title())),
            (None, None) => None,
        };
        match (said, shown) {
            (Some(said), None) => said,
            (Some(said), Some((None, _))) => format!("{said}; {who} cannot tell"),
            (Some(said), Some((Some(datum), sure))) if Some(datum) == self.declared.or(self.written) => {
                format!("{said}; {who} show it as well ({sure})")
            }
            (Some(said), Some((Some(datum), sure))) => format!("{said}, but {who} show {} ({sure})", datum.title()),
            (None, Some((Some(datum), sure))) => format!("{}, as {who} show ({sure})", datum.title()),
            (None, _) => format!("cannot tell; say it: {}", self.declare(Datum::Wgs84)),
        }
    }

    /// How the author declares a datum.
    pub fn declare(&self, datum: Datum) -> String {
        self.way.replace("{}", datum.word())
    }

    fn they(&self) -> &'static str {
        match self.kind {
            Kind::Points => "the points",
            Kind::Boundaries => "the borders",
        }
    }

    /// What the coordinates show, with its numbers.
    pub fn evidence(&self) -> String {
        self.verdict.as_ref().map_or_else(String::new, Verdict::told)
    }

    /// How far and in which direction the coordinates lie from where they belong, if they are read as one datum and are in another.
    fn offset(&self, read_as: Datum, truth: Datum) -> (String, &'static str) {
        offset(&self.places, read_as, truth)
    }
}

/// What is wrong with using two files on one map: their datums differ, and of one nobody said so. Files that are both said to be in
/// different datums are both moved to WGS84 and fit.
pub fn mixing(one: (&Source, Settled), other: (&Source, Settled)) -> Option<Problem> {
    let unsure = |settled: Settled| settled.known < Known::Written;
    if one.1.datum == other.1.datum || !(unsure(one.1) || unsure(other.1)) {
        return None;
    }
    // The one that is in a shifted datum, or else the one that nobody spoke for, is at fault.
    let fault = |(_, settled): &(&Source, Settled)| (unsure(*settled), settled.datum != Datum::Wgs84);
    let (wrong, right) = if fault(&one) >= fault(&other) { (one, other) } else { (other, one) };
    let (metres, direction) = wrong.0.offset(right.1.datum, wrong.1.datum);
    let message = format!(
        "{} would lie about {metres} {direction} of where {} expect them: {} is in {} and {} in {}. {}",
        capital(wrong.0.they()),
        right.0.they(),
        wrong.0.file,
        known(wrong),
        right.0.file,
        known(right),
        [wrong, right]
            .iter()
            .filter(|(_, settled)| unsure(*settled))
            .map(|(source, _)| source.evidence())
            .collect::<Vec<_>>()
            .join(" ")
    );
    let asked: Vec<String> = [wrong, right]
        .iter()
        .filter(|(_, settled)| unsure(*settled))
        .map(|(source, settled)| format!("{} for {}", source.declare(settled.datum), source.file))
        .collect();
    let help = format!("Write {}; then all is moved to WGS84 and fits.", asked.join(" and "));
    Some(Problem::error("datum-mixed", message.trim_end()).in_file(&wrong.0.file).help(help))
}

/// The datum of a file, whose it is, and how it is known.
fn known((source, settled): (&Source, Settled)) -> String {
    let how = match settled.known {
        Known::Assumed => "assumed, for nothing says otherwise",
        Known::Inferred if source.kind == Kind::Points => "its points show it",
        Known::Inferred => "its borders show it",
        Known::Written => "by the names of its columns",
        Known::Declared => "declared",
        Known::Own => "the program's own",
    };
    format!("{} ({}; {how})", settled.datum.title(), settled.datum.whose())
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}

/// How far, as words, and in which direction positions that are in `truth` come to lie when they are read as `read_as`.
pub fn offset(places: &[Position], read_as: Datum, truth: Datum) -> (String, &'static str) {
    let (mut east, mut north) = (Vec::new(), Vec::new());
    for place in places {
        let (seen, true_place) = (convert::to_wgs84(*place, read_as), convert::to_wgs84(*place, truth));
        east.push((seen[0] - true_place[0]) * 111_320.0 * libm::cos(place[1].to_radians()));
        north.push((seen[1] - true_place[1]) * 110_950.0);
    }
    let (east, north) = (middle(east).unwrap_or(0.0), middle(north).unwrap_or(0.0));
    let sector = (libm::atan2(east, north) / std::f64::consts::FRAC_PI_4).round() as i64;
    let words = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    (metres(libm::hypot(east, north)), words[sector.rem_euclid(8) as usize])
}

/// A distance for people: to ten metres where it is of hundreds.
pub(super) fn metres(distance: f64) -> String {
    let step = if distance >= 100.0 { 10.0 } else { 1.0 };
    format!("{:.0} m", (distance / step).round() * step)
}

/// The middle one of some numbers.
pub(super) fn middle(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(file: &str, declared: Option<Datum>, written: Option<Datum>, verdict: Option<(Datum, Confidence)>) -> Source {
        Source {
            file: file.into(),
            kind: if file.ends_with("csv") { Kind::Points } else { Kind::Boundaries },
            declared,
            written,
            verdict: verdict.map(|(datum, confidence)| Verdict {
                datum: Some(datum),
                confidence,
                evidence: vec!["51 of 57 say so.".into()],
            }),
            places: vec![[116.4, 39.9]; 3],
            way: "datum = \"{}\"".into(),
        }
    }

    fn settled(source: &Source) -> Result<(Datum, Known, Vec<&'static str>), &'static str> {
        let settled = source.settle().map_err(|problem| problem.id)?;
        Ok((settled.0.datum, settled.0.known, settled.1.iter().map(|problem| problem.id).collect()))
    }

    #[test]
    fn what_is_said_is_compared_with_what_is_shown() {
        use Confidence::{Clear, Likely};
        use Datum::{Gcj02, Wgs84};
        let of = |declared, written, verdict| settled(&source("h.csv", declared, written, verdict));
        assert_eq!(of(Some(Wgs84), None, Some((Wgs84, Clear))), Ok((Wgs84, Known::Declared, vec![])));
        assert_eq!(of(None, Some(Gcj02), None), Ok((Gcj02, Known::Written, vec![])));
        assert_eq!(of(Some(Wgs84), None, Some((Gcj02, Clear))), Err("datum-disproved"));
        assert_eq!(of(None, Some(Wgs84), Some((Gcj02, Likely))), Ok((Wgs84, Known::Written, vec!["datum-disproved"])));
        assert_eq!(of(Some(Gcj02), Some(Wgs84), None), Err("datum-conflict"));
        assert_eq!(of(Some(Gcj02), Some(Wgs84), Some((Gcj02, Clear))), Ok((Gcj02, Known::Declared, vec!["datum-written-wrong"])));
        assert_eq!(of(None, None, Some((Gcj02, Likely))), Ok((Gcj02, Known::Inferred, vec!["datum-inferred"])));
        assert_eq!(of(None, None, None), Ok((Wgs84, Known::Assumed, vec![])));
    }

    #[test]
    fn a_disproved_declaration_names_the_fix() {
        let problem = source("h.csv", Some(Datum::Wgs84), None, Some((Datum::Gcj02, Confidence::Clear))).settle().unwrap_err();
        assert_eq!(
            problem.to_string(),
            "error: h.csv: The file is declared as WGS84, but its coordinates look like GCJ-02 (Amap, Tencent): read as WGS84, the \
             points lie about 560 m east of where they belong. 51 of 57 say so. Write datum = \"gcj02\"."
        );
    }

    #[test]
    fn files_of_different_datums_are_not_mixed_unsaid() {
        use Confidence::Clear;
        let settle = |source: &Source| source.settle().expect("settles").0;
        let points = source("h.csv", None, None, Some((Datum::Gcj02, Clear)));
        let bundled = source("bundled:china", Some(Datum::Wgs84), None, None);
        let problem = mixing((&points, settle(&points)), (&bundled, settle(&bundled))).expect("mixed");
        assert_eq!(
            problem.to_string(),
            "error: h.csv: The points would lie about 560 m east of where the borders expect them: h.csv is in GCJ-02 (Amap, Tencent; \
             its points show it) and bundled:china in WGS84 (GPS, OpenStreetMap; declared). 51 of 57 say so. Write datum = \"gcj02\" \
             for h.csv; then all is moved to WGS84 and fits."
        );
        let said = source("h.csv", Some(Datum::Gcj02), None, Some((Datum::Gcj02, Clear)));
        assert_eq!(mixing((&said, settle(&said)), (&bundled, settle(&bundled))), None);
        let own = source("areas.geojson", None, None, Some((Datum::Gcj02, Clear)));
        assert_eq!(mixing((&points, settle(&points)), (&own, settle(&own))), None);
        let wgs = source("h.csv", Some(Datum::Wgs84), None, None);
        let mixed = mixing((&wgs, settle(&wgs)), (&own, settle(&own))).expect("mixed");
        assert!(mixed.message.contains(": areas.geojson is in GCJ-02 (Amap, Tencent; its borders show it)"), "{}", mixed.message);
    }
}
