//! Telephone numbers: synced, answered by another agent, given to another organization.

use crate::harness::{AGENCY, CUSTOMER, Client, MAIN_READ_ONLY_KEY, TestApp};
use serde_json::{Value, json};
use shared::agent::Agent;
use shared::number::{Assignment, MovedNumber, PhoneNumber};
use shared::{ErrorCode, Page};

async fn list(client: &Client, query: &str) -> Vec<PhoneNumber> {
    let reply = client.get(&format!("/api/phone-numbers?limit=50{query}")).await;
    reply.json::<Page<PhoneNumber>>().items
}

/// The agency with the simulator's twelve numbers.
async fn synced() -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 4,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    (app, agency)
}

/// Who answers at the provider.
async fn at_provider(app: &TestApp, number: &PhoneNumber) -> Value {
    let url = format!(
        "{}/v1/convai/phone-numbers/{}",
        app.simulator().base_url,
        number.provider_number_id
    );
    let request = reqwest::Client::new()
        .get(url)
        .header("xi-api-key", crate::harness::MAIN_KEY);
    request.send().await.unwrap().json::<Value>().await.unwrap()["assigned_agent"]["agent_id"].clone()
}

#[tokio::test]
async fn a_sync_brings_them_and_a_list_pages_and_searches_them() {
    let (app, agency) = synced().await;
    let all = list(&agency, "").await;
    assert_eq!(all.len(), 12);
    assert!(
        all.iter()
            .all(|number| number.agent.is_some() && number.assignment == Assignment::Settled)
    );
    assert!(all.iter().any(|number| number.provider == "sip_trunk"));
    let first: Page<PhoneNumber> = agency.get("/api/phone-numbers?limit=5").await.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<PhoneNumber> = agency
        .get(&format!("/api/phone-numbers?limit=50&cursor={cursor}"))
        .await
        .json();
    let paged: Vec<_> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|number| number.id)
        .collect();
    assert_eq!(paged, all.iter().map(|number| number.id).collect::<Vec<_>>());
    let digits = &all[3].number[1..];
    assert_eq!(list(&agency, &format!("&q={digits}")).await.len(), 1);
    for (query, field) in [("limit=0", "limit"), ("cursor=%21", "cursor")] {
        let problem = agency.get(&format!("/api/phone-numbers?{query}")).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
    // Somebody else's are not seen.
    assert!(list(&app.sign_in(CUSTOMER).await, "").await.is_empty());
    assert_eq!(
        app.sql("select count(*) from jobs where name <> 'prune_webhooks'"),
        "0"
    );
}

#[tokio::test]
async fn another_agent_answers_once_the_provider_agrees() {
    let (app, agency) = synced().await;
    let all = list(&agency, "").await;
    let (number, other) = (&all[0], all[1].agent.clone().unwrap());
    let path = format!("/api/phone-numbers/{}/agent", number.id);
    let reply = agency.put(&path, &json!({ "agent_id": other.id })).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    let waiting: PhoneNumber = reply.json();
    assert_eq!(
        (waiting.assignment, waiting.wanted_agent.as_deref()),
        (Assignment::Pending, Some(other.name.as_str()))
    );
    app.run_jobs().await;
    let now = list(&agency, "").await.remove(0);
    assert_eq!((now.assignment, now.agent), (Assignment::Settled, Some(other)));
    assert_eq!(at_provider(&app, number).await, at_provider(&app, &all[1]).await);
    // Nobody.
    assert_eq!(agency.put(&path, &json!({ "agent_id": null })).await.status, 202);
    app.run_jobs().await;
    let now = list(&agency, "").await.remove(0);
    assert_eq!((now.answered, now.agent), (false, None));
    assert_eq!(at_provider(&app, number).await, Value::Null);
    // Nonsense changes nothing.
    let foreign = json!({ "agent_id": uuid::Uuid::now_v7() });
    assert_eq!(
        agency.put(&path, &foreign).await.problem().errors[0].field,
        "agent_id"
    );
    assert_eq!(agency.put(&path, &json!({ "agent": 1 })).await.status, 400);
    let log = "select count(*) from audit_log where action = 'phone_number.assigned'";
    assert_eq!(app.sql(log), "2");
}

#[tokio::test]
async fn a_provider_that_refuses_is_shown_and_one_that_fails_is_asked_again() {
    let (app, agency) = synced().await;
    let all = list(&agency, "").await;
    let path = format!("/api/phone-numbers/{}/agent", all[0].id);
    let body = json!({ "agent_id": all[1].agent.as_ref().unwrap().id });
    app.fault(json!({"kind": "server_error", "count": 6, "path_prefix": "/v1/convai/phone-numbers"}))
        .await;
    agency.put(&path, &body).await;
    app.run_jobs().await;
    assert_eq!(list(&agency, "").await[0].assignment, Assignment::Settled);
    // With a key that may only read.
    app.no_faults().await;
    let connection = app.connection(&agency).await;
    let key = json!({ "api_key": MAIN_READ_ONLY_KEY });
    let changed = agency
        .patch(&format!("/api/connections/{}", connection.id), &key)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    agency.put(&path, &json!({ "agent_id": null })).await;
    app.run_jobs().await;
    let refused = list(&agency, "").await.remove(0);
    assert_eq!(refused.assignment, Assignment::Failed);
    assert!(refused.trouble.unwrap().contains("convai_write"));
    assert!(
        refused.agent.is_some(),
        "who answers at the provider answers still"
    );
}

