//! Mail handed to a real server, one that other people wrote: aiosmtpd, installed once outside the checkout.

mod server;

use crate::harness::{AGENCY, CUSTOMER, PLATFORM, TestApp};
use crate::invitations::invite;
use serde_json::json;
use server::MailServer;
use shared::mail::{MailState, SentMail};
use shared::{ErrorCode, Page};

const FROM: (&str, &str) = ("MAIL_FROM", "voice@example.com");

async fn sent(app: &TestApp) -> SentMail {
    let platform = app.sign_in(PLATFORM).await;
    let page: Page<SentMail> = platform.get("/api/platform/mail").await.json();
    page.items.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_message_arrives_as_text_and_html_in_the_name_of_the_agency() {
    let mut server = MailServer::start(&["none"]).await;
    let url = format!("smtp://localhost:{}?tls=none", server.port);
    let app = TestApp::start_with([("SMTP_URL", &url), FROM]).await;
    let admin = app.sign_in(CUSTOMER).await;
    // Outside of ASCII, as names are.
    app.sql("update organizations set name = 'Zahnärzte & Söhne' where slug = 'harbor-dental'");
    invite(&admin, "new@example.com", "customer_user").await;
    app.run_jobs().await;
    let message = server.message().await;
    assert_eq!(message["to"], json!(["new@example.com"]));
    assert_eq!(message["sender"], "voice@example.com");
    assert_eq!(message["type"], "multipart/alternative");
    let headers = &message["headers"];
    assert_eq!(headers["From"], "Northwind Voice <voice@example.com>");
    assert_eq!(
        headers["Subject"],
        "Casey Customer invites you to Zahnärzte & Söhne"
    );
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert!(!headers["Date"].is_null());
    let id = app.sql("select id from mails").replace('-', "");
    assert_eq!(headers["Message-ID"], format!("<{id}@127.0.0.1>"));
    let (text, html) = (&message["parts"]["text/plain"], &message["parts"]["text/html"]);
    for part in [text, html] {
        assert!(part.as_str().unwrap().contains("/invite#"), "{part}");
    }
    assert!(html.as_str().unwrap().contains("Zahnärzte &#38; Söhne"), "{html}");
    let mail = sent(&app).await;
    assert_eq!(
        (mail.state, mail.attempts, mail.last_error),
        (MailState::Sent, 1, None)
    );
    // What lets its holder in is not kept, and there is no mailbox to read it in.
    assert_eq!(app.sql("select content_sealed is null from mails"), "t");
    assert_eq!(app.client().get("/api/dev/mail").await.status, 404);
}

#[tokio::test]
async fn nothing_is_said_to_a_server_without_tls_unless_it_is_told_so() {
    let mut server = MailServer::start(&["starttls"]).await;
    let url = format!("smtp://localhost:{}", server.port);
    let ca = server.ca_file();
    let trusting = TestApp::start_with([("SMTP_URL", &url), FROM, ("SMTP_CA_FILE", &ca)]).await;
    let admin = trusting.sign_in(CUSTOMER).await;
    invite(&admin, "new@example.com", "customer_user").await;
    trusting.run_jobs().await;
    assert_eq!(server.message().await["encrypted"], true);
    // A certificate of somebody unknown is not taken; it may be put right, so it is tried again.
    let wary = TestApp::start_with([("SMTP_URL", &url), FROM]).await;
    let admin = wary.sign_in(CUSTOMER).await;
    invite(&admin, "new@example.com", "customer_user").await;
    wary.run_jobs().await;
    let mail = sent(&wary).await;
    assert_eq!((mail.state, mail.attempts), (MailState::Failed, 10));
    // And a server that offers no TLS gets nothing.
    let plain = MailServer::start(&["none"]).await;
    let url = format!("smtp://localhost:{}", plain.port);
    let app = TestApp::start_with([("SMTP_URL", &url), FROM]).await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, "new@example.com", "customer_user").await;
    app.run_jobs().await;
    assert_eq!(sent(&app).await.state, MailState::Failed);
}

#[tokio::test]
async fn the_key_of_sendgrid_signs_in_over_tls() {
    let mut server = MailServer::start(&["starttls", "auth"]).await;
    let (url, ca) = (format!("smtp://localhost:{}", server.port), server.ca_file());
    let with_key = |key: &'static str| {
        TestApp::start_with([
            ("SENDGRID_API_KEY", key),
            ("SENDGRID_SMTP_URL", url.clone().leak() as &str),
            ("SMTP_CA_FILE", ca.clone().leak() as &str),
            FROM,
        ])
    };
    let app = with_key("SG.secret").await;
    invite(&app.sign_in(CUSTOMER).await, "new@example.com", "customer_user").await;
    app.run_jobs().await;
    let message = server.message().await;
    assert_eq!(
        (&message["user"], &message["encrypted"]),
        (&json!("apikey"), &json!(true))
    );
    let wrong = with_key("SG.wrong").await;
    invite(&wrong.sign_in(CUSTOMER).await, "new@example.com", "customer_user").await;
    wrong.run_jobs().await;
    let mail = sent(&wrong).await;
    assert_eq!(mail.state, MailState::Failed);
    assert!(mail.last_error.unwrap().contains("535"));
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_can_be_sent_again_by_hand() {
    let server = MailServer::start(&["none"]).await;
    let url = format!("smtp://localhost:{}?tls=none", server.port);
    let app = TestApp::start_with([("SMTP_URL", &url), FROM]).await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, "refused@example.com", "customer_user").await;
    app.run_jobs().await;
    let mail = sent(&app).await;
    assert_eq!(
        (mail.state, mail.attempts, mail.can_retry),
        (MailState::Failed, 1, true)
    );
    assert!(
        mail.last_error.as_ref().unwrap().contains("no such mailbox"),
        "{mail:?}"
    );
    assert_eq!(app.sql("select count(*) from jobs where name = 'send_mail'"), "0");
    let platform = app.sign_in(PLATFORM).await;
    let path = format!("/api/platform/mail/{}/retry", mail.id);
    assert_eq!(platform.post(&path, &json!({})).await.status, 202);
    // On its way already.
    assert_eq!(
        platform.post(&path, &json!({})).await.problem().code,
        ErrorCode::NotFound
    );
    app.run_jobs().await;
    assert_eq!(sent(&app).await.attempts, 1);
    let agency = app.sign_in(AGENCY).await;
    assert_eq!(
        agency.post(&path, &json!({})).await.problem().code,
        ErrorCode::PermissionDenied
    );
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'mail.retried'"),
        "1"
    );
}

#[tokio::test]
async fn a_temporary_refusal_is_tried_again_and_so_is_a_server_that_is_away() {
    let mut server = MailServer::start(&["none"]).await;
    let url = format!("smtp://localhost:{}?tls=none", server.port);
    let app = TestApp::start_with([("SMTP_URL", &url), FROM]).await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, "later@example.com", "customer_user").await;
    app.run_jobs().await;
    assert_eq!(server.message().await["to"], json!(["later@example.com"]));
    let mail = sent(&app).await;
    assert_eq!(
        (mail.state, mail.attempts, mail.last_error),
        (MailState::Sent, 3, None)
    );
    drop(server);
    invite(&admin, "new@example.com", "customer_user").await;
    app.run_jobs().await;
    let mail = sent(&app).await;
    assert_eq!(
        (mail.state, mail.attempts, mail.can_retry),
        (MailState::Failed, 10, true)
    );
    assert!(mail.last_error.is_some());
}
