//! The provider's failures in our codes and in words that say what to do.

use elevenlabs::Error;
use shared::ErrorCode;

/// Whether asking the same again can not help: a person, or another request, must.
pub fn is_final(error: &Error) -> bool {
    error.is_credential_problem()
        || matches!(
            error,
            Error::NotFound { .. } | Error::Validation { .. } | Error::RepeatedCursor(_)
        )
}

/// The code that the SPA decides by.
pub fn code(error: &Error) -> ErrorCode {
    match error {
        Error::InvalidKey { .. } => ErrorCode::ProviderKeyInvalid,
        Error::WrongRegion { .. } => ErrorCode::ProviderWrongRegion,
        Error::Forbidden { .. } => ErrorCode::ProviderForbidden,
        Error::Timeout | Error::Network(_) | Error::PrivateHost(_) => ErrorCode::ProviderUnreachable,
        Error::Configuration(_) => ErrorCode::Invalid,
        _ => ErrorCode::ProviderFailed,
    }
}

/// What happened and what to do, for people.
pub fn words(error: &Error) -> String {
    match error {
        Error::InvalidKey { .. } => {
            "ElevenLabs does not know this key: it is mistyped, was deleted or is disabled. Copy a key from ElevenLabs → Developers → API keys.".to_owned()
        }
        Error::WrongRegion { message } => format!("{} {message}", region_hint(message)),
        Error::Forbidden { permission: Some(permission), .. } => format!(
            "The key lacks the permission {permission}. Edit the key at ElevenLabs → Developers → API keys, allow {permission} and try again."
        ),
        Error::Forbidden { permission: None, message } => format!(
            "The key is good but may not do this: {message} Edit its permissions at ElevenLabs → Developers → API keys and try again."
        ),
        Error::PaymentRequired { message } => format!(
            "The plan of this ElevenLabs workspace does not allow it or its credits are used up: {message}"
        ),
        Error::RateLimited { retry_after, .. } => match retry_after {
            Some(wait) => format!("ElevenLabs asks to slow down. Try again in {} seconds.", wait.as_secs().max(1)),
            None => "ElevenLabs asks to slow down. Try again in a minute.".to_owned(),
        },
        Error::Timeout => "ElevenLabs did not answer in time. Check the host, or try again in a minute.".to_owned(),
        Error::Network(_) => "ElevenLabs can not be reached at this host. Check the host, or try again in a minute.".to_owned(),
        Error::PrivateHost(_) => {
            "The host leads into a private network, to which this server sends nothing. Enter one of ElevenLabs' hosts.".to_owned()
        }
        Error::Provider { status, .. } => {
            format!("ElevenLabs reports an error of its own (status {status}). Try again in a minute.")
        }
        Error::NotFound { .. } => {
            "The host answers, but not like ElevenLabs. Check the host, such as https://api.elevenlabs.io.".to_owned()
        }
        Error::Decode { .. } => {
            "The answer can not be understood. Check that the host is one of ElevenLabs'.".to_owned()
        }
        Error::Conflict { message, .. } | Error::Validation { message, .. } => {
            format!("ElevenLabs refused the request: {message}")
        }
        Error::RepeatedCursor(_) => {
            "ElevenLabs' list of calls leads back to a page that was read before, so it has no end. What was read is kept. Try again in a few minutes.".to_owned()
        }
        Error::SocketClosed { .. } | Error::Configuration(_) => error.to_string(),
    }
}

/// Each residency is a stack of its own: keys, agents and calls exist there only.
fn region_hint(message: &str) -> &'static str {
    // "The API key used is for the global stack, however this server is a data residency server."
    let for_global = message.to_lowercase().contains("is for the global");
    if for_global {
        "The key belongs to the global region: use the host https://api.elevenlabs.io."
    } else {
        "The key belongs to a data-residency region: use the host of that region, https://api.eu.residency.elevenlabs.io, https://api.in.residency.elevenlabs.io or https://api.sg.residency.elevenlabs.io."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_own_code_and_says_what_to_do() {
        let message = String::from("m");
        let cases = [
            (
                Error::InvalidKey {
                    message: message.clone(),
                },
                ErrorCode::ProviderKeyInvalid,
                "Copy a key",
            ),
            (
                Error::WrongRegion {
                    message: "The API key used is for a data residency stack".into(),
                },
                ErrorCode::ProviderWrongRegion,
                "https://api.eu.residency.elevenlabs.io",
            ),
            (
                Error::WrongRegion {
                    message: "The API key used is for the global stack".into(),
                },
                ErrorCode::ProviderWrongRegion,
                "https://api.elevenlabs.io.",
            ),
            (
                Error::Forbidden {
                    permission: Some("convai_read".into()),
                    message,
                },
                ErrorCode::ProviderForbidden,
                "lacks the permission convai_read",
            ),
            (Error::Timeout, ErrorCode::ProviderUnreachable, "did not answer"),
            (
                Error::Provider {
                    status: 503,
                    code: None,
                    message: String::new(),
                },
                ErrorCode::ProviderFailed,
                "status 503",
            ),
        ];
        for (error, wanted, part) in cases {
            assert_eq!(code(&error), wanted);
            assert!(words(&error).contains(part), "{}", words(&error));
        }
    }
}
