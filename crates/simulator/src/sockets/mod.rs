//! The two WebSockets: `conversation` for whoever talks, `monitor` for whoever supervises.

pub mod conversation;
pub mod monitor;
