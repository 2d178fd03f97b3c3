//! `PUT /api/calls/{id}/assignee` and `GET /api/calls/assignees`: who looks after a call.

use super::edit::one;
use super::tell;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_work, calls};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{Assign, Assignee, CallWork};
use shared::{CallId, OrganizationId, UserId};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Members who can see calls, by name. A call of an agent that one of them does not see can not be his.
pub async fn assignees(
    app: web::Data<App>,
    caller: Caller<needs::CallsAssign>,
) -> ApiResult<web::Json<Vec<Assignee>>> {
    let members = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async |conn| Ok(members(conn, None).await?))
        .await?;
    let members = members.into_iter().map(|member| Assignee {
        id: member.id.into(),
        name: member.name,
    });
    Ok(web::Json(members.collect()))
}

pub async fn assign(
    app: web::Data<App>,
    caller: Caller<needs::CallsAssign>,
    id: web::Path<CallId>,
    Json(request): Json<Assign>,
) -> ApiResult<web::Json<CallWork>> {
    let (id, organization) = (*id, caller.organization());
    let work = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let call = calls::table
                .filter(calls::id.eq(id.0))
                .select((calls::id, calls::started_at, calls::agent_id))
                .first::<(Uuid, DateTime<Utc>, Uuid)>(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)?;
            set(conn, organization, &[call], request.user).await?;
            tell(conn, &[call.0]).await?;
            one(conn, (call.0, call.1)).await
        })
        .await?;
    Ok(web::Json(work))
}

/// Gives calls (id, start, agent) to a member, or takes them from whoever has them.
///
/// # Errors
/// 422 where he can not see one of them.
pub(super) async fn set(
    conn: &mut Conn,
    organization: OrganizationId,
    found: &[(Uuid, DateTime<Utc>, Uuid)],
    user: Option<UserId>,
) -> ApiResult<()> {
    if let Some(user) = user {
        let mut agents: Vec<Uuid> = found.iter().map(|call| call.2).collect();
        agents.sort_unstable();
        agents.dedup();
        for agent in agents {
            if !members(conn, Some(agent))
                .await?
                .iter()
                .any(|member| member.id == user.0)
            {
                return Err(ApiError::field(
                    "user",
                    "Choose a member of this organization who can see the call",
                ));
            }
        }
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(id, started_at, _)| {
            (
                call_work::organization_id.eq(organization.0),
                call_work::started_at.eq(*started_at),
                call_work::call_id.eq(*id),
                call_work::assignee_id.eq(user.map(|user| user.0)),
            )
        })
        .collect();
    diesel::insert_into(call_work::table)
        .values(rows)
        .on_conflict((
            call_work::organization_id,
            call_work::started_at,
            call_work::call_id,
        ))
        .do_update()
        .set((
            call_work::assignee_id.eq(user.map(|user| user.0)),
            call_work::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn members(conn: &mut Conn, agent: Option<Uuid>) -> QueryResult<Vec<Member>> {
    diesel::sql_query("SELECT id, name FROM call_assignees($1)")
        .bind::<Nullable<SqlUuid>, _>(agent)
        .load(conn)
        .await
}
