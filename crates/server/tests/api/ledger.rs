//! Every call of the provider is accounted for, and what is missing says why.

use crate::harness::{AGENCY, Client, MAIN_KEY, TestApp};
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::connection::{Connection, SyncState};
use shared::failure::{Affected, FailedJob, Novelty};
use shared::ledger::{Artefact, ArtefactState, CallLedger, Completeness};
use shared::{Page, call::CallDetail};

const DETAIL: &str = "/v1/convai/conversations/conv";

fn options(conversations: usize) -> simulator::Options {
    simulator::Options {
        conversations,
        live: 0,
        ..simulator::Options::default()
    }
}

async fn completeness(client: &Client, connection: &Connection) -> Completeness {
    client
        .get(&format!("/api/connections/{}/completeness", connection.id))
        .await
        .json()
}

/// What happens every minute, and what that queues.
async fn a_minute(app: &TestApp) {
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
}

#[tokio::test]
async fn after_a_sync_every_call_is_accounted_for_with_a_state_for_each_part() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let total = app.simulated_conversations().await;
    let shown = completeness(&client, &connection).await;
    assert_eq!(
        (shown.listed, shown.accounted),
        (total, total),
        "{:?}",
        shown.gaps
    );
    assert!(shown.checked_at.is_some() && shown.walked_at.is_some() && shown.gaps.is_empty());
    assert_eq!((shown.trouble, shown.walking), (None, false));
    assert_eq!(
        app.sql("select count(*), bool_and(call_id is not null and announced = 'done' and detail = 'done'
                 and transcript in ('done', 'none') and audio in ('done', 'none') and billed = 'not_applicable') from call_ledger"),
        format!("{total}|t")
    );
    // Declined and unanswered calls are rows like any other, and say so.
    let lost = app
        .sql("select count(*) from calls c join call_ledger l on l.call_id = c.id where c.status = 'failed'");
    assert_ne!(lost, "0");
    let failed: Value = client.get("/api/calls?status=failed").await.json();
    assert_eq!(failed["items"].as_array().unwrap().len().to_string(), lost);

    let call = app.sql("select call_id from call_ledger where transcript = 'done' limit 1");
    let ledger: CallLedger = client.get(&format!("/api/calls/{call}/ledger")).await.json();
    assert!(ledger.is_over && ledger.is_listed);
    let state = |wanted| ledger.artefacts.iter().find(|a| a.artefact == wanted).unwrap();
    assert_eq!(ledger.artefacts.len(), Artefact::ALL.len());
    assert_eq!(state(Artefact::Transcript).state, ArtefactState::Done);
    let billed = state(Artefact::Billed);
    assert_eq!(billed.state, ArtefactState::NotApplicable);
    assert_eq!(billed.reason.as_deref(), Some("Calls are not billed yet"));
}

#[tokio::test]
async fn a_call_lost_long_ago_is_found_by_the_walk_through_the_whole_list() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let total = app.simulated_conversations().await;
    app.sql(
        "create temp table lost as select id from calls order by started_at limit 3;
         delete from call_turns where call_id in (select id from lost);
         delete from call_keys where call_id in (select id from lost);
         delete from calls where id in (select id from lost);
         delete from call_ledger where call_id is null",
    );
    a_minute(&app).await;
    let count = "select count(*) from calls";
    assert_eq!(
        app.sql(count),
        (total - 3).to_string(),
        "the look back does not reach it"
    );
    app.sql("update connection_checks set walked_at = now() - interval '25 hours'");
    a_minute(&app).await;
    assert_eq!(app.sql(count), total.to_string());
    let shown = completeness(&client, &connection).await;
    assert_eq!((shown.listed, shown.accounted), (total, total));
}

#[tokio::test]
async fn a_conversation_that_the_provider_deletes_leaves_the_count_and_stays_here() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let total = app.simulated_conversations().await;
    let gone = app.sql("select conversation_id from calls order by started_at limit 1");
    provider(&app).delete_conversation(&gone).await.unwrap();
    app.sql("update connection_checks set walked_at = now() - interval '25 hours'");
    a_minute(&app).await;
    let shown = completeness(&client, &connection).await;
    assert_eq!((shown.listed, shown.accounted), (total - 1, total - 1));
    assert_eq!(app.sql("select count(*) from calls"), total.to_string());
}

fn provider(app: &TestApp) -> elevenlabs::Client {
    elevenlabs::Client::new(
        app.simulator().base_url.parse().unwrap(),
        SecretString::from(MAIN_KEY),
    )
    .unwrap()
}

