//! `DELETE /api/exports/{id}`: cancels one that is being written, or removes its file before its time.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::schema::call_exports;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::ExportId;
use shared::permission::needs;

/// The writer notices with its next page; the file goes at once or with the next minute.
pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::CallsExport>,
    id: web::Path<ExportId>,
) -> ApiResult<HttpResponse> {
    let (id, user) = (*id, caller.user());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let own = call_exports::table
                .find(id.0)
                .filter(call_exports::user_id.eq(user.0));
            let state: String = own
                .select(call_exports::state)
                .for_update()
                .first(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)?;
            let next = match state.as_str() {
                "queued" | "running" => "cancelled",
                "done" => "expired",
                _ => return Ok(()),
            };
            diesel::update(call_exports::table.find(id.0))
                .set((
                    call_exports::state.eq(next),
                    call_exports::finished_at.eq(Utc::now()),
                ))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await?;
    super::expire::run(&app).await.map_err(ApiError::internal)?;
    Ok(HttpResponse::NoContent().finish())
}
