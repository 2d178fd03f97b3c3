//! The mark beside the name: the agency's logo, or the product's own: an open ring and its echo.

use leptos::prelude::*;
use shared::branding::PRODUCT;
use shared::letters;

use crate::state::BrandState;

#[component]
pub fn BrandMark(#[prop(default = 24)] size: u32) -> AnyView {
    let brand = BrandState::here();
    let mark = move || {
        let look = brand.look();
        match look.logo {
            Some(logo) => pictures(size, logo, look.logo_dark),
            // The product's own mark beside another name would be a riddle.
            None if look.app_name != PRODUCT => letter(size, &look.app_name),
            None => own(size),
        }
    };
    mark.into_any()
}

fn pictures(size: u32, logo: String, dark: Option<String>) -> AnyView {
    let class = if dark.is_some() {
        "brand-logo on-light"
    } else {
        "brand-logo"
    };
    view! {
        <img src=logo alt="" height=size class=class style=format!("height:{size}px") />
        {dark.map(|dark| {
            view! { <img src=dark alt="" height=size class="brand-logo on-dark" style=format!("height:{size}px") /> }
        })}
    }
    .into_any()
}

fn letter(size: u32, name: &str) -> AnyView {
    let first = letters::upper(&name.chars().take(1).collect::<String>());
    view! {
        <svg width=size height=size viewBox="0 0 24 24" aria-hidden="true" class="flex-none">
            <rect width="24" height="24" rx="6" fill="var(--brand)" />
            <text x="12" y="17" text-anchor="middle" font-size="14" font-weight="600" fill="var(--brand-on)">
                {first}
            </text>
        </svg>
    }
    .into_any()
}

fn own(size: u32) -> AnyView {
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
