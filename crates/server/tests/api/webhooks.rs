//! What the provider sends us.

use crate::harness::{AGENCY, Client, Reply, TestApp};
use base64::Engine;
use chrono::{DateTime, Duration, Utc};
use elevenlabs::webhook::{SIGNATURE_HEADER, sign};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::connection::{Connection, WebhookStatus};

pub const SECRET: &str = "wsec_test_secret";

/// A connection without calls whose webhook secret is [`SECRET`].
pub async fn with_secret(app: &TestApp) -> (Client, Connection) {
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    app.sql("delete from jobs");
    let path = format!("/api/connections/{}/webhook", connection.id);
    let status: WebhookStatus = client.put(&path, &json!({"secret": SECRET})).await.json();
    assert!(status.has_secret && !status.registered);
    (client, connection)
}

async fn send(app: &TestApp, connection: &Connection, body: Vec<u8>, header: Option<String>) -> Reply {
    let path = format!("/api/webhooks/elevenlabs/{}", connection.id);
    let mut request = app
        .client()
        .http
        .request(Method::POST, format!("{}{path}", app.base))
        .body(body);
    if let Some(header) = header {
        request = request.header(SIGNATURE_HEADER, header);
    }
    Reply::of(request).await
}

pub async fn deliver(app: &TestApp, connection: &Connection, event: &Value) -> Reply {
    let body = event.to_string().into_bytes();
    let header = signed(&body, Utc::now());
    send(app, connection, body, Some(header)).await
}

fn signed(body: &[u8], at: DateTime<Utc>) -> String {
    sign(&SecretString::from(SECRET), body, at)
}

pub fn transcription(conversation: &str) -> Value {
    json!({"type": "post_call_transcription", "event_timestamp": Utc::now().timestamp(), "data": {
        "conversation_id": conversation, "agent_id": "agent_new", "agent_name": "Front\u{0} desk", "status": "done", "has_audio": false,
        "transcript": [{"role": "agent", "message": "Guten\u{0} Tag", "time_in_call_secs": 0}, {"role": "user", "message": "Hallo", "time_in_call_secs": 2}],
        "metadata": {"start_time_unix_secs": Utc::now().timestamp() - 60, "call_duration_secs": 42, "cost": 77, "cost_fiat": 0.0123},
        "analysis": {"call_successful": "success", "transcript_summary": "A greeting", "call_summary_title": "Greeting"}}})
}

#[tokio::test]
async fn a_transcription_becomes_a_call_once_however_often_it_is_delivered() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let event = transcription("conv_one");
    for _ in 0..3 {
        assert_eq!(deliver(&app, &connection, &event).await.status.as_u16(), 200);
    }
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "1");
    app.run_jobs().await;
    let call = app.sql("select conversation_id, status, outcome, duration_seconds, cost_credits, cost_usd_micros, title, recording from calls");
    assert_eq!(call, "conv_one|done|success|42|77|12300|Greeting|unavailable");
    assert_eq!(
        app.sql("select message from call_turns order by position"),
        "Guten Tag\nHallo"
    );
    assert_eq!(app.sql("select name, placeholder from agents"), "Front desk|t");
    assert_eq!(
        app.sql(
            "select count(*) from call_search s join calls c on c.id = s.call_id
             where s.words @@ websearch_to_tsquery(search_config(c.language), 'hallo greeting')"
        ),
        "1"
    );
    assert_eq!(app.sql("select state from webhook_inbox"), "done");
    assert!(app.connection(&client).await.webhook.last_received_at.is_some());
}

#[tokio::test]
async fn what_is_not_genuine_is_refused_always_in_the_same_way() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let body = transcription("conv_x").to_string().into_bytes();
    let (now, forged) = (
        Utc::now(),
        sign(&SecretString::from("wsec_other"), &body, Utc::now()),
    );
    let headers = [
        None,
        Some("nonsense".to_owned()),
        Some(forged),
        Some(signed(&body, now - Duration::minutes(31))),
        Some(signed(&body, now + Duration::minutes(31))),
        Some(signed(b"other body", now)),
    ];
    let mut answers = Vec::new();
    for header in headers {
        let mut problem = send(&app, &connection, body.clone(), header).await.problem();
        problem.request_id = None;
        answers.push(problem);
    }
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 401 && answer == &answers[0]),
        "{answers:?}"
    );
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "0");
}

