//! Rows of `calls` and how they become the API's call summaries.

use super::beside::{self, Beside, Wanted};
use super::visibility::Visibility;
use chrono::{DateTime, Utc};
use db::diesel::prelude::*;
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::{agents, calls};
use shared::agent::AgentRef;
use shared::call::{CallStatus, CallSummary, Direction, Outcome, RecordingState};
use shared::cost::Cost;
use shared::work::CallWork;
use shared::{AgentId, CallId};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns of a log row.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
pub struct CallRow {
    pub id: Uuid,
    pub agent_id: Uuid,
    pub conversation_id: String,
    pub status: String,
    pub direction: String,
    pub outcome: String,
    pub started_at: DateTime<Utc>,
    pub duration_seconds: i32,
    pub message_count: i32,
    pub counterpart: Option<String>,
    pub language: Option<String>,
    pub title: Option<String>,
    pub termination_reason: Option<String>,
    pub cost_credits: Option<i64>,
    pub cost_usd_micros: Option<i64>,
    pub recording: String,
}

impl CallRow {
    /// The row as `visibility` allows. Texts that this build does not know (checked by the table) fall back to
    /// the value that promises least.
    pub fn summary(self, agent: AgentRef, visibility: Visibility) -> CallSummary {
        let status = CallStatus::parse(&self.status).unwrap_or(CallStatus::Processing);
        CallSummary {
            id: CallId(self.id),
            conversation_id: self.conversation_id,
            agent,
            status,
            direction: Direction::parse(&self.direction).unwrap_or(Direction::Web),
            outcome: Outcome::parse(&self.outcome).unwrap_or(Outcome::Unknown),
            started_at: self.started_at,
            duration_seconds: self.duration_seconds,
            counterpart: visibility.number(self.counterpart),
            title: self.title.filter(|_| visibility.transcript),
            failed_because: self.termination_reason.filter(|_| status == CallStatus::Failed),
            language: self.language,
            message_count: self.message_count,
            recording: RecordingState::parse(&self.recording).unwrap_or(RecordingState::Failed),
            cost: visibility.cost.then_some(Cost {
                credits: self.cost_credits,
                usd_micros: self.cost_usd_micros,
            }),
            work: CallWork::default(),
        }
    }

    /// The same with what stands beside it.
    pub fn beside(mut self, beside: &mut Beside, visibility: Visibility) -> CallSummary {
        let (agent, work) = (
            beside.agent(self.agent_id),
            beside.work((self.id, self.started_at)),
        );
        self.title = beside.title(self.id).or(self.title);
        CallSummary {
            work,
            ..self.summary(agent, visibility)
        }
    }
}

/// Names of the agents of some rows, in one query.
///
/// # Errors
/// The database's own.
pub async fn agent_names(
    conn: &mut AsyncPgConnection,
    ids: impl IntoIterator<Item = Uuid>,
) -> QueryResult<HashMap<Uuid, AgentRef>> {
    let mut wanted: Vec<Uuid> = ids.into_iter().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rows: Vec<(Uuid, String)> = agents::table
        .filter(agents::id.eq_any(wanted))
        .select((agents::id, agents::name))
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| {
            (
                id,
                AgentRef {
                    id: AgentId(id),
                    name,
                },
            )
        })
        .collect())
}

/// Rows to summaries with their agents' names and what people made of them.
///
/// # Errors
/// The database's own.
pub async fn summaries(
    conn: &mut AsyncPgConnection,
    rows: Vec<CallRow>,
    visibility: Visibility,
) -> QueryResult<Vec<CallSummary>> {
    let wanted = Wanted {
        agents: rows.iter().map(|row| row.agent_id).collect(),
        titles: visibility.transcript,
    };
    let mut beside = beside::load(conn, rows.iter().map(|row| row.started_at), wanted).await?;
    Ok(rows
        .into_iter()
        .map(|row| row.beside(&mut beside, visibility))
        .collect())
}

/// The agent of a row; the foreign key makes sure that it exists.
pub fn agent_of(names: &HashMap<Uuid, AgentRef>, id: Uuid) -> AgentRef {
    names.get(&id).cloned().unwrap_or_else(|| AgentRef {
        id: AgentId(id),
        name: "Removed agent".to_owned(),
    })
}
