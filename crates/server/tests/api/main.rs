//! The API on a real server, each test with a database of its own; see `harness`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can not go on should end loudly"
)]

mod harness;

mod agencies;
mod agent_moves;
mod api_keys;
mod audit;
mod bad_input;
mod branding;
mod branding_hosts;
mod branding_pictures;
mod call_exports;
mod call_limits;
mod call_retention;
mod call_sums;
mod call_views;
mod call_work;
mod configuration;
mod connections;
mod deliveries;
mod domains;
mod email_addresses;
mod erasures;
mod failed_work;
mod faults;
mod forgotten_passwords;
mod import_users;
mod invitation_refusals;
mod invitations;
mod isolation;
mod ledger;
mod ledger_webhook;
mod live;
mod live_bus;
mod live_commands;
mod live_limits;
mod live_wall;
mod lockout;
mod mail;
mod members;
mod members_agents;
mod organization_limits;
mod organizations;
mod outages;
mod own_account;
mod pages;
mod permission_matrix;
mod permissions;
mod phone_numbers;
mod reauthentication;
mod recording_replies;
mod recording_runs;
mod recording_tiers;
mod recordings;
mod requests;
mod retention;
mod roles;
mod search;
mod second_factor;
mod sessions;
mod shared_connections;
mod sign_in_rules;
mod smtp;
mod starting;
mod storage_moves;
mod store;
mod summaries;
mod sync;
mod visits;
mod webhooks;
mod workers;
mod workspaces;
