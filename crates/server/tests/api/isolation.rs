//! Tenants do not see one another: asked of the database's catalogue, and of every route.

use crate::harness::{AGENCY, CUSTOMER, PLATFORM, Reply, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tables without tenant policies, and why that is right.
const GLOBAL: [(&str, &str); 8] = [
    ("__diesel_schema_migrations", "which migrations ran"),
    (
        "account_links",
        "links that were mailed to people, by hash; followed before the tenant is known",
    ),
    (
        "jobs",
        "the queue: read by workers of all tenants; the page of failed work asks for one organization's",
    ),
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
#[expect(
    clippy::too_many_arguments,
    reason = "one for each kind of thing that has an id"
)]
fn routes_with_ids(
    connection: &str,
    call: &str,
    member: &str,
    role: &str,
    number: &str,
    invitation: &str,
    key: &str,
    session: &str,
    domain: &str,
    view: &str,
) -> Vec<(Method, String, Value)> {
    let nobody = json!({ "agent_id": null });
    let secret = json!({ "secret": "wsec_0123456789abcdef0123456789abcdef" });
    vec![
        (Method::GET, format!("/api/calls/{call}"), Value::Null),
        (Method::GET, format!("/api/calls/{call}/recording"), Value::Null),
        (Method::GET, format!("/api/calls/{call}/matches?q=a"), Value::Null),
        (
            Method::PATCH,
            format!("/api/calls/views/{view}"),
            json!({ "name": "mine now" }),
        ),
        (Method::DELETE, format!("/api/calls/views/{view}"), Value::Null),
        (
            Method::GET,
            format!("/api/calls/{call}/recording/file"),
            Value::Null,
        ),
        (Method::GET, format!("/api/calls/{call}/summary"), Value::Null),
        (Method::POST, format!("/api/calls/{call}/summary"), json!({})),
        // A run with the id of the call.
        (Method::DELETE, format!("/api/summaries/runs/{call}"), Value::Null),
        (
            Method::GET,
            format!("/api/connections/{connection}/contents"),
            Value::Null,
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/workspace"),
            json!({ "api_key": "sk_another_key", "confirm_name": "Simulator" }),
        ),
        (Method::GET, format!("/api/live/calls/{call}"), Value::Null),
        (
            Method::POST,
            format!("/api/live/calls/{call}/end"),
            json!({ "key": key }),
        ),
        (
            Method::POST,
            format!("/api/live/calls/{call}/transfer"),
            json!({ "key": key, "number": "+14155550100" }),
        ),
        (
            Method::POST,
            format!("/api/live/calls/{call}/hint"),
            json!({ "key": key, "text": "mine now" }),
        ),
        (
            Method::POST,
            format!("/api/live/calls/{call}/takeover"),
            json!({ "key": key, "action": "start" }),
        ),
        (
            Method::POST,
            format!("/api/calls/{call}/recording/link"),
            json!({}),
        ),
        (
            Method::POST,
            format!("/api/calls/{call}/recording/fetch"),
            json!({}),
        ),
        (Method::PUT, format!("/api/phone-numbers/{number}/agent"), nobody),
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
            Method::GET,
            format!("/api/connections/{connection}/recordings"),
            Value::Null,
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/recordings"),
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
        (
            Method::POST,
            format!("/api/members/invitations/{invitation}/resend"),
            json!({}),
        ),
        (
            Method::DELETE,
            format!("/api/members/invitations/{invitation}"),
            Value::Null,
        ),
        (Method::POST, format!("/api/members/{member}/unlock"), Value::Null),
        (
            Method::DELETE,
            format!("/api/members/{member}/sessions"),
            Value::Null,
        ),
        (
            Method::DELETE,
            format!("/api/members/{member}/second-factor"),
            Value::Null,
        ),
        (
            Method::GET,
            format!("/api/members/{member}/sign-ins"),
            Value::Null,
        ),
        (Method::DELETE, format!("/api/api-keys/{key}"), Value::Null),
        (
            Method::DELETE,
            format!("/api/account/sessions/{session}"),
            Value::Null,
        ),
        (Method::POST, format!("/api/domains/{domain}/check"), json!({})),
        (Method::DELETE, format!("/api/domains/{domain}"), Value::Null),
    ]
}

