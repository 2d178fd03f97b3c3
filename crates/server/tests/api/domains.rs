//! Domains of an organization's own, proved by a DNS server of the test's.

use crate::harness::{AGENCY, CUSTOMER, Client, Dns, Reply, TestApp};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::domain::{Domain, DomainState, Domains};

const NAME: &str = "voice.northwind.example";
const TARGET: &str = "platform.test";

async fn app_with(dns: &Dns) -> TestApp {
    TestApp::start_with([("BASE_DOMAIN", TARGET), ("DNS_RESOLVER", &dns.address)]).await
}

async fn add(client: &Client, domain: &str) -> Domain {
    client
        .post("/api/domains", &json!({ "domain": domain }))
        .await
        .json()
}

/// As somebody would do it who reads the page.
fn set_records(dns: &Dns, domain: &Domain) {
    let [txt, cname] = &domain.records[..] else {
        panic!("{domain:?}")
    };
    dns.text(&txt.name, "v=spf1 -all");
    dns.text(&txt.name, &txt.value);
    dns.alias(&cname.name, &cname.value);
}

async fn check(app: &TestApp, client: &Client, domain: &Domain) -> Domain {
    app.sql("update organization_domains set checked_at = checked_at - interval '1 minute'");
    client
        .post(&format!("/api/domains/{}/check", domain.id), &json!({}))
        .await
        .json()
}

async fn allowed(app: &TestApp, domain: &str) -> u16 {
    let reply = app
        .client()
        .get(&format!("/api/tls/allowed?domain={domain}"))
        .await;
    reply.status.as_u16()
}

#[tokio::test]
async fn a_domain_leads_here_once_both_records_are_right() {
    let dns = Dns::start().await;
    let app = app_with(&dns).await;
    let agency = app.sign_in(AGENCY).await;
    let added = add(&agency, "Voice.Northwind.Example.").await;
    assert_eq!((added.domain.as_str(), added.state), (NAME, DomainState::Pending));
    assert_eq!(added.records[1].value, TARGET);
    assert_eq!(added.records[0].seen, None);
    // Checked at once by itself.
    app.run_jobs().await;
    let listed: Domains = agency.get("/api/domains").await.json();
    let found = &listed.domains[0];
    assert_eq!(found.records[0].seen.as_deref(), Some(&[][..]));
    let reason = found.reason.clone().unwrap();
    assert!(
        reason.contains("no TXT record") && reason.contains("does not lead to"),
        "{reason}"
    );
    assert_eq!(allowed(&app, NAME).await, 404);

    // Each is told apart.
    dns.alias(NAME, "elsewhere.example");
    dns.text(&added.records[0].name, "something else");
    let half = check(&app, &agency, &added).await;
    let reason = half.reason.clone().unwrap();
    assert!(
        reason.contains("holds something else") && reason.contains("leads to elsewhere.example"),
        "{reason}"
    );
    assert_eq!(
        half.records[1].seen.as_deref(),
        Some(&["elsewhere.example".to_owned()][..])
    );
    dns.clear();
    dns.text(&added.records[0].name, &added.records[0].value);
    let half = check(&app, &agency, &added).await;
    assert_eq!(
        (half.state, half.records[0].ok, half.records[1].ok),
        (DomainState::Pending, true, false)
    );
    assert_eq!(allowed(&app, NAME).await, 404);

    dns.clear();
    set_records(&dns, &added);
    let done = check(&app, &agency, &added).await;
    assert_eq!(
        (done.state, done.reason.as_deref()),
        (DomainState::Verified, None)
    );
    assert!(done.verified_at.is_some());
    assert!(done.next_check_at - chrono::Utc::now() > chrono::TimeDelta::hours(23));
    assert_eq!(allowed(&app, NAME).await, 200);
    assert_eq!(allowed(&app, "x.voice.northwind.example").await, 404);
    // It is the agency's host in everything: who signs in there is one of its people.
    let http = app.client().http;
    let log_in = |email: &str| {
        let request = http
            .post(format!("{}/api/auth/login", app.base))
            .header("host", NAME);
        let body = json!({ "email": email, "password": crate::harness::PASSWORD });
        request.header("origin", format!("http://{NAME}")).json(&body)
    };
    assert_eq!(Reply::of(log_in(CUSTOMER)).await.status, 200);

    assert_eq!(
        agency.delete(&format!("/api/domains/{}", added.id)).await.status,
        204
    );
    assert_eq!(allowed(&app, NAME).await, 404);
    let actions =
        "select string_agg(action, ' ' order by occurred_at) from audit_log where action like 'domain.%'";
    assert_eq!(app.sql(actions), "domain.added domain.verified domain.removed");
}

#[tokio::test]
async fn the_top_of_a_zone_leads_here_by_the_same_addresses() {
    let dns = Dns::start().await;
    let app = app_with(&dns).await;
    let agency = app.sign_in(AGENCY).await;
    let added = add(&agency, "northwind.example").await;
    dns.text(&added.records[0].name, &added.records[0].value);
    dns.address(TARGET, [192, 0, 2, 1]);
    dns.address(TARGET, [192, 0, 2, 2]);
    dns.address("northwind.example", [192, 0, 2, 9]);
    assert_eq!(check(&app, &agency, &added).await.state, DomainState::Pending);
    dns.clear();
    dns.text(&added.records[0].name, &added.records[0].value);
    dns.address(TARGET, [192, 0, 2, 1]);
    dns.address(TARGET, [192, 0, 2, 2]);
    dns.address("northwind.example", [192, 0, 2, 2]);
    assert_eq!(check(&app, &agency, &added).await.state, DomainState::Verified);
}

