//! Erasing calls for good.

use crate::call_work::{listed, with_calls};
use crate::harness::{Client, TestApp};
use crate::webhooks::{deliver, transcription, with_secret};
use serde_json::{Value, json};
use shared::erasure::{Certificate, Erasure, ErasurePreview};
use shared::{CallId, ErrorCode};
use std::time::Duration;

const CALLER: &str = "+49301234567";

async fn order(client: &Client, subject: Value, confirmation: &str) -> Erasure {
    let reply = client
        .post(
            "/api/erasures",
            &json!({"subject": subject, "confirmation": confirmation}),
        )
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    reply.json()
}

async fn shown(client: &Client, erasure: &Erasure) -> Erasure {
    client.get(&format!("/api/erasures/{}", erasure.id)).await.json()
}

/// Snoozed jobs are due now.
async fn go_on(app: &TestApp) {
    for _ in 0..10 {
        app.sql("update jobs set run_at = now() where state = 'waiting' and name = 'erase_calls'");
        app.run_jobs().await;
    }
}

async fn is_at_provider(app: &TestApp, conversation: &str) -> bool {
    let url = format!(
        "{}/v1/convai/conversations/{conversation}",
        app.simulator().base_url
    );
    let reply = reqwest::Client::new()
        .get(url)
        .header("xi-api-key", crate::harness::MAIN_KEY)
        .send()
        .await
        .unwrap();
    reply.status().is_success()
}

/// Rows that tell anything of a call.
fn traces(app: &TestApp, call: CallId) -> String {
    app.sql(&format!(
        "select (select count(*) from calls where id = '{call}') + (select count(*) from call_turns where call_id = '{call}')
              + (select count(*) from recordings where call_id = '{call}') + (select count(*) from call_keys where call_id = '{call}')
              + (select count(*) from call_notes where call_id = '{call}') + (select count(*) from call_tags where call_id = '{call}')
              + (select count(*) from erasure_calls where call_id = '{call}' and conversation_id is not null)"
    ))
}

#[tokio::test]
async fn one_call_is_erased_here_in_storage_and_at_the_provider_and_stays_away() {
    let (app, agency, calls) = with_calls(20).await;
    let call = app.sql("select id from calls where recording = 'available' order by started_at desc limit 1");
    let call: CallId = call.parse().unwrap();
    let conversation = app.sql(&format!("select conversation_id from calls where id = '{call}'"));
    let key = app.sql(&format!(
        "select storage_key from recordings where call_id = '{call}'"
    ));
    let key = storage::StorageKey::new(key).unwrap();
    agency
        .post(&format!("/api/calls/{call}/notes"), &json!({"text": "secret"}))
        .await;
    server::worker::housekeeping(&app.app).await.unwrap();
    let sums = "select sum(calls), sum(seconds), sum(cost_usd_micros) from call_figures";
    let before = app.sql(sums);
    let subject = json!({ "call": call });
    let preview: ErasurePreview = agency
        .post("/api/erasures/preview", &json!({ "subject": subject }))
        .await
        .json();
    assert_eq!((preview.calls, preview.recordings, preview.notes), (1, 1, 1));
    assert!(preview.turns > 0 && preview.recording_bytes > 0);
    let refused = agency
        .post(
            "/api/erasures",
            &json!({"subject": subject, "confirmation": "yes"}),
        )
        .await
        .problem();
    assert_eq!(refused.errors[0].field, "confirmation");
    assert!(is_at_provider(&app, &conversation).await);
    let erasure = order(&agency, subject, "erase").await;
    assert!(erasure.certificate.is_none() && erasure.finished_at.is_none());
    go_on(&app).await;
    assert_eq!(traces(&app, call), "0");
    assert!(!is_at_provider(&app, &conversation).await);
    assert!(app.app.storage.current().head(&key).await.is_err());
    assert_eq!(agency.get(&format!("/api/calls/{call}")).await.status, 404);
    assert_eq!(app.sql(sums), before, "figures of the past stay");
    let done = shown(&agency, &erasure).await;
    let certificate = done.certificate.unwrap();
    assert_eq!((certificate.number, certificate.counts.calls), (1, 1));
    assert_eq!(
        (certificate.counts.provider_deleted, certificate.counts.notes),
        (1, 1)
    );
    assert_eq!(certificate.counts.turns, preview.turns);
    // Nothing of the call stands in it, and it is what the audit log names.
    let file = agency
        .get(&format!("/api/erasures/{}/certificate", erasure.id))
        .await;
    assert!(!file.text().contains(&conversation) && !file.text().contains(&call.to_string()));
    let kept: Certificate = file.json();
    assert_eq!(kept, certificate);
    let named = app.sql("select details->>'certificate' from audit_log where action = 'calls.erased'");
    assert_eq!(named, certificate.digest);
    // A sync does not bring it back, even where the provider still has it.
    app.sql("delete from jobs; update sync_runs set state = 'done'");
    let connection = app.connection(&agency).await;
    assert!(
        agency
            .post(&format!("/api/connections/{}/sync", connection.id), &json!({}))
            .await
            .status
            .is_success()
    );
    app.run_jobs().await;
    assert_eq!(listed(&agency, "limit=200").await.len(), calls.len() - 1);
}

