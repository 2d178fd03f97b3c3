//! Who answers a number, and how many calls an agent takes.
use crate::common::Sim;
use serde_json::{Value, json};

async fn numbers(sim: &Sim) -> Vec<Value> {
    sim.get("/v1/convai/phone-numbers")
        .await
        .1
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn a_number_goes_to_another_agent_and_away_from_all() {
    let sim = Sim::quiet();
    let before = numbers(&sim).await;
    assert_eq!(before.len(), 12);
    let path = format!(
        "/v1/convai/phone-numbers/{}",
        before[0]["phone_number_id"].as_str().unwrap()
    );
    let other = before[1]["assigned_agent"]["agent_id"].clone();
    let (status, after) = sim.send("PATCH", &path, json!({ "agent_id": other })).await;
    assert_eq!((status, &after["assigned_agent"]["agent_id"]), (200, &other));
    let agent = sim
        .get(&format!("/v1/convai/agents/{}", other.as_str().unwrap()))
        .await
        .1;
    assert_eq!(agent["phone_numbers"].as_array().unwrap().len(), 2);
    let (_, renamed) = sim.send("PATCH", &path, json!({ "label": "Main line" })).await;
    assert_eq!(
        (&renamed["label"], &renamed["assigned_agent"]["agent_id"]),
        (&json!("Main line"), &other)
    );
    sim.send("PATCH", &path, json!({ "agent_id": null })).await;
    assert_eq!(sim.get(&path).await.1["assigned_agent"], json!(null));
    for (body, status) in [
        (json!({ "agent_id": "agent_none" }), 404),
        (json!({ "agent_id": 7 }), 422),
    ] {
        assert_eq!(sim.send("PATCH", &path, body).await.0, status);
    }
    assert_eq!(sim.get("/v1/convai/phone-numbers/phnum_none").await.0, 404);
}

#[tokio::test]
async fn an_agent_takes_no_more_calls_than_its_own_bounds() {
    let sim = Sim::quiet();
    let id = numbers(&sim).await[0]["assigned_agent"]["agent_id"].clone();
    let path = format!("/v1/convai/agents/{}", id.as_str().unwrap());
    let limit = async |limits: Value| {
        let body = json!({ "platform_settings": { "call_limits": limits } });
        sim.send("PATCH", &path, body).await.0
    };
    let call = async || {
        sim.send(
            "POST",
            "/_control/calls",
            json!({ "agent_id": id, "turn_interval_ms": 60_000 }),
        )
        .await
        .0
    };
    assert_eq!(limit(json!({ "agent_concurrency_limit": 1 })).await, 200);
    assert_eq!((call().await, call().await), (200, 400));
    assert_eq!(
        limit(json!({ "agent_concurrency_limit": -1, "daily_limit": 0 })).await,
        200
    );
    assert_eq!(call().await, 400);
    assert_eq!(limit(json!({ "daily_limit": 100_000 })).await, 200);
    assert_eq!(call().await, 200);
    assert_eq!(limit(json!({ "daily_limit": "many" })).await, 422);
}
