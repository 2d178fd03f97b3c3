//! Who belongs to an organization, and that nobody gives more than he has.

use crate::harness::{AGENCY, CUSTOMER, PLATFORM, TestApp, VIEWER};
use serde_json::json;
use shared::member::Member;
use shared::role::RoleTemplate;
use shared::{ErrorCode, Page, Permission, UserId};
use std::time::Duration;

fn path(user: UserId) -> String {
    format!("/api/members/{user}")
}

#[tokio::test]
async fn members_are_listed_by_name_in_pages_and_of_one_organization_only() {
    let app = TestApp::start().await;
    // In two organizations: the list of one does not tell of the other.
    app.sql(
        "insert into memberships (organization_id, user_id, role)
         select o.id, u.id, 'customer_viewer' from organizations o, users u
         where o.slug = 'alpine-travel' and u.email = 'customer@demo.test'",
    );
    let customer = app.sign_in(CUSTOMER).await;
    let here = json!({ "organization_id": app.organization("harbor-dental") });
    let switched = customer.post("/api/auth/organization", &here).await;
    assert!(switched.status.is_success(), "{}", switched.text());
    let page: Page<Member> = customer.get("/api/members").await.json();
    let seen: Vec<_> = page
        .items
        .iter()
        .map(|m| (m.email.as_str(), m.role.as_str()))
        .collect();
    assert_eq!(seen, [(CUSTOMER, "customer_admin"), (VIEWER, "customer_viewer")]);
    let viewer = &page.items[1];
    let held = RoleTemplate::find("customer_viewer").unwrap().permissions().len();
    assert_eq!(
        (viewer.permission_count, viewer.is_owner),
        (i64::try_from(held).unwrap(), false)
    );
    assert!(page.items[0].last_sign_in_at.is_some());

    let first: Page<Member> = customer.get("/api/members?limit=1").await.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<Member> = customer
        .get(&format!("/api/members?limit=1&cursor={cursor}"))
        .await
        .json();
    assert_eq!(
        (second.items[0].email.as_str(), second.next_cursor),
        (VIEWER, None)
    );
    let found: Page<Member> = customer.get("/api/members?q=VIEW").await.json();
    assert_eq!(found.items.len(), 1);
    for (query, field) in [("limit=0", "limit"), ("cursor=nonsense", "cursor")] {
        let problem = customer.get(&format!("/api/members?{query}")).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
}

#[tokio::test]
async fn nobody_gives_more_than_he_has() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let (himself, viewer) = (app.user(CUSTOMER), app.user(VIEWER));
    let before = app.sql("select user_id, role, role_id, grants, denials from memberships order by 1, 2");
    // An owner's role has what an admin has not: the sign-in rules.
    for (whom, body) in [
        (viewer, json!({ "role": "customer_owner" })),
        (viewer, json!({ "grants": ["security.manage"] })),
        (himself, json!({ "role": "customer_owner" })),
        (himself, json!({ "grants": ["security.manage"] })),
    ] {
        let problem = admin.patch(&path(whom), &body).await.problem();
        assert_eq!(problem.code, ErrorCode::PermissionDenied, "{body}");
        let detail = problem.detail.unwrap();
        assert!(
            detail.contains(Permission::SecurityManage.label()),
            "{body}: {detail}"
        );
    }
    // An own role above him, made by somebody who may.
    let (owner, _) = app.add_member("harbor-dental", "customer_owner");
    let owner = app.sign_in(&owner).await;
    let role = json!({"name": "Guard", "kind": "customer", "permissions": ["calls.list", "security.manage"]});
    let role: shared::role_list::Role = owner.post("/api/roles", &role).await.json();
    let reply = admin.patch(&path(viewer), &json!({ "role": role.role })).await;
    assert_eq!(reply.problem().code, ErrorCode::PermissionDenied);
    let after = "select user_id, role, role_id, grants, denials from memberships where user_id <> (
                 select id from users where name = 'customer_owner') order by 1, 2";
    assert_eq!(app.sql(after), before);
    // The owner can, and what he gave may then stay when the admin takes something else away.
    let reply = owner.patch(&path(viewer), &json!({ "role": role.role })).await;
    let member: Member = reply.json();
    assert_eq!(
        (member.role_label.as_str(), member.permission_count),
        ("Guard", 2)
    );
}

