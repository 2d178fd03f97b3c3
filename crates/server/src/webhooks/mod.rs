//! What providers send us.
//!
//! - [`elevenlabs`] the route: body limit, connection, signature; 200 only once it is durable
//! - [`ingest`] many deliveries, few commits; [`directory`] which connection, which secret
//! - [`process`] the job that does what a delivery asks for; [`audio`] a recording that came as an event
//! - [`prune`] the daily job that removes what was dealt with long ago

pub mod audio;
pub mod directory;
pub mod elevenlabs;
pub mod ingest;
pub mod process;
pub mod prune;

pub use ingest::Ingest;
