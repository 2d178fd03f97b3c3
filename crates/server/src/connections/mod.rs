//! Connected ElevenLabs workspaces.
//!
//! - [`list`], [`create`], [`test`], [`update`], [`remove`], [`sync`], [`webhook`] one handler each
//! - [`contents`] what would be erased; [`workspace`] the key of another workspace, after which that happens
//! - [`handle`] a connection with its opened key, for whoever talks to the provider
//! - [`probe`] asking the provider what a key is good for; [`guard`] which hosts may be asked at all
//! - [`provider_error`] the provider's failures in our codes and words; [`health`] keeping the last of them
//! - [`row`] the stored row; [`progress`] the stored walk; [`seals`] keys that can not be opened any more
//! - [`recordings`] fetching the recordings that are missing, with its progress
//! - [`jobs`] fetching agents and history in the background

pub mod contents;
pub mod create;
pub mod guard;
pub mod handle;
pub mod health;
pub mod jobs;
pub mod list;
pub mod probe;
pub mod progress;
pub mod provider_error;
pub mod recordings;
pub mod remove;
pub mod row;
pub mod seals;
pub mod sync;
pub mod test;
pub mod update;
pub mod webhook;
pub mod workspace;

pub use handle::{ConnectionError, ConnectionHandle, all, load};
pub use health::record_health;
