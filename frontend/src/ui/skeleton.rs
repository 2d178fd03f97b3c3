//! The shape of what comes.

use leptos::prelude::*;

/// A grey bar; `class` gives its size.
#[component]
pub fn Skeleton(#[prop(default = "h-4 w-full")] class: &'static str) -> AnyView {
    view! { <span class=format!("skeleton {class}") aria-hidden="true"></span> }.into_any()
}

/// Rows of a list that loads.
#[component]
pub fn SkeletonRows(#[prop(default = 8)] rows: usize) -> AnyView {
    const WIDTHS: [&str; 4] = ["62%", "48%", "71%", "55%"];
    view! {
        <div role="status" aria-label="Loading">
            {WIDTHS
                .iter()
                .cycle()
                .take(rows)
                .map(|width| {
                    view! {
                        <div class="flex items-center gap-4 h-(--row) px-4 border-b border-line">
                            <span class="skeleton h-3 w-16"></span>
                            <span class="skeleton h-3" style=format!("width:{width}")></span>
                            <span class="skeleton h-3 w-12 ml-auto"></span>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}
