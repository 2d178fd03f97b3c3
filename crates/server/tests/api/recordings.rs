//! The sound of calls.

use crate::harness::{AGENCY, TestApp};
use serde_json::json;
use shared::ErrorCode;

#[tokio::test]
async fn recordings_are_fetched_once_with_their_waveform() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    let states = app.sql("select distinct recording from calls order by 1");
    assert!(
        states.contains("available") && !states.contains("pending"),
        "{states}"
    );
    let drawn = app.sql(
        "select bool_and(cardinality(peaks) between 1 and 400 and bytes > 1000 and content_type = 'audio/mpeg')
         from calls left join recordings on call_id = id where recording = 'available'",
    );
    assert_eq!(drawn, "t");
    let sound = app
        .fault(json!({"kind": "slow", "ms": 0, "path_prefix": "/v1/convai/conversations/conv"}))
        .await;
    app.run_jobs().await;
    assert_eq!(app.struck(sound).await, 0);
}

#[tokio::test]
async fn sound_that_is_not_there_yet_is_asked_for_again() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "audio_missing", "count": 40})).await;
    app.connect_simulator(&client).await;
    assert_eq!(
        app.sql("select count(*) from calls where recording = 'pending'"),
        "0"
    );
    assert_ne!(
        app.sql("select count(*) from calls where recording = 'available'"),
        "0"
    );
}

#[tokio::test]
async fn sound_that_never_comes_is_unavailable_and_no_dead_letter() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.fault(json!({"kind": "audio_missing"})).await;
    app.connect_simulator(&client).await;
    assert_eq!(app.sql("select distinct recording from calls"), "unavailable");
    assert_eq!(app.sql("select count(*) from jobs"), "0");
}

#[tokio::test]
async fn sound_is_saved_as_a_file_by_who_may() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    app.connect_simulator(&owner).await;
    let call = app.sql("select id from calls where recording = 'available' order by started_at desc limit 1");
    let (heard, saved) = (
        owner.get(&format!("/api/calls/{call}/recording")).await,
        owner.get(&format!("/api/calls/{call}/recording/file")).await,
    );
    assert_eq!((heard.status.as_u16(), saved.status.as_u16()), (200, 200));
    assert_eq!(heard.body, saved.body);
    assert!(heard.header("content-disposition").starts_with("inline"));
    let name = saved.header("content-disposition");
    assert!(
        name.starts_with("attachment") && name.ends_with(".mp3\""),
        "{name}"
    );
    // Who may only listen hears it and saves nothing.
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    assert_eq!(
        staff.get(&format!("/api/calls/{call}/recording")).await.status,
        200
    );
    let refused = staff.get(&format!("/api/calls/{call}/recording/file")).await;
    assert_eq!(refused.problem().code, ErrorCode::PermissionDenied);
}
