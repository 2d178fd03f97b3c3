//! `GET /v1/convai/conversations/{id}`. While a call runs the vendor's answer is empty (no transcript, duration 0);
//! the transcript comes at `processing`, the analysis at `done`.

use serde_json::{Value, json};

use super::charging::cost;
use super::phone::phone_call;
use super::script::Script;
use super::transcript::transcript;
use super::{Call, Outcome, Phase, analysis};
use crate::catalogue::Catalogue;

/// The full answer.
pub fn detail(call: &Call, catalogue: &Catalogue) -> Value {
    let phase = call.progress.phase();
    let over = !phase.is_live();
    let script = Script::write(call, catalogue);
    let shown = if over { call.shown_turns() } else { 0 };
    let audio = has_audio(call);
    let turns = transcript(call, &script, shown);
    let said = |role: &str| {
        turns
            .iter()
            .filter(|turn| turn["role"] == role && turn["message"].is_string())
            .count()
    };
    json!({
        "agent_id": call.profile.agent_id,
        "agent_name": call.profile.name,
        "conversation_product": "agent",
        "status": phase.as_str(),
        "user_id": call.user_id,
        "branch_id": call.profile.branch_id,
        "version_id": call.profile.version_id,
        "metadata": metadata(call, &script, shown),
        "analysis": if matches!(phase, Phase::Done | Phase::Failed) && !call.outcome.never_began() { analysis::analysis(call, &script, catalogue) } else { Value::Null },
        "visited_agents": [{"agent_id": call.profile.agent_id, "branch_id": call.profile.branch_id}],
        "conversation_initiation_client_data": client_data(call),
        "environment": "production",
        "conversation_id": call.id,
        "has_audio": audio,
        "has_user_audio": audio,
        "has_response_audio": audio,
        "has_auxiliary_audio": false,
        "user_message_count": said("user"),
        "agent_message_count": said("agent"),
        "transcript": turns,
        "tag_ids": [],
        "otlp_traces": null,
    })
}

/// Whether a recording can be fetched now.
pub fn has_audio(call: &Call) -> bool {
    let finished = matches!(call.progress.phase(), Phase::Done | Phase::Failed);
    finished
        && call.shown_turns() > 0
        && call.profile.record_voice
        && !call.profile.text_only
        && !call.progress.audio_lost()
}

/// Whole seconds; 0 while the call runs.
pub fn duration(call: &Call, script: &Script) -> i64 {
    if call.progress.phase().is_live() {
        return 0;
    }
    let last = call
        .shown_turns()
        .min(script.turns.len())
        .checked_sub(1)
        .and_then(|index| script.turns.get(index));
    last.map_or(0, |turn| (turn.at + turn.len).ceil() as i64)
}

/// `call_successful`; unknown until the analysis is there.
pub fn success_of(call: &Call) -> &'static str {
    match (call.progress.phase(), call.outcome) {
        (Phase::Done, _) if call.progress.hung_up() => "unknown",
        (Phase::Done, Outcome::Success) => "success",
        (Phase::Done | Phase::Failed, Outcome::Failure | Outcome::Error) => "failure",
        _ => "unknown",
    }
}

/// Free text, as the vendor writes it.
pub fn termination_reason(call: &Call) -> &'static str {
    match (call.outcome, call.channel.is_phone()) {
        _ if call.progress.hung_up() => "Conversation ended by a monitoring client",
        (Outcome::Error, _) => "LLM Cascade failed: generation timed out",
        (Outcome::Voicemail, _) => "voicemail_detection tool was called.",
        (Outcome::NoAnswer, _) => "Call was not answered",
        (Outcome::Busy, _) => "Callee was busy",
        (Outcome::Declined, _) => "Call could not be connected",
        (Outcome::Success, true) if call.seed.is_multiple_of(3) => "end_call tool was called.",
        (_, true) => "Call ended by remote party",
        (_, false) => "Client disconnected: 1000",
    }
}

