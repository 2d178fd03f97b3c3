//! Fetching the recordings of a connection's calls that are missing: after a walk through its history, and when somebody asks.
//!
//! - [`run`] the stored run: what is to be fetched, how far it is
//! - [`job`] the fetching, some at a time, which goes on where a killed worker stopped
//! - [`begin`], [`show`] one handler each

pub mod begin;
pub mod job;
pub mod run;
pub mod show;

pub use job::FetchRecordings;
