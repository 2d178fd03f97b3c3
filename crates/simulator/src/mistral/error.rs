//! The vendor's error bodies.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::http::error::request_id;

#[derive(Debug, thiserror::Error)]
pub enum MistralError {
    #[error("no valid key")]
    Unauthorized,
    #[error("invalid model {0}")]
    InvalidModel(String),
    #[error("{0:?}")]
    Fields(Vec<Value>),
    #[error("{0}")]
    NotFound(String),
}

impl MistralError {
    /// One entry of a 422, as FastAPI writes it.
    pub fn field(kind: &str, loc: &[Value], msg: &str, input: &Value) -> Self {
        let mut at = vec![json!("body")];
        at.extend_from_slice(loc);
        Self::Fields(vec![json!({"type": kind, "loc": at, "msg": msg, "input": input})])
    }
}

/// The envelope of the API itself.
pub fn envelope(message: &str, kind: &str, code: &str) -> Value {
    json!({"object": "error", "message": message, "type": kind, "param": null, "code": code})
}

impl ResponseError for MistralError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::InvalidModel(_) => StatusCode::BAD_REQUEST,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let body = match self {
            // The gateway's own.
            Self::Unauthorized => json!({"message": "Unauthorized", "request_id": request_id()}),
            Self::InvalidModel(model) => {
                envelope(&format!("Invalid model: {model}"), "invalid_model", "1500")
            }
            Self::Fields(fields) => json!({"detail": fields}),
            Self::NotFound(message) => envelope(message, "not_found", "1000"),
        };
        HttpResponse::build(self.status_code()).json(body)
    }
}
