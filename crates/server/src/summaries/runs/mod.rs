//! Summarizing many calls at once: [`start`], [`show`], [`cancel`] one handler each, [`collect`] the job that finds the calls.

pub mod cancel;
pub mod collect;
pub mod show;
pub mod start;

pub use collect::CollectSummaries;
