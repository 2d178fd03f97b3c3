//! Hears NATS and gives what it hears to the hub.

use super::{Bus, catch_up};
use crate::app::App;
use crate::live::listener::hand_on;
use futures::StreamExt;
use shared::OrganizationId;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Between two comparisons with the table: while messages come, and while NATS can not be reached.
const COMPARE_EVERY: Duration = Duration::from_secs(10);
const COMPARE_WITHOUT: Duration = Duration::from_secs(1);
/// After a reconnect subscriptions are made anew; what falls into that moment is looked for once more.
const ONCE_MORE: Duration = Duration::from_secs(2);

pub async fn run(app: &App, bus: &Bus) {
    loop {
        if let Err(error) = hear(app, bus).await {
            tracing::warn!(error, "event bus: subscription lost, subscribing again");
        }
        tokio::time::sleep(COMPARE_WITHOUT).await;
    }
}

async fn hear(app: &App, bus: &Bus) -> Result<(), String> {
    let subscribe = async |subject: String| {
        let subscription = bus.client.subscribe(subject).await;
        subscription.map_err(|error| error.to_string())
    };
    let mut events = subscribe(bus.all_events()).await?;
    let mut relays = subscribe(bus.began()).await?;
    catch_up::everything(app).await;
    let mut next = Instant::now() + ONCE_MORE;
    loop {
        tokio::select! {
            message = events.next() => {
                let message = message.ok_or("the subscription ended")?;
                take(app, &message.payload).await;
            }
            began = relays.next() => {
                began.ok_or("the subscription ended")?;
                catch_up::everything(app).await;
            }
            () = bus.changed.notified() => {
                catch_up::everything(app).await;
                next = Instant::now() + if bus.is_connected() { ONCE_MORE } else { COMPARE_WITHOUT };
            }
            () = sleep_until(next) => {
                catch_up::everything(app).await;
                next = Instant::now() + if bus.is_connected() { COMPARE_EVERY } else { COMPARE_WITHOUT };
            }
        }
    }
}

/// `<id of the event before it, or 0> <what PostgreSQL notified>`.
async fn take(app: &App, message: &[u8]) {
    let parts = std::str::from_utf8(message)
        .ok()
        .and_then(|text| text.split_once(' '))
        .and_then(|(before, payload)| Some((before.parse::<i64>().ok()?, payload)));
    let Some((before, payload)) = parts else {
        tracing::error!("event bus: unreadable message");
        return;
    };
    if let Some(organization) = organization_of(payload)
        && app.hub.lacks(organization, before)
    {
        catch_up::of(app, organization).await;
    }
    hand_on(app, payload).await;
}

fn organization_of(payload: &str) -> Option<OrganizationId> {
    #[derive(serde::Deserialize)]
    struct Head {
        organization_id: OrganizationId,
    }
    serde_json::from_str::<Head>(payload)
        .ok()
        .map(|head| head.organization_id)
}
