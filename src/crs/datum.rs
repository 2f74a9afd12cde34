//! What is known of a datum: how it lies to WGS84.

/// Datums, by how they lie to WGS84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Datum {
    Wgs84,
    Cgcs2000,
    /// On the ellipsoid of WGS84 or GRS80, without a shift: geocentric, and within metres of WGS84.
    Geocentric,
    /// With a published shift, and how right it is.
    Shifted(&'static str),
    /// Beijing 1954, whose shift is published for six regions only.
    Beijing1954,
    /// Xian 1980 or New Beijing, whose shift is not public. The shifts between them and CGCS2000 that surveyors measure reach somewhat
    /// over a hundred metres.
    Unpublished(&'static str),
    Unknown,
}

/// EPSG's transformation "Beijing 1954 to WGS 84 (4)", as a word of a PROJ string. In their own regions, the five others that the
/// register holds differ from it by up to 18 m (`tests/oracle/crs.py`).
pub(super) const BEIJING_SHIFT: &str = " +towgs84=15.8,-154.4,-82.3";

impl Datum {
    /// Whether positions move when they are brought to WGS84.
    pub fn is_shifted(self) -> bool {
        matches!(self, Datum::Shifted(_) | Datum::Beijing1954)
    }

    /// Judges a datum by its name, the name of the system, and the PROJ string.
    pub fn judge(proj: &str, system: &str, datum: &str) -> Self {
        let name: String = format!("{datum} {system}").to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let shift = shift(proj).filter(|numbers| numbers.iter().any(|number| *number != 0.0));
        if is(&["cgcs2000", "china2000", "chinageodeticcoordinatesystem2000"]) {
            Self::Cgcs2000
        } else if is(&["newbeijing"]) {
            Self::Unpublished("New Beijing")
        } else if is(&["beijing1954", "beijing54"]) {
            Self::Beijing1954
        } else if is(&["xian1980", "xian80"]) {
            Self::Unpublished("Xian 1980")
        } else if let Some(shift) = shift {
            Self::Shifted(if shift.len() > 3 { "some metres" } else { "some tens of metres" })
        } else if is(&["wgs84", "wgs1984", "worldgeodeticsystem1984", "crs84"]) || is_wgs84(proj) {
            Self::Wgs84
        } else if is_geocentric(proj) {
            Self::Geocentric
        } else {
            Self::Unknown
        }
    }
}

/// The name of a Chinese datum that a definition of the EPSG register does not spell out: the codes of CGCS2000 and of New Beijing,
/// the ellipsoid that Xian 1980 alone has, and the shift that Beijing 1954 alone has.
pub(super) fn of_code(code: u16, proj: &str) -> &'static str {
    match code {
        4490..=4554 => "China 2000",
        4555..=4589 | 4652..=4656 | 4766..=4822 if proj.contains("+ellps=krass") => "New Beijing",
        _ if proj.contains("+a=6378140 ") => "Xian 1980",
        _ if proj.contains(BEIJING_SHIFT) => "Beijing 1954",
        _ => "",
    }
}

/// The numbers of `+towgs84`.
pub(super) fn shift(proj: &str) -> Option<Vec<f64>> {
    value(proj, "+towgs84=")?.split(',').map(|number| number.parse().ok()).collect()
}

fn value<'a>(proj: &'a str, key: &str) -> Option<&'a str> {
    proj.split_whitespace().find_map(|word| word.strip_prefix(key))
}

/// The sphere of web maps stands for the ellipsoid of WGS84.
fn is_wgs84(proj: &str) -> bool {
    value(proj, "+datum=") == Some("WGS84") || (proj.contains("+nadgrids=@null") && proj.contains("6378137"))
}

/// Whether the ellipsoid is that of WGS84 or GRS80; datums on these were made from satellites.
fn is_geocentric(proj: &str) -> bool {
    let named = matches!(value(proj, "+ellps="), Some("WGS84" | "GRS80")) || value(proj, "+datum=") == Some("NAD83");
    let number = |key| value(proj, key).and_then(|text| text.parse::<f64>().ok());
    let flattening = number("+rf=").or_else(|| Some(6_378_137.0 / (6_378_137.0 - number("+b=")?)));
    named || (number("+a=") == Some(6_378_137.0) && flattening.is_some_and(|rf| (rf - 298.257_222).abs() < 1e-5))
}
