//! Head/tail breaks (Jiang 2013): the mean splits the values, the mean of those above splits them again, and so on until all that is
//! left is equal. As in mapclassify, there is no limit to the share of the head; how many classes there are says how heavy the tail is.

use super::sample::Sample;
use super::{Closure, MAX_CLASSES};

/// The inner breaks.
pub(super) fn cuts(sample: &Sample, closure: Closure) -> Vec<f64> {
    let mut cuts = Vec::new();
    let mut head = sample.sorted.as_slice();
    while head.first() < head.last() && cuts.len() + 1 < MAX_CLASSES {
        let mean = sample.mean_of(head);
        let start = match closure {
            Closure::Left => head.partition_point(|value| *value < mean),
            Closure::Right => head.partition_point(|value| *value <= mean),
        };
        if start == 0 || start == head.len() {
            break;
        }
        cuts.push(mean);
        head = &head[start..];
    }
    cuts
}
