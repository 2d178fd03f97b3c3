//! The two WebSockets: `conversation` for whoever talks (`entry` decides who may, `talk` what is said), `monitor` for
//! whoever supervises.

pub mod conversation;
mod entry;
pub mod monitor;
mod talk;
