//! Work that is done once however many maps ask for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Results by key, each made once, also where two threads ask at the same time.
#[derive(Debug)]
pub(super) struct Once<K, V> {
    slots: Mutex<BTreeMap<K, Arc<OnceLock<V>>>>,
}

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self { slots: Mutex::new(BTreeMap::new()) }
    }
}

impl<K: Ord, V: Clone> Once<K, V> {
    /// The result for `key`, made by `make` at the first call. Others who ask for the same key meanwhile wait for it.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let slot = Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        slot.get_or_init(make).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn each_key_is_made_once() {
        let once: Once<u8, usize> = Once::default();
        let made = AtomicUsize::new(0);
        let make = || made.fetch_add(1, Ordering::SeqCst);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| once.get(1, make));
            }
        });
        assert_eq!(once.get(1, make), 0);
        assert_eq!(once.get(2, make), 1);
    }
}
