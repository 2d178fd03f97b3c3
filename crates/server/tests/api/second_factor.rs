//! The second step of a sign-in.

use crate::harness::{AGENCY, Client, PASSWORD, TestApp, code_at};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::account::{Account, Enrolment, RecoveryCodes};
use shared::auth::Session;

const SESSION: &str = "/api/auth/session";
const FACTOR: &str = "/api/account/second-factor";

async fn show(client: &mut Client, code: &str) -> crate::harness::Reply {
    let reply = client
        .post("/api/auth/second-factor", &json!({ "code": code }))
        .await;
    if let Some(cookie) = reply.set_cookie() {
        client.cookie = cookie.split(';').next().map(str::to_owned);
    }
    reply
}

/// Password shown, code owed.
async fn halfway(app: &TestApp) -> Client {
    let mut client = app.client();
    let reply: Value = client.log_in(AGENCY, PASSWORD).await.json();
    assert_eq!(reply, json!({ "second_factor_required": true }));
    client
}

#[tokio::test]
async fn the_password_alone_is_worth_nothing_and_a_code_completes_it() {
    let app = TestApp::start().await;
    let first = app.sign_in(AGENCY).await;
    let (secret, codes) = app.enrol(&first).await;
    assert_eq!(codes.len(), 10);
    let account: Account = first.get("/api/account").await.json();
    assert!(account.second_factor_since.is_some() && account.recovery_codes_left == 10);

    let mut client = halfway(&app).await;
    for path in [SESSION, "/api/account", "/api/agents", "/api/account/sessions"] {
        assert_eq!(
            client.get(path).await.problem().code,
            ErrorCode::NotSignedIn,
            "{path}"
        );
    }
    // It is no session to anybody who looks.
    let sessions: Vec<Value> = first.get("/api/account/sessions").await.json();
    assert_eq!(sessions.len(), 1);
    let half = client.cookie.clone();
    let session: Session = show(&mut client, &app.code(&secret)).await.json();
    assert_eq!(session.user.email.as_str(), AGENCY);
    assert_eq!(client.get("/api/agents").await.status, 200);
    assert_ne!(client.cookie, half, "the key of the half session lives on");
    let old = Client {
        cookie: half,
        ..client
    };
    assert_eq!(old.get(SESSION).await.status, 401);
}

#[tokio::test]
async fn a_code_is_taken_once_and_only_near_its_time() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let (secret, _) = app.enrol(&owner).await;
    // The one that confirmed it was used.
    let mut client = halfway(&app).await;
    let used = show(&mut client, &code_at(&secret, 0)).await.problem();
    assert_eq!(used.code, ErrorCode::WrongSecondFactor);
    for away in [-3, 3] {
        let refused = show(&mut client, &code_at(&secret, away)).await.problem();
        assert_eq!(refused.code, ErrorCode::WrongSecondFactor, "{away} steps away");
    }
    assert_eq!(show(&mut client, &code_at(&secret, 1)).await.status, 200);
    let mut other = halfway(&app).await;
    assert_eq!(
        show(&mut other, &code_at(&secret, 1)).await.status,
        401,
        "replayed"
    );
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_replace_the_old() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let (_, codes) = app.enrol(&owner).await;
    let mut client = halfway(&app).await;
    assert_eq!(
        show(&mut client, &codes[0].to_uppercase().replace('-', " "))
            .await
            .status,
        200
    );
    let mut again = halfway(&app).await;
    assert_eq!(show(&mut again, &codes[0]).await.status, 401);
    let account: Account = client.get("/api/account").await.json();
    assert_eq!(account.recovery_codes_left, 9);
    let used = app.sql("select count(*) from audit_log where action = 'account.recovery_code_used'");
    assert_eq!(used, "1");

    let new: RecoveryCodes = client.post("/api/account/recovery-codes", &()).await.json();
    assert_eq!(show(&mut again, &codes[1]).await.status, 401, "an old one");
    assert_eq!(show(&mut again, &new.codes[1]).await.status, 200);
    let stored = app.sql("select string_agg(encode(code_hash, 'escape'), '') from recovery_codes");
    assert!(!stored.contains(&new.codes[2]) && !stored.contains(&new.codes[2].replace('-', "")));
}

#[tokio::test]
async fn codes_are_guessed_at_only_so_often() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let (secret, _) = app.enrol(&owner).await;
    let mut client = halfway(&app).await;
    for n in 0..5 {
        let wrong = show(&mut client, &format!("00000{n}")).await;
        // One in 200,000 runs guesses right.
        assert_eq!(wrong.problem().code, ErrorCode::WrongSecondFactor, "{n}");
    }
    let locked = show(&mut client, &app.code(&secret)).await;
    assert_eq!(locked.problem().code, ErrorCode::RateLimited);
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn the_half_session_ends_by_itself_and_with_the_others() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    let (secret, _) = app.enrol(&owner).await;
    let mut late = halfway(&app).await;
    app.sql("update sessions set state = jsonb_set(state, '{pending_since}', '\"1000\"') where state ? 'pending_since'");
    app.app.sessions.forget_all();
    assert_eq!(
        show(&mut late, &app.code(&secret)).await.problem().code,
        ErrorCode::NotSignedIn
    );
    let mut stolen = halfway(&app).await;
    let ended: Value = owner.delete("/api/account/sessions").await.json();
    assert_eq!(ended["ended"], 2);
    assert_eq!(
        show(&mut stolen, &app.code(&secret)).await.problem().code,
        ErrorCode::NotSignedIn
    );
    // Without a first step there is no second.
    assert_eq!(show(&mut app.client(), "123456").await.status, 401);
}

#[tokio::test]
async fn setting_up_wants_a_right_code_and_keeps_the_secret_sealed() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    assert_eq!(client.put(FACTOR, &json!({ "code": "123456" })).await.status, 409);
    let begun: Enrolment = client.post(FACTOR, &()).await.json();
    assert!(begun.uri.contains(&begun.secret) && begun.qr_svg.starts_with("<svg"));
    for (code, text) in [("12345", "6 digits"), ("000000", "wrong")] {
        let problem = client.put(FACTOR, &json!({ "code": code })).await.problem();
        assert!(problem.errors[0].field == "code" && problem.errors[0].message.contains(text));
    }
    // Begun and not confirmed: nothing is asked for yet.
    assert_eq!(
        app.client()
            .log_in(AGENCY, PASSWORD)
            .await
            .json::<Session>()
            .user
            .email
            .as_str(),
        AGENCY
    );
    let stored = app.sql("select encode(secret_sealed, 'escape') from second_factors");
    assert!(!stored.contains(&begun.secret));
    let body = json!({ "code": code_at(&begun.secret, 0) });
    client.put(FACTOR, &body).await.json::<RecoveryCodes>();
    assert_eq!(client.post(FACTOR, &()).await.problem().code, ErrorCode::Conflict);
    assert_eq!(client.delete(FACTOR).await.status, 204);
    assert_eq!(app.sql("select count(*) from recovery_codes"), "0");
    assert_eq!(
        app.client()
            .log_in(AGENCY, PASSWORD)
            .await
            .json::<Session>()
            .user
            .email
            .as_str(),
        AGENCY
    );
    assert_eq!(client.delete(FACTOR).await.status, 404);
    assert_eq!(client.post("/api/account/recovery-codes", &()).await.status, 409);
}
