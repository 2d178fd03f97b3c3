//! When, how long, over which line, at what cost.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Direction, InitiationSource};
use crate::lenient;
use crate::money::UsdMicros;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    #[serde(rename = "start_time_unix_secs", with = "lenient::unix")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(rename = "accepted_time_unix_secs", with = "lenient::unix")]
    pub accepted_at: Option<DateTime<Utc>>,
    /// Seconds.
    #[serde(rename = "call_duration_secs", deserialize_with = "lenient::or_default")]
    pub duration_secs: i64,
    /// Credits.
    #[serde(deserialize_with = "lenient::or_default")]
    pub cost: Option<i64>,
    /// `charging.llm_price` plus `charging.platform_price`.
    #[serde(deserialize_with = "lenient::usd")]
    pub cost_fiat: Option<UsdMicros>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub charging: Option<Charging>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub phone_call: Option<PhoneCall>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub feedback: Option<Feedback>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub error: Option<CallError>,
    /// Free text: never match it exactly.
    #[serde(deserialize_with = "lenient::or_default")]
    pub termination_reason: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub warnings: Vec<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub main_language: Option<String>,
    #[serde(
        rename = "conversation_initiation_source",
        deserialize_with = "lenient::or_default"
    )]
    pub initiation_source: Option<InitiationSource>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub text_only: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub timezone: Option<String>,
}

/// What the vendor charges. Prices are dollars, charges are credits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Charging {
    #[serde(deserialize_with = "lenient::usd")]
    pub llm_price: Option<UsdMicros>,
    #[serde(deserialize_with = "lenient::usd")]
    pub platform_price: Option<UsdMicros>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub llm_charge: Option<i64>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub call_charge: Option<i64>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub platform_charge: Option<i64>,
    /// Above the workspace's concurrency: charged double.
    #[serde(deserialize_with = "lenient::or_default")]
    pub is_burst: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub dev_discount: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tier: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub free_minutes_consumed: Option<f64>,
    #[serde(deserialize_with = "lenient::usd")]
    pub free_llm_dollars_consumed: Option<UsdMicros>,
}

/// The telephone side of a call; `provider` is `twilio`, `sip_trunking`, `exotel` or new.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneCall {
    #[serde(rename = "type", deserialize_with = "lenient::or_default")]
    pub provider: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub direction: Option<Direction>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub phone_number_id: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub agent_number: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub external_number: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub call_sid: Option<String>,
    /// `answered`, `voicemail`, `busy`, `no_answer`, `failed`. Since October 2026.
    #[serde(deserialize_with = "lenient::or_default")]
    pub call_result: Option<String>,
}

/// What the caller thought of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Feedback {
    #[serde(deserialize_with = "lenient::or_default")]
    pub overall_score: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub likes: i64,
    #[serde(deserialize_with = "lenient::or_default")]
    pub dislikes: i64,
    /// 1 to 5.
    #[serde(deserialize_with = "lenient::or_default")]
    pub rating: Option<i64>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub comment: Option<String>,
}

/// Why a call failed. Codes are those of the conversation socket (1002, 1008, 1011 …).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallError {
    #[serde(deserialize_with = "lenient::or_default")]
    pub code: i64,
    #[serde(deserialize_with = "lenient::or_default")]
    pub reason: Option<String>,
}
