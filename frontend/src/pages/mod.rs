//! One file or folder per page, each a lazily loaded chunk.

pub mod account;
pub mod agents;
pub mod api_keys;
pub mod audit;
pub mod call;
pub mod calls;
pub mod components;
pub mod customers;
pub mod dashboard;
pub mod integrations;
pub mod live;
pub mod login;
pub mod members;
pub mod organization;
mod permission_list;
pub mod refused;
pub mod roles;
pub mod security;
mod sign_ins;
pub mod why;
