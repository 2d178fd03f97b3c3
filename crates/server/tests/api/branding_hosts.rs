//! The look before anybody signed in: by host, by path, by what the browser saw last.

use crate::harness::{AGENCY, CUSTOMER, Client, Gate, PASSWORD, PLATFORM, Reply, TestApp, database};
use reqwest::Method;
use serde_json::json;
use shared::ErrorCode;

const HOST: &str = "northwind-voice.platform.test";
const INDEX: &str = "<!doctype html><html lang=\"en\"><head><title>EchoSensei</title><link rel=\"icon\" href=\"/icon.svg\"></head><body></body></html>";

fn with_pages(app: &TestApp) {
    let dist = &app.app.config.http.spa_dir;
    std::fs::create_dir_all(dist).unwrap();
    std::fs::write(dist.join("index.html"), INDEX).unwrap();
}

async fn branded<const N: usize>(more: [(&str, &str); N]) -> TestApp {
    let mut settings = vec![("BASE_DOMAIN", "platform.test")];
    settings.extend(more);
    let app = match settings[..] {
        [one, two] => TestApp::start_with([one, two]).await,
        [one] => TestApp::start_with([one]).await,
        _ => panic!("one more setting at most"),
    };
    with_pages(&app);
    let own = json!({ "app_name": "Northwind <Voice>", "colour": "#7a2e8f" });
    let agency = app.sign_in(AGENCY).await;
    assert_eq!(agency.put("/api/branding", &own).await.status, 200);
    app
}

async fn page(client: &Client, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = client.http.get(format!("{}{path}", client.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request).await
}

fn is_northwind(reply: &Reply) -> bool {
    let text = reply.text();
    let whole = text.contains("<title>Northwind &lt;Voice></title>")
        || text.contains("<title>Northwind &lt;Voice&gt;</title>");
    assert_eq!(whole, text.contains("--brand-light:#7a2e8f"), "{text}");
    assert_eq!(whole, text.contains("id=\"look\""), "{text}");
    whole
}

#[tokio::test]
async fn an_agencys_host_and_path_are_served_in_its_look() {
    let app = branded([]).await;
    let client = app.client();
    assert_eq!(page(&client, "/login", &[]).await.text(), INDEX);
    let by_host = page(&client, "/login", &[("host", HOST)]).await;
    assert!(is_northwind(&by_host), "{}", by_host.text());
    // Nothing inline runs: the policy is as strict as everywhere.
    assert!(
        !by_host
            .header("content-security-policy")
            .contains("script-src 'self' 'unsafe")
    );
    let by_path = page(&client, "/agency/northwind-voice/calls?x=1", &[]).await;
    assert!(is_northwind(&by_path));
    let cookie = by_path.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(cookie, format!("brand={}", app.organization("northwind-voice")));
    assert!(!by_path.header("set-cookie").contains("Domain"));
    let remembered = page(&client, "/login", &[("cookie", &cookie)]).await;
    assert!(is_northwind(&remembered));
    // A customer without a look of its own has its agency's.
    assert!(is_northwind(
        &page(&client, "/", &[("host", "harbor-dental.platform.test:8443")]).await
    ));
    // Unchanged pages are not sent again, compressed ones are smaller by the server's own work.
    let again = page(
        &client,
        "/login",
        &[("host", HOST), ("if-none-match", by_host.header("etag"))],
    )
    .await;
    assert_eq!(again.status, 304);
    let compressed = page(&client, "/login", &[("host", HOST), ("accept-encoding", "br")]).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    assert!(compressed.body.len() < by_host.body.len());
}

#[tokio::test]
async fn names_that_are_nobodys_show_the_platform() {
    let app = branded([]).await;
    let client = app.client();
    for host in [
        "nobody.platform.test",
        "platform.test",
        "www.platform.test",
        "northwind-voice.evil.test",
        "a.northwind-voice.platform.test",
        "[::1]",
    ] {
        assert_eq!(
            page(&client, "/login", &[("host", host)]).await.text(),
            INDEX,
            "{host}"
        );
    }
    let unknown = page(&client, "/agency/nobody", &[]).await;
    assert_eq!((unknown.status.as_u16(), unknown.text().as_str()), (404, INDEX));
    // Forged cookies change nothing but what is shown, and only to what is there.
    for value in ["brand=1", "brand=00000000-0000-0000-0000-000000000000"] {
        assert_eq!(
            page(&client, "/login", &[("cookie", value)]).await.text(),
            INDEX,
            "{value}"
        );
    }
    // On the agency's host nothing of somebody else's is shown.
    app.sql(
        "insert into organizations (id, parent_id, kind, name, slug)
         select gen_random_uuid(), id, 'agency', 'Rival', 'rival' from organizations where kind = 'platform'",
    );
    app.sql("insert into organization_branding (organization_id, app_name) select id, 'Rival' from organizations where slug = 'rival'");
    app.app.brands.forget_all();
    let cookie = format!("brand={}", app.organization("rival"));
    assert!(
        page(&client, "/login", &[("cookie", &cookie)])
            .await
            .text()
            .contains("<title>Rival")
    );
    assert!(is_northwind(
        &page(&client, "/login", &[("host", HOST), ("cookie", &cookie)]).await
    ));
    assert!(is_northwind(
        &page(&client, "/agency/rival", &[("host", HOST)]).await
    ));
}

#[tokio::test]
async fn a_forwarded_host_counts_only_behind_a_trusted_proxy() {
    let forged = [("x-forwarded-host", HOST), ("x-forwarded-for", "203.0.113.9")];
    let app = branded([]).await;
    assert_eq!(page(&app.client(), "/login", &forged).await.text(), INDEX);
    let app = branded([("TRUST_PROXY", "true")]).await;
    assert!(is_northwind(&page(&app.client(), "/login", &forged).await));
}

async fn log_in(app: &TestApp, host: &str, origin: &str, email: &str) -> Reply {
    let http = app.client().http;
    let request = http.post(format!("{}/api/auth/login", app.base));
    let body = json!({ "email": email, "password": PASSWORD });
    Reply::of(request.header("host", host).header("origin", origin).json(&body)).await
}

#[tokio::test]
async fn on_an_agencys_host_only_its_own_people_sign_in() {
    let app = branded([]).await;
    app.sql(
        "insert into organizations (id, parent_id, kind, name, slug)
         select gen_random_uuid(), id, 'agency', 'Rival', 'rival' from organizations where kind = 'platform'",
    );
    let (stranger, _) = app.add_member("rival", "agency_admin");
    let origin = format!("http://{HOST}");
    for (email, works_in) in [
        (CUSTOMER, "harbor-dental"),
        (AGENCY, "northwind-voice"),
        (PLATFORM, "platform"),
    ] {
        let session: shared::auth::Session = log_in(&app, HOST, &origin, email).await.json();
        assert_eq!(session.organization.slug, works_in);
        // Whatever he works in, the host shows its own.
        assert_eq!(session.look.app_name, "Northwind <Voice>");
    }
    let refused = log_in(&app, HOST, &origin, &stranger).await;
    assert!(refused.set_cookie().is_none());
    let wrong = log_in(&app, HOST, &origin, "nobody@demo.test").await;
    let (refused, wrong) = (refused.problem(), wrong.problem());
    assert_eq!(
        (refused.code, &refused.title, &refused.detail),
        (ErrorCode::WrongCredentials, &wrong.title, &wrong.detail)
    );
    // Elsewhere he is known.
    assert_eq!(
        log_in(
            &app,
            "rival.platform.test",
            "http://rival.platform.test",
            &stranger
        )
        .await
        .status,
        200
    );
    // Somebody of both works in the one whose host it is.
    app.sql(&format!(
        "insert into memberships (organization_id, user_id, role) select o.id, u.id, 'agency_staff' from organizations o, users u
         where o.slug = 'northwind-voice' and u.email = '{stranger}'"
    ));
    for (host, works_in) in [(HOST, "northwind-voice"), ("rival.platform.test", "rival")] {
        let session: shared::auth::Session = log_in(&app, host, &format!("http://{host}"), &stranger)
            .await
            .json();
        assert_eq!(session.organization.slug, works_in);
    }
}

#[tokio::test]
async fn an_organizations_host_takes_requests_of_its_own_pages_only() {
    let app = branded([]).await;
    for origin in [
        app.base.as_str(),
        "http://rival.platform.test",
        "http://platform.test",
        "https://evil.example",
    ] {
        let problem = log_in(&app, HOST, origin, AGENCY).await.problem();
        assert_eq!(problem.code, ErrorCode::ForeignOrigin, "{origin}");
    }
    let own = log_in(&app, HOST, &format!("http://{HOST}"), AGENCY).await;
    let cookie = own.set_cookie().unwrap();
    assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
    // The platform's own address does not take the agency's pages.
    let address = app.base.strip_prefix("http://").unwrap();
    let problem = log_in(&app, address, &format!("http://{HOST}"), AGENCY)
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::ForeignOrigin);
}

