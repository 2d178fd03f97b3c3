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
    let mut heard = Vec::new();
    for frame in &frames {
        let words = frame
            .pointer("/user_transcription_event/user_transcript")
            .or(frame.pointer("/agent_response_event/agent_response"));
        heard.extend(words.cloned());
        if let Some(correction) = frame.get("agent_response_correction_event") {
            let last = heard.last_mut().unwrap();
            assert_eq!(*last, correction["original_agent_response"]);
            *last = correction["corrected_agent_response"].clone();
        }
    }
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

async fn command(socket: &mut crate::common::Socket, command: serde_json::Value) {
    socket.send(Message::text(command.to_string())).await.unwrap();
}

/// The words of the next frame of this kind.
async fn next(socket: &mut crate::common::Socket, kind: &str) -> serde_json::Value {
    loop {
        let frame = frame(socket).await.unwrap_or_else(|| panic!("no {kind} came"));
        if frame["type"] == kind {
            return frame;
        }
    }
}

#[tokio::test]
async fn a_contextual_update_changes_what_the_agent_says_next_and_what_the_transcript_keeps() {
    let sim = Sim::quiet();
    let call = sim
        .control("calls", json!({"turn_interval_ms": 80, "turns": 12}))
        .await;
    let id = call["conversation_id"].as_str().unwrap();
    sim.until(id, "in-progress").await;
    let mut socket = sim.monitor(MAIN, id).await.unwrap();
    next(&mut socket, "history_complete").await;
    let update = json!({"command_type": "contextual_update", "parameters": {"contextual_update": "She is a regular."}});
    command(&mut socket, update).await;
    let mut said = Vec::new();
    while let Some(frame) = frame(&mut socket).await {
        if let Some(text) = frame.pointer("/agent_response_event/agent_response") {
            said.push(text.as_str().unwrap().to_owned());
        }
    }
    let with: Vec<_> = said
        .iter()
        .filter(|text| text.ends_with("She is a regular."))
        .collect();
    assert_eq!(with.len(), 1, "{said:?}");
    let done = sim.until(id, "done").await;
    let kept = done["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|turn| turn["message"].as_str() == Some(with[0]))
        .count();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_person_takes_over_a_chat_and_gives_it_back_and_no_call_that_is_spoken() {
    let sim = Sim::quiet();
    let agent = "agent_01jz3k7brightlinedental00004";
    let text_only = |on: bool| json!({"conversation_config": {"conversation": {"text_only": on}}});
    for (is_chat, wanted) in [(false, 0), (true, 1)] {
        let patched = sim
            .client
            .patch(sim.url(&format!("/v1/convai/agents/{agent}")))
            .header("xi-api-key", MAIN)
            .json(&text_only(is_chat));
        assert_eq!(crate::common::answer(patched).await.0, 200);
        let call = sim
            .control(
                "calls",
                json!({"turn_interval_ms": 80, "turns": 14, "agent_id": agent}),
            )
            .await;
        let id = call["conversation_id"].as_str().unwrap();
        sim.until(id, "in-progress").await;
        let mut socket = sim.monitor(MAIN, id).await.unwrap();
        next(&mut socket, "history_complete").await;
        let say = json!({"command_type": "send_human_message", "parameters": {"text": "This is Ann."}});
        // Before it is taken over nobody hears it.
        command(&mut socket, say.clone()).await;
        command(&mut socket, json!({"command_type": "enable_human_takeover"})).await;
        command(&mut socket, say).await;
        command(&mut socket, json!({"command_type": "disable_human_takeover"})).await;
        let (mut connected, mut said) = (Vec::new(), 0);
        while let Some(frame) = frame(&mut socket).await {
            let kind = frame["type"].as_str().unwrap();
            if kind.starts_with("external_agent_") {
                connected.push(kind.to_owned());
            }
            said += usize::from(frame["agent_response_event"]["agent_response"] == "This is Ann.");
        }
        assert_eq!((said, connected.len()), (wanted, 2 * wanted), "{connected:?}");
        let done = sim.until(id, "done").await;
        let turns = done["transcript"].as_array().unwrap().iter();
        assert_eq!(
            turns.filter(|turn| turn["message"] == "This is Ann.").count(),
            wanted
        );
    }
}
