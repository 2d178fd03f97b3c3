//! One file or folder per page, each a lazily loaded chunk.

pub mod agents;
pub mod call;
pub mod calls;
pub mod components;
pub mod customers;
pub mod dashboard;
pub mod integrations;
pub mod live;
pub mod login;
pub mod organization;
