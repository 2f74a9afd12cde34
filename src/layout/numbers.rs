//! Round numbers for legends and scale bars, and how they are printed.

/// The largest of 1, 2, 5 times a power of ten that is not above `limit`.
pub(super) fn round_below(limit: f64) -> f64 {
    if !(limit > 0.0 && limit.is_finite()) {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(limit) + 1e-12));
    [5.0, 2.0, 1.0].into_iter().map(|digit| digit * power).find(|value| *value <= limit * (1.0 + 1e-9)).unwrap_or(power)
}

/// Three round values for nested symbols, largest first: near the largest value, about a third and about a tenth of it.
pub(super) fn round_steps(largest: f64) -> Vec<f64> {
    let first = round_below(largest);
    let mut steps = vec![first];
    for share in [0.4, 0.1] {
        let next = round_below(first * share);
        if !steps.contains(&next) {
            steps.push(next);
        }
    }
    steps
}

/// A number with so many decimals.
pub(super) fn plain(value: f64, decimals: usize) -> String {
    crate::scale::number(value, decimals)
}

/// A round number without decimals it does not need.
pub(super) fn short(value: f64) -> String {
    let decimals = (0..8).find(|d| (value * libm::pow(10.0, *d as f64)).fract().abs() < 1e-6).unwrap_or(8);
    plain(value, decimals)
}

/// A count.
pub(super) fn whole(count: usize) -> String {
    plain(count as f64, 0)
}
