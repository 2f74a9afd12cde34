//! The rows of the legend.

use super::{Key, Paint, Ramp, Scale, number};
use crate::classify::{Classes, Closure};
use crate::spec::Words;
use std::collections::BTreeMap;

/// One row of the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct LegendRow {
    /// What the row stands for.
    pub key: Key,
    /// What people read, without the unit.
    pub label: Words,
    /// How it is filled.
    pub paint: Paint,
    /// How many areas.
    pub count: usize,
}

impl Scale {
    /// The rows of the legend from low to high: zero where it is a class of its own, every class (empty ones with count 0), then the
    /// kinds of missing that occur. A continuous scale has no row for its numbers; it has [`Scale::ticks`].
    ///
    /// Labels never overlap: a break belongs to one row, `10 – <20` and `20 – 30`, or for whole numbers `10 – 19`.
    pub fn legend_rows(&self, counts: &BTreeMap<Key, usize>) -> Vec<LegendRow> {
        let count = |key| counts.get(&key).copied().unwrap_or(0);
        let row = |key, label| LegendRow { key, label, paint: self.paint_of(key), count: count(key) };
        let mut rows = Vec::new();
        if self.zero.is_some() {
            rows.push(row(Key::Zero, both("0")));
        }
        if let Ramp::Classed { classes, .. } = &self.ramp {
            rows.extend((0..classes.len()).map(|class| row(Key::Class(class), both(&self.class_label(classes, class)))));
        }
        if count(Key::NotApplicable) > 0 {
            rows.push(row(Key::NotApplicable, Words { zh: "不适用".to_owned(), en: "Not applicable".to_owned() }));
        }
        if count(Key::NoData) > 0 {
            rows.push(row(Key::NoData, Words { zh: "无数据".to_owned(), en: "No data".to_owned() }));
        }
        rows
    }

    /// The label of a class, closure and all.
    pub fn class_label(&self, classes: &Classes, class: usize) -> String {
        let (from, to) = (classes.breaks[class], classes.breaks[class + 1]);
        let (first, last) = (class == 0, class + 1 == classes.len());
        // All breaks have as many decimals as the longest of them needs.
        let needed = |value: &f64| {
            let text = number(*value, self.decimals);
            let short = text.trim_end_matches('0').len();
            text.rfind('.').map_or(0, |point| short.saturating_sub(point + 1))
        };
        let places = classes.breaks.iter().map(needed).max().unwrap_or(self.decimals);
        let print = |value: f64| number(value, places);
        if from == to {
            return print(from);
        }
        let above_zero = self.zero.is_some() && from == 0.0;
        if self.whole && from.fract() == 0.0 && to.fract() == 0.0 && to.abs().max(from.abs()) < 1e15 {
            let (low, high) = match classes.closure {
                Closure::Left => (if above_zero { 1.0 } else { from }, if last { to } else { to - 1.0 }),
                Closure::Right => (if first && !above_zero { from } else { from + 1.0 }, to),
            };
            return if low == high { print(low) } else { format!("{} – {}", print(low), print(high)) };
        }
        match classes.closure {
            Closure::Left if !last => format!("{}{} – <{}", if above_zero { ">" } else { "" }, print(from), print(to)),
            Closure::Right if !first || above_zero => format!(">{} – {}", print(from), print(to)),
            _ => format!("{}{} – {}", if above_zero { ">" } else { "" }, print(from), print(to)),
        }
    }

    /// Numbers to mark along a continuous scale, with their labels: the ends, the pivot, and round numbers well between them.
    pub fn ticks(&self, about: usize) -> Vec<(f64, String)> {
        let Ramp::Continuous { min, max, pivot, .. } = &self.ramp else { return Vec::new() };
        let mut ticks: Vec<f64> = vec![*min, *max];
        ticks.extend(pivot.filter(|pivot| min < pivot && pivot < max));
        let room = (max - min) / (2.0 * about.max(1) as f64);
        for cut in crate::classify::round_numbers(*min, *max, about.clamp(1, 20)) {
            if ticks.iter().all(|tick| (tick - cut).abs() >= room) {
                ticks.push(cut);
            }
        }
        ticks.sort_unstable_by(f64::total_cmp);
        ticks.dedup();
        ticks.into_iter().map(|tick| (tick, number(tick, self.decimals))).collect()
    }
}

fn both(label: &str) -> Words {
    Words { zh: label.to_owned(), en: label.to_owned() }
}