#[tokio::test]
async fn what_can_not_be_is_said_by_field() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let viewer = app.user(VIEWER);
    for (body, field) in [
        (json!({ "role": "agency_admin" }), "role"),
        (json!({ "role": "no_such_role" }), "role"),
        (json!({ "role": uuid::Uuid::now_v7() }), "role"),
        (json!({ "grants": ["calls.teleport"] }), "grants"),
        (
            json!({ "grants": ["calls.cost"], "denials": ["calls.cost"] }),
            "denials",
        ),
        (json!({ "agents": [uuid::Uuid::now_v7()] }), "agents"),
    ] {
        let problem = admin.patch(&path(viewer), &body).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{body}");
        assert_eq!(problem.errors[0].field, field, "{body}");
    }
    let reply = admin.patch(&path(viewer), &json!({ "owner": true })).await;
    assert_eq!(reply.problem().code, ErrorCode::MalformedRequest);
    // Somebody of another organization is nobody here.
    for stranger in [app.user(AGENCY), app.user(PLATFORM), UserId(uuid::Uuid::now_v7())] {
        assert_eq!(admin.patch(&path(stranger), &json!({})).await.status, 404);
        assert_eq!(admin.delete(&path(stranger)).await.status, 404);
    }
}

#[tokio::test]
async fn grants_and_denials_take_effect_and_are_audited() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(viewer.get("/api/connections").await.status, 403);
    assert_eq!(viewer.get("/api/calls").await.status, 200);
    let body = json!({ "grants": ["connections.view"], "denials": ["calls.list"] });
    let member: Member = admin.patch(&path(app.user(VIEWER)), &body).await.json();
    assert_eq!((member.grants.len(), member.denials.len()), (1, 1));
    assert_eq!(viewer.get("/api/connections").await.status, 200);
    assert_eq!(viewer.get("/api/calls").await.status, 403);
    let kept = app.sql(
        "select details->'before'->'grants', details->'after'->'grants' from audit_log where action = 'member.updated'",
    );
    assert_eq!(kept, "[]|[\"connections.view\"]");
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    let app = TestApp::start().await;
    let (email, first) = app.add_member("harbor-dental", "customer_owner");
    let owner = app.sign_in(&email).await;
    let admin = json!({ "role": "customer_admin" });
    for reply in [
        owner.patch(&path(first), &admin).await,
        owner.delete(&path(first)).await,
    ] {
        let problem = reply.problem();
        assert_eq!(problem.code, ErrorCode::Conflict);
        assert!(problem.detail.unwrap().contains("at least one owner"));
    }
    let problem = owner
        .patch(&path(first), &json!({ "denials": ["members.edit"] }))
        .await
        .problem();
    assert_eq!(problem.errors[0].field, "denials");
    // An admin may do less than an owner, so he can not take him down.
    let lower = app.sign_in(CUSTOMER).await;
    assert_eq!(lower.delete(&path(first)).await.status, 403);
    assert_eq!(lower.patch(&path(first), &admin).await.status, 403);
    // With a second owner the first may go. Both at once: one of them stays.
    let (email, second) = app.add_member("harbor-dental", "customer_owner");
    let other = app.sign_in(&email).await;
    let (one, two) = (path(first), path(second));
    let (a, b) = tokio::join!(owner.patch(&one, &admin), other.patch(&two, &admin));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let owners = "select count(*) from memberships where role = 'customer_owner'";
    assert_eq!(app.sql(owners), "1");
}

#[tokio::test]
async fn who_is_removed_is_signed_out_there() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let viewer = app.sign_in(VIEWER).await;
    let user = app.user(VIEWER);
    assert_eq!(admin.delete(&path(user)).await.status, 204);
    let sessions = format!("select count(*) from sessions where user_id = '{user}'");
    assert_eq!(app.sql(&sessions), "0");
    assert_eq!(viewer.get("/api/auth/session").await.status, 401);
    assert_eq!(admin.get("/api/auth/session").await.status, 200);
    let removed = "select count(*) from audit_log where action = 'member.removed'";
    assert_eq!(app.sql(removed), "1");
}

#[tokio::test]
async fn a_change_holds_on_every_running_server_at_once() {
    let app = TestApp::start().await;
    let sibling = app.sibling().await;
    drop(server::live::listener::spawn(sibling.clone()));
    let (viewer, organization) = (app.user(VIEWER), app.organization("harbor-dental"));
    let hears = async || {
        let principal = sibling.principals.get(&sibling.db, viewer, organization).await;
        let permissions = principal.unwrap().unwrap().permissions.clone();
        permissions.contains(Permission::CallsRecording)
    };
    // Until the sibling listens, it empties its memory once by itself.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!hears().await);
    let admin = app.sign_in(CUSTOMER).await;
    let user = json!({ "role": "customer_user" });
    assert!(admin.patch(&path(viewer), &user).await.status.is_success());
    let told = tokio::time::timeout(Duration::from_secs(5), async {
        while !hears().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    // What is remembered lives for thirty seconds: this was no accident.
    assert!(told.await.is_ok());
}
