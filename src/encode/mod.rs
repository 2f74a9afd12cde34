//! Encoders of finished pictures.

pub mod png;
