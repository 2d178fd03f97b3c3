//! Fetching a workspace's agents and history.

use crate::harness::{AGENCY, TestApp};
use serde_json::json;
use shared::connection::{ConnectionHealth, SyncState};
use std::time::{Duration, Instant};

const DETAIL: &str = "/v1/convai/conversations/conv";

fn options(conversations: usize) -> simulator::Options {
    simulator::Options {
        conversations,
        live: 0,
        ..simulator::Options::default()
    }
}

#[tokio::test]
async fn a_sync_brings_agents_and_history_and_a_second_one_fetches_nothing_again() {
    let app = TestApp::start().await;
    app.simulator_with(options(130));
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    assert_eq!(connection.sync.unwrap().state, SyncState::Queued);
    app.run_jobs().await;
    let shown = app.connection(&client).await;
    let progress = shown.sync.unwrap();
    let total = app.simulated_conversations().await;
    assert_eq!((progress.state, progress.listed_all), (SyncState::Done, true));
    assert_eq!(
        (progress.calls_seen, progress.calls_done, progress.calls_failed),
        (total, total, 0)
    );
    assert_eq!((shown.calls, progress.agents_total), (total, Some(shown.agents)));
    assert_eq!(app.sql("select count(*) from calls where detail_at is null"), "0");
    assert_eq!(
        app.sql("select count(*) from agents where voice_name is null or placeholder"),
        "0"
    );
    assert!(app.sql("select count(*) from call_turns").parse::<i64>().unwrap() > total);

    let before = app.sql("select sum(('x' || substr(md5(c::text), 1, 8))::bit(32)::bigint) from calls c");
    let details = app
        .fault(json!({"kind": "slow", "ms": 0, "path_prefix": DETAIL}))
        .await;
    let reply = client
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    assert_eq!(reply.status.as_u16(), 202);
    app.run_jobs().await;
    assert_eq!(app.connection(&client).await.sync.unwrap().calls_done, total);
    assert_eq!(
        app.struck(details).await,
        0,
        "complete calls are not asked for again"
    );
    assert_eq!(app.sql("select count(*) from calls"), total.to_string());
    assert_eq!(
        app.sql("select sum(('x' || substr(md5(c::text), 1, 8))::bit(32)::bigint) from calls c"),
        before
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_goes_on_where_a_killed_worker_left_it() {
    let app = TestApp::start().await;
    app.simulator_with(options(450));
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    let list = app
        .fault(json!({"kind": "slow", "ms": 300, "path_prefix": "/v1/convai/conversations"}))
        .await;
    let runner = || {
        server::worker::runner(&app.app)
            .lease(Duration::from_millis(500))
            .poll_interval(Duration::from_millis(20))
    };
    let killed = runner().start();
    wait(|| {
        app.sql("select coalesce(max(calls_done), 0) from sync_runs")
            .parse::<i64>()
            .unwrap()
            >= 100
    })
    .await;
    drop(killed);
    let left = app
        .sql("select calls_seen from sync_runs")
        .parse::<i64>()
        .unwrap();
    let total = app.simulated_conversations().await;
    assert!(left >= 100 && left < total, "{left} of {total}");
    app.no_faults().await;
    let _ = list;
    let pages = app
        .fault(json!({"kind": "slow", "ms": 0, "path_prefix": "/v1/convai/agents"}))
        .await;
    let other = runner().start();
    wait(|| app.sql("select state from sync_runs") == "done").await;
    other.shutdown().await;
    assert_eq!(app.struck(pages).await, 0, "the agents are not fetched again");
    let run = app.sql("select calls_seen, calls_done, calls_failed from sync_runs");
    assert_eq!(run, format!("{total}|{total}|0"));
    assert_eq!(
        app.sql("select count(*), count(distinct conversation_id) from calls"),
        format!("{total}|{total}")
    );
}

#[tokio::test]
async fn failures_of_the_provider_during_a_sync_heal_by_themselves() {
    let app = TestApp::start().await;
    app.simulator_with(options(60));
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    // Four failures in a row exhaust the client's own repeats.
    app.fault(json!({"kind": "server_error", "path_prefix": DETAIL, "count": 60}))
        .await;
    app.fault(json!({"kind": "unknown_fields"})).await;
    app.run_jobs().await;
    let progress = app.connection(&client).await.sync.unwrap();
    assert!(progress.calls_failed > 0, "{progress:?}");
    assert_eq!(progress.state, SyncState::Done);
    let total = app.simulated_conversations().await;
    assert_eq!(
        app.sql("select count(*) from calls where detail_at is not null"),
        total.to_string()
    );
    assert_eq!(app.connection(&client).await.health, ConnectionHealth::Healthy);
}

#[tokio::test]
async fn a_key_that_is_refused_in_the_middle_ends_the_sync_with_words() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    let sealed = app
        .app
        .sealer
        .seal(&secrecy::SecretString::from("sk_revoked"), connection.id.0)
        .map(hex::encode)
        .unwrap();
    app.sql(&format!(
        "update connections set api_key_sealed = decode('{sealed}', 'hex')"
    ));
    app.run_jobs().await;
    let shown = app.connection(&client).await;
    assert_eq!(shown.health, ConnectionHealth::KeyRefused);
    assert!(shown.trouble.unwrap().contains("does not know this key"));
    let progress = shown.sync.unwrap();
    assert_eq!(progress.state, SyncState::Failed);
    assert!(progress.error.unwrap().contains("does not know this key"));
    assert_eq!(app.sql("select count(*) from jobs"), "0");
}

#[tokio::test]
async fn a_call_whose_webhook_was_lost_is_found_within_a_minute() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    app.sql("delete from call_turns t using (select id from calls order by started_at desc limit 2) c where t.call_id = c.id");
    app.sql("delete from call_keys k using (select id from calls order by started_at desc limit 2) c where k.call_id = c.id");
    app.sql("delete from calls where id not in (select call_id from call_keys)");
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(
        app.sql("select count(*) from calls"),
        app.simulated_conversations().await.to_string()
    );
}

/// Run by hand: `cargo test -p echosensei-server --test api -- --ignored ten_thousand --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute"]
async fn ten_thousand_conversations_are_fetched_in_less_than_two_minutes() {
    let app = TestApp::start().await;
    app.simulator_with(options(10_000));
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    let begun = Instant::now();
    let worker = server::worker::runner(&app.app).start();
    wait_long(|| app.sql("select state from sync_runs") == "done").await;
    let took = begun.elapsed();
    eprintln!(
        "{} calls in {took:?}",
        app.sql("select calls_done from sync_runs")
    );
    worker.shutdown().await;
    assert!(took < Duration::from_secs(120), "{took:?}");
}

async fn wait(is_there: impl Fn() -> bool) {
    wait_for(Duration::from_secs(30), is_there).await;
}

async fn wait_long(is_there: impl Fn() -> bool) {
    wait_for(Duration::from_secs(300), is_there).await;
}

async fn wait_for(most: Duration, is_there: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < most, "waited in vain");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
