//! What providers send us.
//!
//! - [`elevenlabs`] the route: body limit, connection, signature; 200 only once it is durable
//! - [`ingest`] many deliveries, few commits; [`directory`] which connection, which secret
//! - [`payload`] what was sent, compressed and sealed; [`process`] the job that does what a delivery asks for; [`audio`] a recording that came as an event
//! - [`deliveries`] the routes that list, show, replay and let go of what was sent; [`replay`] the job that does it again
//! - [`prune`] the daily job that removes what was dealt with long ago

pub mod audio;
pub mod deliveries;
pub mod directory;
pub mod elevenlabs;
pub mod ingest;
pub mod payload;
pub mod process;
pub mod prune;
pub mod replay;

pub use ingest::Ingest;