#[tokio::test]
async fn a_number_is_given_to_a_customer_and_seen_there() {
    let (app, agency) = synced().await;
    let all = list(&agency, "").await;
    let dental = app.organization("harbor-dental");
    let give = async |index: usize, keep: bool| {
        let body = json!({ "organization_id": dental, "keep_record": keep });
        let reply = agency
            .post(&format!("/api/phone-numbers/{}/move", all[index].id), &body)
            .await;
        reply.json::<MovedNumber>()
    };
    let kept = give(0, true).await;
    assert!(kept.unanswered, "its agent stays with the agency");
    let gone = give(1, false).await;
    app.run_jobs().await;
    assert_eq!(at_provider(&app, &all[0]).await, Value::Null);
    let customer = app.sign_in(CUSTOMER).await;
    let theirs = list(&customer, "").await;
    assert_eq!(
        theirs.iter().map(|n| n.id).collect::<Vec<_>>(),
        [kept.number_id, gone.number_id]
    );
    assert!(theirs.iter().all(|number| !number.answered && !number.archived));
    // The agency sees them as its customer's, and of the first that it was its own.
    let seen = list(&agency, "").await;
    assert_eq!(seen.len(), 13);
    let record = seen.iter().find(|number| number.id == all[0].id).unwrap();
    assert!(record.archived && record.moved_at.is_some());
    assert!(seen.iter().all(|number| number.id != all[1].id));
    // A sync leaves them where they are.
    app.sql("update phone_numbers set label = 'x'");
    let connection = app.connection(&agency).await;
    agency
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    app.run_jobs().await;
    assert_eq!(list(&customer, "").await.len(), 2);
    assert_eq!(list(&customer, "").await[0].label, all[0].label);
    // Twice, to nobody, from somebody else: refused.
    let again = json!({ "organization_id": dental, "keep_record": false });
    let path = format!("/api/phone-numbers/{}/move", kept.number_id);
    assert_eq!(
        agency.post(&path, &again).await.problem().errors[0].field,
        "organization_id"
    );
    let nobody = json!({ "organization_id": uuid::Uuid::now_v7(), "keep_record": false });
    assert_eq!(
        agency.post(&path, &nobody).await.problem().errors[0].field,
        "organization_id"
    );
    assert_eq!(
        customer.post(&path, &again).await.problem().code,
        ErrorCode::PermissionDenied
    );
    let log = "select count(*) from audit_log where action = 'phone_number.moved'";
    assert_eq!(app.sql(log), "2");
}

#[tokio::test]
async fn numbers_go_along_with_their_agent() {
    let (app, agency) = synced().await;
    let number = list(&agency, "").await.remove(0);
    let agent = number.agent.clone().unwrap();
    let dental = app.organization("harbor-dental");
    let body = json!({ "organization_id": dental, "with_history": true, "with_numbers": true });
    let reply = agency
        .post(&format!("/api/agents/{}/move", agent.id), &body)
        .await;
    let moved: shared::customer::MovedAgent = reply.json();
    assert_eq!(moved.numbers, 1);
    let customer = app.sign_in(CUSTOMER).await;
    let theirs = list(&customer, "").await;
    assert_eq!(
        theirs[0].agent.as_ref().map(|agent| agent.id),
        Some(moved.agent_id)
    );
    assert_eq!(
        theirs[0].assignment,
        Assignment::Settled,
        "the same agent answers on"
    );
    let before = at_provider(&app, &number).await;
    app.run_jobs().await;
    assert_eq!(at_provider(&app, &number).await, before);
}

#[tokio::test]
async fn who_sees_only_his_agents_sees_only_their_numbers() {
    let (app, agency) = synced().await;
    let (email, user) = app.add_member("northwind-voice", "agency_manager");
    let all = list(&agency, "").await;
    let agent = all[2].agent.clone().unwrap();
    let body = json!({ "only_assigned_agents": true, "agents": [agent.id] });
    assert_eq!(
        agency.patch(&format!("/api/members/{user}"), &body).await.status,
        200
    );
    let member = app.sign_in(&email).await;
    let seen = list(&member, "").await;
    assert_eq!(
        seen.iter().map(|number| number.id).collect::<Vec<_>>(),
        [all[2].id]
    );
    let path = format!("/api/phone-numbers/{}/agent", all[0].id);
    assert_eq!(member.put(&path, &json!({ "agent_id": null })).await.status, 404);
    let agents: Page<Agent> = member.get("/api/agents").await.json();
    assert_eq!(agents.items.len(), 1);
}
