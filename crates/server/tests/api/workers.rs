//! Worker processes that die.

use crate::harness::{AGENCY, TestApp};
use serde_json::json;
use std::time::Duration;

/// What is still to be done, apart from what happens regularly.
const OPEN: &str = "select count(*) from jobs where name not in ('reconcile', 'prune_webhooks')";

async fn wait(seconds: u64, is_there: impl Fn() -> bool) {
    for _ in 0..seconds * 10 {
        if is_there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("did not happen within {seconds} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_ends_what_a_killed_one_began_and_everything_once() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 200,
        live: 0,
        ..simulator::Options::default()
    });
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    let number = |sql: &str| app.sql(sql).parse::<i64>().unwrap();
    app.fault(json!({"kind": "slow", "ms": 200, "path_prefix": "/v1/convai/conversations"}))
        .await;
    let killed = app.spawn_worker();
    wait(60, || {
        number("select coalesce(max(calls_done), 0) from sync_runs") >= 100
            && number("select count(*) from jobs where state = 'running'") > 0
    })
    .await;
    killed.kill();
    let total = app.simulated_conversations().await;
    let stored = number("select count(*) from calls");
    assert!((100..total).contains(&stored), "{stored} of {total}");
    let held = "select count(*) from jobs where state = 'running' and locked_until > now()";
    assert!(number(held) > 0, "nothing was in the middle of its work");
    app.no_faults().await;

    let _other = app.spawn_worker();
    // A dead worker's jobs are free after half a minute.
    wait(90, || {
        app.sql("select state from sync_runs") == "done" && number(OPEN) == 0
    })
    .await;
    assert_eq!(
        app.sql("select calls_seen, calls_done, calls_failed from sync_runs"),
        format!("{total}|{total}|0")
    );
    assert_eq!(
        app.sql("select count(*), count(distinct conversation_id) from calls"),
        format!("{total}|{total}")
    );
    assert_eq!(
        app.sql("select count(*), count(distinct (call_id, position)) from call_turns")
            .split('|')
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        1
    );
    assert_eq!(
        app.sql("select count(*) from calls where recording = 'pending'"),
        "0"
    );
}
