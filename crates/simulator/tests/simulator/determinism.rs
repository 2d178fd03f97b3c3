//! The same seed tells the same story.
use std::collections::HashSet;
use std::time::Instant;

use crate::common::{MAIN, Sim, quiet};
use echosensei_simulator::Options;
use serde_json::{Value, json};

/// 2026-11-20T12:00:00Z
const NOW: i64 = 1_795_176_000;

async fn page(options: Options) -> Value {
    Sim::with(options)
        .get("/v1/convai/conversations?page_size=100&summary_mode=include")
        .await
        .1
}

#[tokio::test]
async fn the_same_seed_gives_the_same_calls_and_another_seed_others() {
    let at = |seed| Options {
        seed,
        now: Some(NOW),
        ..quiet()
    };
    let first = page(at(7)).await;
    assert_eq!(page(at(7)).await, first);
    assert_ne!(page(at(8)).await, first);
}

#[tokio::test]
async fn a_restart_on_the_next_day_knows_yesterdays_calls_under_the_same_ids() {
    let ids = |page: &Value| -> HashSet<String> {
        page["conversations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| format!("{}@{}", item["conversation_id"], item["start_time_unix_secs"]))
            .collect()
    };
    let before = ids(&page(Options {
        now: Some(NOW),
        ..quiet()
    })
    .await);
    let after = ids(&page(Options {
        now: Some(NOW + 86_400),
        ..quiet()
    })
    .await);
    assert!(
        before.intersection(&after).count() > 60,
        "most of the newest hundred are known still"
    );
    assert_ne!(before, after, "and some are new");
}

#[tokio::test]
async fn two_thousand_calls_reach_back_ninety_days_in_five_languages_mostly_in_office_hours() {
    let sim = Sim::with(Options {
        conversations: 2_000,
        now: Some(NOW),
        ..quiet()
    });
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, page) = sim
            .get(&format!("/v1/convai/conversations?page_size=100{cursor}"))
            .await;
        items.extend(page["conversations"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(items.len(), 2_000);
    let starts: Vec<i64> = items
        .iter()
        .map(|item| item["start_time_unix_secs"].as_i64().unwrap())
        .collect();
    let oldest = (NOW - starts.iter().min().unwrap()) / 86_400;
    assert!((75..=90).contains(&oldest), "{oldest} days");
    assert!(starts.iter().all(|start| *start < NOW));
    let values = |key: &str| -> HashSet<String> { items.iter().map(|item| item[key].to_string()).collect() };
    assert_eq!((values("main_language").len(), values("agent_id").len()), (5, 12));
    assert!(values("status").contains("\"failed\"") && values("direction").len() == 3);
    let office = starts
        .iter()
        .filter(|start| (7..18).contains(&(start.rem_euclid(86_400) / 3_600)))
        .count();
    assert!(office > 1_400, "{office} of 2000 in office hours");
}

#[tokio::test]
async fn a_recording_is_playable_speech_as_long_as_the_call() {
    let sim = Sim::quiet();
    for language in ["de", "en", "es", "fr", "pt"] {
        let (_, page) = sim
            .get(&format!(
                "/v1/convai/conversations?main_languages={language}&call_successful=success&page_size=1"
            ))
            .await;
        let item = &page["conversations"][0];
        let url = sim.url(&format!(
            "/v1/convai/conversations/{}/audio",
            item["conversation_id"].as_str().unwrap()
        ));
        let answer = sim
            .client
            .get(url)
            .header("xi-api-key", MAIN)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["content-type"], "audio/mpeg");
        let sound = answer.bytes().await.unwrap();
        assert_eq!(sound.len() % 108, 0, "whole frames");
        assert!(
            sound.chunks(108).all(|frame| frame.starts_with(&[0xFF, 0xF3])),
            "MPEG-2 layer III all along"
        );
        let seconds = sound.len() as f64 / 108.0 * 0.036;
        assert!((seconds - item["call_duration_secs"].as_f64().unwrap()).abs() < 1.5);
    }
}

#[tokio::test]
async fn ten_thousand_more_calls_are_there_at_once_and_read_quickly() {
    let sim = Sim::quiet();
    let started = Instant::now();
    let added = sim
        .control("bulk", json!({"workspace": "small", "count": 10_000}))
        .await;
    assert_eq!(added["added"], 10_000);
    assert!(started.elapsed().as_secs() < 20, "unoptimised builds too");
    let (_, page) = sim
        .get_as(
            "sk_simulator_small_full_access_1d52",
            "/v1/convai/conversations?page_size=100",
        )
        .await;
    let started = Instant::now();
    for item in page["conversations"].as_array().unwrap() {
        let path = format!(
            "/v1/convai/conversations/{}",
            item["conversation_id"].as_str().unwrap()
        );
        assert_eq!(
            sim.get_as("sk_simulator_small_full_access_1d52", &path).await.0,
            200
        );
    }
    let rate = 100.0 / started.elapsed().as_secs_f64();
    assert!(
        rate > 10.0,
        "{rate:.0} details a second, unoptimised, one after the other, on a busy machine"
    );
}
