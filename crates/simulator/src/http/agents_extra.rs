//! Smaller reads around agents: share link, widget, summaries in bulk, language models.

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::error::{ApiError, FieldError};
use super::query::Query;
use crate::world::World;

/// `GET /v1/convai/agents/{id}/link`
pub async fn link(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let agent = caller
        .workspace
        .agent(&id)
        .ok_or_else(|| ApiError::agent_not_found(&id))?;
    Ok(HttpResponse::Ok().json(json!({"agent_id": agent.id, "token": null})))
}

/// `GET /v1/convai/agents/{id}/widget`: a public agent's widget loads without a key.
pub async fn widget(world: web::Data<World>, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let agent = world.workspaces.iter().find_map(|workspace| workspace.agent(&id));
    let agent = agent.ok_or_else(|| ApiError::agent_not_found(&id))?;
    let part = |path: &str| agent.config.pointer(path).cloned().unwrap_or_default();
    let mut config = part("/platform_settings/widget");
    crate::world::merge::deep(
        &mut config,
        json!({
            "language": part("/conversation_config/agent/language"), "supported_language_overrides": null, "language_presets": {},
            "text_only": part("/conversation_config/conversation/text_only"), "supports_text_only": true,
            "first_message": part("/conversation_config/agent/first_message"), "use_rtc": false,
        }),
    );
    Ok(HttpResponse::Ok().json(json!({"agent_id": agent.id, "widget_config": config})))
}

/// `GET /v1/convai/agents/summaries`
pub async fn summaries(caller: Caller, query: Query) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let ids = query.all("agent_ids");
    if ids.is_empty() {
        return Err(FieldError::missing(&["query", "agent_ids"]).into());
    }
    let owner = caller.workspace.access_info();
    let answer: Map<String, Value> = ids
        .into_iter()
        .map(|id| {
            let found = caller.workspace.agent(&id).map(|agent| json!({"status": "success", "data": agent.summary(&owner, None)}));
            let failed = || json!({"status": "failure", "error_code": 404, "error_status": "agent_not_found", "error_message": format!("Agent with id {id} not found.")});
            let entry = found.unwrap_or_else(failed);
            (id, entry)
        })
        .collect();
    Ok(HttpResponse::Ok().json(answer))
}

/// `GET /v1/convai/llm/list`
pub async fn language_models(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let model = |id: &str, context: u64| {
        json!({"llm": id, "is_checkpoint": false, "max_tokens_limit": 8_192, "max_context_limit": context, "supports_image_input": true,
            "supports_document_input": true, "supports_parallel_tool_calls": true, "available_reasoning_efforts": null,
            "deprecation_info": null, "regional_processing_surcharge": null})
    };
    let models = [
        ("gemini-2.5-flash", 1_000_000),
        ("gemini-3.5-flash", 1_000_000),
        ("gpt-4.1", 1_000_000),
        ("gpt-4.1-mini", 1_000_000),
        ("gpt-5.4", 400_000),
        ("claude-haiku-4-5", 200_000),
        ("claude-sonnet-4-5", 200_000),
        ("claude-sonnet-5", 200_000),
        ("custom-llm", 128_000),
    ];
    Ok(HttpResponse::Ok().json(json!({
        "llms": models.map(|(id, context)| model(id, context)),
        "default_deprecation_config": {"warning_start_days": 30, "fallback_start_days": 14, "fallback_complete_days": 7,
            "fallback_start_percentage": 10, "fallback_complete_percentage": 100},
    })))
}
