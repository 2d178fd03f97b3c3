//! How the provider gets on with our webhook. After ten failures in a row, and a week without a success, it switches it off;
//! whoever looks after the connection is told before.

use super::check::{self, Check};
use super::warn;
use crate::app::App;
use crate::calls::store::StoreError;
use crate::connections::handle::open;
use crate::connections::{ConnectionHandle, row};
use chrono::{DateTime, Utc};
use db::schema::connection_checks::dsl;
use db::schema::connections;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::workspace::WorkspaceWebhook;
use jobs::JobError;
use shared::ledger::WebhookHealth;
use shared::live::LiveEvent;

/// Between two looks.
const EVERY: chrono::Duration = chrono::Duration::minutes(5);
/// A failure that is older is over, even where nothing came since.
const RECENT: chrono::Duration = chrono::Duration::hours(24);

/// Looks after the webhook, when it is time to. The provider's refusal is no failure of ours.
///
/// # Errors
/// The database's own.
pub async fn watch(app: &App, connection: &ConnectionHandle, check: &Check) -> Result<(), JobError> {
    let now = Utc::now();
    if check.webhook_checked_at.is_some_and(|at| now - at < EVERY) {
        return Ok(());
    }
    let Some((_, registered)) = open(app, connection.id, connection.organization).await? else {
        return Ok(());
    };
    let (has_secret, last_received) = received(app, connection).await?;
    if registered.is_none() && !has_secret {
        return Ok(());
    }
    let seen = match look(app, connection, registered.as_deref(), last_received, now).await {
        Ok(seen) => seen,
        // Such as a key that may not list webhooks.
        Err(error) => {
            tracing::debug!(connection.id = %connection.id, provider.error = %error, "the webhook could not be looked at");
            Seen::default()
        }
    };
    note(app, connection, check, seen, now).await?;
    Ok(())
}

/// What the provider told.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    health: Option<WebhookHealth>,
    failed_at: Option<DateTime<Utc>>,
    error_code: Option<i32>,
}

async fn received(
    app: &App,
    connection: &ConnectionHandle,
) -> Result<(bool, Option<DateTime<Utc>>), StoreError> {
    let id = connection.id;
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            Ok(connections::table
                .find(id.0)
                .select((
                    connections::webhook_secret_sealed.is_not_null(),
                    connections::last_webhook_at,
                ))
                .first(conn)
                .await?)
        })
        .await
}

async fn look(
    app: &App,
    connection: &ConnectionHandle,
    registered: Option<&str>,
    last_received: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Seen, elevenlabs::Error> {
    let client = connection.client();
    let url = row::webhook_url(app, connection.id);
    let webhooks = client.webhooks().await?;
    let ours = webhooks.iter().find(|hook| match registered {
        Some(id) => hook.webhook_id == id,
        None => hook.webhook_url == url,
    });
    let Some(hook) = ours else {
        return Ok(Seen {
            health: Some(WebhookHealth::Missing),
            ..Seen::default()
        });
    };
    let settings = client.convai_settings().await?;
    let is_used = settings.post_call_webhook_id() == Some(hook.webhook_id.as_str());
    Ok(Seen {
        health: Some(health(hook, is_used, last_received, now)),
        failed_at: hook.most_recent_failure_at,
        error_code: hook
            .most_recent_failure_error_code
            .and_then(|code| i32::try_from(code).ok()),
    })
}

fn health(
    hook: &WorkspaceWebhook,
    is_used: bool,
    last_received: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> WebhookHealth {
    let is_failing = hook.most_recent_failure_at.is_some_and(|failed| {
        // The provider tells whole seconds.
        now - failed < RECENT
            && last_received.is_none_or(|received| received.timestamp() < failed.timestamp())
    });
    match hook {
        hook if hook.is_auto_disabled => WebhookHealth::AutoDisabled,
        hook if hook.is_disabled => WebhookHealth::Disabled,
        _ if !is_used => WebhookHealth::Replaced,
        _ if is_failing => WebhookHealth::Failing,
        _ => WebhookHealth::Working,
    }
}

/// Keeps what was seen; writes to the managers where it is a trouble that they do not know yet.
async fn note(
    app: &App,
    connection: &ConnectionHandle,
    before: &Check,
    seen: Seen,
    now: DateTime<Utc>,
) -> Result<(), warn::WarnError> {
    let health = seen.health.unwrap_or(WebhookHealth::Unknown);
    let told = before.webhook_told.clone();
    let is_news = health.is_trouble() && told.as_deref() != Some(health.as_str());
    let told = match health {
        health if health.is_trouble() => Some(health.as_str().to_owned()),
        // Not known is not repaired.
        WebhookHealth::Unknown => told,
        _ => None,
    };
    let has_changed = before.webhook != health.as_str();
    let (context, connection) = (app.clone(), connection.clone());
    app.db
        .tenant::<_, warn::WarnError, _>(connection.organization, async move |conn| {
            check::make(conn, &connection).await?;
            diesel::update(dsl::connection_checks.find(connection.id.0))
                .set((
                    dsl::webhook.eq(health.as_str()),
                    dsl::webhook_checked_at.eq(now),
                    dsl::webhook_failed_at.eq(seen.failed_at),
                    dsl::webhook_error_code.eq(seen.error_code),
                    dsl::webhook_told.eq(told),
                ))
                .execute(conn)
                .await?;
            if is_news {
                warn::managers(&context, conn, &connection, health, seen.error_code).await?;
            }
            if has_changed {
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            }
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hook(more: serde_json::Value) -> WorkspaceWebhook {
        let mut body = json!({"webhook_id": "w", "is_disabled": false, "is_auto_disabled": false});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_failure_counts_until_something_came_after_it_or_a_day_has_gone() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let failed = |ago: i64| hook(json!({"most_recent_failure_timestamp": now.timestamp() - ago}));
        let at = |ago: i64| Some(now - chrono::Duration::seconds(ago));
        for (hook, is_used, received, wanted) in [
            (hook(json!({})), true, None, WebhookHealth::Working),
            (hook(json!({})), false, None, WebhookHealth::Replaced),
            (failed(60), true, None, WebhookHealth::Failing),
            (failed(60), true, at(61), WebhookHealth::Failing),
            (failed(60), true, at(59), WebhookHealth::Working),
            (failed(90_000), true, None, WebhookHealth::Working),
            (
                hook(json!({"is_disabled": true})),
                true,
                None,
                WebhookHealth::Disabled,
            ),
            (
                hook(json!({"is_disabled": true, "is_auto_disabled": true})),
                true,
                None,
                WebhookHealth::AutoDisabled,
            ),
        ] {
            assert_eq!(health(&hook, is_used, received, now), wanted, "{hook:?}");
        }
    }
}
