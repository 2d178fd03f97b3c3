//! Talking to an agent over the socket.
use crate::common::{Sim, frame};
use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn agent(sim: &Sim) -> String {
    sim.get("/v1/convai/agents").await.1["agents"][0]["agent_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn until(socket: &mut crate::common::Socket, kind: &str) -> Value {
    loop {
        let frame = frame(socket)
            .await
            .unwrap_or_else(|| panic!("closed before {kind}"));
        if frame["type"] == kind {
            return frame;
        }
    }
}

#[tokio::test]
async fn a_text_is_answered_in_words_and_sound_and_the_call_is_kept() {
    let sim = Sim::quiet();
    let url = sim
        .url(&format!("/v1/convai/conversation?agent_id={}", agent(&sim).await))
        .replacen("http", "ws", 1);
    let request = tokio_tungstenite::tungstenite::ClientRequestBuilder::new(url.parse().unwrap())
        .with_sub_protocol("convai");
    let (mut socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "convai");
    socket
        .send(Message::text(
            json!({"type": "conversation_initiation_client_data", "user_id": "u-7"}).to_string(),
        ))
        .await
        .unwrap();
    let first = frame(&mut socket).await.unwrap();
    let id = first["conversation_initiation_metadata_event"]["conversation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    until(&mut socket, "audio").await;
    assert_eq!(sim.detail(&id).await["status"], "in-progress");
    socket
        .send(Message::text(
            json!({"type": "user_message", "text": "Where is my parcel?"}).to_string(),
        ))
        .await
        .unwrap();
    let answer = until(&mut socket, "agent_response").await;
    assert!(
        !answer["agent_response_event"]["agent_response"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    let audio = until(&mut socket, "audio").await;
    assert!(
        audio["audio_event"]["audio_base_64"].as_str().unwrap().len() > 20_000,
        "more than half a second of samples"
    );
    let ping = until(&mut socket, "ping").await;
    assert!(ping["ping_event"].get("ping_ms").is_some());
    socket.close(None).await.unwrap();
    let done = sim.until(&id, "done").await;
    assert_eq!(
        (&done["user_id"], &done["transcript"][1]["message"]),
        (&json!("u-7"), &json!("Where is my parcel?"))
    );
    assert_eq!(done["has_audio"], true);
}

#[tokio::test]
async fn a_signed_url_with_a_conversation_id_works_once() {
    let sim = Sim::quiet();
    let agent = agent(&sim).await;
    sim.send(
        "PATCH",
        &format!("/v1/convai/agents/{agent}"),
        json!({"platform_settings": {"auth": {"enable_auth": true}}}),
    )
    .await;
    let public = sim
        .url(&format!("/v1/convai/conversation?agent_id={agent}"))
        .replacen("http", "ws", 1);
    let mut refused = sim.socket(&public, &[]).await.unwrap();
    assert!(
        frame(&mut refused).await.is_none(),
        "a private agent wants a signature"
    );
    let (_, signed) = sim
        .get(&format!(
            "/v1/convai/conversation/get-signed-url?agent_id={agent}&include_conversation_id=true"
        ))
        .await;
    let url = signed["signed_url"].as_str().unwrap();
    let mut socket = sim.socket(url, &[]).await.unwrap();
    let metadata = frame(&mut socket).await.unwrap();
    let id = metadata["conversation_initiation_metadata_event"]["conversation_id"]
        .as_str()
        .unwrap();
    assert!(url.contains(id), "the id is known before the call");
    let mut again = sim.socket(url, &[]).await.unwrap();
    assert!(frame(&mut again).await.is_none());
}

#[tokio::test]
async fn an_override_that_the_agent_does_not_allow_is_refused() {
    let sim = Sim::quiet();
    let url = sim
        .url(&format!("/v1/convai/conversation?agent_id={}", agent(&sim).await))
        .replacen("http", "ws", 1);
    let mut socket = sim.socket(&url, &[]).await.unwrap();
    let data = json!({"type": "conversation_initiation_client_data", "conversation_config_override": {"agent": {"first_message": "Hacked"}}});
    socket.send(Message::text(data.to_string())).await.unwrap();
    let error = frame(&mut socket).await.unwrap();
    assert_eq!(
        (&error["type"], &error["error_event"]["error_type"]),
        (&json!("error"), &json!("override_error"))
    );
    assert!(frame(&mut socket).await.is_none());
}

#[tokio::test]
async fn a_monitor_hears_what_a_real_client_says() {
    let sim = Sim::quiet();
    let agent = agent(&sim).await;
    let url = sim
        .url(&format!("/v1/convai/conversation?agent_id={agent}"))
        .replacen("http", "ws", 1);
    let mut socket = sim.socket(&url, &[]).await.unwrap();
    let metadata = frame(&mut socket).await.unwrap();
    let id = metadata["conversation_initiation_metadata_event"]["conversation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut monitor = sim.monitor(crate::common::MAIN, &id).await.unwrap();
    until(&mut monitor, "history_complete").await;
    socket
        .send(Message::text(
            json!({"type": "user_message", "text": "Can you hear me?"}).to_string(),
        ))
        .await
        .unwrap();
    assert_eq!(
        until(&mut monitor, "user_transcript").await["user_transcription_event"]["user_transcript"],
        "Can you hear me?"
    );
}
