//! The foot of a list that is read page by page.

use leptos::prelude::*;

use super::button::Button;
use crate::format;

/// `unit` is what is listed, in the plural.
#[component]
pub fn LoadMore(
    #[prop(into)] shown: Signal<usize>,
    #[prop(into)] unit: String,
    #[prop(into)] has_more: Signal<bool>,
    #[prop(into)] loading: Signal<bool>,
    #[prop(into)] on_more: Callback<()>,
) -> AnyView {
    view! {
        <div class="flex items-center justify-between gap-4 px-4 py-2 border-t border-line text-sm text-muted">
            <span class="num" aria-live="polite">
                {move || {
                    let count = format::integer(shown.get() as f64);
                    match (has_more.get(), shown.get()) {
                        (true, _) => format!("First {count} {unit}"),
                        (false, 1) => format!("1 {}", singular(&unit)),
                        (false, _) => format!("All {count} {unit}"),
                    }
                }}
            </span>
            <Show when=move || has_more.get()>
                <Button small=true loading on_press=on_more>
                    "Load more"
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

/// Of the plurals that lists have: calls, entries, agencies.
fn singular(plural: &str) -> String {
    match (plural.strip_suffix("ies"), plural.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => plural.to_owned(),
    }
}
