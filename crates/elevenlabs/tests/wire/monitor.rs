//! The monitor socket against a vendor that really speaks WebSocket.

use std::time::Duration;

use echosensei_elevenlabs::Error;
use echosensei_elevenlabs::monitor::{MonitorCommand, MonitorEvent};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use url::Url;

use crate::vendor::{KEY, Reply, Vendor};

/// A socket server for one connection, and what was asked of it.
async fn listen<F, Fut>(play: F) -> (Vendor, oneshot::Receiver<(String, String)>)
where
    F: FnOnce(WebSocketStream<TcpStream>) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut vendor = Vendor::start([Reply::Cut]).await;
    vendor.url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (asked, seen) = oneshot::channel();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut asked = Some(asked);
        #[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
        let note = |request: &Request, response: Response| {
            let key = request
                .headers()
                .get("xi-api-key")
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            asked
                .take()
                .unwrap()
                .send((request.uri().to_string(), key))
                .unwrap();
            Ok(response)
        };
        play(accept_hdr_async(socket, note).await.unwrap()).await;
    });
    (vendor, seen)
}

fn text(frame: Value) -> Message {
    Message::text(frame.to_string())
}

#[tokio::test]
async fn events_arrive_typed_commands_leave_as_the_vendor_reads_them_and_the_end_is_an_end() {
    let (vendor, asked) = listen(|mut socket| async move {
        socket.send(text(json!({"type": "connected"}))).await.unwrap();
        let answer = json!({"type": "agent_response", "agent_response_event": {"agent_response": "Hi", "event_id": 2}});
        socket.send(text(answer)).await.unwrap();
        socket.send(Message::Ping("x".into())).await.unwrap();
        socket.send(Message::text("no json")).await.unwrap();
        let mut commands = Vec::new();
        while commands.len() < 2 {
            if let Message::Text(command) = socket.next().await.unwrap().unwrap() {
                commands.push(serde_json::from_str::<Value>(&command).unwrap());
            }
        }
        assert_eq!(commands[0], json!({"command_type": "contextual_update", "parameters": {"contextual_update": "VIP"}}));
        assert_eq!(commands[1], json!({"command_type": "end_call"}));
        socket.send(text(json!({"type": "telepathy"}))).await.unwrap();
        socket.close(None).await.unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;

    let mut monitor = vendor.client().monitor("conv_1").await.unwrap();
    assert_eq!(
        asked.await.unwrap(),
        (
            "/v1/convai/conversations/conv_1/monitor".to_owned(),
            KEY.to_owned()
        )
    );
    assert_eq!(monitor.next().await, Some(Ok(MonitorEvent::Connected)));
    let answer = MonitorEvent::AgentResponse {
        event_id: Some(2),
        text: "Hi".into(),
    };
    assert_eq!(monitor.next().await, Some(Ok(answer)));
    assert!(matches!(monitor.next().await, Some(Err(Error::Decode { .. }))));
    monitor
        .send(&MonitorCommand::ContextualUpdate { text: "VIP".into() })
        .await
        .unwrap();
    monitor.send(&MonitorCommand::EndCall).await.unwrap();
    assert!(
        matches!(monitor.next().await, Some(Ok(MonitorEvent::Other { kind, .. })) if kind == "telepathy")
    );
    assert_eq!(monitor.next().await, None);
}

#[tokio::test]
async fn a_close_for_cause_is_told_with_its_code() {
    let (vendor, _asked) = listen(|mut socket| async move {
        socket
            .close(Some(CloseFrame {
                code: 1008.into(),
                reason: "monitoring off".into(),
            }))
            .await
            .unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let mut monitor = vendor.client().monitor("conv_1").await.unwrap();
    let wanted = Error::SocketClosed {
        code: 1008,
        reason: "monitoring off".into(),
    };
    assert_eq!(monitor.next().await, Some(Err(wanted)));
}

#[tokio::test]
async fn a_lost_connection_is_an_error_and_no_end_of_the_call() {
    let (vendor, _asked) = listen(|socket| async move { drop(socket) }).await;
    let events: Vec<_> = vendor
        .client()
        .monitor("conv_1")
        .await
        .unwrap()
        .into_stream()
        .collect()
        .await;
    assert!(
        matches!(events.as_slice(), [Err(Error::Network(_))]),
        "{events:?}"
    );
}

#[tokio::test]
async fn a_refused_socket_gives_the_same_errors_as_rest() {
    let missing =
        r#"{"detail":{"status":"missing_permissions","message":"missing the permission convai_write"}}"#;
    let vendor = Vendor::start([Reply::status(401, missing)]).await;
    let outcome = vendor.client().monitor("conv_1").await.map(drop);
    assert!(
        matches!(&outcome, Err(Error::Forbidden { permission: Some(name), .. }) if name == "convai_write"),
        "{outcome:?}"
    );
    let vendor = Vendor::start([Reply::status(404, r#"{"detail":"gone"}"#)]).await;
    assert!(matches!(
        vendor.client().monitor("conv_1").await.map(drop),
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn opening_a_socket_that_does_not_answer_ends_in_time() {
    let vendor = Vendor::start([Reply::Stall]).await;
    let opening = vendor.client();
    let outcome = tokio::time::timeout(Duration::from_secs(2), opening.monitor("conv_1"))
        .await
        .unwrap();
    assert_eq!(outcome.map(drop), Err(Error::Timeout));
}
