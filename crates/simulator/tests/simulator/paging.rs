//! The conversation list: pages, order, filters.
use std::collections::HashSet;

use crate::common::Sim;
use serde_json::{Value, json};

/// What a filter promises of an item.
type Matches = Box<dyn Fn(&Value) -> bool>;

async fn walk(sim: &Sim, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = sim
            .get(&format!("/v1/convai/conversations?{query}{cursor}"))
            .await;
        assert_eq!(status, 200, "{page}");
        items.extend(page["conversations"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["has_more"], false);
                return items;
            }
        }
    }
}

#[tokio::test]
async fn walking_by_cursor_meets_every_conversation_once_newest_first() {
    let sim = Sim::quiet();
    let items = walk(&sim, "page_size=37").await;
    let ids: HashSet<_> = items
        .iter()
        .map(|item| item["conversation_id"].as_str().unwrap())
        .collect();
    assert_eq!((items.len(), ids.len()), (300, 300));
    assert!(items.is_sorted_by_key(|item| std::cmp::Reverse(item["start_time_unix_secs"].as_i64())));
    let mut upwards = walk(&sim, "page_size=100&sort_direction=asc").await;
    upwards.reverse();
    assert_eq!(upwards, items);
}

#[tokio::test]
async fn a_call_that_begins_between_two_pages_shifts_nothing() {
    let sim = Sim::quiet();
    let (_, first) = sim.get("/v1/convai/conversations?page_size=10").await;
    let (_, expected) = sim
        .get(&format!(
            "/v1/convai/conversations?page_size=10&cursor={}",
            first["next_cursor"].as_str().unwrap()
        ))
        .await;
    sim.control("calls", json!({})).await;
    let (_, second) = sim
        .get(&format!(
            "/v1/convai/conversations?page_size=10&cursor={}",
            first["next_cursor"].as_str().unwrap()
        ))
        .await;
    assert_eq!(second, expected);
}

#[tokio::test]
async fn a_garbled_cursor_is_400_and_a_wrong_page_size_422() {
    let sim = Sim::quiet();
    for path in ["/v1/convai/conversations", "/v1/convai/agents"] {
        let (status, body) = sim.get(&format!("{path}?cursor=bm90IGEgY3Vyc29y")).await;
        assert_eq!((status, &body["detail"]["code"]), (400, &json!("invalid_cursor")));
        for size in ["0", "101", "many"] {
            let (status, body) = sim.get(&format!("{path}?page_size={size}")).await;
            assert_eq!(
                (status, &body["detail"][0]["loc"]),
                (422, &json!(["query", "page_size"])),
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn filters_keep_what_matches_and_nothing_else() {
    let sim = Sim::quiet();
    let all = walk(&sim, "page_size=100").await;
    let middle = all[150]["start_time_unix_secs"].as_i64().unwrap();
    let agent = all[0]["agent_id"].as_str().unwrap().to_owned();
    let checks: [(String, Matches); 8] = [
        (
            format!("agent_id={agent}"),
            Box::new(move |item| item["agent_id"] == agent),
        ),
        (
            "call_successful=failure".to_owned(),
            Box::new(|item| item["call_successful"] == "failure"),
        ),
        (
            format!("call_start_before_unix={middle}"),
            Box::new(move |item| item["start_time_unix_secs"].as_i64().unwrap() < middle),
        ),
        (
            format!("call_start_after_unix={middle}"),
            Box::new(move |item| item["start_time_unix_secs"].as_i64().unwrap() > middle),
        ),
        (
            "call_duration_min_secs=60&call_duration_max_secs=80".to_owned(),
            Box::new(|item| (60..=80).contains(&item["call_duration_secs"].as_i64().unwrap())),
        ),
        (
            "exclude_statuses=done&exclude_statuses=processing".to_owned(),
            Box::new(|item| item["status"] == "failed"),
        ),
        (
            "main_languages=fr&main_languages=pt".to_owned(),
            Box::new(|item| ["fr", "pt"].contains(&item["main_language"].as_str().unwrap())),
        ),
        (
            "conversation_initiation_source=widget".to_owned(),
            Box::new(|item| item["conversation_initiation_source"] == "widget"),
        ),
    ];
    for (query, matches) in checks {
        let found = walk(&sim, &format!("page_size=100&{query}")).await;
        let expected: Vec<_> = all.iter().filter(|item| matches(item)).cloned().collect();
        assert!(!expected.is_empty(), "{query} would prove nothing");
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn search_finds_words_of_the_transcript() {
    let sim = Sim::quiet();
    let found = walk(&sim, "page_size=100&search=TRACKING").await;
    assert!(!found.is_empty());
    for item in found {
        let detail = sim.detail(item["conversation_id"].as_str().unwrap()).await;
        assert!(
            detail["transcript"]
                .to_string()
                .to_lowercase()
                .contains("tracking")
        );
    }
}

#[tokio::test]
async fn summaries_come_only_where_asked_for() {
    let sim = Sim::quiet();
    let (_, plain) = sim.get("/v1/convai/conversations?call_successful=success").await;
    let (_, full) = sim.get("/v1/convai/conversations?call_successful=success&summary_mode=include&evaluation_criteria_ids=request_resolved").await;
    assert!(plain["conversations"][0]["transcript_summary"].is_null());
    assert!(
        full["conversations"][0]["transcript_summary"]
            .as_str()
            .unwrap()
            .len()
            > 20
    );
    assert_eq!(
        full["conversations"][0]["evaluation_criteria_results"]["request_resolved"]["result"],
        "success"
    );
}

#[tokio::test]
async fn voices_are_paged_by_token_with_a_total() {
    let sim = Sim::quiet();
    let (_, first) = sim.get("/v2/voices").await;
    assert_eq!(
        (first["voices"].as_array().unwrap().len(), &first["total_count"]),
        (10, &json!(14))
    );
    let (_, rest) = sim
        .get(&format!(
            "/v2/voices?next_page_token={}",
            first["next_page_token"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        (rest["voices"].as_array().unwrap().len(), &rest["has_more"]),
        (4, &json!(false))
    );
}
