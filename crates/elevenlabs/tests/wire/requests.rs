//! What goes over the wire, and what comes back as errors.

use std::time::{Duration, Instant};

use echosensei_elevenlabs::Error;
use echosensei_elevenlabs::agents::{AgentPatch, NewAgent};
use echosensei_elevenlabs::conversations::{ConversationQuery, ConversationStatus};
use serde_json::json;

use crate::vendor::{KEY, Reply, Vendor};

const USER: &str = r#"{"user_id":"u1","subscription":{"tier":"creator","character_count":5}}"#;

#[tokio::test]
async fn a_request_carries_key_and_name_and_the_reply_is_typed() {
    let vendor = Vendor::start([Reply::json(USER)]).await;
    let user = vendor.client().user().await.unwrap();
    assert_eq!(
        (user.user_id.as_str(), user.subscription.unwrap().character_count),
        ("u1", 5)
    );
    let request = vendor.requests().remove(0);
    assert_eq!(request.line, "GET /v1/user");
    assert!(request.head.contains(&format!("xi-api-key: {KEY}")));
    assert!(request.head.contains("user-agent: echosensei/"));
}

#[tokio::test]
async fn reading_is_repeated_after_transient_failures() {
    let cut_body = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"user_id\"".to_vec();
    let failures = [
        Reply::status(500, "{}"),
        Reply::status(503, "<html>"),
        Reply::Cut,
        Reply::Raw(cut_body),
        Reply::Http(
            429,
            "retry-after: 0\r\n",
            r#"{"detail":{"status":"system_busy","message":"m"}}"#.into(),
        ),
        Reply::Stall,
    ];
    for failure in failures {
        let vendor = Vendor::start([failure.clone(), Reply::json(USER)]).await;
        let outcome = vendor.client().user().await;
        assert!(outcome.is_ok(), "{failure:?}: {outcome:?}");
        assert_eq!(vendor.lines().len(), 2, "{failure:?}");
    }
}

