//! Failures, sorted by what a caller can do about them.

use std::time::Duration;

/// A failed call to ElevenLabs. Messages are the vendor's own, with the key removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key is missing, mistyped, revoked or disabled: ask for another.
    #[error("ElevenLabs does not accept this API key: {message}")]
    InvalidKey { message: String },
    /// The key lives on another data-residency stack: ask for another base URL.
    #[error("this API key belongs to another ElevenLabs region: {message}")]
    WrongRegion { message: String },
    /// The key is good but may not do this. `permission` names what it lacks, where the vendor says so.
    #[error("this API key lacks a permission: {message}")]
    Forbidden {
        permission: Option<String>,
        message: String,
    },
    /// Credits are used up or the plan does not include this.
    #[error("the ElevenLabs plan does not allow this: {message}")]
    PaymentRequired { message: String },
    /// `code` tells what, such as `conversation_not_found`.
    #[error("not found at ElevenLabs: {message}")]
    NotFound { code: Option<String>, message: String },
    /// Someone else changed or created the same thing.
    #[error("ElevenLabs reports a conflict: {message}")]
    Conflict { code: Option<String>, message: String },
    /// The request itself is wrong (400 or 422).
    #[error("ElevenLabs refused the request: {message}")]
    Validation {
        code: Option<String>,
        message: String,
        fields: Vec<FieldError>,
    },
    /// Too many requests or calls at a time; try again after `retry_after`.
    #[error("ElevenLabs asks to slow down: {message}")]
    RateLimited {
        retry_after: Option<Duration>,
        message: String,
    },
    /// The vendor failed (5xx) or answered with a status that fits nowhere else.
    #[error("ElevenLabs answered with status {status}: {message}")]
    Provider {
        status: u16,
        code: Option<String>,
        message: String,
    },
    /// No answer within the client's time-outs.
    #[error("ElevenLabs did not answer in time")]
    Timeout,
    /// No connection, or it was cut.
    #[error("ElevenLabs cannot be reached: {0}")]
    Network(String),
    /// The host leads into an inner network, to which this client may not be sent.
    #[error("the host {0} lies in a private network")]
    PrivateHost(String),
    /// The reply is not what the API promises. `path` is the place in the JSON; `excerpt` shows the
    /// beginning of the body without secrets and with long texts cut.
    #[error("ElevenLabs sent an unreadable reply at {path}: {reason}")]
    Decode {
        path: String,
        reason: String,
        excerpt: String,
    },
    /// A list handed out a cursor twice; going on would never end.
    #[error("ElevenLabs repeated the list cursor {0:?}")]
    RepeatedCursor(String),
    /// The monitor socket was closed for another reason than the end of the call.
    #[error("ElevenLabs closed the socket with code {code}: {reason}")]
    SocketClosed { code: u16, reason: String },
    /// This client cannot work as it was set up or called.
    #[error("{0}")]
    Configuration(String),
}

/// One field that the vendor finds wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Dotted path, such as `body.conversation_config.tts.voice_id`.
    pub field: String,
    pub message: String,
}

impl Error {
    /// Whether the same request may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Timeout | Self::Network(_) => true,
            Self::Provider { status, .. } => *status >= 500 || *status == 408,
            _ => false,
        }
    }

    /// Whether the connection needs a human: its key, region, permissions or plan.
    pub fn is_credential_problem(&self) -> bool {
        matches!(
            self,
            Self::InvalidKey { .. }
                | Self::WrongRegion { .. }
                | Self::Forbidden { .. }
                | Self::PaymentRequired { .. }
        )
    }

    pub(crate) fn from_transport(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Timeout;
        }
        // The outer text names the URL; the innermost cause is what an operator needs.
        let mut cause: &dyn std::error::Error = error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        // What our own resolver said.
        if let Some(ours) = cause.downcast_ref::<Self>() {
            return ours.clone();
        }
        Self::Network(cause.to_string())
    }
}
