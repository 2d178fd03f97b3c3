//! One connection: the provider's list of running calls, read again and again.

use super::counts::Counts;
use super::known::{self, Known, Seen};
use super::lease::Lease;
use super::listening::{Ears, Listening};
use crate::app::App;
use crate::calls::store::{self, StoreError};
use crate::connections::jobs::FetchConversation;
use crate::connections::{self, ConnectionError, ConnectionHandle};
use crate::live::commands::monitors;
use elevenlabs::conversations::{ConversationQuery, ConversationSummary};
use rand::Rng;
use shared::live::LiveGrade;
use shared::{ConnectionId, OrganizationId};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Pages of 100 that one look reads at most.
const PAGES: usize = 20;
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A changed key or host is noticed within this.
const HANDLE_GOOD_FOR: Duration = Duration::from_secs(10);

/// Why polling of a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Shutdown,
    /// Another process polls it, or it was removed.
    LeaseLost,
    /// The key is refused; nothing works until it is changed.
    Refused,
}

/// Polls until the lease is lost, the key refused or `shutdown`.
pub async fn follow(app: App, connection: ConnectionId, lease: Lease, shutdown: CancellationToken) -> Ended {
    tracing::info!(connection.id = %connection, "polling for running calls");
    let ended = tokio::select! {
        () = shutdown.cancelled() => Ended::Shutdown,
        () = lease.keep() => Ended::LeaseLost,
        ended = Box::pin(poll(app, connection, lease.clone())) => ended,
    };
    lease.release().await;
    ended
}

/// What went wrong at one look.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Provider(#[from] elevenlabs::Error),
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<db::Error> for LookError {
    fn from(error: db::Error) -> Self {
        Self::Store(error.into())
    }
}

async fn poll(app: App, connection: ConnectionId, lease: Lease) -> Ended {
    let mut follower = Follower {
        app,
        lease,
        connection,
        handle: None,
        known: None,
        ears: Ears::default(),
        counts: Counts::default(),
    };
    let mut failures = 0;
    loop {
        let began = Instant::now();
        let wait = match follower.look().await {
            Ok(()) => {
                failures = 0;
                jittered(follower.app.config.provider.live_poll)
            }
            Err(error) => {
                tracing::warn!(error = %error, connection.id = %connection, "running calls could not be looked at");
                let is_refused = follower.note(&error).await;
                if is_refused {
                    return Ended::Refused;
                }
                failures += 1;
                back_off(follower.app.config.provider.live_poll, failures, &error)
            }
        };
        tokio::time::sleep_until(began + wait).await;
    }
}

/// Many connections must not be asked at the same moment.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::rng().random_range(0.85..1.15))
}

/// Doubles with each failure; the provider's own wish counts in full.
fn back_off(poll: Duration, failures: u32, error: &LookError) -> Duration {
    let doubled = poll
        .saturating_mul(2_u32.saturating_pow(failures.min(10)))
        .min(LONGEST_WAIT.max(poll));
    let asked = match error {
        LookError::Provider(elevenlabs::Error::RateLimited { retry_after, .. }) => {
            retry_after.unwrap_or_default()
        }
        _ => Duration::ZERO,
    };
    jittered(doubled).max(asked)
}

struct Follower {
    app: App,
    lease: Lease,
    connection: ConnectionId,
    handle: Option<(ConnectionHandle, Instant)>,
    /// `None` until the table was asked what runs.
    known: Option<Known>,
    ears: Ears,
    counts: Counts,
}

impl Follower {
    async fn look(&mut self) -> Result<(), LookError> {
        let Some(handle) = self.handle().await? else {
            // Removed: the lease goes with it.
            return Ok(());
        };
        let listed = running(&handle.client()).await?;
        connections::record_health(&self.app, &handle, Ok(())).await?;
        self.lease.polled().await?;
        let mut known = match self.known.take() {
            Some(known) => known,
            None => {
                monitors::forget_open(&self.app, self.connection).await?;
                known::stored(&self.app, self.connection).await?
            }
        };
        let outcome = self.compare(&handle, &mut known, listed).await;
        // Also after a failure: what was announced need not be announced again.
        self.known = Some(known);
        outcome
    }

