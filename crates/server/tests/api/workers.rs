//! Worker processes that die.

use crate::harness::{AGENCY, Tab, TestApp};
use serde_json::json;
use shared::live::LiveEvent;
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

/// The process that polls and listens is killed in the middle of a call; another one stands by.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_follower_of_a_call_is_killed_another_takes_over_and_a_browser_misses_and_doubles_nothing() {
    let app = crate::live::started().await;
    let organization = app.organization("northwind-voice");
    let client = app.sign_in(AGENCY).await;
    crate::live::connect(&app, organization).await;
    let mut tab = Tab::watching(&client).await;
    let first = app.spawn_worker();
    wait(30, || {
        app.sql("select count(*) from poll_leases where held_until > now()") == "1"
    })
    .await;
    let _second = app.spawn_worker();
    // The second must be up and standing by when the first dies.
    wait(30, || {
        let listeners = "select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN live_commands%'";
        app.sql(listeners) == "2"
    })
    .await;
    let holder = app.sql("select holder from poll_leases");
    let conversation = crate::live::start_call(&app, 40, 3_500).await;
    let mut events = Vec::new();
    let mut spoken = 0;
    while spoken < 2 {
        let event = tab.event().await;
        spoken += usize::from(matches!(event.1, LiveEvent::CallTurn { .. }));
        events.push(event);
    }
    first.kill();
    let killed = std::time::Instant::now();
    loop {
        let event = tab.event().await;
        let is_end = matches!(event.1, LiveEvent::CallEnded { .. });
        events.push(event);
        if app.sql("select holder from poll_leases") != holder && spoken > 0 {
            // A lease runs eight seconds, and whoever stands by looks every two.
            assert!(
                killed.elapsed() < Duration::from_secs(14),
                "{:?}",
                killed.elapsed()
            );
            spoken = 0;
        }
        if is_end {
            break;
        }
    }
    assert_eq!(spoken, 0, "nobody took over before the end");
    // Ids rise, none is told twice, and none of the table's is missing.
    let ids: Vec<i64> = events.iter().map(|(id, _)| *id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let (first_id, last_id) = (ids[0], ids[ids.len() - 1]);
    let stored = app.sql(&format!(
        "select string_agg(id::text, ',' order by id) from live_events
         where organization_id = '{organization}' and id between {first_id} and {last_id}"
    ));
    let told = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    assert_eq!(told, stored);
    // The call began once, and every turn stands once in its place, those said while nobody listened included.
    let began = events
        .iter()
        .filter(|(_, event)| matches!(event, LiveEvent::CallStarted { .. }))
        .count();
    assert_eq!(began, 1);
    let mut turns = std::collections::BTreeMap::new();
    for (_, event) in &events {
        if let LiveEvent::CallTurn { turn, .. } = event {
            turns.insert(turn.position, turn.message.clone());
        }
    }
    let positions: Vec<i32> = turns.keys().copied().collect();
    assert_eq!(positions, (0..positions.len() as i32).collect::<Vec<_>>());
    wait(60, || {
        let done = format!(
            "select count(*) from calls where conversation_id = '{conversation}' and status = 'done' and detail_at is not null"
        );
        app.sql(&done) == "1"
    })
    .await;
    let stored = app.sql(&format!(
        "select count(*) from call_turns t join calls c on c.id = t.call_id where c.conversation_id = '{conversation}'
         and t.message is not null"
    ));
    assert_eq!(stored, turns.len().to_string());
}
