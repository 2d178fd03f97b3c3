//! NATS as the carrier of live events, where `EVENT_BUS=nats` says so.
//!
//! Without it every server listens to PostgreSQL, which then tells every event to every server. With it one process of the
//! installation listens and hands on ([`relay`]), the others hear NATS ([`subscriber`]). Nothing else changes: an event is
//! written into `live_events` in the transaction that changes the call, and a browser that was away resumes from there.
//!
//! NATS promises nothing: a message may get lost, with the relay, a server of the cluster or the network. So each message
//! tells which event of the same organization came before it, and a server that misses that one reads it from the table
//! ([`catch_up`]). It also compares with the table every few seconds, and every second while NATS can not be reached: events
//! then come late, and none is lost.

mod catch_up;
mod relay;
mod subscriber;

use crate::app::App;
use crate::config::NatsSettings;
use async_nats::connection::State;
use async_nats::{Client, ConnectOptions};
use shared::OrganizationId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Longer waits between two attempts to connect would only delay what is waited for.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);

/// A connection to NATS, and its subjects.
#[derive(Clone)]
struct Bus {
    client: Client,
    subject: String,
    /// Connected, or disconnected, a moment ago.
    changed: Arc<Notify>,
}

impl Bus {
    async fn connect(settings: &NatsSettings) -> Result<Self, String> {
        let changed = Arc::new(Notify::new());
        let told = changed.clone();
        let mut options = ConnectOptions::new()
            .name("echosensei")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|_attempts| RECONNECT_AFTER)
            .event_callback(move |event| {
                let told = told.clone();
                async move {
                    tracing::info!(%event, "event bus");
                    told.notify_one();
                }
            });
        if let Some(file) = &settings.ca_file {
            options = options.add_root_certificates(file.clone());
        }
        let servers: Vec<String> = settings.servers.iter().map(ToString::to_string).collect();
        let client = options
            .connect(servers)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            subject: settings.subject.clone(),
            changed,
        })
    }

    fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Events of one organization.
    fn events_of(&self, organization: OrganizationId) -> String {
        format!("{}.live.{organization}", self.subject)
    }

    fn all_events(&self) -> String {
        format!("{}.live.*", self.subject)
    }

    /// A new relay began: what was published while there was none was handed on to nobody.
    fn began(&self) -> String {
        format!("{}.relay", self.subject)
    }
}

/// Hears events from NATS, and stands by to be the one that hands them on. Runs until it is dropped.
pub async fn run(app: App, settings: NatsSettings) {
    let bus = loop {
        match Bus::connect(&settings).await {
            Ok(bus) => break bus,
            Err(error) => {
                tracing::error!(
                    error,
                    "event bus: NATS_URL or NATS_CA_FILE can not be used, trying again"
                );
                catch_up::everything(&app).await;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    };
    tokio::join!(relay::run(&app, &bus), subscriber::run(&app, &bus));
}