#[tokio::test]
async fn a_gap_says_why_and_heals_when_somebody_tries_again() {
    let app = TestApp::start().await;
    app.simulator_with(options(3));
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "server_error", "path_prefix": DETAIL}))
        .await;
    let connection = app.connect_simulator(&client).await;
    let total = app.simulated_conversations().await;
    let shown = completeness(&client, &connection).await;
    assert_eq!((shown.listed, shown.accounted), (total, 0));
    let gap = shown.gaps.first().unwrap();
    let detail = gap
        .missing
        .iter()
        .find(|a| a.artefact == Artefact::Detail)
        .unwrap();
    assert_eq!(detail.state, ArtefactState::Waiting);
    assert!(detail.attempts >= 15, "{detail:?}");
    let reason = detail.reason.clone().unwrap();
    assert!(reason.contains("500"), "{reason}");
    // The same on the page of the call.
    let ledger: CallLedger = client
        .get(&format!("/api/calls/{}/ledger", gap.call_id.unwrap()))
        .await
        .json();
    assert!(
        ledger
            .artefacts
            .iter()
            .any(|a| a.reason.as_deref() == Some(&reason))
    );
    // And the page of failed work has what was given up.
    let failed: Page<FailedJob> = client.get("/api/failures?limit=50").await.json();
    assert!(failed.items.iter().any(|job| job.label == "Fetch a call"));

    app.no_faults().await;
    let retry = format!(
        "/api/connections/{}/gaps/{}/retry",
        connection.id, gap.conversation_id
    );
    assert_eq!(client.post(&retry, &json!({})).await.status, 202);
    app.run_jobs().await;
    assert_eq!(completeness(&client, &connection).await.accounted, 1);
    assert_eq!(
        client.post(&retry, &json!({})).await.status,
        404,
        "it is no gap any more"
    );
    // The others heal by themselves.
    app.sql("update call_ledger set updated_at = now() - interval '2 minutes'");
    a_minute(&app).await;
    let shown = completeness(&client, &connection).await;
    assert_eq!((shown.accounted, shown.gaps), (total, vec![]));
    // What was given up meanwhile can be let go.
    let all = json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
    let gone: Affected = client.post("/api/failures/discard", &all).await.json();
    assert!(gone.affected > 0);
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
}

#[tokio::test]
async fn calls_that_never_end_are_asked_about_and_closed_with_the_reason() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    // One that the provider has ended, one that it has deleted, …
    let old = "select id from calls where status = 'done' order by started_at";
    app.sql(&format!(
        "update calls set status = 'in-progress', detail_at = null where id in ({old} limit 2)"
    ));
    let deleted =
        app.sql("select conversation_id from calls where status = 'in-progress' order by started_at limit 1");
    provider(&app).delete_conversation(&deleted).await.unwrap();
    // … and one that it keeps open long beyond what its agent allows.
    let control = format!("{}/_control/calls", app.simulator().base_url);
    let call: Value = reqwest::Client::new()
        .post(control)
        .json(&json!({"ago_secs": 40_000, "turn_interval_ms": 3_600_000}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let open = call["conversation_id"].as_str().unwrap();
    let page = provider(&app)
        .conversations_page(&Default::default())
        .await
        .unwrap();
    let item = page.items.into_iter().find(|item| item.conversation_id == open);
    let item = match item {
        Some(item) => item,
        None => provider(&app)
            .conversations_page(&elevenlabs::conversations::ConversationQuery::running(None))
            .await
            .unwrap()
            .items
            .remove(0),
    };
    let (connection, _) = (app.connection(&client).await, ());
    let handle = server::connections::load(&app.app, connection.id)
        .await
        .unwrap()
        .unwrap();
    server::calls::store::announce(&app.app, &handle, &item, shared::live::LiveGrade::Presence)
        .await
        .unwrap();
    assert_eq!(
        app.sql("select count(*) from calls where status in ('initiated', 'in-progress')"),
        "3"
    );
    a_minute(&app).await;
    let of = |id: &str| {
        app.sql(&format!(
            "select status, error from calls where conversation_id = '{id}'"
        ))
    };
    assert_eq!(
        app.sql("select count(*) from calls where status in ('initiated', 'in-progress')"),
        "0"
    );
    assert_eq!(
        of(&deleted),
        "failed|ElevenLabs deleted this conversation before it could be fetched"
    );
    assert!(
        of(open).starts_with("failed|ElevenLabs still reports this call as running, "),
        "{}",
        of(open)
    );
    let id = app.sql(&format!("select id from calls where conversation_id = '{open}'"));
    let shown: CallDetail = client.get(&format!("/api/calls/{id}")).await.json();
    assert!(
        shown
            .error
            .unwrap()
            .contains("the longest time that its agent allows")
    );
    let ledger: CallLedger = client.get(&format!("/api/calls/{id}/ledger")).await.json();
    let detail = ledger
        .artefacts
        .iter()
        .find(|a| a.artefact == Artefact::Detail)
        .unwrap();
    assert!(detail.is_missing() && detail.reason.as_ref().unwrap().contains("still reports"));
}

#[tokio::test]
async fn a_list_that_leads_in_a_circle_ends_with_the_reason_and_keeps_what_was_read() {
    let app = TestApp::start().await;
    app.simulator_with(options(450));
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "cursor_repeats"})).await;
    let connection = app.connect_simulator(&client).await;
    let sync = app.connection(&client).await.sync.unwrap();
    assert_eq!(sync.state, SyncState::Failed);
    assert!(sync.error.unwrap().contains("leads back to a page"));
    let stored: i64 = app.sql("select count(*) from calls").parse().unwrap();
    assert!((200..450).contains(&stored), "{stored}");
    // The look back and the walk end as well, and the connection says why.
    for column in ["checked_at", "walked_at"] {
        app.sql(&format!(
            "insert into connection_checks (connection_id, organization_id, checked_at, walked_at)
             select id, organization_id, now(), now() from connections on conflict (connection_id) do update set
             checked_at = now(), walked_at = now(), walk_tried_at = null, trouble = null;
             update connection_checks set {column} = now() - interval '400 days'"
        ));
        a_minute(&app).await;
        let trouble = completeness(&client, &connection).await.trouble;
        assert!(
            trouble.unwrap_or_default().contains("leads back to a page"),
            "{column}"
        );
    }
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
    app.no_faults().await;
    app.sql("update connection_checks set walk_tried_at = null");
    a_minute(&app).await;
    let shown = completeness(&client, &connection).await;
    let total = app.simulated_conversations().await;
    assert_eq!(
        (shown.trouble, shown.listed, shown.accounted),
        (None, total, total)
    );
}

