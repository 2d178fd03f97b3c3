//! `POST /api/deliveries/replay` and `POST /api/deliveries/discard`: named ones, or all of a time.

use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::webhooks::replay::ReplayDeliveries;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use diesel::QueryableByName;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::ConnectionId;
use shared::failure::{Affected, Chosen, DeliveryState};
use shared::permission::{Requires, needs};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Which: one condition for both deeds. `$1` the ids, `$2` and `$3` the time, `$4` the state.
const CHOSEN: &str = "i.organization_id = current_organization() AND (cardinality($1) = 0 OR i.id = ANY ($1))
    AND ($2 IS NULL OR i.received_at >= $2) AND ($3 IS NULL OR i.received_at < $3) AND ($4 IS NULL OR i.state = $4)";

#[derive(QueryableByName)]
struct Touched {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    connection_id: Uuid,
}

/// Puts them in line to be done again, oldest first, into a fresh projection. 200 with how many.
pub async fn replay(
    app: web::Data<App>,
    caller: Caller<needs::FailuresReplay>,
    Json(chosen): Json<Chosen<Uuid>>,
) -> ApiResult<web::Json<Affected>> {
    act(&app, &caller, chosen, Deed::Replay).await.map(web::Json)
}

/// Lets them go for good. What is not dealt with yet stays.
pub async fn discard(
    app: web::Data<App>,
    caller: Caller<needs::FailuresReplay>,
    Json(chosen): Json<Chosen<Uuid>>,
) -> ApiResult<web::Json<Affected>> {
    act(&app, &caller, chosen, Deed::Discard).await.map(web::Json)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Replay,
    Discard,
}

async fn act<P: Requires>(
    app: &App,
    caller: &Caller<P>,
    chosen: Chosen<Uuid>,
    deed: Deed,
) -> ApiResult<Affected> {
    chosen.check().map_err(|error| ApiError::Invalid(vec![error]))?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let organization = caller.organization();
    let entry = audit::Entry {
        organization,
        user: Some(caller.user()),
        action: match deed {
            Deed::Replay => "deliveries.replayed",
            Deed::Discard => "deliveries.discarded",
        },
        subject: None,
        details: json!(chosen),
        ip: caller.ip(),
    };
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let sql = match deed {
                Deed::Replay => format!(
                    "UPDATE webhook_inbox i SET replay_asked_at = coalesce(i.replay_asked_at, now())
                     WHERE i.state <> 'new' AND {CHOSEN} RETURNING i.id, i.connection_id"
                ),
                Deed::Discard => format!(
                    "DELETE FROM webhook_inbox i WHERE i.state <> 'new' AND i.replay_asked_at IS NULL AND {CHOSEN}
                     RETURNING i.id, i.connection_id"
                ),
            };
            let touched: Vec<Touched> = diesel::sql_query(sql)
                .bind::<Array<SqlUuid>, _>(&chosen.ids)
                .bind::<Nullable<Timestamptz>, _>(chosen.from)
                .bind::<Nullable<Timestamptz>, _>(chosen.to)
                .bind::<Nullable<Text>, _>(chosen.state.map(DeliveryState::as_str))
                .load(conn)
                .await?;
            if touched.is_empty() {
                return Ok(Affected::default());
            }
            forget_jobs(conn, touched.iter().map(|row| row.id.to_string()).collect()).await?;
            if deed == Deed::Replay {
                let connections: BTreeSet<_> = touched.iter().map(|row| row.connection_id).collect();
                for connection in connections {
                    let job = ReplayDeliveries {
                        connection_id: ConnectionId(connection),
                        organization_id: organization,
                    };
                    job.queue(conn).await.map_err(ApiError::internal)?;
                }
            }
            audit::record(conn, entry).await?;
            Ok(Affected {
                affected: i64::try_from(touched.len()).unwrap_or(i64::MAX),
                already_waiting: 0,
            })
        })
        .await
}

/// The dead letters of these deliveries: what is done again or gone needs none.
async fn forget_jobs(conn: &mut db::Conn, ids: Vec<String>) -> ApiResult<()> {
    diesel::sql_query(
        "DELETE FROM jobs WHERE state = 'dead' AND name = 'process_webhook' AND payload ->> 'inbox_id' = ANY ($1)",
    )
    .bind::<Array<Text>, _>(ids)
    .execute(conn)
    .await?;
    Ok(())
}
