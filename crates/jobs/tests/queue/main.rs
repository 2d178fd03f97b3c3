//! Each guarantee of the queue, one named test, against a real PostgreSQL and
//! as the role the server has.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where it fails, and helpers outside #[test] do too"
)]

mod dead_letters;
mod failures;
mod harness;
mod migration;
mod once;
mod recovery;
mod shutdown;
mod throughput;
mod transactions;
mod unique;
mod wake_up;
