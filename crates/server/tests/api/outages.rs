//! The database goes away under a running server, and comes back.

use crate::harness::{AGENCY, CUSTOMER, Client, Gate, Reply, TestApp, VIEWER, database};
use serde_json::Value;
use shared::ErrorCode;
use std::time::Duration;

/// A server behind a gate.
async fn started() -> (TestApp, Gate) {
    let database = database().await;
    let gate = Gate::before(&database.app_url());
    let app = TestApp::start_on(database, [("DATABASE_URL", &gate.url())]).await;
    (app, gate)
}

fn assert_comes_back_later(reply: &Reply) {
    let problem = reply.problem();
    assert_eq!(
        (problem.status, problem.code),
        (503, ErrorCode::Unavailable),
        "{problem:?}"
    );
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(problem.request_id.as_deref(), Some(reply.header("x-request-id")));
    // Neither what failed nor where.
    assert_eq!((problem.detail, problem.errors.len()), (None, 0));
    for secret in ["postgres", "PGSQL", "/tmp", "connection", "session"] {
        assert!(!reply.text().contains(secret), "{secret} in {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_requests_say_so_and_afterwards_they_work_again() {
    let (app, gate) = started().await;
    let (remembered, mut stranger) = (app.sign_in(AGENCY).await, app.client());
    let forgotten = app.sign_in(CUSTOMER).await;
    app.simulator();
    app.start_worker();
    // Sessions are remembered for five seconds.
    tokio::time::sleep(Duration::from_millis(5_200)).await;
    assert_eq!(remembered.get("/api/auth/session").await.status, 200);
    gate.shut();

    assert_comes_back_later(&remembered.get("/api/calls").await);
    assert_comes_back_later(&remembered.get("/api/connections").await);
    assert_comes_back_later(&forgotten.get("/api/auth/session").await);
    assert_comes_back_later(&stranger.log_in(VIEWER, crate::harness::PASSWORD).await);
    assert!(stranger.cookie.is_none());
    let health = app.client().get("/health").await;
    assert_eq!(health.json::<Value>()["status"], "ok");
    let ready = app.client().get("/ready").await;
    assert_eq!(ready.status, 503);
    assert_eq!(
        serde_json::from_slice::<Value>(&ready.body).unwrap()["database"],
        "unreachable"
    );

    gate.open();
    for client in [&remembered, &forgotten] {
        assert_eq!(client.get("/api/calls").await.status, 200);
    }
    assert_eq!(app.client().get("/ready").await.status, 200);
    assert_eq!(
        stranger.log_in(VIEWER, crate::harness::PASSWORD).await.status,
        200
    );
    // The worker too, which nobody has started again.
    app.connect(&remembered).await;
    assert_eq!(synced(&app).await, "done");
}

async fn synced(app: &TestApp) -> String {
    for _ in 0..300 {
        let state = app.sql("select state from sync_runs");
        if state == "done" || state == "failed" {
            return state;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    app.sql("select state from sync_runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_query_is_cut_off_may_come_again() {
    let (app, gate) = started().await;
    let client = app.sign_in(AGENCY).await;
    let (holder, connection) = tokio_postgres::connect(&app.database.admin_url(), tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    holder.batch_execute("begin; lock table agents").await.unwrap();
    let waiting = tokio::spawn({
        let client: Client = client.clone();
        async move { client.get("/api/agents").await }
    });
    while app.sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    gate.shut();
    assert_comes_back_later(&waiting.await.unwrap());
    gate.open();
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(client.get("/api/agents").await.status, 200);
}
