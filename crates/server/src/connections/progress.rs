//! The stored walk through a connection's history.

use super::ConnectionError;
use super::jobs::SyncAgents;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::sync_runs::{self, dsl};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::connection::{SyncProgress, SyncState};
use shared::live::LiveEvent;
use shared::{ConnectionId, OrganizationId};
use uuid::Uuid;

/// A walk that did not move for so long has no worker any more, not even one that backs off from a failure.
const STALE: chrono::Duration = chrono::Duration::minutes(10);

/// A row of `sync_runs`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sync_runs, check_for_backend(diesel::pg::Pg))]
pub struct SyncRun {
    pub connection_id: Uuid,
    pub run_id: Uuid,
    pub state: String,
    pub agents_done: i64,
    pub agents_total: Option<i64>,
    pub calls_seen: i64,
    pub calls_done: i64,
    pub calls_failed: i64,
    pub listed_all: bool,
    pub cursor: Option<String>,
    pub error: Option<String>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl SyncRun {
    pub fn progress(&self) -> SyncProgress {
        SyncProgress {
            connection_id: ConnectionId(self.connection_id),
            state: parse(&self.state),
            agents_done: self.agents_done,
            agents_total: self.agents_total,
            calls_seen: self.calls_seen,
            calls_done: self.calls_done,
            calls_failed: self.calls_failed,
            listed_all: self.listed_all,
            started_at: self.started_at,
            finished_at: self.finished_at,
            error: self.error.clone(),
        }
    }
}

pub(crate) fn text(state: SyncState) -> &'static str {
    match state {
        SyncState::Queued => "queued",
        SyncState::Agents => "agents",
        SyncState::Calls => "calls",
        SyncState::Done => "done",
        SyncState::Failed => "failed",
    }
}

fn parse(text: &str) -> SyncState {
    match text {
        "queued" => SyncState::Queued,
        "agents" => SyncState::Agents,
        "calls" => SyncState::Calls,
        "done" => SyncState::Done,
        _ => SyncState::Failed,
    }
}

/// The connection's walk, when it has one.
///
/// # Errors
/// The database's own.
pub async fn find(conn: &mut Conn, connection: ConnectionId) -> Result<Option<SyncRun>, ConnectionError> {
    Ok(dsl::sync_runs
        .find(connection.0)
        .select(SyncRun::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Starts a walk unless one goes on; returns where it stands. Part of the caller's transaction.
///
/// # Errors
/// The database's own.
pub async fn start(
    conn: &mut Conn,
    connection: ConnectionId,
    organization: OrganizationId,
) -> Result<SyncProgress, StartError> {
    if let Some(run) = find(conn, connection).await? {
        let progress = run.progress();
        if progress.state.is_running() && Utc::now() - run.updated_at < STALE {
            return Ok(progress);
        }
    }
    let run_id = Uuid::now_v7();
    let fresh = (
        dsl::run_id.eq(run_id),
        dsl::state.eq(text(SyncState::Queued)),
        dsl::agents_done.eq(0),
        dsl::agents_total.eq(None::<i64>),
        dsl::calls_seen.eq(0),
        dsl::calls_done.eq(0),
        dsl::calls_failed.eq(0),
        dsl::listed_all.eq(false),
        dsl::cursor.eq(None::<String>),
        dsl::error.eq(None::<String>),
        dsl::started_at.eq(Utc::now()),
        dsl::finished_at.eq(None::<DateTime<Utc>>),
        dsl::updated_at.eq(Utc::now()),
    );
    let run = diesel::insert_into(dsl::sync_runs)
        .values((
            dsl::connection_id.eq(connection.0),
            dsl::organization_id.eq(organization.0),
            fresh.clone(),
        ))
        .on_conflict(dsl::connection_id)
        .do_update()
        .set(fresh)
        .returning(SyncRun::as_returning())
        .get_result(conn)
        .await?;
    SyncAgents {
        connection_id: connection,
        run_id,
    }
    .queue(conn, organization)
    .await?;
    let progress = run.progress();
    db::live::publish(
        conn,
        &LiveEvent::SyncProgress {
            progress: progress.clone(),
        },
    )
    .await?;
    Ok(progress)
}

/// Why a walk did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] jobs::EnqueueError),
}

impl From<StartError> for crate::error::ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Database(error) => Self::Database(error),
            StartError::Query(error) => Self::from(error),
            error => Self::internal(error),
        }
    }
}

impl From<ConnectionError> for crate::error::ApiError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::Database(error) => Self::Database(error),
            ConnectionError::Provider(error) => Self::Provider(error),
            error => Self::internal(error),
        }
    }
}

/// Ends a walk with an error that the connection page shows.
///
/// # Errors
/// The database's own.
pub async fn fail(
    conn: &mut Conn,
    connection: ConnectionId,
    run_id: Uuid,
    error: &str,
) -> Result<(), ConnectionError> {
    let run = diesel::update(dsl::sync_runs.find(connection.0).filter(dsl::run_id.eq(run_id)))
        .set((
            dsl::state.eq(text(SyncState::Failed)),
            dsl::error.eq(error),
            dsl::finished_at.eq(Utc::now()),
            dsl::updated_at.eq(Utc::now()),
        ))
        .returning(SyncRun::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    if let Some(run) = run {
        db::live::publish(
            conn,
            &LiveEvent::SyncProgress {
                progress: run.progress(),
            },
        )
        .await?;
    }
    Ok(())
}
