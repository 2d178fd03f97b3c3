//! The one process that listens to PostgreSQL and hands events on to NATS. The others stand by: a lock of their session with
//! PostgreSQL says who it is, and goes with the session, so that a killed relay is replaced within a second.

use super::Bus;
use crate::app::App;
use crate::live::notifications::Notifications;
use moka::sync::Cache;
use serde::Deserialize;
use shared::OrganizationId;
use std::time::Duration;

const ASK_EVERY: Duration = Duration::from_millis(500);
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Organizations whose last event is remembered; of others the next message does not tell what came before.
const REMEMBERED: u64 = 100_000;

pub async fn run(app: &App, bus: &Bus) {
    loop {
        let why = match app.db.listener().await {
            Ok(raw) => relay(bus, raw).await,
            Err(error) => error.to_string(),
        };
        tracing::warn!(
            error = why,
            "event bus: the relay's connection to the database was lost"
        );
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

async fn relay(bus: &Bus, raw: db::connect::Raw) -> String {
    let mut notifications = match Notifications::on(raw, &[]).await {
        Ok(notifications) => notifications,
        Err(why) => return why,
    };
    loop {
        match is_mine(&notifications).await {
            Ok(true) => break,
            Ok(false) => tokio::time::sleep(ASK_EVERY).await,
            Err(why) => return why,
        }
    }
    let listen = format!("LISTEN {}", db::live::CHANNEL);
    if let Err(error) = notifications.client().batch_execute(&listen).await {
        return db::connect::full_message(&error);
    }
    tracing::info!("event bus: this process hands events on to NATS");
    publish(bus, bus.began(), String::new()).await;
    // The event of each organization that was handed on last.
    let handed_on: Cache<OrganizationId, i64> = Cache::new(REMEMBERED);
    loop {
        let notification = match notifications.next().await {
            Ok(notification) => notification,
            Err(why) => return why,
        };
        match serde_json::from_str::<Head>(notification.payload()) {
            Ok(head) => {
                let before = handed_on.get(&head.organization_id).unwrap_or(0);
                let message = format!("{before} {}", notification.payload());
                if publish(bus, bus.events_of(head.organization_id), message).await {
                    handed_on.insert(head.organization_id, head.id);
                }
            }
            Err(error) => tracing::error!(error = %error, "event bus: unreadable notification"),
        }
    }
}

#[derive(Deserialize)]
struct Head {
    organization_id: OrganizationId,
    id: i64,
}

async fn is_mine(notifications: &Notifications) -> Result<bool, String> {
    // Two numbers, as the locks of published events have: any pair that those do not use.
    let row = notifications
        .client()
        .query_one("SELECT pg_try_advisory_lock(hashtext('live_relay'), 1)", &[])
        .await
        .map_err(|error| db::connect::full_message(&error))?;
    row.try_get(0).map_err(|error| db::connect::full_message(&error))
}

/// Whether it was handed on. Nothing waits here for NATS to come back: who listens there reads the table meanwhile.
async fn publish(bus: &Bus, subject: String, message: String) -> bool {
    if !bus.is_connected() {
        return false;
    }
    match bus.client.publish(subject, message.into()).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(error = %error, "event bus: an event was not handed on");
            false
        }
    }
}
