//! `GET /api/agents/{id}/move`: how far the calls of before have come that follow an agent to its new organization.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use diesel::QueryableByName;
use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::AgentId;
use shared::customer::Following;
use shared::permission::needs;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    calls: i64,
}

/// Asked by the id that the agent has in its new organization.
pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::AgentsMove>,
    id: web::Path<AgentId>,
) -> ApiResult<web::Json<Following>> {
    let row: Option<Row> = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            diesel::sql_query("SELECT calls FROM calls_to_follow($1)")
                .bind::<SqlUuid, _>(id.0)
                .get_result(conn)
                .await
                .optional()
                .map_err(Into::into)
        })
        .await?;
    let calls = row.ok_or_else(ApiError::not_found)?.calls;
    Ok(web::Json(Following { calls }))
}
