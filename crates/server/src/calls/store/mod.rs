//! The only place that writes calls and their turns.
//!
//! - [`announce`] a running call, seen in a list; [`turns`] what is said while it runs
//! - [`detail`] the finished call; [`failure`] the call that never began; [`close`] the call that the provider never ends
//! - [`place`] whose call it is; [`record`], [`transcript`], [`cost`], [`words`] the provider's detail as our row
//! - [`keys`], [`write`] with `upsert.sql` the statements
//!
//! One call, once: whoever first inserts the key (connection, conversation id) makes the row; everybody else finds it
//! and waits for that transaction. Of a conversation that was erased nobody gets a key ([`StoreError::Erased`]). A status moves forward only, so the order in which news arrive does not matter.

pub mod announce;
pub mod close;
pub mod cost;
pub mod detail;
pub mod erased;
pub mod failure;
pub mod keys;
pub mod place;
pub mod record;
pub mod transcript;
pub mod turns;
pub mod words;
pub mod write;

pub use announce::announce;
pub use close::close;
pub use detail::{store_detail, store_detail_of};
pub use failure::fail_initiation;
pub use turns::append_turn;

use chrono::{DateTime, Utc};
use elevenlabs::conversations::ConversationStatus;
use shared::agent::AgentRef;
use shared::call::CallStatus;
use shared::{CallId, OrganizationId};

/// What stands as the reason of a dial that nobody took, whichever way the provider told it.
const UNANSWERED: &str = "Nobody answered";
const BUSY: &str = "The line was busy";
const DECLINED: &str = "The call was declined";
/// `upsert.sql` keeps them over the words of a detail.
const NEVER_TAKEN: [&str; 3] = [UNANSWERED, BUSY, DECLINED];

/// A call that has a row.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCall {
    pub id: CallId,
    /// Of the agent; it may lie below the connection's owner.
    pub organization: OrganizationId,
    /// Part of the row's key; never changes once stored.
    pub started_at: DateTime<Utc>,
    pub agent: AgentRef,
    /// This very call of ours made the row.
    pub is_new: bool,
    pub status: CallStatus,
}

/// Why a call could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Enqueue(#[from] jobs::EnqueueError),
    #[error("a call does not serialize: {0}")]
    Serialize(#[from] serde_json::Error),
    #[error("the agent {0} could not be stored")]
    Agent(String),
    /// Whoever brings it leaves it aside.
    #[error("this conversation was erased and is not stored again")]
    Erased,
    #[error("the row of conversation {0} was not returned")]
    Missing(String),
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The provider's status as ours. One that this version does not know is neither running nor final.
pub fn status_of(status: &ConversationStatus) -> CallStatus {
    CallStatus::parse(status.as_str()).unwrap_or(CallStatus::Processing)
}

/// How far a call is; a status is replaced only by one that is at least as far.
pub fn rank(status: CallStatus) -> u8 {
    match status {
        CallStatus::Initiated => 0,
        CallStatus::InProgress => 1,
        CallStatus::Processing => 2,
        CallStatus::Done | CallStatus::Failed => 3,
    }
}

/// Earliest start that has a partition; what claims to be older is a provider's default, not a time.
const EARLIEST: i64 = 1_420_070_400;

/// The provider's start where it is plausible, otherwise `now`.
pub fn plausible_start(claimed: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    claimed
        .filter(|at| at.timestamp() >= EARLIEST && *at <= now + chrono::Duration::days(2))
        .unwrap_or(now)
}
