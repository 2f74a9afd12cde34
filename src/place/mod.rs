//! Places: how the rows of a table find their areas, and an account of every row and every area.
