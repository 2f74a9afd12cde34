//! How long classing takes.

use caremap::classify::{Method, Request, classify};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Values of a heavy-tailed distribution, the same on every run.
fn values(count: usize) -> Vec<f64> {
    let mut state = 20_260_801_u64;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let even = ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
            libm::exp(3.0 * even) / even.sqrt()
        })
        .collect()
}

#[divan::bench(args = [2_850, 100_000, 1_000_000], sample_count = 3)]
fn fisher_into_9(bencher: Bencher, count: usize) {
    let values = values(count);
    bencher.bench_local(|| classify(black_box(&values), &Request::new(Method::Fisher, 9)));
}

#[divan::bench(args = [2_850, 1_000_000], sample_count = 3)]
fn quantile_into_9(bencher: Bencher, count: usize) {
    let values = values(count);
    bencher.bench_local(|| classify(black_box(&values), &Request::new(Method::Quantile, 9)));
}
