//! What can go wrong between page and server, in words for the person before the screen.

use shared::{ErrorCode, Problem};
use thiserror::Error;

#[derive(Clone, Debug, PartialEq, Error)]
pub enum ApiError {
    /// Nothing came back: no network, or the server is down.
    #[error("the server could not be reached")]
    Unreachable,
    /// A newer request took its place; nobody waits for this one.
    #[error("a newer request took its place")]
    Superseded,
    /// The server said what is wrong.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// A reply that this build can not read.
    #[error("unreadable reply with status {status}")]
    Unreadable { status: u16, request_id: Option<String> },
}

impl ApiError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Problem(problem) => problem.code,
            Self::Unreachable => ErrorCode::Unavailable,
            Self::Superseded | Self::Unreadable { .. } => ErrorCode::Unknown,
        }
    }

    /// What happened.
    pub fn title(&self) -> String {
        match self {
            Self::Unreachable => "The server could not be reached".to_owned(),
            Self::Superseded => "Loading again".to_owned(),
            Self::Problem(problem) => problem.title.clone(),
            Self::Unreadable { .. } => "The reply could not be read".to_owned(),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Unreachable => "Check the network connection, then try again.".to_owned(),
            Self::Superseded => String::new(),
            Self::Problem(problem) => problem
                .detail
                .clone()
                .unwrap_or_else(|| fallback(problem.code).to_owned()),
            Self::Unreadable { .. } => "This page may be older than the server. Reload it.".to_owned(),
        }
    }

    /// What is wrong with the field of this name, dotted for nested ones.
    pub fn field(&self, name: &str) -> Option<String> {
        match self {
            Self::Problem(problem) => problem
                .errors
                .iter()
                .find(|e| e.field == name)
                .map(|e| e.message.clone()),
            _ => None,
        }
    }

    /// What support needs to find the request.
    pub fn request_id(&self) -> Option<String> {
        match self {
            Self::Problem(problem) => problem.request_id.clone(),
            Self::Unreadable { request_id, .. } => request_id.clone(),
            Self::Unreachable | Self::Superseded => None,
        }
    }
}

fn fallback(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::PermissionDenied => "Your role does not include this. An administrator can change that.",
        ErrorCode::NotFound => "It may have been removed, or it belongs to another organization.",
        ErrorCode::RateLimited => "Wait a minute, then try again.",
        ErrorCode::VisitEnded => "You are back in your own organization. Enter again to go on.",
        ErrorCode::NotSignedIn => "Sign in again to go on.",
        ErrorCode::Internal => "This is our fault. If it happens again, send the request id to support.",
        _ => "Try again in a moment.",
    }
}

#[cfg(test)]
mod tests {
    use super::ApiError;
    use shared::{ErrorCode, FieldError, Problem};

    #[test]
    fn field_errors_are_found_by_name() {
        let error = ApiError::Problem(Box::new(Problem {
            kind: "about:blank".into(),
            title: "Some fields are wrong".into(),
            status: 422,
            code: ErrorCode::Invalid,
            detail: None,
            errors: vec![FieldError::new("api_key", "Paste the key")],
            request_id: None,
        }));
        assert_eq!(error.field("api_key").as_deref(), Some("Paste the key"));
        assert_eq!(error.field("name"), None);
        assert!(!error.advice().is_empty());
    }
}
