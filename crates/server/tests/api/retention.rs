//! What is removed by itself, and what never is.

use crate::harness::TestApp;
use crate::webhooks::{deliver, transcription, with_secret};
use serde_json::json;

const QUEUED: &str = "select count(*), bool_and(run_at between now() and now() + interval '1 day') from jobs where name = 'prune_webhooks'";

/// The month's name as partitions carry it.
fn month(app: &TestApp, days_ago: u32) -> String {
    let name = format!("select to_char(now() at time zone 'UTC' - interval '{days_ago} days', 'YYYY_MM')");
    format!("webhook_inbox_{}", app.sql(&name))
}

/// Turns the clock back for what the inbox holds in this state.
fn age(app: &TestApp, state: &str, days_ago: u32) {
    app.sql(&format!(
        "select ensure_month_partition('webhook_inbox', now() - interval '{days_ago} days');
         update webhook_receipts r set received_at = r.received_at - interval '{days_ago} days'
             from webhook_inbox i where i.id = r.inbox_id and i.state = '{state}';
         update webhook_inbox set received_at = received_at - interval '{days_ago} days' where state = '{state}'"
    ));
}

#[tokio::test]
async fn deliveries_that_were_dealt_with_go_after_their_time_and_no_others() {
    let app = TestApp::start().await;
    let (_, connection) = with_secret(&app).await;
    for event in [
        transcription("conv_old"),
        json!({"type": "agent_dreamt", "data": {}}),
        json!({"type": "post_call_transcription"}),
    ] {
        assert_eq!(deliver(&app, &connection, &event).await.status, 200);
    }
    app.run_jobs().await;
    age(&app, "done", 100);
    age(&app, "ignored", 100);
    age(&app, "failed", 40);
    // More than one batch.
    app.sql(
        "insert into webhook_inbox (id, organization_id, connection_id, received_at, event_type, body, state)
         select gen_random_uuid(), organization_id, connection_id, received_at, 'x', '', 'done'
         from webhook_inbox cross join generate_series(1, 2300) n where state = 'done';
         insert into webhook_receipts (connection_id, event_key, organization_id, inbox_id, received_at)
         select connection_id, sha256(id::text::bytea), organization_id, id, received_at from webhook_inbox where event_type = 'x'",
    );
    assert_eq!(
        deliver(&app, &connection, &transcription("conv_waiting"))
            .await
            .status,
        200
    );
    app.sql("delete from jobs where name <> 'prune_webhooks' and state <> 'dead'");
    age(&app, "new", 40);
    assert_eq!(
        deliver(&app, &connection, &transcription("conv_fresh"))
            .await
            .status,
        200
    );
    app.run_jobs().await;
    let states = "select state, count(*) from webhook_inbox group by 1 order by 1";
    assert_eq!(app.sql(states), "done|2302\nfailed|1\nignored|1\nnew|1");
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "2305");

    for _ in 0..2 {
        server::worker::housekeeping(&app.app).await.unwrap();
    }
    assert_eq!(
        app.sql(QUEUED),
        "1|t",
        "once a day, however often it is asked for"
    );
    app.sql("update jobs set run_at = now() where name = 'prune_webhooks'; delete from jobs where name = 'reconcile'");
    app.run_jobs().await;

    assert_eq!(app.sql(states), "done|1\nfailed|1\nnew|1");
    let kept = "select count(*) from webhook_receipts r join webhook_inbox i on i.id = r.inbox_id";
    assert_eq!(app.sql("select count(*) from webhook_receipts"), "3");
    assert_eq!(app.sql(kept), "3");
    let months = app.sql("select relname from pg_class where relname ~ '^webhook_inbox_[0-9]{4}_[0-9]{2}$'");
    assert!(
        !months.contains(&month(&app, 100)),
        "empty and long over: {months}"
    );
    assert!(months.contains(&month(&app, 40)), "not empty: {months}");
    assert!(months.contains(&month(&app, 0)), "the present one: {months}");
    // The call that a removed delivery brought is kept, and the next day's run is queued by the next minute.
    assert_eq!(
        app.sql("select count(*) from calls where conversation_id = 'conv_old'"),
        "1"
    );
    server::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(app.sql(QUEUED), "1|t");
}
