//! Sign-in: the brand, one column, nothing else. It is part of the main module, so that nobody waits for a chunk to see
//! it, and it knows neither the router nor the state of the application.

mod demo_accounts;
mod form;

use leptos::prelude::*;
use shared::auth::Session;
use shared::public::PublicInfo;
use wasm_bindgen_futures::spawn_local;

use crate::frame::{BrandMark, PRODUCT};
use crate::{address, api, app};

/// `enter` gets the session of who signed in.
#[component]
pub fn SignIn(enter: UnsyncCallback<Session>) -> AnyView {
    let public = RwSignal::new(None::<PublicInfo>);
    spawn_local(async move {
        // Without it the product's own name stands here.
        if let Ok(info) = api::get("/api/public").await {
            _ = public.try_set(Some(info));
        }
    });
    let name = move || {
        public.with(|p| {
            p.as_ref()
                .map_or_else(|| PRODUCT.to_owned(), |p| p.app_name.clone())
        })
    };
    Effect::new(move |_| address::set_title("Sign in", &name()));
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    fetch_ahead(email);
    view! {
        <main class="mx-auto grid min-h-dvh w-full max-w-[392px] content-center gap-6 px-4 py-10">
            <div class="flex items-center gap-3">
                <BrandMark size=32 />
                <span class="text-lg font-semibold">{name}</span>
            </div>
            <form::SignInForm email password enter public />
            <demo_accounts::DemoAccounts public email password />
        </main>
    }
    .into_any()
}

/// Who begins to fill in the form will need the application: it is there when the password is. Its pages are not fetched,
/// because nobody knows yet which of them the session may use.
fn fetch_ahead(email: RwSignal<String>) {
    Effect::new(move |begun: Option<bool>| {
        let begun = begun == Some(true);
        let typed = email.with(|email| !email.is_empty());
        if typed && !begun {
            spawn_local(app::preload());
        }
        begun || typed
    });
}
