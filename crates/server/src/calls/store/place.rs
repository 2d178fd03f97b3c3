//! Whose call it is: what is known of a conversation already, and to whom its agent belongs.

use super::{KnownCall, StoreError, words};
use crate::app::App;
use crate::connections::ConnectionHandle;
use crate::connections::jobs::FetchAgent;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::agent::AgentRef;
use shared::call::CallStatus;
use shared::live::LiveGrade;
use shared::{AgentId, CallId, ConnectionId, OrganizationId};
use std::collections::HashMap;
use uuid::Uuid;

/// A stored call, as far as it matters to what comes next.
#[derive(Clone, Debug)]
pub struct Stored {
    pub call: KnownCall,
    pub grade: LiveGrade,
    /// Its detail was stored at this moment.
    pub detail_at: Option<DateTime<Utc>>,
}

impl Stored {
    /// Nothing more will come.
    pub fn is_complete(&self) -> bool {
        self.detail_at.is_some() && self.call.status.is_final()
    }
}

#[derive(QueryableByName)]
struct StoredRow {
    #[diesel(sql_type = Text)]
    conversation_id: String,
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    agent_id: Uuid,
    #[diesel(sql_type = Text)]
    agent_name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    live_grade: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    detail_at: Option<DateTime<Utc>>,
}

/// Which of `conversations` have a row, by conversation id.
///
/// # Errors
/// The database's own.
pub async fn stored(
    app: &App,
    connection: ConnectionId,
    conversations: &[String],
) -> Result<HashMap<String, Stored>, StoreError> {
    let mut conn = app.db.connection().await?;
    let rows: Vec<StoredRow> = diesel::sql_query("SELECT * FROM known_calls($1, $2)")
        .bind::<SqlUuid, _>(connection.0)
        .bind::<Array<Text>, _>(conversations)
        .load(&mut conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let call = KnownCall {
                id: CallId(row.call_id),
                organization: OrganizationId(row.organization_id),
                started_at: row.started_at,
                agent: AgentRef {
                    id: AgentId(row.agent_id),
                    name: row.agent_name,
                },
                is_new: false,
                status: CallStatus::parse(&row.status).unwrap_or(CallStatus::Processing),
            };
            let grade = if row.live_grade == "transcript" {
                LiveGrade::Transcript
            } else {
                LiveGrade::Presence
            };
            (
                row.conversation_id,
                Stored {
                    call,
                    grade,
                    detail_at: row.detail_at,
                },
            )
        })
        .collect())
}

/// Where a call of an agent goes.
#[derive(Clone, Debug)]
pub struct Owner {
    pub organization: OrganizationId,
    pub agent: AgentRef,
}

#[derive(QueryableByName)]
struct AgentRow {
    #[diesel(sql_type = Text)]
    provider_agent_id: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "the statement must return something to be loaded")]
    stored: i64,
}

/// Owners by the provider's agent id. An agent seen for the first time becomes a placeholder of the connection's
/// organization, and its configuration is fetched.
///
/// # Errors
/// The database's own.
pub async fn owners(
    app: &App,
    connection: &ConnectionHandle,
    wanted: &HashMap<String, Option<String>>,
) -> Result<HashMap<String, Owner>, StoreError> {
    let mut owners = look_up(app, connection.id, wanted.keys()).await?;
    let missing: Vec<(&String, &Option<String>)> = wanted
        .iter()
        .filter(|(id, _)| !owners.contains_key(id.as_str()))
        .collect();
    if missing.is_empty() {
        return Ok(owners);
    }
    let placeholders: Vec<_> = missing
        .iter()
        .map(|(id, name)| {
            let name = name
                .as_deref()
                .map(words::clean)
                .filter(|name| !name.trim().is_empty());
            json!({"id": Uuid::now_v7(), "provider_agent_id": words::clean(id),
                   "name": name.unwrap_or_else(|| "Unnamed agent".to_owned()),
                   "tags": [], "monitoring": false, "archived": false, "placeholder": true})
        })
        .collect();
    let jobs: Vec<FetchAgent> = missing
        .iter()
        .map(|(id, _)| FetchAgent {
            connection_id: connection.id,
            provider_agent_id: words::clean(id),
        })
        .collect();
    let owner = connection.organization;
    let id = connection.id.0;
    app.db
        .tenant::<_, StoreError, _>(owner, async move |conn| {
            diesel::sql_query("SELECT sync_agents($1, $2, $3) AS stored")
                .bind::<SqlUuid, _>(id)
                .bind::<Jsonb, _>(serde_json::Value::Array(placeholders))
                .bind::<Bool, _>(false)
                .get_result::<Count>(conn)
                .await?;
            for job in &jobs {
                job.queue(conn, owner).await?;
            }
            Ok(())
        })
        .await?;
    owners = look_up(app, connection.id, wanted.keys()).await?;
    Ok(owners)
}

async fn look_up(
    app: &App,
    connection: ConnectionId,
    wanted: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Owner>, StoreError> {
    let wanted: Vec<&String> = wanted.collect();
    let mut conn = app.db.connection().await?;
    let rows: Vec<AgentRow> = diesel::sql_query("SELECT * FROM agents_of_connection($1, $2)")
        .bind::<SqlUuid, _>(connection.0)
        .bind::<Array<Text>, _>(wanted)
        .load(&mut conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let agent = AgentRef {
                id: AgentId(row.id),
                name: row.name,
            };
            (
                row.provider_agent_id,
                Owner {
                    organization: OrganizationId(row.organization_id),
                    agent,
                },
            )
        })
        .collect())
}
