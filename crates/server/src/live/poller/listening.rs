//! Which running calls are followed word by word.

use super::known::{Known, Seen};
use crate::app::App;
use crate::calls::store::KnownCall;
use crate::connections::ConnectionHandle;
use crate::live::commands::monitors::{self, Standing};
use crate::live::monitor::{self, End, Heard};
use db::schema::agents;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::{AgentId, OrganizationId};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

/// Monitor sockets per connection: the vendor's limit is not documented, ours keeps one workspace from taking all
/// sockets of a process. Further calls are followed by presence.
const AT_MOST: usize = 50;
/// Whether an agent may be monitored is looked up again after this; sooner for one that may not, whose configuration
/// may just not have been read yet.
const MONITORED_FOR: Duration = Duration::from_secs(60);
const UNMONITORED_FOR: Duration = Duration::from_secs(3);
/// A workspace that may not monitor at all (not an enterprise plan) is asked again after this.
const REFUSED_FOR: Duration = Duration::from_secs(600);
/// A socket that failed is opened again after this, doubled each time.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// After so many failures in a row the call stays at presence.
const TRIES: u32 = 5;

/// How one call is followed.
#[derive(Default)]
pub enum Listening {
    #[default]
    Not,
    Open,
    /// Opened again at that moment; failures so far.
    Waits(Instant, u32),
    /// The vendor does not let us, or the call is over.
    Never,
}

/// The monitor sockets of one connection. Dropping it closes them.
#[derive(Default)]
pub struct Ears {
    tasks: JoinSet<(String, End)>,
    monitored: HashMap<AgentId, (bool, Instant)>,
    refused_until: Option<Instant>,
    failures: HashMap<String, u32>,
    /// Calls of which is noted that the workspace refuses.
    told: HashSet<String>,
}

impl Ears {
    /// Opens sockets for the calls that may be followed and are not yet.
    ///
    /// # Errors
    /// The database's own.
    pub async fn open(
        &mut self,
        app: &App,
        connection: &ConnectionHandle,
        known: &mut Known,
    ) -> Result<(), db::Error> {
        for call in self.collect(known) {
            monitors::note(app, &call, Standing::Failed, None).await;
        }
        self.look_up(app, known).await?;
        if self.refused_until.is_some_and(|until| Instant::now() < until) {
            self.tell_refused(app, known).await;
            return Ok(());
        }
        for (id, seen) in known.iter_mut() {
            if self.tasks.len() >= AT_MOST {
                break;
            }
            let (true, Some(item)) = (self.is_due(seen), seen.item.clone()) else {
                continue;
            };
            let failures = match seen.listening {
                Listening::Waits(_, failures) => failures,
                _ => 0,
            };
            self.failures.insert(id.clone(), failures);
            seen.listening = Listening::Open;
            let (app, connection, id) = (app.clone(), connection.clone(), id.clone());
            let heard = Heard {
                call: seen.call.clone(),
                item,
            };
            self.tasks
                .spawn(async move { (id, monitor::follow(app, connection, heard).await) });
        }
        Ok(())
    }

    fn is_due(&self, seen: &Seen) -> bool {
        let is_time = match seen.listening {
            Listening::Not => true,
            Listening::Waits(at, _) => at <= Instant::now(),
            Listening::Open | Listening::Never => false,
        };
        // Only an active conversation can be monitored, not before it begins.
        let is_active = seen
            .item
            .as_ref()
            .is_some_and(|item| item.status.as_str() == "in-progress");
        is_time
            && is_active
            && self
                .monitored
                .get(&seen.call.agent.id)
                .is_some_and(|(monitored, _)| *monitored)
    }

    /// Why the workspace's other calls can not be followed either, once a call.
    async fn tell_refused(&mut self, app: &App, known: &Known) {
        self.told.retain(|id| known.contains_key(id));
        let untold: Vec<_> = known
            .iter()
            .filter(|(id, seen)| self.is_due(seen) && !self.told.contains(*id))
            .map(|(id, seen)| (id.clone(), seen.call.clone()))
            .collect();
        for (id, call) in untold {
            monitors::note(app, &call, Standing::WorkspaceRefused, None).await;
            self.told.insert(id);
        }
    }

    /// Takes note of the sockets that ended; returns the calls that stay at presence because theirs broke too often.
    fn collect(&mut self, known: &mut Known) -> Vec<KnownCall> {
        let mut given_up = Vec::new();
        while let Some(ended) = self.tasks.try_join_next() {
            let Ok((id, end)) = ended else { continue };
            let failures = self.failures.remove(&id).unwrap_or(0);
            let Some(seen) = known.get_mut(&id) else { continue };
            seen.listening = match end {
                End::WorkspaceRefused => {
                    self.refused_until = Some(Instant::now() + REFUSED_FOR);
                    Listening::Not
                }
                End::Over | End::Refused => Listening::Never,
                End::Failed {
                    heard_something: true,
                } => Listening::Waits(Instant::now() + AGAIN_AFTER, 0),
                End::Failed { .. } if failures + 1 >= TRIES => {
                    given_up.push(seen.call.clone());
                    Listening::Never
                }
                End::Failed { .. } => {
                    Listening::Waits(Instant::now() + AGAIN_AFTER * 2_u32.pow(failures), failures + 1)
                }
            };
        }
        given_up
    }

    /// One query per organization and minute, whatever the number of calls.
    async fn look_up(&mut self, app: &App, known: &Known) -> Result<(), db::Error> {
        self.monitored.retain(|_, (monitored, at)| {
            let known_for = if *monitored {
                MONITORED_FOR
            } else {
                UNMONITORED_FOR
            };
            at.elapsed() < known_for
        });
        let mut wanted: HashMap<OrganizationId, HashSet<Uuid>> = HashMap::new();
        for seen in known
            .values()
            .filter(|seen| !self.monitored.contains_key(&seen.call.agent.id))
        {
            wanted
                .entry(seen.call.organization)
                .or_default()
                .insert(seen.call.agent.id.0);
        }
        for (organization, ids) in wanted {
            let rows: Vec<(Uuid, bool)> = app
                .db
                .tenant::<_, db::Error, _>(organization, async move |conn| {
                    let rows = agents::table
                        .filter(agents::id.eq_any(ids))
                        .select((agents::id, agents::monitoring));
                    Ok(rows.load(conn).await?)
                })
                .await?;
            self.monitored.extend(
                rows.into_iter()
                    .map(|(id, monitored)| (AgentId(id), (monitored, Instant::now()))),
            );
        }
        Ok(())
    }
}
