//! Switching between organizations.

use crate::harness::{AGENCY, CUSTOMER, TestApp};
use serde_json::json;
use shared::ErrorCode;
use shared::auth::Session;

const SWITCH: &str = "/api/auth/organization";

#[tokio::test]
async fn an_agency_enters_its_customer_and_that_is_audited() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let customer = app.organization("harbor-dental");
    let session: Session = agency
        .post(SWITCH, &json!({ "organization_id": customer }))
        .await
        .json();
    assert_eq!(
        (session.organization.id, session.role.as_str()),
        (customer, "Admin")
    );
    // From now on, under the same cookie.
    let session: Session = agency.get("/api/auth/session").await.json();
    assert_eq!(session.organization.id, customer);
    let entered = format!(
        "select count(*) from audit_log where action = 'organization.entered' and organization_id = '{customer}'"
    );
    assert_eq!(app.sql(&entered), "1");
}

#[tokio::test]
async fn nobody_enters_above_or_beside_himself() {
    let app = TestApp::start().await;
    let customer = app.sign_in(CUSTOMER).await;
    for slug in ["platform", "northwind-voice", "alpine-travel"] {
        let reply = customer
            .post(SWITCH, &json!({ "organization_id": app.organization(slug) }))
            .await;
        assert_eq!(reply.problem().code, ErrorCode::NotFound, "{slug}");
    }
    let reply = customer
        .post(SWITCH, &json!({ "organization_id": uuid::Uuid::now_v7() }))
        .await;
    assert_eq!(reply.status, 404);
}
