//! Summaries by the model: once, in the shape that was asked for, and only where they are wanted.

mod trouble;
mod wishes;

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp, VIEWER};
use crate::webhooks::{deliver, transcription, with_secret};
use serde_json::{Value, json};
use shared::call::{CallDetail, CallSummary};
use shared::summary::{CallSummaryDetail, SummaryState};
use shared::{ErrorCode, Page};

/// Who summarizes, beside the provider's stand-in of the test.
struct Model(simulator::Handle);

impl Model {
    fn start() -> Self {
        let few = simulator::Options {
            conversations: 1,
            live: 0,
            ..simulator::Options::default()
        };
        Self(simulator::start(few).unwrap())
    }

    /// What it was asked.
    async fn asked(&self) -> Value {
        let url = format!("{}/_control/mistral", self.0.base_url);
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    async fn completions(&self) -> u64 {
        self.asked().await["completions"].as_u64().unwrap()
    }

    async fn fault(&self, fault: Value) {
        let url = format!("{}/_control/faults", self.0.base_url);
        let sent = reqwest::Client::new()
            .post(url)
            .json(&fault)
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }

    async fn no_faults(&self) {
        let url = format!("{}/_control/faults", self.0.base_url);
        reqwest::Client::new().delete(url).send().await.unwrap();
    }
}

/// A server with a key.
async fn server(model: &Model) -> TestApp {
    let base_url = format!("{}/mistral", model.0.base_url);
    let settings = [
        ("MISTRAL_BASE_URL", base_url.as_str()),
        ("MISTRAL_API_KEY", "mistral_simulator_key_51c0"),
    ];
    let app = TestApp::start_with(settings).await;
    app.simulator_with(simulator::Options {
        conversations: 12,
        live: 0,
        ..simulator::Options::default()
    });
    app
}

fn count(app: &TestApp, of: &str) -> u64 {
    app.sql(&format!("select count(*) from {of}")).parse().unwrap()
}

/// An ended call in which somebody spoke.
fn a_call(app: &TestApp) -> String {
    app.sql(
        "select id from calls where status = 'done' and message_count > 2 order by started_at, id limit 1",
    )
}

async fn summary(client: &Client, call: &str) -> CallSummaryDetail {
    client.get(&format!("/api/calls/{call}/summary")).await.json()
}

async fn again(client: &Client, call: &str) {
    let reply = client
        .post(&format!("/api/calls/{call}/summary"), &json!({}))
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text());
}

#[tokio::test]
async fn a_call_is_summarized_once_and_shown_in_place_of_the_providers_words() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let fresh = "call_summaries where state = 'done'";
    let made = count(&app, fresh);
    assert_eq!(
        model.completions().await,
        made,
        "history older than a week is not sent unasked"
    );
    let call = a_call(&app);
    again(&agency, &call).await;
    app.run_jobs().await;
    let sent = model.completions().await;
    let shown = summary(&agency, &call).await;
    let ours = shown.ours.clone().unwrap();
    assert_eq!(
        (shown.state, shown.attempts, shown.error),
        (SummaryState::Done, 0, None)
    );
    assert_eq!(shown.model.as_deref(), Some("ministral-8b-2512"));
    assert!(!ours.topics.is_empty() && !ours.intent.is_empty() && shown.made_at.is_some());
    let cost = shown.cost.unwrap();
    assert!(cost.input_tokens > 100 && cost.output_tokens > 10);
    // 0.15 USD per million tokens, rounded up for each answer.
    let exact = (cost.input_tokens + cost.output_tokens) * 150;
    assert!(cost.usd_micros.unwrap() >= exact / 1_000);
    let detail: CallDetail = agency.get(&format!("/api/calls/{call}")).await.json();
    assert_eq!(detail.call.title.as_ref(), Some(&ours.title));
    assert_eq!(detail.summary.as_ref(), Some(&ours.summary));
    let listed: Page<CallSummary> = agency.get("/api/calls?limit=50").await.json();
    let row = listed
        .items
        .iter()
        .find(|row| row.id.to_string() == call)
        .unwrap();
    assert_eq!(row.title.as_ref(), Some(&ours.title));

    // The whole history once more: nothing has changed, so nothing is sent.
    let connection = app.connection(&agency).await;
    agency
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    app.run_jobs().await;
    assert_eq!(model.completions().await, sent);
    assert_eq!(
        app.sql("select max(sends), max(lost) from summary_requests"),
        "1|0"
    );
}

