//! "Why can't I?" says what is, and a preview shows no more than its role sees.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp, VIEWER};
use serde_json::json;
use shared::auth::Session;
use shared::explain::{Explanation, RuleKind, Says};
use shared::organization::OrganizationKind;
use shared::role::RoleTemplate;
use shared::{ErrorCode, Feature, Permission};

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// An SQL array of some of these.
    fn some<'a>(&mut self, of: impl Iterator<Item = &'a str>, one_in: u64) -> String {
        let chosen: Vec<_> = of.filter(|_| self.below(one_in) == 0).collect();
        format!("'{{{}}}'::text[]", chosen.join(","))
    }

    fn codes(&mut self, one_in: u64) -> String {
        self.some(Permission::ALL.iter().map(|p| p.code()), one_in)
    }

    /// What everybody above has a say in.
    fn organizations(&mut self) -> String {
        let mut sql = String::new();
        for slug in ["platform", "northwind-voice", "harbor-dental"] {
            let off = self.some(Feature::ALL.iter().map(|f| f.code()), 6);
            let allowed = if self.below(2) == 0 {
                "null".to_owned()
            } else {
                self.codes(2)
            };
            let status = if self.below(8) == 0 { "suspended" } else { "active" };
            sql += &format!(
                "update organizations set features_off = {off}, allowed_permissions = {allowed}, status = '{status}'
                 where slug = '{slug}';"
            );
        }
        sql
    }
}

async fn compare(client: &Client, round: usize) -> (usize, usize) {
    let session: Session = client.get("/api/auth/session").await.json();
    let mut counted = (0, 0);
    for permission in Permission::ALL {
        let path = format!("/api/permissions/explain?permission={}", permission.code());
        let explained: Explanation = client.get(&path).await.json();
        let may = session.permissions.contains(*permission);
        assert_eq!(explained.allowed, may, "round {round}: {explained:#?}");
        if may {
            counted.0 += 1;
        } else {
            counted.1 += 1;
        }
    }
    counted
}

#[tokio::test]
async fn the_verdict_is_what_holds_for_random_members() {
    let app = TestApp::start().await;
    let (email, user) = app.add_member("harbor-dental", "customer_viewer");
    // Somebody else stays an owner, so that the member may be anything.
    app.add_member("harbor-dental", "customer_owner");
    let client = app.sign_in(&email).await;
    let templates: Vec<_> = RoleTemplate::of_kind(OrganizationKind::Customer).collect();
    app.sql(
        "insert into roles (id, organization_id, kind, name, permissions)
         select '0198c2f4-7a1d-7c3e-8000-000000000001', id, 'customer', 'Own', '{}' from organizations where slug = 'northwind-voice'",
    );
    let mut chance = Chance(7);
    let (mut allowed, mut refused) = (0, 0);
    for round in 0..48 {
        let role = templates[usize::try_from(chance.below(5)).unwrap()].key;
        let own = if chance.below(3) == 0 {
            "'0198c2f4-7a1d-7c3e-8000-000000000001'"
        } else {
            "null"
        };
        let (given, grants, denials) = (chance.codes(2), chance.codes(4), chance.codes(4));
        let organizations = chance.organizations();
        app.sql(&format!(
            "{organizations} update roles set permissions = {given};
             update memberships set role = '{role}', role_id = {own}, grants = {grants}, denials = {denials}
             where user_id = '{user}'"
        ));
        app.app.principals.forget_all();
        let (may, may_not) = compare(&client, round).await;
        allowed += may;
        refused += may_not;
    }
    assert!(allowed > 100 && refused > 100, "{allowed} {refused}");
}

#[tokio::test]
async fn the_verdict_is_what_holds_for_a_visitor_from_above() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let there = json!({ "organization_id": app.organization("harbor-dental"), "reason": "help with setup" });
    assert!(
        agency
            .post("/api/auth/organization", &there)
            .await
            .status
            .is_success()
    );
    let user = app.user(AGENCY);
    for (round, denial) in ["", "calls.cost", "members.list"].into_iter().enumerate() {
        app.sql(&format!(
            "update memberships set denials = string_to_array('{denial}', ',') where user_id = '{user}';
             update organizations set status = case when '{denial}' = 'calls.cost' then 'suspended' else 'active' end,
                    features_off = '{{live}}' where slug = 'harbor-dental'"
        ));
        app.app.principals.forget_all();
        let (may, _) = compare(&agency, round).await;
        assert!(may > 20, "{may}");
    }
}

