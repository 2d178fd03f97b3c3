//! Programs that call the API with a key.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, Reply, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::api_key::{ApiKey, NewApiKey};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const KEYS: &str = "/api/api-keys";

async fn make(client: &Client, body: Value) -> NewApiKey {
    client.post(KEYS, &body).await.json()
}

fn reading() -> Value {
    json!({ "name": "Exporter", "permissions": ["agents.list", "calls.list", "live.view"] })
}

/// As a program: no cookie, no Origin.
async fn with(base: &str, key: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = reqwest::Client::new()
        .request(method, format!("{base}{path}"))
        .bearer_auth(key);
    Reply::of(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn a_key_does_what_was_chosen_for_it_and_no_more() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    assert!(made.key.starts_with("es_") && made.key.starts_with(&made.api_key.prefix));
    let get = async |path: &'static str| with(&app.base, &made.key, Method::GET, path, None).await;
    assert_eq!(get("/api/agents").await.status, 200);
    assert_eq!(get("/api/calls").await.status, 200);
    for path in ["/api/dashboard", "/api/members", KEYS] {
        assert_eq!(
            get(path).await.problem().code,
            ErrorCode::PermissionDenied,
            "{path}"
        );
    }
    let stored = app.sql("select encode(secret_hash, 'escape') || prefix || name from api_keys");
    let secret = made.key.rsplit('_').next().unwrap();
    assert!(!stored.contains(secret));
    let listed: Vec<ApiKey> = owner.get(KEYS).await.json();
    assert_eq!(listed, [made.api_key]);
    assert!(!owner.get(KEYS).await.text().contains(secret), "shown twice");
}

#[tokio::test]
async fn an_account_is_out_of_reach_of_keys_and_two_credentials_are_one_too_many() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    for (method, path) in [
        (Method::GET, "/api/auth/session"),
        (Method::POST, "/api/auth/login"),
        (Method::POST, "/api/auth/organization"),
        (Method::POST, "/api/auth/confirm"),
        (Method::GET, "/api/account"),
        (Method::PUT, "/api/account/password"),
        (Method::GET, "/api/account/sessions"),
        (Method::GET, "/api/permissions/explain?permission=calls.list"),
    ] {
        let reply = with(&app.base, &made.key, method, path, Some(json!({}))).await;
        assert_eq!(reply.problem().code, ErrorCode::PermissionDenied, "{path}");
    }
    let both = Reply::of(owner.request(Method::GET, "/api/agents").bearer_auth(&made.key)).await;
    assert_eq!(both.problem().code, ErrorCode::MalformedRequest);
    assert_eq!(owner.get("/api/agents").await.status, 200);
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    let (head, secret) = made.key.rsplit_once('_').unwrap();
    for wrong in [
        format!("{head}_{}", secret.to_uppercase()),
        format!("es_zzzzzzzz_{secret}"),
        format!("{head}_"),
        "es_".to_owned(),
        "nonsense".to_owned(),
        secret.to_owned(),
    ] {
        let reply = with(&app.base, &wrong, Method::GET, "/api/agents", None).await;
        assert_eq!(reply.problem().code, ErrorCode::ApiKeyInvalid, "{wrong}");
    }
    app.sql("update api_keys set expires_at = now() - interval '1 second'");
    app.app.api_keys.forget_all();
    let expired = with(&app.base, &made.key, Method::GET, "/api/agents", None).await;
    assert_eq!(expired.problem().code, ErrorCode::ApiKeyInvalid);
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_on_every_server() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    let there = app.another_server().await;
    let agents = async |base: &str| {
        with(base, &made.key, Method::GET, "/api/agents", None)
            .await
            .status
            .as_u16()
    };
    assert_eq!((agents(&app.base).await, agents(&there).await), (200, 200));
    let path = format!("{KEYS}/{}", made.api_key.id);
    let stranger = app.sign_in(CUSTOMER).await;
    assert_eq!(stranger.delete(&path).await.status, 404);
    assert_eq!(stranger.get(KEYS).await.json::<Value>(), json!([]));
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(agents(&app.base).await, 401);
    let mut status = 0;
    for _ in 0..100 {
        status = agents(&there).await;
        if status == 401 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(status, 401, "the other server has not heard");
    assert_eq!(owner.delete(&path).await.status, 204, "twice is the same");
    let listed: Vec<ApiKey> = owner.get(KEYS).await.json();
    assert!(listed[0].revoked_at.is_some());
}

#[tokio::test]
async fn a_key_never_does_more_than_its_maker() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    let status = async |path: &'static str| {
        with(&app.base, &made.key, Method::GET, path, None)
            .await
            .status
            .as_u16()
    };
    assert_eq!(status("/api/calls").await, 200);
    app.sql(&format!(
        "update memberships set denials = '{{calls.list}}' where user_id = '{}'",
        app.user(AGENCY)
    ));
    app.app.principals.forget_all();
    assert_eq!(
        (status("/api/calls").await, status("/api/agents").await),
        (403, 200)
    );
    // What his organization has not, it has not either.
    app.sql("update organizations set allowed_permissions = '{calls.list}' where slug = 'northwind-voice'");
    app.app.principals.forget_all();
    assert_eq!(status("/api/agents").await, 403);
    app.sql(&format!(
        "delete from memberships where user_id = '{}'",
        app.user(AGENCY)
    ));
    app.app.principals.forget_all();
    assert_eq!(status("/api/agents").await, 401);
}

