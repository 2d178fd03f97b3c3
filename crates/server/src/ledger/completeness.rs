//! `GET /api/connections/{id}/completeness`: "12,431 of 12,431 calls accounted for", and each gap with its reason.

use super::{check, rows};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::schema::{connections, provider_novelties};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ledger::{ArtefactStatus, Completeness, Gap, WebhookHealth};
use shared::permission::needs;
use shared::{CallId, ConnectionId};

/// Gaps that are shown; the newest.
const SHOWN: i32 = 50;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsView>,
    id: web::Path<ConnectionId>,
) -> ApiResult<web::Json<Completeness>> {
    let (id, own) = (*id, caller.organization());
    let completeness = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            connections::table
                .find(id.0)
                .select(connections::id)
                .first::<uuid::Uuid>(conn)
                .await?;
            let check = check::find(conn, id).await?;
            let missing: Count = diesel::sql_query("SELECT count_gaps($1) AS count")
                .bind::<SqlUuid, _>(id.0)
                .get_result(conn)
                .await?;
            let gaps = rows::load(conn, id, None, SHOWN).await?;
            let novelties = provider_novelties::table
                .filter(provider_novelties::connection_id.eq(id.0))
                .count()
                .get_result(conn)
                .await?;
            Ok(Completeness {
                listed: check.listed,
                accounted: (check.listed - missing.count).max(0),
                checked_at: check.checked_at,
                walked_at: check.walked_at,
                walking: check.walk_began_at.is_some(),
                trouble: check.trouble.or(check.walk_trouble),
                webhook: WebhookHealth::parse(&check.webhook).unwrap_or(WebhookHealth::Unknown),
                webhook_checked_at: check.webhook_checked_at,
                webhook_failed_at: check.webhook_failed_at,
                webhook_error_code: check.webhook_error_code,
                gaps: gaps
                    .into_iter()
                    .map(|row| Gap {
                        missing: row
                            .artefacts()
                            .into_iter()
                            .filter(ArtefactStatus::is_missing)
                            .collect(),
                        call_id: row.call_id.map(CallId).filter(|_| row.organization_id == own.0),
                        conversation_id: row.conversation_id,
                        started_at: row.started_at,
                    })
                    .collect(),
                novelties,
            })
        })
        .await?;
    Ok(web::Json(completeness))
}
