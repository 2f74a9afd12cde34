//! How numbers are printed, everywhere.

/// Prints a number with all its decimals, commas between thousands and a true minus sign: `−1,234.50`.
///
/// Halves are rounded away from zero, as a reader does who has the decimal number before him: 35.25 is 35.3, and 35.55, which no
/// binary number is exactly, 35.6. Numbers of more than 15 digits before the point are printed with an exponent.
///
/// ```
/// assert_eq!(caremap::scale::number(-1234.5, 2), "−1,234.50");
/// assert_eq!(caremap::scale::number(-0.001, 1), "0.0");
/// ```
pub fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() >= 1e15 {
        return format!("{value:.6e}").replace('-', "−");
    }
    let text = format!("{:.*}", decimals.min(17), halves_up(value.abs(), decimals));
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(whole, part)| (whole, Some(part)));
    let negative = value < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    let mut out = String::from(if negative { "−" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A little more than `value`, so that a half is above the half; nothing more where so many decimals are printed that it would be seen.
fn halves_up(value: f64, decimals: usize) -> f64 {
    let digits = value * libm::pow(10.0, decimals.min(300) as f64);
    if digits < 1e14 { value * (1.0 + 4.0 * f64::EPSILON) } else { value }
}

/// The number with twelve significant digits that is nearest to `value`: the noise that arithmetic leaves behind them
/// (`0.1055 * 100` is 10.549999999999999) must not decide on which side of a printed break a value falls.
pub fn settled(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.11e}").parse().unwrap_or(value) } else { value }
}

#[cfg(test)]
mod tests {
    use super::{number, settled};

    #[test]
    fn numbers_are_printed_in_full() {
        let cases = [
            (0.0, 0, "0"),
            (-0.4, 0, "0"),
            (999.0, 0, "999"),
            (1000.0, 0, "1,000"),
            (1_234_567.891, 1, "1,234,567.9"),
            (-12.0, 2, "−12.00"),
            (f64::NAN, 2, "–"),
            (1e300, 0, "1.000000e300"),
            (0.1, 400, "0.10000000000000001"),
            (35.25, 1, "35.3"),
            (35.55, 1, "35.6"),
            (-35.85, 1, "−35.9"),
            (0.1055 * 100.0, 1, "10.6"),
            (0.5, 0, "1"),
            (1e14 + 1.0, 0, "100,000,000,000,001"),
            (123_456_789_012.0, 2, "123,456,789,012.00"),
        ];
        for (value, decimals, text) in cases {
            assert_eq!(number(value, decimals), text);
        }
    }

    #[test]
    fn noise_of_arithmetic_is_gone() {
        assert_eq!(settled(0.1055 * 100.0), 10.55);
        assert_eq!(settled(0.1 + 0.2), 0.3);
        assert_eq!(settled(f64::MAX), 1.79769313486e308);
        assert_eq!(settled(5e-324), 5e-324);
    }
}
