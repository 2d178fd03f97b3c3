//! `POST /v1/chat/completions`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::error::MistralError;
use super::{check, models, sample, stream, summary};
use crate::faults::Kind;
use crate::rng::{Rng, hash};
use crate::world::{World, now_secs};

/// Four characters a token: near enough, and the same each time.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4).max(1)
}

pub async fn complete(
    world: web::Data<World>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> Result<HttpResponse, MistralError> {
    super::recognise(&request)?;
    let body: Value = serde_json::from_slice(&bytes).map_err(|error| {
        MistralError::field(
            "json_invalid",
            &[json!(error.column())],
            "JSON decode error",
            &json!({}),
        )
    })?;
    check::check(&body)?;
    let asked_for = body.get("model").and_then(Value::as_str).unwrap_or_default();
    let Some(model) = models::id_of(asked_for) else {
        return Err(MistralError::InvalidModel(asked_for.to_owned()));
    };
    let path = request.path();
    let strikes = |kind| world.faults.strike(kind, path).is_some();
    let (mut text, mut reason) = (answer(&body), "stop");
    if strikes(Kind::OffSchema) {
        text = json!({"headline": "Something else", "score": "high"}).to_string();
    }
    let most = body.get("max_tokens").and_then(Value::as_u64).unwrap_or(u64::MAX);
    if strikes(Kind::AnswerCut) || tokens(&text) as u64 > most {
        let kept =
            (text.chars().count() / 2).min(usize::try_from(most.saturating_mul(4)).unwrap_or(usize::MAX));
        text = text.chars().take(kept).collect();
        reason = "length";
    }
    let asked: usize = body
        .get("messages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|message| tokens(&check::text_of(message)))
        .sum();
    let said = tokens(&text);
    world.mistral.note(&body, asked, said);
    if strikes(Kind::AnswerLost) {
        return Ok(crate::faults::middleware::cut());
    }
    let usage = json!({"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said});
    let id = Rng::new(hash(&format!("{}{body}", now_secs()))).letters(32);
    if body.get("stream").and_then(Value::as_bool) == Some(true) {
        return Ok(stream::answer(&id, asked_for, &text, reason, &usage));
    }
    let content = match strikes(Kind::AnswerInChunks) {
        true => json!([{"type": "text", "text": text}]),
        false => json!(text),
    };
    Ok(HttpResponse::Ok()
        .insert_header(("x-ratelimit-limit-req-minute", "360"))
        .insert_header(("x-ratelimit-remaining-req-minute", "359"))
        .insert_header(("x-ratelimit-tokens-query-cost", (asked + said).to_string()))
        .json(json!({
            "id": id, "object": "chat.completion", "created": now_secs(), "model": model,
            "choices": [{
                "index": 0, "finish_reason": reason,
                "message": {"role": "assistant", "content": content, "tool_calls": null, "prefix": false},
            }],
            "usage": usage,
        })))
}

fn answer(body: &Value) -> String {
    let messages = body.get("messages").and_then(Value::as_array);
    let last = messages.into_iter().flatten().rfind(|message| {
        message.get("role").and_then(Value::as_str) == Some("user")
            && is_a_conversation(&check::text_of(message))
    });
    let first = messages.into_iter().flatten().next_back();
    let text = last.or(first).map(check::text_of).unwrap_or_default();
    let told_to = messages
        .into_iter()
        .flatten()
        .find(|message| message.get("role").and_then(Value::as_str) == Some("system"))
        .map(check::text_of)
        .unwrap_or_default();
    let told = summary::of(&text, &told_to);
    match check::schema(body) {
        Some(schema) => sample::of(schema, schema, "", &told).to_string(),
        None if check::wants_json(body) => json!({"answer": told.summary}).to_string(),
        None => told.summary,
    }
}

fn is_a_conversation(text: &str) -> bool {
    !summary::turns(text).is_empty()
}
