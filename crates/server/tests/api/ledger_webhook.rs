//! The webhook's health at the provider: whoever looks after the connection is told before it is switched off.

use crate::harness::{AGENCY, Client, MAIN_KEY, TestApp};
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::connection::Connection;
use shared::ledger::{Completeness, WebhookHealth};

async fn look(app: &TestApp, client: &Client, connection: &Connection) -> Completeness {
    app.sql("update connection_checks set webhook_checked_at = null");
    server::worker::housekeeping(&app.app).await.unwrap();
    app.run_jobs().await;
    client
        .get(&format!("/api/connections/{}/completeness", connection.id))
        .await
        .json()
}

/// One call whose webhook is refused; returns once the provider knows.
async fn fail_once(app: &TestApp, provider: &elevenlabs::Client, bad_signature: u64) {
    let before = app.struck(bad_signature).await;
    let control = format!("{}/_control/calls", app.simulator().base_url);
    let call = json!({"turns": 1, "turn_interval_ms": 1});
    reqwest::Client::new()
        .post(control)
        .json(&call)
        .send()
        .await
        .unwrap();
    for _ in 0..200 {
        let has_failed = provider
            .webhooks()
            .await
            .unwrap()
            .iter()
            .any(|hook| hook.most_recent_failure_at.is_some());
        if app.struck(bad_signature).await > before && has_failed {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no delivery failed");
}

#[tokio::test]
async fn failing_deliveries_are_told_once_before_the_provider_switches_the_webhook_off() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let path = format!("/api/connections/{}/webhook", connection.id);
    assert!(client.post(&path, &json!({})).await.status.is_success());
    assert_eq!(
        look(&app, &client, &connection).await.webhook,
        WebhookHealth::Working
    );
    let mails = "select count(*) from mails where kind = 'webhook_trouble'";
    assert_eq!(app.sql(mails), "0");

    let provider = elevenlabs::Client::new(
        app.simulator().base_url.parse().unwrap(),
        SecretString::from(MAIN_KEY),
    )
    .unwrap();
    let fault = app.fault(json!({"kind": "webhook_bad_signature"})).await;
    fail_once(&app, &provider, fault).await;
    let shown = look(&app, &client, &connection).await;
    assert_eq!(
        (shown.webhook, shown.webhook_error_code),
        (WebhookHealth::Failing, Some(401))
    );
    assert!(shown.webhook_failed_at.is_some());
    let managers = app.sql(
        "select count(*) from memberships m join organizations o on o.id = m.organization_id
         where o.slug = 'northwind-voice' and m.role in ('agency_owner', 'agency_admin')",
    );
    assert_eq!(app.sql(mails), managers, "each who may manage connections");
    let dashboard: Value = client.get("/api/dashboard").await.json();
    assert!(
        dashboard["attention"].to_string().contains("webhook_trouble"),
        "{dashboard}"
    );
    // The same trouble is told once.
    look(&app, &client, &connection).await;
    assert_eq!(app.sql(mails), managers);

    // Ten in a row.
    for _ in 0..9 {
        fail_once(&app, &provider, fault).await;
    }
    let shown = look(&app, &client, &connection).await;
    assert_eq!(shown.webhook, WebhookHealth::AutoDisabled);
    let twice = 2 * managers.parse::<i64>().unwrap();
    assert_eq!(
        app.sql(mails),
        twice.to_string(),
        "another trouble is told as well"
    );
    // No call was lost meanwhile.
    assert_eq!(shown.accounted, app.simulated_conversations().await);

    app.no_faults().await;
    assert!(client.post(&path, &json!({})).await.status.is_success());
    app.sql("update connections set last_webhook_at = now()");
    assert_eq!(
        look(&app, &client, &connection).await.webhook,
        WebhookHealth::Working
    );
    provider
        .delete_webhook(&app.sql("select provider_webhook_id from connections"))
        .await
        .unwrap();
    assert_eq!(
        look(&app, &client, &connection).await.webhook,
        WebhookHealth::Missing
    );
}
