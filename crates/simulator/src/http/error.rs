//! The vendor's error bodies, in all their shapes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::rng::Rng;

/// Something a caller did wrong (or a fault that was switched on).
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// `detail` with type, code, message, status and request id: what the API answers today.
    #[error("{code}: {message}")]
    Full {
        status: StatusCode,
        kind: &'static str,
        code: &'static str,
        message: String,
    },
    /// `detail` with status and message only: what older paths answer.
    #[error("{code}: {message}")]
    Legacy {
        status: StatusCode,
        code: &'static str,
        message: String,
    },
    /// FastAPI's array.
    #[error("{0:?}")]
    Fields(Vec<FieldError>),
}

/// One entry of a 422.
#[derive(Debug, Clone)]
pub struct FieldError {
    loc: Vec<Value>,
    msg: String,
    kind: String,
}

impl FieldError {
    /// Numbers in `loc` are indices, as FastAPI writes them.
    pub fn new(loc: &[&str], msg: &str, kind: &str) -> Self {
        let loc = loc
            .iter()
            .map(|part| {
                part.parse::<u64>()
                    .map_or_else(|_| json!(part), |index| json!(index))
            })
            .collect();
        Self {
            loc,
            msg: msg.to_owned(),
            kind: kind.to_owned(),
        }
    }

    /// A required field that is not there.
    pub fn missing(loc: &[&str]) -> Self {
        Self::new(loc, "Field required", "missing")
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::Fields(vec![error])
    }
}

impl ApiError {
    pub fn not_found(code: &'static str, message: String) -> Self {
        Self::Full {
            status: StatusCode::NOT_FOUND,
            kind: "not_found",
            code,
            message,
        }
    }

    pub fn bad_request(code: &'static str, message: &str) -> Self {
        Self::Full {
            status: StatusCode::BAD_REQUEST,
            kind: "validation_error",
            code,
            message: message.to_owned(),
        }
    }

    pub fn unauthorized(code: &'static str, message: &str) -> Self {
        Self::Full {
            status: StatusCode::UNAUTHORIZED,
            kind: "authentication_error",
            code,
            message: message.to_owned(),
        }
    }

    pub fn forbidden(code: &'static str, message: String) -> Self {
        Self::Full {
            status: StatusCode::FORBIDDEN,
            kind: "authorization_error",
            code,
            message,
        }
    }

    pub fn agent_not_found(id: &str) -> Self {
        Self::not_found("agent_not_found", format!("Agent with id {id} not found."))
    }

    pub fn conversation_not_found(id: &str) -> Self {
        Self::not_found(
            "conversation_not_found",
            format!("Conversation with id {id} not found."),
        )
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Full { status, .. } | Self::Legacy { status, .. } => *status,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let request_id = request_id();
        let detail = match self {
            Self::Full {
                kind, code, message, ..
            } => {
                json!({"type": kind, "code": code, "message": message, "status": code, "request_id": request_id})
            }
            Self::Legacy { code, message, .. } => json!({"status": code, "message": message}),
            Self::Fields(fields) => fields
                .iter()
                .map(|field| json!({"loc": field.loc, "msg": field.msg, "type": field.kind, "input": null}))
                .collect(),
        };
        HttpResponse::build(self.status_code())
            .insert_header(("request-id", request_id))
            .json(json!({ "detail": detail }))
    }
}

/// A fresh request id.
pub fn request_id() -> String {
    let now = chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default();
    Rng::new(now.unsigned_abs()).letters(32)
}
