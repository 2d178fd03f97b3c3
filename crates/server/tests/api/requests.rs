//! What holds for every request: origin, bodies, headers, errors.

use crate::harness::{AGENCY, PASSWORD, Reply, TestApp, VIEWER};
use reqwest::Method;
use serde_json::json;
use shared::ErrorCode;

#[tokio::test]
async fn unsafe_methods_are_refused_from_other_sites() {
    let app = TestApp::start().await;
    let send = async |name: &'static str, value: String| {
        let url = format!("{}/api/auth/login", app.base);
        let request = reqwest::Client::new().post(url).header(name, value);
        Reply::of(request.json(&json!({ "email": AGENCY, "password": PASSWORD }))).await
    };
    assert_eq!(
        send("origin", "https://evil.example".into()).await.problem().code,
        ErrorCode::ForeignOrigin
    );
    assert_eq!(send("origin", "null".into()).await.status, 403);
    assert_eq!(send("sec-fetch-site", "cross-site".into()).await.status, 403);
    assert_eq!(send("sec-fetch-site", "same-site".into()).await.status, 403);
    assert_eq!(send("x-nothing", "at all".into()).await.status, 403);
    assert_eq!(send("origin", app.base.clone()).await.status, 200);
    assert_eq!(send("sec-fetch-site", "same-origin".into()).await.status, 200);
}

#[tokio::test]
async fn the_public_url_is_an_origin_of_ours_behind_a_proxy() {
    let app = TestApp::start_with([("PUBLIC_URL", "https://voice.example.com")]).await;
    let url = format!("{}/api/auth/logout", app.base);
    let http = reqwest::Client::new();
    let reply = http
        .post(&url)
        .header("origin", "https://voice.example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 204);
    let reply = http
        .post(&url)
        .header("origin", "http://voice.example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 403);
}

#[tokio::test]
async fn a_body_that_can_not_be_read_names_the_place() {
    let app = TestApp::start().await;
    let reply = app
        .client()
        .post("/api/auth/login", &json!({ "email": 7, "password": "x" }))
        .await;
    let problem = reply.problem();
    assert_eq!((problem.status, problem.code), (400, ErrorCode::MalformedRequest));
    assert!(problem.detail.unwrap().starts_with("email: "));
    let form = app
        .client()
        .request(Method::POST, "/api/auth/login")
        .body("email=a&password=b");
    assert_eq!(Reply::of(form).await.problem().code, ErrorCode::MalformedRequest);
    let large = json!({ "email": AGENCY, "password": "x".repeat(1_100_000) });
    assert_eq!(
        app.client().post("/api/auth/login", &large).await.problem().code,
        ErrorCode::TooLarge
    );
    let fields = app
        .client()
        .post("/api/auth/login", &json!({ "email": "nobody", "password": "" }))
        .await
        .problem();
    assert_eq!(
        fields.errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(),
        ["email", "password"]
    );
}

#[tokio::test]
async fn every_reply_names_its_request_and_forbids_framing() {
    let app = TestApp::start().await;
    for path in ["/health", "/api/auth/session", "/api/nowhere", "/"] {
        let reply = app.client().get(path).await;
        assert_eq!(reply.header("x-request-id").len(), 32, "{path}");
        assert!(
            reply
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    }
    let page = app.client().get("/").await;
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    // Nothing in a reply of the API may run, should a browser ever show one.
    for path in ["/api/auth/session", "/api/nowhere"] {
        let reply = app.client().get(path).await;
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
            "{path}"
        );
    }
    let refused = app.client().get("/api/auth/session").await;
    assert_eq!(
        refused.problem().request_id.as_deref(),
        Some(refused.header("x-request-id"))
    );
    assert_eq!(refused.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_viewer_is_refused_what_his_role_lacks() {
    let app = TestApp::start().await;
    let viewer = app.sign_in(VIEWER).await;
    for path in [
        "/api/connections",
        &format!("/api/calls/{}/recording", uuid::Uuid::now_v7()),
    ] {
        let problem = viewer.get(path).await.problem();
        assert_eq!(
            (problem.status, problem.code),
            (403, ErrorCode::PermissionDenied),
            "{path}"
        );
    }
    assert_eq!(viewer.get("/api/calls").await.status, 200);
}

#[tokio::test]
async fn health_ready_and_metrics_answer() {
    let app = TestApp::start().await;
    server::health::recorder();
    assert_eq!(app.client().get("/health").await.status, 200);
    let ready: serde_json::Value = app.client().get("/ready").await.json();
    assert_eq!(ready["database"], "ok");
    app.client().get("/api/public").await;
    let metrics = app.client().get("/metrics").await.text();
    assert!(metrics.contains("route=\"/api/public\""), "{metrics}");
    let proxied = app
        .client()
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "203.0.113.9");
    assert_eq!(Reply::of(proxied).await.status, 404);
}

#[tokio::test]
async fn metrics_are_open_to_who_knows_the_token() {
    let app = TestApp::start_with([("METRICS_TOKEN", "let-me-see")]).await;
    let ask = async |token: &str| {
        let request = app
            .client()
            .request(Method::GET, "/metrics")
            .header("x-forwarded-for", "203.0.113.9");
        Reply::of(request.bearer_auth(token)).await.status.as_u16()
    };
    assert_eq!((ask("let-me-see").await, ask("let-me-sea").await), (200, 404));
}

#[tokio::test]
async fn json_is_compressed_for_whoever_reads_brotli() {
    let app = TestApp::start().await;
    let url = format!("{}/api/auth/login", app.base);
    let sign_in = async |accepted: &'static str| {
        let request = reqwest::Client::new()
            .post(&url)
            .header("origin", app.base.clone());
        let request = request.header("accept-encoding", accepted);
        let request = request.json(&json!({ "email": AGENCY, "password": PASSWORD }));
        request.send().await.unwrap()
    };
    let plain = sign_in("identity").await;
    assert_eq!(plain.status(), 200);
    assert_eq!(plain.headers()["vary"], "accept-encoding");
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain: serde_json::Value = plain.json().await.unwrap();

    let packed = sign_in("gzip, br").await;
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert!(packed.headers().contains_key("set-cookie"));
    let packed = packed.bytes().await.unwrap();
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut packed.as_ref(), &mut unpacked).unwrap();
    let unpacked: serde_json::Value = serde_json::from_slice(&unpacked).unwrap();
    assert_eq!(unpacked["user"], plain["user"]);
    assert!(packed.len() < plain.to_string().len() / 2);
}
