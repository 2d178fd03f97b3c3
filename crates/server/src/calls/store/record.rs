//! The provider's detail as a row of `calls`.

use super::{cost, status_of, transcript, words};
use chrono::{DateTime, Utc};
use elevenlabs::conversations::{CallSuccess, Conversation, ConversationDetail, Direction as Line};
use serde::Serialize;
use serde_json::Value;
use shared::call::{CallStatus, CollectedValue, Criterion, Direction, Outcome, Turn};
use shared::cost::CostBreakdown;
use uuid::Uuid;

/// What a detail tells, apart from whose call it is.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    pub conversation_id: String,
    pub status: CallStatus,
    pub direction: Direction,
    pub outcome: Outcome,
    pub duration_seconds: i32,
    pub message_count: i32,
    pub counterpart: Option<String>,
    pub agent_number: Option<String>,
    pub source: Option<String>,
    pub language: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub termination_reason: Option<String>,
    pub error: Option<String>,
    pub rating: Option<i32>,
    pub cost_credits: Option<i64>,
    pub cost_usd_micros: Option<i64>,
    pub cost_breakdown: Option<CostBreakdown>,
    pub evaluation: Vec<Criterion>,
    pub collected: Vec<CollectedValue>,
    #[serde(skip)]
    pub claimed_start: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub provider_agent_id: String,
    #[serde(skip)]
    pub agent_name: Option<String>,
    /// `None`: older webhooks do not tell.
    #[serde(skip)]
    pub has_audio: Option<bool>,
    #[serde(skip)]
    pub turns: Vec<Turn>,
}

/// A record with its place, as sent to the database.
#[derive(Serialize)]
pub struct PlacedRecord<'a> {
    pub id: Uuid,
    pub agent_id: Uuid,
    pub started_at: DateTime<Utc>,
    pub recording: &'static str,
    pub recording_error: Option<&'static str>,
    #[serde(flatten)]
    pub record: &'a CallRecord,
}

impl From<&Conversation> for CallRecord {
    fn from(conversation: &Conversation) -> Self {
        let detail = &conversation.detail;
        let metadata = &detail.metadata;
        // The figures are read from the JSON itself: typed floats have lost the decimal.
        let raw = conversation.raw.get("metadata");
        let analysis = detail.analysis.as_ref();
        let turns = transcript::turns(&detail.transcript);
        let title = analysis.and_then(|a| filled(a.title.as_deref()));
        let summary = analysis.and_then(|a| filled(a.summary.as_deref()));
        let phone = metadata.phone_call.as_ref();
        Self {
            conversation_id: words::clean(&detail.conversation_id),
            status: status_of(&detail.status),
            direction: direction(detail),
            outcome: outcome(analysis.and_then(|a| a.call_successful.as_ref())),
            duration_seconds: i32::try_from(metadata.duration_secs.max(0)).unwrap_or(i32::MAX),
            message_count: i32::try_from(turns.iter().filter(|turn| turn.message.is_some()).count())
                .unwrap_or(i32::MAX),
            counterpart: phone.and_then(|p| filled(p.external_number.as_deref())),
            agent_number: phone.and_then(|p| filled(p.agent_number.as_deref())),
            source: metadata
                .initiation_source
                .as_ref()
                .map(|source| source.as_str().to_owned()),
            language: filled(metadata.main_language.as_deref()),
            termination_reason: phone
                .and_then(|p| never_taken(p.call_result.as_deref()))
                .or_else(|| filled(metadata.termination_reason.as_deref())),
            error: metadata
                .error
                .as_ref()
                .map(|error| match filled(error.reason.as_deref()) {
                    Some(reason) => reason,
                    None => format!("code {}", error.code),
                }),
            rating: metadata
                .feedback
                .as_ref()
                .and_then(|feedback| feedback.rating)
                .and_then(|rating| i32::try_from(rating).ok())
                .filter(|rating| (1..=5).contains(rating)),
            cost_credits: metadata.cost,
            cost_usd_micros: cost::usd_micros(raw.and_then(|raw| raw.get("cost_fiat"))),
            cost_breakdown: cost::breakdown(raw),
            evaluation: evaluation(detail),
            collected: collected(detail),
            title,
            summary,
            claimed_start: metadata.started_at,
            provider_agent_id: words::clean(&detail.agent_id),
            agent_name: detail.agent_name.clone(),
            has_audio: conversation.raw.get("has_audio").and_then(Value::as_bool),
            turns,
        }
    }
}

