//! One file or folder per page, each a lazily loaded chunk.

pub mod agents;
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
pub mod numbers;
pub mod organization;
mod organization_choice;
mod permission_list;
mod refused;
pub mod roles;
mod typed;
pub mod why;
