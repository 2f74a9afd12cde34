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

impl<K: Ord, V: Clone + Send + Sync> Once<K, V> {
    /// The result for `key`, made by `make` at the first call. Others who ask for the same key meanwhile wait for it.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V + Send) -> V {
        let slot = Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        slot.get_or_init(|| apart(make)).clone()
    }
}

/// Does work on threads of its own. A thread of a pool that waits for parts of its work takes up other work meanwhile; were that
/// the next map, which needs the result that is being made, it would wait for itself forever.
pub(super) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(rayon::current_num_threads()).build();
    let run = || match pool {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    };
    let done = std::thread::scope(|scope| scope.spawn(run).join());
    done.unwrap_or_else(|cause| std::panic::resume_unwind(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn parallel_work_does_not_wait_for_itself() {
        use rayon::prelude::*;
        let once: Once<u8, u64> = Once::default();
        let sum = || (0..200_000u32).into_par_iter().with_max_len(64).map(u64::from).sum();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
        let sums: Vec<u64> = pool.install(|| (0..64u8).into_par_iter().map(|at| once.get(at % 3, sum)).collect());
        assert!(sums.iter().all(|all| *all == 199_999 * 100_000));
    }

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
