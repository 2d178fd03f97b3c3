//! Signing in and out.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, PLATFORM, TestApp, VIEWER};
use shared::auth::Session;
use shared::{ErrorCode, Permission, Problem};

const SESSION: &str = "/api/auth/session";

fn without_id(mut problem: Problem) -> Problem {
    problem.request_id = None;
    problem
}

#[tokio::test]
async fn a_session_says_who_is_signed_in_where_and_what_he_may_do() {
    let app = TestApp::start().await;
    let agency: Session = app.sign_in(AGENCY).await.get(SESSION).await.json();
    assert_eq!(agency.user.email.as_str(), AGENCY);
    assert_eq!(
        (agency.organization.slug.as_str(), agency.role.as_str()),
        ("northwind-voice", "Admin")
    );
    let slugs: Vec<_> = agency.organizations.iter().map(|o| o.slug.as_str()).collect();
    assert_eq!(slugs, ["alpine-travel", "harbor-dental", "northwind-voice"]);
    let platform: Session = app.sign_in(PLATFORM).await.get(SESSION).await.json();
    assert_eq!(platform.organizations.len(), 4);
    let viewer: Session = app.sign_in(VIEWER).await.get(SESSION).await.json();
    assert_eq!(viewer.organizations.len(), 1);
    assert!(!viewer.permissions.contains(Permission::CallsRecording));
    assert!(!viewer.permissions.contains(Permission::CallsCost));
}

#[tokio::test]
async fn wrong_password_unknown_user_and_disabled_account_get_the_same_answer() {
    let app = TestApp::start().await;
    app.sql(&format!(
        "update users set disabled_at = now() where email = '{VIEWER}'"
    ));
    let wrong = app.client().log_in(AGENCY, "not this one").await;
    let unknown = app.client().log_in("nobody@demo.test", PASSWORD).await;
    let disabled = app.client().log_in(VIEWER, PASSWORD).await;
    assert_eq!(wrong.problem().code, ErrorCode::WrongCredentials);
    for reply in [&wrong, &unknown, &disabled] {
        assert_eq!(without_id(reply.problem()), without_id(wrong.problem()));
        assert!(reply.set_cookie().is_none());
    }
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start_with([("PUBLIC_URL", "https://voice.example.com")]).await;
    let reply = app.client().log_in(AGENCY, PASSWORD).await;
    let cookie = reply.set_cookie().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
    }
    let plain = TestApp::start().await;
    let cookie = plain
        .client()
        .log_in(AGENCY, PASSWORD)
        .await
        .set_cookie()
        .unwrap();
    assert!(
        !cookie.contains("Secure"),
        "over plain HTTP it would not come back: {cookie}"
    );
}

#[tokio::test]
async fn the_table_holds_only_a_hash_of_the_key() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let cookie = client.cookie.unwrap();
    // The cookie is `name=<signature><key>`; the key is 32 bytes in base64.
    let key = &cookie[cookie.len() - 43..];
    let rows = app
        .sql("select encode(key_hash, 'escape') || state::text || encode(key_hash, 'base64') from sessions");
    assert!(!rows.contains(key));
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(key));
    let found = format!(
        "select u.email from sessions s join users u on u.id = s.user_id where key_hash = '\\x{hash}'"
    );
    assert_eq!(app.sql(&found), AGENCY);
}

#[tokio::test]
async fn signing_out_kills_the_session_and_not_only_the_cookie() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    assert_eq!(client.get(SESSION).await.status, 200);
    let reply = client.post("/api/auth/logout", &()).await;
    assert_eq!(reply.status, 204);
    assert!(reply.set_cookie().unwrap().contains("Max-Age=0"));
    assert_eq!(client.get(SESSION).await.problem().code, ErrorCode::NotSignedIn);
    assert_eq!(app.sql("select count(*) from sessions"), "0");
}

#[tokio::test]
async fn signing_in_again_gives_a_new_key_and_ends_the_old_session() {
    let app = TestApp::start().await;
    let old = app.sign_in(AGENCY).await;
    let mut new = old.clone();
    new.log_in(CUSTOMER, PASSWORD).await.json::<Session>();
    assert_ne!(old.cookie, new.cookie);
    assert_eq!(old.get(SESSION).await.status, 401);
    assert_eq!(
        new.get(SESSION).await.json::<Session>().user.email.as_str(),
        CUSTOMER
    );
}

#[tokio::test]
async fn a_forged_or_expired_session_is_nobody() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let mut forged = client.clone();
    forged.cookie = forged
        .cookie
        .map(|cookie| cookie.replacen("session=", "session=A", 1));
    assert_eq!(forged.get(SESSION).await.status, 401);
    app.sql("update sessions set expires_at = now() - interval '1 second'");
    // Another server of the installation, which does not remember the session.
    let sibling = app.sibling().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let there = Client {
        base: format!("http://{}", listener.local_addr().unwrap()),
        ..client
    };
    let running = server::serve::start(sibling.clone(), listener).unwrap();
    let handle = running.handle();
    tokio::spawn(running);
    assert_eq!(there.get(SESSION).await.status, 401);
    assert_eq!(sibling.sessions.prune().await.unwrap(), 1);
    handle.stop(false).await;
}

#[tokio::test]
async fn a_running_session_is_written_once_an_hour_at_most() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let expiry = || app.sql("select extract(epoch from expires_at) from sessions");
    let before = expiry();
    for _ in 0..3 {
        let reply = client.get(SESSION).await;
        assert!(reply.status.is_success() && reply.set_cookie().is_none());
    }
    assert_eq!(expiry(), before);
}

#[tokio::test]
async fn a_password_is_guessed_at_only_so_often() {
    let app = TestApp::start().await;
    let mut last = None;
    for _ in 0..6 {
        last = Some(app.client().log_in(AGENCY, "guess").await);
    }
    let last = last.unwrap();
    assert_eq!(last.problem().code, ErrorCode::RateLimited);
    let wait: u64 = last.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // Even the right one waits; another account does not.
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 429);
    assert_eq!(app.client().log_in(CUSTOMER, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn signing_in_is_written_into_the_audit_log() {
    let app = TestApp::start_with([("TRUST_PROXY", "true")]).await;
    let body = serde_json::json!({ "email": AGENCY, "password": PASSWORD });
    let request = app.client().request(reqwest::Method::POST, "/api/auth/login");
    let reply = request
        .header("x-forwarded-for", "203.0.113.9, 198.51.100.7")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(reply.status().is_success());
    let entries = app.sql(
        "select a.action, a.ip, o.slug, u.email from audit_log a join organizations o on o.id = a.organization_id
         join users u on u.id = a.user_id",
    );
    assert_eq!(
        entries,
        format!("session.started|198.51.100.7|northwind-voice|{AGENCY}")
    );
}

#[tokio::test]
async fn a_disabled_account_is_out_within_seconds() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.sql(&format!(
        "update users set disabled_at = now() where email = '{AGENCY}'"
    ));
    let (user, organization) = (
        app.sql(&format!("select id from users where email = '{AGENCY}'")),
        app.organization("northwind-voice"),
    );
    // In place of waiting the five seconds.
    app.app.principals.forget(user.parse().unwrap(), organization);
    assert_eq!(client.get(SESSION).await.status, 401);
    assert_eq!(app.sql("select count(*) from sessions"), "0");
}
