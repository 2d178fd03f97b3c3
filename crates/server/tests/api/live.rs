//! What a browser sees of running calls, over the real socket.

use crate::harness::{AGENCY, CUSTOMER, Tab, TestApp, VIEWER};
use server::live::poller::lease::Lease;
use shared::OrganizationId;
use shared::call::{CallDetail, CallStatus, CallSummary, Speaker, Turn};
use shared::live::{LiveEvent, LiveGrade, LiveMessage, LiveSnapshot};
use shared::page::Page;
use std::time::Duration;
use uuid::Uuid;

pub async fn publish(app: &TestApp, organization: OrganizationId, event: LiveEvent) -> i64 {
    let db = app.app.db.clone();
    db.tenant::<_, db::Error, _>(organization, async move |conn| {
        Ok(db::live::publish(conn, &event).await?)
    })
    .await
    .unwrap()
}

pub fn counts(running: i64) -> LiveEvent {
    LiveEvent::Counts { running }
}

pub fn spoken(words: usize) -> LiveEvent {
    let message = Some("so ".repeat(words));
    let turn = Turn {
        position: 0,
        speaker: Speaker::Caller,
        message,
        at_seconds: 0.0,
        interrupted: false,
        tools: Vec::new(),
    };
    LiveEvent::CallTurn {
        call_id: Uuid::from_u128(1).into(),
        turn,
    }
}

/// Started, and the listener of this process listens.
pub async fn started() -> TestApp {
    started_with([]).await
}

pub async fn started_with<const N: usize>(settings: [(&str, &str); N]) -> TestApp {
    let app = TestApp::start_with(settings).await;
    until(async || app.sql("select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN live_events%'") == "1").await;
    app
}

