//! Help with sign-in, by who holds `members.security`: never for somebody who may do more than he.

use super::{END_SESSIONS, refuse_higher, row};
use crate::accounts::history::{self, ListQuery};
use crate::app::App;
use crate::auth::query::Query;
use crate::auth::{Caller, Confirmed};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit::{self, Entry};
use db::partitions::Partitioned;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::account::SignIn;
use shared::member::Member;
use shared::permission::{Requires, needs};
use shared::{Page, UserId};

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

/// `POST /api/members/{user}/unlock`: lets him try again at once.
pub async fn unlock(
    app: web::Data<App>,
    caller: Caller<needs::MembersSecurity>,
    user: web::Path<UserId>,
) -> ApiResult<web::Json<Member>> {
    let user = *user;
    let entry = entry(&caller, "member.unlocked", user);
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let author = caller.principal().clone();
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            refuse_higher(&author, user, &row::one(conn, user).await?)?;
            let unlocked: Done = diesel::sql_query("SELECT unlock_member($1) AS done")
                .bind::<SqlUuid, _>(user.0)
                .get_result(conn)
                .await?;
            if unlocked.done {
                audit::record(conn, entry).await?;
            }
            Ok(row::one(conn, user).await?.member)
        })
        .await
        .map(web::Json)
}

/// `DELETE /api/members/{user}/sessions`: signs him out wherever he works here or below.
pub async fn end_sessions(
    app: web::Data<App>,
    caller: Caller<needs::MembersSecurity>,
    user: web::Path<UserId>,
) -> ApiResult<HttpResponse> {
    let (user, organization) = (*user, caller.organization());
    let mut entry = entry(&caller, "member.sessions_ended", user);
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let author = caller.principal().clone();
    let ended = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            refuse_higher(&author, user, &row::one(conn, user).await?)?;
            let ended = diesel::sql_query(END_SESSIONS)
                .bind::<SqlUuid, _>(user.0)
                .bind::<SqlUuid, _>(organization.0)
                .execute(conn)
                .await?;
            entry.details = json!({ "sessions_ended": ended });
            audit::record(conn, entry).await?;
            Ok(ended)
        })
        .await?;
    app.sessions.forget_all();
    Ok(HttpResponse::Ok().json(json!({ "ended": ended })))
}

/// `DELETE /api/members/{user}/second-factor`: for who has lost his phone and his recovery codes. His sessions end with it.
pub async fn reset_second_factor(
    app: web::Data<App>,
    caller: Confirmed<needs::MembersSecurity>,
    user: web::Path<UserId>,
) -> ApiResult<web::Json<Member>> {
    let (user, organization) = (*user, caller.organization());
    let entry = entry(&caller, "member.second_factor_reset", user);
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let author = caller.principal().clone();
    let member = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            refuse_higher(&author, user, &row::one(conn, user).await?)?;
            let reset: Done = diesel::sql_query("SELECT reset_member_second_factor($1) AS done")
                .bind::<SqlUuid, _>(user.0)
                .get_result(conn)
                .await?;
            if reset.done {
                diesel::sql_query(END_SESSIONS)
                    .bind::<SqlUuid, _>(user.0)
                    .bind::<SqlUuid, _>(organization.0)
                    .execute(conn)
                    .await?;
                audit::record(conn, entry).await?;
            }
            Ok(row::one(conn, user).await?.member)
        })
        .await?;
    app.sessions.forget_all();
    app.principals.forget_all();
    Ok(web::Json(member))
}

/// `GET /api/members/{user}/sign-ins`, newest first.
pub async fn sign_ins(
    app: web::Data<App>,
    caller: Caller<needs::MembersSecurity>,
    user: web::Path<UserId>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<SignIn>>> {
    let (user, wanted) = (*user, query.read()?);
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            row::one(conn, user).await?;
            history::of_members(conn, Some(user), wanted).await
        })
        .await
        .map(web::Json)
}

fn entry<P: Requires>(caller: &Caller<P>, action: &'static str, about: UserId) -> Entry<'static> {
    Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action,
        subject: Some(about.to_string()),
        details: json!({}),
        ip: caller.ip(),
    }
}
