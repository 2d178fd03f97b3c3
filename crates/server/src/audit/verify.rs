//! `GET /api/audit/verify`

use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiResult;
use actix_web::web;
use chrono::Utc;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use shared::audit::{AuditVerdict, Broken, BrokenHow};
use shared::permission::needs;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    checked: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    broken_at: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
}

/// Walks the whole chain; a hash takes microseconds.
pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::AuditVerify>,
) -> ApiResult<web::Json<AuditVerdict>> {
    let row = app
        .db
        .tenant(caller.scope(), async |conn| -> ApiResult<Row> {
            Ok(
                diesel::sql_query("SELECT checked, broken_at, reason FROM verify_audit_log()")
                    .get_result(conn)
                    .await?,
            )
        })
        .await?;
    if let Some(sequence) = row.broken_at {
        tracing::error!(organization.id = %caller.organization(), audit.sequence = sequence, "the audit log's chain is broken");
    }
    Ok(web::Json(AuditVerdict {
        checked: row.checked,
        broken: row.broken_at.map(|sequence| Broken {
            sequence,
            how: match row.reason.as_deref() {
                Some("changed") => BrokenHow::Changed,
                _ => BrokenHow::Missing,
            },
        }),
        as_of: Utc::now(),
    }))
}
