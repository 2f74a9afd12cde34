//! The one door to files, bundled assets and the environment.
