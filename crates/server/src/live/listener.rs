//! One `LISTEN` per process; whatever it hears goes to the hub.

use super::missed;
use super::notice::Notice;
use crate::app::App;
use crate::auth::KeyHash;
use db::connect::Raw;
use futures::StreamExt;
use serde::Deserialize;
use shared::OrganizationId;
use shared::live::LiveEvent;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

const RECONNECT_FIRST: Duration = Duration::from_millis(200);
const RECONNECT_LONGEST: Duration = Duration::from_secs(5);
/// A connection that lies dead behind a firewall shows only when spoken to.
const PROBE_EVERY: Duration = Duration::from_secs(15);

/// What `publish_live_event` notifies. `event` is left out where it would not fit into a notification.
#[derive(Deserialize)]
struct Notification {
    organization_id: OrganizationId,
    id: i64,
    event: Option<LiveEvent>,
}

/// Listens until the sockets of this process are told to close ([`super::Hub::stop`]).
pub fn spawn(app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        let stopped = app.hub.stopped();
        tokio::select! {
            () = stopped.cancelled() => {}
            () = run(app) => {}
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
async fn listen(app: &App, (client, mut connection): Raw) -> String {
    // The connection moves only while polled, also for the statements of its own client.
    let (sender, mut heard) = tokio::sync::mpsc::channel(1024);
    let driver = tokio::spawn(async move {
        let mut messages = futures::stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(message) = messages.next().await {
            match message {
                Ok(AsyncMessage::Notification(notification)) => {
                    if sender.send(notification).await.is_err() {
                        return String::new();
                    }
                }
                Ok(_) => {}
                Err(error) => return db::connect::full_message(&error),
            }
        }
        "the connection was closed".to_owned()
    });
    let driver = AbortOnDrop(driver);
    if let Err(error) = client
        .batch_execute(&format!(
            "LISTEN {}; LISTEN {}; LISTEN {}",
            db::live::CHANNEL,
            db::access::CHANNEL,
            db::brand::CHANNEL
        ))
        .await
    {
        return db::connect::full_message(&error);
    }
    // What was notified before this moment nobody here has heard.
    app.hub.gap_everywhere();
    app.principals.forget_all();
    app.sessions.forget_all();
    app.api_keys.forget_all();
    app.brands.forget_all();
    let mut probe = tokio::time::interval_at(tokio::time::Instant::now() + PROBE_EVERY, PROBE_EVERY);
    loop {
        tokio::select! {
            notification = heard.recv() => match notification {
                Some(notification) if notification.channel() == db::access::CHANNEL => {
                    access_changed(app, notification.payload());
                }
                Some(notification) if notification.channel() == db::brand::CHANNEL => app.brands.forget_all(),
                Some(notification) => hand_on(app, notification.payload()).await,
                None => return driver.reason().await,
            },
            _ = probe.tick() => {
                match tokio::time::timeout(PROBE_EVERY, client.batch_execute("SELECT 1")).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return db::connect::full_message(&error),
                    Err(_elapsed) => return "no answer to a probe".to_owned(),
                }
            }
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

async fn hand_on(app: &App, payload: &str) {
    // The organization is read first: most events of a large installation are watched by nobody here.
    #[derive(Deserialize)]
    struct Head {
        organization_id: OrganizationId,
    }
    match serde_json::from_str::<Head>(payload) {
        Ok(head) if !app.hub.is_watched(head.organization_id) => return,
        Ok(_) => {}
        Err(error) => {
            tracing::error!(error = %error, "live events: unreadable notification");
            return;
        }
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

/// The task that drives the connection ends with the one that uses it.
struct AbortOnDrop(JoinHandle<String>);

impl AbortOnDrop {
    async fn reason(mut self) -> String {
        (&mut self.0).await.unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
