//! Inviting members and accepting.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, Reply, TestApp, VIEWER};
use serde_json::{Value, json};
use shared::auth::Session;
use shared::invitation::{Invitation, InvitationOffer, InvitationState, InvitedAccount};
use shared::{ErrorCode, Page};

const INVITATIONS: &str = "/api/members/invitations";
pub const NEW: &str = "new@example.com";
pub const NEW_PASSWORD: &str = "nine blue teapots";

pub async fn invite(client: &Client, email: &str, role: &str) -> Invitation {
    let body = json!({ "email": email, "role": role, "message": "See you soon" });
    client.post(INVITATIONS, &body).await.json()
}

pub async fn accept(client: &mut Client, body: Value) -> Reply {
    let reply = client.post("/api/auth/invitation/accept", &body).await;
    if let Some(cookie) = reply.set_cookie() {
        client.cookie = cookie.split(';').next().map(str::to_owned);
    }
    reply
}

pub fn newcomer(token: &str) -> Value {
    json!({ "token": token, "name": "Nina New", "password": NEW_PASSWORD })
}

#[tokio::test]
async fn a_new_person_joins_by_the_mailed_link_and_is_signed_in() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let sent = invite(&admin, " NEW@Example.com ", "customer_user").await;
    assert_eq!((sent.email.as_str(), sent.state), (NEW, InvitationState::Open));
    assert_eq!(sent.role_label.as_deref(), Some("User"));
    let mail = app.mail_to(NEW).await.remove(0);
    assert_eq!(mail.subject, "Casey Customer invites you to Harbor Dental");
    // In the name of the agency, with what was written by hand.
    assert!(mail.sender.starts_with("Northwind Voice <"), "{}", mail.sender);
    for text in [&mail.text, &mail.html] {
        assert!(text.contains("See you soon") && text.contains("User"), "{text}");
    }
    let token = app.secret_to(NEW).await;
    let mut client = app.client();
    let offer: InvitationOffer = client
        .post("/api/auth/invitation", &json!({ "token": token }))
        .await
        .json();
    assert_eq!(
        (offer.organization.as_str(), offer.email.as_str(), offer.account),
        ("Harbor Dental", NEW, InvitedAccount::New)
    );
    assert_eq!(offer.invited_by.as_deref(), Some("Casey Customer"));
    let session: Session = accept(&mut client, newcomer(&token)).await.json();
    assert_eq!(session.user.name, "Nina New");
    assert_eq!(
        (session.organization.slug.as_str(), session.role.as_str()),
        ("harbor-dental", "User")
    );
    let again: Session = client.get("/api/auth/session").await.json();
    assert_eq!(again.user.email.as_str(), NEW);
    // Whoever follows the link reads mail sent there.
    assert_eq!(
        app.sql(&format!(
            "select email_verified_at is not null from users where email = '{NEW}'"
        )),
        "t"
    );
    let mut later = app.client();
    assert!(later.log_in(NEW, NEW_PASSWORD).await.status.is_success());
    let listed: Page<Invitation> = admin.get(INVITATIONS).await.json();
    assert_eq!(listed.items[0].state, InvitationState::Accepted);
    assert_eq!(
        app.sql("select action from audit_log where action like 'invitation.%' order by sequence"),
        "invitation.sent\ninvitation.accepted"
    );
}

#[tokio::test]
async fn somebody_with_an_account_joins_a_further_organization() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    invite(&agency, VIEWER, "agency_staff").await;
    let token = app.secret_to(VIEWER).await;
    // Without signing in the link alone opens nobody's account.
    let mut stranger = app.client();
    let problem = accept(&mut stranger, newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::NotSignedIn);
    let mut viewer = app.sign_in(VIEWER).await;
    let offer: InvitationOffer = viewer
        .post("/api/auth/invitation", &json!({ "token": token }))
        .await
        .json();
    assert_eq!(offer.account, InvitedAccount::Existing);
    assert_eq!(offer.signed_in_as.unwrap().as_str(), VIEWER);
    let session: Session = accept(&mut viewer, json!({ "token": token })).await.json();
    assert_eq!(session.organization.slug, "northwind-voice");
    assert_eq!(session.user.name, "Val Viewer");
    let slugs: Vec<_> = session.organizations.iter().map(|o| o.slug.as_str()).collect();
    assert!(
        slugs.contains(&"harbor-dental") && slugs.contains(&"northwind-voice"),
        "{slugs:?}"
    );
    // The password is the old one.
    assert!(app.client().log_in(VIEWER, PASSWORD).await.status.is_success());
}