pub async fn until(condition: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("did not happen within 30 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_reach_the_members_of_their_organization_and_nobody_else() {
    let app = started().await;
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let (mut at_agency, mut at_customer) = (Tab::watching(&agency).await, Tab::watching(&customer).await);
    publish(&app, app.organization("harbor-dental"), counts(1)).await;
    publish(&app, app.organization("northwind-voice"), counts(2)).await;
    assert_eq!(at_customer.event().await.1, counts(1));
    assert_eq!(at_agency.event().await.1, counts(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_of_connections_is_not_told_to_who_may_not_see_connections() {
    let app = started().await;
    let (admin, viewer) = (app.sign_in(CUSTOMER).await, app.sign_in(VIEWER).await);
    let (mut at_admin, mut at_viewer) = (Tab::watching(&admin).await, Tab::watching(&viewer).await);
    let organization = app.organization("harbor-dental");
    publish(&app, organization, LiveEvent::ConnectionsChanged).await;
    publish(&app, organization, counts(3)).await;
    assert_eq!(at_admin.event().await.1, LiveEvent::ConnectionsChanged);
    assert_eq!(at_viewer.event().await.1, counts(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_reconnect_each_missed_event_comes_exactly_once_and_in_order() {
    let app = started().await;
    let client = app.sign_in(CUSTOMER).await;
    let organization = app.organization("harbor-dental");
    let known = publish(&app, organization, counts(0)).await;
    let mut published = vec![
        publish(&app, organization, counts(1)).await,
        publish(&app, organization, counts(2)).await,
    ];
    let publishing = async {
        let mut ids = Vec::new();
        for running in 3..120 {
            ids.push(publish(&app, organization, counts(running)).await);
        }
        ids
    };
    // Events go on while the browser comes back.
    let reading = async {
        let (mut tab, _) = Tab::open(&client).await;
        tab.resume(known).await;
        let mut ids = Vec::new();
        while ids.len() < 119 {
            ids.push(tab.event().await.0);
        }
        ids
    };
    let (rest, received) = tokio::join!(publishing, reading);
    published.extend(rest);
    assert_eq!(received, published);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_away_for_longer_than_events_are_kept_starts_again() {
    let app = started().await;
    let client = app.sign_in(CUSTOMER).await;
    let organization = app.organization("harbor-dental");
    let known = publish(&app, organization, counts(1)).await;
    publish(&app, organization, counts(2)).await;
    app.sql("update live_events set created_at = now() - interval '2 hours'; select prune_live_events(interval '1 hour')");
    let (mut tab, _) = Tab::open(&client).await;
    tab.resume(known).await;
    assert_eq!(tab.next().await, LiveMessage::Refetch);
    let snapshot: LiveSnapshot = client.get("/api/live/calls").await.json();
    tab.resume(snapshot.last_event_id).await;
    publish(&app, organization, counts(3)).await;
    assert_eq!(tab.event().await.1, counts(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_too_long_for_a_notification_arrives_whole() {
    let app = started().await;
    let mut tab = Tab::watching(&app.sign_in(CUSTOMER).await).await;
    publish(&app, app.organization("harbor-dental"), spoken(8_000)).await;
    assert_eq!(tab.event().await.1, spoken(8_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_falls_behind_is_told_to_start_again_and_then_goes_on() {
    let app = started().await;
    let client = app.sign_in(CUSTOMER).await;
    let organization = app.organization("harbor-dental");
    let mut tab = Tab::watching(&client).await;
    publish(&app, organization, counts(1)).await;
    assert_eq!(tab.event().await.1, counts(1));
    // More than the buffers of both ends hold, while nobody reads.
    let long = serde_json::to_string(&spoken(2_000)).unwrap();
    app.sql(&format!(
        "select set_config('app.organization_id', '{organization}', false);
         select count(publish_live_event('{long}')) from generate_series(1, 3000)"
    ));
    // The listener hands on what it heard; shorter than a reader is waited for.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let mut before = 0;
    while tab.next().await != LiveMessage::Refetch {
        before += 1;
    }
    assert!(before < 3_000, "nothing was left out");
    let snapshot: LiveSnapshot = client.get("/api/live/calls").await.json();
    tab.resume(snapshot.last_event_id).await;
    publish(&app, organization, counts(2)).await;
    assert_eq!(tab.event().await.1, counts(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_polls_a_connection_and_another_takes_over_when_it_is_gone() {
    let app = TestApp::start().await;
    let organization = app.organization("northwind-voice");
    let connection = connect(&app, organization).await;
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let take = async |holder| {
        Lease::take(&app.app, connection, organization, holder)
            .await
            .unwrap()
    };
    let lease = take(one).await.unwrap();
    assert!(take(other).await.is_none());
    // kill -9: nobody renews.
    app.sql("update poll_leases set held_until = now() - interval '1 second'");
    let taken = take(other).await.unwrap();
    assert!(
        !lease.polled().await.unwrap(),
        "the dead one came back and must notice"
    );
    taken.release().await;
    assert!(take(one).await.is_some());
}

/// A connection to the simulator's first workspace, without any sync.
pub async fn connect(app: &TestApp, organization: OrganizationId) -> shared::ConnectionId {
    let id = Uuid::now_v7();
    let sealed = app.app.sealer.seal(&app.workspace_key(0).await, id).unwrap();
    app.sql(&format!(
        "insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
         values ('{id}', '{organization}', 'Main', '{}', '\\x{}', '0000', 'user')",
        app.simulator().base_url,
        hex::encode(sealed)
    ));
    id.into()
}

pub async fn start_call(app: &TestApp, turns: usize, turn_interval_ms: u64) -> String {
    let url = format!("{}/_control/calls", app.simulator().base_url);
    let wish = serde_json::json!({"turns": turns, "turn_interval_ms": turn_interval_ms});
    let reply = reqwest::Client::new().post(url).json(&wish).send().await.unwrap();
    let started: serde_json::Value = reply.json().await.unwrap();
    started["conversation_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_seen_to_start_speak_and_end_and_then_stands_in_the_log() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    connect(&app, app.organization("northwind-voice")).await;
    let mut tab = Tab::watching(&client).await;
    app.start_worker();
    let conversation = start_call(&app, 6, 1_500).await;

    let mut turns: Vec<Turn> = Vec::new();
    let (mut started, mut grades) = (None, Vec::new());
    let ended = loop {
        match tab.event().await.1 {
            LiveEvent::CallStarted { call } => {
                assert_eq!(call.conversation_id, conversation);
                assert!(started.replace(call.id).is_none(), "started twice");
            }
            LiveEvent::CallTurn { call_id, turn } => {
                assert_eq!(Some(call_id), started);
                // The same position again corrects what was said there.
                turns.retain(|known| known.position != turn.position);
                turns.push(turn);
            }
            LiveEvent::CallStatus { grade, .. } => grades.push(grade),
            LiveEvent::CallEnded { call_id, status } => {
                assert_eq!(Some(call_id), started);
                break status;
            }
            _ => {}
        }
    };
    assert!(!ended.is_running());
    assert!(grades.contains(&LiveGrade::Transcript));
    let positions: Vec<i32> = turns.iter().map(|turn| turn.position).collect();
    assert_eq!(
        positions,
        (0..i32::try_from(turns.len()).unwrap()).collect::<Vec<_>>()
    );
    assert!(turns.len() >= 5, "{turns:?}");

    let id = started.unwrap();
    until(async || {
        let call: CallDetail = client.get(&format!("/api/calls/{id}")).await.json();
        call.call.status == CallStatus::Done
    })
    .await;
    let call: CallDetail = client.get(&format!("/api/calls/{id}")).await.json();
    let words = |turns: &[Turn]| {
        turns
            .iter()
            .filter_map(|turn| turn.message.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&call.transcript.unwrap()), words(&turns));
    let log: Page<CallSummary> = client.get("/api/calls").await.json();
    assert!(log.items.iter().any(|call| call.id == id));
    let snapshot: LiveSnapshot = client.get("/api/live/calls").await.json();
    assert!(snapshot.running.is_empty() && snapshot.listening_since.is_some());
    assert!(snapshot.recent.iter().any(|call| call.id == id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_ended_while_nobody_polled_does_not_run_for_ever() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    let connection = connect(&app, app.organization("northwind-voice")).await;
    let conversation = start_call(&app, 2, 300).await;
    let handle = server::connections::load(&app.app, connection)
        .await
        .unwrap()
        .unwrap();
    let query = elevenlabs::conversations::ConversationQuery::running(None);
    let item = handle
        .client()
        .conversations_page(&query)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(item.conversation_id, conversation);
    server::calls::store::announce(&app.app, &handle, &item, LiveGrade::Presence)
        .await
        .unwrap();
    let running = async || {
        client
            .get("/api/live/calls")
            .await
            .json::<LiveSnapshot>()
            .running
            .len()
    };
    assert_eq!(running().await, 1);
    tokio::time::sleep(Duration::from_secs(3)).await;
    app.start_worker();
    until(async || running().await == 0).await;
}
