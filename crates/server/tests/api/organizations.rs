//! Organizations made, limited and stopped from above.

use crate::harness::{AGENCY, CUSTOMER, Client, PLATFORM, TestApp};
use serde_json::{Value, json};
use shared::auth::Session;
use shared::customer::{OrganizationDetail, OrganizationSummary, OwnOrganization, SyncHealth};
use shared::organization::{OrganizationKind, OrganizationStatus};
use shared::{ErrorCode, Feature, OrganizationId, Page};

const LIST: &str = "/api/organizations";

fn path(id: OrganizationId, rest: &str) -> String {
    format!("{LIST}/{id}{rest}")
}

/// Who has it all, archiving included.
async fn owner(app: &TestApp) -> Client {
    app.sql("update memberships set role = 'agency_owner' where role = 'agency_admin'");
    app.sign_in(AGENCY).await
}

async fn list(client: &Client, query: &str) -> Page<OrganizationSummary> {
    client.get(&format!("{LIST}{query}")).await.json()
}

fn names(page: &Page<OrganizationSummary>) -> Vec<&str> {
    page.items.iter().map(|item| item.name.as_str()).collect()
}

async fn fields(client: &Client, body: Value) -> Vec<String> {
    let problem = client.post(LIST, &body).await.problem();
    assert_eq!(problem.code, ErrorCode::Invalid, "{body}: {problem:?}");
    problem.errors.into_iter().map(|error| error.field).collect()
}

#[tokio::test]
async fn an_agency_sees_its_customers_by_name_with_their_health() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 20,
        live: 0,
        ..simulator::Options::default()
    });
    app.connect_simulator(&app.sign_in(CUSTOMER).await).await;
    app.sql("update connections set health = 'key_refused'");
    let agency = app.sign_in(AGENCY).await;
    let page = list(&agency, "").await;
    assert_eq!(names(&page), ["Alpine Travel", "Harbor Dental"]);
    let dental = &page.items[1];
    let count = |sql: &str| app.sql(sql).parse::<i64>().unwrap();
    assert_eq!(
        dental.agents,
        count("select count(*) from agents where not archived")
    );
    assert_eq!(dental.members, 2);
    assert_eq!(
        dental.calls_7d(),
        count(
            "select count(*) from calls where (started_at at time zone 'Europe/Berlin')::date > (now() at time zone 'Europe/Berlin')::date - 7"
        )
    );
    assert!(dental.agents > 0 && dental.last_call_at.is_some());
    assert_eq!(
        (dental.failing_connections, page.items[0].failing_connections),
        (1, 0)
    );

    // The same seen from the platform: what lies below an agency counts as the agency's.
    let platform = list(&app.sign_in(PLATFORM).await, "").await;
    assert_eq!(names(&platform), ["Northwind Voice"]);
    let agency = &platform.items[0];
    assert_eq!(
        (agency.kind, agency.organizations, agency.members),
        (OrganizationKind::Agency, 2, 3)
    );
    assert_eq!(
        (agency.agents, agency.calls_7d()),
        (dental.agents, dental.calls_7d())
    );
    assert_eq!(
        (dental.calls_by_day.len(), dental.sync),
        (7, Some(SyncHealth::Done))
    );
    assert_eq!(page.items[0].sync, None);
}

