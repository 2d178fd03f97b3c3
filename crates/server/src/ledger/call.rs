//! `GET /api/calls/{id}/ledger`: which parts of a call are here, and why others are not.

use super::rows;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::schema::{call_ledger, calls};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::ledger::CallLedger;
use shared::permission::needs;
use shared::{CallId, ConnectionId};

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    id: web::Path<CallId>,
) -> ApiResult<web::Json<CallLedger>> {
    let id = *id;
    let ledger = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // By the call itself: who sees only his agents sees only their calls.
            let (connection, conversation) = calls::table
                .filter(calls::id.eq(id.0))
                .select((calls::connection_id, calls::conversation_id))
                .first::<(uuid::Uuid, String)>(conn)
                .await?;
            let (is_over, listed_at) = call_ledger::table
                .find((connection, &conversation))
                .select((call_ledger::is_over, call_ledger::listed_at.is_not_null()))
                .first::<(bool, bool)>(conn)
                .await?;
            let row = rows::load(conn, ConnectionId(connection), Some(&conversation), 1)
                .await?
                .pop()
                .ok_or_else(ApiError::not_found)?;
            Ok(CallLedger {
                is_over,
                is_listed: listed_at,
                artefacts: row.artefacts(),
            })
        })
        .await?;
    Ok(web::Json(ledger))
}
