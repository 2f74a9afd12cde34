//! Files told apart by their bytes.

use sha2::{Digest, Sha256};

/// SHA-256 of bytes, in hexadecimal.
///
/// ```
/// use caremap::fingerprint::sha256;
///
/// assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
