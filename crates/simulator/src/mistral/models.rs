//! `/v1/models` and `/v1/models/{id}`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::error::MistralError;

/// Id, other names, tokens of context, date of its end, what takes its place.
type Card = (
    &'static str,
    &'static [&'static str],
    u32,
    Option<&'static str>,
    Option<&'static str>,
);

const MODELS: [Card; 6] = [
    ("ministral-3b-2512", &["ministral-3b-latest"], 131_072, None, None),
    ("ministral-8b-2512", &["ministral-8b-latest"], 262_144, None, None),
    (
        "ministral-14b-2512",
        &["ministral-14b-latest"],
        262_144,
        None,
        None,
    ),
    (
        "mistral-small-2603",
        &["mistral-small-latest"],
        262_144,
        None,
        None,
    ),
    (
        "mistral-large-2512",
        &["mistral-large-latest"],
        262_144,
        None,
        None,
    ),
    (
        "mistral-small-2506",
        &[],
        131_072,
        Some("2027-03-31T00:00:00Z"),
        Some("mistral-small-2603"),
    ),
];

/// The dated id behind a name.
pub fn id_of(name: &str) -> Option<&'static str> {
    MODELS
        .iter()
        .find(|(id, aliases, ..)| *id == name || aliases.contains(&name))
        .map(|(id, ..)| *id)
}

pub async fn list(request: HttpRequest) -> Result<HttpResponse, MistralError> {
    super::recognise(&request)?;
    // As the vendor does, a card for each name.
    let data: Vec<Value> = MODELS
        .iter()
        .flat_map(|card| {
            std::iter::once(card.0)
                .chain(card.1.iter().copied())
                .map(move |name| shown(card, name))
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({"object": "list", "data": data})))
}

pub async fn get(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, MistralError> {
    super::recognise(&request)?;
    let card = MODELS
        .iter()
        .find(|(name, aliases, ..)| *name == id.as_str() || aliases.contains(&id.as_str()));
    let card = card.ok_or_else(|| MistralError::NotFound(format!("The model {id} does not exist.")))?;
    Ok(HttpResponse::Ok().json(shown(card, &id)))
}

fn shown((id, aliases, context, end, replacement): &Card, name: &str) -> Value {
    let others: Vec<&str> = std::iter::once(*id)
        .chain(aliases.iter().copied())
        .filter(|other| *other != name)
        .collect();
    json!({
        "id": name, "object": "model", "created": 1_764_547_200, "owned_by": "mistralai", "name": id, "description": "A model.",
        "capabilities": {
            "completion_chat": true, "function_calling": true, "completion_fim": false, "fine_tuning": false, "vision": true,
            "ocr": false, "classification": false, "moderation": false, "audio": false,
        },
        "max_context_length": context, "aliases": others, "deprecation": end, "deprecation_replacement_model": replacement,
        "default_model_temperature": 0.3, "type": "base",
    })
}
