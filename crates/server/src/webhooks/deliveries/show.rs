//! `GET /api/deliveries/{id}`: one of them with what was sent. Whoever looks is written into the audit log: it may be a transcript.

use super::Row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use crate::webhooks::payload;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::webhook_inbox::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::failure::DeliveryPayload;
use shared::permission::needs;
use uuid::Uuid;

/// Most bytes that are shown: a recording sent as an event is tens of megabytes.
const SHOWN: usize = 256 * 1024;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::FailuresPayload>,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<DeliveryPayload>> {
    let id = *id;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let entry = audit::Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action: "delivery.read",
        subject: Some(id.to_string()),
        details: json!({}),
        ip: caller.ip(),
    };
    let (row, body, is_sealed) = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found = dsl::webhook_inbox
                .filter(dsl::id.eq(id))
                .select((Row::as_select(), dsl::body, dsl::sealed))
                .first::<(Row, Vec<u8>, bool)>(conn)
                .await?;
            audit::record(conn, entry).await?;
            Ok(found)
        })
        .await?;
    let body = payload::open(&app, body, is_sealed, id)
        .await
        .map_err(|error| ApiError::because(ErrorCode::Conflict, error.to_string()))?;
    let bytes = i64::try_from(body.len()).unwrap_or(i64::MAX);
    let text = readable(&body);
    let end = text.floor_char_boundary(SHOWN);
    Ok(web::Json(DeliveryPayload {
        delivery: row.delivery(),
        is_cut: end < text.len(),
        payload: text.get(..end).unwrap_or_default().to_owned(),
        bytes,
    }))
}

/// Set out in lines where it is JSON of a size that one reads.
fn readable(body: &[u8]) -> String {
    let json = Some(body)
        .filter(|body| body.len() <= SHOWN)
        .and_then(|body| serde_json::from_slice::<Value>(body).ok())
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let end = body.len().min(SHOWN + 1);
    json.unwrap_or_else(|| String::from_utf8_lossy(body.get(..end).unwrap_or_default()).into_owned())
}
