//! Stands in for ElevenLabs and Mistral on loopback and speaks their wire protocols, for development, demonstrations and tests.
//!
//! `catalogue` is what it knows by heart, `world` its state, `calls` its conversations, `live` those that run,
//! `http` and `sockets` the vendor's API, `webhooks` what it sends, `faults` what goes wrong on demand, `control` how a
//! test steers it, `speech` its recordings, `mistral` the vendor of language models, `scenario` a long story of faults that tests
//! and benchmarks play with it.

mod calls;
mod catalogue;
mod control;
mod faults;
mod http;
mod live;
mod mistral;
mod options;
mod rng;
pub mod scenario;
mod server;
mod sockets;
mod speech;
mod sync;
mod webhooks;
mod world;

pub use catalogue::AssetError;
pub use options::Options;
pub use server::{Handle, StartError, start};
