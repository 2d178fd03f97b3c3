//! `DELETE /api/domains/{id}`: it leads here no longer.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::organization_domains;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::DomainId;
use shared::permission::needs;

pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::BrandingDomains>,
    path: web::Path<DomainId>,
) -> ApiResult<HttpResponse> {
    let id = path.into_inner();
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization, ip) = (caller.user(), caller.organization(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let row = row::find(conn, id).await?;
            diesel::delete(organization_domains::table.find(id.0))
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "domain.removed",
                subject: Some(id.to_string()),
                details: json!({ "domain": row.domain }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(())
        })
        .await?;
    app.brands.forget_all();
    Ok(HttpResponse::NoContent().finish())
}
