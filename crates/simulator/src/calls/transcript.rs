//! The vendor's form of a script's turns.

use serde_json::{Value, json};

use super::Call;
use super::script::{Script, Turn};
use crate::catalogue::Role;
use crate::rng::{Rng, mix};

/// The first `shown` turns.
pub fn transcript(call: &Call, script: &Script, shown: usize) -> Vec<Value> {
    script
        .turns
        .iter()
        .take(shown)
        .enumerate()
        .map(|(index, turn)| item(call, index, turn))
        .collect()
}

fn item(call: &Call, index: usize, turn: &Turn) -> Value {
    let mut rng = Rng::new(mix(&[call.seed, 11, index as u64]));
    let agent = turn.role == Role::Agent;
    json!({
        "role": turn.role.as_str(),
        "agent_metadata": agent.then(|| json!({"agent_id": call.profile.agent_id, "branch_id": call.profile.branch_id,
            "workflow_node_id": null, "version_id": call.profile.version_id})),
        "message": turn.heard(),
        "multivoice_message": null,
        "tool_calls": tool_calls(turn),
        "tool_results": tool_results(turn),
        "feedback": null,
        "llm_override": null,
        "producing_llm": (agent && index > 0).then_some(&call.profile.llm),
        "time_in_call_secs": turn.at as i64,
        "created_at_unix_ms": call.start * 1_000 + (turn.at * 1_000.0) as i64,
        "conversation_turn_metrics": metrics(call, index, turn, &mut rng),
        "rag_retrieval_info": null,
        "llm_usage": null,
        "interrupted": turn.interrupted,
        "ignored_as_backchannel": false,
        "original_message": if turn.interrupted { json!(turn.text) } else { Value::Null },
        "reasoning": [],
        "source_medium": if call.profile.text_only { "text" } else { "audio" },
        "source_event_id": index + 1,
        "used_static_kb_document_ids": [],
        "user_identifier": null,
        "id": format!("msg_{}", rng.letters(20)),
        "triggered_guardrails": [],
        "file_input": null,
        "file_inputs": [],
        "contextual_update_info": null,
        "reasoned": false,
        "platform_event": null,
    })
}

fn tool_calls(turn: &Turn) -> Vec<Value> {
    let call = |tool: &super::script::ToolUse| {
        let params = tool.params.to_string();
        json!({"type": "webhook", "request_id": tool.request_id, "tool_name": tool.name, "params_as_json": params,
            "tool_has_been_called": true, "tool_details": {"type": "webhook", "method": "POST",
                "url": format!("https://tools.example.com/{}", tool.name), "headers": {}, "path_params": {}, "query_params": {}, "body": params}})
    };
    turn.tool.iter().map(call).collect()
}

fn tool_results(turn: &Turn) -> Vec<Value> {
    let result = |tool: &super::script::ToolUse| {
        json!({"type": "webhook", "request_id": tool.request_id, "tool_name": tool.name, "result_value": tool.result,
            "is_error": tool.is_error, "is_blocked": false, "tool_has_been_called": true,
            "tool_latency_secs": (tool.latency * 1_000.0).round() / 1_000.0,
            "error_type": if tool.is_error { "timeout" } else { "" },
            "raw_error_message": if tool.is_error { tool.result.as_str() } else { "" }, "dynamic_variable_updates": []})
    };
    turn.tool.iter().map(result).collect()
}

fn metrics(call: &Call, index: usize, turn: &Turn, rng: &mut Rng) -> Value {
    let mut elapsed =
        |low: f64, high: f64| json!({"elapsed_time": (rng.between(low, high) * 10_000.0).round() / 10_000.0});
    match (turn.role, &turn.text) {
        (Role::Agent, Some(_)) if index > 0 => json!({"metrics": {
            "convai_llm_service_ttfb": elapsed(0.25, 0.9), "convai_llm_service_ttf_sentence": elapsed(0.4, 1.2),
            "convai_llm_service_tt_last_sentence": elapsed(0.5, 1.6), "convai_tts_service_ttfb": elapsed(0.09, 0.28),
            "convai_ttf_audio_since_silence": elapsed(0.6, 1.5),
        }, "convai_asr_provider": null, "convai_tts_model": call.profile.tts_model, "convai_tts_cascade": null, "voice_id": call.profile.voice_id}),
        (Role::Agent, Some(_)) => json!({"metrics": {"convai_tts_service_ttfb": elapsed(0.09, 0.28)},
            "convai_asr_provider": null, "convai_tts_model": call.profile.tts_model, "convai_tts_cascade": null, "voice_id": call.profile.voice_id}),
        (Role::User, _) => json!({"metrics": {"convai_asr_trailing_service_latency": elapsed(0.05, 0.3)},
            "convai_asr_provider": "scribe_realtime", "convai_tts_model": null, "convai_tts_cascade": null}),
        (Role::Agent, None) => Value::Null,
    }
}
