//! Looking again: at a whole connection, or at one gap of it.

use super::heal::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::calls::store::StoreError;
use crate::connections::jobs::Reconcile;
use crate::connections::load;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use db::schema::{calls, connections};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::permission::needs;

/// `POST /api/connections/{id}/check`: compares the list now instead of within a minute. 202.
pub async fn check(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsSync>,
    id: web::Path<ConnectionId>,
) -> ApiResult<HttpResponse> {
    let (connection_id, organization) = (*id, caller.organization());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            connections::table
                .find(connection_id.0)
                .filter(connections::removing_at.is_null())
                .select(connections::id)
                .first::<uuid::Uuid>(conn)
                .await?;
            Reconcile { connection_id }
                .queue(conn, organization)
                .await
                .map_err(ApiError::internal)
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// `POST /api/connections/{id}/gaps/{conversation}/retry`: asks for what is missing of it now. 202; what is no gap is not found.
pub async fn gap(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsSync>,
    path: web::Path<(ConnectionId, String)>,
) -> ApiResult<HttpResponse> {
    let (id, conversation) = path.into_inner();
    let conversation = conversation.replace('\0', "");
    let found = conversation.clone();
    let wanted: Option<Wanted> = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(diesel::sql_query("SELECT * FROM retry_gap($1, $2)")
                .bind::<SqlUuid, _>(id.0)
                .bind::<Text, _>(found)
                .get_result(conn)
                .await
                .optional()?)
        })
        .await?;
    let wanted = wanted.ok_or_else(ApiError::not_found)?;
    let connection = load(&app, id).await?.ok_or_else(ApiError::not_found)?;
    let owner = shared::OrganizationId(wanted.organization_id);
    app.db
        .tenant::<_, StoreError, _>(owner, async move |conn| {
            if let (true, Some(call)) = (wanted.wants_audio, wanted.call_id) {
                // One that was given up is begun anew.
                diesel::update(calls::table.filter(calls::id.eq(call)))
                    .filter(calls::recording.eq("failed"))
                    .set((
                        calls::recording.eq("pending"),
                        calls::recording_error.eq(None::<String>),
                        calls::updated_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?;
            }
            heal::queue(conn, &connection, conversation, &wanted).await
        })
        .await
        .map_err(ApiError::internal)?;
    Ok(HttpResponse::Accepted().finish())
}
