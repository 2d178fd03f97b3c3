//! An answer in pieces, as server-sent events.

use actix_web::HttpResponse;
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};

use crate::world::now_secs;

/// Characters of a piece.
const PIECE: usize = 24;

pub fn answer(id: &str, model: &str, text: &str, reason: &str, usage: &Value) -> HttpResponse {
    let chunk = |delta: Value, finish: Option<&str>| {
        json!({
            "id": id, "object": "chat.completion.chunk", "created": now_secs(), "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        })
    };
    let mut events = vec![chunk(json!({"role": "assistant", "content": ""}), None)];
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(PIECE) {
        let piece: String = piece.iter().collect();
        events.push(chunk(json!({ "content": piece }), None));
    }
    let mut last = chunk(json!({"content": ""}), Some(reason));
    if let Some(last) = last.as_object_mut() {
        last.insert("usage".to_owned(), usage.clone());
    }
    events.push(last);
    let lines = events
        .into_iter()
        .map(|event| format!("data: {event}\n\n"))
        .chain(["data: [DONE]\n\n".to_owned()])
        .map(|line| Ok::<_, actix_web::Error>(Bytes::from(line)));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .streaming(stream::iter(lines.collect::<Vec<_>>()))
}
