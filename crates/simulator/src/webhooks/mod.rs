//! Outgoing post-call webhooks: `announce` decides what is sent, `signature` signs, `delivery` sends and repeats.

pub mod announce;
pub mod delivery;
pub mod signature;
