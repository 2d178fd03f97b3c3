//! The stored run. There is one per connection, the last.

use super::FetchRecordings;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::recording_runs::{self, dsl};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::connection::{RecordingRun, RunState};
use shared::{ConnectionId, OrganizationId};
use uuid::Uuid;

/// A run that did not move for so long has no worker any more.
const STALE: chrono::Duration = chrono::Duration::minutes(15);

/// Which calls it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those whose recording was not looked for yet.
    NotYet,
    /// Those too for which it was looked in vain, and those whose recording is short.
    All,
}

/// A row of `recording_runs`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recording_runs, check_for_backend(diesel::pg::Pg))]
pub struct Run {
    pub run_id: Uuid,
    pub state: String,
    pub again: bool,
    pub total: i64,
    pub stored: i64,
    pub partial: i64,
    pub missing: i64,
    pub failed: i64,
    pub before_time: DateTime<Utc>,
    pub before_id: Uuid,
    pub error: Option<String>,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Run {
    pub fn state(&self) -> RunState {
        match self.state.as_str() {
            "running" => RunState::Running,
            "done" => RunState::Done,
            _ => RunState::Failed,
        }
    }

    pub fn shown(self) -> RecordingRun {
        RecordingRun {
            state: self.state(),
            total: self.total,
            stored: self.stored,
            partial: self.partial,
            missing: self.missing,
            failed: self.failed,
            started_at: self.started_at,
            finished_at: self.finished_at,
            error: self.error,
        }
    }
}

/// The connection's run, when it has one.
///
/// # Errors
/// The database's own.
pub async fn find(conn: &mut Conn, connection: ConnectionId) -> Result<Option<Run>, diesel::result::Error> {
    dsl::recording_runs
        .find(connection.0)
        .select(Run::as_select())
        .first(conn)
        .await
        .optional()
}

/// Begins a run unless one goes on; returns where it stands. `None`: of its own it begins nothing where nothing is missing. Part of the
/// caller's transaction.
///
/// # Errors
/// The database's own.
pub async fn start(
    conn: &mut Conn,
    connection: ConnectionId,
    organization: OrganizationId,
    which: Which,
) -> Result<Option<Run>, StartError> {
    if let Some(run) = find(conn, connection).await?
        && run.state() == RunState::Running
        && Utc::now() - run.updated_at < STALE
    {
        return Ok(Some(run));
    }
    let (again, before) = (which == Which::All, from_the_end());
    let total = count(conn, connection, again).await?;
    if total == 0 && !again {
        return Ok(None);
    }
    let run_id = Uuid::now_v7();
    let fresh = (
        dsl::run_id.eq(run_id),
        dsl::state.eq("running"),
        dsl::again.eq(again),
        dsl::total.eq(total),
        dsl::stored.eq(0),
        dsl::partial.eq(0),
        dsl::missing.eq(0),
        dsl::failed.eq(0),
        dsl::before_time.eq(before.0),
        dsl::before_id.eq(before.1),
        dsl::error.eq(None::<String>),
        dsl::started_at.eq(Utc::now()),
        dsl::updated_at.eq(Utc::now()),
        dsl::finished_at.eq(None::<DateTime<Utc>>),
    );
    let run = diesel::insert_into(dsl::recording_runs)
        .values((
            dsl::connection_id.eq(connection.0),
            dsl::organization_id.eq(organization.0),
            fresh.clone(),
        ))
        .on_conflict(dsl::connection_id)
        .do_update()
        .set(fresh)
        .returning(Run::as_returning())
        .get_result(conn)
        .await?;
    FetchRecordings {
        connection_id: connection,
        organization_id: organization,
        run_id,
    }
    .queue(conn)
    .await?;
    Ok(Some(run))
}

/// Behind every call.
fn from_the_end() -> (DateTime<Utc>, Uuid) {
    (Utc::now() + chrono::Duration::days(3), Uuid::max())
}

async fn count(conn: &mut Conn, connection: ConnectionId, again: bool) -> Result<i64, diesel::result::Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        calls: i64,
    }
    let before = from_the_end();
    let row: Count =
        diesel::sql_query("SELECT count(*) AS calls FROM recordings_to_fetch($1, $2, $3, $4, 2147483647)")
            .bind::<SqlUuid, _>(connection.0)
            .bind::<Bool, _>(again)
            .bind::<Timestamptz, _>(before.0)
            .bind::<SqlUuid, _>(before.1)
            .get_result(conn)
            .await?;
    Ok(row.calls)
}

impl From<StartError> for crate::calls::store::StoreError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Database(error) => error.into(),
            StartError::Query(error) => error.into(),
            StartError::Enqueue(error) => error.into(),
        }
    }
}

/// Why a run did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] jobs::EnqueueError),
}
