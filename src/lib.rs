//! `caremap` joins indicator tables to the boundaries of provinces, prefectures and counties, measures how far people are from
//! hospitals, and draws the result as maps for print and for the web.
//!
//! The way of the data, one module a stage:
//!
//! ```text
//! tables ----> read -> table -> place --+
//! boundaries > read -> coverage --------+-> measure -> classify -> scale --+
//! facilities > read -> points ----------+                                  +-> layout -> SCENE -> draw -> encode -> publish
//! people ----> read -> grid ------------+      spec -> PLAN ---------------+
//! ```
//!
//! Three ideas hold it up. What an author wrote ([`spec`]) is resolved once into a plan with nothing left to decide. The finished
//! page is one [`scene::Scene`], which every drawer reads. Neighbours share their border in a [`coverage::Coverage`], so borders
//! are simplified once, drawn once, and fills leave no seam.
//!
//! The library never prints and never exits; it hands back results and [`problem::Problem`]s.

pub mod audit;
pub mod classify;
pub mod cli;
pub mod colour;
pub mod coverage;
pub mod crs;
pub mod datum;
pub mod draw;
pub mod encode;
pub mod figure;
pub mod fingerprint;
pub mod layout;
pub mod level;
pub mod measure;
pub mod outputs;
pub mod place;
pub mod problem;
pub mod project;
pub mod publish;
pub mod read;
pub mod scale;
pub mod scene;
pub mod spec;
pub mod table;
pub mod text;
pub mod world;
