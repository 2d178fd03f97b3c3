//! What the provider sent: sealed, shown to who may, done again without doubling anything.

use crate::harness::{AGENCY, TestApp};
use crate::webhooks::{deliver, transcription, with_secret};
use base64::Engine;
use chrono::Utc;
use serde_json::{Value, json};
use shared::Page;
use shared::failure::{Affected, Delivery, DeliveryPayload, DeliveryState};

fn all() -> Value {
    json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"})
}

#[tokio::test]
async fn a_delivery_lies_sealed_and_is_shown_word_by_word_to_who_may() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let event = transcription("conv_sealed");
    deliver(&app, &connection, &event).await;
    app.run_jobs().await;
    let plain = "select bool_or(position('conv_sealed'::bytea in body) > 0 or position('Hallo'::bytea in body) > 0) from webhook_inbox";
    assert_eq!(app.sql(plain), "f");
    let page: Page<Delivery> = client.get("/api/deliveries").await.json();
    let [delivery] = page.items.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!(
        (delivery.state, delivery.event_type.as_str()),
        (DeliveryState::Done, "post_call_transcription")
    );
    let shown: DeliveryPayload = client
        .get(&format!("/api/deliveries/{}", delivery.id))
        .await
        .json();
    assert_eq!(serde_json::from_str::<Value>(&shown.payload).unwrap(), event);
    assert_eq!(
        (shown.bytes, shown.is_cut),
        (i64::try_from(event.to_string().len()).unwrap(), false)
    );
    assert_eq!(
        app.sql("select subject from audit_log where action = 'delivery.read'"),
        delivery.id.to_string(),
        "whoever reads is written down"
    );
    // Staff see that there is something, not what.
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    assert_eq!(
        staff
            .get(&format!("/api/deliveries/{}", delivery.id))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn what_came_before_payloads_were_sealed_is_still_read() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let body = transcription("conv_plain").to_string().replace('\'', "''");
    app.sql(&format!(
        "insert into webhook_inbox (id, organization_id, connection_id, received_at, event_type, body, state, sealed)
         select gen_random_uuid(), organization_id, id, now(), 'post_call_transcription', convert_to($t${body}$t$, 'UTF8'), 'failed', false
         from connections where id = '{}'",
        connection.id
    ));
    let done: Affected = client.post("/api/deliveries/replay", &all()).await.json();
    assert_eq!(done.affected, 1);
    app.run_jobs().await;
    assert_eq!(
        app.sql("select conversation_id, status from calls"),
        "conv_plain|done"
    );
}

#[tokio::test]
async fn replaying_everything_makes_the_same_again_and_nothing_twice() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    for n in 0..5 {
        deliver(&app, &connection, &transcription(&format!("conv_{n}"))).await;
    }
    let sound = base64::engine::general_purpose::STANDARD
        .encode(include_bytes!("../../../simulator/assets/speech/en.mp3"));
    let audio = json!({"type": "post_call_audio", "data": {"conversation_id": "conv_0", "agent_id": "agent_new", "full_audio": sound}});
    let busy = json!({"type": "call_initiation_failure", "event_timestamp": Utc::now().timestamp(), "data": {
        "conversation_id": "conv_busy", "agent_id": "agent_new", "failure_reason": "busy", "metadata": {"type": "sip", "body": {}}}});
    for event in [&audio, &busy, &json!({"type": "agent_dreamt", "data": {}})] {
        deliver(&app, &connection, event).await;
    }
    app.run_jobs().await;
    let projection = "select md5(string_agg(x, ',' order by x)) from (
        select (to_jsonb(c) - 'updated_at' - 'detail_at')::text x from calls c
        union all select to_jsonb(t)::text from call_turns t
        union all select (to_jsonb(r) - 'stored_at')::text from recordings r
        union all select (to_jsonb(l) - 'updated_at')::text from call_ledger l
        union all select to_jsonb(a)::text from (select sum(calls), sum(seconds), sum(cost_usd_micros) from call_figures) a) y";
    let counts = "select (select count(*) from calls), (select count(*) from call_turns), (select count(*) from recordings),
                         (select count(*) from webhook_receipts), (select count(*) from webhook_inbox)";
    let (before, counted) = (app.sql(projection), app.sql(counts));
    assert_eq!(counted, "6|10|1|8|8");
    for _ in 0..2 {
        let done: Affected = client.post("/api/deliveries/replay", &all()).await.json();
        assert_eq!(done.affected, 8);
        app.run_jobs().await;
        assert_eq!(app.sql(projection), before);
        assert_eq!(app.sql(counts), counted);
    }
    // What was spoilt is made anew from what was sent.
    app.sql(
        "update calls set title = 'spoilt', outcome = 'failure', cost_usd_micros = 1 where conversation_id = 'conv_1';
         delete from call_turns t using calls c where c.id = t.call_id and c.conversation_id = 'conv_1' and t.position = 0;
         update call_turns t set message = 'spoilt' from calls c where c.id = t.call_id and c.conversation_id = 'conv_1'",
    );
    assert_ne!(app.sql(projection), before);
    let one = app.sql("select i.id from webhook_inbox i order by received_at, id limit 2 offset 0");
    let ids: Vec<&str> = one.lines().collect();
    let named: Affected = client
        .post("/api/deliveries/replay", &json!({ "ids": ids }))
        .await
        .json();
    assert_eq!(named.affected, 2);
    client.post("/api/deliveries/replay", &all()).await;
    app.run_jobs().await;
    assert_eq!(app.sql(projection), before);
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
}

