//! Where the sound of a call is looked for, and what is said when it is not there.

use crate::harness::{AGENCY, Client, TestApp};
use serde_json::json;
use shared::ErrorCode;
use shared::call::{CallDetail, Recording, RecordingState, RecordingTier};

/// Few calls, so that each of them is looked at.
async fn connected(faults: &[serde_json::Value]) -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 12,
        live: 0,
        ..simulator::Options::default()
    });
    let client = app.sign_in(AGENCY).await;
    for fault in faults {
        app.fault(fault.clone()).await;
    }
    app.connect_simulator(&client).await;
    (app, client)
}

/// A call that the provider recorded.
fn recorded(app: &TestApp, state: &str) -> String {
    app.sql(&format!(
        "select id from calls where recording = '{state}' and status = 'done' order by started_at desc limit 1"
    ))
}

async fn shown(client: &Client, call: &str) -> Recording {
    let detail: CallDetail = client.get(&format!("/api/calls/{call}")).await.json();
    detail.recording_detail.unwrap()
}

#[tokio::test]
async fn a_sound_that_the_api_has_not_is_fetched_from_the_link_that_the_provider_gave() {
    let (app, client) = connected(&[json!({"kind": "audio_by_link"})]).await;
    let call = recorded(&app, "available");
    assert_eq!(
        app.sql("select distinct source from recordings where bytes > 1000 and seconds > 1"),
        "link"
    );
    let reply = client.get(&format!("/api/calls/{call}/recording")).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type")),
        (200, "audio/mpeg")
    );
    // The API's miss is kept beside it.
    let misses = shown(&client, &call).await.misses;
    assert_eq!(misses.len(), 1);
    assert_eq!(
        (misses[0].tier, misses[0].reason.as_str()),
        (
            RecordingTier::Provider,
            "ElevenLabs has no recording of this call"
        )
    );
}

#[tokio::test]
async fn a_sound_that_is_nowhere_is_unavailable_and_each_place_says_why() {
    let (app, client) = connected(&[json!({"kind": "audio_missing"})]).await;
    let call = recorded(&app, "unavailable");
    let recording = shown(&client, &call).await;
    assert_eq!(recording.state, RecordingState::Unavailable);
    assert_eq!(
        recording.error.as_deref(),
        Some("ElevenLabs has no recording of this call")
    );
    assert!(recording.can_fetch);
    let reply = client
        .get(&format!("/api/calls/{call}/recording"))
        .await
        .problem();
    assert_eq!(
        (reply.code, reply.detail.as_deref()),
        (
            ErrorCode::RecordingUnavailable,
            Some("ElevenLabs has no recording of this call")
        )
    );
    // Somebody at the provider put it right.
    app.no_faults().await;
    let again = client
        .post(&format!("/api/calls/{call}/recording/fetch"), &json!({}))
        .await;
    assert_eq!(again.status, 204);
    let recording = shown(&client, &call).await;
    assert_eq!(
        (recording.state, recording.error),
        (RecordingState::Available, None)
    );
    assert!(!recording.can_fetch && !recording.peaks.is_empty());
}

#[tokio::test]
async fn audio_that_is_none_is_failed_and_says_what_it_was() {
    let (app, client) = connected(&[json!({"kind": "audio_garbage"})]).await;
    let call = recorded(&app, "failed");
    let recording = shown(&client, &call).await;
    let reason = recording.error.unwrap();
    assert!(
        reason.starts_with("what ElevenLabs sent is no recording: it begins with “<!doctype html>"),
        "{reason}"
    );
    assert!(recording.can_fetch);
    assert!(
        recording
            .misses
            .iter()
            .any(|miss| miss.tier == RecordingTier::Provider && miss.reason.contains("doctype"))
    );
    // Nothing of it is kept, and nobody goes on asking.
    assert_eq!(app.sql("select count(*) from recordings"), "0");
    assert_eq!(app.sql("select count(*) from jobs"), "0");
    let page = client.get(&format!("/api/calls/{call}/recording")).await;
    assert!(page.problem().detail.unwrap().contains("doctype"));
    app.no_faults().await;
    client
        .post(&format!("/api/calls/{call}/recording/fetch"), &json!({}))
        .await;
    assert_eq!(shown(&client, &call).await.state, RecordingState::Available);
}

#[tokio::test]
async fn a_sound_shorter_than_its_call_is_partial_and_may_become_whole() {
    let (app, client) = connected(&[json!({"kind": "audio_short"})]).await;
    let call = recorded(&app, "partial");
    let recording = shown(&client, &call).await;
    let reason = recording.error.unwrap();
    assert!(
        reason.starts_with("The recording has ") && reason.contains(" of a call of "),
        "{reason}"
    );
    assert!(recording.seconds.unwrap() > 0.0 && recording.can_fetch);
    let short = client.get(&format!("/api/calls/{call}/recording")).await;
    assert_eq!(short.status, 200);
    let key = app.sql(&format!(
        "select storage_key from recordings where call_id = '{call}'"
    ));
    app.no_faults().await;
    client
        .post(&format!("/api/calls/{call}/recording/fetch"), &json!({}))
        .await;
    let whole = client.get(&format!("/api/calls/{call}/recording")).await;
    assert!(whole.body.len() > short.body.len());
    assert_eq!(shown(&client, &call).await.state, RecordingState::Available);
    // The short one is gone.
    let key = storage::StorageKey::new(key).unwrap();
    assert!(app.app.storage.current().head(&key).await.is_err());
    assert_eq!(
        app.sql(&format!(
            "select count(*) from recordings where call_id = '{call}'"
        )),
        "1"
    );
}

