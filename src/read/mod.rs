//! Readers, one file a format: bytes to text to rows or features.

pub mod delimited;
pub mod inspect;
pub mod text;
