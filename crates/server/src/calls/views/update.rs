//! `PATCH /api/calls/views/{id}`: renames a view, gives it other filters, shares it or takes it back.

use super::{Actor, has_room, may_share, name_taken, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::calls::query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::diesel::prelude::*;
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::call_views;
use serde_json::json;
use shared::call_view::{CallView, UpdateView, name_error};
use shared::permission::needs;
use shared::{CallViewId, Permission};

pub async fn update(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    id: web::Path<CallViewId>,
    Json(request): Json<UpdateView>,
) -> ApiResult<web::Json<CallView>> {
    let mut errors: Vec<_> = request.name.as_deref().and_then(name_error).into_iter().collect();
    errors.extend(request.filter.iter().flat_map(query::filter_errors));
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, shares) = (*id, caller.may(Permission::CallsShareViews));
    let actor = Actor {
        organization: caller.organization(),
        user: caller.user(),
        ip: caller.ip(),
    };
    let after = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = row::one(conn, id).await?;
            let shared = request.shared.unwrap_or(before.shared);
            if shared || before.shared {
                may_share(shares)?;
            }
            if before.shared && !shared && before.user != Some(actor.user) {
                return Err(ApiError::field(
                    "shared",
                    "Only who made the view can keep it for himself; remove it instead",
                ));
            }
            if shared != before.shared {
                has_room(conn, actor.user, shared).await?;
            }
            let name = request.name.as_deref().map_or(before.name.as_str(), str::trim);
            let filter = request.filter.as_ref().unwrap_or(&before.filter);
            let filter = serde_json::to_value(filter).map_err(ApiError::internal)?;
            db::diesel::update(call_views::table.find(id.0))
                .set((
                    call_views::name.eq(name),
                    call_views::shared.eq(shared),
                    call_views::filter.eq(&filter),
                    call_views::updated_at.eq(db::diesel::dsl::now),
                ))
                .execute(conn)
                .await
                .map_err(name_taken)?;
            let action = match (before.shared, shared) {
                (false, true) => Some("call_view.shared"),
                (true, false) => Some("call_view.unshared"),
                (true, true) => Some("call_view.updated"),
                (false, false) => None,
            };
            if let Some(action) = action {
                let details = json!({ "name": name, "filter": filter });
                actor.note(conn, action, id.to_string(), details).await?;
            }
            row::one(conn, id).await
        })
        .await?;
    Ok(web::Json(after.view(
        caller.user(),
        &caller.principal().permissions,
        shares,
    )))
}