/// Every route about the ledger of calls and about what the provider sent that names a thing.
fn routes_of_the_ledger(connection: &str, call: &str, delivery: &str) -> Vec<(Method, String, Value)> {
    vec![
        (Method::GET, format!("/api/calls/{call}/ledger"), Value::Null),
        (
            Method::GET,
            format!("/api/connections/{connection}/completeness"),
            Value::Null,
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/check"),
            json!({}),
        ),
        (
            Method::POST,
            format!("/api/connections/{connection}/gaps/conv_gap/retry"),
            json!({}),
        ),
        (Method::GET, format!("/api/deliveries/{delivery}"), Value::Null),
    ]
}

/// Every route about the platform itself, with something that is there.
fn routes_of_the_platform(invitation: &str, mail: &str) -> Vec<(Method, String, Value)> {
    let settings = json!({
        "registration_open": true, "registration_commission_basis_points": 1, "invitation_days": 1
    });
    let agency = json!({ "email": "mine@example.com", "company": "Mine" });
    vec![
        (Method::GET, "/api/platform/settings".into(), Value::Null),
        (Method::PUT, "/api/platform/settings".into(), settings),
        (Method::GET, "/api/platform/mail".into(), Value::Null),
        (
            Method::POST,
            format!("/api/platform/mail/{mail}/retry"),
            json!({}),
        ),
        (Method::GET, "/api/agencies/invitations".into(), Value::Null),
        (Method::POST, "/api/agencies/invitations".into(), agency),
        (
            Method::POST,
            format!("/api/agencies/invitations/{invitation}/resend"),
            json!({}),
        ),
        (
            Method::DELETE,
            format!("/api/agencies/invitations/{invitation}"),
            Value::Null,
        ),
    ]
}

/// Every route that names what people made of calls, files of them, or orders to erase them.
pub fn routes_of_work(
    call: &str,
    tag: &str,
    note: &str,
    export: &str,
    erasure: &str,
) -> Vec<(Method, String, Value)> {
    let path = |rest: &str| format!("/api/calls/{call}{rest}");
    let text = || json!({ "text": "mine now" });
    vec![
        (Method::PATCH, path("/work"), json!({ "rating": 1 })),
        (Method::PUT, path("/assignee"), json!({ "user": null })),
        (Method::PUT, path("/read"), json!({ "read": true })),
        (Method::GET, path("/notes"), Value::Null),
        (Method::POST, path("/notes"), text()),
        (Method::PATCH, path(&format!("/notes/{note}")), text()),
        (Method::DELETE, path(&format!("/notes/{note}")), Value::Null),
        (
            Method::PATCH,
            format!("/api/tags/{tag}"),
            json!({ "name": "mine" }),
        ),
        (Method::DELETE, format!("/api/tags/{tag}"), Value::Null),
        (Method::DELETE, format!("/api/exports/{export}"), Value::Null),
        (Method::GET, format!("/api/exports/{export}/file"), Value::Null),
        (Method::GET, format!("/api/erasures/{erasure}"), Value::Null),
        (
            Method::GET,
            format!("/api/erasures/{erasure}/certificate"),
            Value::Null,
        ),
    ]
}

