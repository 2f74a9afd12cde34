//! What does not depend on colours, remembered from map to map.

use super::cells::PixelRect;
use super::runs::Runs;
use super::stroke::Cover;
use crate::scene::{MosaicGeometry, Point};
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers which pixels areas and long lines cover, so that the next map on the same frame only has to be coloured. Shared freely
/// between threads. The longest unused are forgotten when more than 256 MiB are held.
#[derive(Default)]
pub struct RunCache {
    areas: Recent<AreasKey, Runs>,
    lines: Recent<LinesKey, Cover>,
}

/// The most bytes of each kind that are held.
const MOST_BYTES: usize = 128 << 20;

/// What the runs of areas were worked out for. Holding the geometry keeps its address from being used again.
struct AreasKey {
    geometry: Arc<MosaicGeometry>,
    scale: u64,
    clip: PixelRect,
}

impl PartialEq for AreasKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.geometry, &other.geometry) && (self.scale, self.clip) == (other.scale, other.clip)
    }
}

/// What the cover of lines was worked out for.
struct LinesKey {
    parts: Arc<Vec<Vec<Point>>>,
    closed: bool,
    /// Width and dashes in millimetres, bit for bit.
    pen: Vec<u64>,
    scale: u64,
    clip: PixelRect,
}

impl PartialEq for LinesKey {
    fn eq(&self, other: &Self) -> bool {
        let rest = |key: &Self| (key.closed, key.scale, key.clip);
        Arc::ptr_eq(&self.parts, &other.parts) && rest(self) == rest(other) && self.pen == other.pen
    }
}

impl std::fmt::Debug for RunCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunCache").finish_non_exhaustive()
    }
}

impl RunCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// The runs of a geometry.
    pub(super) fn runs(&self, geometry: &Arc<MosaicGeometry>, scale: f64, clip: PixelRect) -> Arc<Runs> {
        let key = AreasKey { geometry: Arc::clone(geometry), scale: scale.to_bits(), clip };
        self.areas.get(key, Runs::bytes, || Runs::new(geometry, scale, clip))
    }

    /// The cover of lines.
    pub(super) fn cover(
        &self,
        parts: &Arc<Vec<Vec<Point>>>,
        closed: bool,
        line: &crate::scene::Stroke,
        scale: f64,
        clip: PixelRect,
        make: impl FnOnce() -> Cover,
    ) -> Arc<Cover> {
        let pen = std::iter::once(line.width).chain(line.dashes.iter().copied()).map(f64::to_bits).collect();
        let key = LinesKey { parts: Arc::clone(parts), closed, pen, scale: scale.to_bits(), clip };
        self.lines.get(key, Cover::bytes, make)
    }
}

/// Results by key, the latest used last.
struct Recent<K, V> {
    entries: Mutex<Vec<Entry<K, V>>>,
}

struct Entry<K, V> {
    key: K,
    value: Arc<V>,
    bytes: usize,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { entries: Mutex::new(Vec::new()) }
    }
}

impl<K: PartialEq, V> Recent<K, V> {
    /// The value of a key. It is worked out without holding the lock: two threads may both do so, with the same result, but none
    /// can wait for itself.
    fn get(&self, key: K, bytes: impl Fn(&V) -> usize, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(value) = self.find(&key) {
            return value;
        }
        let value = Arc::new(make());
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push(Entry { key, value: Arc::clone(&value), bytes: bytes(&value) });
        let mut held: usize = entries.iter().map(|entry| entry.bytes).sum();
        while held > MOST_BYTES && entries.len() > 1 {
            held -= entries.remove(0).bytes;
        }
        value
    }

    fn find(&self, key: &K) -> Option<Arc<V>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|entry| entry.key == *key)?;
        let entry = entries.remove(at);
        let value = Arc::clone(&entry.value);
        entries.push(entry);
        Some(value)
    }
}
