//! What the vendor tells about an agent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::lenient;

/// A list item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentSummary {
    pub agent_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Vec<String>,
    #[serde(default, rename = "created_at_unix_secs", with = "lenient::unix")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, rename = "last_call_time_unix_secs", with = "lenient::unix")]
    pub last_call_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub archived: bool,
    /// Since October 2026.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub voice_id: Option<String>,
}

/// One agent. The fields are what the product shows; `raw` is the whole reply, so that a
/// read-modify-write loses nothing the vendor added.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    pub agent_id: String,
    pub name: String,
    pub tags: Vec<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
    /// Changes with every edit; compare before writing.
    pub version_id: Option<String>,
    pub branch_id: Option<String>,
    pub config: AgentConfig,
    pub raw: Value,
}

/// The parts of `conversation_config` and `platform_settings` that the product reads.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentConfig {
    pub language: Option<String>,
    pub first_message: Option<String>,
    pub prompt: Option<String>,
    pub llm: Option<String>,
    pub voice_id: Option<String>,
    pub tts_model: Option<String>,
    /// Whether running calls can be watched over the monitor socket.
    pub monitoring_enabled: bool,
    pub text_only: bool,
    /// The agent has the built-in tool that transfers a call to a number.
    #[serde(default)]
    pub transfers_to_number: bool,
    pub max_duration_seconds: Option<i64>,
    pub archived: bool,
}

impl AgentConfig {
    fn read(raw: &Value) -> Self {
        let text = |at: &str| raw.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let flag = |at: &str| raw.pointer(at).and_then(Value::as_bool).unwrap_or_default();
        Self {
            language: text("/conversation_config/agent/language"),
            first_message: text("/conversation_config/agent/first_message"),
            prompt: text("/conversation_config/agent/prompt/prompt"),
            llm: text("/conversation_config/agent/prompt/llm"),
            voice_id: text("/conversation_config/tts/voice_id"),
            tts_model: text("/conversation_config/tts/model_id"),
            monitoring_enabled: flag("/conversation_config/conversation/monitoring_enabled"),
            text_only: flag("/conversation_config/conversation/text_only"),
            transfers_to_number: raw
                .pointer("/conversation_config/agent/prompt/built_in_tools/transfer_to_number")
                .is_some_and(Value::is_object),
            max_duration_seconds: raw
                .pointer("/conversation_config/conversation/max_duration_seconds")
                .and_then(Value::as_i64),
            archived: flag("/platform_settings/archived"),
        }
    }
}

impl<'de> Deserialize<'de> for Agent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let head = Head::deserialize(&raw).map_err(serde::de::Error::custom)?;
        Ok(Self {
            agent_id: head.agent_id,
            name: head.name,
            tags: head.tags,
            created_at: head.metadata.created_at,
            updated_at: head.metadata.updated_at,
            version_id: head.version_id,
            branch_id: head.branch_id,
            config: AgentConfig::read(&raw),
            raw,
        })
    }
}

#[derive(Deserialize)]
struct Head {
    agent_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    name: String,
    #[serde(default, deserialize_with = "lenient::list")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    metadata: HeadTimes,
    #[serde(default, deserialize_with = "lenient::or_default")]
    version_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    branch_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HeadTimes {
    #[serde(rename = "created_at_unix_secs", with = "lenient::unix")]
    created_at: Option<DateTime<Utc>>,
    #[serde(rename = "updated_at_unix_secs", with = "lenient::unix")]
    updated_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_keeps_what_it_does_not_understand() {
        let text = r#"{"agent_id":"agent_1","name":"Front desk","tags":["a"],"metadata":{"created_at_unix_secs":1700000000},
            "conversation_config":{"agent":{"language":"de","prompt":{"prompt":"Be kind","llm":"x"}},"conversation":{"monitoring_enabled":true}},
            "brand_new":{"x":1}}"#;
        let agent: Agent = serde_json::from_str(text).unwrap();
        assert_eq!(agent.config.language.as_deref(), Some("de"));
        assert_eq!(agent.config.prompt.as_deref(), Some("Be kind"));
        assert!(agent.config.monitoring_enabled && !agent.config.text_only);
        assert_eq!(agent.raw.pointer("/brand_new/x").and_then(Value::as_i64), Some(1));
        assert!(serde_json::from_str::<Agent>(r#"{"name":"no id"}"#).is_err());
    }
}