#[tokio::test]
async fn an_unknown_host_costs_the_database_nothing_after_the_first_request() {
    let database = database().await;
    let gate = Gate::before(&database.app_url());
    let app = TestApp::start_on(
        database,
        [("DATABASE_URL", &gate.url()), ("BASE_DOMAIN", "platform.test")],
    )
    .await;
    with_pages(&app);
    let client = app.client();
    let host = [("host", "nobody.example")];
    let first = page(&client, "/login", &host).await;
    let asked = client.get("/api/tls/allowed?domain=nobody.example").await;
    assert_eq!((first.status.as_u16(), asked.status.as_u16()), (200, 404));
    // Whatever would ask the database now fails.
    gate.shut();
    for _ in 0..50 {
        assert_eq!(page(&client, "/login", &host).await.text(), first.text());
        assert_eq!(page(&client, "/api/public", &host).await.status, 200);
        let asked = client
            .get("/api/tls/allowed?domain=nobody.example")
            .await
            .problem();
        assert_eq!(asked.code, ErrorCode::NotFound);
    }
    // One that nobody has asked for needs it, which shows that the gate is shut.
    let asked = client
        .get("/api/tls/allowed?domain=another.example")
        .await
        .problem();
    assert_eq!(asked.code, ErrorCode::Unavailable);
    // A page comes all the same.
    assert_eq!(
        page(&client, "/login", &[("host", "third.example")]).await.text(),
        INDEX
    );
    gate.open();
    assert_eq!(
        client.get("/api/tls/allowed?domain=another.example").await.status,
        404
    );
}

#[tokio::test]
async fn a_flood_of_new_names_does_not_become_one_of_queries() {
    let app = branded([]).await;
    let client = app.client();
    let mut limited = 0;
    for n in 0..120 {
        let reply = client.get(&format!("/api/tls/allowed?domain=x{n}.example")).await;
        limited += u32::from(reply.status == 429);
    }
    assert!(limited > 20, "{limited}");
    // What is known is answered all the while.
    let known = Reply::of(client.request(Method::GET, "/api/tls/allowed?domain=x0.example")).await;
    assert_eq!(known.status, 404);
    let problem = client.get("/api/tls/allowed").await.problem();
    assert_eq!(problem.code, ErrorCode::Invalid);
}
