//! `POST /api/failures/replay` and `POST /api/failures/discard`: named ones, or all of a time.

use super::{NOT_LISTED, whose};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::audit;
use db::partitions::Partitioned;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::failure::{Affected, Chosen};
use shared::permission::{Requires, needs};
use uuid::Uuid;

/// Most in one request; the rest stays in the list.
const MOST: i64 = 1_000;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Queues them again, with all their attempts. One whose like waits already is not added.
pub async fn replay(
    app: web::Data<App>,
    caller: Caller<needs::FailuresReplay>,
    Json(chosen): Json<Chosen<i64>>,
) -> ApiResult<web::Json<Affected>> {
    act(&app, &caller, chosen, Deed::Replay).await.map(web::Json)
}

/// Lets them go for good.
pub async fn discard(
    app: web::Data<App>,
    caller: Caller<needs::FailuresReplay>,
    Json(chosen): Json<Chosen<i64>>,
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
    chosen: Chosen<i64>,
    deed: Deed,
) -> ApiResult<Affected> {
    let (from, to) = (chosen.from, chosen.to);
    chosen.check().map_err(|error| ApiError::Invalid(vec![error]))?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let whose = whose(caller.principal());
    let entry = audit::Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action: match deed {
            Deed::Replay => "failures.replayed",
            Deed::Discard => "failures.discarded",
        },
        subject: None,
        details: json!(chosen),
        ip: caller.ip(),
    };
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let ids = wanted(conn, whose, &chosen, from, to).await?;
            let done = match deed {
                Deed::Discard => Affected {
                    affected: i64::try_from(jobs::discard(conn, &ids).await?).unwrap_or(i64::MAX),
                    ..Affected::default()
                },
                Deed::Replay => {
                    let replayed = jobs::replay(conn, &ids).await?;
                    Affected {
                        affected: replayed.queued,
                        already_waiting: replayed.already_waiting,
                    }
                }
            };
            if done.affected > 0 {
                audit::record(conn, entry).await?;
            }
            Ok(done)
        })
        .await
}

/// Those of them that there are, and that one may touch.
async fn wanted(
    conn: &mut db::Conn,
    whose: Option<Uuid>,
    chosen: &Chosen<i64>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> ApiResult<Vec<i64>> {
    let name = chosen.name.as_deref().map(|name| name.replace('\0', ""));
    let rows: Vec<Id> = diesel::sql_query(
        "SELECT id FROM jobs WHERE state = 'dead' AND name <> $1 AND ($2 IS NULL OR organization_id = $2)
           AND (cardinality($3) = 0 OR id = ANY ($3)) AND ($4 IS NULL OR finished_at >= $4) AND ($5 IS NULL OR finished_at < $5)
           AND ($6 IS NULL OR name = $6)
         ORDER BY id LIMIT $7",
    )
    .bind::<Text, _>(NOT_LISTED)
    .bind::<Nullable<SqlUuid>, _>(whose)
    .bind::<Array<BigInt>, _>(&chosen.ids)
    .bind::<Nullable<Timestamptz>, _>(from)
    .bind::<Nullable<Timestamptz>, _>(to)
    .bind::<Nullable<Text>, _>(name)
    .bind::<BigInt, _>(MOST)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
