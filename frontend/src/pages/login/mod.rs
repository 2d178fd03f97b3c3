//! Sign-in: the brand, one column, nothing else. It is part of the main module, so that nobody waits for a chunk to see
//! it, and it knows neither the router nor the state of the application.

mod demo_accounts;
mod form;

use leptos::prelude::*;
use shared::auth::Session;
use shared::branding::{Look, PRODUCT};
use shared::public::PublicInfo;
use wasm_bindgen_futures::spawn_local;

use crate::frame::BrandMark;
use crate::state::served_look;
use crate::{address, api, app};

/// `enter` gets the session of who signed in.
#[component]
pub fn SignIn(enter: UnsyncCallback<Session>) -> AnyView {
    let public = RwSignal::new(None::<PublicInfo>);
    spawn_local(async move {
        // Only a demo machine has accounts to show.
        if let Ok(info) = api::get("/api/public").await {
            _ = public.try_set(Some(info));
        }
    });
    let look = served_look();
    address::set_title("Sign in", &look.app_name);
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    fetch_ahead(email);
    view! {
        <main class="mx-auto grid min-h-dvh w-full max-w-[392px] content-center gap-6 px-4 py-10">
            <div class="flex items-center gap-3">
                <BrandMark size=32 />
                <span class="text-lg font-semibold" dir="auto">{look.app_name.clone()}</span>
            </div>
            {words(&look)}
            <form::SignInForm email password enter public />
            {links(&look)}
            <demo_accounts::DemoAccounts public email password />
        </main>
    }
    .into_any()
}

/// What the organization wants to say here.
fn words(look: &Look) -> Option<AnyView> {
    let (title, text) = (look.sign_in_title.clone(), look.sign_in_text.clone());
    (title.is_some() || text.is_some()).then(|| {
        view! {
            <div class="grid gap-1" dir="auto">
                {title.map(|title| view! { <p class="text-xl font-semibold">{title}</p> })}
                {text.map(|text| view! { <p class="whitespace-pre-line text-muted">{text}</p> })}
            </div>
        }
        .into_any()
    })
}

/// Help, and whose product it is, unless that is not to be told.
fn links(look: &Look) -> AnyView {
    let link = |url: &Option<String>, label: &'static str| {
        url.clone()
            .map(|url| view! { <a class="link" href=url rel="noopener">{label}</a> })
    };
    let by = (!look.hides_platform && look.app_name != PRODUCT).then(|| format!("Powered by {PRODUCT}"));
    view! {
        <p class="flex flex-wrap gap-x-4 gap-y-1 px-2 text-sm text-muted empty:hidden">
            {link(&look.support_url, "Get help")} {link(&look.docs_url, "Documentation")} {by}
        </p>
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
