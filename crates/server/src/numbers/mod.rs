//! Telephone numbers of the connected workspaces: who answers them, and to whom they belong.
//!
//! - [`rows`] as the database tells them; [`list`]
//! - [`assign`] says who answers, [`transfer`] gives a number to another organization; both only write down what is wanted
//! - [`tell_provider`] the job that has the provider do it
//! - [`sync`] what the provider lists, as rows

pub mod assign;
pub mod list;
mod rows;
pub mod sync;
pub mod tell_provider;
pub mod transfer;
