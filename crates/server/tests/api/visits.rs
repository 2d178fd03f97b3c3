//! Working in an organization from above: why, how it shows, how it ends.

use crate::harness::{AGENCY, CUSTOMER, TestApp};
use serde_json::json;
use shared::auth::Session;
use shared::explain::{Explanation, RuleKind, Says};
use shared::{ErrorCode, Permission};
use std::time::Duration;

const SWITCH: &str = "/api/auth/organization";

fn details(app: &TestApp, action: &str, slug: &str) -> String {
    app.sql(&format!(
        "select details from audit_log where action = '{action}' and organization_id = '{}'",
        app.organization(slug)
    ))
}

#[tokio::test]
async fn an_agency_enters_its_customer_with_a_reason_and_leaves_it() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let customer = app.organization("harbor-dental");
    for reason in [None, Some("  "), Some("ab"), Some("x".repeat(201).as_str())] {
        let body = json!({ "organization_id": customer, "reason": reason });
        let problem = agency.post(SWITCH, &body).await.problem();
        assert_eq!(problem.errors[0].field, "reason", "{reason:?}");
    }
    let body = json!({ "organization_id": customer, "reason": " Asked by phone " });
    let session: Session = agency.post(SWITCH, &body).await.json();
    assert_eq!(
        (session.organization.id, session.role.as_str()),
        (customer, "Admin")
    );
    // From now on, under the same cookie.
    let session: Session = agency.get("/api/auth/session").await.json();
    assert_eq!((session.organization.id, session.from_above), (customer, true));
    let home = session.member_of.unwrap();
    assert_eq!(home.name, "Northwind Voice");
    assert!(details(&app, "organization.entered", "harbor-dental").contains("Asked by phone"));

    // Home needs no reason.
    let session: Session = agency
        .post(SWITCH, &json!({ "organization_id": home.id }))
        .await
        .json();
    assert_eq!((session.from_above, session.member_of), (false, None));
    assert!(details(&app, "organization.left", "harbor-dental").contains(&home.id.to_string()));
}

#[tokio::test]
async fn nobody_enters_above_or_beside_himself() {
    let app = TestApp::start().await;
    let customer = app.sign_in(CUSTOMER).await;
    for slug in ["platform", "northwind-voice", "alpine-travel"] {
        let body = json!({ "organization_id": app.organization(slug), "reason": "Curious" });
        assert_eq!(
            customer.post(SWITCH, &body).await.problem().code,
            ErrorCode::NotFound,
            "{slug}"
        );
    }
    let body = json!({ "organization_id": uuid::Uuid::now_v7() });
    assert_eq!(customer.post(SWITCH, &body).await.status, 404);
}

#[tokio::test]
async fn a_visit_ends_by_itself_and_nothing_is_done_at_home_by_mistake() {
    let app = TestApp::start_with([("VISIT_HOURS", "2")]).await;
    let agency = app.sign_in(AGENCY).await;
    let body = json!({ "organization_id": app.organization("harbor-dental"), "reason": "Asked by phone" });
    assert_eq!(agency.post(SWITCH, &body).await.status, 200);
    let began = |hours: i64| {
        let at = chrono::Utc::now().timestamp() - hours * 3600;
        app.sql(&format!(
            "update sessions set state = state || '{{\"visit_since\": \"{at}\"}}'"
        ));
    };
    // A server remembers a session for five seconds.
    let forgotten = async || tokio::time::sleep(Duration::from_millis(5_200)).await;
    began(1);
    forgotten().await;
    assert_eq!(agency.get("/api/agents").await.status, 200);
    began(2);
    forgotten().await;
    // Meant for the customer: it must not happen at home.
    let change = agency
        .patch("/api/organization", &json!({ "name": "Wrong" }))
        .await
        .problem();
    assert_eq!((change.status, change.code), (403, ErrorCode::VisitEnded));
    let session: Session = agency.get("/api/auth/session").await.json();
    assert_eq!(
        (session.organization.name.as_str(), session.from_above),
        ("Northwind Voice", false)
    );
    assert_eq!(
        app.sql("select count(*) from organizations where name = 'Wrong'"),
        "0"
    );
    assert!(details(&app, "organization.left", "harbor-dental").contains("time"));
    assert_eq!(agency.get("/api/agents").await.status, 200);
}

#[tokio::test]
async fn a_feature_that_is_off_is_off_for_visitors_too() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let customer = app.organization("harbor-dental");
    let off = json!({ "features_off": ["live"], "allowed_permissions": ["calls.list"] });
    let path = format!("/api/organizations/{customer}/limits");
    assert_eq!(agency.put(&path, &off).await.status, 200);
    assert_eq!(
        agency.get("/api/live/calls").await.status,
        200,
        "at home it is on"
    );
    let body = json!({ "organization_id": customer, "reason": "Looking around" });
    let session: Session = agency.post(SWITCH, &body).await.json();
    assert!(!session.permissions.contains(Permission::LiveView));
    // What the customer was not given binds its members, not who gives it.
    assert!(session.permissions.contains(Permission::AgentsList));
    let refused = agency.get("/api/live/calls").await;
    assert_eq!(refused.problem().code, ErrorCode::PermissionDenied);
    let why: Explanation = agency
        .get(&format!(
            "/api/permissions/explain?permission=live.view&user={}",
            session.user.id
        ))
        .await
        .json();
    assert!(!why.allowed);
    let rule = why.rules.iter().find(|rule| rule.says == Says::Denies).unwrap();
    assert_eq!(
        (rule.kind, rule.set_in.as_str()),
        (RuleKind::Feature, "Harbor Dental")
    );
}
