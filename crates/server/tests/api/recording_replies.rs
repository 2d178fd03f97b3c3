//! A recording over HTTP: parts of it, what it is called, and the links that give it away for a while.

use crate::harness::{AGENCY, CUSTOMER, Client, Reply, TestApp};
use reqwest::Method;
use serde_json::json;
use shared::ErrorCode;
use shared::call::RecordingLink;

async fn with_recording() -> (TestApp, Client, String) {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 8,
        live: 0,
        ..simulator::Options::default()
    });
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    let call = app.sql("select id from calls where recording = 'available' order by started_at desc limit 1");
    (app, client, call)
}

async fn part(client: &Client, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = client.request(Method::GET, path);
    Reply::of(
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value)),
    )
    .await
}

#[tokio::test]
async fn players_get_the_parts_that_they_ask_for() {
    let (_app, client, call) = with_recording().await;
    let path = format!("/api/calls/{call}/recording");
    let whole = client.get(&path).await;
    let len = whole.body.len();
    assert_eq!(whole.header("accept-ranges"), "bytes");
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=10-99", 10, 100),
        ("bytes=5-", 5, len),
        ("bytes=-7", len - 7, len),
        ("bytes=100-99999999", 100, len),
    ] {
        let reply = part(&client, &path, &[("range", range)]).await;
        assert_eq!(reply.status, 206, "{range}");
        assert_eq!(
            reply.header("content-range"),
            format!("bytes {from}-{}/{len}", to - 1)
        );
        assert_eq!(reply.header("content-length"), (to - from).to_string());
        assert_eq!(reply.body, whole.body.slice(from..to), "{range}");
    }
    let outside = part(&client, &path, &[("range", "bytes=99999999-")]).await;
    assert_eq!(
        (outside.status.as_u16(), outside.header("content-range")),
        (416, format!("bytes */{len}").as_str())
    );
    // What is no range of one part, HTTP lets a server ignore.
    for ignored in ["bytes=0-1,3-4", "items=0-1", "bytes=9-1", "nonsense"] {
        let reply = part(&client, &path, &[("range", ignored)]).await;
        assert_eq!((reply.status.as_u16(), reply.body.len()), (200, len), "{ignored}");
    }
}

#[tokio::test]
async fn the_rest_of_something_else_is_sent_whole() {
    let (app, client, call) = with_recording().await;
    let path = format!("/api/calls/{call}/recording");
    let whole = client.get(&path).await;
    let etag = whole.header("etag").to_owned();
    let digest = app.sql(&format!(
        "select encode(sha256, 'hex') from recordings where call_id = '{call}'"
    ));
    assert_eq!(etag, format!("\"{digest}\""));
    let rest = part(&client, &path, &[("range", "bytes=10-"), ("if-range", &etag)]).await;
    assert_eq!(rest.status, 206);
    for other in ["\"another\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        let all = part(&client, &path, &[("range", "bytes=10-"), ("if-range", other)]).await;
        assert_eq!(
            (all.status.as_u16(), all.body.len()),
            (200, whole.body.len()),
            "{other}"
        );
    }
    let same = part(&client, &path, &[("if-none-match", &format!("\"x\", {etag}"))]).await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
}

#[tokio::test]
async fn a_saved_file_has_a_name_that_no_provider_chose() {
    let (app, client, call) = with_recording().await;
    app.sql(&format!(
        "update calls set title = E'a\"; filename=\"evil.exe\\r\\nX: y' where id = '{call}'"
    ));
    let day = app.sql(&format!(
        "select to_char(started_at at time zone 'UTC', 'YYYY-MM-DD') from calls where id = '{call}'"
    ));
    let saved = client.get(&format!("/api/calls/{call}/recording/file")).await;
    assert_eq!(
        saved.header("content-disposition"),
        format!("attachment; filename=\"call-{day}-{call}.mp3\"")
    );
    assert_eq!(saved.header("x-content-type-options"), "nosniff");
}

async fn link(client: &Client, call: &str, purpose: &str) -> Reply {
    client
        .post(
            &format!("/api/calls/{call}/recording/link"),
            &json!({ "purpose": purpose }),
        )
        .await
}

