//! What a provider should not send, and sends: it survives, with the reason where somebody looks.

use crate::harness::{AGENCY, Client, TestApp};
use crate::webhooks::{deliver, transcription, with_secret};
use serde_json::{Value, json};
use shared::call::CallDetail;
use shared::connection::Connection;
use std::io::{Read, Write};
use std::net::TcpStream;

/// The call that comes of a transcript.
async fn call_of(
    app: &TestApp,
    client: &Client,
    connection: &Connection,
    id: &str,
    transcript: Value,
) -> CallDetail {
    let mut event = transcription(id);
    event["data"]["transcript"] = transcript;
    assert_eq!(deliver(app, connection, &event).await.status, 200);
    app.run_jobs().await;
    assert_eq!(
        app.sql("select string_agg(distinct state, ',') from webhook_inbox"),
        "done"
    );
    let call = app.sql(&format!("select id from calls where conversation_id = '{id}'"));
    client.get(&format!("/api/calls/{call}")).await.json()
}

#[tokio::test]
async fn transcripts_without_words_are_calls_without_words() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let tool = json!([{"role": "agent", "message": null, "time_in_call_secs": 1,
        "tool_calls": [{"request_id": "r", "tool_name": "end_call", "params_as_json": null}], "tool_results": null},
        {"role": "user", "message": null}]);
    for (id, transcript, turns) in [
        ("conv_null", Value::Null, 0),
        ("conv_none", json!([]), 0),
        ("conv_tools", tool, 2),
    ] {
        let call = call_of(&app, &client, &connection, id, transcript).await;
        let words = call.transcript.unwrap();
        assert_eq!(words.len(), turns, "{id}");
        assert!(words.iter().all(|turn| turn.message.is_none()));
        assert_eq!(call.call.message_count, 0);
        // Why there is no transcript stands on the call.
        let ledger = client
            .get(&format!("/api/calls/{}/ledger", call.call.id))
            .await
            .text();
        assert!(ledger.contains("Nothing was said in this call"), "{ledger}");
    }
}

#[tokio::test]
async fn ten_thousand_turns_are_all_there_in_order_and_found() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let turns: Vec<Value> = (0..10_000)
        .map(|n| json!({"role": if n % 2 == 0 { "agent" } else { "user" }, "message": format!("Satz {n}"), "time_in_call_secs": n}))
        .collect();
    let call = call_of(&app, &client, &connection, "conv_long", json!(turns)).await;
    let words = call.transcript.unwrap();
    assert_eq!(words.len(), 10_000);
    assert!(
        (0..)
            .zip(&words)
            .all(|(n, turn)| turn.position == n && turn.message.as_deref() == Some(&format!("Satz {n}")))
    );
    assert_eq!(call.call.message_count, 10_000);
    let found: Value = client.get("/api/calls?q=9999").await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_script_and_sign_comes_back_as_it_was_and_zero_bytes_are_left_out() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let said = [
        "مرحبا، كيف يمكنني مساعدتك؟",
        "שלום \u{202e}abc\u{202c}",
        "👩‍👩‍👧‍👦 🇺🇳 e\u{301} 𝔘𝔫𝔦",
        "zero\u{0} byte",
        "\u{0}",
        "line\r\nbreak \u{7f} \u{fffd} \u{feff}",
    ];
    let turns: Vec<Value> = said
        .iter()
        .map(|text| json!({"role": "user", "message": text, "tool_calls": [{"request_id": "a\u{0}", "tool_name": "t\u{0}", "params_as_json": "{\"k\u{0}\":1}"}]}))
        .collect();
    let mut event = transcription("conv_signs");
    event["data"]["transcript"] = json!(turns);
    event["data"]["agent_id"] = json!("agent\u{0}_x");
    event["data"]["metadata"]["main_language"] = json!("ar\u{0}");
    event["data"]["analysis"]["data_collection_results"] =
        json!({"na\u{0}me": {"value": {"x\u{0}": "y\u{0}"}, "rationale": "r\u{0}"}});
    event["data"]["analysis"]["evaluation_criteria_results"] =
        json!({"c\u{0}": {"result": "success", "rationale": "\u{0}"}});
    assert_eq!(deliver(&app, &connection, &event).await.status, 200);
    app.run_jobs().await;
    assert_eq!(app.sql("select state from webhook_inbox"), "done");
    let call = app.sql("select id from calls");
    let call: CallDetail = client.get(&format!("/api/calls/{call}")).await.json();
    let words: Vec<_> = call
        .transcript
        .unwrap()
        .into_iter()
        .map(|turn| turn.message.unwrap_or_default())
        .collect();
    let wanted: Vec<String> = said.iter().map(|text| text.replace('\0', "")).collect();
    assert_eq!(words, wanted);
    assert_eq!(call.collected.unwrap()[0].value, json!({"x": "y"}));
    let found: Value = client
        .get("/api/calls?q=%D9%85%D8%B3%D8%A7%D8%B9%D8%AF%D8%AA%D9%83")
        .await
        .json();
    assert_eq!(
        found["items"].as_array().unwrap().len(),
        1,
        "Arabic words are found"
    );
}

#[tokio::test]
async fn a_body_that_is_no_conversation_is_kept_with_its_reason() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    for event in [
        json!({"type": "post_call_transcription", "data": {"transcript": "not a list"}}),
        json!({"type": "post_call_audio", "data": {"conversation_id": "c", "agent_id": "a", "full_audio": "%%% no base64"}}),
        json!("a text"),
    ] {
        assert_eq!(deliver(&app, &connection, &event).await.status, 200);
    }
    app.run_jobs().await;
    let failed: Value = client.get("/api/deliveries?state=failed").await.json();
    let failed = failed["items"].as_array().unwrap();
    assert_eq!(failed.len(), 3);
    assert!(
        failed
            .iter()
            .all(|delivery| !delivery["error"].as_str().unwrap_or_default().is_empty()),
        "{failed:?}"
    );
}

/// The answer to a delivery of which only the head is sent.
fn head_only(app: &TestApp, connection: &Connection, more: &str) -> String {
    let address = app.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(5)))
        .unwrap();
    write!(
        stream,
        "POST /api/webhooks/elevenlabs/{} HTTP/1.1\r\nHost: {address}\r\n{more}\r\n\r\n",
        connection.id
    )
    .unwrap();
    let mut answer = [0; 512];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_a_hundred_megabytes_is_refused_before_any_of_it_is_read() {
    let app = TestApp::start().await;
    let (_, mut connection) = with_secret(&app).await;
    let length = format!("Content-Length: {}", 100 * 1024 * 1024);
    // Not a byte of the body is sent: the answer can not wait for it.
    let answer = head_only(&app, &connection, &length);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // Nor is the body of what is for nobody.
    connection.id = uuid::Uuid::now_v7().into();
    let answer = head_only(&app, &connection, "Content-Length: 60000000");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "0");
    let client = app.sign_in(AGENCY).await;
    assert_eq!(
        client.get("/api/deliveries").await.json::<Value>()["items"],
        json!([])
    );
}
