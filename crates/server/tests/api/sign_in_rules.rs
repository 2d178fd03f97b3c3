//! A second factor that a role asks for, and help with sign-in.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, PLATFORM, TestApp, VIEWER};
use serde_json::json;
use shared::account::{Account, SignIn};
use shared::auth::Session;
use shared::member::Member;
use shared::security::SignInRules;
use shared::{ErrorCode, Page};

const RULES: &str = "/api/security";

async fn require(client: &Client, roles: &[&str]) -> SignInRules {
    client
        .put(RULES, &json!({ "second_factor_roles": roles }))
        .await
        .json()
}

#[tokio::test]
async fn whose_role_asks_for_one_reaches_nothing_but_his_account_until_he_has_one() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(viewer.get("/api/agents").await.status, 200);
    // From above: it holds for customers of the agency.
    let rules = require(&agency, &["customer_viewer"]).await;
    let rule = rules
        .roles
        .iter()
        .find(|rule| rule.role == "customer_viewer")
        .unwrap();
    assert!(rule.second_factor && !rule.required_above);
    for path in ["/api/agents", "/api/calls", "/api/dashboard", "/api/live/calls"] {
        assert_eq!(
            viewer.get(path).await.problem().code,
            ErrorCode::SecondFactorMissing,
            "{path}"
        );
    }
    let session: Session = viewer.get("/api/auth/session").await.json();
    assert!(session.second_factor_missing && session.permissions.is_empty());
    let account: Account = viewer.get("/api/account").await.json();
    assert!(account.second_factor_required);

    app.enrol(&viewer).await;
    assert_eq!(viewer.get("/api/agents").await.status, 200);
    let refused = viewer.delete("/api/account/second-factor").await.problem();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    // Others are not touched.
    let customer = app.sign_in(CUSTOMER).await;
    assert_eq!(customer.get("/api/agents").await.status, 200);
}

#[tokio::test]
async fn rules_are_told_with_who_is_without_and_from_above() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    require(&platform, &["agency_admin"]).await;
    let agency = app.sign_in(AGENCY).await;
    let refused = agency.get(RULES).await.problem();
    assert_eq!(refused.code, ErrorCode::SecondFactorMissing);
    app.enrol(&agency).await;
    let rules: SignInRules = agency.get(RULES).await.json();
    let rule = rules
        .roles
        .iter()
        .find(|rule| rule.role == "agency_admin")
        .unwrap();
    assert!(rule.required_above && !rule.second_factor);
    assert_eq!((rule.holders, rule.without), (1, 0));
    assert!(
        rules.roles.iter().all(|rule| rule.role != "platform_owner"),
        "of above"
    );
    let unknown = agency
        .put(RULES, &json!({ "second_factor_roles": ["platform_owner"] }))
        .await;
    assert_eq!(unknown.problem().errors[0].field, "second_factor_roles");
    let role = json!({"name": "Listener", "kind": "agency", "permissions": ["calls.list"]});
    let role: serde_json::Value = agency.post("/api/roles", &role).await.json();
    let own = role["role"].as_str().unwrap();
    let rules = require(&agency, &[own]).await;
    assert!(
        rules
            .roles
            .iter()
            .any(|rule| rule.role == own && rule.second_factor)
    );
}

