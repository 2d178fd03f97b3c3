//! What a supervisor does to a running call: to the provider once, by whichever process follows it, and on the record.

use crate::harness::{AGENCY, CUSTOMER, Client, MAIN_KEY, Tab, TestApp, VIEWER};
use crate::live::{connect, start_call, started, until};
use serde_json::{Value, json};
use shared::call::{CallDetail, CallStatus, Turn};
use shared::live::{LiveEvent, LiveSnapshot};
use shared::live_command::{CallControls, CommandKind, CommandRecord, CommandState, Following};
use shared::{CallId, ErrorCode};
use std::time::Duration;
use uuid::Uuid;

const AGENT: &str = "agent_01jz3k7brightlinedental00004";

/// A running call of the agency that this process follows.
async fn followed(app: &TestApp, client: &Client, wish: Value) -> (CallId, String) {
    connect(app, app.organization("northwind-voice")).await;
    app.start_worker();
    let conversation = start(app, wish).await;
    (open(app, client, &conversation).await, conversation)
}

async fn start(app: &TestApp, wish: Value) -> String {
    let url = format!("{}/_control/calls", app.simulator().base_url);
    let reply = reqwest::Client::new().post(url).json(&wish).send().await.unwrap();
    let started: Value = reply.json().await.unwrap();
    started["conversation_id"].as_str().unwrap().to_owned()
}

/// Waits until the monitor of the call is open.
async fn open(app: &TestApp, client: &Client, conversation: &str) -> CallId {
    until(async || {
        let open = format!(
            "select count(*) from live_monitors m join call_keys k on k.call_id = m.call_id
             where m.state = 'open' and k.conversation_id = '{conversation}'"
        );
        app.sql(&open) == "1"
    })
    .await;
    let snapshot: LiveSnapshot = client.get("/api/live/calls").await.json();
    let call = snapshot
        .running
        .iter()
        .find(|call| call.conversation_id == conversation);
    call.unwrap().id
}

async fn controls(client: &Client, call: CallId) -> CallControls {
    client.get(&format!("/api/live/calls/{call}")).await.json()
}

fn path(call: CallId, what: &str) -> String {
    format!("/api/live/calls/{call}/{what}")
}

/// Changes the agent at the provider before its call begins.
async fn configure(app: &TestApp, agent: &str, config: Value) {
    let url = format!("{}/v1/convai/agents/{agent}", app.simulator().base_url);
    let reply = reqwest::Client::new()
        .patch(url)
        .header("xi-api-key", MAIN_KEY)
        .json(&json!({ "conversation_config": config }))
        .send()
        .await
        .unwrap();
    assert!(reply.status().is_success(), "{}", reply.text().await.unwrap());
}

