//! What somebody does to his own account: name, password, sessions, history.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, PLATFORM, Tab, TestApp};
use serde_json::{Value, json};
use shared::account::{Account, OwnSession, SignIn, SignInOutcome};
use shared::auth::Session;
use shared::live::LiveMessage;
use shared::{ErrorCode, Page};

const SESSION: &str = "/api/auth/session";
const PASSWORD_PATH: &str = "/api/account/password";
const NEW: &str = "tulip anchor rhubarb";

#[tokio::test]
async fn a_new_password_ends_every_other_session_on_every_server_and_their_sockets() {
    let app = TestApp::start().await;
    let here = app.sign_in(AGENCY).await;
    let there = app.sign_in(AGENCY).await;
    let stranger = app.sign_in(CUSTOMER).await;
    let (mut tab, _) = Tab::open(&there).await;
    // Known to another server, too, which remembers it.
    let elsewhere = Client {
        base: app.another_server().await,
        ..there.clone()
    };
    assert_eq!(elsewhere.get(SESSION).await.status, 200);
    let body = json!({ "current": PASSWORD, "new": NEW });
    let reply = here.put(PASSWORD_PATH, &body).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
    assert_eq!(there.get(SESSION).await.status, 401);
    loop {
        match tab.message().await {
            Some(LiveMessage::SignedOut) | None => break,
            Some(_) => {}
        }
    }
    let mut status = 0;
    for _ in 0..100 {
        status = elsewhere.get(SESSION).await.status.as_u16();
        if status == 401 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(status, 401, "the other server has not heard");
    assert_eq!(here.get(SESSION).await.status, 200);
    assert_eq!(stranger.get(SESSION).await.status, 200);
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 401);
    assert_eq!(app.client().log_in(AGENCY, NEW).await.status, 200);
    let entry =
        app.sql("select details->>'sessions_ended' from audit_log where action = 'account.password_changed'");
    assert_eq!(entry, "1");
}

#[tokio::test]
async fn a_weak_known_or_personal_password_is_refused_by_field() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    for (current, new, field) in [
        (PASSWORD, "short", "new"),
        (PASSWORD, "1qaz2wsx3edc", "new"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "new"),
        (PASSWORD, "Northwind-2026", "new"),
        (PASSWORD, PASSWORD, "new"),
        ("not this one", NEW, "current"),
        ("", NEW, "current"),
    ] {
        let problem = client
            .put(PASSWORD_PATH, &json!({ "current": current, "new": new }))
            .await
            .problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{new}");
        assert_eq!(problem.errors[0].field, field, "{new}");
    }
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn letters_count_the_same_however_they_are_typed() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let body = json!({ "current": PASSWORD, "new": "größer als gedacht" });
    assert_eq!(client.put(PASSWORD_PATH, &body).await.status, 204);
    assert_eq!(
        app.client()
            .log_in(AGENCY, "gro\u{308}ßer als gedacht")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let app = TestApp::start_with([("TRUST_PROXY", "true")]).await;
    let here = app.sign_in(AGENCY).await;
    let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
    let body = json!({ "email": AGENCY, "password": PASSWORD });
    let request = app.client().request(reqwest::Method::POST, "/api/auth/login");
    let request = request
        .header("user-agent", firefox)
        .header("x-forwarded-for", "198.51.100.7")
        .json(&body);
    let reply = crate::harness::Reply::of(request).await;
    let cookie = reply.set_cookie().unwrap();
    let there = Client {
        cookie: cookie.split(';').next().map(str::to_owned),
        ..app.client()
    };
    let listed: Vec<OwnSession> = here.get("/api/account/sessions").await.json();
    assert_eq!(listed.len(), 2);
    let other = listed.iter().find(|session| !session.current).unwrap();
    assert_eq!(other.device, "Firefox on Windows");
    assert_eq!(other.ip.as_deref(), Some("198.51.100.7"));
    assert!(listed.iter().any(|session| session.current));
    let text = here.get("/api/account/sessions").await.text();
    assert!(!text.contains(&cookie[cookie.len() - 60..]), "a key is told");

    let path = format!("/api/account/sessions/{}", other.id);
    let stranger = app.sign_in(CUSTOMER).await;
    assert_eq!(stranger.delete(&path).await.status, 404);
    assert_eq!(there.get(SESSION).await.status, 200);
    assert_eq!(here.delete(&path).await.status, 204);
    assert_eq!(there.get(SESSION).await.status, 401);
    assert_eq!(here.delete(&path).await.status, 404);
    // One's own: signing out.
    let own = listed.iter().find(|session| session.current).unwrap();
    assert_eq!(
        here.delete(&format!("/api/account/sessions/{}", own.id))
            .await
            .status,
        204
    );
    assert_eq!(here.get(SESSION).await.status, 401);
}

#[tokio::test]
async fn last_seen_is_written_in_one_statement_and_not_with_each_request() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.sql("update sessions set last_seen_at = now() - interval '1 hour'");
    assert_eq!(client.get(SESSION).await.status, 200);
    let fresh = "select count(*) from sessions where last_seen_at > now() - interval '1 minute'";
    assert_eq!(app.sql(fresh), "0");
    server::serve::last_used::write(&app.app).await;
    assert_eq!(app.sql(fresh), "1");
}

#[tokio::test]
async fn the_history_is_ones_own_and_comes_in_pages() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.sign_in(CUSTOMER).await;
    for _ in 0..2 {
        app.sign_in(AGENCY).await;
    }
    let first: Page<SignIn> = client.get("/api/account/sign-ins?limit=2").await.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<SignIn> = client
        .get(&format!("/api/account/sign-ins?limit=2&cursor={cursor}"))
        .await
        .json();
    assert_eq!(
        (first.items.len(), second.items.len(), second.next_cursor),
        (2, 1, None)
    );
    let all = first.items.iter().chain(&second.items);
    assert!(
        all.clone()
            .all(|s| s.email == AGENCY && s.outcome == SignInOutcome::Success)
    );
    for (query, field) in [("limit=0", "limit"), ("cursor=x", "cursor"), ("limit=x", "limit")] {
        let problem = client
            .get(&format!("/api/account/sign-ins?{query}"))
            .await
            .problem();
        assert_eq!(problem.errors[0].field, field);
    }
}

#[tokio::test]
async fn a_name_is_changed_and_checked() {
    let app = TestApp::start().await;
    let client = app.sign_in(PLATFORM).await;
    let changed: Account = client
        .patch("/api/account", &json!({ "name": " Priya P. " }))
        .await
        .json();
    assert_eq!(changed.user.name, "Priya P.");
    let session: Session = client.get(SESSION).await.json();
    assert_eq!(session.user.name, "Priya P.");
    for body in [json!({ "name": " " }), json!({ "name": "x".repeat(121) })] {
        assert_eq!(
            client.patch("/api/account", &body).await.problem().errors[0].field,
            "name"
        );
    }
    let unknown: Value = json!({ "name": "x", "email": "other@example.com" });
    assert_eq!(client.patch("/api/account", &unknown).await.status, 400);
}
