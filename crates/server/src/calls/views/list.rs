//! `GET /api/calls/views`: shared views and one's own.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::Permission;
use shared::call_view::CallView;
use shared::permission::needs;

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
) -> ApiResult<web::Json<Vec<CallView>>> {
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| row::load(conn).await)
        .await?;
    let may_share = caller.may(Permission::CallsShareViews);
    let permissions = &caller.principal().permissions;
    let views = rows
        .into_iter()
        .map(|row| row.view(caller.user(), permissions, may_share));
    Ok(web::Json(views.collect()))
}
