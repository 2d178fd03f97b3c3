//! Voice agents as the provider knows them.

pub mod list;
