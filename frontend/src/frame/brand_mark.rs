//! The product's own mark: an open ring and its echo.

use leptos::prelude::*;

/// Shown until an agency sets its own name.
pub const PRODUCT: &str = "EchoSensei";

#[component]
pub fn BrandMark(#[prop(default = 24)] size: u32) -> AnyView {
    view! {
        <svg width=size height=size viewBox="0 0 24 24" fill="none" aria-hidden="true" class="flex-none">
            <rect width="24" height="24" rx="6" fill="var(--brand)" />
            <g stroke="var(--brand-on)" stroke-width="1.9" stroke-linecap="round">
                <path d="M15.9 6.1A7 7 0 1 0 19 12" />
                <path d="M13.6 9.2A3.3 3.3 0 1 0 15.3 12" />
            </g>
            <circle cx="12" cy="12" r="1.1" fill="var(--brand-on)" />
        </svg>
    }
    .into_any()
}
