//! Everything goes wrong at once, and no call is lost or doubled. The same with 10,000 conversations: `cargo xtask bench --only faults`.

use crate::harness::{AGENCY, TestApp};
use serde_json::json;
use simulator::scenario::{self, Provider};
use std::cell::RefCell;
use std::time::Duration;

const CALLS: usize = 600;
const KILLS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_lost_or_doubled_while_webhooks_fail_and_the_server_is_killed_three_times() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 0,
        live: 0,
        // The provider repeats a delivery after seconds instead of minutes.
        speed: 20.0,
        ..simulator::Options::default()
    });
    let client = app.sign_in(AGENCY).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let server = RefCell::new(Some(app.spawn_server(port, &base).await));
    let connection = app.connect(&client).await;
    // Through the server that is killed, so that the provider sends its webhooks there.
    let register = format!("{base}/api/connections/{}/webhook", connection.id);
    let mut there = crate::harness::Client::new(&base);
    there.log_in(AGENCY, crate::harness::PASSWORD).await;
    let reply = there.post(&register[base.len()..], &json!({})).await;
    assert!(reply.status.is_success(), "{}", reply.text());
    let provider = Provider::new(&app.simulator().base_url);

    scenario::play(&provider, CALLS, KILLS, async || {
        let running = server.borrow_mut().take();
        running.unwrap().kill();
        let again = app.spawn_server(port, &base).await;
        *server.borrow_mut() = Some(again);
        Ok(())
    })
    .await
    .unwrap();
    let sql = async |text: &str| Ok(app.sql(text));
    scenario::settle(CALLS, Duration::from_secs(300), sql)
        .await
        .unwrap();
    let struck = provider.struck().await.unwrap();
    assert!(struck.iter().all(|(_, struck)| *struck > 0), "{struck:?}");
    for (sql, wanted) in scenario::promises(CALLS) {
        assert_eq!(app.sql(sql), wanted, "{sql}");
    }
}
