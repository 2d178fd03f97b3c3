//! The post-call analysis: evaluation criteria and data collection by the agent's own ids, so that dashboards line up.

use serde_json::{Map, Value, json};

use super::detail::success_of;
use super::script::Script;
use super::{Call, Outcome};
use crate::catalogue::Catalogue;
use crate::rng::{Rng, hash, mix};

/// Result of one criterion: the first follows the call's outcome, the others mostly succeed.
pub fn criterion_result(call: &Call, id: &str) -> &'static str {
    if call
        .profile
        .criteria
        .first()
        .is_some_and(|(first, _)| first == id)
    {
        return success_of(call);
    }
    match (
        call.outcome,
        Rng::new(mix(&[call.seed, hash(id)])).weighted(&[0.82, 0.1, 0.08]),
    ) {
        (Outcome::Short | Outcome::Voicemail | Outcome::NoAnswer | Outcome::Busy | Outcome::Declined, _) => {
            "unknown"
        }
        (_, 0) => "success",
        (_, 1) => "failure",
        _ => "unknown",
    }
}

/// `analysis` of a finished call.
pub fn analysis(call: &Call, script: &Script, catalogue: &Catalogue) -> Value {
    let criteria: Map<String, Value> = call
        .profile
        .criteria
        .iter()
        .map(|(id, _)| {
            let result = criterion_result(call, id);
            (
                id.clone(),
                json!({"criteria_id": id, "result": result, "rationale": rationale(call, catalogue, result),
                "scoring_mode": "binary", "score": null, "max_score": null}),
            )
        })
        .collect();
    let collected: Map<String, Value> = call
        .profile
        .collection
        .iter()
        .map(|(id, schema)| {
            let mut full = json!({"type": "string", "description": "", "enum": null, "is_system_provided": false,
                "dynamic_variable": "", "constant_value": "", "is_omitted": false});
            crate::world::merge::deep(&mut full, schema.clone());
            (id.clone(), json!({"data_collection_id": id, "name": id, "value": collect(call, script, id, schema), "json_schema": full,
                "rationale": rationale(call, catalogue, "success")}))
        })
        .collect();
    let success = success_of(call);
    json!({
        "evaluation_criteria_results_list": criteria.values().cloned().collect::<Vec<_>>(),
        "data_collection_results_list": collected.values().cloned().collect::<Vec<_>>(),
        "evaluation_criteria_results": criteria,
        "data_collection_results": collected,
        "call_successful": success,
        "call_success_score": match success { "success" => json!(100.0), "failure" => json!(0.0), _ => Value::Null },
        "transcript_summary": script.summary,
        "call_summary_title": script.title,
        "scoped": [],
    })
}

fn rationale(call: &Call, catalogue: &Catalogue, result: &str) -> String {
    let texts = catalogue
        .language(&call.language)
        .and_then(|language| catalogue.analysis.rationale.get(&language.language));
    let index = match result {
        "success" => 0,
        "failure" => 1,
        _ => 2,
    };
    texts
        .and_then(|texts| texts.get(index))
        .cloned()
        .unwrap_or_default()
}

fn collect(call: &Call, script: &Script, id: &str, schema: &Value) -> Value {
    let mut rng = Rng::new(mix(&[call.seed, hash(id), 1]));
    if matches!(call.outcome, Outcome::Short | Outcome::Voicemail) {
        return Value::Null;
    }
    match (id, schema.get("type").and_then(Value::as_str)) {
        ("caller_name", _) => json!(script.slots.get("name")),
        ("topic", _) => json!(script.topic),
        ("callback_wanted", _) => json!(call.outcome == Outcome::Failure),
        ("satisfaction", _) if call.outcome == Outcome::Success => json!(4 + rng.below(2)),
        ("satisfaction", _) => json!(1 + rng.below(3)),
        (_, Some("boolean")) => json!(rng.chance(0.5)),
        (_, Some("integer")) => json!(rng.below(10)),
        (_, Some("number")) => json!((rng.unit() * 100.0).round() / 10.0),
        _ => json!(script.slots.get(id).unwrap_or(&script.topic)),
    }
}

/// `sentiment_analysis` of list items; null where the caller said nothing.
pub fn sentiment(call: &Call) -> Value {
    let (low, high, label) = match call.outcome {
        Outcome::Success => (0.1, 0.8, None),
        Outcome::Failure | Outcome::Error => (-0.8, 0.1, None),
        Outcome::Short | Outcome::Voicemail | Outcome::NoAnswer | Outcome::Busy | Outcome::Declined => {
            return Value::Null;
        }
    };
    let mut rng = Rng::new(mix(&[call.seed, 10]));
    let score = (rng.between(low, high) * 100.0).round() / 100.0;
    let frustration = ((0.5 - score / 2.0) * 100.0).round() / 100.0;
    let label = label.unwrap_or(if score > 0.25 {
        "positive"
    } else if score < -0.25 {
        "negative"
    } else {
        "neutral"
    });
    json!({
        "overall_label": label, "overall_sentiment_score": score, "overall_frustration_score": frustration,
        "min_user_sentiment_score": (score - 0.15_f64).max(-1.0), "max_user_frustration_score": (frustration + 0.1_f64).min(1.0),
        "num_scored_user_turns": call.turn_count() / 2,
    })
}
