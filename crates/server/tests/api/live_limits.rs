//! Who may open a live socket, what he may do on it, and when it ends.

use crate::harness::{AGENCY, CUSTOMER, Client, Tab, TestApp, VIEWER};
use crate::live::{counts, publish, spoken, started, started_with, until};
use futures::{SinkExt, StreamExt};
use server::live::hub::SOCKETS_PER_USER;
use shared::agent::AgentRef;
use shared::call::{CallStatus, Direction};
use shared::live::{LiveCall, LiveEvent, LiveGrade, LiveMessage, LiveSnapshot};
use shared::{ErrorCode, OrganizationId, Permission, Problem};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use uuid::Uuid;

/// Pings in quick succession, so that a test need not wait for a minute.
const QUICK: [(&str, &str); 1] = [("LIVE_PING_SECONDS", "0.4")];

fn refusal(error: Error) -> (u16, Option<ErrorCode>) {
    match error {
        Error::Http(reply) => {
            let problem = reply.body().as_deref().map(serde_json::from_slice::<Problem>);
            (
                reply.status().as_u16(),
                problem.and_then(Result::ok).map(|problem| problem.code),
            )
        }
        other => panic!("{other}"),
    }
}

async fn refused(client: &Client, origin: &str) -> (u16, Option<ErrorCode>) {
    refusal(Tab::try_open(client, origin).await.err().unwrap())
}

#[tokio::test]
async fn nobody_opens_a_socket_without_a_session_or_from_another_site() {
    let app = started().await;
    let stranger = app.client();
    assert_eq!(refused(&stranger, &stranger.base).await.0, 401);
    let member = app.sign_in(CUSTOMER).await;
    for foreign in ["https://evil.test", "null", "http://127.0.0.1"] {
        assert_eq!(refused(&member, foreign).await.0, 403, "{foreign}");
    }
}

#[tokio::test]
async fn a_user_has_so_many_sockets_and_a_closed_one_makes_room() {
    let app = started().await;
    let (client, again) = (app.sign_in(CUSTOMER).await, app.sign_in(CUSTOMER).await);
    let mut tabs = Vec::new();
    for _ in 0..SOCKETS_PER_USER {
        tabs.push(Tab::open(&client).await.0);
    }
    // By user and not by session: a script could sign in again and again.
    for session in [&client, &again] {
        let (status, _) = refused(session, &session.base).await;
        assert_eq!(status, 429);
    }
    let other = app.sign_in(VIEWER).await;
    Tab::open(&other).await;
    tabs.pop().unwrap().0.close(None).await.unwrap();
    until(async || Tab::try_open(&client, &client.base).await.is_ok()).await;
}

/// With what code the server closes.
async fn closed_with(mut tab: Tab) -> CloseCode {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(10), tab.0.next()).await;
        match next.expect("still open").unwrap() {
            Ok(Message::Close(Some(frame))) => return frame.code,
            Ok(_) => {}
            Err(error) => panic!("cut without a word: {error}"),
        }
    }
}

#[tokio::test]
async fn what_is_no_small_command_closes_the_socket() {
    let app = started().await;
    let client = app.sign_in(CUSTOMER).await;
    let part = Frame::message("{", OpCode::Data(Data::Text), false);
    for (message, code) in [
        (Message::text("x".repeat(4_097)), CloseCode::Size),
        (Message::text("x".repeat(100_000)), CloseCode::Size),
        (Message::text("x".repeat(4_096)), CloseCode::Unsupported),
        (Message::text("{\"type\":\"dance\"}"), CloseCode::Unsupported),
        (Message::binary(vec![1, 2, 3]), CloseCode::Unsupported),
        (Message::Frame(part), CloseCode::Unsupported),
    ] {
        let words = format!("{message:.40?}");
        let mut tab = Tab::watching(&client).await;
        tab.0.send(message).await.unwrap();
        assert_eq!(closed_with(tab).await, code, "{words}");
    }
}

#[tokio::test]
async fn who_answers_no_ping_is_cut_off_and_who_does_stays() {
    let app = started_with(QUICK).await;
    let client = app.sign_in(CUSTOMER).await;
    let (deaf, mut alive) = (Tab::watching(&client).await, Tab::watching(&client).await);
    // Below the WebSocket nobody answers for us.
    let mut wire = deaf.0.into_inner();
    let mut heard = Vec::new();
    let until_cut = async {
        // A cut may come as a reset.
        while matches!(wire.read_buf(&mut heard).await, Ok(count) if count > 0) {}
    };
    let answering = async {
        loop {
            let next = alive.0.next().await.unwrap().unwrap();
            assert!(matches!(next, Message::Ping(_)), "{next:?}");
        }
    };
    tokio::select! {
        cut = tokio::time::timeout(Duration::from_secs(10), until_cut) => cut.expect("never cut"),
        () = answering => {}
    }
    assert_eq!(heard, [0x89, 0, 0x89, 0], "two pings and no more");
    publish(&app, app.organization("harbor-dental"), counts(7)).await;
    assert_eq!(alive.event().await.1, counts(7));
}

