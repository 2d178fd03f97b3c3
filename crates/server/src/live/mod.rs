//! Live events: from the row that changed to the browser that watches.
//!
//! | step | file |
//! |---|---|
//! | whoever changes a call publishes in the same transaction | `db::live` |
//! | one `LISTEN` per process hears it | [`listener`] |
//! | it is serialised once per class of readers | [`notice`] |
//! | and handed to the sockets of its organization | [`hub`] |
//! | `GET /api/live`: one browser, its permissions, what it missed | [`socket`], [`feed`], [`missed`] |
//! | `GET /api/live/calls`: where a browser starts | [`snapshot`], [`running`] |
//! | supervisors end, transfer, hint, take over: to the process that follows the call | [`commands`] |
//! | `GET /api/live/wall`: running calls here and below; when one is too long | [`wall`], [`below`], [`settings`] |
//! | on several servers NATS can carry the events | [`bus`] |
//! | running calls are found by polling the provider | [`poller`] |
//! | and followed word by word where the agent allows it | [`monitor`] |

mod below;
pub mod bus;
pub mod commands;
mod feed;
pub mod hub;
pub mod listener;
mod missed;
pub mod monitor;
mod notice;
mod notifications;
mod origin;
pub mod poller;
pub mod running;
mod session;
pub mod settings;
pub mod snapshot;
pub mod socket;
pub mod wall;
mod words;

pub use below::Below;
pub use commands::Desk;
pub use hub::Hub;
