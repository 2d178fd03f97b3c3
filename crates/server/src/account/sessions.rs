//! `/api/account/sessions`: where one is signed in, and ending that.

use crate::app::App;
use crate::auth::{SignedIn, device, session};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use db::Conn;
use db::diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel::{self, QueryableByName};
use db::diesel_async::RunQueryDsl;
use serde_json::json;
use shared::account::OwnSession;
use shared::{SessionId, UserId};
use uuid::Uuid;

/// Whoever still owes his second factor is not signed in.
const OWN: &str = "
SELECT s.id, s.user_agent, s.ip, s.created_at, s.last_seen_at FROM sessions s
WHERE s.user_id = $1 AND s.expires_at > now() AND jsonb_exists(s.state, 'user_id')
ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 200";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    user_agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_seen_at: DateTime<Utc>,
}

pub async fn list(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<Vec<OwnSession>>> {
    // What this server has not written down yet is news to its owner, too.
    app.sessions.flush().await?;
    let (user, current) = (caller.user(), session::id(&caller.session));
    let mut conn = app.db.connection().await?;
    let rows: Vec<Row> = diesel::sql_query(OWN)
        .bind::<SqlUuid, _>(user.0)
        .load(&mut conn)
        .await?;
    let sessions = rows.into_iter().map(|row| OwnSession {
        id: SessionId(row.id),
        device: device::words(row.user_agent.as_deref()),
        ip: row.ip,
        since: row.created_at,
        last_seen_at: row.last_seen_at,
        current: current == Some(SessionId(row.id)),
    });
    Ok(web::Json(sessions.collect()))
}

/// One of them. The one that asks is signed out.
pub async fn end(app: web::Data<App>, caller: SignedIn, id: web::Path<SessionId>) -> ApiResult<HttpResponse> {
    let id = *id;
    if session::id(&caller.session) == Some(id) {
        caller.session.purge();
        return Ok(HttpResponse::NoContent().finish());
    }
    let mut conn = app.db.connection().await?;
    let ended = diesel::sql_query("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
        .bind::<SqlUuid, _>(caller.user().0)
        .bind::<SqlUuid, _>(id.0)
        .execute(&mut conn)
        .await?;
    if ended == 0 {
        return Err(ApiError::not_found());
    }
    app.sessions.forget_all();
    Ok(HttpResponse::NoContent().finish())
}

/// All but the one that asks.
pub async fn end_all_others(app: web::Data<App>, caller: SignedIn) -> ApiResult<HttpResponse> {
    let mut conn = app.db.connection().await?;
    let ended = end_others(&mut conn, caller.user(), session::id(&caller.session)).await?;
    app.sessions.forget_all();
    Ok(HttpResponse::Ok().json(json!({ "ended": ended })))
}

/// Ends every session of somebody but one; how many. Every server is told by the database.
///
/// # Errors
/// The database's.
pub async fn end_others(
    conn: &mut Conn,
    user: UserId,
    but: Option<SessionId>,
) -> Result<usize, diesel::result::Error> {
    diesel::sql_query("DELETE FROM sessions WHERE user_id = $1 AND ($2::uuid IS NULL OR id <> $2)")
        .bind::<SqlUuid, _>(user.0)
        .bind::<Nullable<SqlUuid>, _>(but.map(|id| id.0))
        .execute(conn)
        .await
}
