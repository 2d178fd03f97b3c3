//! Limits and features that an organization is given from above.

use crate::harness::{AGENCY, CUSTOMER, PLATFORM, TestApp};
use serde_json::json;
use shared::auth::Session;
use shared::customer::{OrganizationDetail, OwnOrganization};
use shared::{ErrorCode, OrganizationId, Permission};

fn path(id: OrganizationId, rest: &str) -> String {
    format!("/api/organizations/{id}{rest}")
}

#[tokio::test]
async fn no_limit_exceeds_the_one_above_and_nobody_sets_his_own() {
    let app = TestApp::start().await;
    let (platform, agency) = (app.sign_in(PLATFORM).await, app.sign_in(AGENCY).await);
    let (northwind, dental) = (
        app.organization("northwind-voice"),
        app.organization("harbor-dental"),
    );
    let ten = json!({ "limits": { "max_agents": 10, "max_users": 50 } });
    assert_eq!(platform.put(&path(northwind, "/limits"), &ten).await.status, 200);
    let eleven = json!({ "limits": { "max_agents": 11, "max_users": 5 } });
    let problem = agency.put(&path(dental, "/limits"), &eleven).await.problem();
    assert_eq!(
        (problem.code, problem.errors[0].field.as_str()),
        (ErrorCode::Invalid, "limits.max_agents")
    );
    let less = json!({ "limits": { "max_users": 5 } });
    let detail: OrganizationDetail = agency.put(&path(dental, "/limits"), &less).await.json();
    assert_eq!(
        (
            detail.allowance.limits.max_agents,
            detail.allowance.effective.max_agents
        ),
        (None, Some(10))
    );
    assert_eq!(
        (detail.allowance.effective.max_users, detail.allowance.used.users),
        (Some(5), 2)
    );
    // Lowered above, it falls below.
    let three = json!({ "limits": { "max_users": 3 } });
    assert_eq!(
        platform.put(&path(northwind, "/limits"), &three).await.status,
        200
    );
    let own: OwnOrganization = app.sign_in(CUSTOMER).await.get("/api/organization").await.json();
    assert_eq!(
        (own.allowance.limits.max_users, own.allowance.effective.max_users),
        (Some(5), Some(3))
    );
    // Its own id is not below itself.
    assert_eq!(
        agency.put(&path(northwind, "/limits"), &json!({})).await.status,
        404
    );
}

#[tokio::test]
async fn a_feature_that_is_switched_off_is_off_on_every_server() {
    let app = TestApp::start().await;
    let sibling = app.sibling().await;
    drop(server::live::listener::spawn(sibling.clone()));
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let session: Session = customer.get("/api/auth/session").await.json();
    let held = async || {
        let principal = sibling
            .principals
            .get(&sibling.db, session.user.id, session.organization.id)
            .await;
        principal
            .unwrap()
            .unwrap()
            .permissions
            .contains(Permission::LiveView)
    };
    assert!(held().await);
    let off = json!({ "features_off": ["live"], "allowed_permissions": ["calls.list", "live.view"] });
    assert_eq!(
        agency
            .put(&path(session.organization.id, "/limits"), &off)
            .await
            .status,
        200
    );
    assert_eq!(
        customer.get("/api/live/calls").await.problem().code,
        ErrorCode::PermissionDenied
    );
    assert_eq!(customer.get("/api/calls").await.status, 200);
    assert_eq!(
        customer.get("/api/agents").await.problem().code,
        ErrorCode::PermissionDenied,
        "not allowed"
    );
    crate::live::until(async || !held().await).await;
    let unknown = json!({ "features_off": ["teleport"] });
    assert_eq!(
        agency
            .put(&path(session.organization.id, "/limits"), &unknown)
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn no_more_members_than_allowed() {
    let app = TestApp::start().await;
    let dental = app.organization("harbor-dental");
    app.sql(&format!(
        "update organizations set max_users = 2 where id = '{dental}'"
    ));
    let add = format!(
        "insert into memberships (organization_id, user_id, role)
         select '{dental}', id, 'customer_viewer' from users where email = '{PLATFORM}'"
    );
    let refused = local_postgres::testing::cluster().sql(app.database.name(), &add);
    assert!(refused.unwrap_err().to_string().contains("limit reached"));
    app.sql(&format!(
        "update organizations set max_users = 3 where id = '{dental}'"
    ));
    app.sql(&add);
    let held = format!("select members from organization_use where organization_id = '{dental}'");
    assert_eq!(app.sql(&held), "3");
    app.sql(&format!(
        "delete from memberships where organization_id = '{dental}' and role = 'customer_viewer'"
    ));
    assert_eq!(app.sql(&held), "1");
}

#[tokio::test]
async fn no_more_sound_than_there_is_room_for() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 6,
        live: 0,
        ..simulator::Options::default()
    });
    let customer = app.sign_in(CUSTOMER).await;
    let connection = app.connect(&customer).await;
    app.sql("update organizations set max_storage_bytes = 1000 where slug = 'northwind-voice'");
    app.run_jobs().await;
    assert_eq!(app.sql("select count(*) from recordings"), "0");
    let full =
        "select count(*) from calls where recording = 'failed' and recording_error like '%storage is full%'";
    assert_ne!(app.sql(full), "0");
    assert_eq!(
        app.sql("select count(*) from calls where recording = 'pending'"),
        "0"
    );
    // With room again, kept and counted; removed, counted no more.
    app.sql("update organizations set max_storage_bytes = null");
    app.sql("update calls set recording = 'pending' where recording = 'failed'");
    customer
        .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
        .await;
    app.run_jobs().await;
    let sums =
        "select coalesce((select sum(bytes) from recordings), 0), sum(recording_bytes) from organization_use";
    let kept = app.sql(sums);
    let (counted, summed) = kept.split_once('|').unwrap();
    assert_eq!(counted, summed);
    assert_ne!(counted, "0");
    assert_eq!(
        customer
            .delete(&format!("/api/connections/{}", connection.id))
            .await
            .status,
        202
    );
    app.run_jobs().await;
    assert_eq!(
        app.sql("select sum(agents), sum(recording_bytes) from organization_use"),
        "0|0"
    );
}
