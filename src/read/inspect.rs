//! What a file holds, before anyone writes a map file.
