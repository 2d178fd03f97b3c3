//! A workspace webhook and its record of failures.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Failures in a row after which the vendor switches a webhook off that has never succeeded (or not for seven days).
const AUTO_DISABLE_AFTER: u32 = 10;
const SEVEN_DAYS: i64 = 7 * 86_400;

/// See the module.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub id: String,
    pub name: String,
    pub url: String,
    /// Told once, at creation.
    pub secret: String,
    pub request_headers: BTreeMap<String, String>,
    pub events: Option<Value>,
    pub is_disabled: bool,
    pub is_auto_disabled: bool,
    pub retry_enabled: bool,
    pub created: i64,
    pub failures_in_a_row: u32,
    pub last_success: Option<i64>,
    /// Status (0 for no answer) and time of the last failure.
    pub last_failure: Option<(u16, i64)>,
}

impl Webhook {
    /// `WorkspaceWebhookResponseModel`; `usage` only where it was asked for.
    pub fn public(&self, usage: Option<Vec<&str>>) -> Value {
        json!({
            "name": self.name,
            "webhook_id": self.id,
            "webhook_url": self.url,
            "is_disabled": self.is_disabled,
            "is_auto_disabled": self.is_auto_disabled,
            "created_at_unix": self.created,
            "auth_type": "hmac",
            "usage": usage.map(|types| types.into_iter().map(|usage_type| json!({"usage_type": usage_type})).collect::<Vec<_>>()),
            "events": self.events,
            "most_recent_failure_error_code": self.last_failure.map(|(code, _)| code),
            "most_recent_failure_timestamp": self.last_failure.map(|(_, at)| at),
        })
    }

    /// Books the outcome of one attempt; `status` is 0 where nobody answered.
    pub fn record(&mut self, status: u16, now: i64) {
        if (200..300).contains(&status) {
            self.failures_in_a_row = 0;
            self.last_success = Some(now);
            return;
        }
        self.failures_in_a_row += 1;
        self.last_failure = Some((status, now));
        let stale = self.last_success.is_none_or(|at| now - at > SEVEN_DAYS);
        if self.failures_in_a_row >= AUTO_DISABLE_AFTER && stale {
            self.is_auto_disabled = true;
            self.is_disabled = true;
        }
    }
}
