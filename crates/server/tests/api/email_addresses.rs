//! One's own address: verified, and changed.

use crate::harness::{AGENCY, CUSTOMER, PASSWORD, TestApp};
use serde_json::json;
use shared::ErrorCode;
use shared::account_email::OwnEmail;

const EMAIL: &str = "/api/account/email";
const OTHER: &str = "alex@example.com";

#[tokio::test]
async fn an_address_is_verified_by_the_link_that_was_sent_there() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let before: OwnEmail = agency.get(EMAIL).await.json();
    assert_eq!((before.email.as_str(), before.verified_at), (AGENCY, None));
    let sent: OwnEmail = agency.post(&format!("{EMAIL}/verify"), &json!({})).await.json();
    assert_eq!(sent.pending.unwrap().as_str(), AGENCY);
    let token = app.secret_to(AGENCY).await;
    let body = json!({ "token": token });
    // By whoever reads the mail, signed in or not.
    assert!(
        app.client()
            .post("/api/auth/verify", &body)
            .await
            .status
            .is_success()
    );
    let after: OwnEmail = agency.get(EMAIL).await.json();
    assert!(after.verified_at.is_some() && after.pending.is_none());
    let again = app.client().post("/api/auth/verify", &body).await.problem();
    assert_eq!(again.code, ErrorCode::LinkGone);
}

#[tokio::test]
async fn another_address_becomes_ones_own_once_its_link_is_followed() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    for (body, field) in [
        (json!({ "email": "nobody", "password": PASSWORD }), "email"),
        (json!({ "email": AGENCY, "password": PASSWORD }), "email"),
        (json!({ "email": OTHER, "password": "" }), "password"),
        (json!({ "email": OTHER, "password": "not this one" }), "password"),
    ] {
        let problem = agency.put(EMAIL, &body).await.problem();
        assert_eq!(problem.errors[0].field, field, "{body}");
    }
    let body = json!({ "email": OTHER, "password": PASSWORD });
    let asked: OwnEmail = agency.put(EMAIL, &body).await.json();
    assert_eq!(
        (asked.email.as_str(), asked.pending.unwrap().as_str()),
        (AGENCY, OTHER)
    );
    // A link to the old address that is on its way opens nothing afterwards.
    app.client()
        .post("/api/auth/forgot", &json!({ "email": AGENCY }))
        .await;
    let old = app.secret_to(AGENCY).await;
    let token = app.secret_to(OTHER).await;
    let reply = app
        .client()
        .post("/api/auth/verify", &json!({ "token": token }))
        .await;
    assert!(reply.status.is_success(), "{}", reply.text());
    let session: shared::auth::Session = agency.get("/api/auth/session").await.json();
    assert_eq!(session.user.email.as_str(), OTHER);
    assert!(app.client().log_in(OTHER, PASSWORD).await.status.is_success());
    assert_eq!(
        app.client().log_in(AGENCY, PASSWORD).await.problem().code,
        ErrorCode::WrongCredentials
    );
    let told = app.mail_to(AGENCY).await.remove(0);
    assert_eq!(
        told.subject,
        "Your e-mail address for Northwind Voice was changed"
    );
    assert!(
        !told.text.contains(OTHER) && told.text.contains("al…@example.com"),
        "{}",
        told.text
    );
    let check = app
        .client()
        .post("/api/auth/reset/check", &json!({ "token": old }))
        .await;
    assert_eq!(check.problem().code, ErrorCode::NotFound);
    assert_eq!(
        app.sql("select action from audit_log where action like 'email.%' order by sequence"),
        "email.change_asked\nemail.changed"
    );
}

#[tokio::test]
async fn somebody_elses_address_is_neither_told_nor_taken() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let ask = |email: &str| json!({ "email": email, "password": PASSWORD });
    let taken: OwnEmail = agency.put(EMAIL, &ask(CUSTOMER)).await.json();
    assert_eq!(taken.pending.unwrap().as_str(), CUSTOMER);
    assert!(app.mail_to(CUSTOMER).await.is_empty());
    // Taken between asking and following the link.
    assert!(agency.put(EMAIL, &ask(OTHER)).await.status.is_success());
    let token = app.secret_to(OTHER).await;
    app.sql(&format!(
        "update users set email = '{OTHER}' where email = '{CUSTOMER}'"
    ));
    let problem = app
        .client()
        .post("/api/auth/verify", &json!({ "token": token }))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::Conflict);
    assert_eq!(
        app.sql(&format!("select count(*) from users where email = '{AGENCY}'")),
        "1"
    );
}