#[tokio::test]
async fn the_list_is_paged_searched_and_filtered() {
    let app = TestApp::start().await;
    let agency = owner(&app).await;
    let first = list(&agency, "?limit=1").await;
    assert_eq!(names(&first), ["Alpine Travel"]);
    let rest = list(
        &agency,
        &format!("?limit=1&cursor={}", first.next_cursor.unwrap()),
    )
    .await;
    assert_eq!(
        (names(&rest), rest.next_cursor.is_none()),
        (vec!["Harbor Dental"], true)
    );
    assert_eq!(names(&list(&agency, "?q=DENT").await), ["Harbor Dental"]);

    let put_away = path(app.organization("alpine-travel"), "/status");
    let reply = agency.put(&put_away, &json!({ "status": "archived" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(names(&list(&agency, "").await), ["Harbor Dental"]);
    assert_eq!(names(&list(&agency, "?status=archived").await), ["Alpine Travel"]);

    for query in ["?limit=0", "?cursor=nonsense", "?status=closed"] {
        let problem = agency.get(&format!("{LIST}{query}")).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{query}");
    }
}

#[tokio::test]
async fn a_customer_is_made_from_a_template() {
    let app = TestApp::start().await;
    let agency = owner(&app).await;
    let template = app.organization("harbor-dental");
    let limits = json!({ "limits": { "max_users": 7 }, "features_off": ["live"] });
    assert_eq!(agency.put(&path(template, "/limits"), &limits).await.status, 200);
    app.sql(&format!(
        "insert into roles (id, organization_id, kind, name, permissions)
         values (gen_random_uuid(), '{template}', 'customer', 'Reception', '{{calls.list}}')"
    ));
    let body = json!({ "name": "Zahnärzte Kiel", "contact_email": "Praxis@Kiel.test", "template": template });
    let reply = agency.post(LIST, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let made: OrganizationDetail = reply.json();
    assert_eq!(
        (
            made.summary.slug.as_str(),
            made.summary.kind,
            made.summary.timezone.as_str()
        ),
        ("zahnaerzte-kiel", OrganizationKind::Customer, "Europe/Berlin")
    );
    assert_eq!(made.allowance.limits.max_users, Some(7));
    assert_eq!(made.allowance.features_off, [Feature::Live]);
    let id = made.summary.id;
    assert_eq!(
        app.sql(&format!("select name from roles where organization_id = '{id}'")),
        "Reception"
    );
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'organization.created'"),
        "1"
    );
    // And can be entered at once.
    let enter = json!({ "organization_id": id, "reason": "Setting it up" });
    let session: Session = agency.post("/api/auth/organization", &enter).await.json();
    assert_eq!((session.organization.id, session.from_above), (id, true));
}

#[tokio::test]
async fn what_can_not_be_made_names_its_field() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    assert_eq!(fields(&agency, json!({ "name": " " })).await, ["name"]);
    assert_eq!(
        fields(&agency, json!({ "name": "x", "slug": "harbor-dental" })).await,
        ["slug"],
        "taken"
    );
    assert_eq!(
        fields(&agency, json!({ "name": "Support", "slug": "support" })).await,
        ["slug"],
        "reserved"
    );
    assert_eq!(
        fields(&agency, json!({ "name": "株式会社" })).await,
        ["slug"],
        "nothing to suggest"
    );
    assert_eq!(
        fields(&agency, json!({ "name": "x", "timezone": "Mars/Olympus" })).await,
        ["timezone"]
    );
    assert_eq!(
        fields(&agency, json!({ "name": "x", "contact_email": "x" })).await,
        ["contact_email"]
    );
    assert_eq!(
        fields(
            &agency,
            json!({ "name": "x", "template": app.organization("platform") })
        )
        .await,
        ["template"]
    );
    let negative = json!({ "name": "x", "limits": { "max_agents": -1 } });
    assert_eq!(fields(&agency, negative).await, ["limits.max_agents"]);
    assert_eq!(app.sql("select count(*) from organizations"), "4");
    // Below a customer there is nothing, whoever asks.
    let enter = json!({ "organization_id": app.organization("harbor-dental"), "reason": "Trying" });
    assert_eq!(agency.post("/api/auth/organization", &enter).await.status, 200);
    assert_eq!(
        agency.post(LIST, &json!({ "name": "x" })).await.problem().code,
        ErrorCode::Conflict
    );
    // And a customer's own members may not even look.
    let customer = app.sign_in(CUSTOMER).await;
    assert_eq!(
        customer.get(LIST).await.problem().code,
        ErrorCode::PermissionDenied
    );
}

#[tokio::test]
async fn an_organization_stays_where_it_was_made() {
    let app = TestApp::start().await;
    let (platform, agency, customer) = (
        app.organization("platform"),
        app.organization("northwind-voice"),
        app.organization("harbor-dental"),
    );
    for change in [
        format!("update organizations set parent_id = '{customer}' where id = '{agency}'"),
        format!("update organizations set parent_id = id where id = '{customer}'"),
        format!("update organizations set parent_id = '{platform}', kind = 'agency' where id = '{customer}'"),
        format!(
            "insert into organizations (id, parent_id, kind, name, slug)
             values (gen_random_uuid(), '{customer}', 'customer', 'x', 'x')"
        ),
        "insert into organizations (id, parent_id, kind, name, slug)
         select i, i, 'customer', 'x', 'x' from gen_random_uuid() i"
            .to_owned(),
    ] {
        // As superuser: no policy is in the way, only the rule itself.
        let refused = local_postgres::testing::cluster().sql(app.database.name(), &change);
        let refused = refused.expect_err(&change).to_string();
        assert!(refused.contains("stays where it was made"), "{change}: {refused}");
    }
}

#[tokio::test]
async fn a_suspended_organization_is_told_why_and_keeps_its_calls() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 5,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = owner(&app).await;
    app.sql("update organizations set contact_email = 'help@northwind.test' where slug = 'northwind-voice'");
    let customer = app.sign_in(CUSTOMER).await;
    app.connect(&customer).await;
    let dental = app.organization("harbor-dental");
    let no_reason = agency
        .put(&path(dental, "/status"), &json!({ "status": "suspended" }))
        .await
        .problem();
    assert_eq!(no_reason.errors[0].field, "reason");
    let suspend = json!({ "status": "suspended", "reason": "Unpaid since May" });
    assert_eq!(agency.put(&path(dental, "/status"), &suspend).await.status, 200);

    let refused = customer.get("/api/calls").await.problem();
    assert_eq!(
        (refused.status, refused.code),
        (403, ErrorCode::OrganizationSuspended)
    );
    // Signing in works, and says why nothing else does.
    let session: Session = app.sign_in(CUSTOMER).await.get("/api/auth/session").await.json();
    assert_eq!(session.organization.status, OrganizationStatus::Suspended);
    assert!(session.permissions.is_empty());
    let standstill = session.standstill.unwrap();
    assert_eq!(standstill.reason.as_deref(), Some("Unpaid since May"));
    assert_eq!(standstill.contact_name.as_deref(), Some("Northwind Voice"));
    assert_eq!(standstill.contact_email.as_deref(), Some("help@northwind.test"));
    app.run_jobs().await;
    assert_eq!(
        app.sql("select count(*) from calls"),
        app.simulated_conversations().await.to_string()
    );

    let archive = json!({ "status": "archived" });
    assert_eq!(agency.put(&path(dental, "/status"), &archive).await.status, 200);
    assert_eq!(
        customer.get("/api/calls").await.problem().code,
        ErrorCode::OrganizationArchived
    );
    assert_eq!(
        agency
            .put(&path(dental, "/status"), &json!({ "status": "active" }))
            .await
            .status,
        200
    );
    assert_eq!(customer.get("/api/calls").await.status, 200);
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'organization.status_changed'"),
        "3"
    );
}

