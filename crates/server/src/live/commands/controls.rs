//! `GET /api/live/calls/{id}`: how far a call can be followed, what can be done to it, and what was.

use super::facts::{Facts, ROWS, Row};
use super::permission;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use shared::live_command::{CallControls, CommandKind, CommandRecord, Control, Sound};
use shared::permission::{Permission, needs};
use shared::{CallId, PermissionSet};

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::LiveView>,
    call: web::Path<CallId>,
) -> ApiResult<web::Json<CallControls>> {
    let call = *call;
    let permissions: PermissionSet = caller.principal().permissions.clone();
    let reads_words = caller.may(Permission::LiveTranscript);
    let controls = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let facts = Facts::of(conn, call).await?;
            let rows: Vec<Row> = diesel::sql_query(format!(
                "{ROWS} WHERE c.call_id = $1 ORDER BY c.asked_at DESC LIMIT 50"
            ))
            .bind::<SqlUuid, _>(call.0)
            .load(conn)
            .await?;
            let controls = CommandKind::ALL
                .into_iter()
                .filter(|kind| permissions.contains(permission(*kind)))
                .map(|kind| Control {
                    kind,
                    why_not: facts.why_not(kind),
                });
            Ok(CallControls {
                call_id: call,
                words: facts.following(),
                words_detail: facts.monitor_detail.clone(),
                sound: Sound::NoSource,
                taken_over: facts.is_taken_over(),
                controls: controls.collect(),
                commands: rows.into_iter().map(|row| shown(row, reads_words)).collect(),
            })
        })
        .await?;
    Ok(web::Json(controls))
}

/// A hint tells what was said before it.
fn shown(row: Row, reads_words: bool) -> CommandRecord {
    let record = row.record();
    CommandRecord {
        argument: record.argument.filter(|_| reads_words),
        ..record
    }
}
