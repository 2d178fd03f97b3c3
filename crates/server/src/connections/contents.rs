//! `GET /api/connections/{id}/contents`: what would be erased with a connection.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::connection::ConnectionContents;
use shared::permission::needs;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsRemove>,
    id: web::Path<ConnectionId>,
) -> ApiResult<web::Json<ConnectionContents>> {
    let id = *id;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            of(conn, id).await?.ok_or_else(ApiError::not_found)
        })
        .await
        .map(web::Json)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    agents: i64,
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    recordings: i64,
    #[diesel(sql_type = BigInt)]
    recording_bytes: i64,
    #[diesel(sql_type = BigInt)]
    phone_numbers: i64,
    #[diesel(sql_type = BigInt)]
    organizations: i64,
}

/// Of a connection of the transaction's organization, rows of those below it included.
///
/// # Errors
/// The database's own.
pub async fn of(
    conn: &mut Conn,
    id: ConnectionId,
) -> Result<Option<ConnectionContents>, diesel::result::Error> {
    let row: Option<Row> = diesel::sql_query("SELECT * FROM connection_contents($1)")
        .bind::<SqlUuid, _>(id.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(|row| ConnectionContents {
        agents: row.agents,
        calls: row.calls,
        recordings: row.recordings,
        recording_bytes: row.recording_bytes,
        phone_numbers: row.phone_numbers,
        organizations: row.organizations,
    }))
}