/// Every route that names something of an organization below, with a body that would be accepted from above it.
fn routes_from_above(
    organization: &str,
    agent: &str,
    number: &str,
    target: &str,
) -> Vec<(Method, String, Value)> {
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
        (Method::GET, format!("/api/agents/{agent}/move"), Value::Null),
        (
            Method::POST,
            format!("/api/phone-numbers/{number}/move"),
            json!({ "organization_id": target, "keep_record": true }),
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
        (Method::GET, "/api/account/email"),
        (Method::PUT, "/api/account/email"),
        (Method::POST, "/api/account/email/verify"),
        (Method::GET, "/api/members/invitations"),
        (Method::POST, "/api/members/invitations"),
        (Method::POST, "/api/auth/confirm"),
        (Method::GET, "/api/account"),
        (Method::PATCH, "/api/account"),
        (Method::PUT, "/api/account/password"),
        (Method::POST, "/api/account/second-factor"),
        (Method::PUT, "/api/account/second-factor"),
        (Method::DELETE, "/api/account/second-factor"),
        (Method::POST, "/api/account/recovery-codes"),
        (Method::GET, "/api/account/sessions"),
        (Method::DELETE, "/api/account/sessions"),
        (Method::GET, "/api/account/sign-ins"),
        (Method::GET, "/api/api-keys"),
        (Method::POST, "/api/api-keys"),
        (Method::GET, "/api/security"),
        (Method::PUT, "/api/security"),
        (Method::GET, "/api/security/sign-ins"),
        (Method::GET, "/api/members"),
        (Method::GET, "/api/roles"),
        (Method::POST, "/api/roles"),
        (Method::GET, "/api/dashboard"),
        (Method::GET, "/api/agents"),
        (Method::GET, "/api/phone-numbers"),
        (Method::GET, "/api/calls"),
        (Method::GET, "/api/summaries/settings"),
        (Method::PUT, "/api/summaries/settings"),
        (Method::POST, "/api/summaries/preview"),
        (Method::GET, "/api/summaries/runs"),
        (Method::POST, "/api/summaries/runs"),
        (Method::GET, "/api/calls/choices"),
        (Method::GET, "/api/calls/matches"),
        (Method::GET, "/api/calls/views"),
        (Method::POST, "/api/calls/views"),
        (Method::GET, "/api/calls/assignees"),
        (Method::POST, "/api/calls/read-all"),
        (Method::POST, "/api/calls/bulk/tags"),
        (Method::POST, "/api/calls/bulk/assignee"),
        (Method::POST, "/api/calls/bulk/read"),
        (Method::GET, "/api/tags"),
        (Method::POST, "/api/tags"),
        (Method::GET, "/api/dispositions"),
        (Method::PUT, "/api/dispositions"),
        (Method::GET, "/api/exports"),
        (Method::POST, "/api/exports"),
        (Method::GET, "/api/erasures"),
        (Method::POST, "/api/erasures"),
        (Method::POST, "/api/erasures/preview"),
        (Method::GET, "/api/retention"),
        (Method::PUT, "/api/retention"),
        (Method::POST, "/api/retention/preview"),
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
        (Method::GET, "/api/live/wall"),
        (Method::GET, "/api/live/settings"),
        (Method::PUT, "/api/live/settings"),
        (Method::GET, "/api/branding"),
        (Method::PUT, "/api/branding"),
        (Method::DELETE, "/api/branding"),
        (Method::PUT, "/api/branding/pictures/logo"),
        (Method::DELETE, "/api/branding/pictures/logo"),
        (Method::GET, "/api/domains"),
        (Method::POST, "/api/domains"),
        (Method::GET, "/api/failures"),
        (Method::POST, "/api/failures/replay"),
        (Method::POST, "/api/failures/discard"),
        (Method::GET, "/api/deliveries"),
        (Method::POST, "/api/deliveries/replay"),
        (Method::POST, "/api/deliveries/discard"),
        (Method::GET, "/api/novelties"),
    ]
}

/// Open to everybody: health twice, ready, metrics, public, login, its second step, logout, pictures of brands, what a proxy asks about
/// certificates, the webhook, which proves itself, a recording by a link, which is signed, seven by which people come in by a mailed link or ask for one, and the mailbox of a
/// development machine twice.
const OPEN_ROUTES: usize = 21;

