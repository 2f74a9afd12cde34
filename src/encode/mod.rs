//! Encoders of finished pictures.
