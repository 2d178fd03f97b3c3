//! Voice agents as the provider knows them, and giving them to other organizations.

pub mod following;
pub mod list;
pub mod move_calls;
pub mod transfer;