#[tokio::test]
async fn late_but_tolerable_deliveries_are_taken() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    for minutes in [-29, 29] {
        let body = transcription(&format!("conv_{minutes}")).to_string().into_bytes();
        let header = signed(&body, Utc::now() + Duration::minutes(minutes));
        assert_eq!(
            send(&app, &connection, body, Some(header)).await.status.as_u16(),
            200
        );
    }
}

#[tokio::test]
async fn an_unknown_connection_is_not_found_and_one_without_secret_takes_nothing() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let mut connection = app.connect(&client).await;
    let event = transcription("conv_x");
    assert_eq!(deliver(&app, &connection, &event).await.problem().status, 401);
    connection.id = uuid::Uuid::now_v7().into();
    assert_eq!(
        deliver(&app, &connection, &event).await.problem().code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_is_kept_and_no_failure() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    for event in [
        json!({"type": "agent_dreamt", "data": {"of": "sheep"}}),
        json!({"type": "post_call_transcription"}),
    ] {
        assert_eq!(deliver(&app, &connection, &event).await.status.as_u16(), 200);
    }
    app.run_jobs().await;
    let inbox = app.sql("select event_type, state from webhook_inbox order by event_type");
    assert_eq!(inbox, "agent_dreamt|ignored\npost_call_transcription|failed");
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "1");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_unread() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let body = vec![b'x'; 64 * 1024 * 1024 + 1];
    let path = format!("{}/api/webhooks/elevenlabs/{}", app.base, connection.id);
    // The server answers before it has read everything, which the client may see as a cut.
    match app.client().http.post(path).body(body).send().await {
        Ok(reply) => assert_eq!(reply.status().as_u16(), 413),
        Err(error) => assert!(error.is_request() || error.is_body(), "{error}"),
    }
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "0");
}

#[tokio::test]
async fn a_call_that_nobody_took_is_a_failed_call_with_its_reason() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let event = json!({"type": "call_initiation_failure", "event_timestamp": Utc::now().timestamp(), "data": {
        "conversation_id": "conv_busy", "agent_id": "agent_new", "failure_reason": "busy",
        "metadata": {"type": "sip", "body": {"from_number": "+491", "to_number": "+492"}}}});
    deliver(&app, &connection, &event).await;
    deliver(&app, &connection, &event).await;
    app.run_jobs().await;
    let call = app.sql("select status, direction, counterpart, agent_number, error, recording from calls");
    assert_eq!(call, "failed|outbound|+492|+491|The line was busy|unavailable");
}

#[tokio::test]
async fn a_refused_call_is_told_apart_and_stays_so_when_its_detail_says_less() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let failure = |id: &str, metadata: Value| {
        json!({"type": "call_initiation_failure", "event_timestamp": Utc::now().timestamp(), "data": {
            "conversation_id": id, "agent_id": "agent_new", "failure_reason": "unknown", "metadata": metadata}})
    };
    let sip =
        json!({"type": "sip", "body": {"from_number": "+491", "to_number": "+492", "sip_status_code": 603}});
    let twilio = json!({"type": "twilio", "body": {"From": "+491", "To": "+493", "SipResponseCode": "603", "CallStatus": "busy"}});
    let failed_sip = failure("conv_sip", sip.clone());
    deliver(&app, &connection, &failure("conv_twilio", twilio)).await;
    let detail_of = |conversation: &str| {
        let mut detail = transcription(conversation);
        detail["data"]["status"] = json!("failed");
        detail["data"]["transcript"] = json!([]);
        detail["data"]["metadata"]["termination_reason"] = json!("Call could not be connected");
        detail
    };
    // Deliveries promise no order.
    for event in [&failed_sip, &detail_of("conv_sip")] {
        deliver(&app, &connection, event).await;
        app.run_jobs().await;
    }
    for event in [&detail_of("conv_turned"), &failure("conv_turned", sip)] {
        deliver(&app, &connection, event).await;
        app.run_jobs().await;
    }
    assert_eq!(
        app.sql(
            "select string_agg(distinct concat_ws('|', status, termination_reason, direction, agent_number, error), ', '),
                    string_agg(conversation_id || ' ' || counterpart, ', ' order by conversation_id) from calls"
        ),
        "failed|The call was declined|outbound|+491|The call was declined|conv_sip +492, conv_turned +492, conv_twilio +493"
    );
    // They are filtered by it.
    let found: Value = client
        .get("/api/calls?termination=The+call+was+declined")
        .await
        .json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(3), "{found}");
    let choices: Value = client.get("/api/calls/choices").await.json();
    assert!(
        choices["terminations"]
            .to_string()
            .contains("The call was declined"),
        "{choices}"
    );
}

