//! Writing the bounds of one agent to the provider, and giving its own back.

use crate::app::App;
use crate::connections::{self, ConnectionHandle, provider_error, record_health};
use db::schema::{agent_call_limits, agents};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use elevenlabs::Error;
use elevenlabs::agents::CallLimits;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::live::LiveEvent;
use shared::{AgentId, ConnectionId, OrganizationId};
use uuid::Uuid;

/// Writes the bounds of one agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushLimits {
    pub agent_id: AgentId,
}

/// What should stand at the provider, and what does as far as we know.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = agent_call_limits, check_for_backend(diesel::pg::Pg))]
struct Wish {
    max_concurrent: Option<i32>,
    stopped: bool,
    own: Option<Value>,
    pushed: Option<Value>,
}

impl Wish {
    /// The bounds that follow from the agent's own.
    fn bounds(&self, own: CallLimits) -> CallLimits {
        match (self.stopped, self.max_concurrent) {
            (true, _) => own.none(),
            (false, Some(most)) => own.at_most(most.into()),
            (false, None) => own,
        }
    }

    /// The agent's own bounds. What stands there and is not of our making is somebody's wish of late.
    fn own(&self, there: CallLimits) -> CallLimits {
        let own = self
            .own
            .as_ref()
            .and_then(|own| CallLimits::deserialize(own).ok());
        let ours = self.pushed.as_ref().map(Vec::<CallLimits>::deserialize);
        match (own, ours) {
            (Some(own), Some(Ok(ours))) if ours.contains(&there) => own,
            _ => there,
        }
    }

    fn is_lifted(&self) -> bool {
        !self.stopped && self.max_concurrent.is_none()
    }
}

/// Why an agent has other bounds than it should.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Provider(#[from] Error),
}

impl PushLimits {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn, organization: OrganizationId) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.agent_id.to_string()),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

/// Where the agent is now; `None` when it was given away or removed since.
async fn place(app: &App, agent: AgentId) -> Result<Option<(OrganizationId, ConnectionId)>, db::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        organization_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        connection_id: Uuid,
    }
    let mut conn = app.db.connection().await?;
    let row: Option<Row> = diesel::sql_query("SELECT * FROM organization_of_agent($1)")
        .bind::<SqlUuid, _>(agent.0)
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(row.map(|row| {
        (
            OrganizationId(row.organization_id),
            ConnectionId(row.connection_id),
        )
    }))
}

/// Makes the provider's bounds of the agent those that are wanted. What stood there before is written down first, so that it is
/// found again whatever happens in between; somebody else's change in the meantime becomes the agent's own.
///
/// # Errors
/// [`PushError`].
pub async fn push(
    app: &App,
    connection: &ConnectionHandle,
    organization: OrganizationId,
    agent: AgentId,
) -> Result<(), PushError> {
    let row = app
        .db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            let row = agent_call_limits::table
                .inner_join(agents::table.on(agents::id.eq(agent_call_limits::agent_id)))
                .filter(agent_call_limits::agent_id.eq(agent.0))
                .filter(agent_call_limits::state.eq("pending"))
                .select((Wish::as_select(), agents::provider_agent_id))
                .first::<(Wish, String)>(conn)
                .await
                .optional()?;
            Ok(row)
        })
        .await?;
    let Some((wish, provider_id)) = row else {
        return Ok(());
    };
    let client = connection.client();
    let there = CallLimits::of(&client.agent(&provider_id).await?.raw);
    let own = wish.own(there);
    let bounds = wish.bounds(own);
    // Both until the provider has answered: it may have either.
    remember(app, organization, agent, own, &[there, bounds]).await?;
    if bounds != there {
        client.update_agent(&provider_id, &bounds.patch()).await?;
    }
    remember(app, organization, agent, own, &[bounds]).await?;
    settle(app, organization, agent, wish, None).await?;
    tracing::info!(agent.id = %agent, limit.concurrent = bounds.agent_concurrency_limit, limit.daily = bounds.daily_limit,
        "call limits stand at the provider");
    Ok(())
}

