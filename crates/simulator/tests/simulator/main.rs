//! What the stand-in promises, each promise a test against a server of its own. One program, so that it links once.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test whose answer has another shape has failed"
)]

mod agents;
mod common;
mod conversation_socket;
mod determinism;
mod errors;
mod faults;
mod live_calls;
mod monitor;
mod paging;
mod phone_numbers;
mod webhooks;
