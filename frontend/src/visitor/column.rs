//! One column with the brand on top, as on the sign-in page.

use leptos::prelude::*;
use shared::public::PublicInfo;
use wasm_bindgen_futures::spawn_local;

use crate::address;
use crate::api::{self, ApiError};
use crate::frame::BrandMark;
use crate::state::served_look;
use crate::ui::{Button, ButtonLink, Icon, Variant, lu};

/// What the sign-in page may know; `None` until it is there.
pub(super) fn public_info() -> RwSignal<Option<PublicInfo>> {
    let public = RwSignal::new(None::<PublicInfo>);
    spawn_local(async move {
        // Without it the name stands here under which the page was served.
        if let Ok(info) = api::get("/api/public").await {
            _ = public.try_set(Some(info));
        }
    });
    public
}

/// The name under which the product is shown.
pub(super) fn app_name(public: RwSignal<Option<PublicInfo>>) -> Signal<String> {
    Signal::derive(move || {
        public.with(|p| {
            p.as_ref()
                .map_or_else(|| served_look().app_name, |p| p.app_name.clone())
        })
    })
}

#[component]
pub(super) fn Column(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] name: Signal<String>,
    children: Children,
) -> AnyView {
    Effect::new(move |_| address::set_title(&title.get(), &name.get()));
    view! {
        <main class="mx-auto grid min-h-dvh w-full max-w-[440px] content-center gap-6 px-4 py-10">
            <div class="flex items-center gap-3">
                <BrandMark size=32 />
                <span class="text-lg font-semibold" dir="auto">
                    {name}
                </span>
            </div>
            <div class="card grid gap-4 p-6">
                <h1 class="text-xl font-semibold" dir="auto">
                    {title}
                </h1>
                {children()}
            </div>
        </main>
    }
    .into_any()
}

/// It is done: what happened, and where to go on.
#[component]
pub(super) fn Done(#[prop(into)] text: String, href: &'static str, label: &'static str) -> AnyView {
    view! {
        <p class="flex items-start gap-2" role="status">
            <span class="flex h-5 items-center text-good">
                <Icon glyph=lu::LuCircleCheck />
            </span>
            <span class="min-w-0 break-words">{text}</span>
        </p>
        <div>
            <ButtonLink href=href variant=Variant::Primary>
                {label}
            </ButtonLink>
        </div>
    }
    .into_any()
}

/// The link can not be followed, and why.
#[component]
pub(super) fn DeadEnd(error: ApiError, #[prop(into)] href: String, label: &'static str) -> AnyView {
    view! {
        <p role="alert">
            <strong class="font-medium">{error.title()}</strong>
            ". "
            {error.advice()}
        </p>
        <div>
            <ButtonLink href=href>{label}</ButtonLink>
        </div>
    }
    .into_any()
}

/// While it is looked up.
#[component]
pub(super) fn Waiting() -> AnyView {
    view! {
        <p class="flex items-center gap-2 text-muted" role="status">
            <Icon glyph=lu::LuLoaderCircle class="spin" />
            "Loading"
        </p>
    }
    .into_any()
}

/// The button of a form.
#[component]
pub(super) fn Submit(label: &'static str, busy: RwSignal<bool>) -> AnyView {
    view! {
        <Button variant=Variant::Primary submit=true loading=busy>
            {label}
        </Button>
    }
    .into_any()
}
