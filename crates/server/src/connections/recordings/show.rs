//! `GET /api/connections/{id}/recordings`

use super::run;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiResult;
use actix_web::web;
use db::schema::connections::dsl;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::call::RecordingState;
use shared::connection::{ConnectionRecordings, RecordingCounts};
use shared::permission::needs;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    recording: String,
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// How many recordings are here, and how far the fetching is.
pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsView>,
    id: web::Path<ConnectionId>,
) -> ApiResult<web::Json<ConnectionRecordings>> {
    let id = *id;
    let shown = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            dsl::connections
                .find(id.0)
                .select(dsl::id)
                .first::<uuid::Uuid>(conn)
                .await?;
            let counted: Vec<Counted> = diesel::sql_query("SELECT * FROM recording_states($1)")
                .bind::<SqlUuid, _>(id.0)
                .load(conn)
                .await?;
            Ok(ConnectionRecordings {
                counts: counts(counted),
                run: run::find(conn, id).await?.map(run::Run::shown),
            })
        })
        .await?;
    Ok(web::Json(shown))
}

fn counts(counted: Vec<Counted>) -> RecordingCounts {
    let mut counts = RecordingCounts::default();
    for state in counted {
        counts.bytes += state.bytes;
        let of = match RecordingState::parse(&state.recording) {
            Some(RecordingState::Available) => &mut counts.available,
            Some(RecordingState::Partial) => &mut counts.partial,
            Some(RecordingState::Pending) => &mut counts.pending,
            Some(RecordingState::Unavailable) => &mut counts.unavailable,
            Some(RecordingState::Failed) | None => &mut counts.failed,
        };
        *of += state.calls;
    }
    counts
}
