//! `POST /api/calls/{id}/recording/link`: an address that gives its holder one recording for ten minutes, for a player or a program
//! that has no session.

use super::grant::Grant;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{Duration, Utc};
use db::audit;
use db::partitions::Partitioned;
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::call::{AskRecordingLink, RecordingLink, RecordingUse};
use shared::permission::needs;
use shared::{CallId, ErrorCode, Permission};

const HOLDS_FOR: Duration = Duration::minutes(10);

/// To be played by whoever may hear it; to be saved by whoever may save it.
pub async fn make(
    app: web::Data<App>,
    caller: Caller<needs::CallsRecording>,
    path: web::Path<CallId>,
    Json(body): Json<AskRecordingLink>,
) -> ApiResult<web::Json<RecordingLink>> {
    let (call, purpose) = (*path, body.purpose);
    if purpose == RecordingUse::Save && !caller.may(Permission::CallsDownload) {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("Needs the permission {}", Permission::CallsDownload.code()),
        ));
    }
    let entry = audit::Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action: "recording.link_made",
        subject: Some(call.to_string()),
        details: json!({ "purpose": purpose }),
        ip: caller.ip(),
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let known: i64 = calls::table
                .filter(calls::id.eq(call.0))
                .count()
                .get_result(conn)
                .await?;
            if known == 0 {
                return Err(ApiError::not_found());
            }
            // It leaves the product with whoever has it.
            audit::record(conn, entry).await?;
            Ok(())
        })
        .await?;
    let grant = Grant {
        call,
        purpose,
        organization: caller.organization(),
        user: caller.user(),
        api_key: caller.key().map(|key| key.prefix.clone()),
        expires_at: Utc::now() + HOLDS_FOR,
    };
    Ok(web::Json(RecordingLink {
        url: format!("/api/recordings/{}", grant.seal(&app)?),
        expires_at: grant.expires_at,
    }))
}
