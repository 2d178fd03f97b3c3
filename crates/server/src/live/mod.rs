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
//! | running calls are found by polling the provider | [`poller`] |
//! | and followed word by word where the agent allows it | [`monitor`] |

mod feed;
pub mod hub;
pub mod listener;
mod missed;
pub mod monitor;
mod notice;
mod origin;
pub mod poller;
pub mod running;
mod session;
pub mod snapshot;
pub mod socket;
mod words;

pub use hub::Hub;
