//! The vendor's HTTP API; `routes` is the URL map.

pub mod account;
pub mod agents;
pub mod agents_extra;
pub mod auth;
pub mod body;
pub mod conversations;
pub mod cursor;
pub mod error;
pub mod phone_numbers;
pub mod query;
pub mod recording;
pub mod routes;
pub mod settings;
pub mod signed_url;
pub mod voices;
pub mod webhooks;
