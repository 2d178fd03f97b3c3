//! Something failed: what happened, what to try, and the id that support needs.

use leptos::prelude::*;

use super::button::Button;
use super::copy_field::CopyButton;
use super::icon::{Icon, lu};
use crate::api::ApiError;

#[component]
pub fn ErrorState(error: ApiError, #[prop(optional, into)] retry: Option<Callback<()>>) -> AnyView {
    view! {
        <div class="state" role="alert">
            <Icon glyph=lu::LuTriangleAlert />
            <p class="state-title">{error.title()}</p>
            <p class="state-text">{error.advice()}</p>
            {retry
                .map(|retry| {
                    view! {
                        <div class="mt-3">
                            <Button icon=lu::LuRefreshCw on_press=retry>
                                "Try again"
                            </Button>
                        </div>
                    }
                })}
            {error
                .request_id()
                .map(|id| {
                    view! {
                        <p class="mt-2 flex items-center gap-1 text-xs text-muted">
                            "Request " <code>{id.clone()}</code> <CopyButton text=id />
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}
