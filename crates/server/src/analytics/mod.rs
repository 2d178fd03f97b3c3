//! Figures over calls.
//!
//! - [`dashboard`] the reply of the first page
//! - [`figures`] sums by period, day and hour
//! - [`attention`] what a person should look at, [`limits`] of these

mod attention;
pub mod dashboard;
mod figures;
mod limits;
