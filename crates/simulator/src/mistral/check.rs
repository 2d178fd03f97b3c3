//! Reading a request as the vendor does: unknown fields are refused, not ignored.

use serde_json::{Value, json};

use super::error::MistralError;

const KNOWN: [&str; 24] = [
    "model",
    "messages",
    "temperature",
    "top_p",
    "max_tokens",
    "stream",
    "stop",
    "random_seed",
    "metadata",
    "response_format",
    "tools",
    "tool_choice",
    "presence_penalty",
    "frequency_penalty",
    "n",
    "prediction",
    "parallel_tool_calls",
    "prompt_mode",
    "reasoning_effort",
    "safe_prompt",
    "guardrails",
    "prompt_cache_key",
    "service_tier",
    "logprobs",
];
const ROLES: [&str; 4] = ["system", "user", "assistant", "tool"];

/// # Errors
/// 422 naming what is wrong.
pub fn check(body: &Value) -> Result<(), MistralError> {
    let Some(fields) = body.as_object() else {
        let msg = "Input should be a valid dictionary or object to extract fields from";
        return Err(MistralError::field("model_attributes_type", &[], msg, body));
    };
    if let Some((unknown, value)) = fields.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        let msg = "Extra inputs are not permitted";
        return Err(MistralError::field(
            "extra_forbidden",
            &[json!(unknown)],
            msg,
            value,
        ));
    }
    for needed in ["model", "messages"] {
        if !fields.contains_key(needed) {
            return Err(MistralError::field(
                "missing",
                &[json!(needed)],
                "Field required",
                body,
            ));
        }
    }
    let messages = body.get("messages").unwrap_or(&Value::Null);
    let Some(list) = messages.as_array().filter(|list| !list.is_empty()) else {
        let msg = "List should have at least 1 item after validation";
        return Err(MistralError::field(
            "too_short",
            &[json!("messages")],
            msg,
            messages,
        ));
    };
    for (place, message) in list.iter().enumerate() {
        let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
        if !ROLES.contains(&role) {
            let loc = [json!("messages"), json!(place), json!("role")];
            let msg = "Input should be 'system', 'user', 'assistant' or 'tool'";
            return Err(MistralError::field("enum", &loc, msg, message));
        }
    }
    between(body, "temperature", 0.0, 1.5)?;
    between(body, "top_p", 0.0, 1.0)?;
    between(body, "max_tokens", 0.0, f64::from(u32::MAX))?;
    format(body)
}

fn between(body: &Value, name: &str, low: f64, high: f64) -> Result<(), MistralError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(value) => match value.as_f64() {
            Some(number) if (low..=high).contains(&number) => Ok(()),
            Some(_) => {
                let msg = format!("Input should be between {low} and {high}");
                Err(MistralError::field(
                    "less_than_equal",
                    &[json!(name)],
                    &msg,
                    value,
                ))
            }
            None => {
                let msg = "Input should be a valid number";
                Err(MistralError::field("float_parsing", &[json!(name)], msg, value))
            }
        },
    }
}

fn format(body: &Value) -> Result<(), MistralError> {
    let Some(format) = body.get("response_format").filter(|format| !format.is_null()) else {
        return Ok(());
    };
    let kind = format.get("type").and_then(Value::as_str).unwrap_or("text");
    let at = |name: &str| [json!("response_format"), json!(name)];
    match kind {
        "text" | "json_object" => Ok(()),
        "json_schema" if schema(body).is_some() => Ok(()),
        "json_schema" => Err(MistralError::field(
            "missing",
            &at("json_schema"),
            "Field required",
            format,
        )),
        _ => {
            let msg = "Input should be 'text', 'json_object' or 'json_schema'";
            Err(MistralError::field("enum", &at("type"), msg, format))
        }
    }
}

/// The wanted shape, in the one mode that has one.
pub fn schema(body: &Value) -> Option<&Value> {
    let format = body.get("response_format")?;
    if format.get("type")?.as_str()? != "json_schema" {
        return None;
    }
    format
        .pointer("/json_schema/schema")
        .filter(|schema| schema.is_object())
}

/// Some JSON is wanted.
pub fn wants_json(body: &Value) -> bool {
    let kind = body.pointer("/response_format/type").and_then(Value::as_str);
    matches!(kind, Some("json_object" | "json_schema"))
}

/// The text of a message, whichever way it is written.
pub fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(chunks)) => chunks
            .iter()
            .filter_map(|chunk| chunk.get("text").and_then(Value::as_str))
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    }
}