#[tokio::test]
async fn a_stopped_agency_does_not_enter_its_customers_and_archiving_needs_its_permission() {
    let app = TestApp::start().await;
    let (platform, agency) = (app.sign_in(PLATFORM).await, app.sign_in(AGENCY).await);
    let dental = app.organization("harbor-dental");
    let refused = agency
        .put(&path(dental, "/status"), &json!({ "status": "archived" }))
        .await
        .problem();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    let suspend = json!({ "status": "suspended", "reason": "Something between us" });
    let northwind = path(app.organization("northwind-voice"), "/status");
    assert_eq!(platform.put(&northwind, &suspend).await.status, 200);
    let enter = json!({ "organization_id": dental, "reason": "Looking" });
    let session: Session = agency.post("/api/auth/organization", &enter).await.json();
    assert!(session.permissions.is_empty());
    assert_eq!(
        agency.get("/api/calls").await.problem().code,
        ErrorCode::OrganizationSuspended
    );
    // Its customers stand still too, and are not told what is between the two above them.
    let session: Session = app.sign_in(CUSTOMER).await.get("/api/auth/session").await.json();
    assert_eq!(session.standstill.unwrap().reason, None);
}

#[tokio::test]
async fn ones_own_organization_is_seen_and_changed() {
    let app = TestApp::start().await;
    let customer = app.sign_in(CUSTOMER).await;
    let own: OwnOrganization = customer.get("/api/organization").await.json();
    assert_eq!(
        (own.organization.name.as_str(), own.allowance.used.users),
        ("Harbor Dental", 2)
    );
    let change =
        json!({ "name": " Harbor Dental Kiel ", "timezone": "Europe/Lisbon", "contact_email": "a@b.test" });
    let own: OwnOrganization = customer.patch("/api/organization", &change).await.json();
    assert_eq!(own.contact_email.as_deref(), Some("a@b.test"));
    let session: Session = customer.get("/api/auth/session").await.json();
    assert_eq!(
        (
            session.organization.name.as_str(),
            session.organization.timezone.as_str()
        ),
        ("Harbor Dental Kiel", "Europe/Lisbon")
    );
    for (field, value) in [("name", ""), ("timezone", "Berlin"), ("contact_email", "@")] {
        let problem = customer
            .patch("/api/organization", &json!({ field: value }))
            .await
            .problem();
        assert_eq!(problem.errors[0].field, field);
    }
    // Seen from above, with an address and a note besides.
    let agency = app.sign_in(AGENCY).await;
    let change = json!({ "slug": "harbor", "note": "Calls back on Mondays", "contact_email": "" });
    let detail: OrganizationDetail = agency
        .patch(&path(session.organization.id, ""), &change)
        .await
        .json();
    assert_eq!(
        (detail.summary.slug.as_str(), detail.note.as_str()),
        ("harbor", "Calls back on Mondays")
    );
    assert_eq!(detail.summary.contact_email, None);
    let taken = agency
        .patch(
            &path(session.organization.id, ""),
            &json!({ "slug": "alpine-travel" }),
        )
        .await;
    assert_eq!(taken.problem().errors[0].field, "slug");
}
