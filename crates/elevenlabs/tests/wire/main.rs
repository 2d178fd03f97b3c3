//! The client against a vendor on loopback, over real sockets.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod hosts;
mod monitor;
mod requests;
mod streams;
mod vendor;
