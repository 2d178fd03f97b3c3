//! Agencies that are invited or register themselves.

use crate::harness::{AGENCY, Client, PLATFORM, TestApp};
use crate::invitations::{NEW, NEW_PASSWORD, accept};
use serde_json::{Value, json};
use shared::auth::Session;
use shared::invitation::{Invitation, InvitationOffer};
use shared::platform::PlatformSettings;
use shared::public::PublicInfo;
use shared::{ErrorCode, Page, PermissionSet};

const INVITATIONS: &str = "/api/agencies/invitations";
const SETTINGS: &str = "/api/platform/settings";

fn terms() -> Value {
    json!({
        "email": NEW, "company": "Kiel Voice", "commission_basis_points": 1250, "opening_credits_minor": 5000,
        "currency": "EUR", "message": "Welcome aboard"
    })
}

fn founder(token: &str, slug: Option<&str>) -> Value {
    json!({
        "token": token, "name": "Nina New", "password": NEW_PASSWORD, "company": "Kiel Voice GmbH", "slug": slug,
        "timezone": "Europe/Berlin"
    })
}

async fn open_registration(platform: &Client, open: bool) {
    let settings = json!({
        "registration_open": open, "registration_commission_basis_points": 2000, "invitation_days": 3
    });
    let kept: PlatformSettings = platform.put(SETTINGS, &settings).await.json();
    assert_eq!(kept.registration_open, open);
}

#[tokio::test]
async fn an_invited_agency_is_founded_on_its_terms() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    let sent: Invitation = platform.post(INVITATIONS, &terms()).await.json();
    assert_eq!(sent.terms.unwrap().commission_basis_points, 1250);
    let mail = app.mail_to(NEW).await.remove(0);
    assert!(
        mail.text.contains("12.5 %") && mail.text.contains("50.00 EUR"),
        "{}",
        mail.text
    );
    let token = app.secret_to(NEW).await;
    let mut client = app.client();
    let offer: InvitationOffer = client
        .post("/api/auth/invitation", &json!({ "token": token }))
        .await
        .json();
    assert_eq!(offer.terms.unwrap().company, "Kiel Voice");
    let session: Session = accept(&mut client, founder(&token, None)).await.json();
    assert_eq!(
        (
            session.organization.slug.as_str(),
            session.organization.timezone.as_str(),
            session.role.as_str()
        ),
        ("kiel-voice-gmbh", "Europe/Berlin", "Owner")
    );
    let of_owner = shared::role::RoleTemplate::find("agency_owner")
        .unwrap()
        .permissions();
    assert_eq!(session.permissions, of_owner);
    let agency = app.organization("kiel-voice-gmbh");
    assert_eq!(
        app.sql(&format!(
            "select t.commission_basis_points, c.amount_minor, c.currency, c.booked_at is null, u.email
             from agency_terms t join opening_credits c using (organization_id) join users u on u.id = c.granted_by
             where organization_id = '{agency}'"
        )),
        format!("1250|5000|EUR|t|{PLATFORM}")
    );
    assert_eq!(app.sql("select name from organizations o where o.parent_id = (select id from organizations where kind = 'platform') and slug = 'kiel-voice-gmbh'"), "Kiel Voice GmbH");
    // Its own people can not see what another agency was promised, and the log of both sides tells of it.
    assert_eq!(
        app.sql("select o.slug from audit_log l join organizations o on o.id = l.organization_id where action = 'agency.founded' order by 1"),
        "kiel-voice-gmbh\nplatform"
    );
    let problem = accept(&mut app.client(), founder(&token, Some("again")))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert_eq!(app.sql("select count(*) from opening_credits"), "1");
    let listed: Page<Invitation> = platform.get(INVITATIONS).await.json();
    assert_eq!(listed.items.len(), 1);
}

