//! `/v1/convai/agents`: create, list, get, patch, delete, duplicate.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::body;
use super::cursor;
use super::error::{ApiError, FieldError};
use super::query::Query;
use crate::rng::{Rng, mix};
use crate::sync::{read, write};
use crate::world::agent::Agent;
use crate::world::now_secs;

/// `POST /v1/convai/agents/create`
pub async fn create(caller: Caller, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let body = body::object(&bytes)?;
    check(&caller, &body)?;
    if !body.get("conversation_config").is_some_and(Value::is_object) {
        return Err(FieldError::missing(&["body", "conversation_config"]).into());
    }
    let id = new_id(&caller);
    let agent = Agent::create(id.clone(), &body, &caller.world.catalogue, now_secs());
    write(&caller.workspace.agents).push(agent);
    Ok(HttpResponse::Ok().json(json!({ "agent_id": id })))
}

/// `GET /v1/convai/agents`
pub async fn list(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let size = usize::try_from(query.int_between("page_size", 1, 100)?.unwrap_or(30)).unwrap_or(30);
    let search = query.text("search").map(|words| words.to_lowercase());
    let archived = query.flag("archived")?.unwrap_or(false);
    let tags = query.all("tags");
    let sort = query
        .one_of("sort_by", &["name", "created_at", "call_count_7d"])?
        .unwrap_or_else(|| "created_at".to_owned());
    let descending = query.one_of("sort_direction", &["asc", "desc"])?.as_deref() != Some("asc");
    let after = query.text("cursor").map(|text| cursor::open(&text)).transpose()?;
    let (recent, last) = activity(&caller);
    let mut agents: Vec<(String, Agent)> = read(&caller.workspace.agents)
        .iter()
        .filter(|agent| agent.archived() == archived)
        .filter(|agent| {
            search
                .as_deref()
                .is_none_or(|words| agent.name.to_lowercase().contains(words))
        })
        .filter(|agent| tags.iter().all(|tag| agent.tags.contains(tag)))
        .map(|agent| {
            let rank = match sort.as_str() {
                "name" => agent.name.to_lowercase(),
                "call_count_7d" => format!("{:012}", recent.get(&agent.id).copied().unwrap_or(0)),
                _ => format!("{:012}", agent.created),
            };
            (format!("{rank}\u{1}{}", agent.id), agent.clone())
        })
        .collect();
    agents.sort_by(|left, right| {
        if descending {
            right.0.cmp(&left.0)
        } else {
            left.0.cmp(&right.0)
        }
    });
    if let Some(after) = after {
        agents.retain(|(rank, _)| if descending { *rank < after } else { *rank > after });
    }
    let has_more = agents.len() > size;
    agents.truncate(size);
    let next = agents
        .last()
        .filter(|_| has_more)
        .map(|(rank, _)| cursor::seal(rank));
    let owner = caller.workspace.access_info();
    let items: Vec<Value> = agents
        .iter()
        .map(|(_, agent)| agent.summary(&owner, last.get(&agent.id).copied()))
        .collect();
    Ok(HttpResponse::Ok().json(json!({"agents": items, "next_cursor": next, "has_more": has_more})))
}

/// Calls of the last seven days and time of the last call, by agent.
fn activity(caller: &Caller) -> (HashMap<String, u64>, HashMap<String, i64>) {
    let since = now_secs() - 7 * 86_400;
    let (mut recent, mut last) = (HashMap::new(), HashMap::new());
    for call in read(&caller.workspace.calls).walk(None, true) {
        last.entry(call.profile.agent_id.clone()).or_insert(call.start);
        if call.start < since {
            break;
        }
        *recent.entry(call.profile.agent_id.clone()).or_insert(0) += 1;
    }
    (recent, last)
}

/// `GET /v1/convai/agents/{id}`
pub async fn get(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let agent = caller
        .workspace
        .agent(&id)
        .ok_or_else(|| ApiError::agent_not_found(&id))?;
    Ok(HttpResponse::Ok().json(caller.workspace.full_agent(&agent)))
}

