//! `POST /api/calls/bulk/…`: a selection of the log at once, in one transaction.

use super::edit::known_tags;
use super::{assign, locate_all, read, tell};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::schema::calls;
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{AssignCalls, Changed, ReadCalls, TagCalls, check_calls};
use uuid::Uuid;

const ADD: &str = "
INSERT INTO call_tags (organization_id, started_at, call_id, tag_id)
SELECT current_organization(), k.started_at, k.id, t FROM unnest($1, $2) AS k (id, started_at) CROSS JOIN unnest($3) AS t
ON CONFLICT DO NOTHING";
const REMOVE: &str = "
DELETE FROM call_tags c USING unnest($1, $2) AS k (id, started_at)
WHERE c.organization_id = current_organization() AND c.started_at = k.started_at AND c.call_id = k.id AND c.tag_id = ANY ($3)";

pub async fn tag(
    app: web::Data<App>,
    caller: Caller<needs::CallsAnnotate>,
    Json(request): Json<TagCalls>,
) -> ApiResult<web::Json<Changed>> {
    check_calls(&request.calls).map_err(|error| ApiError::Invalid(vec![error]))?;
    let changed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let (ids, starts) = locate_all(conn, &request.calls).await?;
            let add = known_tags(conn, "add", &request.add).await?;
            // One that is gone meanwhile is taken off already.
            let remove: Vec<Uuid> = request.remove.iter().map(|tag| tag.0).collect();
            for (statement, tags) in [(REMOVE, remove), (ADD, add)] {
                diesel::sql_query(statement)
                    .bind::<Array<SqlUuid>, _>(&ids)
                    .bind::<Array<Timestamptz>, _>(&starts)
                    .bind::<Array<SqlUuid>, _>(tags)
                    .execute(conn)
                    .await?;
            }
            tell(conn, &ids).await?;
            Ok(ids.len())
        })
        .await?;
    Ok(web::Json(Changed { changed }))
}

pub async fn assign(
    app: web::Data<App>,
    caller: Caller<needs::CallsAssign>,
    Json(request): Json<AssignCalls>,
) -> ApiResult<web::Json<Changed>> {
    check_calls(&request.calls).map_err(|error| ApiError::Invalid(vec![error]))?;
    let organization = caller.organization();
    let changed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found: Vec<(Uuid, DateTime<Utc>, Uuid)> = calls::table
                .filter(calls::id.eq_any(request.calls.iter().map(|id| id.0)))
                .select((calls::id, calls::started_at, calls::agent_id))
                .load(conn)
                .await?;
            if !found.is_empty() {
                assign::set(conn, organization, &found, request.user).await?;
            }
            let ids: Vec<Uuid> = found.iter().map(|call| call.0).collect();
            tell(conn, &ids).await?;
            Ok(ids.len())
        })
        .await?;
    Ok(web::Json(Changed { changed }))
}

pub async fn mark_read(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    Json(request): Json<ReadCalls>,
) -> ApiResult<web::Json<Changed>> {
    check_calls(&request.calls).map_err(|error| ApiError::Invalid(vec![error]))?;
    let (organization, user) = (caller.organization(), caller.user());
    let changed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(read::set(conn, organization, user, &request.calls, request.read).await?)
        })
        .await?;
    Ok(web::Json(Changed { changed }))
}
