//! What organizations want: whether at all, how, and many at once.

use super::{Model, a_call, again, count, server, summary};
use crate::harness::{AGENCY, CUSTOMER, VIEWER};
use serde_json::json;
use shared::ErrorCode;
use shared::summary::{SummaryPreview, SummaryRun, SummaryRunState, SummarySettings};
use std::time::Duration;

#[tokio::test]
async fn a_feature_that_is_off_above_sends_nothing_from_below() {
    let model = Model::start();
    let app = server(&model).await;
    app.sql("update organizations set features_off = array['summaries'] where slug = 'northwind-voice'");
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    assert_eq!(model.completions().await, 0);
    assert_eq!(count(&app, "call_summaries where state not in ('not_wanted')"), 0);
    let call = a_call(&app);
    let refused = agency
        .post(&format!("/api/calls/{call}/summary"), &json!({}))
        .await;
    assert_eq!(refused.problem().code, ErrorCode::PermissionDenied);
    assert!(!summary(&agency, &call).await.can_make);
}

#[tokio::test]
async fn instructions_and_language_come_from_above_and_a_preview_keeps_nothing() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    let path = "/api/summaries/settings";
    let wrong = agency
        .put(path, &json!({"prompt": "x".repeat(4_001), "language": "xx"}))
        .await;
    let fields: Vec<String> = wrong
        .problem()
        .errors
        .into_iter()
        .map(|error| error.field)
        .collect();
    assert_eq!(fields, ["prompt", "language"]);
    let body = json!({"automatic": false, "prompt": "Name the product.", "language": "fr"});
    let saved: SummarySettings = agency.put(path, &body).await.json();
    assert_eq!(saved.in_effect.language, "fr");
    let below: SummarySettings = app.sign_in(CUSTOMER).await.get(path).await.json();
    assert_eq!(below.own.prompt, None);
    assert_eq!(below.in_effect.prompt.as_deref(), Some("Name the product."));
    assert_eq!(below.above, below.in_effect);

    app.connect_simulator(&agency).await;
    assert_eq!(model.completions().await, 0, "on request only");
    let call = a_call(&app);
    let body = json!({"call_id": call, "prompt": "Mention the weather.", "language": "de"});
    let preview: SummaryPreview = agency.post("/api/summaries/preview", &body).await.json();
    assert!(
        preview.summary.summary.contains("Anrufer"),
        "{}",
        preview.summary.summary
    );
    let asked = model.asked().await;
    let system = asked["last"]["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("Mention the weather.") && system.contains("in German"));
    assert_eq!(asked["last"]["messages"][1]["role"], "user");
    assert_eq!(asked["last"]["response_format"]["type"], "json_schema");
    assert_eq!(count(&app, "summary_requests"), 0);
    assert_eq!(count(&app, "audit_log where action = 'summaries.previewed'"), 1);
    again(&agency, &call).await;
    app.run_jobs().await;
    assert!(
        summary(&agency, &call)
            .await
            .ours
            .unwrap()
            .summary
            .contains("La personne")
    );
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(viewer.get(path).await.status, 403);
}

#[tokio::test]
async fn many_are_summarized_with_progress_and_a_run_can_be_cancelled() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let runs = "/api/summaries/runs";
    let words = agency
        .post(runs, &json!({"filter": {"q": "refund"}, "only_missing": true}))
        .await;
    assert_eq!(words.problem().errors.first().unwrap().field, "filter.q");
    let started = agency.post(runs, &json!({"only_missing": true})).await;
    assert_eq!(started.status, 202);
    let twice = agency.post(runs, &json!({"only_missing": true})).await;
    assert_eq!(twice.problem().code, ErrorCode::Conflict);
    app.run_jobs().await;
    let done: SummaryRun = agency.get(runs).await.json();
    let spoken = count(
        &app,
        "calls where status in ('done', 'failed') and message_count > 0",
    );
    let made = count(&app, "call_summaries where state = 'done'");
    assert_eq!(
        (done.state, done.done + done.skipped),
        (SummaryRunState::Done, done.total)
    );
    assert_eq!(made, spoken);
    assert_eq!(model.completions().await, made);

    // All of them again, and stopped before anything was sent.
    let sent = model.completions().await;
    let run: SummaryRun = agency.post(runs, &json!({"only_missing": false})).await.json();
    app.app.summaries.pause(Some(Duration::from_secs(2)));
    app.run_jobs().await;
    assert_eq!(count(&app, "call_summaries where state = 'pending'"), made);
    let under_way: SummaryRun = agency.get(runs).await.json();
    assert_eq!(under_way.state, SummaryRunState::Running);
    let cancelled: SummaryRun = agency.delete(&format!("{runs}/{}", run.id)).await.json();
    assert_eq!(cancelled.state, SummaryRunState::Cancelled);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    app.run_jobs().await;
    assert_eq!(model.completions().await, sent);
    assert_eq!(count(&app, "call_summaries where state = 'pending'"), 0);
    assert_eq!(count(&app, "call_summaries where state = 'done'"), made);
}
