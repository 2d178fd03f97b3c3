//! The API on a real server, each test with a database of its own; see `harness`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can not go on should end loudly"
)]

mod harness;

mod agent_moves;
mod audit;
mod branding;
mod branding_hosts;
mod branding_pictures;
mod configuration;
mod connections;
mod domains;
mod import_users;
mod isolation;
mod live;
mod live_limits;
mod members;
mod members_agents;
mod organization_limits;
mod organizations;
mod outages;
mod pages;
mod permission_matrix;
mod permissions;
mod recordings;
mod requests;
mod retention;
mod roles;
mod sessions;
mod shared_connections;
mod starting;
mod store;
mod sync;
mod visits;
mod webhooks;
mod workers;
