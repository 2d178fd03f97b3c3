//! Failures, sorted by what a caller can do about them.

use std::time::Duration;

/// A failed request. Messages are the vendor's own, with the key removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 401.
    #[error("the key is not accepted: {0}")]
    InvalidKey(String),
    /// 402 and 403: the account may not do this, or is not paid.
    #[error("the account may not do this: {0}")]
    Forbidden(String),
    /// The model does not exist, or no longer.
    #[error("there is no such model: {0}")]
    UnknownModel(String),
    /// The request itself is wrong (other 4xx).
    #[error("the request was refused: {0}")]
    Refused(String),
    /// 429. Nothing was done.
    #[error("asked to slow down: {message}")]
    RateLimited {
        retry_after: Option<Duration>,
        message: String,
    },
    /// 5xx, or a status that fits nowhere else.
    #[error("answered with status {status}: {message}")]
    Provider { status: u16, message: String },
    /// No connection was made: nothing was sent.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// Sent, and no whole answer within the time.
    #[error("did not answer in time")]
    Timeout,
    /// Sent, and the connection broke before the answer was whole.
    #[error("the connection broke: {0}")]
    Cut(String),
    /// The answer is not what the API promises.
    #[error("sent an unreadable answer: {0}")]
    Unreadable(String),
    /// This client cannot work as it was set up.
    #[error("{0}")]
    Configuration(String),
}

impl Error {
    /// Whether the same request may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unreachable(_) | Self::Timeout | Self::Cut(_) => true,
            Self::Provider { status, .. } => *status >= 500 || *status == 408,
            _ => false,
        }
    }

    /// Whether the request may have been carried out, and will be paid, although nothing of it came back.
    pub fn may_have_been_done(&self) -> bool {
        matches!(self, Self::Timeout | Self::Cut(_))
    }

    pub(crate) fn from_transport(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            return Self::Unreachable(cause(error));
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        Self::Cut(cause(error))
    }
}

/// The outer text names the URL; the innermost cause is what an operator needs.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
