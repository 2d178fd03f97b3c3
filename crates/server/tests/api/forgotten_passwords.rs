//! A forgotten password, replaced by mail.

use crate::harness::{AGENCY, PASSWORD, Reply, TestApp};
use crate::invitations::NEW_PASSWORD;
use serde_json::json;
use shared::ErrorCode;

async fn forgot(app: &TestApp, email: &str) -> Reply {
    app.client()
        .post("/api/auth/forgot", &json!({ "email": email }))
        .await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    let body = json!({ "token": token, "password": password });
    app.client().post("/api/auth/reset", &body).await
}

#[tokio::test]
async fn a_new_password_by_mail_ends_every_session_and_is_told() {
    let app = TestApp::start().await;
    let before = app.sign_in(AGENCY).await;
    assert_eq!(forgot(&app, " Agency@Demo.test").await.status, 202);
    let mail = app.mail_to(AGENCY).await.remove(0);
    assert_eq!(mail.subject, "Choose a new password for Northwind Voice");
    let token = app.secret_to(AGENCY).await;
    let body = json!({ "token": token });
    let checked: serde_json::Value = app.client().post("/api/auth/reset/check", &body).await.json();
    assert_eq!(checked["email"], AGENCY);
    let problem = reset(&app, &token, "short").await.problem();
    assert_eq!(problem.errors[0].field, "password");
    assert_eq!(reset(&app, &token, NEW_PASSWORD).await.status, 204);
    assert_eq!(before.get("/api/auth/session").await.status, 401);
    assert_eq!(app.sql("select count(*) from sessions"), "0");
    assert_eq!(
        app.client().log_in(AGENCY, PASSWORD).await.problem().code,
        ErrorCode::WrongCredentials
    );
    assert!(
        app.client()
            .log_in(AGENCY, NEW_PASSWORD)
            .await
            .status
            .is_success()
    );
    let told = app.mail_to(AGENCY).await.remove(0);
    assert_eq!(told.subject, "Your password for Northwind Voice was changed");
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'password.reset'"),
        "1"
    );
    // Once.
    let problem = reset(&app, &token, "another long password").await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(
        app.client()
            .log_in(AGENCY, NEW_PASSWORD)
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn whether_an_address_has_an_account_is_told_to_nobody() {
    let app = TestApp::start().await;
    app.sql("update users set disabled_at = now() where email = 'viewer@demo.test'");
    let (known, unknown) = (forgot(&app, AGENCY).await, forgot(&app, "nobody@demo.test").await);
    let disabled = forgot(&app, "viewer@demo.test").await;
    for reply in [&unknown, &disabled] {
        assert_eq!((reply.status, reply.text()), (known.status, known.text()));
    }
    // The request does the same for all of them: it queues a job. Nothing is looked up before the answer.
    assert_eq!(
        app.sql("select count(*) from jobs where name = 'forgot_password'"),
        "3"
    );
    assert_eq!(app.sql("select count(*) from account_links"), "0");
    app.run_jobs().await;
    assert_eq!(app.sql("select recipient from mails"), AGENCY);
    assert_eq!(
        app.sql("select count(*) from jobs where name = 'forgot_password'"),
        "0"
    );
    let problem = forgot(&app, "nobody").await.problem();
    assert_eq!(problem.errors[0].field, "email");
}

#[tokio::test]
async fn a_link_ends_with_its_hour_with_the_next_one_and_with_the_address() {
    let app = TestApp::start().await;
    forgot(&app, AGENCY).await;
    let first = app.secret_to(AGENCY).await;
    assert_eq!(
        app.sql("select expires_at - created_at between interval '59 minutes' and interval '61 minutes' from account_links"),
        "t"
    );
    assert!(!app.sql("select l::text from account_links l").contains(&first));
    forgot(&app, AGENCY).await;
    let second = app.secret_to(AGENCY).await;
    assert_eq!(
        reset(&app, &first, NEW_PASSWORD).await.problem().code,
        ErrorCode::NotFound
    );
    app.sql("update account_links set expires_at = now() - interval '1 second'");
    let problem = reset(&app, &second, NEW_PASSWORD).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    app.sql("update account_links set expires_at = now() + interval '1 hour'");
    app.sql(&format!(
        "update users set email = 'moved@demo.test' where email = '{AGENCY}'"
    ));
    let problem = reset(&app, &second, NEW_PASSWORD).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(
        app.client()
            .log_in("moved@demo.test", PASSWORD)
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn one_address_is_not_flooded_and_guessing_links_has_its_limit() {
    let app = TestApp::start().await;
    let mut accepted = 0;
    for _ in 0..8 {
        match forgot(&app, AGENCY).await.status.as_u16() {
            202 => accepted += 1,
            429 => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(accepted, 5);
    let mut statuses = std::collections::BTreeMap::new();
    for n in 0..80_u8 {
        use base64::Engine;
        let guess = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([n; 32]);
        *statuses
            .entry(reset(&app, &guess, NEW_PASSWORD).await.status.as_u16())
            .or_insert(0) += 1;
    }
    assert!(
        statuses[&404] <= 60 && statuses.get(&429).is_some_and(|n| *n >= 20),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn without_a_way_to_send_mail_it_says_so() {
    let app = TestApp::start_with([
        ("APP_ENV", "production"),
        ("DEMO_MODE", "false"),
        ("PUBLIC_URL", "https://voice.example.com"),
        ("PASSWORD_HASH_MIB", "19"),
        ("PASSWORD_HASH_PASSES", "2"),
    ])
    .await;
    let request = app
        .client()
        .http
        .post(format!("{}/api/auth/forgot", app.base))
        .header("origin", "https://voice.example.com")
        .json(&json!({ "email": AGENCY }));
    let problem = Reply::of(request).await.problem();
    assert_eq!(problem.code, ErrorCode::MailNotSetUp);
    let public: shared::public::PublicInfo = app.client().get("/api/public").await.json();
    assert!(!public.mail_ready);
    // No mailbox there either.
    assert_eq!(app.client().get("/api/dev/mail").await.status, 404);
    let id = uuid::Uuid::now_v7();
    assert_eq!(app.client().get(&format!("/api/dev/mail/{id}")).await.status, 404);
}
