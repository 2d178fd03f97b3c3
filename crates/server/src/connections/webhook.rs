//! `/api/connections/{id}/webhook`: how calls are announced to us.

use super::{ConnectionError, load, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::connections::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::Client;
use elevenlabs::workspace::{NewWebhook, PostCallEvent, WebhookPatch};
use secrecy::SecretString;
use serde_json::json;
use shared::connection::{WebhookSecret, WebhookStatus};
use shared::live::LiveEvent;
use shared::permission::needs;
use shared::{ConnectionId, ErrorCode, OrganizationId, UserId};
use std::collections::BTreeMap;

/// Its name at the provider.
const NAME: &str = "EchoSensei";
/// The sound is fetched by us: as an event it is tens of megabytes and is never sent twice.
const EVENTS: [PostCallEvent; 2] = [PostCallEvent::Transcript, PostCallEvent::CallInitiationFailure];

/// `POST`: registers the webhook through the provider's API and points the workspace at it. Doing it again repairs
/// what is missing.
pub async fn register(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsWebhook>,
    id: web::Path<ConnectionId>,
) -> ApiResult<web::Json<WebhookStatus>> {
    register_at_provider(&app, Author::of(&caller), *id).await?;
    status(&app, &caller, *id).await
}

/// On whose behalf a webhook is set.
#[derive(Clone)]
pub(crate) struct Author {
    pub organization: OrganizationId,
    /// `None`: the program itself, from its settings.
    pub user: Option<UserId>,
    pub ip: Option<String>,
}

impl Author {
    fn of(caller: &Caller<needs::ConnectionsWebhook>) -> Self {
        Self {
            organization: caller.organization(),
            user: Some(caller.user()),
            ip: caller.ip(),
        }
    }
}

/// See [`register`].
///
/// # Errors
/// What the provider refused, or that the workspace sends its calls elsewhere.
pub(crate) async fn register_at_provider(app: &App, author: Author, id: ConnectionId) -> ApiResult<()> {
    let (registered, has_secret) = app
        .db
        .tenant::<_, ApiError, _>(author.organization, async move |conn| {
            let found = dsl::connections
                .find(id.0)
                .select((dsl::provider_webhook_id, dsl::webhook_secret_sealed.is_not_null()));
            Ok(found.first::<(Option<String>, bool)>(conn).await?)
        })
        .await?;
    let connection = load(app, id).await?.ok_or_else(ApiError::not_found)?;
    let (client, url) = (connection.client(), row::webhook_url(app, id));
    let settings = client.convai_settings().await?;
    refuse_to_replace(&client, settings.post_call_webhook_id(), &url).await?;
    let webhook_id = match registered.filter(|_| has_secret) {
        Some(webhook_id) if is_there(&client, &webhook_id, &url).await? => webhook_id,
        _ => {
            let new = NewWebhook {
                name: NAME.to_owned(),
                webhook_url: url,
                request_headers: BTreeMap::new(),
            };
            let created = client.create_webhook(&new).await?;
            let secret = created.webhook_secret.ok_or_else(|| elevenlabs::Error::Decode {
                path: "webhook_secret".to_owned(),
                reason: "missing".to_owned(),
                excerpt: String::new(),
            })?;
            // Told only once: stored before anything else can fail.
            let details = json!({"registered": true});
            keep_secret(
                app,
                author,
                id,
                &secret,
                Some(created.webhook_id.clone()),
                details,
            )
            .await?;
            created.webhook_id
        }
    };
    let patch = WebhookPatch {
        name: NAME.to_owned(),
        is_disabled: false,
        retry_enabled: Some(true),
    };
    client.patch_webhook(&webhook_id, &patch).await?;
    let is_set = settings.post_call_webhook_id() == Some(webhook_id.as_str())
        && EVENTS
            .iter()
            .all(|event| settings.post_call_events().contains(event));
    if !is_set {
        client
            .patch_convai_settings(&settings.with_post_call_webhook(&webhook_id, &EVENTS))
            .await?;
    }
    Ok(())
}

/// A workspace has one post-call webhook. Somebody else's is not taken away silently.
async fn refuse_to_replace(client: &Client, current: Option<&str>, url: &str) -> ApiResult<()> {
    let Some(current) = current else { return Ok(()) };
    let webhooks = match client.webhooks().await {
        Ok(webhooks) => webhooks,
        Err(elevenlabs::Error::Forbidden { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match webhooks
        .iter()
        .find(|hook| hook.webhook_id == current && hook.webhook_url != url)
    {
        None => Ok(()),
        Some(other) => Err(ApiError::because(
            ErrorCode::Conflict,
            format!(
                "This workspace sends its calls to another webhook already ({}). Remove it at ElevenLabs → Agents → Settings \
                 first, so that nothing that depends on it breaks unnoticed. Until then calls are found by polling.",
                other.name
            ),
        )),
    }
}

/// Whether the provider still has the webhook under our address. A key that may not list them is believed.
async fn is_there(client: &Client, webhook_id: &str, url: &str) -> Result<bool, elevenlabs::Error> {
    match client.webhooks().await {
        Ok(webhooks) => Ok(webhooks
            .iter()
            .any(|hook| hook.webhook_id == webhook_id && hook.webhook_url == url)),
        Err(elevenlabs::Error::Forbidden { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// `PUT`: the secret of a webhook that somebody made at the provider by hand.
pub async fn set_secret(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsWebhook>,
    id: web::Path<ConnectionId>,
    Json(request): Json<WebhookSecret>,
) -> ApiResult<web::Json<WebhookStatus>> {
    let id = *id;
    let secret = request.secret.trim();
    if !(8..=512).contains(&secret.len()) || !secret.chars().all(|c| c.is_ascii_graphic()) {
        return Err(ApiError::field(
            "secret",
            "Paste the secret that ElevenLabs showed, such as wsec_…, without spaces",
        ));
    }
    let secret = SecretString::from(secret.to_owned());
    keep_secret(
        &app,
        Author::of(&caller),
        id,
        &secret,
        None,
        json!({"registered": false}),
    )
    .await?;
    status(&app, &caller, id).await
}

async fn keep_secret(
    app: &App,
    author: Author,
    id: ConnectionId,
    secret: &SecretString,
    provider_webhook_id: Option<String>,
    details: serde_json::Value,
) -> ApiResult<()> {
    let sealed = app.sealer.seal(secret, id.0).map_err(ApiError::internal)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    app.db
        .tenant::<_, ApiError, _>(author.organization, async move |conn| {
            let stored = diesel::update(dsl::connections.find(id.0))
                .set((
                    dsl::webhook_secret_sealed.eq(sealed),
                    dsl::provider_webhook_id.eq(provider_webhook_id),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if stored == 0 {
                return Err(ApiError::not_found());
            }
            let entry = audit::Entry {
                organization: author.organization,
                user: author.user,
                action: "connection.webhook_set",
                subject: Some(id.to_string()),
                details,
                ip: author.ip,
            };
            audit::record(conn, entry).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            Ok(())
        })
        .await?;
    app.ingest.forget(id).await;
    Ok(())
}

async fn status(
    app: &web::Data<App>,
    caller: &Caller<needs::ConnectionsWebhook>,
    id: ConnectionId,
) -> ApiResult<web::Json<WebhookStatus>> {
    let shown = app.clone();
    let connection = app
        .db
        .tenant::<_, ConnectionError, _>(caller.scope(), async move |conn| {
            row::load(conn, &shown, Some(id)).await
        })
        .await?
        .pop()
        .ok_or_else(ApiError::not_found)?;
    Ok(web::Json(connection.webhook))
}
