//! `PATCH /api/connections/{id}`: another name, or a new key of the same workspace.

use super::create::last_four;
use super::{guard, probe, row};
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
use secrecy::SecretString;
use serde_json::json;
use shared::connection::{ConnectRequest, Connection, UpdateConnection, WorkspaceInfo};
use shared::live::LiveEvent;
use shared::permission::needs;
use shared::{ConnectionId, ErrorCode};

/// A new key that was found good, sealed.
struct NewKey {
    sealed: Vec<u8>,
    last4: String,
    workspace: WorkspaceInfo,
}

pub async fn update(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsManage>,
    id: web::Path<ConnectionId>,
    Json(request): Json<UpdateConnection>,
) -> ApiResult<web::Json<Connection>> {
    let (id, scope) = (*id, caller.scope());
    let (name, base_url, provider_user_id) = app
        .db
        .tenant::<_, ApiError, _>(scope.clone(), async move |conn| {
            let found = dsl::connections
                .find(id.0)
                .filter(dsl::removing_at.is_null())
                .select((dsl::name, dsl::base_url, dsl::provider_user_id))
                .first::<(String, String, String)>(conn)
                .await?;
            Ok(found)
        })
        .await?;
    // The same checks as when it was made; a field that is left out is known to be good.
    let checked = ConnectRequest {
        name: request.name.clone().unwrap_or(name),
        base_url: base_url.clone(),
        api_key: request.api_key.clone().unwrap_or_else(|| "left-out".to_owned()),
    };
    checked.validate().map_err(ApiError::Invalid)?;
    let new_key = match request.api_key {
        Some(key) => Some(tested(&app, id, &base_url, key.trim(), &provider_user_id).await?),
        None => None,
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (shown, name) = (app.clone(), checked.name.trim().to_owned());
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let connection = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            let details = json!({"name": name, "key_last4": new_key.as_ref().map(|key| &key.last4)});
            diesel::update(dsl::connections.find(id.0))
                .set((dsl::name.eq(&name), dsl::updated_at.eq(diesel::dsl::now)))
                .execute(conn)
                .await?;
            if let Some(key) = new_key {
                diesel::update(dsl::connections.find(id.0))
                    .set((
                        dsl::api_key_sealed.eq(key.sealed),
                        dsl::api_key_last4.eq(key.last4),
                        dsl::workspace.eq(json!(key.workspace)),
                        dsl::health.eq("healthy"),
                        dsl::trouble.eq(None::<String>),
                        dsl::checked_at.eq(Utc::now()),
                    ))
                    .execute(conn)
                    .await?;
            }
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "connection.updated",
                subject: Some(id.to_string()),
                details,
                ip,
            };
            audit::record(conn, entry).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            row::load(conn, &shown, Some(id))
                .await?
                .pop()
                .ok_or_else(ApiError::not_found)
        })
        .await?;
    Ok(web::Json(connection))
}

async fn tested(
    app: &App,
    id: ConnectionId,
    base_url: &str,
    key: &str,
    provider_user_id: &str,
) -> ApiResult<NewKey> {
    let key = SecretString::from(key.to_owned());
    let base_url = guard::base_url(app, base_url).await?;
    let workspace = probe::probe(app, base_url, key.clone()).await?;
    if workspace.provider_user_id != provider_user_id {
        return Err(ApiError::because(
            ErrorCode::OtherWorkspace,
            "This key belongs to another ElevenLabs workspace. Its agents and calls would mix with those that are here: \
             connect it as a connection of its own, or have what is here erased and the other workspace take its place.",
        ));
    }
    let sealed = app.sealer.seal(&key, id.0).map_err(ApiError::internal)?;
    Ok(NewKey {
        sealed,
        last4: last_four(&key),
        workspace,
    })
}
