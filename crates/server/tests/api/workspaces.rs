//! The key of a connection is changed to one of another workspace.

use crate::harness::{AGENCY, CUSTOMER, Client, MAIN_KEY, MAIN_READ_ONLY_KEY, SMALL_KEY, TestApp};
use crate::webhooks::{SECRET, deliver, transcription};
use serde_json::json;
use shared::ErrorCode;
use shared::connection::{Connection, ConnectionContents, SyncState};

fn count(app: &TestApp, of: &str) -> i64 {
    app.sql(&format!("select count(*) from {of}")).parse().unwrap()
}

async fn change(client: &Client, id: impl std::fmt::Display, key: &str, name: &str) -> crate::harness::Reply {
    let body = json!({ "api_key": key, "confirm_name": name });
    client
        .post(&format!("/api/connections/{id}/workspace"), &body)
        .await
}

#[tokio::test]
async fn another_workspace_takes_the_place_of_one_that_is_erased_part_by_part() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let old = app.connect_simulator(&agency).await;
    app.sql(
        "with one as (select * from calls limit 1), many as (select gen_random_uuid() as id, n from generate_series(1, 700) n),
         stored as (insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at)
             select many.id, organization_id, connection_id, agent_id, 'conv_' || n, 'done', started_at from one, many)
         insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
             select connection_id, 'conv_' || n, organization_id, many.id, started_at from one, many",
    );
    let secret = json!({ "secret": SECRET });
    agency
        .put(&format!("/api/connections/{}/webhook", old.id), &secret)
        .await;
    let path = format!("/api/connections/{}", old.id);
    let refused = agency
        .patch(&path, &json!({ "api_key": SMALL_KEY }))
        .await
        .problem();
    assert_eq!(refused.code, ErrorCode::OtherWorkspace);
    let contents: ConnectionContents = agency.get(&format!("{path}/contents")).await.json();
    assert_eq!(contents.calls, count(&app, "calls"));
    assert_eq!(contents.recordings, count(&app, "recordings"));
    assert!(contents.agents > 0 && contents.recording_bytes > 0 && contents.phone_numbers > 0);

    // Nothing happens without the name, and none is needed for a key of the same workspace.
    let untyped = change(&agency, old.id, SMALL_KEY, "simulator").await.problem();
    assert_eq!(untyped.errors.first().unwrap().field, "confirm_name");
    let same = change(&agency, old.id, MAIN_READ_ONLY_KEY, "Simulator")
        .await
        .problem();
    assert_eq!(same.code, ErrorCode::Conflict);
    assert_eq!(count(&app, "connections"), 1);
    assert_eq!(contents.calls, count(&app, "calls"));

    let reply = change(&agency, old.id, SMALL_KEY, "Simulator").await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    let new: Connection = reply.json();
    assert_ne!(new.id, old.id);
    assert_eq!((new.name.as_str(), new.key_last4.as_str()), ("Simulator", "1d52"));
    let progress = new.change.unwrap();
    assert_eq!(
        (progress.calls, progress.calls_left),
        (contents.calls, contents.calls)
    );
    assert_eq!(new.sync, None, "the sync waits for the erasing");
    let twice = change(&agency, old.id, SMALL_KEY, "Simulator").await;
    assert_eq!(twice.status, 404);

    // What the old workspace still sends goes nowhere.
    let late = deliver(&app, &old, &transcription("conv_late")).await;
    assert_eq!(late.status, 404);

    // A worker that was killed after its first part.
    app.sql(&format!(
        "select set_config('app.organization_id', '{}', false); select left_over from erase_connection_part('{}', 500)",
        app.organization("northwind-voice"),
        old.id
    ));
    let listed: Vec<Connection> = agency.get("/api/connections").await.json();
    let under_way = listed.iter().find(|connection| connection.id == new.id).unwrap();
    assert_eq!(
        under_way.change.as_ref().unwrap().calls_left,
        contents.calls - 500
    );
    assert!(
        listed
            .iter()
            .any(|connection| connection.id == old.id && connection.replaced)
    );
    app.run_jobs().await;
    let listed: Vec<Connection> = agency.get("/api/connections").await.json();
    let [now] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((now.id, now.change.as_ref()), (new.id, None));
    assert_eq!(now.sync.as_ref().unwrap().state, SyncState::Done);
    let of_old = format!("connection_id = '{}'", old.id);
    for table in ["agents", "calls", "call_keys", "phone_numbers", "webhook_inbox"] {
        assert_eq!(count(&app, &format!("{table} where {of_old}")), 0, "{table}");
    }
    assert!(now.calls > 0 && now.calls == count(&app, "calls"));
    assert_eq!(
        count(&app, "audit_log where action = 'connection.workspace_changed'"),
        1
    );
    assert_eq!(count(&app, "jobs"), 0);
}

#[tokio::test]
async fn a_workspace_that_is_connected_already_or_a_wrong_key_erases_nothing() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let main = app.connect_simulator(&agency).await;
    let customer = app.sign_in(CUSTOMER).await;
    app.connect_with(&customer, SMALL_KEY).await;
    app.run_jobs().await;
    let before = count(&app, "calls");
    let taken = change(&agency, main.id, SMALL_KEY, "Simulator").await.problem();
    assert_eq!(taken.code, ErrorCode::Conflict);
    let wrong = change(&agency, main.id, "sk_no_such_key", "Simulator")
        .await
        .problem();
    assert_eq!(wrong.code, ErrorCode::ProviderKeyInvalid);
    let foreign = change(&customer, main.id, MAIN_KEY, "Simulator").await;
    assert_eq!(foreign.status, 404);
    app.run_jobs().await;
    assert_eq!((count(&app, "calls"), count(&app, "connections")), (before, 2));
}