#[tokio::test]
async fn a_verified_domain_that_fails_for_days_is_broken_and_later_dropped() {
    let dns = Dns::start().await;
    let app = app_with(&dns).await;
    let agency = app.sign_in(AGENCY).await;
    let added = add(&agency, NAME).await;
    set_records(&dns, &added);
    app.run_jobs().await;
    let due = || app.sql("update organization_domains set next_check_at = now() - interval '1 second'");
    let state = || app.sql("select state from organization_domains");
    assert_eq!(state(), "verified");
    // Nobody answers: that is held against nobody.
    dns.fall_silent();
    due();
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    let row = app.sql("select state, failures, failing_since is null, reason like '%did not answer%' from organization_domains");
    assert_eq!(row, "verified|0|t|t");
    // The records are gone.
    dns.clear();
    due();
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(
        app.sql("select state, failures from organization_domains"),
        "verified|1"
    );
    assert_eq!(allowed(&app, NAME).await, 200);
    app.sql("update organization_domains set failing_since = now() - interval '73 hours'");
    due();
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(state(), "broken");
    // Who may repair it is told by mail, once, with a link that does not lead there.
    let mails = "select count(*) from mails where kind = 'domain_broken'";
    let managers = app.sql(
        "select count(*) from memberships m join organizations o on o.id = m.organization_id
         where o.slug = 'northwind-voice' and m.role in ('agency_owner', 'agency_admin')",
    );
    assert_ne!(managers, "0");
    assert_eq!(app.sql(mails), managers);
    let mail = app.mail_to(AGENCY).await.remove(0);
    assert_eq!(mail.subject, format!("{NAME} no longer leads to your portal"));
    assert!(mail.text.contains("There is no TXT record at"), "{}", mail.text);
    assert!(!mail.text.contains(&format!("//{NAME}")), "{}", mail.text);
    due();
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.sql(mails), managers);
    // Told to who looks at the dashboard, and not dropped.
    let dashboard: Value = agency.get("/api/dashboard").await.json();
    assert!(dashboard.to_string().contains("domain_broken"), "{dashboard}");
    assert_eq!(allowed(&app, NAME).await, 200);
    app.sql("update organization_domains set failing_since = now() - interval '31 days'");
    due();
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(state(), "pending");
    assert_eq!(allowed(&app, NAME).await, 404);
    // Right again, it is verified again.
    set_records(&dns, &added);
    assert_eq!(check(&app, &agency, &added).await.state, DomainState::Verified);
}

#[tokio::test]
async fn a_domain_belongs_to_who_proves_it_first() {
    let dns = Dns::start().await;
    let app = app_with(&dns).await;
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let (one, two) = (add(&agency, NAME).await, add(&customer, NAME).await);
    assert_ne!(one.records[0].value, two.records[0].value);
    set_records(&dns, &two);
    assert_eq!(check(&app, &customer, &two).await.state, DomainState::Verified);
    // The other one may even have his token there: the domain is somebody's.
    dns.text(&one.records[0].name, &one.records[0].value);
    let late = check(&app, &agency, &one).await;
    assert_eq!(late.state, DomainState::Pending);
    assert!(late.reason.unwrap().contains("Somebody else"));
    // Nor can it be asked for any more.
    assert_eq!(
        agency.delete(&format!("/api/domains/{}", one.id)).await.status,
        204
    );
    let problem = agency
        .post("/api/domains", &json!({ "domain": NAME }))
        .await
        .problem();
    assert_eq!(
        (problem.code, problem.errors[0].field.as_str()),
        (ErrorCode::Invalid, "domain")
    );
}

#[tokio::test]
async fn what_can_be_no_domain_is_refused_by_field() {
    let dns = Dns::start().await;
    let app = app_with(&dns).await;
    let agency = app.sign_in(AGENCY).await;
    for domain in [
        "",
        "x.platform.test",
        "platform.test",
        "192.0.2.1",
        "localhost",
        "co.uk",
        "https://voice.example.com",
        "v\u{43e}ice.example.com",
    ] {
        let problem = agency
            .post("/api/domains", &json!({ "domain": domain }))
            .await
            .problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{domain}");
        assert_eq!(problem.errors[0].field, "domain", "{domain}");
    }
    let first = add(&agency, "d1.example.com").await;
    let problem = agency
        .post("/api/domains", &json!({ "domain": "D1.example.com" }))
        .await
        .problem();
    assert!(problem.errors[0].message.contains("in the list already"));
    for n in 2..=5 {
        add(&agency, &format!("d{n}.example.com")).await;
    }
    let problem = agency
        .post("/api/domains", &json!({ "domain": "d6.example.com" }))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::LimitReached);
    // Asking DNS again and again is for the patient.
    let path = format!("/api/domains/{}/check", first.id);
    assert_eq!(agency.post(&path, &json!({})).await.status, 200);
    assert_eq!(
        agency.post(&path, &json!({})).await.problem().code,
        ErrorCode::RateLimited
    );

    // A platform that has no name itself.
    let nameless = TestApp::start().await;
    let agency = nameless.sign_in(AGENCY).await;
    let problem = agency
        .post("/api/domains", &json!({ "domain": NAME }))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::Conflict);
    let listed: Domains = agency.get("/api/domains").await.json();
    assert_eq!(listed.target, None);
    assert!(listed.path.unwrap().ends_with("/agency/northwind-voice"));
}