#[tokio::test]
async fn a_link_gives_its_holder_one_recording_and_nothing_else() {
    let (app, client, call) = with_recording().await;
    let heard = client.get(&format!("/api/calls/{call}/recording")).await;
    let made: RecordingLink = link(&client, &call, "listen").await.json();
    let minutes = (made.expires_at - chrono::Utc::now()).num_seconds();
    assert!((590..=600).contains(&minutes), "{minutes} s");
    let stranger = app.client();
    let reply = stranger.get(&made.url).await;
    assert_eq!((reply.status.as_u16(), &reply.body), (200, &heard.body));
    assert!(reply.header("content-disposition").starts_with("inline"));
    let seek = part(&stranger, &made.url, &[("range", "bytes=5-9")]).await;
    assert_eq!((seek.status.as_u16(), seek.body), (206, heard.body.slice(5..10)));
    let saved: RecordingLink = link(&client, &call, "save").await.json();
    assert!(
        stranger
            .get(&saved.url)
            .await
            .header("content-disposition")
            .starts_with("attachment")
    );
    // Bound to its call, whatever is changed in it.
    let mut forged = made.url.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'E' } else { 'A' });
    for wrong in [
        forged.as_str(),
        "/api/recordings/",
        "/api/recordings/AAAA",
        "/api/recordings/%00",
    ] {
        assert_eq!(stranger.get(wrong).await.status, 404, "{wrong}");
    }
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'recording.link_made'"),
        "2"
    );
}

#[tokio::test]
async fn a_link_ends_with_the_permission_of_who_made_it() {
    let (app, client, call) = with_recording().await;
    let (email, user) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    let made: RecordingLink = link(&staff, &call, "listen").await.json();
    assert_eq!(app.client().get(&made.url).await.status, 200);
    // Who may not save makes no link to save.
    assert_eq!(
        link(&staff, &call, "save").await.problem().code,
        ErrorCode::PermissionDenied
    );
    let denied = client
        .patch(
            &format!("/api/members/{user}"),
            &json!({ "denials": ["calls.recording"] }),
        )
        .await;
    assert!(denied.status.is_success(), "{}", denied.text());
    assert_eq!(app.client().get(&made.url).await.status, 404);
}

#[tokio::test]
async fn a_link_made_with_an_api_key_ends_with_the_key() {
    let (app, client, call) = with_recording().await;
    let key = json!({"name": "Player", "permissions": ["calls.list", "calls.recording"]});
    let key: serde_json::Value = client.post("/api/api-keys", &key).await.json();
    let secret = key["key"].as_str().unwrap().to_owned();
    let request = app
        .client()
        .request(Method::POST, &format!("/api/calls/{call}/recording/link"))
        .bearer_auth(secret)
        .json(&json!({}));
    let made: RecordingLink = Reply::of(request).await.json();
    assert_eq!(app.client().get(&made.url).await.status, 200);
    let id = key["api_key"]["id"].as_str().unwrap();
    client.delete(&format!("/api/api-keys/{id}")).await;
    assert_eq!(app.client().get(&made.url).await.status, 404);
}

#[tokio::test]
async fn nobody_makes_a_link_to_another_tenants_call() {
    let (app, _client, call) = with_recording().await;
    let stranger = app.sign_in(CUSTOMER).await;
    assert_eq!(link(&stranger, &call, "listen").await.status, 404);
    let fetch = stranger
        .post(&format!("/api/calls/{call}/recording/fetch"), &json!({}))
        .await;
    assert_eq!(fetch.status, 404);
}

/// Kibibytes of this process's largest resident set since the last reset.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_large_recording_is_not_held_in_memory() {
    use futures::StreamExt;
    const PIECE: usize = 256 * 1024;
    const PIECES: usize = 1024;
    let (app, client, call) = with_recording().await;
    let key = app.sql(&format!(
        "select storage_key from recordings where call_id = '{call}'"
    ));
    // Server, store and client are one process, so neither storing nor sending nor receiving may hold it.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let body = futures::stream::iter(0..PIECES)
        .map(|n| Ok(bytes::Bytes::from(vec![n as u8; PIECE])))
        .boxed();
    let stored = app
        .app
        .storage
        .current()
        .put(
            &storage::StorageKey::new(key).unwrap(),
            storage::ContentType::new("audio/mpeg"),
            body,
            None,
        )
        .await
        .unwrap();
    assert_eq!(stored.len, (PIECE * PIECES) as u64);
    let request = client.request(Method::GET, &format!("/api/calls/{call}/recording"));
    let mut reply = request.send().await.unwrap().bytes_stream();
    let mut got = 0;
    while let Some(piece) = reply.next().await {
        got += piece.unwrap().len();
    }
    assert_eq!(got, PIECE * PIECES);
    let grown = (peak() - before) / 1024;
    assert!(
        grown < 48,
        "{grown} MiB for a recording of {} MiB",
        PIECE * PIECES / 1024 / 1024
    );
    eprintln!("256 MiB were stored and sent with {grown} MiB of memory");
}
