//! The API on a real server, each test with a database of its own; see `harness`.

mod harness;

mod isolation;
mod sessions;
