//! The number of running calls of an organization, told when it changes.

use crate::app::App;
use crate::calls::store::KnownCall;
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::call::CallStatus;
use shared::live::LiveEvent;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was told last, by organization.
#[derive(Default)]
pub struct Counts {
    told: HashMap<OrganizationId, i64>,
    /// Gone from the provider's list; their rows say "running" until the detail was fetched.
    ending: HashMap<OrganizationId, Vec<Uuid>>,
}

impl Counts {
    pub fn ended(&mut self, call: &KnownCall) {
        self.ending.entry(call.organization).or_default().push(call.id.0);
    }

    /// Counts again and tells it where it changed. Another connection of the same organization counts in, so the table
    /// is asked, not the poller's memory.
    ///
    /// # Errors
    /// The database's own.
    pub async fn tell(&mut self, app: &App, organizations: HashSet<OrganizationId>) -> Result<(), db::Error> {
        for organization in organizations {
            let ending = self.ending.get(&organization).cloned().unwrap_or_default();
            let told = self.told.get(&organization).copied();
            let (running, still_ending) = app
                .db
                .tenant::<_, db::Error, _>(organization, async move |conn| {
                    let rows: Vec<Uuid> = calls::table
                        .filter(
                            calls::status
                                .eq_any([CallStatus::Initiated.as_str(), CallStatus::InProgress.as_str()]),
                        )
                        .select(calls::id)
                        .load(conn)
                        .await?;
                    let (still_ending, running): (Vec<Uuid>, Vec<Uuid>) =
                        rows.into_iter().partition(|id| ending.contains(id));
                    let running = i64::try_from(running.len()).unwrap_or(i64::MAX);
                    if told != Some(running) {
                        db::live::publish(conn, &LiveEvent::Counts { running }).await?;
                    }
                    Ok((running, still_ending))
                })
                .await?;
            self.told.insert(organization, running);
            if let Some(ending) = self.ending.get_mut(&organization) {
                ending.retain(|call| still_ending.contains(call));
            }
        }
        Ok(())
    }
}
