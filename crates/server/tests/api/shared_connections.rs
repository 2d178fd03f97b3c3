//! An agency's connection that serves an agent of one of its customers: whose calls are they, and who sees them?

use crate::harness::{AGENCY, CUSTOMER, Client, MAIN_KEY, TestApp};
use crate::live::until;
use crate::webhooks::{SECRET, deliver, transcription};
use elevenlabs::conversations::ConversationQuery;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::OrganizationId;
use shared::call::CallSummary;
use shared::connection::Connection;
use shared::live::LiveSnapshot;
use shared::page::Page;

struct Shared {
    app: TestApp,
    agency: Client,
    connection: Connection,
    customer: OrganizationId,
    /// The customer's agent at the provider.
    agent: String,
}

/// Connected by the agency; one agent is the customer's before anything is synced.
async fn shared() -> Shared {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 30,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect(&agency).await;
    let base_url = app.simulator().base_url.parse().unwrap();
    let provider = elevenlabs::Client::new(base_url, SecretString::from(MAIN_KEY)).unwrap();
    let listed = provider
        .conversations_page(&ConversationQuery::default())
        .await
        .unwrap();
    let agent = listed.items[0].agent_id.clone();
    let customer = app.organization("harbor-dental");
    app.sql(&format!(
        "insert into agents (id, organization_id, connection_id, provider_agent_id, name)
         values (gen_random_uuid(), '{customer}', '{}', '{agent}', 'Front desk')",
        connection.id
    ));
    Shared {
        app,
        agency,
        connection,
        customer,
        agent,
    }
}

impl Shared {
    /// In which organization a conversation's call lies; empty while there is none.
    fn owner(&self, conversation: &str) -> String {
        self.app.sql(&format!(
            "select organization_id from calls where conversation_id = '{conversation}'"
        ))
    }

    /// The customer sees this call; the agency only once it has switched; another customer not at all.
    async fn assert_seen_by_the_customer_alone(&self, call: &str, and_heard: bool) {
        let path = format!("/api/calls/{call}");
        let paths: &[String] = &match and_heard {
            true => vec![path.clone(), format!("{path}/recording")],
            false => vec![path],
        };
        let customer = self.app.sign_in(CUSTOMER).await;
        for path in paths {
            assert_eq!(customer.get(path).await.status, 200, "{path}");
            self.work_in("northwind-voice").await;
            assert_eq!(self.agency.get(path).await.status, 404, "{path}");
            self.work_in("harbor-dental").await;
            assert_eq!(self.agency.get(path).await.status, 200, "{path}");
            self.work_in("alpine-travel").await;
            assert_eq!(self.agency.get(path).await.status, 404, "{path}");
        }
        let others: Page<CallSummary> = self.agency.get("/api/calls").await.json();
        assert!(others.items.is_empty());
        self.work_in("northwind-voice").await;
    }

    async fn work_in(&self, slug: &str) {
        let wanted = json!({ "organization_id": self.app.organization(slug), "reason": "Looking at calls" });
        let reply = self.agency.post("/api/auth/organization", &wanted).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_synced_call_and_its_recording_are_the_customers() {
    let shared = shared().await;
    shared.app.run_jobs().await;
    let owners = shared.app.sql(
        "select (a.provider_agent_id, c.organization_id) from calls c join agents a on a.id = c.agent_id group by 1",
    );
    let own = format!("({},{})", shared.agent, shared.customer);
    assert!(owners.lines().count() > 1, "the agency has calls too: {owners}");
    for owner in owners.lines() {
        assert_eq!(
            owner.contains(&shared.customer.to_string()),
            owner == own,
            "{owner}"
        );
    }
    let call = shared.app.sql(&format!(
        "select id from calls where organization_id = '{}' and recording = 'available' limit 1",
        shared.customer
    ));
    shared.assert_seen_by_the_customer_alone(&call, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_a_webhook_brings_is_the_customers() {
    let shared = shared().await;
    shared.app.sql("delete from jobs");
    let path = format!("/api/connections/{}/webhook", shared.connection.id);
    let set = shared.agency.put(&path, &json!({ "secret": SECRET })).await;
    assert_eq!(set.status, 200, "{}", set.text());
    let mut event = transcription("conv_hooked");
    event["data"]["agent_id"] = json!(shared.agent);
    assert_eq!(deliver(&shared.app, &shared.connection, &event).await.status, 200);
    shared.app.run_jobs().await;
    assert_eq!(shared.owner("conv_hooked"), shared.customer.to_string());
    let call = shared.app.sql("select id from calls");
    shared.assert_seen_by_the_customer_alone(&call, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_call_that_the_poll_finds_is_the_customers_to_its_end() {
    let shared = shared().await;
    shared.app.sql("delete from jobs");
    shared.app.start_worker();
    let wish = json!({ "agent_id": shared.agent, "turns": 4, "turn_interval_ms": 700 });
    let url = format!("{}/_control/calls", shared.app.simulator().base_url);
    let started: Value = shared
        .app
        .client()
        .http
        .post(url)
        .json(&wish)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let conversation = started["conversation_id"].as_str().unwrap();
    until(async || !shared.owner(conversation).is_empty()).await;
    assert_eq!(shared.owner(conversation), shared.customer.to_string());
    let running = async |client: &Client| {
        client
            .get("/api/live/calls")
            .await
            .json::<LiveSnapshot>()
            .running
            .len()
    };
    let customer = shared.app.sign_in(CUSTOMER).await;
    assert_eq!((running(&customer).await, running(&shared.agency).await), (1, 0));

    let kept =
        format!("select id from calls where conversation_id = '{conversation}' and recording = 'available'");
    until(async || !shared.app.sql(&kept).is_empty()).await;
    assert_eq!(shared.owner(conversation), shared.customer.to_string());
    shared
        .assert_seen_by_the_customer_alone(&shared.app.sql(&kept), true)
        .await;
}
