//! `POST /api/exports`

use super::job::WriteExport;
use super::{FIELDS, Row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::calls::list;
use crate::calls::query::ListQuery;
use crate::calls::search;
use crate::calls::visibility::Visibility;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::call_exports;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::export::{CreateExport, MAX_RUNNING};
use shared::permission::needs;
use shared::{ErrorCode, ExportId, Permission};
use uuid::Uuid;

/// Longest query that is kept, in bytes.
const MAX_QUERY: usize = 2_000;

/// 202 with the export as it stands. Its fields are those that the caller may see, with this session or key.
pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::CallsExport>,
    Json(request): Json<CreateExport>,
) -> ApiResult<HttpResponse> {
    let query = check(&request, &caller)?;
    let fields: Vec<&str> = FIELDS
        .into_iter()
        .filter(|field| caller.may(*field))
        .map(Permission::code)
        .collect();
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let id = ExportId(Uuid::now_v7());
    let export = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // Two orders at once must not both be the last that is allowed.
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('exports ' || current_organization(), 0))")
                .execute(conn)
                .await?;
            let running: i64 = call_exports::table
                .filter(call_exports::state.eq_any(["queued", "running"]))
                .count()
                .get_result(conn)
                .await?;
            if running >= MAX_RUNNING {
                return Err(ApiError::because(
                    ErrorCode::LimitReached,
                    format!("{running} exports of this organization are being written; wait for one, or cancel it"),
                ));
            }
            let row = diesel::insert_into(call_exports::table)
                .values((
                    call_exports::id.eq(id.0),
                    call_exports::organization_id.eq(organization.0),
                    call_exports::user_id.eq(user.0),
                    call_exports::format.eq(request.format.as_str()),
                    call_exports::query.eq(&request.query),
                    call_exports::transcripts.eq(request.transcripts),
                    call_exports::fields.eq(&fields),
                ))
                .returning(Row::as_returning())
                .get_result(conn)
                .await?;
            // Which filters, not their values: a number that is searched for must not stand in a log that nobody can change.
            let details = json!({
                "format": request.format.as_str(), "filters": query, "fields": fields, "transcripts": request.transcripts,
            });
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "calls.export_ordered",
                subject: Some(id.to_string()),
                details,
                ip,
            };
            audit::record(conn, entry).await?;
            let job = WriteExport {
                export_id: id,
                organization_id: organization,
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            Ok(row.export())
        })
        .await?;
    Ok(HttpResponse::Accepted().json(export))
}

/// Reads the query as the log would; the names of its filters.
fn check(request: &CreateExport, caller: &Caller<needs::CallsExport>) -> ApiResult<Vec<String>> {
    if request.query.len() > MAX_QUERY || request.query.contains('\0') {
        return Err(ApiError::field("query", "Use the query of the call log"));
    }
    if request.transcripts && !caller.may(Permission::CallsTranscript) {
        return Err(ApiError::field(
            "transcripts",
            "Your role does not read transcripts; export without them",
        ));
    }
    let query = ListQuery::parse(&request.query)?;
    list::allowed(&query.filter, |permission| caller.may(permission))?;
    if let Some(text) = &query.filter.q {
        search::words(text, Visibility::of(caller))?;
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&request.query).unwrap_or_default();
    Ok(pairs.into_iter().map(|(name, _)| name).collect())
}
