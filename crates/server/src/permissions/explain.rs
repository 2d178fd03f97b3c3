//! `GET /api/permissions/explain?user=&permission=`

use super::chain;
use crate::app::App;
use crate::auth::SignedIn;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use serde::Deserialize;
use shared::explain::Explanation;
use shared::{ErrorCode, Permission, UserId};

#[derive(Deserialize)]
pub struct ExplainQuery {
    /// Left out: the caller himself.
    user: Option<UserId>,
    permission: String,
}

/// About himself anybody may ask; about others who has `permissions.explain`.
pub async fn explain(
    app: web::Data<App>,
    caller: SignedIn,
    Query(query): Query<ExplainQuery>,
) -> ApiResult<web::Json<Explanation>> {
    let user = query.user.unwrap_or_else(|| caller.user());
    let explains = Permission::PermissionsExplain;
    if user != caller.user() && !caller.principal.permissions.contains(explains) {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("Needs the permission {}", explains.code()),
        ));
    }
    let permission = Permission::from_code(&query.permission).ok_or_else(|| {
        ApiError::field(
            "permission",
            "Send the code of a permission, such as calls.transcript",
        )
    })?;
    let organization = caller.organization();
    // A visitor's membership lies above; a member's is here. Others are nobody's business here.
    let visits = user == caller.user() && caller.principal.from_above;
    let explanation = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            chain::explain(conn, organization, user, permission, visits).await
        })
        .await?;
    Ok(web::Json(explanation))
}
