//! `DELETE /api/calls/views/{id}`.

use super::{Actor, may_share, row};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::diesel::prelude::*;
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::call_views;
use serde_json::json;
use shared::permission::needs;
use shared::{CallViewId, Permission};

pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    id: web::Path<CallViewId>,
) -> ApiResult<HttpResponse> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, shares) = (*id, caller.may(Permission::CallsShareViews));
    let actor = Actor {
        organization: caller.organization(),
        user: caller.user(),
        ip: caller.ip(),
    };
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let view = row::one(conn, id).await?;
            if view.shared {
                may_share(shares)?;
            }
            db::diesel::delete(call_views::table.find(id.0))
                .execute(conn)
                .await?;
            if view.shared {
                let details = json!({ "name": view.name, "filter": view.filter });
                actor
                    .note(conn, "call_view.removed", id.to_string(), details)
                    .await?;
            }
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
