//! Places: how the rows of a table find their areas, and an account of every row and every area.

mod account;
pub mod base;
pub mod code;
mod duplicates;
pub mod fixes;
pub mod gazetteer;
mod guess;
pub mod history;
pub mod indicator;
pub mod join;
pub mod key;
pub mod ledger;
pub mod lookup;
pub mod mention;
pub mod name;
mod near;
pub mod report;
mod route;
pub mod through;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
