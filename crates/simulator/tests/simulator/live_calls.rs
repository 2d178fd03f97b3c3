//! A call from ringing to done.
use std::time::Duration;

use crate::common::{Sim, quiet};
use echosensei_simulator::Options;
use serde_json::{Value, json};

#[tokio::test]
async fn a_running_call_tells_nothing_over_rest_until_it_is_over() {
    let sim = Sim::quiet();
    let call = sim
        .control(
            "calls",
            json!({"turn_interval_ms": 60, "turns": 4, "outcome": "success"}),
        )
        .await;
    let id = call["conversation_id"].as_str().unwrap();
    assert_eq!(sim.detail(id).await["status"], "initiated");
    let running = sim.until(id, "in-progress").await;
    assert_eq!(
        (&running["transcript"], &running["metadata"]["call_duration_secs"]),
        (&json!([]), &json!(0))
    );
    assert_eq!(
        (&running["analysis"], &running["has_audio"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(sim.get("/v1/convai/analytics/live-count").await.1["count"], 1);
    assert_eq!(
        sim.get(&format!("/v1/convai/conversations/{id}/audio")).await.0,
        404
    );
    let processing = sim.until(id, "processing").await;
    assert_eq!(
        (
            processing["transcript"].as_array().unwrap().len(),
            &processing["analysis"]
        ),
        (4, &Value::Null)
    );
    assert_eq!(sim.get("/v1/convai/analytics/live-count").await.1["count"], 0);
    let done = sim.until(id, "done").await;
    assert_eq!(
        (&done["analysis"]["call_successful"], &done["has_audio"]),
        (&json!("success"), &json!(true))
    );
    assert!(done["metadata"]["cost"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn a_call_that_nobody_answers_fails_without_a_transcript() {
    let sim = Sim::quiet();
    let call = sim
        .control("calls", json!({"outcome": "no-answer", "turn_interval_ms": 20}))
        .await;
    let failed = sim
        .until(call["conversation_id"].as_str().unwrap(), "failed")
        .await;
    assert_eq!(
        (&failed["transcript"], &failed["analysis"], &failed["has_audio"]),
        (&json!([]), &Value::Null, &json!(false))
    );
}

#[tokio::test]
async fn the_generator_keeps_as_many_calls_running_as_it_was_told() {
    let sim = Sim::with(Options {
        live: 2,
        speed: 30.0,
        ..quiet()
    });
    let count = async || {
        sim.get("/v1/convai/analytics/live-count").await.1["count"]
            .as_u64()
            .unwrap()
    };
    let reaches = async |wanted: u64| {
        for _ in 0..500 {
            if count().await == wanted {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    };
    assert!(reaches(2).await);
    sim.control("live", json!({"count": 4})).await;
    assert!(reaches(4).await);
    sim.control("live", json!({"count": 0})).await;
    assert!(reaches(0).await, "calls end and none begin");
    let (_, page) = sim.get("/v1/convai/conversations?page_size=100").await;
    assert!(
        page["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| ["done", "failed", "processing"].contains(&item["status"].as_str().unwrap()))
    );
}

#[tokio::test]
async fn a_reset_brings_the_seed_back() {
    let sim = Sim::quiet();
    let (_, before) = sim.get("/v1/convai/conversations?page_size=100").await;
    let id = before["conversations"][0]["conversation_id"].as_str().unwrap();
    sim.send("DELETE", &format!("/v1/convai/conversations/{id}"), json!({}))
        .await;
    sim.control("calls", json!({"turn_interval_ms": 500})).await;
    sim.control(
        "faults",
        json!({"kind": "server_error", "path_prefix": "/v1/user"}),
    )
    .await;
    sim.control("reset", json!({})).await;
    assert_eq!(sim.get("/v1/convai/conversations?page_size=100").await.1, before);
    assert_eq!(sim.get("/v1/user").await.0, 200);
}
