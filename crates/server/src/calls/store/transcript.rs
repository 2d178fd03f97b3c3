//! The provider's transcript as our turns.

use elevenlabs::conversations::{ToolResult, TranscriptTurn, TurnRole};
use shared::call::{Speaker, ToolUse, Turn};
use std::collections::{HashMap, HashSet};

/// Turns in order, each tool with its result, which may stand in a later turn.
pub fn turns(transcript: &[TranscriptTurn]) -> Vec<Turn> {
    let mut results: HashMap<&str, &ToolResult> = HashMap::new();
    for result in transcript.iter().flat_map(|turn| &turn.tool_results) {
        results.entry(&result.request_id).or_insert(result);
    }
    let called: HashSet<&str> = transcript
        .iter()
        .flat_map(|turn| &turn.tool_calls)
        .map(|call| call.request_id.as_str())
        .collect();
    (0_i32..)
        .zip(transcript)
        .map(|(position, turn)| one(position, turn, &results, &called))
        .collect()
}

fn one(
    position: i32,
    turn: &TranscriptTurn,
    results: &HashMap<&str, &ToolResult>,
    called: &HashSet<&str>,
) -> Turn {
    let with_call = turn.tool_calls.iter().map(|call| {
        // Without an id a call can not be told from another one.
        let result = results
            .get(call.request_id.as_str())
            .filter(|_| !call.request_id.is_empty());
        ToolUse {
            name: call.tool_name.clone(),
            parameters: Some(call.params_as_json.clone()).filter(|text| !text.is_empty()),
            result: result.map(|result| result.result_value.clone()),
            failed: result.is_some_and(|result| result.is_error),
            latency_seconds: result
                .map(|result| result.tool_latency_secs)
                .filter(|seconds| seconds.is_finite()),
        }
    });
    let without_call = turn
        .tool_results
        .iter()
        .filter(|result| result.request_id.is_empty() || !called.contains(result.request_id.as_str()))
        .map(|result| ToolUse {
            name: result.tool_name.clone(),
            parameters: None,
            result: Some(result.result_value.clone()),
            failed: result.is_error,
            latency_seconds: Some(result.tool_latency_secs).filter(|seconds| seconds.is_finite()),
        });
    Turn {
        position,
        speaker: match turn.role {
            TurnRole::User => Speaker::Caller,
            // A role yet to come speaks for the agent's side.
            TurnRole::Agent | TurnRole::Other(_) => Speaker::Agent,
        },
        message: turn.message.clone().filter(|message| !message.trim().is_empty()),
        at_seconds: if turn.time_in_call_secs.is_finite() {
            turn.time_in_call_secs.max(0.0)
        } else {
            0.0
        },
        interrupted: turn.interrupted,
        tools: with_call.chain(without_call).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(transcript: serde_json::Value) -> Vec<Turn> {
        turns(&serde_json::from_value::<Vec<TranscriptTurn>>(transcript).unwrap())
    }

    #[test]
    fn a_tool_gets_its_result_even_from_a_later_turn_and_no_result_is_lost() {
        let turns = read(json!([
            {"role": "agent", "message": null, "time_in_call_secs": 3,
             "tool_calls": [{"request_id": "r1", "tool_name": "look_up", "params_as_json": "{\"a\":1}"}]},
            {"role": "agent", "message": "Found it", "time_in_call_secs": 5,
             "tool_results": [{"request_id": "r1", "tool_name": "look_up", "result_value": "7", "is_error": true, "tool_latency_secs": 0.5},
                              {"request_id": "r9", "tool_name": "orphan", "result_value": "?"}]},
            {"role": "user", "message": "  ", "time_in_call_secs": 6}
        ]));
        let [first, second, third] = turns.as_slice() else {
            panic!("{turns:?}")
        };
        assert_eq!((first.message.as_deref(), first.position), (None, 0));
        let tool = first.tools.first().unwrap();
        assert_eq!(
            (tool.result.as_deref(), tool.failed, tool.latency_seconds),
            (Some("7"), true, Some(0.5))
        );
        assert_eq!(
            second.tools.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
            ["orphan"]
        );
        assert_eq!((third.speaker, third.message.as_deref()), (Speaker::Caller, None));
    }
}