#[tokio::test]
async fn a_taken_or_reserved_address_founds_nothing_and_uses_nothing_up() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    let reply = platform.post(INVITATIONS, &terms()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let token = app.secret_to(NEW).await;
    for slug in ["northwind-voice", "admin", "Not A Slug", "-a"] {
        let problem = accept(&mut app.client(), founder(&token, Some(slug)))
            .await
            .problem();
        assert_eq!(problem.errors[0].field, "slug", "{slug}");
    }
    let mut zone = founder(&token, Some("kiel"));
    zone["timezone"] = json!("Mars/Base");
    let problem = accept(&mut app.client(), zone).await.problem();
    assert_eq!(problem.errors[0].field, "timezone");
    assert_eq!(
        app.sql(&format!(
            "select state, (select count(*) from users where email = '{NEW}') from invitations"
        )),
        "open|0"
    );
    assert!(
        accept(&mut app.client(), founder(&token, Some("kiel")))
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn wrong_terms_are_named_and_only_who_may_invites_agencies() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    for (field, value) in [
        ("email", json!("nobody")),
        ("company", json!("")),
        ("commission_basis_points", json!(10_001)),
        ("opening_credits_minor", json!(-1)),
        ("currency", json!("euro")),
    ] {
        let mut body = terms();
        body[field] = value;
        let problem = platform.post(INVITATIONS, &body).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
    let agency = app.sign_in(AGENCY).await;
    let problem = agency.post(INVITATIONS, &terms()).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    // Whoever invited must still be one who may when it is accepted.
    let (admin, id) = app.add_member("platform", "platform_admin");
    let admin = app.sign_in(&admin).await;
    assert_eq!(admin.post(INVITATIONS, &terms()).await.status, 201);
    let token = app.secret_to(NEW).await;
    app.sql(&format!(
        "update memberships set role = 'platform_support' where user_id = '{id}'"
    ));
    let problem = accept(&mut app.client(), founder(&token, None)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert_eq!(app.sql("select count(*) from invitations"), "1");
}

#[tokio::test]
async fn an_agency_registers_itself_only_where_the_platform_lets_it() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    let ask = json!({ "email": NEW, "company": "Kiel Voice" });
    let client = app.client();
    let closed: PublicInfo = client.get("/api/public").await.json();
    assert!(!closed.registration_open && closed.mail_ready);
    let problem = client.post("/api/auth/register", &ask).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    open_registration(&platform, true).await;
    let open: PublicInfo = client.get("/api/public").await.json();
    assert!(open.registration_open);
    for (body, field) in [
        (json!({ "email": "nobody", "company": "A" }), "email"),
        (json!({ "email": NEW, "company": " " }), "company"),
    ] {
        let problem = client.post("/api/auth/register", &body).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
    // Nothing is founded before the address is shown to be his.
    assert_eq!(client.post("/api/auth/register", &ask).await.status, 202);
    app.run_jobs().await;
    assert_eq!(
        app.sql("select count(*) from organizations where kind = 'agency'"),
        "1"
    );
    let first = app.secret_to(NEW).await;
    // Asked again: the earlier link ends.
    assert_eq!(client.post("/api/auth/register", &ask).await.status, 202);
    let token = app.secret_to(NEW).await;
    let problem = accept(&mut app.client(), founder(&first, None)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    open_registration(&platform, false).await;
    let problem = accept(&mut app.client(), founder(&token, None)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    open_registration(&platform, true).await;
    let session: Session = accept(&mut app.client(), founder(&token, None)).await.json();
    assert_eq!(session.role, "Owner");
    assert_eq!(
        app.sql("select commission_basis_points, (select count(*) from opening_credits) from agency_terms"),
        "2000|0"
    );
}

#[tokio::test]
async fn registering_tells_nobody_which_addresses_have_accounts_and_has_its_limits() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    open_registration(&platform, true).await;
    let client = app.client();
    let ask = |email: &str| {
        let (client, body) = (client.clone(), json!({ "email": email, "company": "Kiel" }));
        async move { client.post("/api/auth/register", &body).await }
    };
    let (known, unknown) = (ask(AGENCY).await, ask(NEW).await);
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    // The holder of a known address goes on as himself.
    let token = app.secret_to(AGENCY).await;
    let mut agency = app.sign_in(AGENCY).await;
    let body = json!({ "token": token, "company": "Second Voice" });
    let session: Session = accept(&mut agency, body).await.json();
    assert_eq!(
        (session.user.email.as_str(), session.organization.slug.as_str()),
        (AGENCY, "second-voice")
    );
    let mut refused = 0;
    for _ in 0..8 {
        let reply = ask(NEW).await;
        if reply.status == 429 {
            assert!(!reply.header("retry-after").is_empty());
            refused += 1;
        }
    }
    assert_eq!(refused, 4, "one address is written to five times at once");
}

#[tokio::test]
async fn settings_are_kept_and_wrong_ones_refused() {
    let app = TestApp::start().await;
    let platform = app.sign_in(PLATFORM).await;
    let first: PlatformSettings = platform.get(SETTINGS).await.json();
    assert_eq!((first.registration_open, first.invitation_days), (false, 7));
    for (field, value) in [
        ("invitation_days", 0),
        ("registration_commission_basis_points", 10_001),
    ] {
        let mut body = json!(first);
        body[field] = json!(value);
        assert_eq!(
            platform.put(SETTINGS, &body).await.problem().errors[0].field,
            field
        );
    }
    open_registration(&platform, true).await;
    let sent: Invitation = platform.post(INVITATIONS, &terms()).await.json();
    let days = (sent.expires_at - chrono::Utc::now()).num_hours();
    assert!((71..=72).contains(&days), "{days}");
    assert_eq!(
        app.sql("select details->'before'->>'registration_open', details->'after'->>'registration_open' from audit_log where action = 'platform.settings_changed'"),
        "false|true"
    );
    let session: Session = platform.get("/api/auth/session").await.json();
    assert_ne!(session.permissions, PermissionSet::default());
}
