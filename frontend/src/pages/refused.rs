//! Why a form was refused, beside its button; what a field tells stands beside the field.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::ui::{Icon, lu};

/// `fields` have a place of their own for what is wrong with them.
#[component]
pub fn Refused(#[prop(into)] error: Signal<Option<ApiError>>, fields: &'static [&'static str]) -> AnyView {
    let body = move || {
        error
            .get()
            .filter(|error| !fields.iter().any(|field| error.field(field).is_some()))
            .map(|error| {
                view! {
                    <p class="flex items-start gap-2 text-sm" role="alert">
                        <span class="flex h-5 items-center text-bad">
                            <Icon glyph=lu::LuCircleAlert />
                        </span>
                        <span class="min-w-0 break-words">
                            <strong class="font-medium">{error.title()}</strong>
                            ". "
                            {error.advice()}
                        </span>
                    </p>
                }
            })
    };
    body.into_any()
}
