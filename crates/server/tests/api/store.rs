//! One call, once, in whatever order news about it arrive.

use crate::harness::{AGENCY, TestApp};
use elevenlabs::conversations::{Conversation, ConversationSummary};
use server::app::App;
use server::calls::store::{announce, append_turn, store_detail};
use server::connections::{ConnectionHandle, load};
use shared::call::{CallStatus, Speaker, Turn};
use shared::live::LiveGrade;

async fn connected(app: &TestApp) -> ConnectionHandle {
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    app.sql("delete from jobs");
    load(&app.app, connection.id).await.unwrap().unwrap()
}

fn summary(status: &str) -> ConversationSummary {
    serde_json::from_value(
        serde_json::json!({"conversation_id": "conv_1", "agent_id": "agent_1", "agent_name": "A",
        "status": status, "start_time_unix_secs": chrono::Utc::now().timestamp() - 30}),
    )
    .unwrap()
}

fn detail(status: &str, turns: usize) -> Conversation {
    let turns: Vec<_> = (0..turns)
        .map(|n| serde_json::json!({"role": "user", "message": format!("turn {n}"), "time_in_call_secs": n}))
        .collect();
    serde_json::from_value(serde_json::json!({"conversation_id": "conv_1", "agent_id": "agent_1", "status": status,
        "has_audio": false, "transcript": turns, "metadata": {"start_time_unix_secs": chrono::Utc::now().timestamp() - 40}}))
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn webhook_poll_and_sync_at_once_on_two_servers_make_one_row() {
    let app = TestApp::start().await;
    let connection = connected(&app).await;
    let other = app.sibling().await;
    let mut tasks = Vec::new();
    for n in 0..16 {
        let (app, connection): (App, _) = (
            if n % 2 == 0 {
                app.app.clone()
            } else {
                other.clone()
            },
            connection.clone(),
        );
        tasks.push(tokio::spawn(async move {
            match n % 4 {
                0 | 1 => store_detail(&app, &connection, &detail("done", 3)).await.unwrap(),
                _ => announce(&app, &connection, &summary("in-progress"), LiveGrade::Presence)
                    .await
                    .unwrap(),
            }
        }));
    }
    let mut known = Vec::new();
    for task in tasks {
        known.push(task.await.unwrap());
    }
    assert!(
        known
            .iter()
            .all(|call| call.id == known[0].id && call.started_at == known[0].started_at)
    );
    assert_eq!(known.iter().filter(|call| call.is_new).count(), 1);
    assert_eq!(app.sql("select count(*), min(status) from calls"), "1|done");
    assert_eq!(app.sql("select count(*) from call_turns"), "3");
    assert_eq!(app.sql("select count(*) from agents"), "1");
}

#[tokio::test]
async fn a_status_never_moves_backwards() {
    let app = TestApp::start().await;
    let connection = connected(&app).await;
    for (status, wanted) in [
        ("in-progress", CallStatus::InProgress),
        ("initiated", CallStatus::InProgress),
        ("processing", CallStatus::Processing),
        ("in-progress", CallStatus::Processing),
    ] {
        let call = announce(&app.app, &connection, &summary(status), LiveGrade::Presence)
            .await
            .unwrap();
        assert_eq!(call.status, wanted, "after {status}");
    }
    store_detail(&app.app, &connection, &detail("done", 2))
        .await
        .unwrap();
    let late = store_detail(&app.app, &connection, &detail("processing", 1))
        .await
        .unwrap();
    assert_eq!(late.status, CallStatus::Done);
    assert_eq!(app.sql("select status from calls"), "done");
    assert_eq!(app.sql("select count(*) from call_turns"), "2");
}

#[tokio::test]
async fn storing_the_same_detail_again_changes_and_tells_nothing() {
    let app = TestApp::start().await;
    let connection = connected(&app).await;
    let conversation = detail("done", 2);
    store_detail(&app.app, &connection, &conversation).await.unwrap();
    let before = app.sql("select c::text from calls c");
    let events = app.sql("select count(*) from live_events");
    let again = store_detail(&app.app, &connection, &conversation).await.unwrap();
    assert!(!again.is_new);
    assert_eq!(app.sql("select c::text from calls c"), before);
    assert_eq!(app.sql("select count(*) from live_events"), events);
}

#[tokio::test]
async fn live_turns_give_way_to_the_final_transcript() {
    let app = TestApp::start().await;
    let connection = connected(&app).await;
    let call = announce(
        &app.app,
        &connection,
        &summary("in-progress"),
        LiveGrade::Transcript,
    )
    .await
    .unwrap();
    let turn = |position, message: &str| Turn {
        position,
        speaker: Speaker::Caller,
        message: Some(message.to_owned()),
        at_seconds: 0.0,
        interrupted: false,
        tools: Vec::new(),
    };
    for (position, message) in [(0, "hel"), (0, "hello"), (1, "b\u{0}ye"), (2, "gone")] {
        append_turn(&app.app, &call, &turn(position, message))
            .await
            .unwrap();
    }
    assert_eq!(
        app.sql("select message from call_turns order by position"),
        "hello\nbye\ngone"
    );
    assert_eq!(
        app.sql("select count(*) from live_events where payload->>'type' = 'call_turn'"),
        "4"
    );
    store_detail(&app.app, &connection, &detail("done", 2))
        .await
        .unwrap();
    append_turn(&app.app, &call, &turn(7, "too late")).await.unwrap();
    assert_eq!(
        app.sql("select message from call_turns order by position"),
        "turn 0\nturn 1"
    );
    let ended = "select count(*) from live_events where payload->>'type' = 'call_ended'";
    assert_eq!(app.sql(ended), "1");
}