#[test]
fn no_route_is_left_out() {
    let written = include_str!("../../src/routes.rs").matches(".route(").count();
    assert_eq!(
        written,
        routes_with_ids("", "", "", "", "", "", "", "", "", "").len()
            + routes_of_the_ledger("", "", "").len()
            + routes_of_the_platform("", "").len()
            + routes_of_work("", "", "", "", "").len()
            + routes_from_above("", "", "", "").len()
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
    app.sql("insert into summary_runs (organization_id, id) select organization_id, id from calls order by started_at desc limit 1");
    let member = app.user(AGENCY).to_string();
    let role = json!({"name": "Listener", "kind": "agency", "permissions": ["calls.list"]});
    let role: Value = owner.post("/api/roles", &role).await.json();
    let role = role["role"].as_str().unwrap();
    let number = app.sql("select id from phone_numbers order by number limit 1");
    let invitation = json!({ "email": "new@example.com", "role": "agency_staff" });
    let invitation: Value = owner.post("/api/members/invitations", &invitation).await.json();
    let invitation = invitation["id"].as_str().unwrap();
    app.sql(
        "insert into organization_domains (id, organization_id, domain, token)
         select gen_random_uuid(), id, 'voice.example.com', 't' from organizations where slug = 'northwind-voice'",
    );
    let domain = app.sql("select id from organization_domains");
    let key = json!({"name": "Exporter", "permissions": ["calls.list"]});
    let key: Value = owner.post("/api/api-keys", &key).await.json();
    let key = key["api_key"]["id"].as_str().unwrap().to_owned();
    let session = app.sql(&format!("select id from sessions where user_id = '{member}'"));
    app.sql(&format!(
        "insert into webhook_inbox (id, organization_id, connection_id, received_at, event_type, body, state)
         select gen_random_uuid(), organization_id, id, now(), 'x', '', 'failed' from connections;
         insert into call_ledger (connection_id, conversation_id, organization_id, started_at, is_over)
         select id, 'conv_gap', organization_id, now(), true from connections;
         insert into jobs (queue, name, payload, state, max_attempts, organization_id, finished_at)
         select 'default', 'fetch_call', '{{}}', 'dead', 1, organization_id, now() from connections where id = '{connection}'"
    ));
    let delivery = app.sql("select id from webhook_inbox");
    let view = json!({"name": "Shared", "shared": true, "filter": {}});
    assert_eq!(owner.post("/api/calls/views", &view).await.status, 201);
    let view = app.sql("select id from call_views");
    let kept = "select id, name, revoked_at from api_keys union all select id, '', null from sessions where user_id is not null
                union all select id, name, updated_at from connections union all select id, name, updated_at from roles
                union all select id, domain, checked_at from organization_domains
                union all select id, state, finished_at from summary_runs
                union all select id, name, updated_at from call_views order by 1";
    let stranger = app.sign_in(CUSTOMER).await;
    let before = app.sql(kept);
    let routes = routes_with_ids(
        &connection,
        &call,
        &member,
        role,
        &number,
        invitation,
        &key,
        &session,
        &domain,
        &view,
    );
    let ledger = routes_of_the_ledger(&connection, &call, &delivery);
    for (method, path, body) in routes.into_iter().chain(ledger) {
        let mut request = stranger.request(method.clone(), &path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = Reply::of(request).await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
    }
    for path in ["/api/agents", "/api/calls", "/api/phone-numbers"] {
        let page: Value = stranger.get(path).await.json();
        assert_eq!(page["items"], json!([]), "{path}");
    }
    for path in ["/api/failures", "/api/deliveries"] {
        let page: Value = stranger.get(path).await.json();
        assert_eq!(page["items"], json!([]), "{path}");
        let own: Value = owner.get(path).await.json();
        assert_eq!(own["items"].as_array().unwrap().len(), 1, "{path}");
        let span = json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
        for deed in ["replay", "discard"] {
            let reply = stranger.post(&format!("{path}/{deed}"), &span).await;
            assert_eq!(reply.json::<Value>()["affected"], 0, "{path}/{deed}");
        }
    }
    assert_eq!(stranger.get("/api/connections").await.json::<Value>(), json!([]));
    assert_eq!(app.sql(kept), before);
    assert_eq!(
        app.sql("select email, state, sends from invitations"),
        "new@example.com|open|1"
    );
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
    app.sql(
        "insert into phone_numbers (id, organization_id, connection_id, provider_number_id, number)
         select gen_random_uuid(), organization_id, connection_id, 'phnum_theirs', '+1' from agents where name = 'Theirs'",
    );
    let number = |of: &str| {
        app.sql(&format!(
            "select id from phone_numbers where number {of} '+1' limit 1"
        ))
    };
    let theirs = app.organization("theirs").to_string();
    let target = app.organization("harbor-dental").to_string();
    let before = app.sql("select o.*, a.organization_id from organizations o left join agents a on a.name = 'Theirs' where slug = 'theirs'");
    for (method, path, body) in routes_from_above(&theirs, &agent, &number("="), &target) {
        let reply = Reply::of(agency.request(method.clone(), &path).json(&body)).await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
    }
    assert_eq!(
        app.sql("select o.*, a.organization_id from organizations o left join agents a on a.name = 'Theirs' where slug = 'theirs'"),
        before
    );
    // What is its own is found: the 404s above were no accident.
    let own = app.sql("select id from agents where not archived and name <> 'Theirs' limit 1");
    for (method, path, body) in routes_from_above(&target, &own, &number("<>"), &target) {
        let reply = Reply::of(agency.request(method.clone(), &path).json(&body)).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text());
    }
}

/// Held by the platform's people everywhere, so the permission alone would not keep them at home.
#[tokio::test]
async fn the_platforms_own_matters_are_looked_after_on_the_platform_only() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    let agency = json!({ "email": "new@example.com", "company": "New" });
    let invitation: Value = platform.post("/api/agencies/invitations", &agency).await.json();
    let invitation = invitation["id"].as_str().unwrap();
    app.sql("update mails set state = 'failed', settled_at = now(); delete from jobs");
    let mail = app.sql("select id from mails");
    let kept = "select i.*, m.state, (select count(*) from platform_settings) from invitations i, mails m";
    let before = app.sql(kept);
    let agency = app.sign_in(AGENCY).await;
    let visitor = app.sign_in(PLATFORM).await;
    let there =
        json!({ "organization_id": app.organization("northwind-voice"), "reason": "looking after it" });
    assert!(
        visitor
            .post("/api/auth/organization", &there)
            .await
            .status
            .is_success()
    );
    for (method, path, body) in routes_of_the_platform(invitation, &mail) {
        for (client, status) in [(&agency, 403), (&visitor, 409)] {
            let reply = Reply::of(client.request(method.clone(), &path).json(&body)).await;
            assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        }
    }
    assert_eq!(app.sql(kept), before);
    // At home all of it works: the refusals above were no accident.
    for (method, path, body) in routes_of_the_platform(invitation, &mail) {
        let reply = Reply::of(platform.request(method.clone(), &path).json(&body)).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text());
    }
}

#[tokio::test]
async fn without_a_session_nothing_is_answered() {
    let app = TestApp::start().await;
    let id = uuid::Uuid::now_v7().to_string();
    let with_ids = routes_with_ids(&id, &id, &id, &id, &id, &id, &id, &id, &id, &id)
        .into_iter()
        .chain(routes_of_the_platform(&id, &id))
        .chain(routes_of_the_ledger(&id, &id, &id))
        .map(|(method, path, _)| (method, path));
    let from_above = routes_from_above(&id, &id, &id, &id);
    let from_above = from_above.into_iter().map(|(method, path, _)| (method, path));
    let without_ids = routes_without_ids()
        .into_iter()
        .map(|(method, path)| (method, path.to_owned()));
    for (method, path) in with_ids.chain(from_above).chain(without_ids) {
        let reply = Reply::of(app.client().request(method.clone(), &path).json(&json!({}))).await;
        assert_eq!(reply.status, 401, "{method} {path}: {}", reply.text());
    }
}
