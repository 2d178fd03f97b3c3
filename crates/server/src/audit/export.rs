//! `GET /api/audit/export`: the filtered log as CSV, streamed part by part.

use super::query::Wanted;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use crate::spreadsheet::harmless;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use chrono::Utc;
use futures::stream;
use shared::audit::{AuditEntry, AuditFilter};
use shared::permission::needs;
use std::io;

/// Entries in memory at a time.
const PART: i64 = 1_000;
const COLUMNS: [&str; 9] = [
    "number",
    "time (UTC)",
    "user",
    "e-mail",
    "action",
    "subject",
    "details",
    "address",
    "user id",
];

/// Where the reading stands.
enum Next {
    Header,
    Before(Option<i64>),
    End,
}

pub async fn stream(
    app: web::Data<App>,
    caller: Caller<needs::AuditExport>,
    Query(filter): Query<AuditFilter>,
) -> ApiResult<HttpResponse> {
    let wanted = std::sync::Arc::new(Wanted::of(filter, caller.timezone())?);
    let scope = caller.scope();
    let name = format!("audit-log-{}.csv", Utc::now().format("%Y-%m-%d"));
    let parts = stream::unfold(Next::Header, move |next| {
        let (app, wanted, scope) = (app.clone(), wanted.clone(), scope.clone());
        async move {
            let before = match next {
                Next::Header => return Some((lines(&[], true), Next::Before(None))),
                Next::Before(before) => before,
                Next::End => return None,
            };
            let read = app
                .db
                .tenant::<_, ApiError, _>(scope, async move |conn| {
                    Ok(wanted.read(conn, before, PART).await?)
                })
                .await;
            match read {
                Ok(entries) if entries.is_empty() => None,
                Ok(entries) => {
                    let next = match i64::try_from(entries.len()) {
                        Ok(PART) => Next::Before(entries.last().map(|entry| entry.sequence)),
                        _ => Next::End,
                    };
                    Some((lines(&entries, false), next))
                }
                // The headers are sent already: the connection is cut, so that nobody takes a part for the whole.
                Err(error) => Some((Err(io::Error::other(error.to_string())), Next::End)),
            }
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(Box::pin(parts)))
}

fn lines(entries: &[AuditEntry], with_header: bool) -> io::Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if with_header {
        writer.write_record(COLUMNS)?;
    }
    for entry in entries {
        let user = entry.user.as_ref();
        let cells = [
            entry.sequence.to_string(),
            entry.at.to_rfc3339(),
            user.map(|user| user.name.clone()).unwrap_or_default(),
            user.map(|user| user.email.clone()).unwrap_or_default(),
            entry.action.clone(),
            entry.subject.clone().unwrap_or_default(),
            entry.details.to_string(),
            entry.ip.clone().unwrap_or_default(),
            user.map(|user| user.id.to_string()).unwrap_or_default(),
        ];
        writer.write_record(cells.iter().map(|cell| harmless(cell)))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.into())
}