/// The one wording of ours for a dial that nobody took, whichever way it is told.
fn never_taken(result: Option<&str>) -> Option<String> {
    let words = match result? {
        "busy" => super::BUSY,
        "no_answer" => super::UNANSWERED,
        _ => return None,
    };
    Some(words.to_owned())
}

fn filled(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Telephone calls have a direction; everything else came from a browser or an app.
fn direction(detail: &ConversationDetail) -> Direction {
    match detail
        .metadata
        .phone_call
        .as_ref()
        .map(|phone| phone.direction.as_ref())
    {
        None => Direction::Web,
        Some(Some(Line::Outbound)) => Direction::Outbound,
        Some(_) => Direction::Inbound,
    }
}

pub(super) fn outcome(verdict: Option<&CallSuccess>) -> Outcome {
    verdict
        .and_then(|verdict| Outcome::parse(verdict.as_str()))
        .unwrap_or(Outcome::Unknown)
}

fn evaluation(detail: &ConversationDetail) -> Vec<Criterion> {
    let criteria = detail.analysis.iter().flat_map(|analysis| &analysis.criteria);
    criteria
        .map(|(id, result)| Criterion {
            id: id.clone(),
            outcome: outcome(result.result.as_ref()),
            rationale: filled(Some(&result.rationale)),
        })
        .collect()
}

fn collected(detail: &ConversationDetail) -> Vec<CollectedValue> {
    let values = detail.analysis.iter().flat_map(|analysis| &analysis.data);
    values
        .map(|(id, result)| CollectedValue {
            id: id.clone(),
            value: result.value.clone(),
            rationale: filled(Some(&result.rationale)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(body: Value) -> CallRecord {
        CallRecord::from(&serde_json::from_value::<Conversation>(body).unwrap())
    }

    #[test]
    fn a_telephone_call_keeps_number_direction_cost_and_verdicts() {
        let call = record(json!({
            "conversation_id": "c", "agent_id": "a", "status": "done", "has_audio": true,
            "metadata": {"start_time_unix_secs": 1_700_000_000, "call_duration_secs": 61, "cost": 300, "cost_fiat": 1.0000005,
                "charging": {"llm_price": 0.01, "platform_price": 0.02, "is_burst": true, "call_charge": 5},
                "phone_call": {"type": "twilio", "direction": "outbound", "external_number": "+491", "agent_number": "+492"},
                "feedback": {"rating": 9}, "main_language": "de"},
            "analysis": {"call_successful": "success", "call_summary_title": "T", "transcript_summary": "S",
                "evaluation_criteria_results": {"polite": {"result": "failure", "rationale": "was not"}},
                "data_collection_results": {"plz": {"value": 10115}}},
            "transcript": [{"role": "user", "message": "Hallo"}, {"role": "agent", "message": null}]
        }));
        assert_eq!(
            (call.direction, call.counterpart.as_deref()),
            (Direction::Outbound, Some("+491"))
        );
        assert_eq!(
            (call.cost_credits, call.cost_usd_micros),
            (Some(300), Some(1_000_001))
        );
        let parts = call.cost_breakdown.unwrap();
        assert_eq!(
            (parts.llm_usd_micros, parts.platform_usd_micros, parts.burst),
            (Some(10_000), Some(20_000), true)
        );
        assert_eq!(
            (call.message_count, call.rating, call.has_audio),
            (1, None, Some(true))
        );
        assert_eq!(call.evaluation.first().map(|c| c.outcome), Some(Outcome::Failure));
        assert_eq!(
            call.collected.first().map(|c| c.value.clone()),
            Some(json!(10115))
        );
        assert_eq!(
            (call.title.as_deref(), call.summary.as_deref()),
            (Some("T"), Some("S"))
        );
    }

    #[test]
    fn a_bare_detail_with_an_unknown_status_is_a_web_call_in_processing() {
        let call = record(json!({"conversation_id": "c", "agent_id": "a", "status": "paused"}));
        assert_eq!(
            (call.direction, call.status),
            (Direction::Web, CallStatus::Processing)
        );
        assert_eq!((call.cost_breakdown, call.has_audio), (None, None));
    }
}
