//! Maximum breaks: the widest gaps between neighbouring values, cut in their middles. Of gaps equally wide the lower one is taken.

use super::sample::{Sample, between};

/// The inner breaks. The sample has more distinct values than classes.
pub(super) fn cuts(sample: &Sample, classes: usize) -> Vec<f64> {
    let unit = sample.unit;
    let mut gaps: Vec<(f64, usize)> =
        sample.distinct.windows(2).enumerate().map(|(i, pair)| (pair[1] * unit - pair[0] * unit, i)).collect();
    gaps.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    gaps.iter().take(classes - 1).map(|(_, i)| between(sample.distinct[*i], sample.distinct[i + 1], 1, 2)).collect()
}