#[tokio::test]
async fn another_server_asks_for_it_at_once() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let viewer = app.sign_in(VIEWER).await;
    let there = Client {
        base: app.another_server().await,
        ..viewer
    };
    assert_eq!(there.get("/api/agents").await.status, 200);
    require(&agency, &["customer_viewer"]).await;
    let mut code = None;
    for _ in 0..100 {
        let reply = there.get("/api/agents").await;
        if !reply.status.is_success() {
            code = Some(reply.problem().code);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(code, Some(ErrorCode::SecondFactorMissing));
}

#[tokio::test]
async fn a_member_is_unlocked_signed_out_and_his_second_factor_reset() {
    let app = TestApp::start().await;
    let customer = app.sign_in(CUSTOMER).await;
    let viewer = app.sign_in(VIEWER).await;
    app.enrol(&viewer).await;
    let path = format!("/api/members/{}", app.user(VIEWER));
    for _ in 0..5 {
        app.client().log_in(VIEWER, "not this one").await;
    }
    let page: Page<Member> = customer.get("/api/members?q=viewer").await.json();
    assert!(page.items[0].locked_until.is_some() && page.items[0].second_factor);
    let unlocked: Member = customer.post(&format!("{path}/unlock"), &()).await.json();
    assert!(unlocked.locked_until.is_none());
    assert_eq!(app.client().log_in(VIEWER, PASSWORD).await.status, 200);

    let ended: serde_json::Value = customer.delete(&format!("{path}/sessions")).await.json();
    assert_eq!(ended["ended"], 1);
    assert_eq!(viewer.get("/api/auth/session").await.status, 401);
    let reset: Member = customer.delete(&format!("{path}/second-factor")).await.json();
    assert!(!reset.second_factor);
    let session: Session = app.client().log_in(VIEWER, PASSWORD).await.json();
    assert!(!session.has_second_factor);
    let history: Page<SignIn> = customer.get(&format!("{path}/sign-ins")).await.json();
    assert!(history.items.iter().all(|sign_in| sign_in.email == VIEWER) && history.items.len() >= 2);
    let actions = app
        .sql("select string_agg(action, ',' order by sequence) from audit_log where action like 'member.%'");
    assert_eq!(
        actions,
        "member.unlocked,member.sessions_ended,member.second_factor_reset"
    );
}

#[tokio::test]
async fn nobody_is_helped_by_who_may_do_less_or_from_another_organization() {
    let app = TestApp::start().await;
    let (support, _) = app.add_member("platform", "platform_support");
    let support = app.sign_in(&support).await;
    let owner = format!("/api/members/{}", app.user(PLATFORM));
    let kept = "select count(*) from sessions";
    app.sign_in(PLATFORM).await;
    let before = app.sql(kept);
    for reply in [
        support.post(&format!("{owner}/unlock"), &()).await,
        support.delete(&format!("{owner}/sessions")).await,
        support.delete(&format!("{owner}/second-factor")).await,
    ] {
        assert_eq!(reply.problem().code, ErrorCode::PermissionDenied);
    }
    // Somebody who belongs to another organization too is not disarmed by one of them.
    app.sql(&format!(
        "insert into memberships (organization_id, user_id, role) select id, '{}', 'customer_viewer' from organizations
         where slug = 'harbor-dental'",
        app.user(AGENCY)
    ));
    let agency = app.sign_in(AGENCY).await;
    app.enrol(&agency).await;
    let customer = app.sign_in(CUSTOMER).await;
    let path = format!("/api/members/{}", app.user(AGENCY));
    let refused = customer.delete(&format!("{path}/second-factor")).await.problem();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    assert_eq!(
        app.sql("select count(*) from second_factors where confirmed_at is not null"),
        "1"
    );
    // His work elsewhere goes on.
    let ended: serde_json::Value = customer.delete(&format!("{path}/sessions")).await.json();
    assert_eq!(ended["ended"], 0);
    assert!(app.sql(kept) > before);
}

#[tokio::test]
async fn sign_ins_of_members_are_seen_in_their_organization_only() {
    let app = TestApp::start().await;
    let (owner, _) = app.add_member("harbor-dental", "customer_owner");
    app.sign_in(VIEWER).await;
    app.sign_in(PLATFORM).await;
    let agency = app.sign_in(AGENCY).await;
    let owner = app.sign_in(&owner).await;
    let emails = async |client: &Client| {
        let page: Page<SignIn> = client.get("/api/security/sign-ins").await.json();
        page.items
            .into_iter()
            .map(|sign_in| sign_in.email)
            .collect::<std::collections::BTreeSet<_>>()
    };
    let seen = emails(&owner).await;
    assert!(
        seen.contains(VIEWER) && !seen.contains(AGENCY) && !seen.contains(PLATFORM),
        "{seen:?}"
    );
    assert_eq!(emails(&agency).await.into_iter().collect::<Vec<_>>(), [AGENCY]);
    assert_eq!(
        agency
            .get(&format!("/api/members/{}/sign-ins", app.user(VIEWER)))
            .await
            .status,
        404
    );
}