#[tokio::test]
async fn a_late_delivery_of_an_erased_call_is_forgotten() {
    let app = TestApp::start().await;
    let (agency, connection) = with_secret(&app).await;
    let mut event = transcription("conv_gone");
    deliver(&app, &connection, &event).await;
    app.run_jobs().await;
    let call: CallId = app.sql("select id from calls").parse().unwrap();
    let erasure = order(&agency, json!({ "call": call }), "erase").await;
    go_on(&app).await;
    let counts = shown(&agency, &erasure).await.counts;
    assert_eq!((counts.calls, counts.provider_gone, counts.deliveries), (1, 1, 1));
    assert_eq!(app.sql("select count(*) from webhook_inbox"), "0");
    event["data"]["analysis"]["transcript_summary"] = json!("Told again");
    assert_eq!(deliver(&app, &connection, &event).await.status, 200);
    let sound = json!({"type": "post_call_audio", "event_timestamp": 1, "data": {"agent_id": "agent_new", "conversation_id": "conv_gone", "full_audio": "AAAA"}});
    assert_eq!(deliver(&app, &connection, &sound).await.status, 200);
    app.run_jobs().await;
    assert_eq!(
        app.sql("select state, octet_length(body) from webhook_inbox"),
        "ignored|0\nignored|0"
    );
    assert_eq!(app.sql("select count(*) from calls"), "0");
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
}

#[tokio::test]
async fn all_of_a_caller_goes_whatever_notation_is_typed() {
    let (app, agency, calls) = with_calls(16).await;
    app.sql("update calls set counterpart = '+4930999'");
    let his: Vec<CallId> = calls.iter().copied().step_by(4).collect();
    for call in &his {
        app.sql(&format!(
            "update calls set counterpart = '{CALLER}' where id = '{call}'"
        ));
    }
    let subject = json!({"phone": "0049 (0)30 123 45-67"});
    let preview: ErasurePreview = agency
        .post("/api/erasures/preview", &json!({ "subject": subject }))
        .await
        .json();
    assert_eq!(
        (preview.calls, preview.confirmation.as_str()),
        (his.len() as i64, CALLER)
    );
    for (subject, field) in [
        (json!({"phone": "030 1234567"}), "phone"),
        (json!({"phone": "+4930555555"}), "phone"),
        (json!({"email": "nobody@example.com"}), "email"),
        (json!({"email": "nobody"}), "email"),
    ] {
        let typed = subject["phone"].as_str().or(subject["email"].as_str()).unwrap();
        let body = json!({"subject": subject, "confirmation": typed});
        let problem = agency.post("/api/erasures", &body).await.problem();
        assert_eq!(problem.errors[0].field, field, "{subject}");
    }
    let erasure = order(&agency, subject, CALLER).await;
    assert_eq!(erasure.calls_total, his.len() as i64);
    go_on(&app).await;
    let done = shown(&agency, &erasure).await;
    assert_eq!(done.counts.calls, his.len() as i64);
    for call in &his {
        assert_eq!(traces(&app, *call), "0");
    }
    assert_eq!(listed(&agency, "limit=200").await.len(), calls.len() - his.len());
    // The number itself is forgotten, sealed or not.
    assert_eq!(app.sql("select subject_sealed is null from erasures"), "t");
    let text = app.sql("select string_agg(e::text || a::text, '') from erasures e, audit_log a");
    assert!(!text.contains("1234567"));
}