#[tokio::test]
async fn each_rule_is_told_with_the_place_where_it_is_set() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let viewer = app.user(VIEWER);
    app.sql(&format!(
        "update organizations set features_off = '{{recordings}}' where slug = 'northwind-voice';
         update memberships set grants = '{{calls.recording}}' where user_id = '{viewer}'"
    ));
    app.app.principals.forget_all();
    let path = format!("/api/permissions/explain?user={viewer}&permission=calls.recording");
    let told: Explanation = admin.get(&path).await.json();
    assert!(!told.allowed);
    let say = |says| {
        told.rules
            .iter()
            .filter(|rule| rule.says == says)
            .collect::<Vec<_>>()
    };
    let (gives, denies) = (say(Says::Gives), say(Says::Denies));
    assert_eq!(
        (gives.len(), gives[0].kind, gives[0].set_in.as_str()),
        (1, RuleKind::Grant, "Harbor Dental")
    );
    assert_eq!(
        (denies.len(), denies[0].kind, denies[0].set_in.as_str()),
        (1, RuleKind::Feature, "Northwind Voice")
    );
    let kinds: Vec<_> = told.rules.iter().map(|rule| rule.kind).collect();
    assert!(
        kinds.contains(&RuleKind::Ceiling) && kinds.contains(&RuleKind::Role),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn about_others_asks_who_may() {
    let app = TestApp::start().await;
    let viewer = app.sign_in(VIEWER).await;
    let of = |user, code: &str| format!("/api/permissions/explain?user={user}&permission={code}");
    let (himself, other) = (app.user(VIEWER), app.user(CUSTOMER));
    assert_eq!(viewer.get(&of(himself, "calls.cost")).await.status, 200);
    assert_eq!(viewer.get(&of(other, "calls.cost")).await.status, 403);
    let admin = app.sign_in(CUSTOMER).await;
    assert_eq!(admin.get(&of(himself, "calls.cost")).await.status, 200);
    assert_eq!(admin.get(&of(app.user(AGENCY), "calls.cost")).await.status, 404);
    let problem = admin.get(&of(himself, "calls.teleport")).await.problem();
    assert_eq!(problem.errors[0].field, "permission");
}

#[tokio::test]
async fn a_preview_shows_what_the_role_sees_and_changes_nothing() {
    const PREVIEW: &str = "/api/auth/preview";
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    assert_eq!(admin.get("/api/members").await.status, 200);
    let session: Session = admin
        .post(PREVIEW, &json!({ "role": "customer_viewer" }))
        .await
        .json();
    assert_eq!(session.preview.unwrap().label, "Viewer");
    let session: Session = admin.get("/api/auth/session").await.json();
    let viewer = RoleTemplate::find("customer_viewer").unwrap().permissions();
    assert_eq!(session.permissions, viewer);
    assert_eq!(admin.get("/api/members").await.status, 403);
    assert_eq!(admin.get("/api/calls").await.status, 200);
    // Nothing can be changed, and the answer says why.
    let path = format!("/api/members/{}", app.user(VIEWER));
    for reply in [
        admin.patch(&path, &json!({ "role": "customer_user" })).await,
        admin.delete(&path).await,
        admin.post("/api/roles", &json!({})).await,
        admin.post("/api/connections/test", &json!({})).await,
    ] {
        let problem = reply.problem();
        assert_eq!(problem.code, ErrorCode::PermissionDenied);
        assert!(problem.detail.unwrap().contains("End the preview"));
    }
    let session: Session = admin.delete(PREVIEW).await.json();
    assert_eq!(session.preview, None);
    assert_eq!(admin.get("/api/members").await.status, 200);
    // A role of another kind, and somebody who may not look.
    let problem = admin
        .post(PREVIEW, &json!({ "role": "agency_staff" }))
        .await
        .problem();
    assert_eq!(problem.errors[0].field, "role");
    let viewer = app.sign_in(VIEWER).await;
    let reply = viewer.post(PREVIEW, &json!({ "role": "customer_viewer" })).await;
    assert_eq!(reply.problem().code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn a_preview_ends_with_a_switch_and_gives_nothing() {
    let app = TestApp::start().await;
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    app.sql("update memberships set grants = '{permissions.preview}' where role = 'agency_staff'");
    let staff = app.sign_in(&email).await;
    let own: Session = staff.get("/api/auth/session").await.json();
    let session: Session = staff
        .post("/api/auth/preview", &json!({ "role": "agency_owner" }))
        .await
        .json();
    // An owner's eyes see no more than his own.
    assert_eq!(session.permissions, own.permissions);
    let there = json!({ "organization_id": app.organization("harbor-dental"), "reason": "help with setup" });
    let session: Session = staff.post("/api/auth/organization", &there).await.json();
    assert_eq!(session.preview, None);
    let session: Session = staff.get("/api/auth/session").await.json();
    assert_eq!(session.preview, None);
}