#[tokio::test]
async fn a_failed_delivery_says_why_and_is_replayed_or_let_go() {
    let app = TestApp::start().await;
    let (client, connection) = with_secret(&app).await;
    let sound = base64::engine::general_purpose::STANDARD
        .encode(include_bytes!("../../../simulator/assets/speech/en.mp3"));
    let audio = json!({"type": "post_call_audio", "data": {"conversation_id": "conv_late", "agent_id": "agent_new", "full_audio": sound}});
    deliver(&app, &connection, &audio).await;
    deliver(&app, &connection, &json!({"type": "post_call_transcription"})).await;
    app.run_jobs().await;
    let failed: Page<Delivery> = client.get("/api/deliveries?state=failed").await.json();
    assert_eq!(failed.items.len(), 2);
    assert!(failed.items.iter().all(|delivery| delivery.error.is_some()));
    assert!(failed.items.iter().any(|d| {
        d.error
            .as_ref()
            .unwrap()
            .contains("the sound came before its call")
    }));
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "2");

    // Its call comes after all: then the sound can be stored.
    deliver(&app, &connection, &transcription("conv_late")).await;
    app.run_jobs().await;
    let failed = json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "state": "failed"});
    let replayed: Affected = client.post("/api/deliveries/replay", &failed).await.json();
    assert_eq!(replayed.affected, 2);
    app.run_jobs().await;
    assert_eq!(app.sql("select recording from calls"), "available");
    assert_eq!(
        app.sql("select event_type, state, error is null from webhook_inbox order by 1, 2"),
        "post_call_audio|done|t\npost_call_transcription|done|t\npost_call_transcription|failed|f"
    );
    let gone: Affected = client.post("/api/deliveries/discard", &failed).await.json();
    assert_eq!(gone.affected, 1);
    assert_eq!(
        app.sql("select count(*) from webhook_inbox where state = 'failed'"),
        "0"
    );
    assert_eq!(app.sql("select count(*) from jobs where state = 'dead'"), "0");
}

#[tokio::test]
async fn a_wrong_choice_names_its_field_and_one_without_any_is_refused() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    for path in ["/api/deliveries", "/api/failures"] {
        for deed in ["replay", "discard"] {
            let problem = client.post(&format!("{path}/{deed}"), &json!({})).await.problem();
            assert_eq!(problem.errors.first().unwrap().field, "ids");
        }
        assert_eq!(
            client
                .get(&format!("{path}?cursor=nonsense"))
                .await
                .problem()
                .errors[0]
                .field,
            "cursor"
        );
        assert_eq!(
            client.get(&format!("{path}?limit=0")).await.problem().errors[0].field,
            "limit"
        );
    }
    assert_eq!(
        client.get("/api/deliveries?state=lost").await.problem().errors[0].field,
        "state"
    );
}
