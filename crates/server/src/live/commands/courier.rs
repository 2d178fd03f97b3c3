//! Hears of commands and hands those for calls that this process follows to their followers.
//!
//! A notification that nobody heard, because this connection was just being made anew, is sent again by whoever waits.

use super::{CHANNEL, Order};
use crate::app::App;
use crate::live::notifications::Notifications;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const AGAIN_AFTER: Duration = Duration::from_millis(300);

/// Runs until `shutdown`, beside the pollers.
pub fn spawn(app: App, shutdown: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = run(app) => {}
        }
    })
}

async fn run(app: App) {
    loop {
        let why = match app.db.listener().await {
            Ok(raw) => listen(&app, raw).await,
            Err(error) => error.to_string(),
        };
        tracing::warn!(
            error = why,
            "commands for running calls: listening connection lost, reconnecting"
        );
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

async fn listen(app: &App, raw: db::connect::Raw) -> String {
    let mut notifications = match Notifications::on(raw, &[CHANNEL]).await {
        Ok(notifications) => notifications,
        Err(why) => return why,
    };
    loop {
        match notifications.next().await {
            Ok(notification) => match serde_json::from_str::<Order>(notification.payload()) {
                Ok(order) => _ = app.desk.hand(order),
                Err(error) => {
                    tracing::error!(error = %error, "commands for running calls: unreadable notification")
                }
            },
            Err(why) => return why,
        }
    }
}
