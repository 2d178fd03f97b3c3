//! `/v1/workspace/webhooks`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::body;
use super::error::{ApiError, FieldError};
use super::query::Query;
use crate::rng::{Rng, mix};
use crate::sync::{read, write};
use crate::world::webhook::Webhook;
use crate::world::workspace::Workspace;

/// `GET /v1/workspace/webhooks`
pub async fn list(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("workspace_read")?;
    let usages = query.flag("include_usages")?.unwrap_or(false);
    let webhooks = read(&caller.workspace.webhooks).clone();
    let items: Vec<Value> = webhooks
        .iter()
        .map(|webhook| webhook.public(usages.then(|| usage(&caller.workspace, &webhook.id))))
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "webhooks": items })))
}

fn usage(workspace: &Workspace, id: &str) -> Vec<&'static str> {
    let default = read(&workspace.settings)
        .pointer("/webhooks/post_call_webhook_id")
        .is_some_and(|used| used == id);
    let by_agent = read(&workspace.agents).iter().any(|agent| {
        agent
            .config
            .pointer("/platform_settings/workspace_overrides/webhooks/post_call_webhook_id")
            .is_some_and(|used| used == id)
    });
    [(default, "ConvAI Settings"), (by_agent, "ConvAI Agent Settings")]
        .into_iter()
        .filter(|(used, _)| *used)
        .map(|(_, name)| name)
        .collect()
}

/// `POST /v1/workspace/webhooks`: tells the secret, once.
pub async fn create(caller: Caller, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    caller.need("webhooks_write")?;
    let body = body::object(&bytes)?;
    let settings = body
        .get("settings")
        .ok_or_else(|| FieldError::missing(&["body", "settings"]))?;
    if settings.get("auth_type").and_then(Value::as_str) != Some("hmac") {
        return Err(FieldError::new(
            &["body", "settings", "auth_type"],
            "Input should be 'hmac'",
            "literal_error",
        )
        .into());
    }
    let (name, url) = (
        body::text(settings, "name")?,
        body::text(settings, "webhook_url")?,
    );
    if reqwest::Url::parse(url).is_err() {
        return Err(FieldError::new(
            &["body", "settings", "webhook_url"],
            "Input should be a valid URL",
            "url_parsing",
        )
        .into());
    }
    let mut rng = Rng::new(mix(&[
        caller.world.options.seed,
        21,
        caller.world.next_number(),
        crate::world::now_secs().unsigned_abs(),
    ]));
    let webhook = Webhook {
        id: format!("wh_{}", rng.letters(26)),
        name: name.to_owned(),
        url: url.to_owned(),
        secret: format!(
            "wsec_{:016x}{:016x}{:016x}{:016x}",
            rng.next(),
            rng.next(),
            rng.next(),
            rng.next()
        ),
        request_headers: headers(settings.get("request_headers")).unwrap_or_default(),
        events: None,
        is_disabled: false,
        is_auto_disabled: false,
        retry_enabled: false,
        created: crate::world::now_secs(),
        failures_in_a_row: 0,
        last_success: None,
        last_failure: None,
    };
    let answer = json!({"webhook_id": webhook.id, "webhook_secret": webhook.secret});
    write(&caller.workspace.webhooks).push(webhook);
    Ok(HttpResponse::Ok().json(answer))
}

/// `PATCH /v1/workspace/webhooks/{id}`
pub async fn patch(
    caller: Caller,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    caller.need("webhooks_write")?;
    let body = body::object(&bytes)?;
    let disabled = body
        .get("is_disabled")
        .and_then(Value::as_bool)
        .ok_or_else(|| FieldError::missing(&["body", "is_disabled"]))?;
    let name = body::text(&body, "name")?.to_owned();
    let mut webhooks = write(&caller.workspace.webhooks);
    let webhook = webhooks
        .iter_mut()
        .find(|webhook| webhook.id == *id)
        .ok_or_else(|| not_found(&id))?;
    webhook.is_disabled = disabled;
    webhook.is_auto_disabled &= disabled;
    webhook.name = name;
    if !disabled {
        webhook.failures_in_a_row = 0;
    }
    if let Some(retry) = body.get("retry_enabled").and_then(Value::as_bool) {
        webhook.retry_enabled = retry;
    }
    if let Some(headers) = headers(body.get("request_headers")) {
        webhook.request_headers = headers;
    }
    if let Some(events) = body.get("events").filter(|events| events.is_array()) {
        webhook.events = Some(events.clone());
    }
    Ok(HttpResponse::Ok().json(json!({"status": "ok"})))
}

/// `DELETE /v1/workspace/webhooks/{id}`
pub async fn delete(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("webhooks_write")?;
    let mut webhooks = write(&caller.workspace.webhooks);
    let before = webhooks.len();
    webhooks.retain(|webhook| webhook.id != *id);
    if webhooks.len() == before {
        Err(not_found(&id))
    } else {
        Ok(HttpResponse::Ok().json(json!({"status": "ok"})))
    }
}

fn not_found(id: &str) -> ApiError {
    ApiError::not_found("webhook_not_found", format!("Webhook {id} not found."))
}

fn headers(value: Option<&Value>) -> Option<BTreeMap<String, String>> {
    let map = value?.as_object()?;
    Some(
        map.iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    )
}
