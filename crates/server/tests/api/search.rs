//! Searching what was said, and filtering the log by what calls have.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp};
use elevenlabs::conversations::Conversation;
use serde_json::{Value, json};
use server::calls::store::store_detail;
use server::connections::{ConnectionHandle, load};
use shared::Page;
use shared::call::CallSummary;
use shared::call_search::{CallChoices, CallMatches, TurnMatch};

/// A tenant with calls of our choice.
struct Calls {
    app: TestApp,
    agency: Client,
    connection: ConnectionHandle,
}

async fn calls() -> Calls {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect(&agency).await;
    app.sql("delete from jobs");
    let connection = load(&app.app, connection.id).await.unwrap().unwrap();
    Calls {
        app,
        agency,
        connection,
    }
}

impl Calls {
    /// Stores a call that began so many minutes ago. `c:` and `a:` say who speaks.
    async fn add(&self, id: &str, minutes: i64, language: &str, turns: &[&str]) {
        self.add_with(id, minutes, language, turns, json!({})).await;
    }

    /// The same with more of the provider's JSON.
    async fn add_with(&self, id: &str, minutes: i64, language: &str, turns: &[&str], more: Value) {
        let transcript: Vec<Value> = turns
            .iter()
            .enumerate()
            .map(|(n, turn)| {
                let role = if turn.starts_with("c:") { "user" } else { "agent" };
                json!({"role": role, "message": &turn[2..], "time_in_call_secs": n * 7})
            })
            .collect();
        let mut body = json!({"conversation_id": id, "agent_id": "agent_1", "agent_name": "A", "status": "done",
            "has_audio": false, "transcript": transcript,
            "metadata": {"start_time_unix_secs": chrono::Utc::now().timestamp() - minutes * 60, "main_language": language}});
        merge(&mut body, more);
        let conversation: Conversation = serde_json::from_value(body).unwrap();
        store_detail(&self.app.app, &self.connection, &conversation)
            .await
            .unwrap();
    }

    /// Conversation ids that a query of the log finds, newest first.
    async fn find(&self, query: &[(&str, &str)]) -> Vec<String> {
        found(&self.agency, query).await
    }
}

fn merge(to: &mut Value, more: Value) {
    match (to, more) {
        (Value::Object(to), Value::Object(more)) => {
            for (key, value) in more {
                merge(to.entry(key).or_insert(Value::Null), value);
            }
        }
        (to, more) => *to = more,
    }
}

fn path(query: &[(&str, &str)]) -> String {
    format!("/api/calls?{}", serde_urlencoded::to_string(query).unwrap())
}

async fn found(client: &Client, query: &[(&str, &str)]) -> Vec<String> {
    let page: Page<CallSummary> = client.get(&path(query)).await.json();
    page.items.into_iter().map(|call| call.conversation_id).collect()
}

#[tokio::test]
async fn words_are_found_in_the_language_of_their_call() {
    let calls = calls().await;
    calls
        .add("german", 1, "de", &["c:Ich warte auf meine Rückerstattung"])
        .await;
    calls.add("english", 2, "en", &["c:I was refunded twice"]).await;
    calls
        .add("french", 3, "fr-FR", &["a:Votre remboursement arrive demain"])
        .await;
    calls
        .add("arabic", 4, "ar", &["c:أريد استرداد أموالي 🙂 من فضلك"])
        .await;
    calls.add("unknown", 5, "xx", &["c:zorp refunded"]).await;
    for (q, wanted) in [
        ("Rückerstattungen", vec!["german"]),
        ("rückerstattung", vec!["german"]),
        ("refunds", vec!["english"]),
        ("refund", vec!["english"]),
        ("refunded", vec!["english", "unknown"]),
        ("remboursements", vec!["french"]),
        ("استرداد", vec!["arabic"]),
        ("zorp", vec!["unknown"]),
        ("warte twice", vec![]),
        ("warte or twice", vec!["german", "english"]),
        ("nowhere", vec![]),
        ("🙂", vec![]),
    ] {
        assert_eq!(calls.find(&[("q", q)]).await, wanted, "{q}");
    }
}

