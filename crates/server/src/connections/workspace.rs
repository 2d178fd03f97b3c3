//! `POST /api/connections/{id}/workspace`: the key of another workspace. What came from the one before is erased, then the new
//! one is synced.
//!
//! The new workspace gets a row of its own, with a webhook URL and a secret of its own. Whatever is still on its way from the old
//! one (a webhook, a job, a poll) belongs to the old row, which takes nothing from the moment of the change on: it is erased
//! by the same job as any removed connection, and when that is done it starts the sync of the new one.

use super::create::{connected_already, last_four};
use super::jobs::RemoveConnection;
use super::{contents, guard, probe, row};
use crate::app::App;
use crate::auth::Confirmed;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::connections::dsl;
use db::schema::workspace_changes;
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use serde_json::json;
use shared::connection::{ChangeWorkspace, ConnectRequest, WorkspaceInfo};
use shared::live::LiveEvent;
use shared::permission::needs;
use shared::{ConnectionId, ErrorCode, OrganizationId, Permission};
use uuid::Uuid;

/// What of the old row goes on in the new one.
struct Old {
    name: String,
    base_url: String,
    provider_user_id: String,
}

/// 202 with the connection that takes the place of the old one.
pub async fn change(
    app: web::Data<App>,
    caller: Confirmed<needs::ConnectionsRemove>,
    id: web::Path<ConnectionId>,
    Json(request): Json<ChangeWorkspace>,
) -> ApiResult<HttpResponse> {
    if !caller.may(Permission::ConnectionsManage) {
        return Err(ApiError::refused(ErrorCode::PermissionDenied));
    }
    let (id, scope) = (*id, caller.scope());
    let old = app
        .db
        .tenant::<_, ApiError, _>(scope.clone(), async move |conn| find(conn, id).await)
        .await?;
    let checked = ConnectRequest {
        name: old.name.clone(),
        base_url: old.base_url.clone(),
        api_key: request.api_key.clone(),
    };
    checked.validate().map_err(ApiError::Invalid)?;
    if request.confirm_name.trim() != old.name {
        let text = format!(
            "Type the name of the connection, {}, to say that you mean it",
            old.name
        );
        return Err(ApiError::field("confirm_name", text));
    }
    let key = SecretString::from(request.api_key.trim().to_owned());
    let base_url = guard::base_url(&app, &old.base_url).await?;
    let workspace = probe::probe(&app, base_url, key.clone()).await?;
    if workspace.provider_user_id == old.provider_user_id {
        let text = "This key belongs to the workspace that is connected. Change the key instead: nothing is erased then.";
        return Err(ApiError::because(ErrorCode::Conflict, text));
    }
    let new_id = Uuid::now_v7();
    let new = New {
        id: new_id,
        organization: caller.organization(),
        sealed: app.sealer.seal(&key, new_id).map_err(ApiError::internal)?,
        last4: last_four(&key),
        workspace,
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (shown, user, ip) = (App::clone(&app), caller.user(), caller.ip());
    let connection = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            // Who comes second finds it marked.
            let old = find(conn, id).await?;
            let erased = contents::of(conn, id).await?.unwrap_or_default();
            let details = json!({
                "name": old.name, "key_last4": new.last4, "new_connection": new.id, "erased": erased,
                "before": { "workspace": old.provider_user_id }, "after": { "workspace": new.workspace.provider_user_id },
            });
            new.insert(conn, &old).await?;
            diesel::insert_into(workspace_changes::table)
                .values((
                    workspace_changes::connection_id.eq(new.id),
                    workspace_changes::organization_id.eq(new.organization.0),
                    workspace_changes::old_connection_id.eq(id.0),
                    workspace_changes::calls.eq(erased.calls),
                    workspace_changes::agents.eq(erased.agents),
                ))
                .execute(conn)
                .await?;
            diesel::update(dsl::connections.find(id.0))
                .set((
                    dsl::removing_at.eq(diesel::dsl::now),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization: new.organization,
                user: Some(user),
                action: "connection.workspace_changed",
                subject: Some(id.to_string()),
                details,
                ip,
            };
            audit::record(conn, entry).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            let job = RemoveConnection {
                connection_id: id,
                organization_id: new.organization,
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            row::load(conn, &shown, Some(ConnectionId(new.id)))
                .await?
                .pop()
                .ok_or_else(ApiError::not_found)
        })
        .await?;
    app.ingest.forget(id).await;
    Ok(HttpResponse::Accepted().json(connection))
}

/// The connection, held until the transaction ends; one that is being erased is not found.
async fn find(conn: &mut Conn, id: ConnectionId) -> ApiResult<Old> {
    let (name, base_url, provider_user_id) = dsl::connections
        .find(id.0)
        .filter(dsl::removing_at.is_null())
        .select((dsl::name, dsl::base_url, dsl::provider_user_id))
        .for_update()
        .first(conn)
        .await?;
    Ok(Old {
        name,
        base_url,
        provider_user_id,
    })
}

struct New {
    id: Uuid,
    organization: OrganizationId,
    sealed: Vec<u8>,
    last4: String,
    workspace: WorkspaceInfo,
}

impl New {
    async fn insert(&self, conn: &mut Conn, old: &Old) -> ApiResult<()> {
        diesel::insert_into(dsl::connections)
            .values((
                dsl::id.eq(self.id),
                dsl::organization_id.eq(self.organization.0),
                dsl::name.eq(&old.name),
                dsl::base_url.eq(&old.base_url),
                dsl::api_key_sealed.eq(&self.sealed),
                dsl::api_key_last4.eq(&self.last4),
                dsl::provider_user_id.eq(&self.workspace.provider_user_id),
                dsl::workspace.eq(json!(self.workspace)),
                dsl::checked_at.eq(Utc::now()),
            ))
            .execute(conn)
            .await
            .map(drop)
            .map_err(connected_already)
    }
}
