//! `POST /api/connections`

use super::{guard, probe, progress, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::config::SeedConnection;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::connections::dsl;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use shared::connection::{ConnectRequest, Connection, WorkspaceInfo};
use shared::live::LiveEvent;
use shared::permission::needs;
use shared::{ConnectionId, ErrorCode, OrganizationId, UserId};
use url::Url;
use uuid::Uuid;

/// Tests the key, stores it sealed and starts the first sync. 201 with the connection.
pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsManage>,
    Json(request): Json<ConnectRequest>,
) -> ApiResult<HttpResponse> {
    request.validate().map_err(ApiError::Invalid)?;
    let base_url = guard::base_url(&app, &request.base_url).await?;
    let key = SecretString::from(request.api_key.trim().to_owned());
    let workspace = probe::probe(&app, base_url.clone(), key.clone()).await?;
    let new = NewConnection {
        organization: caller.organization(),
        user: Some(caller.user()),
        ip: caller.ip(),
        name: request.name.trim().to_owned(),
        base_url,
        key,
        workspace,
    };
    let connection = store(&app, new).await?;
    Ok(HttpResponse::Created().json(connection))
}

/// A connection from the settings.
pub enum First {
    Made(ConnectionId),
    /// It was made by an earlier start.
    Known(ConnectionId),
}

/// The connection that the environment names, made at first start. One of that host and key is left as it is; `None`: somebody
/// made one for the same workspace.
///
/// # Errors
/// The provider's refusal or the database's.
pub async fn first(
    app: &App,
    organization: OrganizationId,
    name: &str,
    seed: &SeedConnection,
) -> Result<Option<First>, ApiError> {
    let base_url = guard::base_url(app, seed.base_url.as_str()).await?;
    let last4 = last_four(&seed.api_key);
    let host = stored_url(&base_url);
    let known = app
        .db
        .tenant::<_, ApiError, _>(organization, async move |conn| {
            let same = dsl::connections
                .filter(dsl::base_url.eq(host))
                .filter(dsl::api_key_last4.eq(last4));
            Ok(same.select(dsl::id).first::<Uuid>(conn).await.optional()?)
        })
        .await?;
    if let Some(id) = known {
        return Ok(Some(First::Known(ConnectionId(id))));
    }
    let workspace = probe::probe(app, base_url.clone(), seed.api_key.clone()).await?;
    let new = NewConnection {
        organization,
        user: None,
        ip: None,
        name: name.to_owned(),
        base_url,
        key: seed.api_key.clone(),
        workspace,
    };
    match store(app, new).await {
        Ok(connection) => Ok(Some(First::Made(connection.id))),
        Err(ApiError::Refused {
            code: ErrorCode::Conflict,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

struct NewConnection {
    organization: OrganizationId,
    user: Option<UserId>,
    ip: Option<String>,
    name: String,
    base_url: Url,
    key: SecretString,
    workspace: WorkspaceInfo,
}

async fn store(app: &App, new: NewConnection) -> ApiResult<Connection> {
    let id = Uuid::now_v7();
    let sealed = app.sealer.seal(&new.key, id).map_err(ApiError::internal)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let shown = app.clone();
    app.db
        .tenant::<_, ApiError, _>(new.organization, async move |conn| {
            diesel::insert_into(dsl::connections)
                .values((
                    dsl::id.eq(id),
                    dsl::organization_id.eq(new.organization.0),
                    dsl::name.eq(&new.name),
                    dsl::base_url.eq(stored_url(&new.base_url)),
                    dsl::api_key_sealed.eq(sealed),
                    dsl::api_key_last4.eq(last_four(&new.key)),
                    dsl::provider_user_id.eq(&new.workspace.provider_user_id),
                    dsl::workspace.eq(json!(new.workspace)),
                    dsl::checked_at.eq(Utc::now()),
                ))
                .execute(conn)
                .await
                .map_err(connected_already)?;
            let entry = audit::Entry {
                organization: new.organization,
                user: new.user,
                action: "connection.created",
                subject: Some(id.to_string()),
                details: json!({"name": new.name, "base_url": stored_url(&new.base_url), "key_last4": last_four(&new.key)}),
                ip: new.ip,
            };
            audit::record(conn, entry).await?;
            progress::start(conn, ConnectionId(id), new.organization).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            row::load(conn, &shown, Some(ConnectionId(id))).await?.pop().ok_or_else(ApiError::not_found)
        })
        .await
}

pub(super) fn connected_already(error: QueryError) -> ApiError {
    match error {
        QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => ApiError::because(
            ErrorCode::Conflict,
            "This workspace is connected already. Connected twice, it would show every call twice.",
        ),
        error => error.into(),
    }
}

/// As stored and compared: without trailing slashes.
pub(super) fn stored_url(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// What of a key may be shown.
pub(super) fn last_four(key: &SecretString) -> String {
    let key = key.expose_secret();
    key.chars().skip(key.chars().count().saturating_sub(4)).collect()
}
