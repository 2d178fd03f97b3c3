//! `/v1/convai/conversations`: list, detail, delete, feedback, live count.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::body;
use super::cursor;
use super::error::{ApiError, FieldError};
use super::query::Query;
use crate::calls::filter::Filter;
use crate::calls::summary::{Extras, summary};
use crate::calls::{Call, Phase, detail};
use crate::faults::Kind;
use crate::sync::{lock, read, write};

/// `GET /v1/convai/conversations`
pub async fn list(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let size = query.int_between("page_size", 1, 100)?.unwrap_or(30);
    let size = usize::try_from(size).unwrap_or(30);
    let descending = query.one_of("sort_direction", &["asc", "desc"])?.as_deref() != Some("asc");
    let extras = Extras {
        summaries: query.one_of("summary_mode", &["exclude", "include"])?.as_deref() == Some("include"),
        criteria_ids: query.all("evaluation_criteria_ids"),
        collection_ids: query.all("data_collection_ids"),
    };
    let filter = Filter::parse(&query)?;
    let after = query.text("cursor").map(|text| position(&text)).transpose()?;
    let catalogue = &caller.world.catalogue;
    // One more than asked for tells whether there is another page.
    let mut calls: Vec<_> = read(&caller.workspace.calls)
        .walk(after.as_ref(), descending)
        .filter(|call| filter.matches(call, catalogue))
        .take(size + 1)
        .cloned()
        .collect();
    let has_more = calls.len() > size;
    calls.truncate(size);
    let place = |call: &Arc<Call>| cursor::seal(&format!("{}:{}", call.start, call.id));
    let mut next = calls.last().filter(|_| has_more).map(place);
    if let Some(sent) = query.text("cursor") {
        let second = read(&caller.workspace.calls)
            .walk(None, descending)
            .filter(|call| filter.matches(call, catalogue))
            .nth(size - 1)
            .map(place);
        let is_third = second.as_ref().is_some_and(|second| *second != sent);
        let path = "/v1/convai/conversations";
        if is_third && caller.world.faults.strike(Kind::CursorRepeats, path).is_some() {
            next = second;
        }
    }
    let has_more = next.is_some();
    let items: Vec<Value> = calls
        .iter()
        .map(|call| summary(call, catalogue, &extras))
        .collect();
    Ok(HttpResponse::Ok().json(json!({"conversations": items, "next_cursor": next, "has_more": has_more})))
}

fn position(text: &str) -> Result<(i64, String), ApiError> {
    let opened = cursor::open(text)?;
    let parts = opened
        .split_once(':')
        .and_then(|(start, id)| Some((start.parse().ok()?, id.to_owned())));
    parts.ok_or_else(|| ApiError::bad_request("invalid_cursor", "The provided cursor is invalid."))
}

/// `GET /v1/convai/conversations/{id}`
pub async fn get(
    caller: Caller,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let call = caller
        .workspace
        .call(&id)
        .ok_or_else(|| ApiError::conversation_not_found(&id))?;
    let mut reply = detail::detail(&call, &caller.world.catalogue);
    if caller.world.faults.is_on(Kind::AudioByLink)
        && let Some(metadata) = reply.get_mut("metadata").and_then(Value::as_object_mut)
    {
        let asked = request.connection_info();
        let link = format!("{}://{}/_files/{}.mp3", asked.scheme(), asked.host(), call.id);
        metadata.insert("recording_url".to_owned(), Value::String(link));
    }
    Ok(HttpResponse::Ok().json(reply))
}

/// `DELETE /v1/convai/conversations/{id}`: permanent, answers `null`.
pub async fn delete(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    if !write(&caller.workspace.calls).remove(&id) {
        return Err(ApiError::conversation_not_found(&id));
    }
    Ok(HttpResponse::Ok().json(Value::Null))
}

/// `POST /v1/convai/conversations/{id}/feedback`: browsers send it without a key, so any workspace is searched.
pub async fn feedback(
    world: web::Data<crate::world::World>,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    let body = body::object(&bytes)?;
    let call = world.workspaces.iter().find_map(|workspace| workspace.call(&id));
    let call = call.ok_or_else(|| ApiError::conversation_not_found(&id))?;
    let comment = body.get("comment").and_then(Value::as_str);
    let given = match (body.get("rating").and_then(Value::as_i64), body.get("feedback")) {
        (Some(stars), _) if (1..=5).contains(&stars) => Some(detail::rating(stars, comment)),
        (Some(_), _) => {
            return Err(FieldError::new(
                &["body", "rating"],
                "Input should be between 1 and 5",
                "less_than_equal",
            )
            .into());
        }
        (None, Some(Value::String(word))) if word == "like" || word == "dislike" => {
            let liked = word == "like";
            Some(
                json!({"type": "thumbs", "overall_score": word, "likes": i32::from(liked), "dislikes": i32::from(!liked), "rating": null, "comment": comment}),
            )
        }
        (None, Some(Value::Null) | None) => None,
        (None, Some(_)) => {
            return Err(FieldError::new(
                &["body", "feedback"],
                "Input should be 'like' or 'dislike'",
                "enum",
            )
            .into());
        }
    };
    *lock(&call.feedback) = given;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// `GET /v1/convai/analytics/live-count`
pub async fn live_count(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let mut wanted = query.all("agent_ids");
    wanted.extend(query.text("agent_id"));
    let count = read(&caller.workspace.calls)
        .live()
        .filter(|call| matches!(call.progress.phase(), Phase::Initiated | Phase::InProgress))
        .filter(|call| wanted.is_empty() || wanted.contains(&call.profile.agent_id))
        .count();
    Ok(HttpResponse::Ok().json(json!({ "count": count })))
}
