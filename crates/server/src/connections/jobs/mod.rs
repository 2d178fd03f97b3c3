//! Fetching from the provider in the background.
//!
//! A sync is two jobs after one another: [`SyncAgents`] reads the agents, [`SyncCalls`] walks the history page by page
//! and keeps its place with each page. [`FetchRecordings`](super::recordings::FetchRecordings) follows.
//! [`FetchConversation`] and [`FetchAgent`] fetch one thing that was heard of
//! elsewhere; [`Reconcile`] looks for calls whose webhook was lost (`crate::ledger` has the rest of it); [`RemoveConnection`] erases what came
//! through a connection, [`EraseRecordings`] the sound of it.

mod agent_rows;
mod erase_recordings;
mod failure;
mod fetch_agent;
mod fetch_conversation;
pub(crate) mod page;
mod reconcile;
mod remove_connection;
mod sync_agents;
mod sync_calls;

pub use erase_recordings::EraseRecordings;
pub(crate) use failure::failed;
pub use fetch_agent::FetchAgent;
pub use fetch_conversation::FetchConversation;
pub(crate) use page::keep as keep_page;
pub use reconcile::Reconcile;
pub use remove_connection::RemoveConnection;
pub use sync_agents::SyncAgents;
pub use sync_calls::SyncCalls;

/// Queue of the long walks.
pub const SYNC_QUEUE: &str = "sync";
