//! What an organization chose of its look, and what of it holds for whom.

use crate::harness::{AGENCY, CUSTOMER, PLATFORM, TestApp, VIEWER};
use serde_json::{Value, json};
use shared::branding::{Branding, Look};
use shared::{ErrorCode, OrganizationId};

async fn look(client: &crate::harness::Client) -> Look {
    client
        .get("/api/auth/session")
        .await
        .json::<shared::auth::Session>()
        .look
}

#[tokio::test]
async fn customers_look_like_their_agency_until_they_choose_for_themselves() {
    let app = TestApp::start().await;
    app.sql("delete from organization_branding");
    app.app.brands.forget_all();
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    assert_eq!(look(&customer).await, Look::default());
    let wanted = json!({
        "app_name": "Northwind", "colour": "#7A2E8F", "sender_name": "Northwind Team", "support_url": "https://help.northwind.example",
        "docs_url": "https://docs.northwind.example", "sign_in_title": "Hello", "sign_in_text": "Sign in with your work address.",
        "hides_platform": true
    });
    let changed: Branding = agency.put("/api/branding", &wanted).await.json();
    assert_eq!(changed.own.colour.as_deref(), Some("#7a2e8f"));
    assert_eq!(changed.sign_in_path.as_deref(), Some("/agency/northwind-voice"));
    assert_eq!(changed.inherited, Look::default());
    let of_customer = look(&customer).await;
    assert_eq!(of_customer, changed.look);
    assert_eq!(of_customer.app_name, "Northwind");
    assert!(
        of_customer.style.contains("--brand-light:#7a2e8f;"),
        "{}",
        of_customer.style
    );
    // The platform above does not change.
    assert_eq!(look(&app.sign_in(PLATFORM).await).await, Look::default());

    let own: Branding = customer
        .put("/api/branding", &json!({ "app_name": "Harbor Desk" }))
        .await
        .json();
    assert_eq!(own.inherited.app_name, "Northwind");
    assert_eq!(own.inherited_colour.as_deref(), Some("#7a2e8f"));
    let viewers = look(&app.sign_in(VIEWER).await).await;
    assert_eq!(
        (viewers.app_name.as_str(), &viewers.style),
        ("Harbor Desk", &of_customer.style)
    );
    // What is hidden above stays hidden.
    assert!(viewers.hides_platform);

    let reset: Branding = customer.delete("/api/branding").await.json();
    assert_eq!(reset.look, of_customer);
    assert_eq!(look(&customer).await.app_name, "Northwind");
    let actions =
        "select string_agg(action, ' ' order by occurred_at) from audit_log where action like 'branding.%'";
    assert_eq!(
        app.sql(actions),
        "branding.changed branding.changed branding.reset"
    );
}

#[tokio::test]
async fn switching_to_a_customer_changes_the_look() {
    let app = TestApp::start().await;
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let own = json!({ "app_name": "Harbor Desk" });
    assert_eq!(customer.put("/api/branding", &own).await.status, 200);
    let there = app.organization("harbor-dental");
    let switched = agency
        .post(
            "/api/auth/organization",
            &json!({ "organization_id": there, "reason": "have a look" }),
        )
        .await
        .json::<shared::auth::Session>();
    assert_eq!(switched.look.app_name, "Harbor Desk");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let before: Value = agency.get("/api/branding").await.json();
    for (field, value) in [
        ("colour", json!("red")),
        ("colour", json!("#12345")),
        ("colour", json!("#0b6e8f;background:url(x)")),
        ("app_name", json!("x".repeat(61))),
        ("sender_name", json!("Boss <boss@bank.example>")),
        ("support_url", json!("javascript:alert(1)")),
        ("docs_url", json!("http://insecure.example")),
        ("sign_in_text", json!("x".repeat(401))),
    ] {
        let problem = agency
            .put("/api/branding", &json!({ field: value }))
            .await
            .problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{field} {value}");
        assert_eq!(problem.errors[0].field, field, "{value}");
    }
    let unreadable = agency
        .put("/api/branding", &json!({ "colour": 7 }))
        .await
        .problem();
    assert_eq!(unreadable.code, ErrorCode::MalformedRequest);
    assert_eq!(agency.get("/api/branding").await.json::<Value>(), before);
}

#[tokio::test]
async fn who_may_not_have_a_brand_looks_like_those_above() {
    let app = TestApp::start().await;
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let own = json!({ "app_name": "Harbor Desk" });
    assert_eq!(customer.put("/api/branding", &own).await.status, 200);
    let above = look(&agency).await;
    app.sql("update organizations set features_off = '{white_label}' where slug = 'harbor-dental'");
    // Told by the database, also to a server that did not do it.
    for _ in 0..100 {
        if look(&customer).await == above {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(look(&customer).await, above);
    // Changing it is gone with the feature.
    let problem = customer.put("/api/branding", &own).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn mail_leads_to_the_nearest_own_host() {
    let app = TestApp::start_with([("BASE_DOMAIN", "platform.test")]).await;
    let agency = app.sign_in(AGENCY).await;
    let wanted = json!({ "app_name": "Northwind", "colour": "#ffe600", "hides_platform": true });
    assert_eq!(agency.put("/api/branding", &wanted).await.status, 200);
    let port = app.app.config.http.public_url.port().unwrap();
    let look = async |slug: &str| {
        let id: OrganizationId = app.organization(slug);
        let mut conn = app.app.db.connection().await.unwrap();
        server::branding::mail_look(&app.app, &mut conn, id)
            .await
            .unwrap()
    };
    let of_customer = look("harbor-dental").await;
    assert_eq!(
        of_customer.base_url.as_str(),
        format!("http://northwind-voice.platform.test:{port}/")
    );
    assert_eq!(
        (of_customer.app_name.as_str(), of_customer.sender_name.as_str()),
        ("Northwind", "Northwind")
    );
    // White text can be read on it.
    assert_ne!(of_customer.colour.as_deref(), Some("#ffe600"));
    assert!(of_customer.hides_platform);
    app.sql(
        "insert into organization_domains (id, organization_id, domain, token, state, verified_at)
         select gen_random_uuid(), id, 'voice.northwind.example', 't', 'verified', now() from organizations where slug = 'northwind-voice'",
    );
    let of_customer = look("harbor-dental").await;
    assert_eq!(
        of_customer.base_url.as_str(),
        format!("http://voice.northwind.example:{port}/")
    );
    let logo = of_customer.logo_url.unwrap_or_default();
    assert!(
        logo.is_empty() || logo.starts_with("http://voice.northwind.example"),
        "{logo}"
    );
    let of_platform = look("platform").await;
    assert_eq!(of_platform.base_url, app.app.config.http.public_url);
    assert_eq!(
        (of_platform.app_name.as_str(), of_platform.colour),
        ("EchoSensei", None)
    );
}
