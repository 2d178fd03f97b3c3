//! Fetching the recordings that are missing, of a whole connection.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp};
use serde_json::json;
use shared::connection::{ConnectionRecordings, RunState};
use std::time::Duration;

async fn recordings(client: &Client, connection: &str) -> ConnectionRecordings {
    client
        .get(&format!("/api/connections/{connection}/recordings"))
        .await
        .json()
}

#[tokio::test]
async fn a_sync_fetches_the_recordings_behind_it_and_tells_how_far_it_is() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await.id.to_string();
    let shown = recordings(&client, &connection).await;
    let run = shown.run.unwrap();
    assert_eq!(run.state, RunState::Done);
    assert_eq!((run.done(), run.failed), (run.total, 0));
    assert!(run.stored > 10 && run.finished_at.is_some(), "{run:?}");
    let counted = app.sql("select count(*) from recordings");
    assert_eq!(shown.counts.available.to_string(), counted);
    assert_eq!(
        shown.counts.bytes.to_string(),
        app.sql("select sum(bytes) from recordings")
    );
}

#[tokio::test]
async fn what_is_missing_is_fetched_when_somebody_asks() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "audio_garbage"})).await;
    let connection = app.connect_simulator(&client).await.id.to_string();
    let before = recordings(&client, &connection).await;
    assert!(
        before.counts.failed > 10 && before.counts.available == 0,
        "{before:?}"
    );
    app.no_faults().await;
    let path = format!("/api/connections/{connection}/recordings");
    // Two who press at once begin one run.
    let nothing = json!({});
    let (one, other) = futures::join!(client.post(&path, &nothing), client.post(&path, &nothing));
    assert_eq!((one.status.as_u16(), other.status.as_u16()), (202, 202));
    let running = recordings(&client, &connection).await.run.unwrap();
    assert_eq!((running.state, running.done()), (RunState::Running, 0));
    assert_eq!(
        app.sql("select count(*) from jobs where name = 'fetch_recordings'"),
        "1"
    );
    app.run_jobs().await;
    let after = recordings(&client, &connection).await;
    let run = after.run.unwrap();
    assert_eq!((run.state, run.stored), (RunState::Done, before.counts.failed));
    assert_eq!(
        (after.counts.failed, after.counts.available),
        (0, before.counts.failed)
    );
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'connection.recordings_fetched'"),
        "2"
    );
}

#[tokio::test]
async fn a_run_goes_on_where_a_killed_worker_stopped() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "audio_garbage"})).await;
    let connection = app.connect_simulator(&client).await.id.to_string();
    let missing = recordings(&client, &connection).await.counts.failed;
    app.no_faults().await;
    app.fault(json!({"kind": "audio_slow", "ms": 60})).await;
    client
        .post(&format!("/api/connections/{connection}/recordings"), &json!({}))
        .await;
    let worker = app.spawn_worker();
    let begun = std::time::Instant::now();
    while app.sql("select stored from recording_runs") == "0" {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing was fetched");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    worker.kill();
    let there: i64 = app.sql("select count(*) from recordings").parse().unwrap();
    assert!(there > 0 && there < missing, "{there} of {missing}");
    let first = app.sql("select max(stored_at) from recordings");
    // As when the dead worker's lease ends.
    app.sql(
        "update jobs set state = 'waiting', locked_until = null, locked_by = null where state = 'running'",
    );
    app.no_faults().await;
    app.run_jobs().await;
    let after = recordings(&client, &connection).await;
    assert_eq!(after.run.unwrap().state, RunState::Done);
    assert_eq!((after.counts.available, after.counts.failed), (missing, 0));
    // What was there was not fetched again, but for the part that was cut off.
    let kept = app.sql(&format!(
        "select count(*) from recordings where stored_at <= '{first}'"
    ));
    assert!(kept.parse::<i64>().unwrap() >= there - 20, "{kept} of {there}");
}

#[tokio::test]
async fn only_the_owner_of_a_connection_sees_and_fetches_its_recordings() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await.id.to_string();
    let stranger = app.sign_in(CUSTOMER).await;
    let path = format!("/api/connections/{connection}/recordings");
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(stranger.post(&path, &json!({})).await.status, 404);
}
