//! One file or folder per page, each a lazily loaded chunk.

pub mod agents;
pub mod audit;
pub mod branding;
pub mod call;
pub mod calls;
pub mod components;
pub mod customers;
pub mod dashboard;
pub mod domains;
pub mod integrations;
pub mod live;
pub mod login;
pub mod members;
pub mod organization;
mod permission_list;
mod refused;
pub mod roles;
pub mod why;
