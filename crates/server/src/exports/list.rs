//! `GET /api/exports`: one's own, newest first.

use super::Row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::schema::call_exports;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::export::Export;
use shared::permission::needs;

/// Those of a month at most are kept; so many are shown.
const MOST: i64 = 100;

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsExport>,
) -> ApiResult<web::Json<Vec<Export>>> {
    let user = caller.user();
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let rows: Vec<Row> = call_exports::table
                .filter(call_exports::user_id.eq(user.0))
                .order((call_exports::created_at.desc(), call_exports::id.desc()))
                .limit(MOST)
                .select(Row::as_select())
                .load(conn)
                .await?;
            Ok(rows)
        })
        .await?;
    Ok(web::Json(rows.into_iter().map(Row::export).collect()))
}
