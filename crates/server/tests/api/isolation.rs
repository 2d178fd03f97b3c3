//! Tenants do not see one another: asked of the database's catalogue, and of every route.

use crate::harness::{AGENCY, CUSTOMER, Reply, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tables without tenant policies, and why that is right.
const GLOBAL: [(&str, &str); 7] = [
    ("__diesel_schema_migrations", "which migrations ran"),
    ("jobs", "the queue: read by workers of all tenants, by no handler"),
    (
        "organization_closure",
        "ids only; the policies of organizations read it",
    ),
    (
        "permission_codes",
        "what the code knows, the same for all; read only",
    ),
    (
        "role_templates",
        "what the code knows, the same for all; read only",
    ),
    ("sessions", "read by the hash of a key before the tenant is known"),
    (
        "users",
        "people may belong to several organizations; read by e-mail before the tenant is known",
    ),
];

/// Something to hide, and not more.
fn few() -> simulator::Options {
    simulator::Options {
        conversations: 3,
        live: 0,
        ..simulator::Options::default()
    }
}

#[tokio::test]
async fn every_table_is_bound_to_its_tenant() {
    let app = TestApp::start().await;
    let global: BTreeSet<_> = GLOBAL.iter().map(|(table, _)| (*table).to_owned()).collect();
    let rows = app.sql(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity,
                (select count(*) from pg_policy p where p.polrelid = c.oid), c.relispartition
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1",
    );
    let mut unbound = BTreeSet::new();
    for row in rows.lines() {
        let [table, forced, policies, is_partition] = row.split('|').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        // A partition is reached through its parent; forced on and without a policy it yields nothing by itself.
        let is_bound = forced == "t" && (policies != "0" || is_partition == "t");
        if !is_bound {
            unbound.insert(table.to_owned());
        }
    }
    assert_eq!(unbound, global);
    assert!(
        rows.lines().any(|row| row.ends_with("|t")),
        "no partition was looked at"
    );
}

#[tokio::test]
async fn nothing_is_seen_without_a_tenant_or_in_a_partition() {
    let app = TestApp::start().await;
    app.simulator_with(few());
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    assert_ne!(app.sql("select count(*) from calls"), "0", "nothing to hide");
    let tables = app.sql(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity order by 1",
    );
    for table in tables.lines() {
        // A partition has no grants of its own: permission denied is as good as no rows.
        let seen = seen_without_a_tenant(&app, table).await;
        assert!(matches!(seen, None | Some(0)), "{table}: {seen:?}");
    }
}

/// Rows that the server's role sees with no tenant set; `None` when it may not even look.
async fn seen_without_a_tenant(app: &TestApp, table: &str) -> Option<i64> {
    use db::diesel_async::RunQueryDsl;
    #[derive(db::diesel::QueryableByName)]
    #[diesel(check_for_backend(db::diesel::pg::Pg))]
    struct Count {
        #[diesel(sql_type = db::diesel::sql_types::BigInt)]
        count: i64,
    }
    let mut conn = app.app.db.connection().await.unwrap();
    let counted = db::diesel::sql_query(format!("select count(*) from \"{table}\""))
        .get_result::<Count>(&mut conn)
        .await;
    counted.map(|row| row.count).ok()
}

/// Every route that names a thing, with a body that would be accepted from its owner.
fn routes_with_ids(
    connection: &str,
    call: &str,
    member: &str,
    role: &str,
    domain: &str,
) -> Vec<(Method, String, Value)> {
    let secret = json!({ "secret": "wsec_0123456789abcdef0123456789abcdef" });
    vec![
        (Method::GET, format!("/api/calls/{call}"), Value::Null),
        (Method::GET, format!("/api/calls/{call}/recording"), Value::Null),
        (
            Method::PATCH,
            format!("/api/connections/{connection}"),
            json!({ "name": "mine now" }),
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/sync"),
            json!({}),
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/webhook"),
            json!({}),
        ),
        (
            Method::PUT,
            format!("/api/connections/{connection}/webhook"),
            secret,
        ),
        (
            Method::DELETE,
            format!("/api/connections/{connection}"),
            Value::Null,
        ),
        (
            Method::PATCH,
            format!("/api/members/{member}"),
            json!({ "grants": [] }),
        ),
        (Method::DELETE, format!("/api/members/{member}"), Value::Null),
        (
            Method::GET,
            format!("/api/permissions/explain?permission=calls.list&user={member}"),
            Value::Null,
        ),
        (
            Method::PATCH,
            format!("/api/roles/{role}"),
            json!({ "name": "mine now" }),
        ),
        (Method::DELETE, format!("/api/roles/{role}"), Value::Null),
        (Method::POST, format!("/api/domains/{domain}/check"), json!({})),
        (Method::DELETE, format!("/api/domains/{domain}"), Value::Null),
    ]
}

/// Every route that names something of an organization below, with a body that would be accepted from above it.
fn routes_from_above(organization: &str, agent: &str, target: &str) -> Vec<(Method, String, Value)> {
    let path = |rest: &str| format!("/api/organizations/{organization}{rest}");
    vec![
        (Method::GET, path(""), Value::Null),
        (Method::PATCH, path(""), json!({ "name": "mine now" })),
        (
            Method::PUT,
            path("/status"),
            json!({ "status": "suspended", "reason": "because I can" }),
        ),
        (
            Method::PUT,
            path("/limits"),
            json!({ "limits": { "max_users": 0 } }),
        ),
        (
            Method::POST,
            format!("/api/agents/{agent}/move"),
            json!({ "organization_id": target, "with_history": true }),
        ),
    ]
}

/// Every route that lists or makes things.
fn routes_without_ids() -> Vec<(Method, &'static str)> {
    vec![
        (Method::GET, "/api/auth/session"),
        (Method::POST, "/api/auth/organization"),
        (Method::POST, "/api/auth/preview"),
        (Method::DELETE, "/api/auth/preview"),
        (Method::GET, "/api/members"),
        (Method::GET, "/api/roles"),
        (Method::POST, "/api/roles"),
        (Method::GET, "/api/dashboard"),
        (Method::GET, "/api/agents"),
        (Method::GET, "/api/calls"),
        (Method::GET, "/api/connections"),
        (Method::POST, "/api/connections"),
        (Method::POST, "/api/connections/test"),
        (Method::GET, "/api/audit"),
        (Method::GET, "/api/audit/verify"),
        (Method::GET, "/api/audit/export"),
        (Method::GET, "/api/live"),
        (Method::GET, "/api/organization"),
        (Method::PATCH, "/api/organization"),
        (Method::GET, "/api/organizations"),
        (Method::POST, "/api/organizations"),
        (Method::GET, "/api/live/calls"),
        (Method::GET, "/api/branding"),
        (Method::PUT, "/api/branding"),
        (Method::DELETE, "/api/branding"),
        (Method::PUT, "/api/branding/pictures/logo"),
        (Method::DELETE, "/api/branding/pictures/logo"),
        (Method::GET, "/api/domains"),
        (Method::POST, "/api/domains"),
    ]
}

/// Open to everybody: health twice, ready, metrics, public, login, logout, pictures of brands, what a proxy asks about
/// certificates, and the webhook, which proves itself.
const OPEN_ROUTES: usize = 10;

#[test]
fn no_route_is_left_out() {
    let written = include_str!("../../src/routes.rs").matches(".route(").count();
    assert_eq!(
        written,
        routes_with_ids("", "", "", "", "").len()
            + routes_from_above("", "", "").len()
            + routes_without_ids().len()
            + OPEN_ROUTES
    );
}

#[tokio::test]
async fn what_belongs_to_another_tenant_is_not_found() {
    let app = TestApp::start().await;
    app.simulator_with(few());
    let owner = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&owner).await.id.to_string();
    let call = app.sql("select id from calls order by started_at desc limit 1");
    let member = app.user(AGENCY).to_string();
    let role = json!({"name": "Listener", "kind": "agency", "permissions": ["calls.list"]});
    let role: Value = owner.post("/api/roles", &role).await.json();
    let role = role["role"].as_str().unwrap();
    app.sql(
        "insert into organization_domains (id, organization_id, domain, token)
         select gen_random_uuid(), id, 'voice.example.com', 't' from organizations where slug = 'northwind-voice'",
    );
    let domain = app.sql("select id from organization_domains");
    let kept = "select id, name, updated_at from connections union all select id, name, updated_at from roles
                union all select id, domain, checked_at from organization_domains order by 1";
    let before = app.sql(kept);

    let stranger = app.sign_in(CUSTOMER).await;
    for (method, path, body) in routes_with_ids(&connection, &call, &member, role, &domain) {
        let mut request = stranger.request(method.clone(), &path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = Reply::of(request).await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
    }
    for path in ["/api/agents", "/api/calls"] {
        let page: Value = stranger.get(path).await.json();
        assert_eq!(page["items"], json!([]), "{path}");
    }
    assert_eq!(stranger.get("/api/connections").await.json::<Value>(), json!([]));
    assert_eq!(app.sql(kept), before);
    // The owner finds it: the 404s above were no accident.
    assert_eq!(owner.get(&format!("/api/calls/{call}")).await.status, 200);
}

#[tokio::test]
async fn what_lies_below_another_agency_is_not_found() {
    let app = TestApp::start().await;
    app.simulator_with(few());
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    app.sql(
        "insert into organizations (id, parent_id, kind, name, slug)
         select gen_random_uuid(), id, 'agency', 'Rival', 'rival' from organizations where kind = 'platform'",
    );
    app.sql(
        "insert into organizations (id, parent_id, kind, name, slug)
         select gen_random_uuid(), id, 'customer', 'Theirs', 'theirs' from organizations where slug = 'rival'",
    );
    app.sql(
        "with c as (insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
             select gen_random_uuid(), id, 'x', 'http://localhost', '', '', 'u' from organizations where slug = 'theirs'
             returning id, organization_id)
         insert into agents (id, organization_id, connection_id, provider_agent_id, name)
         select gen_random_uuid(), organization_id, id, 'agent_theirs', 'Theirs' from c",
    );
    let agent = app.sql("select id from agents where name = 'Theirs'");
    let theirs = app.organization("theirs").to_string();
    let target = app.organization("harbor-dental").to_string();
    let before = app.sql("select o.*, a.organization_id from organizations o left join agents a on a.name = 'Theirs' where slug = 'theirs'");
    for (method, path, body) in routes_from_above(&theirs, &agent, &target) {
        let reply = Reply::of(agency.request(method.clone(), &path).json(&body)).await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
    }
    assert_eq!(
        app.sql("select o.*, a.organization_id from organizations o left join agents a on a.name = 'Theirs' where slug = 'theirs'"),
        before
    );
    // What is its own is found: the 404s above were no accident.
    let own = app.sql("select id from agents where not archived and name <> 'Theirs' limit 1");
    for (method, path, body) in routes_from_above(&target, &own, &target) {
        let reply = Reply::of(agency.request(method.clone(), &path).json(&body)).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text());
    }
}

#[tokio::test]
async fn without_a_session_nothing_is_answered() {
    let app = TestApp::start().await;
    let id = uuid::Uuid::now_v7().to_string();
    let with_ids = routes_with_ids(&id, &id, &id, &id, &id)
        .into_iter()
        .map(|(method, path, _)| (method, path));
    let from_above = routes_from_above(&id, &id, &id);
    let from_above = from_above.into_iter().map(|(method, path, _)| (method, path));
    let without_ids = routes_without_ids()
        .into_iter()
        .map(|(method, path)| (method, path.to_owned()));
    for (method, path) in with_ids.chain(from_above).chain(without_ids) {
        let reply = Reply::of(app.client().request(method.clone(), &path).json(&json!({}))).await;
        assert_eq!(reply.status, 401, "{method} {path}: {}", reply.text());
    }
}
