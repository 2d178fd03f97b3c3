//! What stands beside the rows of some calls: names of their agents, titles made here, what people made of them. One query, whose plan
//! each connection keeps: as six, they took four times as long as the rows themselves.

use super::work::Place;
use chrono::{DateTime, Utc};
use db::{Conn, Kept};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Json, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::agent::AgentRef;
use shared::work::{Assignee, CallWork, Disposition, Tag};
use std::collections::HashMap;
use uuid::Uuid;

/// What a reader is told of calls besides their work.
#[derive(Debug, Default)]
pub struct Wanted {
    pub agents: Vec<Uuid>,
    /// For who may read transcripts: a title tells of them.
    pub titles: bool,
}

/// By the ids of calls, and of agents.
#[derive(Debug, Default)]
pub struct Beside {
    agents: HashMap<Uuid, AgentRef>,
    titles: HashMap<Uuid, String>,
    work: HashMap<Uuid, Edited>,
    tags: HashMap<Uuid, Vec<Tag>>,
    notes: HashMap<Uuid, i64>,
    reads: HashMap<Uuid, bool>,
    read_before: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Json>)]
    agents: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Json>)]
    titles: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Json>)]
    notes: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Json>)]
    tags: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Json>)]
    work: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Json>)]
    reads: Option<serde_json::Value>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    read_before: Option<DateTime<Utc>>,
}

/// One row of `call_work`.
#[derive(Debug, Default, Deserialize)]
struct Edited {
    rating: Option<i16>,
    assignee: Option<Assignee>,
    disposition: Option<Disposition>,
}

/// The reader is the transaction's user.
///
/// # Errors
/// The database's own.
pub async fn load(
    conn: &mut Conn,
    calls: impl Iterator<Item = DateTime<Utc>>,
    wanted: Wanted,
) -> QueryResult<Beside> {
    let mut starts: Vec<_> = calls.collect();
    starts.sort_unstable();
    starts.dedup();
    if starts.is_empty() {
        return Ok(Beside::default());
    }
    let mut agents = wanted.agents;
    agents.sort_unstable();
    agents.dedup();
    let query = diesel::sql_query(include_str!("beside.sql"))
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<SqlUuid>, _>(agents)
        .bind::<Bool, _>(wanted.titles);
    let row: Row = Kept(query).get_result(conn).await?;
    let agents: Vec<AgentRef> = read(row.agents)?;
    // A tag of a colour that this build does not know (a newer server's) is left out.
    let coloured: Vec<(Uuid, serde_json::Value)> = read(row.tags)?;
    let mut tags: HashMap<Uuid, Vec<Tag>> = HashMap::new();
    for (call, tag) in coloured {
        tags.entry(call)
            .or_default()
            .extend(serde_json::from_value::<Tag>(tag));
    }
    Ok(Beside {
        agents: agents.into_iter().map(|agent| (agent.id.0, agent)).collect(),
        titles: by_id(row.titles)?,
        work: by_id(row.work)?,
        tags,
        notes: by_id(row.notes)?,
        reads: by_id(row.reads)?,
        read_before: row.read_before,
    })
}

fn by_id<T: DeserializeOwned>(json: Option<serde_json::Value>) -> QueryResult<HashMap<Uuid, T>> {
    let pairs: Vec<(Uuid, T)> = read(json)?;
    Ok(pairs.into_iter().collect())
}

/// Of no rows PostgreSQL makes no array.
fn read<T: DeserializeOwned>(json: Option<serde_json::Value>) -> QueryResult<Vec<T>> {
    let read = json.map_or_else(|| Ok(Vec::new()), serde_json::from_value);
    read.map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

impl Beside {
    /// The agent of a row; the foreign key makes sure that it exists.
    pub fn agent(&self, id: Uuid) -> AgentRef {
        super::rows::agent_of(&self.agents, id)
    }

    /// The title made here, where there is one.
    pub fn title(&mut self, call: Uuid) -> Option<String> {
        self.titles.remove(&call)
    }

    /// What people made of a call. One of which nobody made anything has it too: it may be unread.
    pub fn work(&mut self, (call, started_at): Place) -> CallWork {
        let Edited {
            rating,
            assignee,
            disposition,
        } = self.work.remove(&call).unwrap_or_default();
        let marked = self.read_before.is_some_and(|before| started_at < before);
        CallWork {
            tags: self.tags.remove(&call).unwrap_or_default(),
            assignee,
            disposition,
            rating,
            unread: !self.reads.get(&call).copied().unwrap_or(marked),
            notes: self.notes.get(&call).copied().unwrap_or_default(),
        }
    }
}
