//! `POST /api/agents/{id}/move`: an agent given to another organization at or below the session's own.

use super::move_calls::MoveCalls;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::limits::plan::PlanLimits;
use crate::numbers::transfer::{Mover, give};
use crate::organizations::{check_target, refusal};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::{Conn, audit};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::customer::{MoveAgent, MovedAgent};
use shared::live::LiveEvent;
use shared::number::MoveNumber;
use shared::permission::needs;
use shared::{AgentId, ErrorCode, Permission, PhoneNumberId};
use uuid::Uuid;

/// So many calls go along at once; more are left to a job.
const AT_ONCE: i32 = 5_000;

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = SqlUuid)]
    old_organization: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    calls: i64,
}

/// New calls land in the new organization at once. 202 while calls of before are still on their way: when they are many, or run.
pub async fn transfer(
    app: web::Data<App>,
    caller: Caller<needs::AgentsMove>,
    id: web::Path<AgentId>,
    Json(request): Json<MoveAgent>,
) -> ApiResult<HttpResponse> {
    let (id, new_agent) = (*id, AgentId(Uuid::now_v7()));
    let (own, user, ip) = (caller.organization(), caller.user(), caller.ip());
    if request.with_numbers && !caller.may(Permission::NumbersMove) {
        let text = format!("Needs the permission {}", Permission::NumbersMove.code());
        return Err(ApiError::because(ErrorCode::PermissionDenied, text));
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let reply = app
        .db
        .tenant(caller.scope(), async move |conn| {
            let target = request.organization_id;
            // The agent first: somebody else's is not found, whatever is wanted of it.
            let few = count(conn, id).await?;
            check_target(conn, own, target).await?;
            let answered = match request.with_numbers {
                true => numbers(conn, id).await?,
                false => Vec::new(),
            };
            let moved: Moved =
                diesel::sql_query("SELECT old_organization, name FROM move_agent($1, $2, $3, $4)")
                    .bind::<SqlUuid, _>(id.0)
                    .bind::<SqlUuid, _>(target.0)
                    .bind::<SqlUuid, _>(new_agent.0)
                    .bind::<Bool, _>(request.with_history)
                    .get_result(conn)
                    .await
                    .map_err(refusal)?;
            for number in &answered {
                let mover = Mover {
                    organization: own,
                    user,
                    ip: ip.clone(),
                };
                let along = MoveNumber {
                    organization_id: target,
                    keep_record: !request.with_history,
                };
                give(conn, mover, *number, along).await?;
            }
            let mut history_follows = request.with_history;
            if request.with_history {
                let job = MoveCalls {
                    agent_id: id,
                    organization_id: own,
                };
                if few {
                    history_follows = job
                        .part(conn, AT_ONCE)
                        .await
                        .map_err(ApiError::internal)?
                        .left_over;
                }
                if history_follows {
                    job.queue(conn).await.map_err(ApiError::internal)?;
                }
            }
            let entry = audit::Entry {
                organization: own,
                user: Some(user),
                action: "agent.moved",
                subject: Some(id.to_string()),
                details: json!({ "name": moved.name, "from": moved.old_organization, "to": target,
                                 "with_history": request.with_history, "new_id": new_agent }),
                ip,
            };
            audit::record(conn, entry).await?;
            PlanLimits::queue(conn).await.map_err(ApiError::internal)?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            Ok::<_, ApiError>(MovedAgent {
                agent_id: new_agent,
                organization_id: target,
                history_follows,
                numbers: i64::try_from(answered.len()).map_err(ApiError::internal)?,
            })
        })
        .await?;
    Ok(if reply.history_follows {
        HttpResponse::Accepted().json(reply)
    } else {
        HttpResponse::Ok().json(reply)
    })
}

/// Telephone numbers that the agent answers.
async fn numbers(conn: &mut Conn, id: AgentId) -> ApiResult<Vec<PhoneNumberId>> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let numbers: Vec<Number> = diesel::sql_query("SELECT n AS id FROM numbers_of_agent($1) n")
        .bind::<SqlUuid, _>(id.0)
        .load(conn)
        .await?;
    Ok(numbers
        .into_iter()
        .map(|number| PhoneNumberId(number.id))
        .collect())
}

/// Whether the agent's calls are few enough to go along at once.
async fn count(conn: &mut Conn, id: AgentId) -> ApiResult<bool> {
    let row: Count = diesel::sql_query("SELECT count_agent_calls($1, $2) AS calls")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Integer, _>(AT_ONCE + 1)
        .get_result(conn)
        .await?;
    Ok(row.calls <= i64::from(AT_ONCE))
}
