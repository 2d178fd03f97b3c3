//! A browser tab that watches running calls.

use super::Client;
use futures::{SinkExt, StreamExt};
use shared::live::{LiveCommand, LiveEvent, LiveMessage};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A browser tab on `/api/live`.
pub struct Tab(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Tab {
    pub async fn try_open(client: &Client, origin: &str) -> Result<Self, Error> {
        let mut request = format!("{}/api/live", client.base.replace("http", "ws")).into_client_request()?;
        request.headers_mut().insert("origin", origin.parse().unwrap());
        if let Some(cookie) = &client.cookie {
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    /// Opened and greeted; what happened last.
    pub async fn open(client: &Client) -> (Self, i64) {
        let mut tab = Self::try_open(client, &client.base).await.unwrap();
        match tab.next().await {
            LiveMessage::Hello { last_event_id } => (tab, last_event_id),
            other => panic!("{other:?}"),
        }
    }

    /// Opened, and events flow from now on.
    pub async fn watching(client: &Client) -> Self {
        let (mut tab, last) = Self::open(client).await;
        tab.resume(last).await;
        tab
    }

    /// The same at another server, from a page of the first one's origin.
    pub async fn watching_from(client: &Client, origin: &str) -> Self {
        let mut tab = Self::try_open(client, origin).await.unwrap();
        match tab.next().await {
            LiveMessage::Hello { last_event_id } => tab.resume(last_event_id).await,
            other => panic!("{other:?}"),
        }
        tab
    }

    pub async fn resume(&mut self, last_event_id: i64) {
        let command = serde_json::to_string(&LiveCommand::Resume { last_event_id }).unwrap();
        self.0.send(Message::text(command)).await.unwrap();
    }

    pub async fn message(&mut self) -> Option<LiveMessage> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
            match next.expect("nothing came for 20 s")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn next(&mut self) -> LiveMessage {
        self.message().await.expect("the socket was closed")
    }

    pub async fn event(&mut self) -> (i64, LiveEvent) {
        match self.next().await {
            LiveMessage::Event { id, event } => (id, event),
            other => panic!("{other:?}"),
        }
    }
}
