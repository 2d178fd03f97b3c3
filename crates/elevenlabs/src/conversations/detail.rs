//! One conversation in full.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::Url;

use super::{Analysis, ConversationStatus, Metadata, TranscriptTurn};
use crate::lenient;

/// A conversation, typed and as received. Keep `raw`: the vendor deletes, and adds fields that a
/// later version may want.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub detail: ConversationDetail,
    pub raw: Value,
}

impl Conversation {
    /// An address of the sound that came with the conversation. The vendor documents none; workspaces that put their calls through
    /// other systems have been seen with one, under either of two names, and the original product kept both.
    pub fn recording_link(&self) -> Option<Url> {
        let places = ["", "/metadata", "/metadata/phone_call"];
        let names = ["recording_url", "audio_url"];
        places
            .iter()
            .flat_map(|place| names.map(|name| format!("{place}/{name}")))
            .filter_map(|place| self.raw.pointer(&place)?.as_str())
            .filter_map(|link| Url::parse(link).ok())
            .find(|link| matches!(link.scheme(), "http" | "https"))
    }
}

impl<'de> Deserialize<'de> for Conversation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let detail = ConversationDetail::deserialize(&raw).map_err(serde::de::Error::custom)?;
        Ok(Self { detail, raw })
    }
}

/// The same body comes from the REST detail and in the post-call webhook; the webhook of older
/// workspaces leaves out the `has_…` flags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationDetail {
    pub conversation_id: String,
    pub agent_id: String,
    pub status: ConversationStatus,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub agent_name: Option<String>,
    /// The caller's id as our side or the embedding site gave it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub branch_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub version_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub environment: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub metadata: Metadata,
    /// `None` until the vendor has analysed the call.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub analysis: Option<Analysis>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub transcript: Vec<TranscriptTurn>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub has_audio: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub has_user_audio: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub has_response_audio: bool,
}

impl ConversationDetail {
    /// The dynamic variables that the conversation was started with. They may hold personal data.
    pub fn dynamic_variables(raw: &Value) -> Option<&serde_json::Map<String, Value>> {
        raw.pointer("/conversation_initiation_client_data/dynamic_variables")
            .and_then(Value::as_object)
    }
}
