//! `GET /api/exports/{id}/file`: the file, for its author alone, until its time is over.

use super::key;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpResponse, body::SizedStream, web};
use chrono::{DateTime, Utc};
use db::audit;
use db::partitions::Partitioned;
use db::schema::call_exports;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures::TryStreamExt;
use serde_json::json;
use shared::export::ExportFormat;
use shared::permission::needs;
use shared::{ErrorCode, ExportId, Permission};
use storage::StorageError;

type Row = (String, String, Vec<String>, DateTime<Utc>, Option<DateTime<Utc>>);

pub async fn send(
    app: web::Data<App>,
    caller: Caller<needs::CallsExport>,
    id: web::Path<ExportId>,
) -> ApiResult<HttpResponse> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, organization, user, ip) = (*id, caller.organization(), caller.user(), caller.ip());
    let (format, state, fields, created_at, expires_at) = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            call_exports::table
                .find(id.0)
                .filter(call_exports::user_id.eq(user.0))
                .select((
                    call_exports::format,
                    call_exports::state,
                    call_exports::fields,
                    call_exports::created_at,
                    call_exports::expires_at,
                ))
                .first::<Row>(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)
        })
        .await?;
    match state.as_str() {
        "done" if expires_at.is_some_and(|at| at > Utc::now()) => {}
        "queued" | "running" => {
            return Err(ApiError::because(
                ErrorCode::Conflict,
                "The file is still being written",
            ));
        }
        _ => return Err(gone()),
    }
    // He may have lost a permission since.
    let lost = fields
        .iter()
        .filter_map(|code| Permission::from_code(code))
        .find(|field| !caller.may(*field));
    if let Some(field) = lost {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("The file holds what needs the permission {}", field.code()),
        ));
    }
    let format = ExportFormat::parse(&format).unwrap_or_default();
    let key = key(organization, id.0, format).map_err(ApiError::internal)?;
    let (info, body) = match app.storage.get_anywhere(&key, None).await {
        Ok(found) => found,
        Err(StorageError::NotFound) => return Err(gone()),
        Err(error) => return Err(ApiError::internal(error)),
    };
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "calls.export_fetched",
                subject: Some(id.to_string()),
                details: json!({}),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    let name = format!("calls-{}.{}", created_at.format("%Y-%m-%d-%H%M"), format.ending());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, info.content_type.as_str().to_owned()))
        .insert_header((CONTENT_LENGTH, info.len))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(SizedStream::new(
            info.len,
            body.map_err(|error| -> actix_web::Error { error.into() }),
        )))
}

fn gone() -> ApiError {
    ApiError::because(
        ErrorCode::LinkGone,
        "The file is no longer kept. Export the calls again.",
    )
}
