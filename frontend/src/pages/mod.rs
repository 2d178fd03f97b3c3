//! One file or folder per page, each a lazily loaded chunk.

pub mod agents;
pub mod audit;
pub mod call;
pub mod calls;
pub mod components;
pub mod customers;
pub mod dashboard;
pub mod email;
pub mod form;
pub mod integrations;
pub mod invitations;
pub mod live;
pub mod login;
pub mod mailbox;
pub mod members;
pub mod numbers;
pub mod organization;
mod organization_choice;
mod permission_list;
pub mod platform_settings;
pub mod refused;
pub mod roles;
pub mod sent_mail;
mod typed;
pub mod why;
