//! Conversations: `plan` decides what a call is, `script` what is said in it, `book` keeps a workspace's calls,
//! `filter` and `summary` make the list, `detail`, `transcript`, `analysis` and `charging` the full answer.

pub mod analysis;
pub mod book;
pub mod charging;
pub mod detail;
pub mod filter;
pub mod history;
pub mod phone;
pub mod plan;
pub mod profile;
pub mod progress;
pub mod script;
pub mod summary;
pub mod transcript;

pub use book::Book;
pub use plan::{Call, Outcome};
pub use profile::Profile;
pub use progress::Phase;
