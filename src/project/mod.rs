//! Map projections: equal-area conic for China, and an equal-area projection fitted to the frame elsewhere.
