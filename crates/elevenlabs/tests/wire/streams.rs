//! Lists over several pages, and sound.

use echosensei_elevenlabs::Error;
use echosensei_elevenlabs::agents::AgentQuery;
use echosensei_elevenlabs::conversations::ConversationQuery;
use futures::{StreamExt, TryStreamExt};
use serde_json::json;

use crate::vendor::{Reply, Vendor};

fn page(ids: &[&str], next: Option<&str>) -> Reply {
    let items: Vec<_> = ids
        .iter()
        .map(
            |id| json!({"conversation_id": id, "agent_id": "a", "status": "done", "start_time_unix_secs": 1}),
        )
        .collect();
    Reply::json(json!({"conversations": items, "next_cursor": next, "has_more": next.is_some()}))
}

#[tokio::test]
async fn all_pages_come_in_order_and_each_is_fetched_once() {
    let vendor = Vendor::start([
        page(&["1", "2"], Some("x")),
        page(&[], Some("y")),
        page(&["3"], None),
    ])
    .await;
    let query = ConversationQuery {
        page_size: Some(2),
        ..ConversationQuery::default()
    };
    let items: Vec<_> = vendor.client().conversations(query).try_collect().await.unwrap();
    let ids: Vec<_> = items.iter().map(|item| item.conversation_id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let path = "GET /v1/convai/conversations?page_size=2";
    assert_eq!(
        vendor.lines(),
        [
            path.to_owned(),
            format!("{path}&cursor=x"),
            format!("{path}&cursor=y")
        ]
    );
}

#[tokio::test]
async fn a_page_is_not_fetched_before_it_is_needed() {
    let vendor = Vendor::start([page(&["1"], Some("x"))]).await;
    let mut items = vendor.client().conversations(ConversationQuery::default());
    assert!(items.next().await.unwrap().is_ok());
    assert_eq!(vendor.lines().len(), 1);
}

#[tokio::test]
async fn a_repeated_cursor_ends_the_list_with_an_error() {
    // Also when the list comes back to where the caller began.
    for first in [None, Some("x".to_owned())] {
        let vendor = Vendor::start([
            page(&["1"], Some("y")),
            page(&["2"], Some("x")),
            page(&["3"], Some("x")),
        ])
        .await;
        let query = ConversationQuery {
            cursor: first.clone(),
            ..ConversationQuery::default()
        };
        let items: Vec<_> = vendor.client().conversations(query).collect().await;
        let good = if first.is_some() { 2 } else { 3 };
        assert_eq!(items.len(), good + 1);
        assert!(items[..good].iter().all(Result::is_ok));
        assert_eq!(items[good], Err(Error::RepeatedCursor("x".into())));
    }
}

#[tokio::test]
async fn an_error_within_the_list_ends_it() {
    let vendor = Vendor::start([page(&["1"], Some("x")), Reply::status(403, r#"{"detail":"no"}"#)]).await;
    let items: Vec<_> = vendor
        .client()
        .conversations(ConversationQuery::default())
        .collect()
        .await;
    assert!(items.len() == 2 && items[0].is_ok() && matches!(items[1], Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn agents_are_listed_the_same_way() {
    let agents = |id: &str, next: Option<&str>| {
        Reply::json(
            json!({"agents": [{"agent_id": id, "name": "n"}], "next_cursor": next, "has_more": next.is_some()}),
        )
    };
    let vendor = Vendor::start([agents("a1", Some("x")), agents("a2", None)]).await;
    let all: Vec<_> = vendor
        .client()
        .agents_stream(AgentQuery::default())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        all.iter()
            .map(|agent| agent.agent_id.as_str())
            .collect::<Vec<_>>(),
        ["a1", "a2"]
    );
}

#[tokio::test]
async fn sound_is_streamed_with_its_type_and_length() {
    let sound = "x".repeat(200_000);
    let vendor = Vendor::start([Reply::Http(200, "content-type: audio/mpeg\r\n", sound.clone())]).await;
    let audio = vendor.client().conversation_audio("conv_1").await.unwrap();
    assert_eq!(
        (audio.content_type.as_str(), audio.content_length),
        ("audio/mpeg", Some(200_000))
    );
    let pieces: Vec<_> = audio.into_stream().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), sound.as_bytes());
}

#[tokio::test]
async fn half_a_recording_is_an_error_and_not_an_end() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf".to_vec();
    for (reply, wanted) in [
        (Reply::Raw(half.clone()), None),
        (Reply::RawThenStall(half), Some(Error::Timeout)),
    ] {
        let vendor = Vendor::start([reply]).await;
        let audio = vendor.client().conversation_audio("conv_1").await.unwrap();
        let pieces: Vec<_> = audio.into_stream().collect().await;
        let last = pieces.last().unwrap().clone().unwrap_err();
        assert!(
            wanted.map_or(matches!(last, Error::Network(_)), |wanted| last == wanted),
            "{last:?}"
        );
    }
}
