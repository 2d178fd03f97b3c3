//! What goes by itself, as an organization's rules say.

use crate::call_work::{listed, with_calls};
use crate::harness::{Client, TestApp};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::retention::{Retention, RetentionPreview};

async fn set(client: &Client, rules: &Value) -> Retention {
    client.put("/api/retention", rules).await.json()
}

/// As when the night has come.
async fn night(app: &TestApp) {
    server::worker::housekeeping(&app.app).await.unwrap();
    let queued = app.sql("select count(*) from jobs where name = 'apply_retention' and run_at between now() and now() + interval '1 day'");
    assert_ne!(queued, "0", "once a day");
    app.sql("delete from jobs where name <> 'apply_retention'; update jobs set run_at = now()");
    app.run_jobs().await;
}

/// The `count` newest calls began that many days ago. Their months exist: the others of the simulator lie around them.
fn age(app: &TestApp, days: u32) {
    app.sql(&format!(
        "select ensure_month_partition(t::regclass, now() - interval '{days} days') from unnest(array['calls', 'call_turns', 'recordings', 'call_search']) t;
         create temp table r as select * from recordings; delete from recordings;
         update call_turns set started_at = started_at - interval '{days} days';
         update calls set started_at = started_at - interval '{days} days';
         update call_keys set started_at = started_at - interval '{days} days';
         update r set started_at = started_at - interval '{days} days';
         insert into recordings select * from r"
    ));
}

