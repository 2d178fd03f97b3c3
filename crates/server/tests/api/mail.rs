//! The page of sent mail, and the mailbox of a machine that sends none.

use crate::harness::{CUSTOMER, PLATFORM, Reply, TestApp};
use crate::invitations::invite;
use serde_json::json;
use shared::mail::{MailState, SentMail};
use shared::{ErrorCode, Page};

const SENT: &str = "/api/platform/mail";

#[tokio::test]
async fn the_platform_sees_what_was_sent_to_whom_and_not_what_it_says() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    for n in 0..3 {
        invite(&admin, &format!("n{n}@example.com"), "customer_viewer").await;
    }
    let secret = app.secret_to("n0@example.com").await;
    let platform = app.sign_in(PLATFORM).await;
    let first = platform.get(&format!("{SENT}?limit=2")).await;
    assert!(!first.text().contains(&secret));
    let first: Page<SentMail> = first.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<SentMail> = platform
        .get(&format!("{SENT}?limit=2&cursor={cursor}"))
        .await
        .json();
    let mails: Vec<_> = first.items.iter().chain(&second.items).collect();
    let seen: Vec<_> = mails.iter().map(|m| m.recipient.as_str()).collect();
    assert_eq!(seen, ["n2@example.com", "n1@example.com", "n0@example.com"]);
    assert_eq!(
        (
            mails[0].state,
            mails[0].organization.as_str(),
            mails[0].kind.as_str()
        ),
        (MailState::Kept, "Harbor Dental", "member_invitation")
    );
    let found: Page<SentMail> = platform.get(&format!("{SENT}?q=N1@&state=kept")).await.json();
    assert_eq!(found.items.len(), 1);
    let none: Page<SentMail> = platform.get(&format!("{SENT}?state=failed")).await.json();
    assert!(none.items.is_empty());
    for (query, field) in [
        ("state=lost", "state"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let problem = platform.get(&format!("{SENT}?{query}")).await.problem();
        assert_eq!(problem.errors[0].field, field);
    }
    let problem = admin.get(SENT).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn the_mailbox_is_open_to_this_machine_or_on_demo_data_only() {
    let app = TestApp::start_with([("DEMO_MODE", "false")]).await;
    let ask = |header: &'static str| {
        let request = app.client().request(reqwest::Method::GET, "/api/dev/mail");
        Reply::of(request.header(header, "203.0.113.7"))
    };
    assert_eq!(ask("x-nothing").await.status, 200);
    // A proxy on this machine asks for somebody else.
    assert_eq!(ask("x-forwarded-for").await.status, 404);
    let demo = TestApp::start().await;
    let request = demo.client().request(reqwest::Method::GET, "/api/dev/mail");
    let reply = Reply::of(request.header("x-forwarded-for", "203.0.113.7")).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn what_a_given_up_mail_said_is_forgotten_in_time() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, "old@example.com", "customer_viewer").await;
    app.run_jobs().await;
    app.sql("update mails set state = 'failed', settled_at = now() - interval '31 days'");
    invite(&admin, "new@example.com", "customer_viewer").await;
    app.run_jobs().await;
    server::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(
        app.sql("select recipient, content_sealed is null from mails order by 1"),
        "new@example.com|f\nold@example.com|t"
    );
    // What it said is gone, so it can not be sent again.
    let platform = app.sign_in(PLATFORM).await;
    let id = app.sql("select id from mails where recipient = 'old@example.com'");
    let reply = platform.post(&format!("{SENT}/{id}/retry"), &json!({})).await;
    assert_eq!(reply.status, 404);
}
