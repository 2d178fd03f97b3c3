//! What a call cost: credits and dollars that follow from its length and its words.

use serde_json::{Value, json};

use super::Call;
use super::script::{Script, Turn};
use crate::catalogue::Role;

/// Dollars of one minute on the line, without the language model.
const PLATFORM_DOLLARS_PER_MINUTE: f64 = 0.08;
const CREDITS_PER_DOLLAR: f64 = 6_060.0;

/// The costs of one call.
#[derive(Debug)]
pub struct Cost {
    /// Credits.
    pub credits: i64,
    /// US dollars.
    pub fiat: f64,
    /// The vendor's `charging` object.
    pub charging: Value,
}

/// Computes the costs of the first `shown` turns.
pub fn cost(call: &Call, script: &Script, shown: usize) -> Cost {
    let turns = script
        .turns
        .get(..shown.min(script.turns.len()))
        .unwrap_or_default();
    let seconds = turns.last().map_or(0.0, |turn| turn.at + turn.len);
    let spoken = |role: Role| {
        turns
            .iter()
            .filter(move |turn| turn.role == role && turn.text.is_some())
    };
    let length = |turn: &Turn| turn.len;
    let agent_secs: f64 = spoken(Role::Agent).map(length).sum();
    let user_secs: f64 = spoken(Role::User).map(length).sum();
    let characters: usize = spoken(Role::Agent)
        .filter_map(|turn| turn.text.as_ref())
        .map(|text| text.chars().count())
        .sum();
    let platform_price = round(seconds / 60.0 * PLATFORM_DOLLARS_PER_MINUTE);
    let input = turns.len() * (call.profile.prompt.len() / 4 + 180);
    let output = characters / 4;
    let input_price = round(input as f64 * 0.000_000_3);
    let output_price = round(output as f64 * 0.000_002_5);
    let llm_price = round(input_price + output_price);
    let call_charge = (platform_price * CREDITS_PER_DOLLAR) as i64;
    let llm_charge = (llm_price * CREDITS_PER_DOLLAR) as i64;
    let none = json!({"tokens": 0, "price": 0.0});
    let usage = json!({"model_usage": if output == 0 { json!({}) } else { json!({ call.profile.llm.as_str(): {
        "input": {"tokens": input, "price": input_price}, "input_cache_read": none, "input_cache_write": none,
        "output_total": {"tokens": output, "price": output_price},
    } }) }});
    let voice = round(agent_secs + user_secs);
    let charging = json!({
        "dev_discount": false, "is_burst": false, "tier": "pro",
        "llm_usage": {"irreversible_generation": usage, "initiated_generation": usage},
        "llm_price": llm_price, "llm_charge": llm_charge, "call_charge": call_charge, "platform_charge": call_charge,
        "platform_usage": {"category_usage": {
            "voice": {"credits": call_charge, "price": platform_price, "quantity": voice},
            "silence": {"credits": 0, "price": 0.0, "quantity": round((seconds - voice).max(0.0))},
        }},
        "platform_price": platform_price, "free_minutes_consumed": 0.0, "free_llm_dollars_consumed": 0.0,
        "tts_usage": {"primary_tts_model": call.profile.tts_model, "total_audio_output_seconds": round(agent_secs),
            "total_characters": characters,
            "per_voice_usage": [{"voice_id": call.profile.voice_id, "audio_output_seconds": round(agent_secs)}]},
        "asr_usage": {"asr_model": "scribe_realtime", "total_transcription_calls": spoken(Role::User).count(),
            "total_audio_input_seconds": round(user_secs)},
        "analysis": null,
    });
    if call.outcome.never_began() {
        return Cost {
            credits: 0,
            fiat: 0.0,
            charging,
        };
    }
    Cost {
        credits: call_charge + llm_charge,
        fiat: round(platform_price + llm_price),
        charging,
    }
}

fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
