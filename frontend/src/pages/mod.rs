//! One file or folder per page, each a lazily loaded chunk.

pub mod components;
pub mod dashboard;
pub mod login;
