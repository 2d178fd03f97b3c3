//! `PUT /api/phone-numbers/{id}/agent`: who answers a number from now on.

use super::rows;
use super::tell_provider::TellProvider;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::{agents, phone_numbers};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::number::{AssignNumber, PhoneNumber};
use shared::permission::needs;
use shared::{AgentId, ErrorCode, PhoneNumberId};

/// 202: the provider is told by a job; the number says whether it agreed.
pub async fn assign(
    app: web::Data<App>,
    caller: Caller<needs::NumbersAssign>,
    id: web::Path<PhoneNumberId>,
    Json(request): Json<AssignNumber>,
) -> ApiResult<HttpResponse> {
    let id = *id;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let number = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = rows::one(conn, id).await?;
            if before.archived {
                return Err(ApiError::because(
                    ErrorCode::Conflict,
                    "This number is no longer at the provider, or was given to another organization.",
                ));
            }
            let wanted = match request.agent_id {
                Some(agent) => Some(provider_id(conn, &before, agent).await?),
                None => None,
            };
            diesel::update(phone_numbers::table.find(id.0))
                .set((
                    phone_numbers::assignment.eq("pending"),
                    phone_numbers::wanted_agent_id.eq(wanted),
                    phone_numbers::trouble.eq(None::<String>),
                ))
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "phone_number.assigned",
                subject: Some(id.to_string()),
                details: json!({ "number": before.number, "from": before.agent, "to": request.agent_id }),
                ip,
            };
            audit::record(conn, entry).await?;
            TellProvider {
                number_id: id,
                organization_id: organization,
            }
            .queue(conn)
            .await
            .map_err(ApiError::internal)?;
            rows::one(conn, id).await
        })
        .await?;
    Ok(HttpResponse::Accepted().json(number))
}

/// Of an agent that may answer this number.
async fn provider_id(conn: &mut Conn, number: &PhoneNumber, agent: AgentId) -> ApiResult<String> {
    let found: Option<(uuid::Uuid, String, bool)> = agents::table
        .find(agent.0)
        .select((agents::connection_id, agents::provider_agent_id, agents::archived))
        .first(conn)
        .await
        .optional()?;
    match found {
        None => Err(ApiError::field(
            "agent_id",
            "There is no such agent in this organization",
        )),
        Some((connection, ..)) if connection != number.connection_id.0 => Err(ApiError::field(
            "agent_id",
            "This agent is of another workspace than the number; choose one of the same",
        )),
        Some((_, _, true)) => Err(ApiError::field(
            "agent_id",
            "This agent is archived; choose one that takes calls",
        )),
        Some((_, provider_id, false)) => Ok(provider_id),
    }
}
