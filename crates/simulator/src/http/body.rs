//! Request bodies as FastAPI takes them: unknown fields ignored, broken JSON refused with a 422.

use serde_json::{Value, json};

use super::error::{ApiError, FieldError};

/// Parses a body; an empty one counts as `{}`.
///
/// # Errors
/// 422 when it is not a JSON object.
pub fn object(bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice::<Value>(bytes) {
        Ok(body) if body.is_object() => Ok(body),
        Ok(_) => Err(FieldError::new(
            &["body"],
            "Input should be a valid dictionary or object to extract fields from",
            "model_attributes_type",
        )
        .into()),
        Err(error) => Err(FieldError::new(
            &["body", &error.column().to_string()],
            "JSON decode error",
            "json_invalid",
        )
        .into()),
    }
}

/// A required text field.
///
/// # Errors
/// 422 when it is absent or not text.
pub fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, ApiError> {
    match body.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => {
            Err(FieldError::new(&["body", name], "Input should be a valid string", "string_type").into())
        }
        None => Err(FieldError::missing(&["body", name]).into()),
    }
}
