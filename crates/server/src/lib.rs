//! The server: API, SPA host and worker.
//!
//! Start reading at [`routes`]: it is the whole URL map. Each domain has a folder, each thing that a domain does
//! a file. `docs/ARCHITECTURE.md` follows one request, one webhook and one live event through them.

pub mod account;
pub mod accounts;
pub mod agents;
pub mod analytics;
pub mod api_keys;
pub mod app;
pub mod audit;
pub mod auth;
pub mod branding;
pub mod calls;
pub mod cli;
pub mod config;
pub mod connections;
pub mod demo;
pub mod domains;
pub mod erasures;
pub mod error;
pub mod exports;
pub mod failures;
pub mod health;
pub mod invitations;
mod keyset;
pub mod ledger;
pub mod limits;
pub mod live;
pub mod mail;
pub mod members;
pub mod middleware;
pub mod numbers;
pub mod organizations;
pub mod outage;
pub mod permissions;
pub mod platform;
pub mod retention;
pub mod roles;
pub mod routes;
pub mod seal;
pub mod security;
pub mod serve;
pub mod spa;
mod spreadsheet;
pub mod storage_move;
pub mod summaries;
pub mod webhooks;
pub mod worker;
pub mod zone;
