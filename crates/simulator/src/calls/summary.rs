//! One line of the conversation list.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::charging::cost;
use super::detail::{duration, success_of, termination_reason};
use super::script::Script;
use super::{Call, Phase, analysis};
use crate::catalogue::{Catalogue, Role};

/// What the list was asked to add.
#[derive(Debug, Default)]
pub struct Extras {
    pub summaries: bool,
    pub criteria_ids: Vec<String>,
    pub collection_ids: Vec<String>,
}

/// `ConversationSummaryResponseModel`.
pub fn summary(call: &Call, catalogue: &Catalogue, extras: &Extras) -> Value {
    let phase = call.progress.phase();
    let over = !phase.is_live();
    let analysed = matches!(phase, Phase::Done | Phase::Failed);
    let script = Script::write(call, catalogue);
    // As the detail does, the list tells nothing of a running call (see `detail`).
    let shown = if over { call.shown_turns() } else { 0 };
    let turns = script
        .turns
        .get(..shown.min(script.turns.len()))
        .unwrap_or_default();
    let of = |role: Role| {
        turns
            .iter()
            .filter(|turn| turn.role == role && turn.text.is_some())
            .count()
    };
    let tools: BTreeSet<&str> = turns
        .iter()
        .filter_map(|turn| turn.tool.as_ref())
        .map(|tool| tool.name.as_str())
        .collect();
    let costs = cost(call, &script, shown);
    let rating = crate::sync::lock(&call.feedback)
        .as_ref()
        .and_then(|feedback| feedback.get("rating").cloned());
    let mut item = json!({
        "agent_id": call.profile.agent_id,
        "branch_id": call.profile.branch_id,
        "version_id": call.profile.version_id,
        "agent_name": call.profile.name,
        "conversation_id": call.id,
        "start_time_unix_secs": call.start,
        "call_duration_secs": duration(call, &script),
        "message_count": of(Role::User) + of(Role::Agent),
        "user_message_count": of(Role::User),
        "agent_message_count": of(Role::Agent),
        "status": phase.as_str(),
        "termination_reason": if over { termination_reason(call) } else { "" },
        "call_successful": success_of(call),
        "call_success_score": null,
        "transcript_summary": (extras.summaries && analysed).then_some(&script.summary),
        "call_summary_title": (extras.summaries && analysed).then_some(&script.title),
        "main_language": call.language,
        "conversation_initiation_source": call.channel.source(),
        "tool_names": tools,
        "direction": call.channel.direction(),
        "rating": rating,
        "sentiment_analysis": if analysed { analysis::sentiment(call) } else { Value::Null },
        "tag_ids": [],
        "cost": over.then_some(costs.credits),
        "cost_fiat": over.then_some(costs.fiat),
    });
    if analysed && !(extras.criteria_ids.is_empty() && extras.collection_ids.is_empty()) {
        let full = analysis::analysis(call, &script, catalogue);
        let chosen = |key: &str, ids: &[String], fields: &[&str]| -> Value {
            ids.iter()
                .filter_map(|id| full.get(key)?.get(id).map(|found| (id.clone(), found)))
                .map(|(id, found)| {
                    (
                        id,
                        fields
                            .iter()
                            .map(|field| {
                                (
                                    (*field).to_owned(),
                                    found.get(*field).cloned().unwrap_or_default(),
                                )
                            })
                            .collect(),
                    )
                })
                .collect::<serde_json::Map<String, Value>>()
                .into()
        };
        let criteria = chosen(
            "evaluation_criteria_results",
            &extras.criteria_ids,
            &["result", "score", "max_score"],
        );
        let collected = chosen(
            "data_collection_results",
            &extras.collection_ids,
            &["data_collection_id", "value", "json_schema", "rationale"],
        );
        crate::world::merge::deep(
            &mut item,
            json!({"evaluation_criteria_results": criteria, "data_collection_results": collected}),
        );
    }
    item
}
