//! Workspace webhooks, and the settings that point agents at one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::open_enum::open_enum;
use crate::request::Call;
use crate::{Client, Error, lenient};

const WEBHOOKS: [&str; 3] = ["v1", "workspace", "webhooks"];
const SETTINGS: [&str; 3] = ["v1", "convai", "settings"];

impl Client {
    /// `GET /v1/workspace/webhooks`; not paged.
    pub async fn webhooks(&self) -> Result<Vec<WorkspaceWebhook>, Error> {
        let reply: Webhooks = self.json(Call::get(&WEBHOOKS)).await?;
        Ok(reply.webhooks)
    }

    /// `POST /v1/workspace/webhooks`. The secret is told only here. Needs `webhooks_write`; never repeated.
    pub async fn create_webhook(&self, webhook: &NewWebhook) -> Result<CreatedWebhook, Error> {
        self.json(Call::post(&WEBHOOKS, json!({ "settings": webhook })))
            .await
    }

    /// `PATCH /v1/workspace/webhooks/{id}`.
    pub async fn patch_webhook(&self, webhook_id: &str, patch: &WebhookPatch) -> Result<(), Error> {
        let [v1, workspace, webhooks] = WEBHOOKS;
        self.done(Call::patch(&[v1, workspace, webhooks, webhook_id], json!(patch)))
            .await
    }

    /// `DELETE /v1/workspace/webhooks/{id}`.
    pub async fn delete_webhook(&self, webhook_id: &str) -> Result<(), Error> {
        let [v1, workspace, webhooks] = WEBHOOKS;
        self.done(Call::delete(&[v1, workspace, webhooks, webhook_id]))
            .await
    }

    /// `GET /v1/convai/settings`.
    pub async fn convai_settings(&self) -> Result<ConvaiSettings, Error> {
        Ok(ConvaiSettings {
            raw: self.json(Call::get(&SETTINGS)).await?,
        })
    }

    /// `PATCH /v1/convai/settings`. Send the whole object that was read: the vendor does not say what
    /// happens to a field left out.
    pub async fn patch_convai_settings(&self, settings: &ConvaiSettings) -> Result<ConvaiSettings, Error> {
        Ok(ConvaiSettings {
            raw: self.json(Call::patch(&SETTINGS, settings.raw.clone())).await?,
        })
    }
}

#[derive(Deserialize)]
struct Webhooks {
    webhooks: Vec<WorkspaceWebhook>,
}

/// A webhook of the workspace. It sends nothing about calls until the settings refer to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceWebhook {
    pub webhook_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub webhook_url: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_disabled: bool,
    /// Set by the vendor after ten failures in a row and a week without success.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub is_auto_disabled: bool,
    #[serde(default, rename = "created_at_unix", with = "lenient::unix")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub most_recent_failure_error_code: Option<i64>,
    #[serde(default, rename = "most_recent_failure_timestamp", with = "lenient::unix")]
    pub most_recent_failure_at: Option<DateTime<Utc>>,
}

/// A webhook to register. Headers are sent along with every delivery.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "auth_type", rename = "hmac")]
pub struct NewWebhook {
    pub name: String,
    pub webhook_url: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub request_headers: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CreatedWebhook {
    pub webhook_id: String,
    #[serde(default)]
    pub webhook_secret: Option<SecretString>,
}

/// A change of a webhook; the API wants name and switch every time.
#[derive(Debug, Clone, Serialize)]
pub struct WebhookPatch {
    pub name: String,
    pub is_disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_enabled: Option<bool>,
}

open_enum! {
    /// What the workspace's post-call webhook is sent.
    PostCallEvent {
        Transcript = "transcript",
        Audio = "audio",
        CallInitiationFailure = "call_initiation_failure",
    }
}

/// The workspace's settings, kept whole so that writing them back changes only what was meant.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvaiSettings {
    pub raw: Value,
}

impl ConvaiSettings {
    /// The webhook that agents without one of their own use.
    pub fn post_call_webhook_id(&self) -> Option<&str> {
        self.raw
            .pointer("/webhooks/post_call_webhook_id")
            .and_then(Value::as_str)
    }

    /// The events that webhook is sent.
    pub fn post_call_events(&self) -> Vec<PostCallEvent> {
        let events = self.raw.pointer("/webhooks/events").and_then(Value::as_array);
        events
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(PostCallEvent::from)
            .collect()
    }

    /// The same settings with another post-call webhook, its transcripts as JSON.
    pub fn with_post_call_webhook(self, webhook_id: &str, events: &[PostCallEvent]) -> Self {
        let mut settings = into_object(self.raw);
        let mut webhooks = into_object(settings.remove("webhooks").unwrap_or_default());
        webhooks.insert("post_call_webhook_id".into(), json!(webhook_id));
        webhooks.insert("events".into(), json!(events));
        webhooks.insert("transcript_format".into(), json!("json"));
        settings.insert("webhooks".into(), Value::Object(webhooks));
        Self {
            raw: Value::Object(settings),
        }
    }
}

fn into_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointing_the_settings_at_a_webhook_keeps_everything_else() {
        for raw in [
            json!({"rag_retention_period_days": 9, "webhooks": {"send_audio": true}}),
            json!(null),
        ] {
            let had_settings = raw.is_object();
            let settings = ConvaiSettings { raw }
                .with_post_call_webhook("wh_1", &[PostCallEvent::Transcript, PostCallEvent::Audio]);
            assert_eq!(settings.post_call_webhook_id(), Some("wh_1"));
            assert_eq!(
                settings.post_call_events(),
                [PostCallEvent::Transcript, PostCallEvent::Audio]
            );
            assert_eq!(
                settings.raw.pointer("/webhooks/send_audio") == Some(&json!(true)),
                had_settings
            );
            assert_eq!(
                settings.raw.get("rag_retention_period_days") == Some(&json!(9)),
                had_settings
            );
        }
    }
}
