//! `POST /api/platform/mail/{id}/retry`: a message that was given up is put back in line.

use super::{SendMail, must_be_ready};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use crate::organizations::must_be_platform;
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::{MailId, OrganizationId};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
}

/// 202: it is on its way again. One that is not given up, or whose content is gone, is not found.
pub async fn retry(
    app: web::Data<App>,
    caller: Caller<needs::PlatformMail>,
    id: web::Path<MailId>,
) -> ApiResult<HttpResponse> {
    must_be_platform(caller.principal())?;
    must_be_ready(&app)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, organization, user, ip) = (*id, caller.organization(), caller.user(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let row = diesel::sql_query("SELECT organization_id FROM retry_mail($1)")
                .bind::<SqlUuid, _>(id.0)
                .get_result::<Row>(conn)
                .await
                .optional()?;
            let row = row.ok_or_else(ApiError::not_found)?;
            let job = SendMail {
                mail_id: id,
                organization_id: OrganizationId(row.organization_id),
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "mail.retried",
                subject: Some(id.to_string()),
                details: json!({ "organization_id": row.organization_id }),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}