#[tokio::test]
async fn repeating_ends_and_tells_the_last_error() {
    let vendor = Vendor::start([Reply::status(500, r#"{"detail":"boom"}"#)]).await;
    let outcome = vendor.client().user().await;
    assert_eq!(
        outcome,
        Err(Error::Provider {
            status: 500,
            code: None,
            message: "boom".into()
        })
    );
    assert_eq!(vendor.lines().len(), 4);
}

#[tokio::test]
async fn what_creates_is_sent_once_whatever_happens() {
    for failure in [
        Reply::status(500, ""),
        Reply::Cut,
        Reply::Stall,
        Reply::status(429, ""),
    ] {
        let vendor = Vendor::start([failure.clone(), Reply::json(r#"{"agent_id":"a"}"#)]).await;
        let client = vendor.client();
        assert!(
            client.create_agent(&NewAgent::named("x")).await.is_err(),
            "{failure:?}"
        );
        assert_eq!(vendor.lines(), ["POST /v1/convai/agents/create"], "{failure:?}");
    }
}

#[tokio::test]
async fn a_change_is_repeated_only_where_the_vendor_refused_it() {
    let agent = || Reply::json(r#"{"agent_id":"a","name":"x"}"#);
    let patch = AgentPatch {
        name: Some("x".into()),
        ..AgentPatch::default()
    };
    let vendor = Vendor::start([Reply::status(429, ""), agent()]).await;
    assert!(vendor.client().update_agent("a", &patch).await.is_ok());
    assert_eq!(vendor.requests()[1].body, r#"{"name":"x"}"#);
    let vendor = Vendor::start([Reply::Cut, agent()]).await;
    assert!(vendor.client().update_agent("a", &patch).await.is_err());
    assert_eq!(vendor.lines(), ["PATCH /v1/convai/agents/a"]);
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for_and_a_long_one_handed_to_the_caller() {
    let vendor = Vendor::start([
        Reply::Http(429, "retry-after-ms: 120\r\n", String::new()),
        Reply::json(USER),
    ])
    .await;
    let begun = Instant::now();
    assert!(vendor.client().user().await.is_ok());
    assert!(begun.elapsed() >= Duration::from_millis(120));

    let vendor = Vendor::start([Reply::Http(429, "retry-after: 60\r\n", String::new())]).await;
    let outcome = vendor.client().user().await;
    assert!(
        matches!(outcome, Err(Error::RateLimited { retry_after: Some(wait), .. }) if wait.as_secs() == 60)
    );
    assert_eq!(vendor.lines().len(), 1);
}

#[tokio::test]
async fn a_silent_vendor_costs_no_more_than_the_total() {
    let vendor = Vendor::start([Reply::Stall]).await;
    let begun = Instant::now();
    assert_eq!(vendor.client().user().await, Err(Error::Timeout));
    assert!(begun.elapsed() < Duration::from_millis(1500));
}

#[tokio::test]
async fn redirects_are_not_followed_so_that_the_key_stays_here() {
    let elsewhere = Vendor::start([Reply::json(USER)]).await;
    let location = format!("location: {}v1/user\r\n", elsewhere.url);
    let vendor = Vendor::start([Reply::Http(302, location.leak(), String::new())]).await;
    assert!(matches!(
        vendor.client().user().await,
        Err(Error::Provider { status: 302, .. })
    ));
    assert!(elsewhere.lines().is_empty());
}

#[tokio::test]
async fn errors_are_told_apart_and_never_show_the_key() {
    let key_echo = format!(r#"{{"detail":{{"status":"invalid_api_key","message":"bad key {KEY}"}}}}"#);
    let vendor = Vendor::start([Reply::status(401, key_echo)]).await;
    let outcome = vendor.client().user().await;
    assert_eq!(
        outcome,
        Err(Error::InvalidKey {
            message: "bad key ***".into()
        })
    );
    assert_eq!(vendor.lines().len(), 1);

    let gone = r#"{"detail":{"type":"not_found","code":"conversation_not_found","message":"No."}}"#;
    let vendor = Vendor::start([Reply::status(404, gone)]).await;
    let outcome = vendor.client().conversation("conv_1").await;
    assert!(
        matches!(outcome, Err(Error::NotFound { code: Some(code), .. }) if code == "conversation_not_found")
    );
}

#[tokio::test]
async fn an_unreadable_reply_names_the_place_and_shows_no_secret() {
    let body = json!({"webhooks": [{"webhook_id": "w", "secret": "hush"}, {"secret": "hush"}]});
    let vendor = Vendor::start([Reply::json(body)]).await;
    let Err(Error::Decode { path, excerpt, .. }) = vendor.client().webhooks().await else {
        panic!()
    };
    assert_eq!(path, "webhooks[1]");
    assert!(
        excerpt.contains("webhook_id") && !excerpt.contains("hush"),
        "{excerpt}"
    );
}

#[tokio::test]
async fn nobody_listening_is_a_network_error() {
    let vendor = Vendor::start([Reply::Cut]).await;
    assert!(matches!(vendor.client().user().await, Err(Error::Network(_))));
}

#[tokio::test]
async fn deletions_accept_every_empty_answer() {
    for reply in [
        Reply::json("null"),
        Reply::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        Reply::json(""),
    ] {
        let vendor = Vendor::start([reply]).await;
        assert_eq!(vendor.client().delete_conversation("conv_1").await, Ok(()));
        assert_eq!(vendor.lines(), ["DELETE /v1/convai/conversations/conv_1"]);
    }
}

#[tokio::test]
async fn filters_are_written_as_the_vendor_reads_them() {
    let vendor = Vendor::start([Reply::json(r#"{"conversations":[],"has_more":false}"#)]).await;
    let query = ConversationQuery {
        started_after: chrono::DateTime::from_timestamp(1_700_000_000, 0),
        search: Some("a&b".into()),
        with_summary: true,
        ..ConversationQuery::running(Some("agent_1".into()))
    };
    assert!(
        vendor
            .client()
            .conversations_page(&query)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        vendor.lines(),
        [
            "GET /v1/convai/conversations?page_size=100&agent_id=agent_1&call_start_after_unix=1700000000\
          &exclude_statuses=done&exclude_statuses=failed&exclude_statuses=processing&search=a%26b&summary_mode=include"
        ]
    );
    assert_eq!(ConversationStatus::InProgress.as_str(), "in-progress");
}
