//! Which role may call which route: read from the sources, written to docs/permissions.md, tried over HTTP.

mod document;
mod read;

use crate::harness::{Reply, TestApp};
use read::{Access, Route};
use reqwest::Method;
use serde_json::json;
use shared::ErrorCode;
use shared::auth::Session;
use shared::organization::OrganizationKind;
use shared::role::TEMPLATES;

/// Routes that need no permission, and why that is right.
const WITHOUT: [(&str, &str); 40] = [
    ("GET /health", "open: tells the balancer that the process lives"),
    ("HEAD /health", "open: tells the balancer that the process lives"),
    (
        "GET /ready",
        "open: tells the balancer that requests can be served",
    ),
    (
        "GET /metrics",
        "open: guarded by its own token or address, see the configuration",
    ),
    (
        "GET /brand/{organization}/{file}",
        "open: pictures that the sign-in page and mail show, named by their digest",
    ),
    (
        "GET /api/tls/allowed",
        "open: a proxy asks for which names it may get certificates",
    ),
    (
        "GET /api/recordings/{grant}",
        "open: a signed link; its maker must still have calls.recording or calls.download",
    ),
    ("GET /api/public", "open: what the sign-in page shows"),
    ("POST /api/auth/login", "open: how a session begins"),
    (
        "POST /api/auth/second-factor",
        "open: how a session begins for who has a second factor; wants the cookie of the first step",
    ),
    ("POST /api/auth/confirm", "self: says again that it is he"),
    ("GET /api/account", "self: one's own account"),
    ("PATCH /api/account", "self: one's own name"),
    ("PUT /api/account/password", "self: asks for the present password"),
    (
        "POST /api/account/second-factor",
        "self: one's own, after a confirmation",
    ),
    (
        "PUT /api/account/second-factor",
        "self: one's own, by a first code",
    ),
    (
        "DELETE /api/account/second-factor",
        "self: one's own, after a confirmation",
    ),
    (
        "POST /api/account/recovery-codes",
        "self: one's own, after a confirmation",
    ),
    ("GET /api/account/sessions", "self: one's own sessions"),
    (
        "DELETE /api/account/sessions",
        "self: one's own sessions but this",
    ),
    (
        "DELETE /api/account/sessions/{id}",
        "self: one of one's own sessions",
    ),
    ("GET /api/account/sign-ins", "self: one's own history"),
    ("POST /api/auth/logout", "open: how a session ends"),
    (
        "POST /api/auth/forgot",
        "open: answers the same whoever asks; a link goes to the address",
    ),
    ("POST /api/auth/reset", "open: proves itself by a mailed link"),
    (
        "POST /api/auth/reset/check",
        "open: proves itself by a mailed link",
    ),
    ("POST /api/auth/verify", "open: proves itself by a mailed link"),
    (
        "POST /api/auth/register",
        "open: where the platform lets anybody; a link goes to the address",
    ),
    (
        "POST /api/auth/invitation",
        "open: proves itself by a mailed link",
    ),
    (
        "POST /api/auth/invitation/accept",
        "open: proves itself by a mailed link",
    ),
    ("GET /api/account/email", "self: one's own address"),
    (
        "PUT /api/account/email",
        "self: one's own address, with one's password",
    ),
    ("POST /api/account/email/verify", "self: one's own address"),
    (
        "GET /api/dev/mail",
        "open: on a machine that sends no mail, to itself or with demo data; else not found",
    ),
    (
        "GET /api/dev/mail/{id}",
        "open: on a machine that sends no mail, to itself or with demo data; else not found",
    ),
    ("GET /api/auth/session", "self: who one is and what one may do"),
    (
        "POST /api/auth/organization",
        "self: leads only where a membership or `organizations.enter` leads",
    ),
    ("DELETE /api/auth/preview", "self: back to one's own permissions"),
    (
        "GET /api/permissions/explain",
        "self: about oneself; about others with `permissions.explain`, asked by the handler",
    ),
    (
        "POST /api/webhooks/elevenlabs/{connection}",
        "open: proves itself by its signature",
    ),
];

fn reason(route: &Route) -> Option<&'static str> {
    let name = route.name();
    WITHOUT
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reason)| *reason)
}

#[test]
fn every_route_states_its_permission_or_a_reason_for_none() {
    let routes = read::routes();
    let written = include_str!("../../../src/routes.rs").matches(".route(").count();
    assert_eq!(routes.len(), written, "a route was not read");
    for route in &routes {
        match route.access {
            Access::Needs(permission) => {
                assert!(
                    reason(route).is_none(),
                    "{} needs {}",
                    route.name(),
                    permission.code()
                );
            }
            Access::SignedIn | Access::Open => assert!(
                reason(route).is_some(),
                "{} names no permission in its handler's type (Caller<needs::…>) and is not among those without one",
                route.name()
            ),
        }
    }
    for (name, _) in WITHOUT {
        assert!(
            routes.iter().any(|route| route.name() == *name),
            "{name} is no route"
        );
    }
}

#[test]
fn the_document_is_what_the_sources_say() {
    let path = test_tools::package().join("../../docs/permissions.md");
    let wanted = document::write(&read::routes(), reason);
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/permissions.md is stale. Write it anew with\n  UPDATE_PERMISSIONS=1 cargo nextest run --workspace -E 'test(the_document_is_what_the_sources_say)'"
    );
}

/// Somebody with each template calls each route: 403 where it lacks the permission, and anything else where not.
#[tokio::test]
async fn every_route_refuses_exactly_the_roles_that_lack_its_permission() {
    let app = TestApp::start().await;
    let routes = read::routes();
    let (mut refused, mut let_in) = (0, 0);
    for template in TEMPLATES {
        let slug = match template.kind {
            OrganizationKind::Platform => "platform",
            OrganizationKind::Agency => "northwind-voice",
            OrganizationKind::Customer => "harbor-dental",
        };
        let (email, _) = app.add_member(slug, template.key);
        let client = app.sign_in(&email).await;
        let session: Session = client.get("/api/auth/session").await.json();
        assert_eq!(session.permissions, template.permissions(), "{}", template.key);
        for route in &routes {
            let Access::Needs(permission) = route.access else {
                continue;
            };
            // Of nothing that is there, so that nothing is changed.
            let path = route.path_with(&uuid::Uuid::now_v7().to_string());
            let mut request = client.request(route.method.clone(), &path);
            if route.method != Method::GET {
                request = request.json(&json!({}));
            }
            let reply = Reply::of(request).await;
            let is_refused = reply.status == 403 && reply.problem().code == ErrorCode::PermissionDenied;
            let lacks = !template.permissions().contains(permission);
            assert_eq!(
                is_refused,
                lacks,
                "{} as {}: {} {}",
                route.name(),
                template.key,
                reply.status,
                reply.text()
            );
            if lacks { refused += 1 } else { let_in += 1 }
        }
    }
    assert!(refused > 50 && let_in > 50, "{refused} {let_in}");
}
