//! Dangerous actions want to hear again that it is he.

use crate::harness::{AGENCY, Client, PASSWORD, PLATFORM, Reply, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::ErrorCode;

/// Every route behind [`server::auth::Confirmed`], of something that is not there.
fn dangerous() -> Vec<(Method, String, Value)> {
    let id = uuid::Uuid::now_v7();
    let key = json!({ "name": "x", "permissions": ["calls.list"] });
    vec![
        (Method::DELETE, format!("/api/connections/{id}"), Value::Null),
        (
            Method::POST,
            format!("/api/connections/{id}/workspace"),
            json!({ "api_key": "sk_another_key", "confirm_name": "x" }),
        ),
        (
            Method::PUT,
            format!("/api/organizations/{id}/status"),
            json!({ "status": "suspended", "reason": "unpaid" }),
        ),
        (
            Method::POST,
            "/api/erasures".to_owned(),
            json!({ "subject": { "call": id }, "confirmation": "erase" }),
        ),
        (
            Method::PUT,
            "/api/retention".to_owned(),
            json!({ "call_days": 3650 }),
        ),
        (Method::DELETE, format!("/api/members/{id}"), Value::Null),
        (
            Method::DELETE,
            format!("/api/members/{id}/second-factor"),
            Value::Null,
        ),
        (Method::POST, "/api/api-keys".to_owned(), key),
        (
            Method::PUT,
            "/api/security".to_owned(),
            json!({ "second_factor_roles": [] }),
        ),
        (Method::POST, "/api/account/second-factor".to_owned(), Value::Null),
        (
            Method::DELETE,
            "/api/account/second-factor".to_owned(),
            Value::Null,
        ),
        (
            Method::POST,
            "/api/account/recovery-codes".to_owned(),
            Value::Null,
        ),
    ]
}

async fn ask(client: &Client, (method, path, body): &(Method, String, Value)) -> Reply {
    let request = client.request(method.clone(), path);
    let request = if body.is_null() {
        request
    } else {
        request.json(body)
    };
    Reply::of(request).await
}

fn is_asked_again(reply: &Reply) -> bool {
    reply.status == 403 && reply.problem().code == ErrorCode::ReauthenticationRequired
}

#[tokio::test]
async fn a_session_is_asked_again_after_a_while_and_each_answer_holds_for_ten_minutes() {
    let app = TestApp::start().await;
    let client = app.sign_in(PLATFORM).await;
    let other = app.sign_in(PLATFORM).await;
    app.forget_confirmations();
    for route in dangerous() {
        assert!(
            is_asked_again(&ask(&client, &route).await),
            "{} {}",
            route.0,
            route.1
        );
    }
    assert_eq!(
        client
            .post("/api/auth/confirm", &json!({ "password": PASSWORD }))
            .await
            .status,
        204
    );
    for route in dangerous() {
        let reply = ask(&client, &route).await;
        assert!(
            !is_asked_again(&reply),
            "{} {}: {}",
            route.0,
            route.1,
            reply.text()
        );
    }
    // Another session of the same person was not asked.
    assert!(is_asked_again(&ask(&other, &dangerous()[0]).await));
    app.sql("update sessions set state = jsonb_set(state, '{confirmed_at}', to_jsonb((extract(epoch from now())::bigint - 601)::text))");
    app.app.sessions.forget_all();
    assert!(is_asked_again(&ask(&client, &dangerous()[0]).await));
}

#[tokio::test]
async fn a_wrong_answer_is_named_by_field_and_counted() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let confirm = |body: Value| {
        let client = client.clone();
        async move { client.post("/api/auth/confirm", &body).await }
    };
    for (body, field) in [
        (json!({}), "password"),
        (json!({ "password": "not this one" }), "password"),
        (json!({ "code": "123456" }), "code"),
        (json!({ "password": "nor this" }), "password"),
        (json!({ "code": "nothing like a code" }), "code"),
        (json!({ "code": "x".repeat(5000) }), "code"),
    ] {
        assert_eq!(confirm(body).await.problem().errors[0].field, field);
    }
    let locked = confirm(json!({ "password": PASSWORD })).await;
    assert_eq!(locked.problem().code, ErrorCode::RateLimited);
    assert_eq!(confirm(json!({ "pass": 1 })).await.status, 400);
}

#[tokio::test]
async fn a_code_of_the_second_factor_is_an_answer_too() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let (secret, _) = app.enrol(&client).await;
    app.forget_confirmations();
    assert!(is_asked_again(
        &client.post("/api/account/recovery-codes", &()).await
    ));
    let code = json!({ "code": app.code(&secret) });
    assert_eq!(client.post("/api/auth/confirm", &code).await.status, 204);
    assert_eq!(client.post("/api/account/recovery-codes", &()).await.status, 200);
    assert_eq!(
        client.post("/api/auth/confirm", &code).await.problem().errors[0].field,
        "code",
        "used"
    );
}
