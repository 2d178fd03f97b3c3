//! What the vendor posts after a call, and how.
use crate::common::Sim;
use crate::common::hook::{Hook, Received};
use base64::Engine as _;
use hmac::{Hmac, Mac};
use serde_json::json;

fn signature_is_right(received: &Received, secret: &str) -> bool {
    let header = received.header("ElevenLabs-Signature").unwrap();
    let (t, v0) = header.split_once(',').unwrap();
    let t = t.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{t}.").as_bytes());
    mac.update(&received.body);
    v0.strip_prefix("v0=").unwrap() == hex::encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn a_finished_call_is_posted_signed_and_equals_the_rest_detail() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    let call = sim.control("calls", json!({"turn_interval_ms": 10})).await;
    let received = hook.next().await;
    assert!(signature_is_right(&received, &hook.secret));
    assert!(!signature_is_right(&received, "another"));
    assert_eq!(received.header("x-tenant").as_deref(), Some("seven"));
    let event = received.json();
    assert_eq!(
        (&event["type"], &event["data"]["conversation_id"]),
        (&json!("post_call_transcription"), &call["conversation_id"])
    );
    assert_eq!(
        event["data"],
        sim.detail(call["conversation_id"].as_str().unwrap()).await
    );
    assert!(hook.stays_silent().await, "audio was not asked for");
}

#[tokio::test]
async fn the_recording_is_posted_in_chunks_where_the_events_name_it() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["audio"]).await;
    let call = sim.control("calls", json!({"turn_interval_ms": 10})).await;
    let received = hook.next().await;
    assert_eq!(received.header("transfer-encoding").as_deref(), Some("chunked"));
    assert!(signature_is_right(&received, &hook.secret));
    let event = received.json();
    let sound = base64::engine::general_purpose::STANDARD
        .decode(event["data"]["full_audio"].as_str().unwrap())
        .unwrap();
    let url = sim.url(&format!(
        "/v1/convai/conversations/{}/audio",
        call["conversation_id"].as_str().unwrap()
    ));
    let fetched = sim
        .client
        .get(url)
        .header("xi-api-key", crate::common::MAIN)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(
        (event["type"].as_str().unwrap(), sound),
        ("post_call_audio", fetched.to_vec())
    );
}

#[tokio::test]
async fn an_unanswered_call_is_posted_as_a_failure() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript", "call_initiation_failure"]).await;
    sim.control("calls", json!({"outcome": "busy", "turn_interval_ms": 10}))
        .await;
    let event = hook.next().await.json();
    assert_eq!(
        (&event["type"], &event["data"]["failure_reason"]),
        (&json!("call_initiation_failure"), &json!("busy"))
    );
    assert!(["twilio", "sip"].contains(&event["data"]["metadata"]["type"].as_str().unwrap()));
}

#[tokio::test]
async fn a_transcript_is_repeated_byte_for_byte_after_a_500_where_retries_are_on() {
    let sim = Sim::with(echosensei_simulator::Options {
        speed: 200.0,
        ..crate::common::quiet()
    });
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    sim.send(
        "PATCH",
        &format!("/v1/workspace/webhooks/{}", hook.id),
        json!({"is_disabled": false, "name": "test", "retry_enabled": true}),
    )
    .await;
    hook.answers.lock().unwrap().extend([503, 500]);
    sim.control("calls", json!({"turn_interval_ms": 10})).await;
    let attempts = [hook.next().await, hook.next().await, hook.next().await];
    assert!(
        attempts
            .iter()
            .all(|attempt| attempt.body == attempts[0].body && signature_is_right(attempt, &hook.secret))
    );
    assert!(hook.stays_silent().await, "the third one was taken");
    let (_, listed) = sim.get("/v1/workspace/webhooks?include_usages=true").await;
    let webhook = &listed["webhooks"][0];
    assert_eq!(
        (
            &webhook["most_recent_failure_error_code"],
            &webhook["usage"][0]["usage_type"]
        ),
        (&json!(503), &json!("ConvAI Settings"))
    );
    assert!(webhook.get("webhook_secret").is_none(), "told once");
}

#[tokio::test]
async fn without_retries_a_refused_transcript_is_lost() {
    let sim = Sim::with(echosensei_simulator::Options {
        speed: 200.0,
        ..crate::common::quiet()
    });
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    hook.answers.lock().unwrap().push(500);
    sim.control("calls", json!({"turn_interval_ms": 10})).await;
    hook.next().await;
    assert!(hook.stays_silent().await);
}

#[tokio::test]
async fn ten_failures_in_a_row_switch_a_webhook_off() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    hook.answers.lock().unwrap().extend([500; 10]);
    for _ in 0..10 {
        sim.control("calls", json!({"turn_interval_ms": 5, "turns": 2}))
            .await;
        hook.next().await;
    }
    let mut listed = json!(null);
    for _ in 0..100 {
        listed = sim.get("/v1/workspace/webhooks").await.1["webhooks"][0].clone();
        if listed["is_disabled"] == true {
            break;
        }
        // The tenth answer is on its way back.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(
        (&listed["is_disabled"], &listed["is_auto_disabled"]),
        (&json!(true), &json!(true))
    );
}
