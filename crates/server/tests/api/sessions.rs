//! Signing in and out.

use crate::harness::{AGENCY, PASSWORD, TestApp};
use shared::ErrorCode;
use shared::auth::Session;

#[tokio::test]
async fn a_signed_in_session_says_who_and_where() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let session: Session = client.get("/api/auth/session").await.json();
    assert_eq!(session.user.email.as_str(), AGENCY);
    assert_eq!(session.organization.slug, "northwind-voice");
    assert_eq!(session.organizations.len(), 3);
}

#[tokio::test]
async fn without_a_session_one_is_asked_to_sign_in() {
    let app = TestApp::start().await;
    let reply = app.client().get("/api/auth/session").await;
    assert_eq!((reply.status.as_u16(), reply.problem().code), (401, ErrorCode::NotSignedIn));
}

#[tokio::test]
async fn wrong_password_and_unknown_user_get_the_same_answer() {
    let app = TestApp::start().await;
    let wrong = app.client().log_in(AGENCY, "not this one").await;
    let unknown = app.client().log_in("nobody@demo.test", PASSWORD).await;
    assert_eq!(wrong.status, unknown.status);
    let strip = |mut problem: shared::Problem| {
        problem.request_id = None;
        problem
    };
    assert_eq!(strip(wrong.problem()), strip(unknown.problem()));
    assert_eq!(wrong.problem().code, ErrorCode::WrongCredentials);
    assert!(wrong.set_cookie().is_none());
}
