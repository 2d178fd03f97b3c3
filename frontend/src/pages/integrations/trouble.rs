//! Why something about a connection did not work, beside the form that asked for it.

use leptos::prelude::*;
use shared::ErrorCode;

use crate::api::ApiError;
use crate::ui::{CopyButton, Icon, lu};

/// Shown while there is an error that no field tells. `conflict` is what a conflict means here.
#[component]
pub(super) fn Trouble(
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(default = "It exists already or has changed")] conflict: &'static str,
) -> AnyView {
    let body = move || {
        error.get().filter(|error| error.code() != ErrorCode::Invalid).map(|error| {
            view! {
                <div
                    class="tone-bad flex gap-2.5 rounded-md border border-[color-mix(in_oklab,var(--bad)_30%,var(--n2))] bg-[color-mix(in_oklab,var(--bad)_7%,var(--n2))] px-3 py-2.5 text-sm"
                    role="alert"
                >
                    <span class="flex h-5 items-center text-bad">
                        <Icon glyph=lu::LuCircleAlert />
                    </span>
                    <div class="grid min-w-0 gap-1 break-words">
                        <p class="font-medium">{title(&error, conflict)}</p>
                        <p>{error.advice()}</p>
                        {error
                            .request_id()
                            .filter(|_| needs_support(error.code()))
                            .map(|id| {
                                view! {
                                    <p class="flex items-center gap-1 text-xs text-muted">
                                        "Request " <code>{id.clone()}</code> <CopyButton text=id />
                                    </p>
                                }
                            })}
                    </div>
                </div>
            }
        })
    };
    body.into_any()
}

/// What happened, by the code; what to do is the server's word, as only it knows the details.
fn title(error: &ApiError, conflict: &'static str) -> String {
    let words = match error.code() {
        ErrorCode::ProviderKeyInvalid => "ElevenLabs does not accept this key",
        ErrorCode::ProviderWrongRegion => "This key belongs to another region",
        ErrorCode::ProviderForbidden => "This key may not do what a connection needs",
        ErrorCode::ProviderFailed => "ElevenLabs answered with an error",
        ErrorCode::ProviderUnreachable => "ElevenLabs did not answer",
        ErrorCode::Conflict => conflict,
        _ => return error.title(),
    };
    words.to_owned()
}

fn needs_support(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Internal | ErrorCode::Unknown | ErrorCode::ProviderFailed | ErrorCode::Unavailable
    )
}
