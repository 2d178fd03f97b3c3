//! The reply of one call. By hand, because what serde derives for a flattened part doubles the code of every type in it.

use serde::Deserialize;
use serde_json::{Error, Value};
use shared::call::{CallDetail, CollectedValue, Criterion, Recording, Turn};
use shared::cost::CostBreakdown;

use crate::api::from_value;

/// The fields beside those of the row in the log.
#[derive(Deserialize)]
struct Rest {
    transcript: Option<Vec<Turn>>,
    summary: Option<String>,
    evaluation: Option<Vec<Criterion>>,
    collected: Option<Vec<CollectedValue>>,
    cost_breakdown: Option<CostBreakdown>,
    recording_detail: Option<Recording>,
    agent_number: Option<String>,
    source: Option<String>,
    termination_reason: Option<String>,
    error: Option<String>,
    rating: Option<i32>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

pub(super) fn detail(value: Value) -> Result<CallDetail, Error> {
    let rest: Rest = from_value(value.clone())?;
    Ok(CallDetail {
        call: from_value(value)?,
        transcript: rest.transcript,
        summary: rest.summary,
        evaluation: rest.evaluation,
        collected: rest.collected,
        cost_breakdown: rest.cost_breakdown,
        recording_detail: rest.recording_detail,
        agent_number: rest.agent_number,
        source: rest.source,
        termination_reason: rest.termination_reason,
        error: rest.error,
        rating: rest.rating,
        updated_at: rest.updated_at,
    })
}

#[cfg(test)]
mod tests {
    use super::detail;
    use serde_json::json;
    use shared::call::CallDetail;

    #[test]
    fn a_call_is_read_as_serde_reads_it() {
        let id = "0198c2f4-7a1d-7c3e-8000-000000000001";
        let value = json!({
            "id": id, "conversation_id": "conv_1", "agent": {"id": id, "name": "Front desk"}, "status": "done",
            "direction": "inbound", "outcome": "success", "started_at": "2026-11-24T12:00:00Z",
            "duration_seconds": 61, "counterpart": "+4930901820", "title": "Booking", "language": "de",
            "message_count": 2, "recording": "available", "cost": null,
            "transcript": [{
                "position": 0, "speaker": "agent", "message": "Hello", "at_seconds": 0.5, "interrupted": false,
                "tools": [{"name": "book", "parameters": "{}", "result": null, "failed": false, "latency_seconds": 1.5}]
            }],
            "summary": "Booked.", "evaluation": [{"id": "kind", "outcome": "failure", "rationale": "Curt."}],
            "collected": [{"id": "seats", "value": {"count": 4}, "rationale": null}],
            "cost_breakdown": {
                "llm_usd_micros": 5, "platform_usd_micros": null, "llm_credits": 1, "call_credits": 2, "burst": true
            },
            "recording_detail": {
                "state": "available", "bytes": 9, "content_type": "audio/mpeg", "error": null, "peaks": [0.25, 1]
            },
            "agent_number": null, "source": "twilio", "termination_reason": null, "error": null, "rating": 5,
            "updated_at": "2026-11-24T12:02:00Z"
        });
        let expected: CallDetail = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(detail(value).unwrap(), expected);
        assert!(detail(json!({"id": id})).is_err());
    }
}
