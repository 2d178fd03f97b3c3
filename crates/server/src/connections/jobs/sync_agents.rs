//! First half of a sync: the agents and telephone numbers.

use super::{SYNC_QUEUE, SyncCalls, agent_rows, failure};
use crate::app::App;
use crate::connections::progress::{self, StartError, SyncRun};
use crate::connections::{self, ConnectionHandle, provider_error, record_health};
use crate::limits::plan::PlanLimits;
use crate::numbers;
use chrono::Utc;
use db::schema::sync_runs::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::agents::{Agent, AgentQuery};
use elevenlabs::voices::VoiceQuery;
use futures::{StreamExt, TryStreamExt};
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::connection::SyncState;
use shared::live::LiveEvent;
use shared::{ConnectionId, OrganizationId};
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// Requests for single agents at the same time.
const AT_ONCE: usize = 8;
/// Pages of voices that are read to name them; beyond that an agent shows its voice's id.
const VOICE_PAGES: usize = 10;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncAgents {
    pub connection_id: ConnectionId,
    /// Which walk it belongs to: a newer one makes it void.
    pub run_id: Uuid,
}

impl SyncAgents {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn, organization: OrganizationId) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.run_id.to_string()),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for SyncAgents {
    const NAME: &'static str = "sync_agents";
    const QUEUE: &'static str = SYNC_QUEUE;
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let Some(total) = begin(&app, &connection, self.run_id).await? else {
            return Ok(());
        };
        tracing::debug!(connection.id = %connection.id, sync.agents_known = total, "sync of agents begins");
        match fetch(&connection.client()).await {
            Ok(listed) => {
                record_health(&app, &connection, Ok(())).await?;
                finish(&app, &connection, self.run_id, listed).await?;
                Ok(())
            }
            Err(error) => give_up_or_retry(&app, &connection, self.run_id, error, &meta).await,
        }
    }
}

/// Ends the walk when nobody but a person can help or no attempt is left; otherwise the job is tried again.
pub(super) async fn give_up_or_retry(
    app: &App,
    connection: &ConnectionHandle,
    run_id: Uuid,
    error: elevenlabs::Error,
    meta: &JobMeta,
) -> Result<(), JobError> {
    // A list that leads in a circle does so again at once; the look for lost calls goes on without it.
    let is_over = error.is_credential_problem() || matches!(error, elevenlabs::Error::RepeatedCursor(_));
    let words = provider_error::words(&error);
    let job_error = failure::failed(app, connection, error).await;
    if !is_over && !meta.is_last_attempt() {
        return Err(job_error);
    }
    let id = connection.id;
    app.db
        .tenant::<_, connections::ConnectionError, _>(connection.organization, async move |conn| {
            progress::fail(conn, id, run_id, &words).await
        })
        .await?;
    // A refused key is no dead letter: the connection page says what to do, and a new sync starts afresh.
    if is_over { Ok(()) } else { Err(job_error) }
}

/// Marks the walk as begun; `None` when a newer one took over. Returns how many agents are known already.
async fn begin(app: &App, connection: &ConnectionHandle, run_id: Uuid) -> Result<Option<i64>, StartError> {
    let id = connection.id.0;
    app.db
        .tenant::<_, StartError, _>(connection.organization, async move |conn| {
            let run = diesel::update(dsl::sync_runs.find(id).filter(dsl::run_id.eq(run_id)))
                .filter(dsl::state.eq_any([
                    progress::text(SyncState::Queued),
                    progress::text(SyncState::Agents),
                ]))
                .set((
                    dsl::state.eq(progress::text(SyncState::Agents)),
                    dsl::updated_at.eq(Utc::now()),
                ))
                .returning(SyncRun::as_returning())
                .get_result(conn)
                .await
                .optional()?;
            let Some(run) = run else { return Ok(None) };
            db::live::publish(
                conn,
                &LiveEvent::SyncProgress {
                    progress: run.progress(),
                },
            )
            .await?;
            Ok(Some(run.agents_done))
        })
        .await
}

