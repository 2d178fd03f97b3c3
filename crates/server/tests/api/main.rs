//! The API on a real server, each test with a database of its own; see `harness`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can not go on should end loudly"
)]

mod harness;

mod agent_moves;
mod api_keys;
mod audit;
mod configuration;
mod connections;
mod import_users;
mod isolation;
mod live;
mod live_limits;
mod lockout;
mod members;
mod members_agents;
mod organization_limits;
mod organizations;
mod outages;
mod own_account;
mod pages;
mod permission_matrix;
mod permissions;
mod reauthentication;
mod recordings;
mod requests;
mod retention;
mod roles;
mod second_factor;
mod sessions;
mod shared_connections;
mod sign_in_rules;
mod starting;
mod store;
mod sync;
mod visits;
mod webhooks;
mod workers;