/// The last word of a socket whose session is gone.
async fn assert_is_signed_out(mut tab: Tab) {
    assert_eq!(tab.message().await, Some(LiveMessage::SignedOut));
    assert_eq!(tab.message().await, None);
}

#[tokio::test]
async fn a_browser_hears_no_more_once_its_session_is_over_however_that_came() {
    let app = started_with(QUICK).await;
    let (leaving, revoked) = (app.sign_in(CUSTOMER).await, app.sign_in(AGENCY).await);
    let disabled = app.sign_in(VIEWER).await;
    let tabs = [
        Tab::watching(&leaving).await,
        Tab::watching(&revoked).await,
        Tab::watching(&disabled).await,
    ];
    leaving.post("/api/auth/logout", &()).await;
    app.sql("delete from sessions where user_id = (select id from users where email = 'agency@demo.test')");
    app.sql("update users set disabled_at = now() where email = 'viewer@demo.test'");
    // Asked again in a moment, but what is known of a session is remembered for seconds. All at once: who does not read answers
    // no ping.
    futures::future::join_all(tabs.map(assert_is_signed_out)).await;
}

/// Takes one permission from somebody, as far as this server knows for the next seconds.
async fn without(app: &TestApp, email: &str, slug: &str, permission: Permission) -> OrganizationId {
    let organization = app.organization(slug);
    let user: Uuid = app
        .sql(&format!("select id from users where email = '{email}'"))
        .parse()
        .unwrap();
    let known = app
        .app
        .principals
        .get(&app.app.db, user.into(), organization)
        .await
        .unwrap()
        .unwrap();
    let mut principal = (*known).clone();
    principal.permissions = known
        .permissions
        .iter()
        .filter(|held| *held != permission)
        .collect();
    app.app.principals.remember(Arc::new(principal));
    organization
}

#[tokio::test]
async fn who_may_not_read_along_sees_calls_without_their_words() {
    let app = started().await;
    let (reader, viewer) = (app.sign_in(CUSTOMER).await, app.sign_in(VIEWER).await);
    let organization = app.organization("harbor-dental");
    let call = running_call(&app, organization);
    let started = LiveEvent::CallStarted {
        call: LiveCall {
            id: call.into(),
            conversation_id: "conv_said".to_owned(),
            agent: AgentRef {
                id: call.into(),
                name: "Ada".to_owned(),
            },
            status: CallStatus::InProgress,
            direction: Direction::Inbound,
            counterpart: None,
            started_at: chrono::Utc::now(),
            grade: LiveGrade::Transcript,
            turns: match spoken(3) {
                LiveEvent::CallTurn { turn, .. } => vec![turn],
                other => panic!("{other:?}"),
            },
        },
    };
    without(&app, VIEWER, "harbor-dental", Permission::LiveTranscript).await;
    let (mut with_words, mut wordless) = (Tab::watching(&reader).await, Tab::watching(&viewer).await);
    for event in [started.clone(), spoken(5), counts(1)] {
        publish(&app, organization, event).await;
    }
    assert_eq!(with_words.event().await.1, started);
    assert_eq!(with_words.event().await.1, spoken(5));
    match wordless.event().await.1 {
        LiveEvent::CallStarted { call } => {
            assert!(call.conversation_id == "conv_said" && call.turns.is_empty())
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(wordless.event().await.1, counts(1), "the turn is left out");
    // Nor what it missed while it was away.
    without(&app, VIEWER, "harbor-dental", Permission::LiveTranscript).await;
    let (mut back, _) = Tab::open(&viewer).await;
    back.resume(0).await;
    match back.event().await.1 {
        LiveEvent::CallStarted { call } => assert!(call.turns.is_empty()),
        other => panic!("{other:?}"),
    }
    assert_eq!(back.event().await.1, counts(1));

    without(&app, VIEWER, "harbor-dental", Permission::LiveTranscript).await;
    for (client, turns) in [(&reader, 1), (&viewer, 0)] {
        for path in ["/api/live/calls", "/api/dashboard"] {
            let reply = client.get(path).await;
            assert_eq!(reply.text().contains("open sesame"), turns > 0, "{path}");
        }
        let snapshot: LiveSnapshot = client.get("/api/live/calls").await.json();
        assert_eq!(snapshot.running.len(), 1);
        assert_eq!(snapshot.running[0].turns.len(), turns);
    }
}

/// A call of the organization in which something was said, stored as a poller does.
fn running_call(app: &TestApp, organization: OrganizationId) -> Uuid {
    let (connection, agent, call) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    app.sql(&format!(
        "insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
         values ('{connection}', '{organization}', 'Main', 'https://api.elevenlabs.io', '', '0000', 'user');
         insert into agents (id, organization_id, connection_id, provider_agent_id, name)
         values ('{agent}', '{organization}', '{connection}', 'agent_1', 'Ada');
         insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at, live_grade, direction)
         values ('{call}', '{organization}', '{connection}', '{agent}', 'conv_said', 'in-progress', date_trunc('day', now()), 'transcript', 'inbound');
         insert into call_turns (organization_id, call_id, started_at, position, speaker, message, at_seconds)
         values ('{organization}', '{call}', date_trunc('day', now()), 0, 'caller', 'open sesame', 1)"
    ));
    call
}
