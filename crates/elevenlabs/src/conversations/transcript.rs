//! Who said what, and which tools were used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    TurnRole { User = "user", Agent = "agent" }
}

/// One turn. `message` is absent where a turn only used a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TranscriptTurn {
    pub role: TurnRole,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub message: Option<String>,
    /// Seconds since the start of the call.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub time_in_call_secs: f64,
    #[serde(default, deserialize_with = "lenient::list")]
    pub tool_calls: Vec<ToolCall>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub tool_results: Vec<ToolResult>,
    /// The caller cut in; `original_message` is what the agent would have said.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub interrupted: bool,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub original_message: Option<String>,
    #[serde(
        default,
        rename = "conversation_turn_metrics",
        deserialize_with = "lenient::or_default"
    )]
    pub metrics: Option<TurnMetrics>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub producing_llm: Option<String>,
    /// Joins this turn to the socket's `event_id`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub source_event_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub source_medium: Option<String>,
}

/// A use of a tool. Its details may carry URLs, headers and bodies, so they are left in the raw JSON.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolCall {
    /// Joins a call to its result.
    #[serde(deserialize_with = "lenient::or_default")]
    pub request_id: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tool_name: String,
    #[serde(rename = "type", deserialize_with = "lenient::or_default")]
    pub kind: Option<String>,
    /// JSON in a string, as received.
    #[serde(deserialize_with = "lenient::or_default")]
    pub params_as_json: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tool_has_been_called: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolResult {
    #[serde(deserialize_with = "lenient::or_default")]
    pub request_id: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tool_name: String,
    #[serde(rename = "type", deserialize_with = "lenient::or_default")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub result_value: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub is_error: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tool_latency_secs: f64,
}

/// Delays of a turn in seconds by name, such as `convai_llm_service_ttfb`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TurnMetrics(pub BTreeMap<String, f64>);

impl<'de> Deserialize<'de> for TurnMetrics {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        // Older webhooks lack the `metrics` level; our own stored form is name to seconds.
        let metrics = value.get("metrics").unwrap_or(&value).as_object();
        let seconds = |record: &Value| record.get("elapsed_time").unwrap_or(record).as_f64();
        let named = metrics.into_iter().flatten();
        Ok(Self(
            named
                .filter_map(|(name, record)| Some((name.clone(), seconds(record)?)))
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_only_used_a_tool_reads_with_its_call_and_result() {
        let text = r#"{"role":"agent","message":null,"time_in_call_secs":12,
            "tool_calls":[{"request_id":"r1","tool_name":"end_call","params_as_json":"{}","tool_has_been_called":true,"type":"system","tool_details":null}],
            "tool_results":[{"request_id":"r1","tool_name":"end_call","result_value":"ok","is_error":false,"tool_latency_secs":0.2}],
            "conversation_turn_metrics":{"metrics":{"convai_llm_service_ttfb":{"elapsed_time":0.4}},"convai_tts_model":"x"},"interrupted":true}"#;
        let turn: TranscriptTurn = serde_json::from_str(text).unwrap();
        assert_eq!(turn.message, None);
        assert_eq!(turn.tool_calls[0].request_id, turn.tool_results[0].request_id);
        assert_eq!(turn.metrics.clone().unwrap().0["convai_llm_service_ttfb"], 0.4);
        assert!(turn.interrupted);
        let again: TranscriptTurn = serde_json::from_value(serde_json::to_value(&turn).unwrap()).unwrap();
        assert_eq!(again, turn);
    }

    #[test]
    fn metrics_without_their_outer_level_read_the_same() {
        let old: TurnMetrics = serde_json::from_str(r#"{"a":{"elapsed_time":1.5}}"#).unwrap();
        assert_eq!(old.0["a"], 1.5);
    }
}