#[tokio::test]
async fn recordings_and_words_go_and_their_calls_stay() {
    let (app, agency, calls) = with_calls(12).await;
    months(&app);
    age(&app, 40);
    let sounds: i64 = app.sql("select count(*) from recordings").parse().unwrap();
    let keys = app.sql("select storage_key from recordings");
    assert!(sounds > 0);
    let rules = json!({"recording_days": 30, "transcript_days": 35});
    let preview: RetentionPreview = agency.post("/api/retention/preview", &rules).await.json();
    assert_eq!(
        (preview.recordings, preview.transcripts, preview.calls),
        (sounds, calls.len() as i64, 0)
    );
    assert_eq!(
        app.sql("select count(*) from recordings"),
        sounds.to_string(),
        "a look changes nothing"
    );
    let retention = set(&agency, &rules).await;
    assert_eq!(retention.effective.recording_days, Some(30));
    night(&app).await;
    for key in keys.lines() {
        let key = storage::StorageKey::new(key).unwrap();
        assert!(app.app.storage.current().head(&key).await.is_err());
    }
    let left = app.sql("select count(*), (select count(*) from call_turns), (select count(*) from recordings), count(title), count(summary),
                        count(*) filter (where collected <> '[]' or evaluation <> '[]'), (select count(*) from call_summaries),
                        (select count(*) from call_search s where exists (select from unnest(s.words) w where w.lexeme not like '@%'))
                        from calls");
    assert_eq!(left, format!("{}|0|0|0|0|0|0|0", calls.len()));
    let why = app
        .sql("select distinct recording, recording_error from calls where recording_error like 'Removed%'");
    assert!(why.starts_with("unavailable|Removed after 30 days"), "{why}");
    let shown: Retention = agency.get("/api/retention").await.json();
    assert_eq!(shown.runs.len(), 1);
    let removed = shown.runs[0].removed;
    assert_eq!(
        (removed.recordings, removed.transcripts),
        (sounds, calls.len() as i64)
    );
    assert!(shown.runs[0].finished_at.is_some());
    let entries = app.sql(
        "select string_agg(action, ' ' order by occurred_at) from audit_log where action like 'retention.%'",
    );
    assert_eq!(entries, "retention.changed retention.applied");
    // A sync that tells them anew brings nothing back.
    app.sql("update calls set detail_at = null");
    let connection = app.connection(&agency).await;
    agency
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    app.run_jobs().await;
    assert_eq!(app.sql("select count(*) from call_turns"), "0");
    assert_eq!(app.sql("select count(*) from recordings"), "0");
}

/// The months of the simulator's calls, and those before.
fn months(app: &TestApp) {
    app.sql(
        "select ensure_month_partition(t::regclass, m) from unnest(array['calls', 'call_turns', 'recordings', 'call_search']) t
         cross join generate_series(date_trunc('month', now()) - interval '12 months', now(), interval '1 month') m",
    );
}

#[tokio::test]
async fn whole_calls_go_at_the_provider_only_when_asked_for() {
    let (app, agency, calls) = with_calls(10).await;
    months(&app);
    let old = calls.len() / 2;
    for call in &calls[..old] {
        app.sql(&format!(
            "delete from recordings where call_id = '{call}';
             update calls set started_at = now() - interval '100 days' where id = '{call}';
             update call_turns set started_at = now() - interval '100 days' where call_id = '{call}';
             update call_keys k set started_at = c.started_at from calls c where c.id = k.call_id and c.id = '{call}';
             update call_turns t set started_at = c.started_at from calls c where c.id = t.call_id and c.id = '{call}'"
        ));
    }
    let at_provider = app.simulated_conversations().await;
    set(&agency, &json!({"call_days": 60})).await;
    night(&app).await;
    assert_eq!(listed(&agency, "").await, calls[old..]);
    assert_eq!(
        app.simulated_conversations().await,
        at_provider,
        "nothing was deleted there"
    );
    // They do not come back.
    let connection = app.connection(&agency).await;
    agency
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    app.run_jobs().await;
    assert_eq!(listed(&agency, "").await, calls[old..]);
    // The others go there too; while it is down, they stay here.
    app.sql("delete from recordings");
    for call in &calls[old..] {
        app.sql(&format!(
            "update calls set started_at = now() - interval '100 days' where id = '{call}';
             update call_keys k set started_at = c.started_at from calls c where c.id = k.call_id and c.id = '{call}'"
        ));
    }
    set(&agency, &json!({"call_days": 60, "at_provider": true})).await;
    app.fault(json!({"kind": "server_error", "path_prefix": "/v1/convai/conversations/conv"}))
        .await;
    night(&app).await;
    assert_eq!(listed(&agency, "").await.len(), calls.len() - old);
    let shown: Retention = agency.get("/api/retention").await.json();
    assert!(shown.runs[0].trouble.as_ref().unwrap().contains("ElevenLabs"));
    app.no_faults().await;
    night(&app).await;
    assert!(listed(&agency, "").await.is_empty());
    assert_eq!(
        app.simulated_conversations().await,
        at_provider - (calls.len() - old) as i64
    );
}

#[tokio::test]
async fn a_rule_from_above_binds_below_where_it_says_so() {
    let app = TestApp::start().await;
    let agency = app.sign_in(crate::harness::AGENCY).await;
    let customer = app.sign_in(crate::harness::CUSTOMER).await;
    set(&agency, &json!({"recording_days": 30})).await;
    let shown: Retention = customer.get("/api/retention").await.json();
    assert_eq!(shown.effective.recording_days, None);
    set(&agency, &json!({"recording_days": 30, "binds_below": true})).await;
    let own = set(&customer, &json!({"recording_days": 90, "transcript_days": 10})).await;
    assert_eq!(
        (own.own.recording_days, own.above.recording_days),
        (Some(90), Some(30))
    );
    assert_eq!(
        (own.effective.recording_days, own.effective.transcript_days),
        (Some(30), Some(10))
    );
    let problem = customer
        .put("/api/retention", &json!({"call_days": 0}))
        .await
        .problem();
    assert_eq!(problem.errors[0].field, "call_days");
    let (email, _) = app.add_member("harbor-dental", "customer_manager");
    let manager = app.sign_in(&email).await;
    assert_eq!(
        manager.get("/api/retention").await.problem().code,
        ErrorCode::PermissionDenied
    );
}