/// `PATCH /v1/convai/agents/{id}`: deep merge, arrays replaced whole, a new version.
pub async fn patch(
    caller: Caller,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let body = body::object(&bytes)?;
    check(&caller, &body)?;
    let mut agents = write(&caller.workspace.agents);
    let agent = agents
        .iter_mut()
        .find(|agent| agent.id == *id)
        .ok_or_else(|| ApiError::agent_not_found(&id))?;
    agent.patch(&body, now_secs());
    Ok(HttpResponse::Ok().json(caller.workspace.full_agent(agent)))
}

/// `DELETE /v1/convai/agents/{id}`: its past calls stay.
pub async fn delete(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let mut agents = write(&caller.workspace.agents);
    let before = agents.len();
    agents.retain(|agent| agent.id != *id);
    if agents.len() == before {
        Err(ApiError::agent_not_found(&id))
    } else {
        for number in write(&caller.workspace.numbers).iter_mut() {
            number.agent_id = number.agent_id.take().filter(|agent| *agent != *id);
        }
        Ok(HttpResponse::Ok().json(json!({})))
    }
}

/// `POST /v1/convai/agents/{id}/duplicate`
pub async fn duplicate(
    caller: Caller,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let body = body::object(&bytes)?;
    let mut copy = caller
        .workspace
        .agent(&id)
        .ok_or_else(|| ApiError::agent_not_found(&id))?;
    copy.id = new_id(&caller);
    copy.name = body
        .get("name")
        .and_then(Value::as_str)
        .map_or_else(|| format!("{} (copy)", copy.name), str::to_owned);
    copy.version = 1;
    copy.created = now_secs();
    copy.updated = copy.created;
    // The telephone number stays with the original: one number has one agent.
    copy.habits.phone.clear();
    let answer = json!({"agent_id": copy.id});
    write(&caller.workspace.agents).push(copy);
    Ok(HttpResponse::Ok().json(answer))
}

fn new_id(caller: &Caller) -> String {
    let seed = mix(&[caller.world.options.seed, 20, caller.world.next_number()]);
    format!("agent_01{}", Rng::new(seed).letters(24))
}

/// The checks that a management platform runs into.
fn check(caller: &Caller, body: &Value) -> Result<(), ApiError> {
    let wrong = |loc: &[&str], message: &str, kind: &str| Err(FieldError::new(loc, message, kind).into());
    if body
        .get("name")
        .is_some_and(|name| !name.is_string() && !name.is_null())
    {
        return wrong(&["body", "name"], "Input should be a valid string", "string_type");
    }
    for field in ["agent_concurrency_limit", "daily_limit"] {
        let limit = body.pointer(&format!("/platform_settings/call_limits/{field}"));
        if limit.is_some_and(|limit| !limit.is_i64()) {
            let at = ["body", "platform_settings", "call_limits", field];
            return wrong(&at, "Input should be a valid integer", "int_type");
        }
    }
    for (field, low, high) in [
        ("stability", 0.0, 1.0),
        ("similarity_boost", 0.0, 1.0),
        ("speed", 0.7, 1.2),
    ] {
        let value = body.pointer(&format!("/conversation_config/tts/{field}"));
        if value
            .and_then(Value::as_f64)
            .is_some_and(|value| !(low..=high).contains(&value))
        {
            let message = format!("Input should be between {low} and {high}");
            return wrong(
                &["body", "conversation_config", "tts", field],
                &message,
                "less_than_equal",
            );
        }
    }
    let voice = body
        .pointer("/conversation_config/tts/voice_id")
        .and_then(Value::as_str);
    if let Some(voice) = voice.filter(|voice| {
        !caller
            .world
            .catalogue
            .voices
            .iter()
            .any(|known| known.voice_id == *voice)
    }) {
        return Err(ApiError::not_found(
            "voice_not_found",
            format!("A voice with the voice_id {voice} was not found."),
        ));
    }
    let language = body
        .pointer("/conversation_config/agent/language")
        .and_then(Value::as_str);
    let model = body
        .pointer("/conversation_config/tts/model_id")
        .and_then(Value::as_str);
    if language.is_some_and(|language| language != "en")
        && matches!(model, Some("eleven_flash_v2" | "eleven_turbo_v2"))
    {
        return Err(ApiError::bad_request(
            "unsupported_model",
            "Non-english Agents must use turbo or flash v2_5.",
        ));
    }
    Ok(())
}