#[tokio::test]
async fn fields_and_values_of_a_newer_provider_are_counted_and_fail_nothing() {
    let app = TestApp::start().await;
    app.simulator_with(options(12));
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "unknown_fields"})).await;
    app.fault(json!({"kind": "unknown_enums"})).await;
    let connection = app.connect_simulator(&client).await;
    let total = app.simulated_conversations().await;
    let shown = completeness(&client, &connection).await;
    assert_eq!((shown.listed, shown.accounted), (total, total));
    let novelties: Vec<Novelty> = client.get("/api/novelties").await.json();
    assert_eq!(i64::try_from(novelties.len()).unwrap(), shown.novelties);
    let field = novelties
        .iter()
        .find(|n| n.path == "metadata.x_future_field")
        .unwrap();
    assert_eq!((field.value.as_deref(), field.seen), (None, total));
    assert!(field.example.starts_with("conv_") && field.connection == "Simulator");
    let value = novelties
        .iter()
        .find(|n| n.path == "metadata.conversation_initiation_source")
        .unwrap();
    assert_eq!(value.value.as_deref(), Some("from_the_future"));
}

#[tokio::test]
async fn a_provider_of_today_sends_nothing_new() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    let novelties: Vec<Novelty> = client.get("/api/novelties").await.json();
    assert_eq!(novelties, []);
}

#[tokio::test]
async fn the_ledger_follows_a_call_to_another_organization_and_goes_with_its_connection() {
    let app = TestApp::start().await;
    app.simulator_with(options(30));
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let agent = app.sql("select agent_id from calls group by 1 order by count(*) desc limit 1");
    let target = app.organization("harbor-dental");
    let reply = client
        .post(
            &format!("/api/agents/{agent}/move"),
            &json!({"organization_id": target, "with_history": true}),
        )
        .await;
    assert!(reply.status.is_success(), "{}", reply.text());
    app.run_jobs().await;
    assert_eq!(
        app.sql(
            "select bool_and(l.organization_id = c.organization_id), count(distinct c.organization_id)
                 from calls c join call_ledger l on l.call_id = c.id"
        ),
        "t|2"
    );
    let total = app.simulated_conversations().await;
    assert_eq!(completeness(&client, &connection).await.accounted, total);
    assert!(
        client
            .delete(&format!("/api/connections/{}", connection.id))
            .await
            .status
            .is_success()
    );
    app.run_jobs().await;
    assert_eq!(
        app.sql("select (select count(*) from call_ledger), (select count(*) from connection_checks), (select count(*) from calls)"),
        "0|0|0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_several_processes_want_at_once_is_made_once() {
    use db::partitions::Partitioned;
    let app = TestApp::start().await;
    let siblings = [
        app.sibling().await,
        app.sibling().await,
        app.sibling().await,
        app.sibling().await,
    ];
    for month in 1..=12 {
        let moment = chrono::DateTime::parse_from_rfc3339(&format!("2019-{month:02}-03T00:00:00Z")).unwrap();
        let made = siblings.iter().map(|sibling| {
            sibling
                .db
                .ensure_month(&[Partitioned::Recordings, Partitioned::Calls], moment.into())
        });
        for made in futures::future::join_all(made).await {
            made.unwrap();
        }
    }
    assert_eq!(
        app.sql("select count(*) from pg_class where relname ~ '^recordings_2019_[0-9]{2}$' and relrowsecurity and relforcerowsecurity"),
        "12"
    );
}
