//! Connected ElevenLabs workspaces.

use crate::error::FieldError;
use crate::id::ConnectionId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The provider's global host, offered as the default.
pub const DEFAULT_BASE_URL: &str = "https://api.elevenlabs.io";

/// `POST /api/connections` and, without storing anything, `POST /api/connections/test`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConnectRequest {
    pub name: String,
    pub base_url: String,
    pub api_key: String,
}

impl ConnectRequest {
    /// Checks shape only; whether the key works is asked of the provider.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 80 {
            errors.push(FieldError::new("name", "Enter a name of 1 to 80 characters"));
        }
        if !(self.base_url.starts_with("https://") || self.base_url.starts_with("http://")) {
            errors.push(FieldError::new(
                "base_url",
                "Enter the host as a URL, such as https://api.elevenlabs.io",
            ));
        }
        let key = self.api_key.trim();
        if key.len() < 8 || key.len() > 256 || !key.chars().all(|c| c.is_ascii_graphic()) {
            errors.push(FieldError::new(
                "api_key",
                "Paste the workspace's API key, such as sk_…, without spaces",
            ));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl std::fmt::Debug for ConnectRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectRequest")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// What the provider told about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceInfo {
    /// The provider's user id of the key; tells one workspace from another.
    pub provider_user_id: String,
    /// Plan name, such as `creator`.
    pub tier: Option<String>,
    pub credits_used: Option<i64>,
    pub credits_limit: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionHealth {
    /// The last call to the provider succeeded.
    Healthy,
    /// The key is refused; nothing works until it is changed.
    KeyRefused,
    /// The provider fails or can not be reached; we go on trying.
    ProviderTrouble,
}

/// `GET /api/connections` → `Vec<Connection>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    pub id: ConnectionId,
    pub name: String,
    pub base_url: String,
    /// Last four characters of the key; the key itself never leaves the server.
    pub key_last4: String,
    pub health: ConnectionHealth,
    /// Why it is not healthy, in words.
    pub trouble: Option<String>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub checked_at: Option<DateTime<Utc>>,
    pub workspace: WorkspaceInfo,
    pub webhook: WebhookStatus,
    pub sync: Option<SyncProgress>,
    pub agents: i64,
    pub calls: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    /// It was removed and is being erased, with all that came through it. Nothing else can be done with it.
    #[serde(default)]
    pub removing: bool,
    /// The key of another workspace was set: what came from the one before is being erased, then this one is synced.
    #[serde(default)]
    pub change: Option<WorkspaceChange>,
    /// Set on what is being erased because of such a change.
    #[serde(default)]
    pub replaced: bool,
}

/// How far the erasing of the workspace before has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceChange {
    /// Calls there were.
    pub calls: i64,
    /// Of these, not erased yet.
    pub calls_left: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
}

/// `GET /api/connections/{id}/contents`: what would be erased with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionContents {
    pub agents: i64,
    pub calls: i64,
    pub recordings: i64,
    pub recording_bytes: i64,
    pub phone_numbers: i64,
    /// Organizations whose calls these are.
    pub organizations: i64,
}

/// `POST /api/connections/{id}/workspace`: the key of another workspace. Everything that came through the connection is
/// erased, then the new workspace is synced. Answers the connection that takes its place.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeWorkspace {
    pub api_key: String,
    /// The connection's name, typed by whoever means it.
    pub confirm_name: String,
}

/// How calls are announced to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookStatus {
    /// To paste at the provider.
    pub url: String,
    /// A secret is stored, so that signatures can be checked.
    pub has_secret: bool,
    /// We registered it through the provider's API.
    pub registered: bool,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_received_at: Option<DateTime<Utc>>,
}

/// `PUT /api/connections/{id}/webhook`: the secret that the provider showed when the webhook was
/// made there by hand. `POST` on the same path registers one through the provider's API instead.
#[derive(Clone, Serialize, Deserialize)]
pub struct WebhookSecret {
    pub secret: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    Queued,
    Agents,
    Calls,
    Done,
    Failed,
}

impl SyncState {
    pub fn is_running(self) -> bool {
        matches!(self, Self::Queued | Self::Agents | Self::Calls)
    }
}

/// Progress of fetching a workspace's history. Also sent live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncProgress {
    pub connection_id: ConnectionId,
    pub state: SyncState,
    pub agents_done: i64,
    /// Known once the agents were listed.
    pub agents_total: Option<i64>,
    /// Conversations seen in the provider's list so far.
    pub calls_seen: i64,
    /// Of these, stored with transcript.
    pub calls_done: i64,
    /// Conversations whose detail could not be fetched; retried by themselves.
    pub calls_failed: i64,
    /// The whole list has been walked, so `calls_seen` is the total.
    pub listed_all: bool,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
}

/// `GET /api/connections/{id}/recordings`: the recordings of a connection's calls, and the fetching of those that are missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectionRecordings {
    pub counts: RecordingCounts,
    /// The fetching that goes on, or the last one.
    pub run: Option<RecordingRun>,
}

/// Calls that have ended, by the state of their recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingCounts {
    pub available: i64,
    pub partial: i64,
    pub pending: i64,
    pub unavailable: i64,
    pub failed: i64,
    /// What is stored.
    pub bytes: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Running,
    Done,
    Failed,
}

/// Fetching recordings that are missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRun {
    pub state: RunState,
    /// Calls without their recording when it began.
    pub total: i64,
    pub stored: i64,
    pub partial: i64,
    /// The provider has none, or none yet.
    pub missing: i64,
    /// It could not be fetched or is no sound. What may pass is tried again by itself.
    pub failed: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
}

impl RecordingRun {
    pub fn done(&self) -> i64 {
        self.stored + self.partial + self.missing + self.failed
    }
}

/// `PATCH /api/connections/{id}`: a field that is left out stays as it is. A key of another workspace is
/// refused with `other_workspace`; see [`ChangeWorkspace`].
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct UpdateConnection {
    pub name: Option<String>,
    pub api_key: Option<String>,
}