    async fn compare(
        &mut self,
        handle: &ConnectionHandle,
        known: &mut Known,
        listed: Vec<ConversationSummary>,
    ) -> Result<(), LookError> {
        let mut changed: HashSet<OrganizationId> = HashSet::new();
        for (id, seen) in self.gone(known, &listed).await? {
            tracing::debug!(conversation.id = %id, "call left the running ones");
            self.counts.ended(&seen.call);
            changed.insert(seen.call.organization);
        }
        for item in listed {
            let seen = known.get_mut(&item.conversation_id);
            if seen.as_ref().is_some_and(|seen| seen.is_unchanged(&item)) {
                continue;
            }
            let grade = match &seen {
                Some(Seen {
                    listening: Listening::Open,
                    ..
                }) => LiveGrade::Transcript,
                _ => LiveGrade::Presence,
            };
            let call = match store::announce(&self.app, handle, &item, grade).await {
                Ok(call) => call,
                // The provider says that it runs still; it is gone here for good.
                Err(StoreError::Erased) => continue,
                Err(error) => return Err(error.into()),
            };
            changed.insert(call.organization);
            match seen {
                Some(seen) => (seen.call, seen.item) = (call, Some(item)),
                None => {
                    let id = item.conversation_id.clone();
                    known.insert(
                        id,
                        Seen {
                            call,
                            item: Some(item),
                            listening: Listening::Not,
                        },
                    );
                }
            }
        }
        self.counts.tell(&self.app, changed).await?;
        self.ears.open(&self.app, handle, known).await?;
        Ok(())
    }

    /// Calls that left the list: their detail is fetched by a job. They stay known until it is queued.
    async fn gone(
        &self,
        known: &mut Known,
        listed: &[ConversationSummary],
    ) -> Result<Vec<(String, Seen)>, LookError> {
        let gone = known::take_gone(known, listed);
        let queued = self.queue(&gone).await;
        if let Err(error) = queued {
            known.extend(gone);
            return Err(error);
        }
        Ok(gone)
    }

    async fn queue(&self, gone: &[(String, Seen)]) -> Result<(), LookError> {
        if gone.is_empty() {
            return Ok(());
        }
        let Some((handle, _)) = &self.handle else {
            return Ok(());
        };
        let organization = handle.organization;
        let jobs: Vec<FetchConversation> = gone
            .iter()
            .map(|(id, _)| FetchConversation {
                connection_id: self.connection,
                organization_id: organization,
                conversation_id: id.clone(),
            })
            .collect();
        self.app
            .db
            .tenant::<_, StoreError, _>(organization, async move |conn| {
                for job in &jobs {
                    job.queue(conn).await?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// The opened connection, opened again now and then: its key may have been changed.
    async fn handle(&mut self) -> Result<Option<ConnectionHandle>, LookError> {
        if let Some((handle, at)) = &self.handle
            && at.elapsed() < HANDLE_GOOD_FOR
        {
            return Ok(Some(handle.clone()));
        }
        let loaded = connections::load(&self.app, self.connection).await?;
        self.handle = loaded.clone().map(|handle| (handle, Instant::now()));
        Ok(loaded)
    }

    /// Keeps what the failure tells about the connection; whether it needs another key.
    async fn note(&mut self, error: &LookError) -> bool {
        let Some((handle, _)) = self.handle.take() else {
            return false;
        };
        let LookError::Provider(error) = error else {
            return false;
        };
        if let Err(error) = connections::record_health(&self.app, &handle, Err(error)).await {
            tracing::warn!(error = %error, connection.id = %self.connection, "health could not be stored");
        }
        error.is_credential_problem()
    }
}

/// All conversations that run now, newest first.
async fn running(client: &elevenlabs::Client) -> Result<Vec<ConversationSummary>, elevenlabs::Error> {
    let mut query = ConversationQuery::running(None);
    let mut items = Vec::new();
    for _ in 0..PAGES {
        let page = client.conversations_page(&query).await?;
        items.extend(page.items.into_iter().filter(|item| item.status.is_running()));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    Ok(items)
}
