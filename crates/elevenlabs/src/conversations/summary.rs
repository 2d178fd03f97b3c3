//! A conversation as the list shows it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::money::UsdMicros;
use crate::open_enum::open_enum;

open_enum! {
    /// How far a conversation is; it moves down this list, or to `Failed`.
    ConversationStatus {
        Initiated = "initiated",
        InProgress = "in-progress",
        Processing = "processing",
        Done = "done",
        Failed = "failed",
    }
}

impl ConversationStatus {
    /// Whether someone is, or may soon be, talking.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Initiated | Self::InProgress)
    }

    /// Whether nothing more will change.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

open_enum! {
    /// The verdict of the vendor's analysis, on a call or a criterion.
    CallSuccess { Success = "success", Failure = "failure", Unknown = "unknown" }
}

open_enum! {
    /// Who rang whom; only telephone calls have one.
    Direction { Inbound = "inbound", Outbound = "outbound" }
}

open_enum! {
    /// Where a conversation came from. The vendor adds sources often.
    InitiationSource {
        Unknown = "unknown",
        AndroidSdk = "android_sdk",
        NodeJsSdk = "node_js_sdk",
        ReactNativeSdk = "react_native_sdk",
        ReactSdk = "react_sdk",
        JsSdk = "js_sdk",
        PythonSdk = "python_sdk",
        SwiftSdk = "swift_sdk",
        FlutterSdk = "flutter_sdk",
        Widget = "widget",
        SipTrunk = "sip_trunk",
        Twilio = "twilio",
        TwilioSms = "twilio_sms",
        Exotel = "exotel",
        Genesys = "genesys",
        Avaya = "avaya",
        Audiocodes = "audiocodes",
        Whatsapp = "whatsapp",
    }
}

/// A list item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationSummary {
    pub conversation_id: String,
    pub agent_id: String,
    pub status: ConversationStatus,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub agent_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub branch_id: Option<String>,
    #[serde(default, rename = "start_time_unix_secs", with = "lenient::unix")]
    pub started_at: Option<DateTime<Utc>>,
    /// Seconds; 0 while the call runs.
    #[serde(
        default,
        rename = "call_duration_secs",
        deserialize_with = "lenient::or_default"
    )]
    pub duration_secs: i64,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub message_count: i64,
    /// Free text: never match it exactly.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub termination_reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub call_successful: Option<CallSuccess>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub call_success_score: Option<f64>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub transcript_summary: Option<String>,
    #[serde(
        default,
        rename = "call_summary_title",
        deserialize_with = "lenient::or_default"
    )]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub main_language: Option<String>,
    #[serde(
        default,
        rename = "conversation_initiation_source",
        deserialize_with = "lenient::or_default"
    )]
    pub initiation_source: Option<InitiationSource>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub direction: Option<Direction>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub rating: Option<f64>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub tool_names: Vec<String>,
    /// Credits. Since October 2026.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub cost: Option<i64>,
    /// Since October 2026.
    #[serde(default, deserialize_with = "lenient::usd")]
    pub cost_fiat: Option<UsdMicros>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_statuses_and_sources_are_kept_as_written() {
        let text = r#"{"conversation_id":"conv_1","agent_id":"agent_1","status":"paused","start_time_unix_secs":1700000000,
            "call_duration_secs":61,"message_count":4,"call_successful":"maybe","direction":null,
            "conversation_initiation_source":"telepathy","brand_new":[1]}"#;
        let item: ConversationSummary = serde_json::from_str(text).unwrap();
        assert_eq!(item.status, ConversationStatus::Other("paused".into()));
        assert!(!item.status.is_running() && !item.status.is_final());
        assert_eq!(item.call_successful, Some(CallSuccess::Other("maybe".into())));
        assert_eq!(
            item.initiation_source,
            Some(InitiationSource::Other("telepathy".into()))
        );
        assert_eq!(item.direction, None);
        let again = serde_json::to_value(&item).unwrap();
        assert_eq!(again["status"], "paused");
        assert_eq!(again["start_time_unix_secs"], 1_700_000_000);
    }
}