async fn remember(
    app: &App,
    organization: OrganizationId,
    agent: AgentId,
    own: CallLimits,
    ours: &[CallLimits],
) -> Result<(), db::Error> {
    use agent_call_limits as l;
    let ours = json!(ours);
    app.db
        .tenant(organization, async move |conn| {
            diesel::update(l::table.find(agent.0))
                .set((l::own.eq(json!(own)), l::pushed.eq(ours)))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}

/// Writes down how it went, unless something else is wanted by now: then it is pending still, and planned again.
async fn settle(
    app: &App,
    organization: OrganizationId,
    agent: AgentId,
    wish: Wish,
    error: Option<String>,
) -> Result<(), db::Error> {
    use agent_call_limits as l;
    app.db
        .tenant(organization, async move |conn| {
            let as_wished = l::table
                .find(agent.0)
                .filter(l::stopped.eq(wish.stopped))
                .filter(l::max_concurrent.is_not_distinct_from(wish.max_concurrent));
            if error.is_none() && wish.is_lifted() {
                // What stood there before stands there again: there is nothing left to know.
                diesel::delete(as_wished).execute(conn).await?;
            } else {
                let state = if error.is_some() { "failed" } else { "applied" };
                let applied_at = error.is_none().then(chrono::Utc::now);
                diesel::update(as_wished)
                    .set((
                        l::state.eq(state),
                        l::error.eq(error),
                        l::applied_at.eq(applied_at),
                        l::tried_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?;
            }
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            Ok(())
        })
        .await
}

/// Writes down why the provider does not have what is wanted.
async fn give_up(
    app: &App,
    organization: OrganizationId,
    agent: AgentId,
    words: String,
) -> Result<(), db::Error> {
    let wish = app
        .db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            let wish = agent_call_limits::table
                .find(agent.0)
                .select(Wish::as_select())
                .first(conn)
                .await
                .optional()?;
            Ok(wish)
        })
        .await?;
    match wish {
        Some(wish) => settle(app, organization, agent, wish, Some(words)).await,
        None => Ok(()),
    }
}

impl BackgroundJob for PushLimits {
    const NAME: &'static str = "push_call_limits";
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some((organization, id)) = place(&app, self.agent_id).await? else {
            return Ok(());
        };
        let Some(connection) = connections::load(&app, id).await? else {
            return Ok(());
        };
        let error = match push(&app, &connection, organization, self.agent_id).await {
            Ok(()) => return Ok(()),
            Err(PushError::Database(error)) => return Err(error.into()),
            Err(PushError::Provider(error)) => error,
        };
        record_health(&app, &connection, Err(&error)).await?;
        let is_final = provider_error::is_final(&error);
        if is_final || meta.is_last_attempt() {
            let words = provider_error::words(&error);
            give_up(&app, organization, self.agent_id, words).await?;
        }
        if is_final { Ok(()) } else { Err(error.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(concurrent: i64) -> CallLimits {
        CallLimits {
            agent_concurrency_limit: concurrent,
            ..CallLimits::default()
        }
    }

    #[test]
    fn what_stood_there_before_is_found_again_whatever_was_written_last() {
        let wish = Wish {
            max_concurrent: None,
            stopped: false,
            own: Some(json!(limits(7))),
            // Interrupted between two of ours: the provider has one of them.
            pushed: Some(json!([limits(3), limits(2)])),
        };
        assert_eq!(wish.bounds(wish.own(limits(3))), limits(7));
        assert_eq!(wish.bounds(wish.own(limits(2))), limits(7));
        // Somebody else's change counts from now on.
        assert_eq!(wish.own(limits(5)), limits(5));
    }

    #[test]
    fn used_up_minutes_stop_everything_and_a_limit_only_tightens() {
        let wish = |max_concurrent, stopped| Wish {
            max_concurrent,
            stopped,
            own: None,
            pushed: None,
        };
        assert_eq!(wish(Some(4), true).bounds(limits(-1)), limits(-1).none());
        assert_eq!(wish(Some(4), false).bounds(limits(-1)), limits(4));
        assert_eq!(wish(Some(4), false).bounds(limits(2)), limits(2));
        assert!(wish(None, false).is_lifted() && !wish(None, true).is_lifted());
    }
}