/// The index knows lengths and costs by steps and numbers by three digits at a time: what it finds is looked at again.
#[tokio::test]
async fn what_the_index_knows_roughly_is_looked_at_again() {
    let calls = calls().await;
    for (id, minutes, seconds, dollars, number) in [
        ("short", 1, 300, 3.0, "+4930123456"),
        ("long", 2, 320, 3.2, "+4930123434561"),
    ] {
        let more = json!({"metadata": {"call_duration_secs": seconds, "cost_fiat": dollars, "phone_call":
            {"direction": "inbound", "external_number": number, "agent_number": "+15550000000", "type": "twilio"}}});
        calls
            .add_with(id, minutes, "en", &["c:I want a refund"], more)
            .await;
    }
    for (query, wanted) in [
        (vec![("q", "refund")], vec!["short", "long"]),
        (vec![("q", "refund"), ("seconds_from", "310")], vec!["long"]),
        (vec![("q", "refund"), ("seconds_to", "310")], vec!["short"]),
        (vec![("seconds_from", "310")], vec!["long"]),
        (vec![("q", "refund"), ("cost_from", "3100000")], vec!["long"]),
        (vec![("q", "refund"), ("cost_to", "3100000")], vec!["short"]),
        (vec![("q", "123456")], vec!["short"]),
        (vec![("q", "12343456")], vec!["long"]),
        (vec![("q", "30123")], vec!["short", "long"]),
    ] {
        assert_eq!(calls.find(&query).await, wanted, "{query:?}");
    }
}

#[tokio::test]
async fn phrases_exclusions_parts_and_numbers_are_understood() {
    let calls = calls().await;
    calls
        .add(
            "one",
            1,
            "en",
            &[
                "a:Your order number is A-4711-22",
                "c:thank you, call 0171 123-45 67",
            ],
        )
        .await;
    calls
        .add(
            "two",
            2,
            "en",
            &["a:The number of your order", "c:I want a chargeback for 99471100"],
        )
        .await;
    for (q, wanted) in [
        ("\"order number\"", vec!["one"]),
        ("order number", vec!["one", "two"]),
        ("order -chargeback", vec!["one"]),
        ("argeba", vec!["two"]),
        ("4711", vec!["one", "two"]),
        ("A-4711-22", vec!["one"]),
        ("01711234567", vec!["one"]),
        ("' & | ! :* <-> \\", vec![]),
        ("o'clock", vec![]),
    ] {
        assert_eq!(calls.find(&[("q", q)]).await, wanted, "{q}");
    }
}

#[tokio::test]
async fn words_can_be_asked_of_one_side() {
    let calls = calls().await;
    calls
        .add("caller", 1, "en", &["a:How can I help?", "c:I want a refund"])
        .await;
    calls
        .add(
            "agent",
            2,
            "en",
            &["a:Do you want a refund?", "c:no, it doesn't matter"],
        )
        .await;
    let titled =
        json!({"analysis": {"call_summary_title": "A refund", "transcript_summary": "About a refund"}});
    calls
        .add_with("title", 3, "en", &["a:Hello", "c:Hello"], titled)
        .await;
    assert_eq!(calls.find(&[("q", "refund")]).await, ["caller", "agent", "title"]);
    assert_eq!(
        calls.find(&[("q", "refund"), ("said_by", "caller")]).await,
        ["caller"]
    );
    assert_eq!(
        calls.find(&[("q", "refund"), ("said_by", "agent")]).await,
        ["agent"]
    );
    assert_eq!(
        calls.find(&[("q", "-refund"), ("said_by", "caller")]).await,
        ["agent", "title"]
    );
    assert_eq!(
        calls.find(&[("q", "doesn't"), ("said_by", "caller")]).await,
        ["agent"]
    );
    let problem = calls.agency.get(&path(&[("said_by", "caller")])).await.problem();
    assert_eq!(problem.errors.first().unwrap().field, "said_by");
}

