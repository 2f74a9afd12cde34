//! The language of a sentence, and how it lists names and says numbers.

use crate::scale::{Scale, number};
use crate::spec::Words;

/// How many names are told before "and so many more".
pub(super) const NAMED: usize = 3;

/// The language of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Zh,
    En,
}

impl Tongue {
    /// The words of this language, or of the other where there are none.
    pub(super) fn of(self, words: &Words) -> &str {
        let (first, second) = match self {
            Tongue::Zh => (&words.zh, &words.en),
            Tongue::En => (&words.en, &words.zh),
        };
        if first.trim().is_empty() { second.trim() } else { first.trim() }
    }

    pub(super) fn pick(self, zh: String, en: String) -> String {
        match self {
            Tongue::Zh => zh,
            Tongue::En => en,
        }
    }

    /// `A、B、C` or `A, B and C`; `A, X; B, Y; and C, Z` where names have commas of their own.
    pub(super) fn list(self, items: &[String]) -> String {
        let gap = self.gap(items);
        match (self, items) {
            (Tongue::En, [all @ .., last]) if !all.is_empty() => {
                format!("{}{} and {last}", all.join(gap), if gap == "; " { ";" } else { "" })
            }
            _ => items.join(gap),
        }
    }

    /// What stands between items.
    pub(super) fn gap(self, items: &[String]) -> &'static str {
        match self {
            Tongue::Zh => "、",
            Tongue::En if items.iter().any(|item| item.contains(',')) => "; ",
            Tongue::En => ", ",
        }
    }

    /// The first names, and how many more there are.
    pub(super) fn some(self, names: &[String]) -> String {
        const TOLD: usize = 5;
        match names.len() {
            n if n <= TOLD => self.list(names),
            n => {
                let first = names[..NAMED].join(self.gap(names));
                self.pick(format!("{first}等 {n} 个"), format!("{first} and {} more", n - NAMED))
            }
        }
    }
}

/// A value with the decimals of the legend, and with two digits at least: 0.43 is not 0, and 99.96 of a hundred is not all.
pub(super) fn print(scale: &Scale, value: f64) -> String {
    let two_digits = |value: f64| (1 - libm::floor(libm::log10(value.abs())).clamp(-5.0, 1.0) as i32).unsigned_abs() as usize;
    let share = [&scale.unit.0, &scale.unit.1].iter().any(|unit| unit.starts_with(['%', '％']));
    let decimals = match value {
        0.0 => 0,
        whole if whole.fract() == 0.0 => scale.decimals,
        nearly if share && (99.0..100.0).contains(&nearly) => scale.decimals.max(two_digits(100.0 - nearly)),
        part => scale.decimals.max(two_digits(part)),
    };
    number(value, decimals)
}

/// A number, or two, with the unit as running text has it: none apart before a percent sign, Chinese 每… before the number, and a sign of
/// multiplication before an English unit that begins with a number.
pub(super) fn with_unit(numbers: &str, scale: &Scale, tongue: Tongue) -> String {
    let unit = Words { zh: scale.unit.0.clone(), en: scale.unit.1.clone() };
    match tongue.of(&unit) {
        "" => numbers.to_owned(),
        unit if unit.starts_with(['%', '‰', '°', '％']) => format!("{numbers}{unit}"),
        unit if unit.starts_with('每') => format!("{unit} {numbers}"),
        unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!("{numbers} × {unit}"),
        unit => format!("{numbers} {unit}"),
    }
}
