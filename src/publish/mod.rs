//! The gallery: static pages around finished figures.
