//! The socket itself: opening, reading, commanding.

use std::time::Duration;

use futures::{SinkExt, Stream, StreamExt, stream};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::USER_AGENT;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};

use super::{MonitorCommand, MonitorEvent};
use crate::{Client, Error, request, transport};

/// A ping after this much silence; no answer for as long again ends the socket.
const PING_AFTER: Duration = Duration::from_secs(20);
const MAX_FRAME_BYTES: usize = 4 << 20;

impl Client {
    /// Opens `/v1/convai/conversations/{id}/monitor`.
    ///
    /// # Errors
    /// As for REST where the vendor refuses (a missing permission, a call that does not run), and
    /// [`Error::Network`], [`Error::PrivateHost`] or [`Error::Timeout`]. Not repeated.
    pub async fn monitor(&self, conversation_id: &str) -> Result<Monitor, Error> {
        let mut url = self.url(&["v1", "convai", "conversations", conversation_id, "monitor"])?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        if url.set_scheme(scheme).is_err() {
            return Err(Error::Configuration("the base URL cannot carry a socket".into()));
        }
        let mut request = url
            .as_str()
            .into_client_request()
            .map_err(|error| self.socket_error(error))?;
        request.headers_mut().insert("xi-api-key", self.key_header()?);
        let agent = tokio_tungstenite::tungstenite::http::HeaderValue::from_static(transport::user_agent());
        request.headers_mut().insert(USER_AGENT, agent);

        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let tls = Connector::Rustls(self.inner.transport.tls.clone());
        let opening = async {
            let stream = self.inner.transport.hosts.connect(&url).await?;
            client_async_tls_with_config(request, stream, Some(limits), Some(tls))
                .await
                .map_err(|error| self.socket_error(error))
        };
        let (socket, _) = timeout(self.inner.timeouts.attempt, opening)
            .await
            .map_err(request::timed_out)??;
        Ok(Monitor {
            socket,
            ping_at: Instant::now() + PING_AFTER,
            pinged: false,
            over: false,
        })
    }

    fn socket_error(&self, error: WsError) -> Error {
        match error {
            WsError::Http(response) => {
                let body = response.body().as_deref().unwrap_or_default();
                self.refusal(
                    response.status().as_u16(),
                    body,
                    request::retry_after(response.headers()),
                )
            }
            other => network(&other),
        }
    }
}

/// An open monitor socket. Dropping it leaves the call alone.
#[derive(Debug)]
pub struct Monitor {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    ping_at: Instant,
    pinged: bool,
    over: bool,
}

impl Monitor {
    /// The next event; `None` when the call is over. May be raced in a `select!`: nothing gets lost.
    ///
    /// After [`Error::Decode`] the socket is still good; after any other error only `None` follows.
    pub async fn next(&mut self) -> Option<Result<MonitorEvent, Error>> {
        if self.over {
            return None;
        }
        let event = self.read().await;
        self.over = !matches!(event, Some(Ok(_) | Err(Error::Decode { .. })));
        event
    }

    async fn read(&mut self) -> Option<Result<MonitorEvent, Error>> {
        loop {
            let message = tokio::select! {
                message = self.socket.next() => message,
                () = sleep_until(self.ping_at) => {
                    if self.pinged {
                        return Some(Err(Error::Timeout));
                    }
                    self.pinged = true;
                    self.ping_at = Instant::now() + PING_AFTER;
                    // A peer that reads nothing would otherwise hold us here for ever.
                    match timeout(PING_AFTER, self.socket.send(Message::Ping(Default::default()))).await {
                        Ok(Ok(())) => continue,
                        Ok(Err(error)) => return ended(&error),
                        Err(_) => return Some(Err(Error::Timeout)),
                    }
                }
            };
            self.pinged = false;
            self.ping_at = Instant::now() + PING_AFTER;
            match message? {
                Ok(Message::Text(text)) => {
                    return Some(request::decode(text.as_bytes()).map(MonitorEvent::from_frame));
                }
                Ok(Message::Close(frame)) => return closed(frame),
                Ok(_) => {}
                Err(error) => return ended(&error),
            }
        }
    }

    /// # Errors
    /// [`Error::Network`] when the socket is gone, [`Error::Timeout`] when it takes nothing.
    pub async fn send(&mut self, command: &MonitorCommand) -> Result<(), Error> {
        let frame = Message::text(command.to_frame());
        let sent = timeout(PING_AFTER, self.socket.send(frame))
            .await
            .map_err(request::timed_out)?;
        sent.map_err(|error| network(&error))
    }

    /// The events as a stream, for those who only watch.
    pub fn into_stream(self) -> impl Stream<Item = Result<MonitorEvent, Error>> + Send + Unpin + 'static {
        Box::pin(stream::unfold(self, |mut monitor| async move {
            let event = monitor.next().await?;
            Some((event, monitor))
        }))
    }

    /// Says goodbye to the vendor; the call goes on.
    pub async fn close(mut self) {
        // The vendor may be gone already, which is what was wanted.
        timeout(Duration::from_secs(2), self.socket.close(None))
            .await
            .ok();
    }
}

fn closed(frame: Option<CloseFrame>) -> Option<Result<MonitorEvent, Error>> {
    let frame = frame?;
    match frame.code {
        CloseCode::Normal | CloseCode::Away | CloseCode::Status => None,
        code => Some(Err(Error::SocketClosed {
            code: code.into(),
            reason: frame.reason.to_string(),
        })),
    }
}

fn ended(error: &WsError) -> Option<Result<MonitorEvent, Error>> {
    match error {
        WsError::ConnectionClosed | WsError::AlreadyClosed => None,
        other => Some(Err(network(other))),
    }
}

fn network(error: &WsError) -> Error {
    Error::Network(error.to_string())
}
