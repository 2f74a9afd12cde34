//! Tables that have a column for each year, as yearbooks print them.

use super::Table;

/// The year that a heading is: 2020, 2020年, 2020年末.
///
/// ```
/// use caremap::table::year_of;
/// assert_eq!((year_of("2020年"), year_of("2020"), year_of("2020年人口")), (Some(2020), Some(2020), None));
/// ```
pub fn year_of(heading: &str) -> Option<u32> {
    let heading = heading.trim();
    let digits = heading.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let year = digits.parse().ok().filter(|year| (1900..2100).contains(year))?;
    matches!(heading[4..].trim(), "" | "年" | "年末" | "年底" | "年度").then_some(year)
}

impl Table {
    /// The one column of a year, for a name that is one.
    pub(super) fn of_year(&self, name: &str) -> Option<usize> {
        let behind = name.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let year = year_of(behind.unwrap_or(name))?;
        let mut of_year = self.columns.iter().enumerate().filter(|(_, column)| year_of(&column.name) == Some(year));
        let (at, _) = of_year.next()?;
        of_year.next().is_none().then_some(at)
    }
}
