//! When sessions and API keys were last used: kept in memory, written down once a minute in one statement each.

use crate::app::App;
use std::time::Duration;
use tokio::task::JoinHandle;

const EVERY: Duration = Duration::from_secs(60);

/// Until the task is aborted.
pub fn spawn(app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            write(&app).await;
        }
    })
}

/// What is not written is news that is lost; nothing depends on it.
pub async fn write(app: &App) {
    let (sessions, keys) = (app.sessions.flush().await, app.api_keys.flush(&app.db).await);
    for failed in [sessions, keys].into_iter().filter_map(Result::err) {
        tracing::warn!(error = %failed, "last uses could not be written down");
    }
}
