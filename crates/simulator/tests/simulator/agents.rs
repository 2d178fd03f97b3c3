//! Creating, changing and copying agents.
use crate::common::Sim;
use serde_json::json;

#[tokio::test]
async fn a_patch_merges_objects_and_replaces_arrays() {
    let sim = Sim::quiet();
    let id = sim.get("/v1/convai/agents").await.1["agents"][0]["agent_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, before) = sim.get(&format!("/v1/convai/agents/{id}")).await;
    let change = json!({"conversation_config": {"tts": {"speed": 1.1}, "conversation": {"monitoring_events": ["user_transcript"]}}});
    let (status, after) = sim
        .send("PATCH", &format!("/v1/convai/agents/{id}"), change)
        .await;
    assert_eq!(status, 200);
    let config = &after["conversation_config"];
    assert_eq!(
        (&config["tts"]["speed"], &config["tts"]["voice_id"]),
        (&json!(1.1), &before["conversation_config"]["tts"]["voice_id"])
    );
    assert_eq!(
        config["conversation"]["monitoring_events"],
        json!(["user_transcript"])
    );
    assert_ne!(after["version_id"], before["version_id"]);
    assert_eq!(after["main_branch_id"], before["main_branch_id"]);
}

#[tokio::test]
async fn a_new_agent_has_the_defaults_is_listed_and_can_be_archived_and_deleted() {
    let sim = Sim::quiet();
    let (_, made) = sim
        .send(
            "POST",
            "/v1/convai/agents/create",
            json!({"conversation_config": {}, "name": "Zebra"}),
        )
        .await;
    let id = made["agent_id"].as_str().unwrap();
    let (_, full) = sim.get(&format!("/v1/convai/agents/{id}")).await;
    assert_eq!(full["conversation_config"]["turn"]["turn_timeout"], 7.0);
    let found = async |query: &str| {
        sim.get(&format!("/v1/convai/agents?search=zebra{query}")).await.1["agents"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(found("").await, 1);
    sim.send(
        "PATCH",
        &format!("/v1/convai/agents/{id}"),
        json!({"platform_settings": {"archived": true}}),
    )
    .await;
    assert_eq!((found("").await, found("&archived=true").await), (0, 1));
    let (_, copy) = sim
        .send("POST", &format!("/v1/convai/agents/{id}/duplicate"), json!({}))
        .await;
    assert_ne!(copy["agent_id"], made["agent_id"]);
    assert_eq!(
        sim.send("DELETE", &format!("/v1/convai/agents/{id}"), json!({}))
            .await
            .0,
        200
    );
    assert_eq!(sim.get(&format!("/v1/convai/agents/{id}")).await.0, 404);
}

#[tokio::test]
async fn a_language_that_the_model_does_not_speak_is_refused() {
    let sim = Sim::quiet();
    let body =
        json!({"conversation_config": {"agent": {"language": "de"}, "tts": {"model_id": "eleven_flash_v2"}}});
    let (status, body) = sim.send("POST", "/v1/convai/agents/create", body).await;
    assert_eq!(
        (status, &body["detail"]["code"]),
        (400, &json!("unsupported_model"))
    );
}

#[tokio::test]
async fn summaries_answer_for_each_id_by_itself() {
    let sim = Sim::quiet();
    let id = sim.get("/v1/convai/agents").await.1["agents"][0]["agent_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, body) = sim
        .get(&format!(
            "/v1/convai/agents/summaries?agent_ids={id}&agent_ids=agent_none"
        ))
        .await;
    assert_eq!(
        (&body[&id]["status"], &body["agent_none"]["error_code"]),
        (&json!("success"), &json!(404))
    );
}