#[tokio::test]
async fn a_call_that_a_webhook_tells_of_is_summarized_however_often_it_is_told() {
    let model = Model::start();
    let app = server(&model).await;
    let (client, connection) = with_secret(&app).await;
    for _ in 0..3 {
        assert_eq!(
            deliver(&app, &connection, &transcription("conv_one"))
                .await
                .status,
            200
        );
        app.run_jobs().await;
    }
    let mut changed = transcription("conv_one");
    changed["data"]["metadata"]["cost"] = json!(78);
    deliver(&app, &connection, &changed).await;
    app.run_jobs().await;
    assert_eq!(model.completions().await, 1);
    let call = app.sql("select id from calls");
    assert!(
        summary(&client, &call)
            .await
            .ours
            .unwrap()
            .summary
            .contains("Hallo")
    );
    // Words that were not there before are another transcript.
    changed["data"]["transcript"][1]["message"] = json!("Hallo, ich möchte einen Termin");
    deliver(&app, &connection, &changed).await;
    app.run_jobs().await;
    assert_eq!(model.completions().await, 2);
    assert!(
        summary(&client, &call)
            .await
            .ours
            .unwrap()
            .summary
            .contains("Termin")
    );
    // A call without a word.
    let mut silent = transcription("conv_silent");
    silent["data"]["transcript"] = json!([{"role": "user", "message": null, "time_in_call_secs": 0}]);
    deliver(&app, &connection, &silent).await;
    app.run_jobs().await;
    assert_eq!(model.completions().await, 2);
    let told = app.sql("select s.state, s.error from call_summaries s join calls c on c.id = s.call_id where c.conversation_id = 'conv_silent'");
    assert_eq!(told, "not_wanted|Nothing was said in this call.");
}

#[tokio::test]
async fn without_a_key_nothing_is_sent_and_the_providers_own_is_shown_as_such() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    let shown = summary(&agency, &call).await;
    assert_eq!(
        (shown.state, shown.ours, shown.can_make),
        (SummaryState::Provider, None, false)
    );
    assert!(shown.provider.is_some());
    assert_eq!(count(&app, "call_summaries where state <> 'provider'"), 0);
    let refused = agency
        .post(&format!("/api/calls/{call}/summary"), &json!({}))
        .await;
    assert_eq!(refused.problem().code, ErrorCode::SummariesOff);
    assert!(refused.problem().detail.unwrap().contains("MISTRAL_API_KEY"));
}

#[tokio::test]
async fn summaries_follow_their_call_into_another_organization_and_away() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&agency).await;
    let call = a_call(&app);
    again(&agency, &call).await;
    app.run_jobs().await;
    let agent = app.sql(&format!("select agent_id from calls where id = '{call}'"));
    let dental = app.organization("harbor-dental");
    let body = json!({ "organization_id": dental, "with_history": true });
    agency.post(&format!("/api/agents/{agent}/move"), &body).await;
    app.run_jobs().await;
    let customer = app.sign_in(CUSTOMER).await;
    assert!(summary(&customer, &call).await.ours.is_some());
    let left = agency.get(&format!("/api/calls/{call}/summary")).await;
    assert_eq!(left.status, 404);
    let mixed =
        "call_summaries s join calls c on c.id = s.call_id where c.organization_id <> s.organization_id";
    assert_eq!(count(&app, mixed), 0);
    agency
        .delete(&format!("/api/connections/{}", connection.id))
        .await;
    app.run_jobs().await;
    assert_eq!(count(&app, "call_summaries") + count(&app, "summary_requests"), 0);
}

#[tokio::test]
async fn who_may_not_read_or_ask_does_neither() {
    let model = Model::start();
    let app = server(&model).await;
    let customer = app.sign_in(CUSTOMER).await;
    app.connect_simulator(&customer).await;
    let call = a_call(&app);
    again(&customer, &call).await;
    app.run_jobs().await;
    let viewer = app.sign_in(VIEWER).await;
    let seen = summary(&viewer, &call).await;
    assert!(seen.ours.is_some() && seen.cost.is_none() && !seen.can_make);
    let refused = viewer
        .post(&format!("/api/calls/{call}/summary"), &json!({}))
        .await;
    assert_eq!(refused.problem().code, ErrorCode::PermissionDenied);
    let other = app.sign_in(AGENCY).await;
    assert_eq!(other.get(&format!("/api/calls/{call}/summary")).await.status, 404);
}

#[tokio::test]
async fn a_call_is_found_by_the_words_of_its_summary() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    // In one language, so that its words are known; nobody says them in a call.
    let call = a_call(&app);
    app.sql(&format!("update calls set language = 'en' where id = '{call}'"));
    let found = async || -> bool {
        let page: Page<CallSummary> = agency
            .get("/api/calls?q=%22the+caller+said%22&limit=100")
            .await
            .json();
        page.items.iter().any(|found| found.id.to_string() == call)
    };
    assert!(!found().await);
    again(&agency, &call).await;
    app.run_jobs().await;
    let shown = summary(&agency, &call).await.ours.unwrap().summary;
    assert!(shown.contains("The caller said"), "{shown}");
    assert!(found().await);
}
