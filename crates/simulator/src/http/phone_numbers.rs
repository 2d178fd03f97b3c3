//! `/v1/convai/phone-numbers`: list, get, say who answers.

use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::auth::Caller;
use super::body;
use super::error::{ApiError, FieldError};
use super::query::Query;
use crate::sync::{read, write};
use crate::world::agent::Agent;
use crate::world::number::Number;

fn not_found(id: &str) -> ApiError {
    ApiError::not_found(
        "phone_number_not_found",
        format!("Phone number with id {id} not found."),
    )
}

/// `GET /v1/convai/phone-numbers`: a bare array without paging.
pub async fn list(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let provider = query.one_of("provider", &["twilio", "sip_trunk", "exotel"])?;
    let agent_id = query.text("agent_id");
    let agents = read(&caller.workspace.agents);
    let numbers: Vec<Value> = read(&caller.workspace.numbers)
        .iter()
        .filter(|number| agent_id.is_none() || number.agent_id == agent_id)
        .filter(|number| provider.as_deref().is_none_or(|wanted| number.provider == wanted))
        .map(|number| number.full(&agents))
        .collect();
    Ok(HttpResponse::Ok().json(numbers))
}

/// `GET /v1/convai/phone-numbers/{id}`
pub async fn get(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let agents = read(&caller.workspace.agents);
    let numbers = read(&caller.workspace.numbers);
    let number = numbers.iter().find(|number| number.id == *id);
    let number = number.ok_or_else(|| not_found(&id))?;
    Ok(HttpResponse::Ok().json(number.full(&agents)))
}

/// `PATCH /v1/convai/phone-numbers/{id}`: `agent_id` null takes the agent away, left out it stays.
pub async fn patch(
    caller: Caller,
    id: web::Path<String>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let body = body::object(&bytes)?;
    // Agents before numbers, as everywhere.
    let mut agents = write(&caller.workspace.agents);
    let mut numbers = write(&caller.workspace.numbers);
    let known = numbers.iter_mut().find(|number| number.id == *id);
    let number = known.ok_or_else(|| not_found(&id))?;
    match body.get("agent_id") {
        None => {}
        Some(Value::Null) => number.agent_id = None,
        Some(Value::String(agent)) if agents.iter().any(|known| known.id == *agent) => {
            number.agent_id = Some(agent.clone());
        }
        Some(Value::String(agent)) => return Err(ApiError::agent_not_found(agent)),
        Some(_) => {
            let wrong = FieldError::new(
                &["body", "agent_id"],
                "Input should be a valid string",
                "string_type",
            );
            return Err(wrong.into());
        }
    }
    if let Some(label) = body.get("label").and_then(Value::as_str) {
        label.clone_into(&mut number.label);
    }
    let reply = number.full(&agents);
    take_calls(&mut agents, &numbers);
    Ok(HttpResponse::Ok().json(reply))
}

/// Calls over a line are those of the first number that an agent answers.
fn take_calls(agents: &mut [Agent], numbers: &[Number]) {
    for agent in agents {
        let answered = numbers
            .iter()
            .find(|number| number.agent_id.as_ref() == Some(&agent.id));
        agent.habits.phone = answered.map(|number| number.number.clone()).unwrap_or_default();
    }
}
