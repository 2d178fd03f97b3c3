//! Roles of an organization's own.

use crate::harness::{AGENCY, CUSTOMER, TestApp, VIEWER};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::role_list::{Role, RoleSource};

fn listener(name: &str, kind: &str) -> Value {
    json!({"name": name, "kind": kind, "description": "Listens", "permissions": ["calls.list", "calls.recording"]})
}

#[tokio::test]
async fn an_agency_makes_a_role_that_its_customers_give() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let customer = app.sign_in(CUSTOMER).await;
    let made: Role = agency
        .post("/api/roles", &listener("Listener", "customer"))
        .await
        .json();
    assert_eq!((made.source, made.holders), (RoleSource::Own, 0));
    let listed: Vec<Role> = customer.get("/api/roles").await.json();
    let sources: Vec<_> = listed.iter().map(|role| role.source).collect();
    assert_eq!(sources[..5], [RoleSource::Template; 5]);
    assert_eq!(listed[5].source, RoleSource::Above);
    assert_eq!(listed[4].holders, 1, "the viewer");
    let path = format!("/api/members/{}", app.user(VIEWER));
    let given = customer.patch(&path, &json!({ "role": made.role })).await;
    assert!(given.status.is_success(), "{}", given.text());
    // Counted where it was made; it can not go while somebody has it.
    let own = format!("/api/roles/{}", made.role);
    let listed: Vec<Role> = agency.get("/api/roles").await.json();
    assert_eq!(listed.last().unwrap().holders, 1);
    assert_eq!(agency.delete(&own).await.problem().code, ErrorCode::Conflict);
    // Its members get what it gets.
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(viewer.get("/api/agents").await.status, 403);
    let more = json!({ "permissions": ["calls.list", "agents.list"] });
    let changed: Role = agency.patch(&own, &more).await.json();
    assert_eq!(
        (changed.label.as_str(), changed.permissions.len()),
        ("Listener", 2)
    );
    assert_eq!(viewer.get("/api/agents").await.status, 200);
    // Not the customer's to change.
    assert_eq!(customer.patch(&own, &more).await.status, 404);
    assert_eq!(customer.delete(&own).await.status, 404);
    let back = customer.patch(&path, &json!({ "role": "customer_viewer" })).await;
    assert!(back.status.is_success(), "{}", back.text());
    assert_eq!(agency.delete(&own).await.status, 204);
    let actions =
        "select string_agg(action, ' ' order by occurred_at) from audit_log where action like 'role.%'";
    assert_eq!(app.sql(actions), "role.created role.updated role.removed");
}

#[tokio::test]
async fn a_role_is_not_above_its_author_nor_above_its_kind() {
    let app = TestApp::start().await;
    let customer = app.sign_in(CUSTOMER).await;
    let mut above = listener("Above", "customer");
    above["permissions"] = json!(["calls.list", "security.manage"]);
    let problem = customer.post("/api/roles", &above).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    assert!(problem.detail.unwrap().contains("Set sign-in rules"));
    let made: Role = customer
        .post("/api/roles", &listener("Own", "customer"))
        .await
        .json();
    let raise = json!({ "permissions": ["calls.list", "security.manage"] });
    let reply = customer.patch(&format!("/api/roles/{}", made.role), &raise).await;
    assert_eq!(reply.problem().code, ErrorCode::PermissionDenied);
    for (change, value, field) in [
        ("kind", json!("agency"), "kind"),
        ("permissions", json!(["organizations.list"]), "permissions"),
        ("permissions", json!([]), "permissions"),
        ("name", json!("  "), "name"),
        ("name", json!("oWN"), "name"),
        ("description", json!("x".repeat(301)), "description"),
    ] {
        let mut role = listener("Another", "customer");
        role[change] = value;
        let problem = customer.post("/api/roles", &role).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{role}");
        assert_eq!(problem.errors[0].field, field, "{role}");
    }
    assert_eq!(app.sql("select string_agg(name, ' ') from roles"), "Own");
}
