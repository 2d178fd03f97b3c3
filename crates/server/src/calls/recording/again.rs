//! `POST /api/calls/{id}/recording/fetch`: somebody who found no recording, or a short one, asks for it once more.

use super::on_demand;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::CallId;
use shared::permission::needs;

/// 204 when it was looked for; the call then says what came of it.
pub async fn fetch(
    app: web::Data<App>,
    caller: Caller<needs::CallsRecording>,
    path: web::Path<CallId>,
) -> ApiResult<HttpResponse> {
    let call = *path;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let known: i64 = calls::table
                .filter(calls::id.eq(call.0))
                .count()
                .get_result(conn)
                .await?;
            match known {
                0 => Err(ApiError::not_found()),
                _ => Ok(()),
            }
        })
        .await?;
    on_demand::fetch(&app, call).await?;
    Ok(HttpResponse::NoContent().finish())
}
