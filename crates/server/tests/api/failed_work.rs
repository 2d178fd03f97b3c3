//! Work that was given up: shown with its reason, done again, let go; and gone by itself after its time.

use crate::harness::{AGENCY, PLATFORM, TestApp};
use crate::webhooks::{deliver, with_secret};
use serde_json::json;
use shared::Page;
use shared::failure::{Affected, FailedJob};

const DEAD: &str = "insert into jobs (queue, name, payload, unique_key, state, attempts, max_attempts, organization_id, last_error, finished_at)
    select 'recordings', 'fetch_recording', jsonb_build_object('organization_id', id, 'call_id', gen_random_uuid()), gen_random_uuid()::text,
           'dead', 12, 12, id, 'the host is away', now() - interval '1 hour' from organizations, generate_series(1, 3)
    where slug = 'northwind-voice'";

#[tokio::test]
async fn failed_work_is_shown_to_its_organization_and_done_again_or_let_go() {
    let app = TestApp::start().await;
    app.sql(DEAD);
    let client = app.sign_in(AGENCY).await;
    let first: Page<FailedJob> = client.get("/api/failures?limit=2").await.json();
    let cursor = first.next_cursor.unwrap();
    let second: Page<FailedJob> = client
        .get(&format!("/api/failures?limit=2&cursor={cursor}"))
        .await
        .json();
    assert_eq!(
        (first.items.len(), second.items.len(), second.next_cursor),
        (2, 1, None)
    );
    let job = &first.items[0];
    assert_eq!((job.label.as_str(), job.attempts), ("Fetch a recording", 12));
    assert_eq!(
        (job.error.as_deref(), job.organization.as_deref()),
        (Some("the host is away"), None)
    );
    assert!(job.call_id.is_some());

    let ids = json!({ "ids": [job.id, 999_999_999] });
    let done: Affected = client.post("/api/failures/replay", &ids).await.json();
    assert_eq!(
        done,
        Affected {
            affected: 1,
            already_waiting: 0
        }
    );
    let again = client.post("/api/failures/replay", &ids).await.json::<Affected>();
    assert_eq!(again.affected, 0, "it is queued, not doubled");
    assert_eq!(
        app.sql(&format!("select state, attempts from jobs where id = {}", job.id)),
        "waiting|0"
    );
    app.run_jobs().await;
    // The platform sees whose it is.
    let platform = app.sign_in(PLATFORM).await;
    let all: Page<FailedJob> = platform.get("/api/failures").await.json();
    assert_eq!(all.items.len(), 2);
    assert_eq!(all.items[0].organization.as_deref(), Some("Northwind Voice"));
    let gone: Affected = client
        .post(
            "/api/failures/discard",
            &json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "name": "fetch_recording"}),
        )
        .await
        .json();
    assert_eq!(gone.affected, 2);
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
    assert_eq!(
        app.sql(
            "select string_agg(action, ',' order by action) from audit_log where action like 'failures.%'"
        ),
        "failures.discarded,failures.replayed"
    );
}

#[tokio::test]
async fn what_failed_for_good_goes_after_its_own_time() {
    let app = TestApp::start_with([
        ("WEBHOOK_RETENTION_DAYS", "30"),
        ("FAILED_WORK_RETENTION_DAYS", "60"),
    ])
    .await;
    let (_, connection) = with_secret(&app).await;
    deliver(&app, &connection, &json!({"type": "post_call_transcription"})).await;
    app.run_jobs().await;
    let state = "select (select count(*) from webhook_inbox), (select count(*) from webhook_receipts),
                        (select count(*) from jobs where state = 'dead')";
    for (days, left) in [(40, "1|1|1"), (30, "0|0|0")] {
        app.sql(&format!(
            "select ensure_month_partition('webhook_inbox', received_at - interval '{days} days') from webhook_inbox;
             update webhook_receipts set received_at = received_at - interval '{days} days';
             update webhook_inbox set received_at = received_at - interval '{days} days';
             update jobs set finished_at = finished_at - interval '{days} days' where state = 'dead'"
        ));
        server::worker::housekeeping(&app.app).await.unwrap();
        app.sql("update jobs set run_at = now() where name = 'prune_webhooks'; delete from jobs where name = 'reconcile'");
        app.run_jobs().await;
        assert_eq!(app.sql(state), left);
    }
}
