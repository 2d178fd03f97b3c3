//! The monitor socket.
use crate::common::{MAIN, READ_ONLY, Sim, frame};
use futures::SinkExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_monitor_hears_the_past_then_the_present_each_turn_once_and_then_the_end() {
    let sim = Sim::quiet();
    let call = sim
        .control(
            "calls",
            json!({"turn_interval_ms": 80, "language": "de", "turns": 8}),
        )
        .await;
    let id = call["conversation_id"].as_str().unwrap();
    sim.until(id, "in-progress").await;
    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    let mut socket = sim.monitor(MAIN, id).await.unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = frame(&mut socket).await {
        frames.push(frame);
    }
    assert_eq!(frames[0]["type"], "connected");
    let border = frames
        .iter()
        .position(|frame| frame["type"] == "history_complete")
        .unwrap();
    assert!(border > 1, "there was a past");
    assert!(frames.len() > border + 1, "there was a present");
    let heard: Vec<_> = frames
        .iter()
        .filter_map(|frame| {
            frame
                .pointer("/user_transcription_event/user_transcript")
                .or(frame.pointer("/agent_response_event/agent_response"))
        })
        .cloned()
        .collect();
    let done = sim.until(id, "done").await;
    let said: Vec<_> = done["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| turn["message"].clone())
        .filter(|text| text.is_string())
        .collect();
    assert_eq!(heard, said);
}

#[tokio::test]
async fn end_call_ends_the_call_and_unknown_frames_are_ignored() {
    let sim = Sim::quiet();
    let call = sim.control("calls", json!({"turn_interval_ms": 100})).await;
    let id = call["conversation_id"].as_str().unwrap();
    sim.until(id, "in-progress").await;
    let mut socket = sim.monitor(MAIN, id).await.unwrap();
    for text in [
        "not json",
        r#"{"type":"end_call"}"#,
        r#"{"command_type":"contextual_update","parameters":{"contextual_update":"VIP"}}"#,
    ] {
        socket.send(Message::text(text)).await.unwrap();
    }
    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    assert_eq!(sim.detail(id).await["status"], "in-progress");
    socket
        .send(Message::text(r#"{"command_type":"end_call"}"#))
        .await
        .unwrap();
    while frame(&mut socket).await.is_some() {}
    let done = sim.until(id, "done").await;
    assert!(done["transcript"].as_array().unwrap().len() < call["turns"].as_u64().unwrap() as usize);
    assert_eq!(
        done["metadata"]["termination_reason"],
        "Conversation ended by a monitoring client"
    );
}

#[tokio::test]
async fn a_monitor_is_refused_without_permission_without_the_flag_and_after_the_end() {
    let sim = Sim::quiet();
    let call = sim.control("calls", json!({"turn_interval_ms": 200})).await;
    let id = call["conversation_id"].as_str().unwrap();
    sim.until(id, "in-progress").await;
    assert_eq!(sim.monitor(READ_ONLY, id).await.unwrap_err(), 403);
    assert_eq!(sim.monitor("sk_unknown", id).await.unwrap_err(), 401);
    let (_, past) = sim
        .get("/v1/convai/conversations?main_languages=de&call_successful=success&page_size=1")
        .await;
    assert_eq!(
        sim.monitor(
            MAIN,
            past["conversations"][0]["conversation_id"].as_str().unwrap()
        )
        .await
        .unwrap_err(),
        400
    );
    let agent = call["agent_id"].as_str().unwrap();
    let off = json!({"conversation_config": {"conversation": {"monitoring_enabled": false}}});
    sim.send("PATCH", &format!("/v1/convai/agents/{agent}"), off)
        .await;
    let unmonitored = sim
        .control("calls", json!({"agent_id": agent, "turn_interval_ms": 200}))
        .await;
    assert_eq!(
        sim.monitor(MAIN, unmonitored["conversation_id"].as_str().unwrap())
            .await
            .unwrap_err(),
        403
    );
}