#[tokio::test]
async fn an_account_that_belongs_nowhere_begins_anew() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let removed = admin.delete(&format!("/api/members/{}", app.user(VIEWER))).await;
    assert_eq!(removed.status, 204);
    invite(&admin, VIEWER, "customer_viewer").await;
    let token = app.secret_to(VIEWER).await;
    let mut client = app.client();
    let session: Session = accept(&mut client, newcomer(&token)).await.json();
    assert_eq!(session.user.name, "Nina New");
    assert!(
        app.client()
            .log_in(VIEWER, NEW_PASSWORD)
            .await
            .status
            .is_success()
    );
    assert_eq!(
        app.client().log_in(VIEWER, PASSWORD).await.problem().code,
        ErrorCode::WrongCredentials
    );
}

#[tokio::test]
async fn sending_again_voids_the_earlier_link_and_revoking_the_last() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let sent = invite(&admin, NEW, "customer_viewer").await;
    let first = app.secret_to(NEW).await;
    app.sql("update invitations set expires_at = now() - interval '1 second'");
    let listed: Page<Invitation> = admin.get(INVITATIONS).await.json();
    assert_eq!(listed.items[0].state, InvitationState::Expired);
    let path = format!("{INVITATIONS}/{}", sent.id);
    let again: Invitation = admin.post(&format!("{path}/resend"), &json!({})).await.json();
    assert_eq!((again.state, again.sends), (InvitationState::Open, 2));
    let second = app.secret_to(NEW).await;
    assert_ne!(first, second);
    let offer = |token: String| {
        let client = app.client();
        async move {
            client
                .post("/api/auth/invitation", &json!({ "token": token }))
                .await
        }
    };
    assert_eq!(offer(first).await.problem().code, ErrorCode::NotFound);
    assert!(offer(second.clone()).await.status.is_success());
    assert_eq!(admin.delete(&path).await.status, 204);
    let problem = accept(&mut app.client(), newcomer(&second)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(problem.detail.unwrap().contains("revoked"));
    for refused in [
        admin.delete(&path).await,
        admin.post(&format!("{path}/resend"), &json!({})).await,
    ] {
        assert_eq!(refused.problem().code, ErrorCode::Conflict);
    }
    assert_eq!(
        app.sql(&format!("select count(*) from users where email = '{NEW}'")),
        "0"
    );
    // The address can be invited anew.
    invite(&admin, NEW, "customer_viewer").await;
}

#[tokio::test]
async fn one_address_is_written_to_only_so_often() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let sent = invite(&admin, NEW, "customer_viewer").await;
    let again = format!("{INVITATIONS}/{}/resend", sent.id);
    for _ in 0..4 {
        assert_eq!(admin.post(&again, &json!({})).await.status, 200);
    }
    let refused = admin.post(&again, &json!({})).await;
    assert_eq!(refused.problem().code, ErrorCode::RateLimited);
    assert_eq!(
        app.sql("select sends, (select count(*) from mails) from invitations"),
        "5|5"
    );
}

#[tokio::test]
async fn the_table_holds_only_a_hash_and_the_sealed_mail_goes_with_its_sending() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, NEW, "customer_viewer").await;
    let token = app.secret_to(NEW).await;
    let rows = app.sql(
        "select i::text || encode(token_hash, 'escape') from invitations i union all
         select m::text || encode(content_sealed, 'escape') from mails m union all select payload::text from jobs union all
         select details::text from audit_log",
    );
    assert!(!rows.contains(&token), "{rows}");
}

#[tokio::test]
async fn invitations_are_listed_newest_first_in_pages() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    for n in 0..3 {
        invite(&admin, &format!("n{n}@example.com"), "customer_viewer").await;
    }
    let first: Page<Invitation> = admin.get(&format!("{INVITATIONS}?limit=2")).await.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<Invitation> = admin
        .get(&format!("{INVITATIONS}?limit=2&cursor={cursor}"))
        .await
        .json();
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|i| i.email.to_string())
        .collect();
    assert_eq!(seen, ["n2@example.com", "n1@example.com", "n0@example.com"]);
    assert_eq!(second.next_cursor, None);
    for (query, field) in [("limit=0", "limit"), ("cursor=nonsense", "cursor")] {
        let problem = admin.get(&format!("{INVITATIONS}?{query}")).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
}
