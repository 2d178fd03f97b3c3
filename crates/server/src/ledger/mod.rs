//! Proof that no call is lost: what the provider's list has, what of it is here, and why the rest is not.
//!
//! The table `call_ledger` has a row per conversation with a state per artefact. Triggers on `calls` keep it in the
//! transaction that writes; [`listed`] enters what the provider's list has.
//!
//! - [`check`] how far a connection was compared; [`walk`] the job that walks through the whole list once a day
//! - [`heal`] gaps are asked for again, calls that never end are closed
//! - [`webhook`] how the provider gets on with our webhook; [`warn`] the mail about it
//! - [`novelties`] fields and values that this version does not know
//! - [`completeness`], [`retry`], [`call`] the routes; [`rows`] how rows become replies

pub mod call;
pub mod check;
pub mod completeness;
pub mod heal;
pub mod listed;
pub mod novelties;
pub mod retry;
mod rows;
pub mod walk;
mod warn;
pub mod webhook;
