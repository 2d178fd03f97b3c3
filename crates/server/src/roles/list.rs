//! `GET /api/roles`: templates, own roles, and those from above that can be given here.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::permission::needs;
use shared::role_list::Role;

pub async fn list(app: web::Data<App>, caller: Caller<needs::RolesView>) -> ApiResult<web::Json<Vec<Role>>> {
    let kind = caller.principal().organization.kind;
    let roles = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let mut roles = row::templates(conn, kind).await?;
            roles.extend(row::load(conn, None).await?);
            Ok(roles)
        })
        .await?;
    Ok(web::Json(roles))
}
