//! Errors as the API sends them: RFC 9457 problem JSON with a stable code and field errors.

use serde::{Deserialize, Serialize};

/// Stable codes; the SPA decides by them, never by the text. One line an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the body or the query could not be read at all.
    MalformedRequest,
    /// 401: no session, or it has ended.
    NotSignedIn,
    /// 401: e-mail and password do not belong together (or the account may not sign in).
    WrongCredentials,
    /// 401: the code is not the second factor's, or was used before.
    WrongSecondFactor,
    /// 401: no such API key, or it was revoked or has expired.
    ApiKeyInvalid,
    /// 403: the role asks for a second factor and there is none: the account page sets one up.
    SecondFactorMissing,
    /// 403: who asks must say anew that it is he (`POST /api/auth/confirm`), then ask again.
    ReauthenticationRequired,
    /// 403: the session lacks the permission that the route names.
    PermissionDenied,
    /// 403: the organization or one above it is suspended; the session says why.
    OrganizationSuspended,
    /// 403: the organization or one above it was put away.
    OrganizationArchived,
    /// 403: the visit to an organization below has come to its end; the session is back at home.
    VisitEnded,
    /// 403: an unsafe method from a page of another origin.
    ForeignOrigin,
    /// 404: no such thing, or it is another tenant's.
    NotFound,
    /// 409: it exists already, or changed meanwhile.
    Conflict,
    /// 409: the key belongs to another workspace than the connection; changing it erases what came from that one.
    OtherWorkspace,
    /// 409: the organization has as many of it as it may.
    LimitReached,
    /// 409: the call runs no longer.
    CallOver,
    /// 409: the command can not be given to this call now; `detail` says why.
    CommandImpossible,
    /// 410: the link was used, revoked or replaced, or its time is over; `detail` says which.
    LinkGone,
    /// 403: the link was sent to another address than that of who is signed in.
    WrongAccount,
    /// 409: the server was given no way to send mail.
    MailNotSetUp,
    /// 413: the body is larger than the route allows.
    TooLarge,
    /// 416: the byte range is not inside the recording.
    RangeNotSatisfiable,
    /// 422: fields are wrong; `errors` names each.
    Invalid,
    /// 429: too many tries; `Retry-After` says when.
    RateLimited,
    /// 422: the provider refused the key.
    ProviderKeyInvalid,
    /// 422: the key belongs to another region's host.
    ProviderWrongRegion,
    /// 422: the key lacks a permission at the provider.
    ProviderForbidden,
    /// 502: the provider answered with an error or nonsense.
    ProviderFailed,
    /// 504: the provider did not answer in time or could not be reached.
    ProviderUnreachable,
    /// 409: the server has no key for summaries, or the organization may not send transcripts out.
    SummariesOff,
    /// 502: the model that summarizes failed, or answered nonsense; `detail` says what.
    SummaryFailed,
    /// 404: the recording is not there (yet); `detail` says why.
    RecordingUnavailable,
    /// 503: the database or another needed part is down.
    Unavailable,
    /// 500: our fault; the request id is what support needs.
    Internal,
    /// A code that this build does not know (an older SPA with a newer server).
    #[serde(other)]
    Unknown,
}

/// What is wrong with one field and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the request, dotted for nested ones.
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// The body of every error reply (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the code below tells the kind.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// Short, the same for every occurrence of the code.
    pub title: String,
    pub status: u16,
    pub code: ErrorCode,
    /// What happened here and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Also in the `x-request-id` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}
