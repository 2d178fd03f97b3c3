//! Finds running calls: the provider tells nobody when a call begins, so its list is read every few seconds.
//!
//! - [`lease`] one process polls a connection, others stand by
//! - [`follow`] one connection: list, compare, announce
//! - [`known`] the calls that were running at the last look
//! - [`counts`] how many run, told when the number changes
//! - [`listening`] which of them are followed word by word

mod counts;
mod follow;
mod known;
pub mod lease;
mod listening;

use crate::app::App;
use crate::connections;
use follow::Ended;
use lease::Lease;
use shared::connection::ConnectionHealth;
use shared::{ConnectionId, OrganizationId};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// New connections, and those whose holder died, are noticed within this.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A connection whose credentials failed is not asked again at once, even where its health does not say so.
const AFTER_REFUSAL: Duration = Duration::from_secs(60);

/// Polls every connection that no other process polls, until `shutdown`.
pub fn spawn(app: App, shutdown: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut supervisor = Supervisor {
            app,
            holder: Uuid::now_v7(),
            polled: HashSet::new(),
            rest_until: HashMap::new(),
            tasks: JoinSet::new(),
            shutdown,
        };
        supervisor.run().await;
    })
}

struct Supervisor {
    app: App,
    /// Names this process in the leases.
    holder: Uuid,
    polled: HashSet<ConnectionId>,
    rest_until: HashMap<ConnectionId, Instant>,
    tasks: JoinSet<(ConnectionId, Ended)>,
    shutdown: CancellationToken,
}

impl Supervisor {
    async fn run(&mut self) {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let shutdown = self.shutdown.clone();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                _ = look.tick() => self.look().await,
                Some(ended) = self.tasks.join_next() => self.ended(ended),
            }
        }
        // Each releases its lease.
        while self.tasks.join_next().await.is_some() {}
    }

    async fn look(&mut self) {
        let connections = match connections::all(&self.app).await {
            Ok(connections) => connections,
            Err(error) => {
                tracing::warn!(error = %error, "connections could not be listed for polling");
                return;
            }
        };
        self.rest_until.retain(|_, until| *until > Instant::now());
        for (id, organization, health) in connections {
            let rests = self.rest_until.contains_key(&id) && health != ConnectionHealth::Healthy;
            if health == ConnectionHealth::KeyRefused || rests || self.polled.contains(&id) {
                continue;
            }
            self.start(id, organization).await;
        }
    }

    async fn start(&mut self, id: ConnectionId, organization: OrganizationId) {
        match Lease::take(&self.app, id, organization, self.holder).await {
            Ok(Some(lease)) => {
                self.polled.insert(id);
                let (app, shutdown) = (self.app.clone(), self.shutdown.clone());
                self.tasks
                    .spawn(async move { (id, follow::follow(app, id, lease, shutdown).await) });
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %error, connection.id = %id, "poll lease could not be asked for")
            }
        }
    }

    fn ended(&mut self, ended: Result<(ConnectionId, Ended), tokio::task::JoinError>) {
        match ended {
            Ok((id, ended)) => {
                self.polled.remove(&id);
                if ended == Ended::Refused {
                    self.rest_until.insert(id, Instant::now() + AFTER_REFUSAL);
                }
                tracing::info!(connection.id = %id, ?ended, "polling ended");
            }
            Err(error) => {
                // Which one is not told; all that run keep their lease, and asking for it again is granted.
                tracing::error!(error = %error, "polling task failed");
                self.polled.clear();
            }
        }
    }
}
