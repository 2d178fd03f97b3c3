//! Errors of handlers and how they are sent: RFC 9457 problem JSON. Status and cause live here only; a 500 never
//! tells what broke, it tells the request id.

use crate::outage;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use shared::{ErrorCode, FieldError, Problem};
use std::time::Duration;

/// What a handler may fail with.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("{code:?}: {}", detail.as_deref().unwrap_or_default())]
    Refused { code: ErrorCode, detail: Option<String> },
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    #[error("too large: {0:?}")]
    TooLarge(FieldError),
    #[error("rate limited for {0:?}")]
    RateLimited(Duration),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Provider(#[from] elevenlabs::Error),
    #[error("internal: {0}")]
    Internal(String),
}

/// Reply of every handler.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub fn refused(code: ErrorCode) -> Self {
        Self::Refused { code, detail: None }
    }

    pub fn because(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Refused {
            code,
            detail: Some(detail.into()),
        }
    }

    pub fn not_found() -> Self {
        Self::refused(ErrorCode::NotFound)
    }

    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::TooLarge(_) => ErrorCode::TooLarge,
            Self::RateLimited(_) => ErrorCode::RateLimited,
            Self::Database(error) if outage::is_outage(error) => ErrorCode::Unavailable,
            Self::Database(db::Error::Query(diesel::result::Error::NotFound)) => ErrorCode::NotFound,
            Self::Provider(error) => crate::connections::provider_error::code(error),
            Self::Database(_) | Self::Internal(_) => ErrorCode::Internal,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Refused { detail, .. } => detail.clone(),
            Self::RateLimited(wait) => {
                Some(format!("Too many tries. Wait {} seconds.", wait.as_secs().max(1)))
            }
            Self::TooLarge(error) => Some(error.message.clone()),
            Self::Provider(error) => Some(crate::connections::provider_error::words(error)),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        crate::auth::ceiling::refusal(&error).unwrap_or(Self::Database(db::Error::Query(error)))
    }
}

/// One line a code: status and title.
pub fn status_and_title(code: ErrorCode) -> (StatusCode, &'static str) {
    match code {
        ErrorCode::MalformedRequest => (StatusCode::BAD_REQUEST, "The request could not be read"),
        ErrorCode::NotSignedIn => (StatusCode::UNAUTHORIZED, "Sign in first"),
        ErrorCode::WrongCredentials => (StatusCode::UNAUTHORIZED, "E-mail or password is wrong"),
        ErrorCode::WrongSecondFactor => (StatusCode::UNAUTHORIZED, "The code is wrong"),
        ErrorCode::ApiKeyInvalid => (StatusCode::UNAUTHORIZED, "The API key is not valid"),
        ErrorCode::SecondFactorMissing => (StatusCode::FORBIDDEN, "Set up a second factor first"),
        ErrorCode::ReauthenticationRequired => (StatusCode::FORBIDDEN, "Confirm that it is you"),
        ErrorCode::PermissionDenied => (StatusCode::FORBIDDEN, "Your role does not allow this"),
        ErrorCode::OrganizationSuspended => (StatusCode::FORBIDDEN, "The organization is suspended"),
        ErrorCode::OrganizationArchived => (StatusCode::FORBIDDEN, "The organization was put away"),
        ErrorCode::VisitEnded => (StatusCode::FORBIDDEN, "Your visit has ended"),
        ErrorCode::ForeignOrigin => (StatusCode::FORBIDDEN, "The request came from another site"),
        ErrorCode::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        ErrorCode::Conflict => (StatusCode::CONFLICT, "It exists already or has changed"),
        ErrorCode::OtherWorkspace => (StatusCode::CONFLICT, "This key belongs to another workspace"),
        ErrorCode::SummariesOff => (StatusCode::CONFLICT, "Calls can not be summarized here"),
        ErrorCode::SummaryFailed => (StatusCode::BAD_GATEWAY, "The call could not be summarized"),
        ErrorCode::LimitReached => (StatusCode::CONFLICT, "The organization's limit is reached"),
        ErrorCode::CallOver => (StatusCode::CONFLICT, "The call has ended"),
        ErrorCode::CommandImpossible => (StatusCode::CONFLICT, "The call can not be told this now"),
        ErrorCode::LinkGone => (StatusCode::GONE, "This link can not be used any more"),
        ErrorCode::WrongAccount => (StatusCode::FORBIDDEN, "This link was sent to another address"),
        ErrorCode::MailNotSetUp => (StatusCode::CONFLICT, "Mail is not set up on this server"),
        ErrorCode::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large"),
        ErrorCode::RangeNotSatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, "The range lies outside"),
        ErrorCode::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "Some fields need attention"),
        ErrorCode::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
        ErrorCode::ProviderKeyInvalid => (StatusCode::UNPROCESSABLE_ENTITY, "ElevenLabs refused the key"),
        ErrorCode::ProviderWrongRegion => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The key belongs to another region",
        ),
        ErrorCode::ProviderForbidden => (StatusCode::UNPROCESSABLE_ENTITY, "The key lacks a permission"),
        ErrorCode::ProviderFailed => (StatusCode::BAD_GATEWAY, "ElevenLabs reported an error"),
        ErrorCode::ProviderUnreachable => (StatusCode::GATEWAY_TIMEOUT, "ElevenLabs did not answer"),
        ErrorCode::RecordingUnavailable => (StatusCode::NOT_FOUND, "There is no recording"),
        ErrorCode::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Temporarily unavailable"),
        ErrorCode::Internal | ErrorCode::Unknown => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
        ),
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status_and_title(self.code()).0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, title) = status_and_title(self.code());
        let request_id = crate::middleware::request_id::current();
        if status.is_server_error() && status != StatusCode::BAD_GATEWAY {
            tracing::error!(request.id = request_id.as_deref(), error = %self, "request failed");
        }
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            code: self.code(),
            detail: self.detail(),
            errors: match self {
                Self::Invalid(errors) => errors.clone(),
                Self::TooLarge(error) => vec![error.clone()],
                _ => Vec::new(),
            },
            request_id,
        };
        let mut reply = HttpResponse::build(status);
        let wait = match self {
            Self::RateLimited(wait) => Some(*wait),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(outage::RETRY_AFTER),
            _ => None,
        };
        if let Some(wait) = wait {
            reply.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
        }
        let mut reply = reply.json(problem);
        reply.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        reply
    }
}
