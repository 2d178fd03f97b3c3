//! Errors in all the shapes that the vendor sends.
use crate::common::{EU, MAIN, NO_AGENTS, READ_ONLY, Sim, answer, quiet};
use echosensei_simulator::Options;
use serde_json::{Value, json};

#[tokio::test]
async fn an_unknown_or_missing_key_is_401_with_the_full_detail() {
    let sim = Sim::quiet();
    let (status, body) = sim.get_as("sk_unknown", "/v1/user").await;
    assert_eq!(status, 401);
    let detail = &body["detail"];
    assert_eq!(
        (&detail["type"], &detail["code"], &detail["status"]),
        (
            &json!("authentication_error"),
            &json!("invalid_api_key"),
            &json!("invalid_api_key")
        )
    );
    assert!(detail["request_id"].as_str().unwrap().len() > 8 && detail["message"].is_string());
    assert_eq!(answer(sim.client.get(sim.url("/v1/user"))).await.0, 401);
}

#[tokio::test]
async fn a_key_without_the_permission_is_403() {
    let sim = Sim::quiet();
    for (key, path) in [
        (NO_AGENTS, "/v1/convai/agents"),
        (NO_AGENTS, "/v1/convai/conversations"),
        (NO_AGENTS, "/v1/user"),
    ] {
        let (status, body) = sim.get_as(key, path).await;
        assert_eq!(
            (status, &body["detail"]["code"]),
            (403, &json!("insufficient_permissions")),
            "{path}"
        );
    }
    assert_eq!(sim.get_as(NO_AGENTS, "/v2/voices").await.0, 200);
    let id = first_agent(&sim).await;
    let delete = sim
        .client
        .delete(sim.url(&format!("/v1/convai/agents/{id}")))
        .header("xi-api-key", READ_ONLY);
    assert_eq!(answer(delete).await.0, 403);
    assert_eq!(
        sim.get_as(READ_ONLY, &format!("/v1/convai/agents/{id}")).await.0,
        200
    );
}

#[tokio::test]
async fn a_residency_key_works_on_its_own_host_only_and_says_why() {
    let sim = Sim::with(Options {
        residency_listen: Some("127.0.0.1:0".parse().unwrap()),
        ..quiet()
    });
    let residency = sim.handle.residency_base_url.clone().unwrap();
    let (status, body) = sim.get_as(EU, "/v1/user").await;
    assert_eq!(status, 401);
    assert!(
        body["detail"]["message"]
            .as_str()
            .unwrap()
            .contains("data residency stack")
    );
    let there = |key: &'static str| {
        answer(
            sim.client
                .get(format!("{residency}/v1/convai/agents"))
                .header("xi-api-key", key),
        )
    };
    let (status, body) = there(EU).await;
    assert_eq!((status, body["agents"].as_array().unwrap().len()), (200, 2));
    assert_eq!(there(MAIN).await.0, 401);
}

#[tokio::test]
async fn what_does_not_exist_is_404_in_three_shapes() {
    let sim = Sim::quiet();
    let (status, body) = sim.get("/v1/convai/agents/agent_none").await;
    assert_eq!(
        (status, &body["detail"]["code"]),
        (404, &json!("agent_not_found"))
    );
    let (status, body) = sim.get("/v1/voices/none").await;
    assert_eq!(
        (status, &body["detail"]["status"], &body["detail"]["type"]),
        (404, &json!("voice_not_found"), &Value::Null)
    );
    let (status, body) = sim.get("/v1/convai/nothing-here").await;
    assert_eq!((status, &body["detail"]), (404, &json!("Not Found")));
}

#[tokio::test]
async fn bad_bodies_are_422_lists() {
    let sim = Sim::quiet();
    let (status, body) = sim
        .send("POST", "/v1/convai/agents/create", json!({"name": "x"}))
        .await;
    assert_eq!(
        (status, &body["detail"][0]["loc"], &body["detail"][0]["type"]),
        (422, &json!(["body", "conversation_config"]), &json!("missing"))
    );
    let broken = sim
        .client
        .post(sim.url("/v1/convai/agents/create"))
        .header("xi-api-key", MAIN)
        .body("{");
    assert_eq!(answer(broken).await.0, 422);
    let (status, _) = sim
        .send(
            "POST",
            "/v1/convai/agents/create",
            json!({"conversation_config": {"tts": {"speed": 9}}}),
        )
        .await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn workspaces_do_not_see_each_other() {
    let sim = Sim::quiet();
    let id = first_agent(&sim).await;
    assert_eq!(
        sim.get_as(
            "sk_simulator_small_full_access_1d52",
            &format!("/v1/convai/agents/{id}")
        )
        .await
        .0,
        404
    );
}

async fn first_agent(sim: &Sim) -> String {
    sim.get("/v1/convai/agents").await.1["agents"][0]["agent_id"]
        .as_str()
        .unwrap()
        .to_owned()
}
