//! One `LISTEN` connection.

use db::connect::Raw;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_postgres::{AsyncMessage, Client, Notification};

/// A connection that lies dead behind a firewall shows only when spoken to.
const PROBE_EVERY: Duration = Duration::from_secs(15);
/// Notifications that may wait here for whoever reads them.
const WAITING: usize = 1024;

/// What is heard on some channels.
pub struct Notifications {
    client: Client,
    heard: mpsc::Receiver<Notification>,
    driver: AbortOnDrop,
    probe: Interval,
}

impl Notifications {
    /// Listens on `channels`.
    ///
    /// # Errors
    /// Why it can not, for the log.
    pub async fn on((client, mut connection): Raw, channels: &[&str]) -> Result<Self, String> {
        // The connection moves only while polled, also for the statements of its own client.
        let (sender, heard) = mpsc::channel(WAITING);
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
        let listen: Vec<String> = channels
            .iter()
            .map(|channel| format!("LISTEN {channel}"))
            .collect();
        client
            .batch_execute(&listen.join("; "))
            .await
            .map_err(|error| db::connect::full_message(&error))?;
        let mut probe = tokio::time::interval_at(tokio::time::Instant::now() + PROBE_EVERY, PROBE_EVERY);
        probe.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            client,
            heard,
            driver,
            probe,
        })
    }

    /// The next notification. Not to be raced: a probe may be on its way.
    ///
    /// # Errors
    /// Why nothing more will be heard.
    pub async fn next(&mut self) -> Result<Notification, String> {
        loop {
            tokio::select! {
                notification = self.heard.recv() => return match notification {
                    Some(notification) => Ok(notification),
                    None => Err(self.driver.reason().await),
                },
                _ = self.probe.tick() => {
                    match tokio::time::timeout(PROBE_EVERY, self.client.batch_execute("SELECT 1")).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => return Err(db::connect::full_message(&error)),
                        Err(_elapsed) => return Err("no answer to a probe".to_owned()),
                    }
                }
            }
        }
    }

    /// For statements beside the listening.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// The task that drives the connection ends with the one that uses it.
struct AbortOnDrop(JoinHandle<String>);

impl AbortOnDrop {
    async fn reason(&mut self) -> String {
        (&mut self.0).await.unwrap_or_else(|error| error.to_string())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
