//! `POST /api/retention/preview`: what these rules would remove, were it night now.

use super::before;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamptz};
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::retention::{RetentionPreview, RetentionRules};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    recordings: i64,
    #[diesel(sql_type = BigInt)]
    recording_bytes: i64,
    #[diesel(sql_type = BigInt)]
    transcripts: i64,
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    organizations: i64,
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsRetention>,
    Json(rules): Json<RetentionRules>,
) -> ApiResult<web::Json<RetentionPreview>> {
    rules.validate().map_err(ApiError::Invalid)?;
    let now = Utc::now();
    let row: Row = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(
                diesel::sql_query("SELECT * FROM preview_retention($1, $2, $3, $4)")
                    .bind::<Nullable<Timestamptz>, _>(before(now, rules.recording_days))
                    .bind::<Nullable<Timestamptz>, _>(before(now, rules.transcript_days))
                    .bind::<Nullable<Timestamptz>, _>(before(now, rules.call_days))
                    .bind::<Bool, _>(rules.binds_below)
                    .get_result(conn)
                    .await?,
            )
        })
        .await?;
    Ok(web::Json(RetentionPreview {
        recordings: row.recordings,
        recording_bytes: row.recording_bytes,
        transcripts: row.transcripts,
        calls: row.calls,
        organizations: row.organizations,
    }))
}
