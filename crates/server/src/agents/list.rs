//! `GET /api/agents`: agents by name with their last seven days.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::query_dsl::methods::FindDsl;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use shared::agent::{Agent, CallLimit, LimitState};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use shared::{AgentId, ConnectionId, ErrorCode, OrganizationId, Page, Permission};
use uuid::Uuid;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Part of the name.
    q: Option<String>,
    /// One below, for who moves agents between organizations; otherwise one's own.
    organization: Option<OrganizationId>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    connection_id: Uuid,
    #[diesel(sql_type = Text)]
    provider_agent_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    llm: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    voice_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    voice_name: Option<String>,
    #[diesel(sql_type = Bool)]
    monitoring: bool,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Bool)]
    archived: bool,
    #[diesel(sql_type = BigInt)]
    calls_7d: i64,
    #[diesel(sql_type = Nullable<Double>)]
    success_rate_7d: Option<f64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_call_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    prompt: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    first_message: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_concurrent: Option<i32>,
    #[diesel(sql_type = Bool)]
    stopped: bool,
    #[diesel(sql_type = Nullable<Text>)]
    limit_state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    limit_error: Option<String>,
}

/// The page of agents first, then their sums and newest call: one index range a figure and agent.
const SQL: &str = "
SELECT a.id, a.connection_id, a.provider_agent_id, a.name, a.language, a.llm, a.voice_id, a.voice_name, a.monitoring,
       a.tags, a.archived, a.prompt, a.first_message, week.calls_7d, week.success_rate_7d, last.last_call_at,
       l.max_concurrent, coalesce(l.stopped, false) AS stopped, l.state AS limit_state, l.error AS limit_error
FROM (SELECT * FROM agents
      WHERE ($1 = '' OR (name, id) > ($1, $2)) AND ($4 = '' OR position(lower($4) in lower(name)) > 0)
      ORDER BY name, id LIMIT $3) a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(f.calls), 0)::bigint AS calls_7d,
           sum(f.successful)::float8 / nullif(sum(f.successful + f.unsuccessful), 0)::float8 AS success_rate_7d
    FROM call_figures f WHERE f.agent_id = a.id AND f.bucket >= now() - interval '7 days') week
CROSS JOIN LATERAL (
    SELECT (SELECT c.started_at FROM calls c WHERE c.agent_id = a.id ORDER BY c.started_at DESC LIMIT 1) AS last_call_at) last
LEFT JOIN agent_call_limits l ON l.agent_id = a.id
ORDER BY a.name, a.id";

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::AgentsList>,
    query: web::Query<ListQuery>,
) -> ApiResult<web::Json<Page<Agent>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} agents"),
        ));
    }
    let (after_name, after_id) = match query.cursor.as_deref() {
        None => (String::new(), Uuid::nil()),
        Some(cursor) => decode(cursor)
            .ok_or_else(|| ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was"))?,
    };
    let own = caller.organization();
    let scope = match query.organization.filter(|wanted| *wanted != own) {
        Some(below) => scope_below(&app, &caller, below).await?,
        None => caller.scope(),
    };
    let text = query.q.clone().unwrap_or_default().replace('\0', " ");
    let mut rows = app
        .db
        .tenant(scope, async move |conn| -> ApiResult<Vec<Row>> {
            diesel::sql_query(SQL)
                .bind::<Text, _>(after_name)
                .bind::<SqlUuid, _>(after_id)
                .bind::<BigInt, _>(i64::from(limit) + 1)
                .bind::<Text, _>(text)
                .load(conn)
                .await
                .map_err(Into::into)
        })
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next_cursor = rows.last().filter(|_| more).map(|row| encode(&row.name, row.id));
    // What agents of a customer were told is read in the customer.
    let prompts =
        caller.may(Permission::AgentsPrompt) && query.organization.is_none_or(|wanted| wanted == own);
    let items = rows.into_iter().map(|row| row.agent(prompts)).collect();
    Ok(web::Json(Page { items, next_cursor }))
}

/// The rows of an organization below, to say which of its agents go elsewhere.
async fn scope_below(
    app: &App,
    caller: &Caller<needs::AgentsList>,
    below: OrganizationId,
) -> ApiResult<db::Scope> {
    // Who sees only some agents of his own moves none of others.
    if !caller.may(Permission::AgentsMove) || caller.scope().agents.is_some() {
        let text = format!("Needs the permission {}", Permission::AgentsMove.code());
        return Err(ApiError::because(ErrorCode::PermissionDenied, text));
    }
    let own = caller.organization();
    let lies_below: bool = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            use db::schema::organization_closure::dsl;
            let found = dsl::organization_closure.find((own.0, below.0));
            let lies_below = diesel::select(diesel::dsl::exists(found))
                .get_result(conn)
                .await?;
            Ok(lies_below)
        })
        .await?;
    if !lies_below {
        return Err(ApiError::not_found());
    }
    Ok(db::Scope {
        organization: Some(below),
        user: Some(caller.user()),
        agents: None,
        ..db::Scope::default()
    })
}

impl Row {
    fn agent(self, prompts: bool) -> Agent {
        let state = self.limit_state.as_deref().and_then(LimitState::parse);
        let call_limit = state.map(|state| CallLimit {
            max_concurrent: self.max_concurrent,
            stopped: self.stopped,
            state,
            error: self.limit_error,
        });
        Agent {
            id: AgentId(self.id),
            connection_id: ConnectionId(self.connection_id),
            provider_agent_id: self.provider_agent_id,
            name: self.name,
            language: self.language,
            llm: self.llm,
            voice_id: self.voice_id,
            voice_name: self.voice_name,
            monitoring: self.monitoring,
            tags: self.tags,
            archived: self.archived,
            calls_7d: self.calls_7d,
            success_rate_7d: self.success_rate_7d,
            last_call_at: self.last_call_at,
            prompt: self.prompt.filter(|_| prompts),
            first_message: self.first_message.filter(|_| prompts),
            call_limit,
        }
    }
}

fn encode(name: &str, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{name}", id.simple()))
}

fn decode(cursor: &str) -> Option<(String, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (id, name) = text.split_once('.')?;
    Some((name.to_owned(), id.parse().ok()?)).filter(|(name, _)| !name.is_empty() && !name.contains('\0'))
}
