//! One `LISTEN` per process; whatever it hears goes to the hub.

use super::notice::Notice;
use super::notifications::Notifications;
use super::{bus, missed};
use crate::app::App;
use crate::auth::KeyHash;
use crate::config::BusConfig;
use db::connect::Raw;
use serde::Deserialize;
use shared::OrganizationId;
use shared::live::LiveEvent;
use std::time::Duration;
use tokio::task::JoinHandle;

const RECONNECT_FIRST: Duration = Duration::from_millis(200);
const RECONNECT_LONGEST: Duration = Duration::from_secs(5);

/// What `publish_live_event` notifies. `event` is left out where it would not fit into a notification.
#[derive(Deserialize)]
struct Notification {
    organization_id: OrganizationId,
    id: i64,
    event: Option<LiveEvent>,
}

/// What decides who gets it.
#[derive(Deserialize)]
struct Head {
    organization_id: OrganizationId,
    event: Option<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

impl Head {
    /// Calls that begin, end or are followed otherwise; words and syncs stand on no wall.
    fn is_of_the_wall(&self) -> bool {
        self.event
            .as_ref()
            .is_none_or(|event| matches!(event.kind.as_str(), "call_started" | "call_status" | "call_ended"))
    }
}

/// Listens until the sockets of this process are told to close ([`super::Hub::stop`]).
pub fn spawn(app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        let stopped = app.hub.stopped();
        let other_bus = async {
            match &app.config.bus {
                BusConfig::Postgres => std::future::pending().await,
                BusConfig::Nats(settings) => bus::run(app.clone(), settings.clone()).await,
            }
        };
        tokio::select! {
            () = stopped.cancelled() => {}
            () = run(app.clone()) => {}
            () = other_bus => {}
        }
    })
}

async fn run(app: App) {
    let mut wait = RECONNECT_FIRST;
    loop {
        match app.db.listener().await {
            Ok(raw) => {
                wait = RECONNECT_FIRST;
                let why = listen(&app, raw).await;
                tracing::warn!(
                    error = why,
                    "live events: listening connection lost, reconnecting"
                );
            }
            Err(error) => tracing::warn!(error = %error, "live events: database can not be reached"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RECONNECT_LONGEST);
    }
}

/// Hears until the connection is lost, and says why it was.
async fn listen(app: &App, raw: Raw) -> String {
    let mut channels = vec![db::live::CHANNEL, db::access::CHANNEL, db::brand::CHANNEL];
    // Events then come over the other bus.
    let is_bus = matches!(app.config.bus, BusConfig::Postgres);
    channels.retain(|channel| is_bus || *channel != db::live::CHANNEL);
    let mut notifications = match Notifications::on(raw, &channels).await {
        Ok(notifications) => notifications,
        Err(why) => return why,
    };
    // What was notified before this moment nobody here has heard.
    if is_bus {
        app.hub.gap_everywhere();
        app.below.everywhere();
    }
    app.principals.forget_all();
    app.sessions.forget_all();
    app.api_keys.forget_all();
    app.brands.forget_all();
    loop {
        let notification = match notifications.next().await {
            Ok(notification) => notification,
            Err(why) => return why,
        };
        match notification.channel() {
            db::access::CHANNEL => access_changed(app, notification.payload()),
            db::brand::CHANNEL => app.brands.forget_all(),
            _ => hand_on(app, notification.payload()).await,
        }
    }
}

/// What the database's triggers say on the `access` channel.
fn access_changed(app: &App, payload: &str) {
    let ended = payload.strip_prefix("session ").map(hex::decode);
    match (payload, ended) {
        ("api_keys", _) => app.api_keys.forget_all(),
        (_, Some(Ok(key))) => match <KeyHash>::try_from(key) {
            Ok(key) => {
                app.sessions.forget(&key);
                app.hub.session_ended(key);
            }
            Err(_other_length) => app.sessions.forget_all(),
        },
        // Rights, or what a newer server says.
        _ => app.principals.forget_all(),
    }
}

/// Hands what was notified to the sockets that it concerns.
pub(super) async fn hand_on(app: &App, payload: &str) {
    // The organization is read first: most events of a large installation are watched by nobody here.
    let head = match serde_json::from_str::<Head>(payload) {
        Ok(head) => head,
        Err(error) => {
            tracing::error!(error = %error, "live events: unreadable notification");
            return;
        }
    };
    if head.is_of_the_wall() {
        app.below.changed(app, head.organization_id).await;
    }
    if !app.hub.is_watched(head.organization_id) {
        return;
    }
    let notification: Notification = match serde_json::from_str(payload) {
        Ok(notification) => notification,
        Err(error) => {
            // A newer server publishes kinds that this one does not know.
            tracing::debug!(error = %error, "live events: unknown kind of event");
            return;
        }
    };
    let Notification {
        organization_id,
        id,
        event,
    } = notification;
    let notice = match event {
        Some(event) => Notice::new(id, event)
            .map(Some)
            .map_err(|error| error.to_string()),
        None => missed::one(app, organization_id, id)
            .await
            .map_err(|error| error.to_string()),
    };
    match notice {
        Ok(Some(notice)) => app.hub.publish(organization_id, notice),
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(error, event.id = id, "live events: event could not be read");
            app.hub.gap(organization_id);
        }
    }
}