/// The `feedback` object for a rating from 1 to 5.
pub fn rating(stars: i64, comment: Option<&str>) -> Value {
    json!({"type": "rating", "overall_score": if stars >= 3 { "like" } else { "dislike" }, "likes": i32::from(stars >= 3),
        "dislikes": i32::from(stars < 3), "rating": stars, "comment": comment})
}

fn metadata(call: &Call, script: &Script, shown: usize) -> Value {
    let over = !call.progress.phase().is_live();
    let costs = cost(call, script, shown);
    let used_tool = |name: &str| {
        script
            .turns
            .iter()
            .take(shown)
            .any(|turn| turn.tool.as_ref().is_some_and(|tool| tool.name == name))
    };
    let status = |enabled: bool, used: bool| json!({"enabled": enabled, "used": used});
    let off = status(false, false);
    let feedback = crate::sync::lock(&call.feedback).clone();
    json!({
        "start_time_unix_secs": call.start,
        "accepted_time_unix_secs": if call.outcome.never_began() { Value::Null } else { json!(call.start) },
        "call_duration_secs": duration(call, script),
        "cost": over.then_some(costs.credits),
        "cost_fiat": over.then_some(costs.fiat),
        "deletion_settings": {"deletion_time_unix_secs": null, "deleted_logs_at_time_unix_secs": null, "deleted_audio_at_time_unix_secs": null,
            "deleted_transcript_at_time_unix_secs": null, "delete_transcript_and_pii": false, "delete_audio": false},
        "feedback": feedback.unwrap_or_else(|| json!({"type": null, "overall_score": null, "likes": 0, "dislikes": 0, "rating": null, "comment": null})),
        "authorization_method": if call.channel.is_phone() { "authorization_header" } else if call.seed.is_multiple_of(2) { "public" } else { "signed_url" },
        "charging": costs.charging,
        "phone_call": phone_call(call),
        "batch_call": null,
        "termination_reason": if over { termination_reason(call) } else { "" },
        "error": if call.outcome == Outcome::Error && over { json!({"code": 1011, "reason": "LLM Cascade failed: generation timed out"}) } else { Value::Null },
        "warnings": [],
        "main_language": call.language,
        "rag_usage": null,
        "text_only": call.profile.text_only,
        "features_usage": {"language_detection": off, "transfer_to_agent": off, "transfer_to_number": status(true, used_tool("transfer_to_number")),
            "multivoice": off, "dtmf_tones": off, "external_mcp_servers": off, "pii_zrm_workspace": false, "pii_zrm_agent": false,
            "tool_dynamic_variable_updates": off, "is_livekit": !call.channel.is_phone(), "voicemail_detection": status(true, call.outcome == Outcome::Voicemail),
            "dtmf_input": off, "workflow": {"enabled": false, "tool_node": off, "standalone_agent_node": off, "phone_number_node": off, "end_node": off},
            "agent_testing": {"enabled": false, "tests_ran_after_last_modification": false, "tests_ran_in_last_7_days": false},
            "versioning": status(true, true), "file_input": off},
        "eleven_assistant": {"is_eleven_assistant": false},
        "initiator_id": call.user_id,
        "conversation_initiation_source": call.channel.source(),
        "conversation_initiation_source_version": null,
        "timezone": null,
        "async_metadata": null,
        "whatsapp": null,
        "sms": null,
        "agent_created_from": "ui",
        "agent_last_updated_from": "ui",
        "voice_rewards": [],
        "queue_wait_secs": null,
    })
}

fn client_data(call: &Call) -> Value {
    let caller = if call.channel.is_phone() {
        json!(super::phone::external_number(call))
    } else {
        Value::Null
    };
    json!({
        "conversation_config_override": {"asr": null, "turn": null, "tts": null, "conversation": null, "agent": null},
        "custom_llm_extra_body": {},
        "user_id": call.user_id,
        "source_info": {"source": call.channel.source(), "version": null},
        "branch_id": call.profile.branch_id,
        "environment": "production",
        "dynamic_variables": {"system__agent_id": call.profile.agent_id, "system__conversation_id": call.id, "system__caller_id": caller,
            "system__called_number": if call.channel.is_phone() { json!(call.profile.phone) } else { Value::Null }},
    })
}