#[tokio::test]
async fn slow_late_and_broken_audio_arrives_in_the_end() {
    let faults = [
        json!({"kind": "audio_slow", "ms": 40, "count": 3}),
        json!({"kind": "audio_missing", "count": 4}),
        json!({"kind": "cut", "count": 5, "path_prefix": "/v1/convai/conversations/conv"}),
        json!({"kind": "server_error", "count": 6, "path_prefix": "/v1/convai/conversations/conv"}),
        json!({"kind": "rate_limit", "count": 2, "retry_after": 1, "path_prefix": "/v1/convai/conversations/conv"}),
    ];
    let (app, _client) = connected(&faults).await;
    assert_eq!(
        app.sql("select count(*) from calls where recording not in ('available', 'unavailable')"),
        "0"
    );
    assert_ne!(
        app.sql("select count(*) from calls where recording = 'available'"),
        "0"
    );
    // Those of which the provider says that they are not recorded are the only ones without.
    assert_eq!(app.sql("select count(*) from jobs"), "0");
}

#[tokio::test]
async fn a_recording_that_is_asked_for_before_it_is_stored_is_fetched_at_that_moment() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 12,
        live: 0,
        ..simulator::Options::default()
    });
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    let call = recorded(&app, "available");
    // As after a sync whose recordings have not been fetched yet.
    app.sql(&format!("delete from recordings where call_id = '{call}'"));
    app.sql(&format!(
        "update calls set recording = 'pending' where id = '{call}'"
    ));
    let asked = (0..8).map(|_| {
        let client = client.clone();
        let path = format!("/api/calls/{call}/recording");
        async move { client.get(&path).await.status.as_u16() }
    });
    let slow = app.fault(json!({"kind": "audio_slow", "ms": 20})).await;
    let replies = futures::future::join_all(asked).await;
    assert_eq!(replies, [200; 8]);
    // They waited for one and the same fetching.
    assert_eq!(app.struck(slow).await, 1);
    assert_eq!(shown(&client, &call).await.state, RecordingState::Available);
}

#[tokio::test]
async fn a_stored_file_that_vanished_is_fetched_again_and_its_miss_is_kept() {
    let (app, client) = connected(&[]).await;
    let call = recorded(&app, "available");
    let key = app.sql(&format!(
        "select storage_key from recordings where call_id = '{call}'"
    ));
    app.app
        .storage
        .current()
        .delete(&storage::StorageKey::new(key).unwrap())
        .await
        .unwrap();
    let reply = client.get(&format!("/api/calls/{call}/recording")).await;
    assert_eq!(reply.status, 200);
    let recording = shown(&client, &call).await;
    assert_eq!(recording.state, RecordingState::Available);
    assert_eq!(recording.misses[0].tier, RecordingTier::Storage);
    assert_eq!(recording.misses[0].reason, "The stored file is gone");
}

#[tokio::test]
async fn a_sound_whose_call_turns_out_longer_is_named_short() {
    let (app, client) = connected(&[]).await;
    let call = recorded(&app, "available");
    // As a webhook's sound that came before the call's detail: the length was not known.
    app.sql(&format!(
        "update calls set detail_at = null, duration_seconds = 0 where id = '{call}';
         update recordings set seconds = 1 where call_id = '{call}'"
    ));
    let connection = app.connection(&client).await.id;
    let reply = client
        .post(&format!("/api/connections/{connection}/sync"), &json!({}))
        .await;
    assert_eq!(reply.status, 202);
    app.run_jobs().await;
    assert_eq!(
        app.sql(&format!("select recording from calls where id = '{call}'")),
        "partial"
    );
}

#[tokio::test]
async fn a_call_that_moves_takes_what_is_known_of_its_sound_along() {
    let (app, client) = connected(&[json!({"kind": "audio_by_link"})]).await;
    let agent = app.sql(
        "select agent_id from calls where recording = 'available' group by agent_id order by count(*) desc limit 1",
    );
    let facts = "select string_agg(concat_ws(' ', location, encode(sha256, 'hex'), seconds, source), ',' order by call_id) from recordings
                 where call_id in (select call_id from recording_misses)";
    let before = app.sql(facts);
    let target = app.organization("harbor-dental");
    let body = json!({ "organization_id": target, "with_history": true });
    let moved = client.post(&format!("/api/agents/{agent}/move"), &body).await;
    assert!(moved.status.is_success(), "{}", moved.text());
    app.run_jobs().await;
    assert_ne!(
        app.sql(&format!(
            "select count(*) from recordings where organization_id = '{target}'"
        )),
        "0"
    );
    assert_eq!(app.sql(facts), before);
    assert_eq!(
        app.sql(&format!(
            "select count(*) from recording_misses m join calls c on c.id = m.call_id where m.organization_id <> c.organization_id
             or (c.organization_id = '{target}' and not exists (select from recording_misses x where x.call_id = c.id and x.organization_id = '{target}'))"
        )),
        "0"
    );
}
