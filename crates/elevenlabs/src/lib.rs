//! A typed client of ElevenLabs' Agents API, its webhooks and its monitor socket.
//!
//! | module | what it speaks |
//! |---|---|
//! | [`Client`], [`Transport`], [`RetryPolicy`] | one workspace key on one host; time-outs, retries, TLS |
//! | [`Hosts`] | where a client may be sent, asked at each connection |
//! | [`account`], [`voices`], [`agents`], [`conversations`], [`phone_numbers`], [`workspace`], [`browser`] | the REST resources, one module each, models beside the calls |
//! | [`monitor`] | the socket that shows a running conversation |
//! | [`webhook`] | signature and events of what the vendor posts to us |
//! | [`Error`] | what went wrong, sorted by what a caller can do about it |
//!
//! Responses are read leniently: unknown fields are ignored, unknown enum values kept as
//! `Other`, and a missing, null or mistyped optional field is simply absent. The vendor adds
//! fields without notice, and one odd conversation must not stop a synchronisation.

pub mod account;
pub mod agents;
pub mod browser;
mod client;
pub mod conversations;
mod error;
mod error_body;
mod excerpt;
mod hosts;
mod lenient;
mod money;
pub mod monitor;
pub mod novelty;
mod open_enum;
mod pages;
pub mod phone_numbers;
mod public;
mod request;
mod retry;
mod tls;
mod transport;
pub mod voices;
pub mod webhook;
pub mod workspace;

pub use client::{Client, ClientBuilder, Timeouts};
pub use error::{Error, FieldError};
pub use hosts::{Hosts, Lookup};
pub use money::UsdMicros;
pub use pages::Page;
pub use retry::RetryPolicy;
pub use transport::Transport;
