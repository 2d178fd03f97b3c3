//! `POST /api/calls/views`: gives the filters of the log a name.

use super::{Actor, has_room, may_share, name_taken, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::calls::query;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::diesel::prelude::*;
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::call_views;
use serde_json::json;
use shared::call_view::{CreateView, name_error};
use shared::permission::needs;
use shared::{CallViewId, Permission};

pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    Json(request): Json<CreateView>,
) -> ApiResult<HttpResponse> {
    let shares = caller.may(Permission::CallsShareViews);
    let mut errors: Vec<_> = name_error(&request.name).into_iter().collect();
    errors.extend(query::filter_errors(&request.filter));
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    if request.shared {
        may_share(shares)?;
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let id = CallViewId(uuid::Uuid::now_v7());
    let actor = Actor {
        organization: caller.organization(),
        user: caller.user(),
        ip: caller.ip(),
    };
    let filter = serde_json::to_value(&request.filter).map_err(ApiError::internal)?;
    let made = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            has_room(conn, actor.user, request.shared).await?;
            db::diesel::insert_into(call_views::table)
                .values((
                    call_views::id.eq(id.0),
                    call_views::organization_id.eq(actor.organization.0),
                    call_views::user_id.eq(actor.user.0),
                    call_views::name.eq(request.name.trim()),
                    call_views::shared.eq(request.shared),
                    call_views::filter.eq(&filter),
                ))
                .execute(conn)
                .await
                .map_err(name_taken)?;
            if request.shared {
                let details = json!({ "name": request.name.trim(), "filter": filter });
                actor
                    .note(conn, "call_view.shared", id.to_string(), details)
                    .await?;
            }
            row::one(conn, id).await
        })
        .await?;
    let view = made.view(caller.user(), &caller.principal().permissions, shares);
    Ok(HttpResponse::Created().json(view))
}