async fn turns(client: &Client, call: CallId) -> Vec<Turn> {
    let call: CallDetail = client.get(&format!("/api/calls/{call}")).await.json();
    call.transcript.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_a_call_ends_it_at_the_provider_and_stands_in_the_log() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    let (call, conversation) =
        followed(&app, &client, json!({ "turns": 40, "turn_interval_ms": 2_500 })).await;
    assert_eq!(controls(&client, call).await.words, Following::Open);
    let mut tab = Tab::watching(&client).await;
    let key = Uuid::now_v7();
    let done: CommandRecord = client
        .post(&path(call, "end"), &json!({ "key": key }))
        .await
        .json();
    assert_eq!(
        (done.kind, done.state),
        (CommandKind::End, CommandState::Confirmed)
    );
    // The same again is the same, although the call has ended.
    let again: CommandRecord = client
        .post(&path(call, "end"), &json!({ "key": key }))
        .await
        .json();
    assert_eq!(again.id, done.id);
    assert_eq!(app.sql("select count(*) from live_commands"), "1");
    // Everybody who watches is told, and of the end.
    let (mut told, mut ended) = (false, false);
    while !(told && ended) {
        match tab.event().await.1 {
            LiveEvent::CallCommand { call_id, command } => {
                assert_eq!((call_id, command.id, command.argument), (call, done.id, None));
                told = true;
            }
            LiveEvent::CallEnded { call_id, .. } if call_id == call => ended = true,
            _ => {}
        }
    }
    // Who, what, to which call, and what came of it; the chain holds.
    let log = app.sql(&format!(
        "select action, user_id = (select id from users where email = '{AGENCY}'), details ->> 'conversation_id',
                details ->> 'state' from audit_log where subject = '{call}' order by sequence"
    ));
    assert_eq!(
        log,
        format!("live.end|t|{conversation}|\nlive.command_settled|t||confirmed")
    );
    // A command that comes too late says so.
    let problem = client
        .post(&path(call, "end"), &json!({ "key": Uuid::now_v7() }))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::CallOver);
    until(async || {
        let detail: CallDetail = client.get(&format!("/api/calls/{call}")).await.json();
        detail.call.status == CallStatus::Done
            && detail.termination_reason.as_deref() == Some("Conversation ended by a monitoring client")
    })
    .await;
    assert_eq!(controls(&client, call).await.words, Following::Over);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressing_twice_at_the_same_moment_sends_once() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    let (call, _) = followed(&app, &client, json!({ "turns": 40, "turn_interval_ms": 2_500 })).await;
    let hint = json!({ "key": Uuid::now_v7(), "text": "Offer ten percent." });
    let hints = path(call, "hint");
    let replies = futures::future::join_all((0..4).map(|_| client.post(&hints, &hint))).await;
    let ids: std::collections::BTreeSet<Uuid> = replies
        .iter()
        .map(|reply| reply.json::<CommandRecord>().id)
        .collect();
    assert_eq!(ids.len(), 1);
    // The key is spent on this text.
    let other = json!({ "key": hint["key"], "text": "Offer fifty percent." });
    assert_eq!(
        client.post(&path(call, "hint"), &other).await.problem().code,
        ErrorCode::Conflict
    );
    // The agent took it up once, in what it said next, and it stands in the transcript afterwards.
    let taken_up = |turns: &[Turn]| {
        turns
            .iter()
            .filter(|turn| {
                turn.message
                    .as_deref()
                    .is_some_and(|words| words.contains("Offer ten percent."))
            })
            .count()
    };
    until(async || taken_up(&turns(&client, call).await) == 1).await;
    client
        .post(&path(call, "end"), &json!({ "key": Uuid::now_v7() }))
        .await;
    until(async || {
        let detail: CallDetail = client.get(&format!("/api/calls/{call}")).await.json();
        detail.call.status == CallStatus::Done
    })
    .await;
    assert_eq!(taken_up(&turns(&client, call).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_given_to_one_server_is_carried_out_by_the_process_that_follows_the_call() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    connect(&app, app.organization("northwind-voice")).await;
    // This server has no worker; the one who follows is a process of its own.
    let follower = app.spawn_worker();
    // Slow enough to outlive all that follows.
    let conversation = start_call(&app, 200, 3_000).await;
    let call = open(&app, &client, &conversation).await;
    let sent: CommandRecord = client
        .post(
            &path(call, "hint"),
            &json!({ "key": Uuid::now_v7(), "text": "Be brief." }),
        )
        .await
        .json();
    assert_eq!(sent.state, CommandState::Sent);
    let holder = app.sql("select holder from poll_leases");
    // kill -9: nobody follows the call, and whoever asks learns it in time.
    follower.kill();
    let asked = std::time::Instant::now();
    let reply = client
        .post(&path(call, "end"), &json!({ "key": Uuid::now_v7() }))
        .await;
    assert_eq!(reply.problem().code, ErrorCode::CommandImpossible);
    assert!(reply.text().contains("No server follows"), "{}", reply.text());
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    // Nor is it carried out later, by whoever takes over.
    let _next = app.spawn_worker();
    until(async || app.sql("select holder from poll_leases") != holder).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(open(&app, &client, &conversation).await, call);
    assert_eq!(controls(&client, call).await.words, Following::Open);
    let states = app.sql("select kind, state from live_commands order by asked_at");
    assert_eq!(states, "hint|sent\nend|failed");
    let done: CommandRecord = client
        .post(&path(call, "end"), &json!({ "key": Uuid::now_v7() }))
        .await
        .json();
    assert_eq!(done.state, CommandState::Confirmed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_transferred_to_a_number_and_only_to_one() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    app.start_worker();
    until(async || app.sql("select count(*) from agent_live_abilities where transfers") != "0").await;
    let conversation = start(
        &app,
        json!({ "agent_id": AGENT, "turns": 60, "turn_interval_ms": 2_500 }),
    )
    .await;
    let call = open(&app, &client, &conversation).await;
    let transfer = async |number: &str| {
        let body = json!({ "key": Uuid::now_v7(), "number": number });
        client.post(&path(call, "transfer"), &body).await
    };
    for wrong in ["", "110", "0301234567", "+49 30 call me"] {
        let problem = transfer(wrong).await.problem();
        assert_eq!(problem.errors[0].field, "number", "{wrong}");
    }
    // From a browser there is no line that could be transferred.
    app.sql("update calls set direction = 'web' where status = 'in-progress'");
    let problem = transfer("+14155550100").await.problem();
    assert_eq!(problem.code, ErrorCode::CommandImpossible);
    assert_eq!(
        app.sql("select count(*) from live_commands"),
        "0",
        "nothing was sent"
    );
    app.sql("update calls set direction = 'inbound' where status = 'in-progress'");
    let done: CommandRecord = transfer("+1 (415) 555-0100").await.json();
    assert_eq!(done.state, CommandState::Confirmed);
    assert_eq!(done.argument.as_deref(), Some("+14155550100"));
    let audited = "select details ->> 'argument' from audit_log where action = 'live.transfer'";
    assert_eq!(app.sql(audited), "+14155550100");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_taken_over_written_in_and_given_back() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    app.simulator();
    configure(&app, AGENT, json!({ "conversation": { "text_only": true } })).await;
    app.connect(&client).await;
    app.start_worker();
    until(async || app.sql("select count(*) from agent_live_abilities where text_only") == "1").await;
    let wish = json!({ "agent_id": AGENT, "turns": 200, "turn_interval_ms": 2_500 });
    let conversation = start(&app, wish).await;
    let call = open(&app, &client, &conversation).await;
    let takeover = async |action: &str, text: Option<&str>| {
        let body = json!({ "key": Uuid::now_v7(), "action": action, "text": text });
        client.post(&path(call, "takeover"), &body).await
    };
    let early = takeover("say", Some("Hello")).await;
    assert_eq!(
        early.problem().code,
        ErrorCode::CommandImpossible,
        "not taken over"
    );
    let done: CommandRecord = takeover("start", None).await.json();
    assert_eq!(done.state, CommandState::Confirmed);
    assert!(controls(&client, call).await.taken_over);
    assert_eq!(takeover("say", Some(" ")).await.problem().errors[0].field, "text");
    let said: CommandRecord = takeover("say", Some("This is Ann, how can I help?")).await.json();
    assert_eq!(said.state, CommandState::Confirmed);
    let done: CommandRecord = takeover("end", None).await.json();
    assert_eq!(done.state, CommandState::Confirmed);
    let shown = controls(&client, call).await;
    assert!(!shown.taken_over);
    assert_eq!(shown.commands.len(), 3, "newest first: {:?}", shown.commands);
    assert_eq!(
        shown.commands[1].argument.as_deref(),
        Some("This is Ann, how can I help?")
    );
    until(async || {
        turns(&client, call)
            .await
            .iter()
            .any(|turn| turn.message.as_deref() == Some("This is Ann, how can I help?"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_said_why_a_call_can_not_be_told_anything() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    app.simulator();
    let off = json!({ "conversation": { "monitoring_enabled": false } });
    configure(&app, AGENT, off).await;
    app.connect(&client).await;
    app.start_worker();
    let monitored =
        format!("select monitoring from agents where provider_agent_id = '{AGENT}' and not placeholder");
    until(async || app.sql(&monitored) == "f").await;
    let conversation = start(
        &app,
        json!({ "agent_id": AGENT, "turns": 60, "turn_interval_ms": 2_500 }),
    )
    .await;
    let status = format!("select status from calls where conversation_id = '{conversation}'");
    until(async || app.sql(&status) == "in-progress").await;
    let id: Uuid = app
        .sql(&format!(
            "select id from calls where conversation_id = '{conversation}'"
        ))
        .parse()
        .unwrap();
    let call = CallId(id);
    let shown = controls(&client, call).await;
    assert_eq!(shown.words, Following::AgentOff);
    assert_eq!(shown.controls.len(), CommandKind::ALL.len());
    assert!(shown.controls.iter().all(|control| control.why_not.is_some()));
    let end = json!({ "key": Uuid::now_v7() });
    let problem = client.post(&path(call, "end"), &end).await.problem();
    assert_eq!(problem.code, ErrorCode::CommandImpossible);
    assert!(problem.detail.unwrap().contains("Switch it on at ElevenLabs"));
    assert_eq!(app.sql("select count(*) from live_commands"), "0");

    // The workspace's plan or key refuses: a reason of its own, with what the provider said.
    app.sql(&format!(
        "insert into live_monitors (call_id, organization_id, state, detail)
         select call_id, organization_id, 'workspace_refused', 'needs convai_write' from call_keys where call_id = '{id}'"
    ));
    let shown = controls(&client, call).await;
    assert_eq!(
        (shown.words, shown.words_detail.as_deref()),
        (Following::WorkspaceRefused, Some("needs convai_write"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_command_sees_no_commands_and_strangers_find_no_call() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    let (call, _) = followed(&app, &client, json!({ "turns": 200, "turn_interval_ms": 2_500 })).await;
    let stranger = app.sign_in(CUSTOMER).await;
    let end = json!({ "key": Uuid::now_v7() });
    let own = format!("/api/live/calls/{call}");
    assert_eq!(stranger.get(&own).await.status, 404);
    assert_eq!(stranger.post(&path(call, "end"), &end).await.status, 404);
    let staff = app
        .sign_in(&app.add_member("northwind-voice", "agency_staff").0)
        .await;
    assert!(controls(&staff, call).await.controls.is_empty());
    assert_eq!(staff.post(&path(call, "end"), &end).await.status, 403);
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(viewer.post(&path(call, "hint"), &end).await.status, 403);
    assert_eq!(app.sql("select count(*) from live_commands"), "0");
    // A hint tells of what was said: only for who reads along.
    let hint = json!({ "key": Uuid::now_v7(), "text": "He is a regular." });
    client.post(&path(call, "hint"), &hint).await;
    let told =
        "select count(*) from audit_log where action = 'live.hint' and details::text not like '%regular%'";
    assert_eq!(app.sql(told), "1", "what was done is kept, what was said is not");
    let (support, _) = app.add_member("northwind-voice", "agency_staff");
    app.sql(&format!(
        "update memberships set denials = '{{live.transcript}}' where user_id = (select id from users where email = '{support}')"
    ));
    let support = app.sign_in(&support).await;
    assert_eq!(controls(&support, call).await.commands[0].argument, None);
    assert!(controls(&staff, call).await.commands[0].argument.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_follow_their_call_and_go_with_it() {
    let app = started().await;
    let client = app.sign_in(AGENCY).await;
    let (call, _) = followed(&app, &client, json!({ "turns": 40, "turn_interval_ms": 2_500 })).await;
    client
        .post(&path(call, "end"), &json!({ "key": Uuid::now_v7() }))
        .await;
    let customer = app.organization("harbor-dental");
    app.sql(&format!(
        "insert into live_monitors (call_id, organization_id, state)
         select call_id, organization_id, 'refused' from call_keys where call_id = '{call}' on conflict do nothing;
         update call_keys set organization_id = '{customer}' where call_id = '{call}'"
    ));
    for table in ["live_commands", "live_monitors"] {
        let of = format!("select organization_id from {table} where call_id = '{call}'");
        assert_eq!(app.sql(&of), customer.to_string(), "{table}");
    }
    app.sql(&format!("delete from call_keys where call_id = '{call}'"));
    assert_eq!(
        app.sql("select (select count(*) from live_commands) + (select count(*) from live_monitors)"),
        "0"
    );
}