#[tokio::test]
async fn matches_name_the_turns_and_mark_the_words() {
    let calls = calls().await;
    calls
        .add(
            "long",
            1,
            "de",
            &[
                "a:Guten Tag",
                "c:Die Rückerstattung fehlt <b>immer</b> noch 🙂",
                "a:Eine Rückerstattung dauert",
            ],
        )
        .await;
    calls.add("other", 2, "en", &["c:nothing of the kind"]).await;
    let page: Page<CallSummary> = calls.agency.get("/api/calls").await.json();
    let ids: Vec<String> = page.items.iter().map(|call| call.id.to_string()).collect();
    let query =
        serde_urlencoded::to_string([("q", "Rückerstattungen"), ("ids", ids.join(",").as_str())]).unwrap();
    let matches: Vec<CallMatches> = calls
        .agency
        .get(&format!("/api/calls/matches?{query}"))
        .await
        .json();
    assert_eq!(matches.len(), 1);
    let turns = &matches[0].turns;
    let places: Vec<_> = turns
        .iter()
        .map(|turn| (turn.position, turn.at_seconds))
        .collect();
    assert_eq!(
        (matches[0].call_id.to_string(), places),
        (ids[0].clone(), vec![(1, 7), (2, 14)])
    );
    let marked = |turn: &TurnMatch| {
        let found = turn.pieces.iter().filter(|piece| piece.found);
        found.map(|piece| piece.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&turns[0]), ["Rückerstattung"]);

    let of_call = format!(
        "/api/calls/{}/matches?q=R%C3%BCckerstattung&said_by=agent",
        ids[0]
    );
    let matches: Vec<TurnMatch> = calls.agency.get(&of_call).await.json();
    assert_eq!(matches.iter().map(|turn| turn.position).collect::<Vec<_>>(), [2]);
    for bad in ["q=", "q=x&said_by=me", "q=x&ids=1"] {
        assert_eq!(
            calls
                .agency
                .get(&format!("/api/calls/matches?{bad}"))
                .await
                .status,
            422,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn every_filter_finds_its_calls_and_no_others() {
    let calls = calls().await;
    let one = json!({"metadata": {"call_duration_secs": 61, "cost_fiat": 0.5, "termination_reason": "agent hung up",
            "phone_call": {"type": "twilio", "direction": "outbound", "external_number": "+49301234567", "agent_number": "+491"}},
        "analysis": {"call_successful": "failure",
            "evaluation_criteria_results": {"polite": {"result": "failure", "rationale": ""}, "solved": {"result": "success", "rationale": ""}},
            "data_collection_results": {"plz": {"value": 10115}, "mood": {"value": "Angry"}}}});
    let two = json!({"metadata": {"call_duration_secs": 3700, "cost_fiat": 12.25, "termination_reason": "caller hung up"},
        "analysis": {"call_successful": "success",
            "evaluation_criteria_results": {"polite": {"result": "success", "rationale": ""}},
            "data_collection_results": {"plz": {"value": "80331"}}}});
    calls.add_with("one", 1, "de", &["c:hallo"], one).await;
    calls.add_with("two", 2, "en", &["c:hello"], two).await;
    calls.add("bare", 3, "en", &["c:hello"]).await;
    let none: [&str; 0] = [];
    for (query, wanted) in [
        (vec![("direction", "outbound")], vec!["one"]),
        (vec![("outcome", "success")], vec!["two"]),
        (vec![("outcome", "failure"), ("language", "de")], vec!["one"]),
        (vec![("seconds_from", "61")], vec!["one", "two"]),
        (vec![("seconds_from", "62")], vec!["two"]),
        (vec![("seconds_from", "60"), ("seconds_to", "61")], vec!["one"]),
        (vec![("seconds_to", "0")], vec!["bare"]),
        (vec![("cost_from", "500000")], vec!["one", "two"]),
        (vec![("cost_from", "500001")], vec!["two"]),
        (vec![("cost_to", "500000")], vec!["one"]),
        (vec![("language", "EN")], vec!["two", "bare"]),
        (vec![("termination", "agent hung up")], vec!["one"]),
        (vec![("termination", "agent")], none.to_vec()),
        (vec![("criterion", "polite")], vec!["one", "two"]),
        (vec![("criterion", "polite"), ("result", "failure")], vec!["one"]),
        (
            vec![("criterion", "solved"), ("result", "failure")],
            none.to_vec(),
        ),
        (vec![("collected", "plz")], vec!["one", "two"]),
        (vec![("collected", "plz"), ("value", "10115")], vec!["one"]),
        (vec![("collected", "mood"), ("value", "angry")], vec!["one"]),
        (vec![("q", "030 1234")], vec!["one"]),
        (
            vec![("q", "hello"), ("seconds_from", "60"), ("outcome", "success")],
            vec!["two"],
        ),
        (vec![("status", "failed"), ("language", "en")], none.to_vec()),
    ] {
        assert_eq!(calls.find(&query).await, wanted, "{query:?}");
    }
    let choices: CallChoices = calls.agency.get("/api/calls/choices").await.json();
    assert_eq!(choices.languages, ["de", "en"]);
    assert_eq!(choices.terminations, ["agent hung up", "caller hung up"]);
    assert_eq!(choices.criteria, ["polite", "solved"]);
    assert_eq!(choices.collected, ["mood", "plz"]);
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_double() {
    let calls = calls().await;
    for n in 0..23_i64 {
        // Some at the same second, some over the spans by which the index is read.
        calls
            .add(
                &format!("c{n}"),
                (n / 2) * (n / 2) * 700,
                "en",
                &["c:a refund please"],
            )
            .await;
    }
    let whole = calls.find(&[("q", "refund"), ("limit", "200")]).await;
    assert_eq!(whole.len(), 23);
    for query in [
        vec![("q", "refund")],
        vec![("language", "en")],
        vec![("direction", "web")],
    ] {
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut query = query.clone();
            query.extend([("limit", "4"), ("cursor", cursor.as_str())]);
            let page: Page<CallSummary> = calls.agency.get(&path(&query)).await.json();
            walked.extend(page.items.into_iter().map(|call| call.conversation_id));
            match page.next_cursor {
                Some(next) => cursor = next,
                None => break,
            }
        }
        assert_eq!(walked, whole, "{query:?}");
    }
}

#[tokio::test]
async fn days_bound_a_search() {
    let calls = calls().await;
    for (id, days) in [("today", 0), ("week", 7), ("year", 300)] {
        calls.add(id, days * 1440, "en", &["c:refund"]).await;
    }
    let day = |days: i64| {
        (chrono::Utc::now() - chrono::Duration::days(days))
            .date_naive()
            .to_string()
    };
    let (ten, five) = (day(10), day(5));
    assert_eq!(
        calls
            .find(&[("q", "refund"), ("from", &ten), ("to", &five)])
            .await,
        ["week"]
    );
    assert_eq!(calls.find(&[("q", "refund"), ("to", &ten)]).await, ["year"]);
    assert_eq!(
        calls.find(&[("q", "refund"), ("from", &ten)]).await,
        ["today", "week"]
    );
}

/// The newest calls are looked at themselves, the rest by the index: where one ends and the other begins, seven calls began at once.
#[tokio::test]
async fn calls_of_one_moment_are_found_once_where_the_newest_end() {
    let calls = calls().await;
    calls.add("newest", 0, "en", &["c:advice"]).await;
    calls.app.sql(&format!(
        "insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, direction, outcome, started_at,
             duration_seconds, message_count, evaluation, collected, recording, cost_usd_micros)
         select gen_random_uuid(), a.organization_id, a.connection_id, a.id, 'c' || n, 'done',
             case n % 2 when 0 then 'inbound' else 'outbound' end, 'unknown', now() - (1 + n / 7) * interval '1 minute', n % 3, 0,
             '[]', '[]', 'unavailable', 1000 * (n % 5)
         from generate_series(1, 700) n, agents a;
         select set_config('app.organization_id', '{}', false);
         select index_calls(array_agg(id), array_agg(started_at)) from calls",
        calls.app.organization("northwind-voice")
    ));
    for (query, condition) in [
        (vec![("direction", "inbound")], "direction = 'inbound'"),
        (
            vec![("seconds_from", "2"), ("seconds_to", "2")],
            "duration_seconds = 2",
        ),
        (
            vec![("direction", "outbound"), ("cost_from", "3000")],
            "direction = 'outbound' and cost_usd_micros >= 3000",
        ),
    ] {
        let wanted = calls.app.sql(&format!(
            "select string_agg(conversation_id, ',' order by started_at desc, id desc) from calls where {condition}"
        ));
        for limit in ["200", "9"] {
            let (mut walked, mut cursor) = (Vec::new(), String::new());
            loop {
                let mut query = query.clone();
                query.extend([("limit", limit), ("cursor", cursor.as_str())]);
                let page: Page<CallSummary> = calls.agency.get(&path(&query)).await.json();
                walked.extend(page.items.into_iter().map(|call| call.conversation_id));
                let Some(next) = page.next_cursor else { break };
                cursor = next;
            }
            assert!(walked.len() > 100, "{condition}: {}", walked.len());
            assert_eq!(walked.join(","), wanted, "{condition}, {limit} a page");
        }
    }
}

/// The log is looked through span by span, each longer than the one before.
#[tokio::test]
async fn what_lies_far_apart_is_found_in_order_and_once() {
    let calls = calls().await;
    let minutes = [1, 170, 190, 3 * 1_440, 9 * 1_440, 40 * 1_440, 300 * 1_440];
    let names: Vec<String> = minutes.iter().map(|ago| format!("ago_{ago}")).collect();
    let phone = json!({"metadata": {"phone_call": {"type": "twilio", "direction": "inbound",
        "external_number": "+49222222", "agent_number": "+491"}}});
    // So many between them that the first span ends before most of them.
    let insert = "insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, direction, outcome, started_at,
             duration_seconds, message_count, evaluation, collected, recording)
         select gen_random_uuid(), a.organization_id, a.connection_id, a.id, 'filler_' || n, 'done', 'web', 'unknown',
             now() - n * interval '1 minute', 5, 0, '[]', '[]', 'unavailable'
         from generate_series(30, 1030) n, agents a";
    calls.add("first", 400 * 1_440, "en", &["c:advice"]).await;
    calls.app.sql(insert);
    assert_eq!(calls.app.sql("select count(*) > 1000 from calls"), "t");
    for (name, ago) in names.iter().zip(minutes) {
        calls
            .add_with(name, ago, "en", &["c:refund of 4711000"], phone.clone())
            .await;
        calls
            .add(&format!("{name}_beside"), ago, "en", &["c:advice"])
            .await;
    }
    // Digits of one kind are as common as any three; the last number was said, not called.
    for (name, value) in [
        ("q", "refund"),
        ("q", "222222"),
        ("q", "4711000"),
        ("direction", "inbound"),
    ] {
        assert_eq!(calls.find(&[(name, value)]).await, names, "{value}");
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = [(name, value), ("limit", "2"), ("cursor", cursor.as_str())];
            let page: Page<CallSummary> = calls.agency.get(&path(&query)).await.json();
            read.extend(page.items.into_iter().map(|call| call.conversation_id));
            let Some(next) = page.next_cursor else { break };
            cursor = next;
        }
        assert_eq!(read, names, "{value} page by page");
    }
    let stranger = calls.app.sign_in(CUSTOMER).await;
    assert_eq!(found(&stranger, &[("q", "222222")]).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_his_is_not_found() {
    let calls = calls().await;
    let phone = json!({"metadata": {"call_duration_secs": 5, "cost_fiat": 1, "phone_call": {"type": "twilio", "direction": "inbound",
        "external_number": "+49301234567", "agent_number": "+491"}},
        "analysis": {"evaluation_criteria_results": {"polite": {"result": "success", "rationale": ""}}}});
    calls.add_with("mine", 1, "en", &["c:refund"], phone).await;
    let stranger = calls.app.sign_in(CUSTOMER).await;
    for query in [
        [("q", "refund")],
        [("q", "1234567")],
        [("language", "en")],
        [("seconds_from", "1")],
    ] {
        assert_eq!(found(&stranger, &query).await, Vec::<String>::new(), "{query:?}");
    }
    assert_eq!(
        stranger.get("/api/calls/choices").await.json::<CallChoices>(),
        CallChoices::default()
    );
    let id = calls.app.sql("select id from calls");
    let matches: Vec<CallMatches> = stranger
        .get(&format!("/api/calls/matches?q=refund&ids={id}"))
        .await
        .json();
    assert!(matches.is_empty());

    // Support sees the log but neither words nor numbers, costs or verdicts.
    let (email, _) = calls.app.add_member("northwind-voice", "agency_staff");
    let user = calls.app.user(&email);
    calls.app.sql(&format!(
        "update memberships set denials = '{{calls.transcript,calls.numbers,calls.cost,calls.analysis}}' where user_id = '{user}'"
    ));
    calls.app.app.principals.forget_all();
    let support = calls.app.sign_in(&email).await;
    for (query, field) in [
        (vec![("q", "refund")], "q"),
        (vec![("q", "1234567")], "q"),
        (vec![("cost_from", "1")], "cost_from"),
        (vec![("cost_to", "1")], "cost_to"),
        (vec![("criterion", "polite")], "criterion"),
        (vec![("collected", "plz")], "collected"),
    ] {
        let problem = support.get(&path(&query)).await.problem();
        assert_eq!(
            problem.errors.first().map(|e| e.field.as_str()),
            Some(field),
            "{query:?}"
        );
    }
    assert_eq!(support.get("/api/calls/matches?q=refund").await.status, 403);
    assert!(
        support
            .get("/api/calls/choices")
            .await
            .json::<CallChoices>()
            .criteria
            .is_empty()
    );
    assert_eq!(found(&support, &[("language", "en")]).await, ["mine"]);
}

#[tokio::test]
async fn a_corrected_transcript_is_found_by_its_new_words_only() {
    let calls = calls().await;
    calls.add("call", 1, "en", &["c:a refund"]).await;
    assert_eq!(calls.find(&[("q", "refund")]).await, ["call"]);
    calls.add("call", 1, "en", &["c:a delivery"]).await;
    assert_eq!(calls.find(&[("q", "refund")]).await, Vec::<String>::new());
    assert_eq!(calls.find(&[("q", "delivery")]).await, ["call"]);
}

#[tokio::test]
async fn a_removed_call_is_found_by_nothing_and_its_words_are_forgotten() {
    let calls = calls().await;
    calls.add("kept", 1, "en", &["c:common"]).await;
    calls.add("gone", 2, "en", &["c:common secretword"]).await;
    calls.app.sql("delete from calls where conversation_id = 'gone'");
    assert_eq!(calls.find(&[("q", "common")]).await, ["kept"]);
    assert_eq!(calls.app.sql("select count(*) from call_search"), "1");
    server::worker::housekeeping(&calls.app.app).await.unwrap();
    let terms =
        "select string_agg(term, ' ' order by term) from search_terms where term in ('common', 'secretword')";
    assert_eq!(calls.app.sql(terms), "common");
}

#[tokio::test]
async fn a_call_that_moves_is_found_where_it_went() {
    let calls = calls().await;
    calls.add("call", 1, "en", &["c:a very special word"]).await;
    let agent = calls.app.sql("select id from agents");
    let body = json!({ "organization_id": calls.app.organization("harbor-dental"), "with_history": true });
    let reply = calls
        .agency
        .post(&format!("/api/agents/{agent}/move"), &body)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    calls.app.run_jobs().await;
    let customer = calls.app.sign_in(CUSTOMER).await;
    assert_eq!(calls.find(&[("q", "special")]).await, Vec::<String>::new());
    assert_eq!(found(&customer, &[("q", "special")]).await, ["call"]);
    assert_eq!(found(&customer, &[("q", "pecia")]).await, ["call"]);
    let agent = calls.app.sql("select agent_id from calls");
    assert_eq!(
        found(&customer, &[("q", "special"), ("agent", &agent)]).await,
        ["call"]
    );
}

#[tokio::test]
async fn the_longest_transcript_is_found_by_its_last_word() {
    let calls = calls().await;
    let turns: Vec<String> = (0..10_000)
        .map(|n| {
            format!(
                "{}:word{n} and something more to say \u{0}",
                if n % 2 == 0 { "c" } else { "a" }
            )
        })
        .collect();
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    calls.add("long", 1, "en", &turns).await;
    assert_eq!(calls.find(&[("q", "word9999")]).await, ["long"]);
    assert_eq!(
        calls.find(&[("q", "word9999"), ("said_by", "agent")]).await,
        ["long"]
    );
    // More different words than an index entry can hold: the call is kept all the same, found by its beginning.
    let many: Vec<String> = (0..2_000)
        .map(|n| {
            format!(
                "c:{}",
                (0..60).map(|w| format!("x{n}y{w}zzzzzzzz ")).collect::<String>()
            )
        })
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    calls.add("huge", 2, "en", &many).await;
    assert_eq!(calls.find(&[("q", "x0y0zzzzzzzz")]).await, ["huge"]);
}
