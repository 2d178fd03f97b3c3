//! A vendor that fails, asks to wait, answers nonsense, or whose answer gets lost.

use super::{Model, a_call, again, count, server, summary};
use crate::harness::AGENCY;
use serde_json::json;
use shared::summary::SummaryState;
use std::time::Duration;

#[tokio::test]
async fn an_answer_of_another_shape_is_asked_for_once_more_then_fails_with_the_reason_on_the_call() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    let before = model.completions().await;
    model.fault(json!({"kind": "off_schema", "count": 1})).await;
    again(&agency, &call).await;
    app.run_jobs().await;
    assert_eq!(
        summary(&agency, &call).await.state,
        SummaryState::Done,
        "the second answer was right"
    );
    assert_eq!(model.completions().await, before + 2);

    for (fault, told) in [
        ("off_schema", "unknown field `headline`"),
        ("answer_cut", "broke off"),
    ] {
        let before = model.completions().await;
        model.fault(json!({"kind": fault})).await;
        again(&agency, &call).await;
        app.run_jobs().await;
        let shown = summary(&agency, &call).await;
        assert_eq!(shown.state, SummaryState::Failed);
        assert!(shown.error.as_ref().unwrap().contains(told), "{:?}", shown.error);
        assert!(shown.ours.is_some(), "the one before stays");
        assert_eq!(model.completions().await, before + 2, "asked twice, not for ever");
        model.no_faults().await;
    }
    model.fault(json!({"kind": "answer_in_chunks"})).await;
    again(&agency, &call).await;
    app.run_jobs().await;
    assert_eq!(summary(&agency, &call).await.state, SummaryState::Done);
    let spent = app.sql("select sum(input_tokens), sum(output_tokens) from summary_requests");
    let asked = model.asked().await;
    assert_eq!(
        spent,
        format!("{}|{}", asked["input_tokens"], asked["output_tokens"]),
        "wrong answers are paid too"
    );
}

#[tokio::test]
async fn a_vendor_that_asks_to_slow_down_is_left_alone_for_as_long() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    model
        .fault(json!({"kind": "rate_limit", "count": 1, "retry_after": 2, "path_prefix": "/mistral"}))
        .await;
    again(&agency, &call).await;
    app.run_jobs().await;
    let waiting = summary(&agency, &call).await;
    assert_eq!((waiting.state, waiting.attempts), (SummaryState::Pending, 0));
    assert!(waiting.error.unwrap().contains("Rate limit exceeded") && waiting.next_try_at.is_some());
    let before = model.completions().await;
    tokio::time::sleep(Duration::from_millis(2_300)).await;
    app.run_jobs().await;
    assert_eq!(summary(&agency, &call).await.state, SummaryState::Done);
    assert_eq!(model.completions().await, before + 1);
    assert_eq!(
        app.sql("select max(lost) from summary_requests"),
        "0",
        "a refusal is no lost answer"
    );
}

#[tokio::test]
async fn a_failing_vendor_is_tried_again_and_a_wrong_key_fails_in_the_end_with_its_reason() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    model
        .fault(json!({"kind": "server_error", "count": 3, "path_prefix": "/mistral"}))
        .await;
    again(&agency, &call).await;
    app.run_jobs().await;
    assert_eq!(summary(&agency, &call).await.state, SummaryState::Done);
    model
        .fault(json!({"kind": "server_error", "path_prefix": "/mistral"}))
        .await;
    again(&agency, &call).await;
    app.run_jobs().await;
    let failed = summary(&agency, &call).await;
    assert_eq!((failed.state, failed.attempts), (SummaryState::Failed, 10));
    assert!(failed.error.unwrap().contains("status 500"));
    assert_eq!(count(&app, "jobs"), 0);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_once_more_and_then_given_up() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    let before = model.completions().await;
    model.fault(json!({"kind": "answer_lost", "count": 1})).await;
    again(&agency, &call).await;
    app.run_jobs().await;
    assert_eq!(summary(&agency, &call).await.state, SummaryState::Done);
    assert_eq!(model.completions().await, before + 2);
    let latest = "select sends, lost, state from summary_requests order by claimed_at desc limit 1";
    assert_eq!(app.sql(latest), "2|1|answered");

    model.fault(json!({"kind": "answer_lost"})).await;
    again(&agency, &call).await;
    app.run_jobs().await;
    let failed = summary(&agency, &call).await;
    assert_eq!(failed.state, SummaryState::Failed);
    assert!(failed.error.unwrap().contains("lost twice"));
    assert_eq!(model.completions().await, before + 4, "never a third time");
    assert_eq!(app.sql(latest), "2|2|unusable");
}

/// What a process leaves behind that was killed after its claim: the claim.
#[tokio::test]
async fn after_a_crash_a_claim_is_sent_once_more_and_what_was_stored_is_not() {
    let model = Model::start();
    let app = server(&model).await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let call = a_call(&app);
    again(&agency, &call).await;
    app.run_jobs().await;
    let sent = model.completions().await;
    // Killed after storing: the job runs again.
    app.sql(&format!(
        "update call_summaries set state = 'pending' where call_id = '{call}'"
    ));
    app.sql(&format!(
        "insert into jobs (queue, name, payload, max_attempts, unique_key) values ('summaries', 'summarize_call', '{{\"call_id\":\"{call}\"}}', 10, '{call}')"
    ));
    app.run_jobs().await;
    assert_eq!(model.completions().await, sent);
    assert_eq!(summary(&agency, &call).await.state, SummaryState::Done);
    // Killed before storing.
    app.sql(&format!(
        "update summary_requests set state = 'sent' where call_id = '{call}';
         update call_summaries set state = 'pending' where call_id = '{call}';
         insert into jobs (queue, name, payload, max_attempts, unique_key) values ('summaries', 'summarize_call', '{{\"call_id\":\"{call}\"}}', 10, '{call}')"
    ));
    app.run_jobs().await;
    assert_eq!(model.completions().await, sent + 1);
    assert_eq!(
        app.sql(&format!(
            "select lost from summary_requests where call_id = '{call}'"
        )),
        "1"
    );
}
