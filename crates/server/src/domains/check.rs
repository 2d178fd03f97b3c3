//! `POST /api/domains/{id}/check`: look at DNS now, and say what was found.

use super::{row, verify};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use shared::DomainId;
use shared::domain::Domain;
use shared::permission::needs;
use std::time::Duration;

/// Between two looks that somebody asks for.
const PAUSE: Duration = Duration::from_secs(5);

pub async fn check(
    app: web::Data<App>,
    caller: Caller<needs::BrandingDomains>,
    path: web::Path<DomainId>,
) -> ApiResult<web::Json<Domain>> {
    let id = path.into_inner();
    let organization = caller.organization();
    let row = app
        .db
        .tenant(caller.scope(), async move |conn| row::find(conn, id).await)
        .await?;
    let since = row.checked_at.and_then(|at| (Utc::now() - at).to_std().ok());
    if let Some(wait) = since.and_then(|since| PAUSE.checked_sub(since)) {
        return Err(ApiError::RateLimited(wait));
    }
    let checked = verify::check(&app, organization, id).await?;
    let target = app.config.branding.domain_target(&app.config.http);
    checked
        .ok_or_else(ApiError::not_found)?
        .domain(target.as_deref())
        .map(web::Json)
}
