//! Faults that a test switches on.
use std::time::{Duration, Instant};

use crate::common::hook::Hook;
use crate::common::{MAIN, Sim};
use serde_json::json;

#[tokio::test]
async fn a_rate_limit_strikes_as_often_as_asked_where_asked() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "rate_limit", "path_prefix": "/v1/convai/conversations", "count": 2, "retry_after": 7})).await;
    assert_eq!(sim.get("/v1/convai/agents").await.0, 200);
    let answer = sim
        .client
        .get(sim.url("/v1/convai/conversations"))
        .header("xi-api-key", MAIN)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "7")
    );
    assert_eq!(
        sim.get("/v1/convai/conversations").await.1["detail"]["code"],
        "rate_limit_exceeded"
    );
    assert_eq!(sim.get("/v1/convai/conversations").await.0, 200, "spent");
}

#[tokio::test]
async fn a_server_error_ends_when_it_is_switched_off() {
    let sim = Sim::quiet();
    let fault = sim.control("faults", json!({"kind": "server_error"})).await;
    let (status, body) = sim.get("/v1/user").await;
    assert_eq!((status, &body["detail"]["type"]), (500, &json!("internal_error")));
    let (_, left) = sim
        .send("DELETE", &format!("/_control/faults/{}", fault["id"]), json!({}))
        .await;
    assert_eq!(left["faults"], json!([]));
    assert_eq!(sim.get("/v1/user").await.0, 200);
}

#[tokio::test]
async fn a_slow_answer_takes_as_long_as_asked() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "slow", "ms": 300})).await;
    let started = Instant::now();
    assert_eq!(sim.get("/v1/user").await.0, 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_cut_connection_breaks_in_the_middle_of_the_body() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "cut", "count": 1})).await;
    let answer = sim
        .client
        .get(sim.url("/v1/user"))
        .header("xi-api-key", MAIN)
        .send()
        .await
        .unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(sim.get("/v1/user").await.0, 200);
}

#[tokio::test]
async fn probability_is_a_share() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "server_error", "probability": 0.3}))
        .await;
    let mut failed = 0;
    for _ in 0..200 {
        failed += u32::from(sim.get("/v1/user").await.0 == 500);
    }
    assert!((35..=85).contains(&failed), "{failed} of 200");
}

#[tokio::test]
async fn the_future_has_fields_and_values_that_nobody_knows() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "unknown_fields"})).await;
    sim.control("faults", json!({"kind": "unknown_enums"})).await;
    let (_, page) = sim
        .get("/v1/convai/conversations?call_successful=success&page_size=1")
        .await;
    let item = &page["conversations"][0];
    assert!(page["x_future_field"].is_object() && item["x_future_field"].is_object());
    assert_eq!(
        (&item["conversation_initiation_source"], &item["status"]),
        (&json!("from_the_future"), &json!("done"))
    );
}

#[tokio::test]
async fn webhooks_get_lost_doubled_and_late() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    let call = async || {
        sim.control("calls", json!({"turn_interval_ms": 5, "turns": 2}))
            .await["conversation_id"]
            .clone()
    };
    sim.control("faults", json!({"kind": "webhook_lost", "count": 1}))
        .await;
    call().await;
    assert!(hook.stays_silent().await);
    sim.control("faults", json!({"kind": "webhook_doubled", "count": 1}))
        .await;
    call().await;
    assert_eq!(hook.next().await.body, hook.next().await.body);
    sim.control("faults", json!({"kind": "webhook_late", "count": 1, "ms": 600}))
        .await;
    let started = Instant::now();
    call().await;
    hook.next().await;
    assert!(started.elapsed() >= Duration::from_millis(600));
}

#[tokio::test]
async fn a_held_webhook_is_overtaken_by_the_next() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    sim.control(
        "faults",
        json!({"kind": "webhook_out_of_order", "count": 1, "ms": 5000}),
    )
    .await;
    let call = async || {
        sim.control("calls", json!({"turn_interval_ms": 5, "turns": 2}))
            .await["conversation_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = call().await;
    sim.until(&first, "done").await;
    let second = call().await;
    let order = [hook.next().await.json(), hook.next().await.json()]
        .map(|event| event["data"]["conversation_id"].as_str().unwrap().to_owned());
    assert_eq!(order, [second, first]);
}

#[tokio::test]
async fn a_lost_recording_is_404_and_not_announced() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "audio_missing", "count": 1}))
        .await;
    let id = sim.control("calls", json!({"turn_interval_ms": 5})).await["conversation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(sim.until(&id, "done").await["has_audio"], false);
    assert_eq!(
        sim.get(&format!("/v1/convai/conversations/{id}/audio")).await.0,
        404
    );
}

#[tokio::test]
async fn a_late_recording_is_404_at_first() {
    let sim = Sim::quiet();
    sim.control("faults", json!({"kind": "audio_late", "ms": 3_600_000}))
        .await;
    let id = sim.control("calls", json!({"turn_interval_ms": 5})).await["conversation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(sim.until(&id, "done").await["has_audio"], true);
    let path = format!("/v1/convai/conversations/{id}/audio");
    assert_eq!(sim.get(&path).await.0, 404);
    sim.client
        .delete(sim.url("/_control/faults"))
        .send()
        .await
        .unwrap();
    assert_eq!(sim.get(&path).await.0, 200);
}

#[tokio::test]
async fn a_forged_signature_and_a_stale_time_can_be_sent() {
    let sim = Sim::quiet();
    let mut hook = Hook::register(&sim, &["transcript"]).await;
    sim.control("faults", json!({"kind": "webhook_stale", "count": 1}))
        .await;
    sim.control("calls", json!({"turn_interval_ms": 5, "turns": 2}))
        .await;
    let header = hook.next().await.header("ElevenLabs-Signature").unwrap();
    let t: i64 = header
        .split(',')
        .next()
        .unwrap()
        .strip_prefix("t=")
        .unwrap()
        .parse()
        .unwrap();
    assert!(chrono::Utc::now().timestamp() - t > 30 * 60);
    let (status, _) = sim
        .send("POST", "/_control/faults", json!({"kind": "no_such_fault"}))
        .await;
    assert_eq!(status, 422);
}