/// What a workspace has, as rows.
struct Listed {
    agents: Vec<serde_json::Value>,
    /// `None`: the key may not read them.
    numbers: Option<Vec<serde_json::Value>>,
}

async fn fetch(client: &elevenlabs::Client) -> Result<Listed, elevenlabs::Error> {
    let voices = voices(client).await;
    let mut listed: Vec<(String, bool)> = Vec::new();
    for archived in [false, true] {
        let query = AgentQuery {
            archived: archived.then_some(true),
            ..AgentQuery::default()
        };
        let page: Vec<_> = client.agents_stream(query).try_collect().await?;
        for agent in page {
            if !listed.iter().any(|(id, _)| *id == agent.agent_id) {
                listed.push((agent.agent_id, agent.archived || archived));
            }
        }
    }
    let fetched: Vec<Option<(Agent, bool)>> = futures::stream::iter(listed)
        .map(|(id, archived)| async move {
            match client.agent(&id).await {
                Ok(agent) => Ok(Some((agent, archived))),
                // Deleted between the list and here.
                Err(elevenlabs::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let agents = fetched.into_iter().flatten();
    Ok(Listed {
        agents: agents
            .map(|(agent, archived)| agent_rows::row(&agent, archived, &voices))
            .collect(),
        numbers: numbers::sync::fetch(client).await?,
    })
}

/// Names of voices by id. A key that may not read voices costs the names and nothing else.
async fn voices(client: &elevenlabs::Client) -> HashMap<String, String> {
    let mut names = HashMap::new();
    let mut query = VoiceQuery::default();
    for _ in 0..VOICE_PAGES {
        match client.voices_v2(&query).await {
            Ok(page) => {
                names.extend(page.items.into_iter().map(|voice| (voice.voice_id, voice.name)));
                match page.next_cursor {
                    Some(cursor) => query.page_token = Some(cursor),
                    None => break,
                }
            }
            Err(error) => {
                tracing::info!(provider.error = %error, "voices could not be read, agents show no voice names");
                break;
            }
        }
    }
    names
}

/// Stores the agents and hands over to the walk of the calls.
async fn finish(
    app: &App,
    connection: &ConnectionHandle,
    run_id: Uuid,
    Listed { agents, numbers }: Listed,
) -> Result<(), StartError> {
    let total = i64::try_from(agents.len()).unwrap_or(i64::MAX);
    let handle = connection.clone();
    app.db
        .tenant::<_, StartError, _>(connection.organization, async move |conn| {
            agent_rows::store(conn, &handle, agents, true).await?;
            if let Some(numbers) = numbers {
                numbers::sync::store(conn, &handle, numbers).await?;
            }
            // Somebody may have changed what agents are bound to, and new ones are bound to nothing yet.
            diesel::sql_query("SELECT recheck_call_limits($1)")
                .bind::<diesel::sql_types::Uuid, _>(handle.id.0)
                .execute(conn)
                .await?;
            PlanLimits::queue(conn).await?;
            let run = diesel::update(dsl::sync_runs.find(handle.id.0).filter(dsl::run_id.eq(run_id)))
                .set((
                    dsl::state.eq(progress::text(SyncState::Calls)),
                    dsl::agents_done.eq(total),
                    dsl::agents_total.eq(total),
                    dsl::updated_at.eq(Utc::now()),
                ))
                .returning(SyncRun::as_returning())
                .get_result(conn)
                .await
                .optional()?;
            let Some(run) = run else { return Ok(()) };
            SyncCalls {
                connection_id: handle.id,
                run_id,
            }
            .queue(conn, handle.organization)
            .await?;
            db::live::publish(
                conn,
                &LiveEvent::SyncProgress {
                    progress: run.progress(),
                },
            )
            .await?;
            Ok(())
        })
        .await
}