#[tokio::test]
async fn sound_that_comes_as_an_event_is_stored_even_before_its_call() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let sound = include_bytes!("../../../simulator/assets/speech/en.mp3").to_vec();
    let audio = json!({"type": "post_call_audio", "data": {"conversation_id": "conv_sound", "agent_id": "agent_new",
        "full_audio": base64::engine::general_purpose::STANDARD.encode(&sound)}});
    deliver(&app, &connection, &audio).await;
    deliver(&app, &connection, &transcription("conv_sound")).await;
    app.run_jobs().await;
    assert_eq!(
        app.sql("select recording, bytes from calls join recordings on call_id = id"),
        format!("available|{}", sound.len())
    );
    let key = storage::StorageKey::new(app.sql("select storage_key from recordings")).unwrap();
    let (_, body) = app.app.storage.current().get(&key, None).await.unwrap();
    assert!(storage::read_to_vec(body, 10_000_000).await.unwrap() == sound);
}

#[tokio::test]
async fn an_event_with_a_sound_that_is_none_leaves_the_call_to_the_api() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let sound: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
    let audio = json!({"type": "post_call_audio", "data": {"conversation_id": "conv_sound", "agent_id": "agent_new",
        "full_audio": base64::engine::general_purpose::STANDARD.encode(&sound)}});
    deliver(&app, &connection, &transcription("conv_sound")).await;
    deliver(&app, &connection, &audio).await;
    app.run_jobs().await;
    assert_eq!(app.sql("select count(*) from recordings"), "0");
    let reason =
        app.sql("select reason from recording_misses where tier = 'provider' order by last_at limit 1");
    assert!(!reason.is_empty());
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
}

#[tokio::test]
async fn many_deliveries_at_once_are_all_stored_and_none_twice() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    let events: Vec<Value> = (0..40).map(|n| transcription(&format!("conv_{n}"))).collect();
    // One client for all: making eighty would take longer than the server waits for a request.
    let http = app.client().http;
    let url = format!("{}/api/webhooks/elevenlabs/{}", app.base, connection.id);
    let sends = events.iter().chain(&events).map(|event| {
        let body = event.to_string().into_bytes();
        let header = signed(&body, Utc::now());
        Reply::of(http.post(&url).header(SIGNATURE_HEADER, header).body(body))
    });
    let replies = futures::future::join_all(sends).await;
    assert!(replies.iter().all(|reply| reply.status.as_u16() == 200));
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "40");
    app.run_jobs().await;
    assert_eq!(app.sql("select count(*) from calls"), "40");
}

#[tokio::test]
async fn the_webhook_is_registered_through_the_api_once_and_its_secret_is_never_shown() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    let path = format!("/api/connections/{}/webhook", connection.id);
    for _ in 0..2 {
        let reply = client.post(&path, &json!({})).await;
        assert!(!reply.text().contains("wsec_"));
        let status: WebhookStatus = reply.json();
        assert!(status.has_secret && status.registered);
        assert!(
            status
                .url
                .ends_with(&format!("/api/webhooks/elevenlabs/{}", connection.id))
        );
    }
    let provider = elevenlabs::Client::new(
        app.simulator().base_url.parse().unwrap(),
        SecretString::from(crate::harness::MAIN_KEY),
    )
    .unwrap();
    let ours: Vec<_> = provider.webhooks().await.unwrap();
    let ours: Vec<_> = ours
        .iter()
        .filter(|hook| hook.webhook_url.contains(&connection.id.to_string()))
        .collect();
    assert_eq!(ours.len(), 1);
    let settings = provider.convai_settings().await.unwrap();
    assert_eq!(settings.post_call_webhook_id(), Some(ours[0].webhook_id.as_str()));
    assert_eq!(
        app.sql("select webhook_secret_sealed is not null from connections"),
        "t"
    );
}
