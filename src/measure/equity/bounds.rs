//! What one index of inequality says of another, whatever the data: the means to find published numbers that cannot be right.
//!
//! Each bound holds for every list of shares. Sources: the first two follow from the shape of the Lorenz curve, which is convex and
//! whose greatest depth below the diagonal is the Hoover index; Pinsker's inequality (T and L are Kullback-Leibler divergences, Hoover
//! their total variation distance); Jensen's inequality for T and the coefficient of variation; G. J. Glasser, "Relative efficiency of
//! the mean difference" (1961), for Gini and the coefficient of variation.

/// The least and the greatest Gini that a Hoover index leaves room for: H and 2 H - H².
///
/// ```
/// let [least, greatest] = caremap::measure::equity::bounds::gini_of_hoover(0.5);
/// assert_eq!((least, greatest), (0.5, 0.75));
/// ```
pub fn gini_of_hoover(hoover: f64) -> [f64; 2] {
    [hoover, 2.0 * hoover - hoover * hoover]
}

/// The least and the greatest Hoover index that a Gini leaves room for: 1 - √(1 - G) and G.
pub fn hoover_of_gini(gini: f64) -> [f64; 2] {
    [1.0 - (1.0 - gini.clamp(0.0, 1.0)).sqrt(), gini]
}

/// The least Theil index (T or L) that goes with a Hoover index: 2 H².
pub fn least_theil_of_hoover(hoover: f64) -> f64 {
    2.0 * hoover * hoover
}

/// The least Theil index (T or L) that goes with a Gini.
pub fn least_theil_of_gini(gini: f64) -> f64 {
    least_theil_of_hoover(hoover_of_gini(gini)[0])
}

/// The greatest Theil T that goes with a coefficient of variation (standard deviation over mean): ln(1 + CV²).
pub fn greatest_theil_of_variation(variation: f64) -> f64 {
    libm::log1p(variation * variation)
}

/// The greatest Gini that goes with a coefficient of variation: CV / √3.
pub fn greatest_gini_of_variation(variation: f64) -> f64 {
    variation / 3.0_f64.sqrt()
}