#[tokio::test]
async fn a_mail_address_is_found_where_it_was_collected_or_said_and_no_other_one() {
    let (app, agency, calls) = with_calls(6).await;
    let collected =
        |address: &str| format!("[{{\"id\": \"mail\", \"value\": \"{address}\", \"rationale\": null}}]");
    app.sql(&format!(
        "update calls set collected = '{}' where id = '{}'",
        collected("Anna@Example.com"),
        calls[0]
    ));
    app.sql(&format!(
        "update calls set collected = '{}' where id = '{}'",
        collected("joanna@example.com"),
        calls[1]
    ));
    app.sql(&format!(
        "update calls set title = 'Write to anna@example.com please' where id = '{0}';
         select set_config('app.organization_id', organization_id::text, false) from calls limit 1;
         select index_calls(array_agg(id), array_agg(started_at)) from calls where id = '{0}'",
        calls[2]
    ));
    let erasure = order(&agency, json!({"email": "anna@example.com"}), "anna@example.com").await;
    assert_eq!(erasure.calls_total, 2);
    go_on(&app).await;
    assert_eq!(listed(&agency, "").await.len(), calls.len() - 2);
    assert_ne!(traces(&app, calls[1]), "0");
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again_and_nothing_is_said_to_be_done_before() {
    let (app, agency, calls) = with_calls(8).await;
    app.sql(&format!("update calls set counterpart = '{CALLER}'"));
    app.fault(json!({"kind": "server_error", "path_prefix": "/v1/convai/conversations/conv"}))
        .await;
    let erasure = order(&agency, json!({ "phone": CALLER }), CALLER).await;
    app.run_jobs().await;
    let waiting = shown(&agency, &erasure).await;
    assert!(waiting.finished_at.is_none() && waiting.certificate.is_none());
    assert!(waiting.trouble.unwrap().contains("ElevenLabs"), "says why");
    assert_eq!(waiting.calls_done, 0);
    assert_eq!(
        listed(&agency, "").await.len(),
        calls.len(),
        "nothing is half gone"
    );
    let problem = agency
        .get(&format!("/api/erasures/{}/certificate", erasure.id))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::Conflict);
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
    app.no_faults().await;
    go_on(&app).await;
    let done = shown(&agency, &erasure).await;
    assert_eq!((done.calls_done, done.counts.provider_deleted), (8, 8));
    assert!(done.trouble.is_none() && done.certificate.is_some());
    assert!(listed(&agency, "").await.is_empty());
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_is_taken_over() {
    let (app, agency, calls) = with_calls(12).await;
    app.sql(&format!("update calls set counterpart = '{CALLER}'"));
    let erasure = order(&agency, json!({ "phone": CALLER }), CALLER).await;
    app.fault(json!({"kind": "slow", "ms": 300, "path_prefix": "/v1/convai/conversations/conv"}))
        .await;
    let cut = tokio::time::timeout(Duration::from_millis(1_500), app.run_jobs()).await;
    assert!(cut.is_err(), "it was still at work");
    app.no_faults().await;
    let half = shown(&agency, &erasure).await;
    assert!(
        half.calls_done > 0 && half.calls_done < calls.len() as i64,
        "{half:?}"
    );
    app.sql("update jobs set state = 'waiting', locked_until = null, locked_by = null, run_at = now() where name = 'erase_calls'");
    go_on(&app).await;
    let done = shown(&agency, &erasure).await;
    let certificate = done.certificate.unwrap();
    assert_eq!((done.counts.calls, certificate.calls.len()), (12, 12));
    assert!(listed(&agency, "").await.is_empty());
}

#[tokio::test]
async fn it_needs_the_permission_a_new_confirmation_and_calls_that_have_ended() {
    let (app, agency, calls) = with_calls(3).await;
    let body = json!({"subject": {"call": calls[0]}, "confirmation": "erase"});
    let (email, _) = app.add_member("northwind-voice", "agency_manager");
    let manager = app.sign_in(&email).await;
    assert_eq!(
        manager.post("/api/erasures", &body).await.problem().code,
        ErrorCode::PermissionDenied
    );
    // Who sees some agents only can not know what all of a caller is.
    app.sql(&format!(
        "update memberships set only_assigned_agents = true, grants = '{{calls.delete}}' where user_id = (select id from users where email = '{email}')"
    ));
    app.app.principals.forget_all();
    let all = json!({"subject": {"phone": CALLER}, "confirmation": CALLER});
    assert_eq!(
        manager.post("/api/erasures", &all).await.problem().code,
        ErrorCode::PermissionDenied
    );
    app.sql(&format!(
        "update calls set status = 'in-progress' where id = '{}'",
        calls[0]
    ));
    assert_eq!(
        agency.post("/api/erasures", &body).await.problem().code,
        ErrorCode::Conflict
    );
}