#[tokio::test]
async fn nobody_makes_a_key_with_more_than_he_has() {
    let app = TestApp::start().await;
    let (email, id) = app.add_member("harbor-dental", "customer_manager");
    app.sql(&format!(
        "update memberships set grants = '{{api_keys.manage,api_keys.view}}' where user_id = '{id}'"
    ));
    let manager = app.sign_in(&email).await;
    let body = json!({ "name": "Too much", "permissions": ["calls.list", "connections.manage"] });
    let refused = manager.post(KEYS, &body).await.problem();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    assert!(refused.detail.unwrap().contains("Manage connections"));
    for (body, field) in [
        (json!({ "name": "", "permissions": ["calls.list"] }), "name"),
        (json!({ "name": "x", "permissions": [] }), "permissions"),
        (
            json!({ "name": "x", "permissions": ["api_keys.manage"] }),
            "permissions",
        ),
        (
            json!({ "name": "x", "permissions": ["calls.list"], "networks": ["10.0.0.0/33"] }),
            "networks",
        ),
        (
            json!({ "name": "x", "permissions": ["calls.list"], "expires_in_days": 0 }),
            "expires_in_days",
        ),
    ] {
        assert_eq!(manager.post(KEYS, &body).await.problem().errors[0].field, field);
    }
    assert_eq!(app.sql("select count(*) from api_keys"), "0");
    // A visitor's key would outlive his visit.
    let agency = app.sign_in(AGENCY).await;
    let enter = json!({ "organization_id": app.organization("harbor-dental"), "reason": "looking around" });
    assert_eq!(agency.post("/api/auth/organization", &enter).await.status, 200);
    assert_eq!(
        agency.post(KEYS, &reading()).await.problem().code,
        ErrorCode::PermissionDenied
    );
}

#[tokio::test]
async fn a_key_is_used_from_its_networks_only() {
    let app = TestApp::start_with([("TRUST_PROXY", "true")]).await;
    let owner = app.sign_in(AGENCY).await;
    let mut body = reading();
    body["networks"] = json!(["198.51.100.0/24", "2001:db8::1"]);
    let made = make(&owner, body).await;
    assert_eq!(made.api_key.networks, ["198.51.100.0/24", "2001:db8::1/128"]);
    let from = async |ip: &'static str| {
        let request = reqwest::Client::new().get(format!("{}/api/agents", app.base));
        let request = request.bearer_auth(&made.key).header("x-forwarded-for", ip);
        Reply::of(request).await.status.as_u16()
    };
    assert_eq!(
        (from("198.51.100.9").await, from("2001:db8::1").await),
        (200, 200)
    );
    assert_eq!((from("203.0.113.9").await, from("2001:db8::2").await), (403, 403));
}

#[tokio::test]
async fn what_a_key_did_names_it_in_the_audit_log_and_its_use_is_kept() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let body = json!({ "name": "Role maker", "permissions": ["roles.manage", "calls.list"] });
    let made = make(&owner, body).await;
    let role = json!({"name": "Listener", "kind": "agency", "permissions": ["calls.list"]});
    let reply = with(&app.base, &made.key, Method::POST, "/api/roles", Some(role)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let named = app.sql(
        "select details->'api_key'->>'name', details->>'label' from audit_log where action = 'role.created'",
    );
    assert_eq!(named, "Role maker|Listener");
    let verdict: Value = owner.get("/api/audit/verify").await.json();
    assert_eq!(verdict["broken"], Value::Null);
    let unused: Vec<ApiKey> = owner.get(KEYS).await.json();
    assert!(unused[0].last_used_at.is_none(), "written with each request");
    server::serve::last_used::write(&app.app).await;
    let used: Vec<ApiKey> = owner.get(KEYS).await.json();
    assert!(used[0].last_used_at.is_some() && used[0].last_used_ip.as_deref() == Some("127.0.0.1"));
}

#[tokio::test]
async fn the_steady_state_asks_the_database_nothing_for_who_asks() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    let refused = async || {
        with(&app.base, &made.key, Method::GET, "/api/dashboard", None)
            .await
            .status
            .as_u16()
    };
    assert_eq!(refused().await, 403);
    let asked = || {
        app.sql("select sum(xact_commit + xact_rollback) from pg_stat_database where datname = current_database()")
    };
    // Counted with a delay: what came before is let in first.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let before: i64 = asked().parse().unwrap();
    for _ in 0..50 {
        assert_eq!(refused().await, 403);
    }
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let after: i64 = asked().parse().unwrap();
    assert!(
        after - before < 25,
        "{} transactions for 50 requests",
        after - before
    );
}

#[tokio::test]
async fn a_socket_opened_with_a_key_closes_when_it_is_revoked() {
    let app = TestApp::start_with([("LIVE_PING_SECONDS", "1")]).await;
    let owner = app.sign_in(AGENCY).await;
    let made = make(&owner, reading()).await;
    let mut request = format!("{}/api/live", app.base.replace("http", "ws"))
        .into_client_request()
        .unwrap();
    let header = format!("Bearer {}", made.key).parse().unwrap();
    request.headers_mut().insert("authorization", header);
    let mut tab = crate::harness::Tab(tokio_tungstenite::connect_async(request).await.unwrap().0);
    assert!(matches!(
        tab.next().await,
        shared::live::LiveMessage::Hello { .. }
    ));
    assert_eq!(
        owner.delete(&format!("{KEYS}/{}", made.api_key.id)).await.status,
        204
    );
    while let Some(message) = tab.message().await {
        if matches!(message, shared::live::LiveMessage::SignedOut) {
            return;
        }
    }
    panic!("closed without a word");
}

#[tokio::test]
async fn the_password_is_not_a_key() {
    let app = TestApp::start().await;
    let reply = with(&app.base, PASSWORD, Method::GET, "/api/agents", None).await;
    assert_eq!(reply.problem().code, ErrorCode::ApiKeyInvalid);
}
