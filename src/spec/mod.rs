//! Map files: what the author wrote, resolved once into a [`Plan`].

mod plan;

pub use plan::*;
